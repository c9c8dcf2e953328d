"""Days, amounts and periods of the basic allowance, against the printed tables."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.institutions.agency.hello_work.domain.benefit_rules import (
    NOTICES,
    benefit_until,
    daily_amount,
    prescribed_days,
    require_insured_period,
    restricted_until,
    waiting_until,
    window_start,
)
from mizuhiki.institutions.agency.hello_work.domain.employments import (
    Employment,
    Reason,
    WageLine,
    insured_half_months,
    insured_years,
    months_back,
    wage_months,
)
from mizuhiki.institutions.agency.hello_work.domain.errors import AmountUnknown, NotQualified, SeparationImplausible

DAY = timedelta(days=1)
IN_2019 = date(2019, 10, 31)


@pytest.mark.parametrize(
    ("age", "years", "days"),
    [
        # 雇用保険法23条1項 as printed in the recipients' guide: rows by age, columns by years.
        (29, 0, 90), (29, 1, 90), (29, 5, 120), (29, 10, 180), (29, 20, 180),
        (30, 0, 90), (30, 1, 120), (34, 5, 180), (30, 10, 210), (34, 20, 240),
        (35, 0, 90), (35, 1, 150), (44, 5, 180), (35, 10, 240), (44, 20, 270),
        (45, 0, 90), (45, 1, 180), (59, 5, 240), (45, 10, 270), (59, 20, 330),
        (60, 0, 90), (60, 1, 150), (64, 5, 180), (60, 10, 210), (64, 20, 240),
        (65, 0, 30), (65, 1, 50),
    ],
)  # fmt: skip
def test_days_of_those_dismissed_follow_the_printed_table(age: int, years: int, days: int) -> None:
    assert prescribed_days(IN_2019, age, years, Reason.EMPLOYER, hard_to_employ=False) == days


@pytest.mark.parametrize(("years", "days"), [(1, 90), (9, 90), (10, 120), (19, 120), (20, 150)])
@pytest.mark.parametrize("age", [20, 44, 64])
def test_days_of_those_who_left_themselves_do_not_depend_on_age(age: int, years: int, days: int) -> None:
    assert prescribed_days(IN_2019, age, years, Reason.OWN, hard_to_employ=False) == days


@pytest.mark.parametrize(
    ("age", "years", "days"), [(44, 0, 150), (44, 1, 300), (45, 0, 150), (45, 1, 360), (64, 20, 360)]
)
def test_people_hard_to_employ_have_days_of_their_own(age: int, years: int, days: int) -> None:
    assert prescribed_days(IN_2019, age, years, Reason.OWN, hard_to_employ=True) == days


@pytest.mark.parametrize(("age", "before", "after"), [(30, 90, 120), (35, 90, 150), (29, 90, 90), (45, 180, 180)])
def test_two_cells_rose_in_april_2017(age: int, before: int, after: int) -> None:
    eve, first = date(2017, 3, 31), date(2017, 4, 1)
    assert prescribed_days(eve, age, 1, Reason.EMPLOYER, hard_to_employ=False) == before
    assert prescribed_days(first, age, 1, Reason.EMPLOYER, hard_to_employ=False) == after


@pytest.mark.parametrize(
    ("day", "wage", "age", "amount"),
    [
        # The printed limits of the notices of 2019-08-01 and 2020-08-01, and of the two that corrected them.
        (IN_2019, 2_000, 29, 2_000), (IN_2019, 5_009, 29, 4_007), (IN_2019, 5_010, 29, 4_008),
        (IN_2019, 12_330, 29, 6_165), (IN_2019, 20_000, 29, 6_815), (IN_2019, 20_000, 30, 7_570),
        (IN_2019, 20_000, 45, 8_335), (IN_2019, 20_000, 60, 7_150), (IN_2019, 11_090, 60, 4_990),
        (IN_2019, 20_000, 65, 6_815),
        (date(2020, 8, 1), 1_000, 29, 2_059), (date(2020, 8, 1), 30_000, 29, 6_850),
        (date(2020, 8, 1), 30_000, 44, 7_605), (date(2020, 8, 1), 30_000, 59, 8_370),
        (date(2020, 8, 1), 30_000, 64, 7_186),
        (date(2020, 2, 29), 20_000, 59, 8_335), (date(2020, 3, 1), 20_000, 59, 8_330),
        (date(2020, 7, 31), 20_000, 59, 8_330), (date(2020, 7, 31), 20_000, 29, 6_815),
        (date(2021, 1, 31), 30_000, 29, 6_850), (date(2021, 2, 1), 30_000, 29, 6_845),
        (date(2021, 2, 1), 30_000, 65, 6_845), (date(2021, 7, 31), 30_000, 59, 8_370),
    ],
)  # fmt: skip
def test_daily_amounts_meet_the_printed_limits(day: date, wage: int, age: int, amount: int) -> None:
    assert daily_amount(wage, age, day) == amount


@given(st.integers(0, 30_000), st.integers(15, 64))
def test_a_higher_wage_never_gives_less_and_the_rate_stays_within_the_law(wage: int, age: int) -> None:
    amount = daily_amount(wage, age, IN_2019)
    assert daily_amount(wage + 100, age, IN_2019) >= amount - 1
    used = min(max(wage, 2_500), NOTICES[0].highest_wage(age))
    assert used * 45 // 100 - 1 <= amount <= used * 80 // 100


@pytest.mark.parametrize("wage", [5_010, 6_500, 8_000, 10_000, 12_330])
def test_between_the_rates_the_printed_formula_holds(wage: int) -> None:
    # The leaflet of 2019-08: y = 0.8w - 0.3{(w - 5,010)/7,320}w for those under 60.
    assert daily_amount(wage, 40, IN_2019) == wage * (8 * 7_320 - 3 * (wage - 5_010)) // (10 * 7_320)


@pytest.mark.parametrize("wage", [5_010, 7_000, 9_000, 11_090])
def test_from_60_to_64_the_lower_of_the_two_printed_formulas_holds(wage: int) -> None:
    # The leaflets: y = 0.8w - 0.35{(w - 5,010)/6,080}w, or 0.05w and two fifths of the bound, whichever is lower.
    falling = wage * (80 * 6_080 - 35 * (wage - 5_010)) // (100 * 6_080)
    assert daily_amount(wage, 62, IN_2019) == min(falling, (5 * wage + 40 * 11_090) // 100)


def test_every_day_of_the_table_has_one_notice() -> None:
    for earlier, later in itertools.pairwise(NOTICES):
        assert later.since == earlier.until + DAY


@pytest.mark.parametrize("day", [date(2019, 7, 31), date(2021, 8, 1)])
def test_a_day_without_a_notice_is_refused(day: date) -> None:
    with pytest.raises(AmountUnknown):
        daily_amount(8_000, 30, day)


def test_months_are_counted_back_from_the_day_of_loss() -> None:
    periods = months_back(date(2019, 11, 1), date(2019, 9, 10))
    assert [(one.first_day, one.last_day, one.whole) for one in periods] == [
        (date(2019, 10, 1), date(2019, 10, 31), True),
        (date(2019, 9, 10), date(2019, 9, 30), False),
    ]


def test_corresponding_days_at_the_end_of_months_lose_no_day() -> None:
    periods = months_back(date(2019, 3, 31), date(2018, 1, 1), most=4)
    assert [one.first_day for one in periods] == [
        date(2019, 2, 28),
        date(2019, 1, 31),
        date(2018, 12, 31),
        date(2018, 11, 30),
    ]
    assert all(later.first_day == earlier.last_day + DAY for later, earlier in itertools.pairwise(periods))


@given(st.dates(date(2010, 1, 1), date(2022, 1, 1)), st.integers(1, 900))
def test_counted_periods_cover_the_employment_once(lost_on: date, length: int) -> None:
    start = lost_on - timedelta(days=length)
    periods = months_back(lost_on, start, most=100)
    days = [
        one.first_day + timedelta(days=place)
        for one in periods
        for place in range((one.last_day - one.first_day).days + 1)
    ]
    assert sorted(days) == [start + timedelta(days=place) for place in range(length)]


def _employment(start: date = date(2018, 1, 1), end: date | None = None) -> Employment:
    return Employment(
        reference="r", office_number="4501-123456-7", employer="架空", hours_a_week=40, insured_from=start, lost_on=end
    )


@pytest.mark.parametrize(
    ("days", "hours", "separated_on", "halves"),
    [
        (11, 0, date(2019, 10, 31), 2),
        (10, 80, date(2019, 10, 31), 0),
        (10, 80, date(2020, 8, 1), 2),
        (10, 79, date(2020, 8, 1), 0),
    ],
)
def test_a_month_counts_from_eleven_days_or_later_from_eighty_hours(
    days: int, hours: int, separated_on: date, halves: int
) -> None:
    (month,) = wage_months(_employment(), separated_on, [WageLine(days, hours, 100_000)])
    assert month.counts() == halves


@pytest.mark.parametrize(
    ("start", "halves"), [(date(2019, 10, 17), 1), (date(2019, 10, 18), 0), (date(2019, 10, 1), 2)]
)
def test_a_short_period_of_fifteen_days_counts_half(start: date, halves: int) -> None:
    (month,) = wage_months(_employment(start), date(2019, 10, 31), [WageLine(11, 88, 100_000)])
    assert insured_half_months([month], date(2018, 1, 1)) == halves


def test_a_certificate_that_cannot_be_is_refused() -> None:
    for lines, rule in (([], "no-wages"), ([WageLine(32, 0, 0)], "days"), ([WageLine(1, 0, 0)] * 3, "too-many-months")):
        with pytest.raises(SeparationImplausible) as caught:
            wage_months(_employment(date(2019, 9, 10)), date(2019, 10, 31), lines)
        assert caught.value.fields["rule"] == rule
    with pytest.raises(SeparationImplausible):
        wage_months(_employment(), date(2017, 12, 31), [WageLine(1, 0, 0)])


@pytest.mark.parametrize(
    ("halves", "short_halves", "reason", "age", "qualifies"),
    [
        (24, 24, Reason.OWN, 30, True),
        (23, 23, Reason.OWN, 30, False),
        (12, 12, Reason.EMPLOYER, 30, True),
        (12, 11, Reason.EMPLOYER, 30, False),
        (12, 12, Reason.LEGITIMATE, 30, True),
        (12, 12, Reason.OWN, 65, True),
    ],
)
def test_twelve_months_or_six_for_those_dismissed(
    halves: int, short_halves: int, reason: Reason, age: int, *, qualifies: bool
) -> None:
    if qualifies:
        require_insured_period(halves, short_halves, reason, age)
        return
    with pytest.raises(NotQualified):
        require_insured_period(halves, short_halves, reason, age)


def test_windows_waiting_and_restriction_have_their_days() -> None:
    assert window_start(date(2019, 10, 31), short=False) == date(2017, 11, 1)
    assert window_start(date(2019, 10, 31), short=True) == date(2018, 11, 1)
    assert waiting_until(date(2019, 12, 2)) == date(2019, 12, 8)
    assert restricted_until(IN_2019, date(2019, 12, 2), Reason.EMPLOYER) is None
    assert restricted_until(IN_2019, date(2019, 12, 2), Reason.OWN) == date(2020, 3, 8)
    assert restricted_until(date(2020, 9, 30), date(2020, 10, 5), Reason.OWN) == date(2021, 1, 11)
    assert restricted_until(date(2020, 10, 1), date(2020, 10, 5), Reason.OWN) == date(2020, 12, 11)


@pytest.mark.parametrize(
    ("days", "until"),
    [(90, date(2020, 10, 31)), (330, date(2020, 11, 30)), (360, date(2020, 12, 30))],
)
def test_the_benefit_period_is_a_year_and_longer_for_many_days(days: int, until: date) -> None:
    assert benefit_until(IN_2019, days) == until


def test_years_join_over_gaps_of_a_year_at_most_and_begin_anew_after_benefit() -> None:
    first = _employment(date(2010, 1, 1), date(2015, 1, 1))
    last = _employment(date(2016, 1, 1))
    late = _employment(date(2016, 1, 2))
    assert insured_years([first, last], date(2019, 12, 31), None) == 9
    assert insured_years([first, late], date(2019, 12, 31), None) == 3
    assert insured_years([first, last], date(2019, 12, 31), date(2014, 12, 31)) == 4

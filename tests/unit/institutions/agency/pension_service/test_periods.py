"""Rules of insured periods and of the days from which the pension service takes part."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.institutions.agency.pension_service.domain.enrolments import (
    Insured,
    copy_items,
)
from mizuhiki.institutions.agency.pension_service.domain.errors import (
    LinkageNotYet,
    NotInsuredNow,
    NumberUseNotYet,
    PeriodImplausible,
    PeriodsOverlap,
)
from mizuhiki.institutions.agency.pension_service.domain.periods import (
    Category,
    InsuredPeriod,
    Scheme,
    require_disjoint,
    with_change,
    with_end,
)
from mizuhiki.institutions.agency.pension_service.domain.start_dates import require_linkage, require_number_use
from mizuhiki.vocabulary.layouts import layout
from mizuhiki.vocabulary.numbers import IndividualNumber, individual_number_check_digit
from mizuhiki.vocabulary.persons import FourItems, Sex

BIRTH = date(1990, 4, 1)
NUMBER = IndividualNumber.parse("12345678901" + individual_number_check_digit("12345678901"))


def employed(since: date, until: date | None = None, **changes: object) -> InsuredPeriod:
    values: dict[str, object] = {
        "category": Category.SECOND,
        "scheme": Scheme.EMPLOYEES_PENSION,
        "employer": "株式会社架空",
        "insured_from": since,
        "insured_until": until,
    }
    return InsuredPeriod(**{**values, **changes})  # type: ignore[arg-type]  # a table of fields


def own(since: date, until: date | None = None, category: Category = Category.FIRST) -> InsuredPeriod:
    return employed(since, until, category=category, scheme=Scheme.NATIONAL_PENSION, employer="")


def insured(*periods: InsuredPeriod) -> Insured:
    return Insured(
        reference="1234-567890",
        addressee_number="1" * 15,
        municipality_code="452025",
        number=NUMBER,
        four_items=FourItems("水引　結", "ミズヒキ　ユイ", BIRTH, Sex.FEMALE, "宮崎県都城市一番地"),
        periods=periods,
    )


@pytest.mark.parametrize(
    ("period", "rule"),
    [
        (employed(date(2015, 4, 1), employer=" "), "employer-missing"),
        (employed(date(2015, 4, 1), scheme=Scheme.NATIONAL_PENSION), "scheme-of-employees"),
        (employed(date(2015, 4, 1), category=Category.FIRST, scheme=Scheme.NATIONAL_PENSION), "employer-not-allowed"),
        (employed(date(2015, 4, 1), category=Category.THIRD, employer=""), "scheme-of-others"),
        (own(date(2015, 4, 1), date(2015, 3, 31)), "ends-before-start"),
        (own(date(2010, 3, 30)), "age"),
        (own(date(2050, 3, 31)), "age"),
        (employed(date(2060, 3, 31)), "age"),
        (employed(date(1990, 3, 31)), "age"),
    ],
)
def test_a_period_that_breaks_a_rule_is_refused_by_name(period: InsuredPeriod, rule: str) -> None:
    with pytest.raises(PeriodImplausible) as caught:
        period.require_plausible(BIRTH)
    assert caught.value.fields["rule"] == rule


@pytest.mark.parametrize(
    "period",
    [
        # The age of 20 is reached on the eve of the birthday, that of 60 as well.
        own(date(2010, 3, 31)),
        own(date(2050, 3, 30)),
        employed(date(2005, 4, 1)),
        employed(date(2060, 3, 30)),
        own(date(2015, 4, 1), date(2015, 4, 1)),
        own(date(2015, 4, 1), category=Category.THIRD),
    ],
)
def test_a_lawful_period_is_taken(period: InsuredPeriod) -> None:
    period.require_plausible(BIRTH)


def test_a_change_of_category_ends_the_open_period_the_day_before() -> None:
    history = with_change((own(date(2010, 4, 1)),), employed(date(2012, 7, 1)), BIRTH)
    assert [(one.insured_from, one.insured_until) for one in history] == [
        (date(2010, 4, 1), date(2012, 6, 30)),
        (date(2012, 7, 1), None),
    ]


@pytest.mark.parametrize("since", [date(2010, 4, 1), date(2010, 3, 31)])
def test_a_change_that_begins_with_or_before_the_open_period_is_refused(since: date) -> None:
    with pytest.raises(PeriodsOverlap):
        with_change((own(date(2010, 4, 1)),), employed(since), BIRTH)


def test_ending_needs_an_open_period_that_has_begun() -> None:
    ended = with_end((own(date(2010, 4, 1)),), date(2019, 11, 30))
    assert ended[0].insured_until == date(2019, 11, 30)
    with pytest.raises(NotInsuredNow):
        with_end(ended, date(2019, 12, 1))
    with pytest.raises(PeriodImplausible):
        with_end((own(date(2010, 4, 1)),), date(2010, 3, 31))


_DAYS = st.dates(date(2010, 4, 1), date(2040, 1, 1))


@given(st.lists(st.tuples(_DAYS, st.integers(0, 900)), min_size=1, max_size=6))
def test_periods_are_disjoint_exactly_when_no_day_is_insured_twice(spans: list[tuple[date, int]]) -> None:
    periods = [own(since, since + timedelta(days=length)) for since, length in spans]
    days = [since + timedelta(days=day) for since, length in spans for day in range(length + 1)]
    if len(set(days)) == len(days):
        require_disjoint(periods)
    else:
        with pytest.raises(PeriodsOverlap):
            require_disjoint(periods)


@pytest.mark.requirement("R-036")
@pytest.mark.requirement("R-226")
def test_number_use_and_linkage_each_begin_on_their_own_day() -> None:
    with pytest.raises(NumberUseNotYet):
        require_number_use(date(2016, 12, 31))
    require_number_use(date(2017, 1, 1))
    with pytest.raises(LinkageNotYet):
        require_linkage(date(2019, 11, 12))
    require_linkage(date(2019, 11, 13))


@pytest.mark.parametrize(
    ("period", "day", "enrolled", "absent"),
    [
        (employed(date(2012, 7, 1)), date(2019, 12, 2), True, {"insured_until"}),
        (own(date(2012, 7, 1)), date(2019, 12, 2), True, {"insured_until", "workplace_name"}),
        (employed(date(2012, 7, 1), date(2019, 11, 30)), date(2019, 12, 2), False, set()),
        (employed(date(2012, 7, 1), date(2019, 12, 2)), date(2019, 12, 2), True, set()),
    ],
)
def test_a_copy_fits_its_layout_and_gives_reasons_for_what_is_absent(
    period: InsuredPeriod,
    day: date,
    enrolled: bool,  # noqa: FBT001 - a table
    absent: set[str],
) -> None:
    items = copy_items(insured(period), day)
    layout("pension-enrolment", day).validate(items)
    assert items["enrolled"] is enrolled
    assert {name.removesuffix(".absent") for name in items if name.endswith(".absent")} == absent

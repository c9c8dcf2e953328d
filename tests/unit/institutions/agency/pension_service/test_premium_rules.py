"""Months, premiums and relief from them, on the days where a rule changes (R-247, R-248)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.casework.domain import Case, Finding, Findings, Proposal, Role, Source, Subject
from mizuhiki.institutions.agency.pension_service.domain import exemptions, students
from mizuhiki.institutions.agency.pension_service.domain.errors import (
    HeadNotNamed,
    PensionClaimImplausible,
    RuleNotCoded,
)
from mizuhiki.institutions.agency.pension_service.domain.exemptions import ExemptionForm, lost_work_covers, may_defer
from mizuhiki.institutions.agency.pension_service.domain.incomes import income_of, relief_limits
from mizuhiki.institutions.agency.pension_service.domain.months import (
    months_between,
    months_from,
    plus_months,
    reached,
    read_months,
    written,
)
from mizuhiki.institutions.agency.pension_service.domain.periods import Category, InsuredPeriod, Scheme
from mizuhiki.institutions.agency.pension_service.domain.premiums import (
    WHOLE,
    PremiumMonth,
    Relief,
    StandardRemuneration,
    first_category_months,
    insured_months,
    pay_in,
    tally,
)
from mizuhiki.institutions.agency.pension_service.domain.students import StudentForm
from mizuhiki.vocabulary.layouts import Scalar

DAY = date(2019, 12, 2)
BIRTH = date(1985, 6, 1)
MONTHS = st.dates(date(1960, 1, 1), date(2030, 12, 31)).map(lambda day: day.replace(day=1))


def period(first: date, last: date | None = None, category: Category = Category.FIRST) -> InsuredPeriod:
    employed = category is Category.SECOND
    return InsuredPeriod(
        category=category,
        scheme=Scheme.EMPLOYEES_PENSION if employed else Scheme.NATIONAL_PENSION,
        employer="架空" if employed else "",
        insured_from=first,
        insured_until=last,
    )


def found(role: Role, kind: str, **items: Scalar) -> Finding:
    return Finding(f"{role.value}-person", role, kind, 2019, Source.LINKAGE, items, "e-1")


def income(role: Role = Role.APPLICANT, yen: int = 0, **items: Scalar) -> Finding:
    values: dict[str, Scalar] = {"declared": True, "total_income_yen": yen, "dependents_count": 0, **items}
    return found(role, "local-tax", **values)


def lost_work(on: str, role: Role = Role.APPLICANT) -> Finding:
    return found(role, "unemployment-benefit", separation_date=on)


def relieved(
    *findings: Finding,
    form: ExemptionForm | None = None,
    received: date = DAY,
    birth: date = BIRTH,
    head: bool | None = True,
    unpaid: Iterable[date] | None = None,
) -> Proposal:
    form = form or ExemptionForm(year=2019)
    first, last = exemptions.year_of_relief(form.year)
    case = Case(
        case="c",
        procedure="national-pension.premium-exemption",
        received_on=received,
        subjects=(Subject(Role.APPLICANT, "applicant-person", "452025"),),
        stated={
            **form.stated(),
            "birth": birth.isoformat(),
            "unpaid_months": written(months_from(first, last) if unpaid is None else unpaid),
        },
    )
    record = found(Role.APPLICANT, "resident-record", resident=True, household_head=head)
    return exemptions.decide(case, Findings((record, *findings)))


def studying(
    *findings: Finding, year: int = 2019, received: date = DAY, until: date = date(2022, 3, 31), **changes: object
) -> Proposal:
    form = StudentForm(
        year=year,
        school_name="みずひき大学",
        school_listed=bool(changes.get("listed", True)),
        enrolled_from=date(2018, 4, 1),
        enrolled_until=until,
    )
    first, last = students.student_year(year)
    case = Case(
        case="c",
        procedure="national-pension.student-special-payment",
        received_on=received,
        subjects=(Subject(Role.APPLICANT, "applicant-person", "452025"),),
        stated={**form.stated(), "unpaid_months": written(months_from(first, last))},
    )
    return students.decide(case, Findings(findings))


@given(MONTHS, st.integers(-900, 900))
def test_months_are_counted_as_a_calendar_turns_them(month: date, count: int) -> None:
    later = plus_months(month, count)
    assert months_between(month, later) == count
    if 0 <= count <= 400:
        passed = list(months_from(month, later))
        assert len(passed) == count + 1
        assert all((two.month - one.month) % 12 == 1 for one, two in itertools.pairwise(passed))
        assert read_months(written(reversed(passed))) == tuple(passed)


def test_an_age_is_reached_on_the_eve_of_the_birthday() -> None:
    assert reached(date(1954, 12, 1), 65) == date(2019, 11, 30)
    assert reached(date(1954, 12, 2), 65) == date(2019, 12, 1)
    assert reached(date(1956, 2, 29), 65) == date(2021, 2, 27)


def test_a_period_counts_from_its_first_month_to_the_month_before_it_is_lost() -> None:
    birth = date(1985, 6, 1)
    kept = insured_months(birth, [period(date(2019, 4, 30), date(2019, 6, 29))], DAY)
    assert sorted(kept) == [date(2019, 4, 1), date(2019, 5, 1)]
    whole = insured_months(birth, [period(date(2019, 4, 30), date(2019, 6, 30))], DAY)
    assert max(whole) == date(2019, 6, 1)
    once = insured_months(birth, [period(date(2019, 4, 2), date(2019, 4, 20))], DAY)
    assert list(once) == [date(2019, 4, 1)]
    turned = [period(date(2019, 4, 1), date(2019, 4, 15)), period(date(2019, 4, 16), None, Category.SECOND)]
    assert insured_months(birth, turned, date(2019, 4, 1))[date(2019, 4, 1)].category is Category.SECOND


def test_category_1_begins_with_20_and_ends_before_60() -> None:
    periods = [period(date(1979, 12, 1))]
    months = insured_months(date(1960, 1, 1), periods, date(2025, 1, 1))
    # 20 is reached on 31 December 1979 and 60 on 31 December 2019.
    assert (min(months), max(months), len(months)) == (date(1979, 12, 1), date(2019, 11, 1), 480)
    assert first_category_months(date(1960, 1, 1), periods, date(2019, 10, 1), date(2020, 3, 1)) == (
        date(2019, 10, 1),
        date(2019, 11, 1),
    )


@pytest.mark.parametrize(
    ("relief", "month", "share"),
    [
        (Relief.FULL, date(2009, 3, 1), Fraction(1, 3)),
        (Relief.FULL, date(2009, 4, 1), Fraction(1, 2)),
        (Relief.THREE_QUARTERS, date(2009, 3, 1), Fraction(1, 2)),
        (Relief.THREE_QUARTERS, date(2009, 4, 1), Fraction(5, 8)),
        (Relief.HALF, date(2009, 3, 1), Fraction(2, 3)),
        (Relief.HALF, date(2009, 4, 1), Fraction(6, 8)),
        (Relief.QUARTER, date(2009, 3, 1), Fraction(5, 6)),
        (Relief.QUARTER, date(2009, 4, 1), Fraction(7, 8)),
        (Relief.NONE, date(2009, 3, 1), Fraction(1)),
        (Relief.DEFERRED, date(2019, 4, 1), Fraction(1)),
        (Relief.STUDENT, date(2019, 4, 1), Fraction(1)),
    ],
)
def test_a_month_whose_part_is_paid_counts_for_its_share(relief: Relief, month: date, share: Fraction) -> None:
    """Shares of article 27 of the Act, as the Japan Pension Service prints them."""
    one = PremiumMonth("r", month, relief, paid_on=DAY)
    assert (Fraction(one.share(), WHOLE), one.qualifies()) == (share, True)


@pytest.mark.parametrize(
    ("relief", "weight", "qualifies"),
    [
        (Relief.NONE, 0, False),
        (Relief.THREE_QUARTERS, 0, False),
        (Relief.HALF, 0, False),
        (Relief.QUARTER, 0, False),
        (Relief.FULL, 12, True),
        (Relief.DEFERRED, 0, True),
        (Relief.STUDENT, 0, True),
    ],
)
def test_a_month_that_is_not_paid(relief: Relief, weight: int, *, qualifies: bool) -> None:
    one = PremiumMonth("r", date(2019, 4, 1), relief)
    assert (one.share(), one.qualifies()) == (weight, qualifies)


def test_employees_count_for_the_amount_between_20_and_60_only() -> None:
    birth = date(1955, 6, 1)  # 20 is reached in May 1975, 60 in May 2015
    history = [period(date(1975, 4, 1), date(2015, 5, 31), Category.SECOND)]
    counted = tally(birth, history, [], [StandardRemuneration("r", date(1975, 4, 1), 100_000)], DAY)
    assert (counted.employed, counted.qualifying, counted.weight) == (482, 482, 480 * WHOLE)
    before = months_between(date(1975, 4, 1), date(2003, 4, 1))
    assert (counted.pay_before_yen, counted.pay_since_yen) == (before * 100_000, (482 - before) * 100_000)


def test_spouses_of_employees_count_as_paid_and_the_month_of_the_claim_does_not() -> None:
    history = [period(date(2019, 4, 1), None, Category.THIRD)]
    counted = tally(BIRTH, history, [], [], DAY)
    assert (counted.qualifying, counted.weight, counted.employed) == (8, 8 * WHOLE, 0)


def test_pay_holds_from_its_month_on() -> None:
    pay = [StandardRemuneration("r", date(2019, 4, 1), 200_000), StandardRemuneration("r", date(2019, 9, 1), 220_000)]
    assert [pay_in(pay, date(2019, month, 1)) for month in (3, 4, 8, 9)] == [0, 200_000, 200_000, 220_000]


@pytest.mark.requirement("R-247")
@pytest.mark.parametrize(
    ("relief", "dependants", "before_2021", "since_2021"),
    [
        (Relief.FULL, 0, 570_000, 670_000),
        (Relief.FULL, 1, 920_000, 1_020_000),
        (Relief.FULL, 3, 1_620_000, 1_720_000),
        (Relief.DEFERRED, 1, 920_000, 1_020_000),
        (Relief.THREE_QUARTERS, 0, 780_000, 880_000),
        (Relief.HALF, 0, 1_180_000, 1_280_000),
        (Relief.QUARTER, 1, 1_960_000, 2_060_000),
    ],
)
def test_limits_of_relief_rose_with_july_2021(
    relief: Relief, dependants: int, before_2021: int, since_2021: int
) -> None:
    """As published: 57万円 and 67万円 for one person, 92万円 and 102万円 with one dependant."""
    assert relief_limits(date(2021, 6, 1)).limit(relief, dependants, 0) == before_2021
    assert relief_limits(date(2021, 7, 1)).limit(relief, dependants, 0) == since_2021


@pytest.mark.requirement("R-248")
def test_limits_of_students_rose_with_april_2021_and_none_is_coded_before_2006_07() -> None:
    assert relief_limits(date(2021, 3, 1), student=True).limit(Relief.STUDENT, 0, 0) == 1_180_000
    assert relief_limits(date(2021, 4, 1), student=True).limit(Relief.STUDENT, 0, 0) == 1_280_000
    assert relief_limits(date(2006, 7, 1)).full_base_yen == 220_000
    with pytest.raises(RuleNotCoded):
        relief_limits(date(2006, 6, 1))


@pytest.mark.requirement("R-247")
@pytest.mark.parametrize(
    ("yen", "outcome"),
    [
        (570_000, "full"),
        (570_001, "three-quarters"),
        (780_000, "three-quarters"),
        (780_001, "half"),
        (1_180_000, "half"),
        (1_180_001, "quarter"),
        (1_580_000, "quarter"),
        (1_580_001, "refused"),
    ],
)
def test_relief_follows_the_income_to_the_yen(yen: int, outcome: str) -> None:
    assert relieved(income(yen=yen)).outcome == outcome


@pytest.mark.requirement("R-247")
def test_deductions_help_partial_relief_and_not_full() -> None:
    medical: dict[str, Scalar] = {"medical_deduction_yen": 300_000, "disabled_persons_count": 1}
    assert relieved(income(yen=1_350_000, **medical)).outcome == "three-quarters"
    assert relieved(income(yen=1_350_001, **medical)).outcome == "half"
    assert relieved(income(yen=570_001, **medical)).outcome == "three-quarters"
    elderly: dict[str, Scalar] = {"dependents_count": 2, "elderly_dependents_count": 1}
    assert relieved(income(yen=780_000 + 380_000 + 480_000, **elderly)).outcome == "three-quarters"


@pytest.mark.requirement("R-247")
@pytest.mark.parametrize(("yen", "outcome"), [(1_250_000, "full"), (1_250_001, "half")])
def test_a_widow_below_her_limit_gets_full_exemption(yen: int, outcome: str) -> None:
    """Above it 270,000 yen are deducted, which leaves her within the limit of half."""
    assert relieved(income(yen=yen, widow_deduction=True)).outcome == outcome


@pytest.mark.requirement("R-247")
def test_everybody_whose_income_counts_must_meet_it_and_the_head_does_not_count_for_deferment() -> None:
    rich = income(Role.HOUSEHOLD, 9_000_000)
    assert relieved(income(), rich, head=False).outcome == "deferred"
    assert relieved(income(), rich, head=False, form=ExemptionForm(year=2019, deferment=False)).outcome == "refused"
    assert relieved(income(), income(Role.SPOUSE, 9_000_000)).outcome == "refused"
    assert relieved(income(), income(Role.SPOUSE, 1_000_000)).outcome == "half"
    narrow = ExemptionForm(year=2019, deferment=False, partial=False)
    assert relieved(income(), income(Role.SPOUSE, 1_000_000), form=narrow).outcome == "refused"


@pytest.mark.requirement("R-247")
def test_the_order_of_examination_puts_deferment_before_partial_relief() -> None:
    assert ExemptionForm(year=2019).wished() == (
        Relief.FULL,
        Relief.DEFERRED,
        Relief.THREE_QUARTERS,
        Relief.HALF,
        Relief.QUARTER,
    )


@pytest.mark.requirement("R-247")
def test_whoever_is_not_head_and_names_nobody_gets_no_decision() -> None:
    with pytest.raises(HeadNotNamed):
        relieved(income(), head=False)


@pytest.mark.requirement("R-247")
def test_income_that_was_not_declared_gives_no_relief() -> None:
    refused = relieved(found(Role.APPLICANT, "local-tax", declared=False))
    assert [one.rule for one in refused.reasons] == ["income-not-declared"]
    assert income_of({"declared": None}) is None


@pytest.mark.requirement("R-247")
def test_deferment_ends_with_the_month_before_50_is_reached() -> None:
    birth = date(1970, 2, 10)  # 50 is reached on 9 February 2020
    assert may_defer(birth, date(2020, 1, 1))
    assert not may_defer(birth, date(2020, 2, 1))
    granted = relieved(income(), income(Role.HOUSEHOLD, 9_000_000), head=False, birth=birth)
    assert read_months(granted.terms["deferred"])[-1] == date(2020, 1, 1)


@pytest.mark.requirement("R-247")
@pytest.mark.parametrize(("month", "allowed"), [(date(2016, 6, 1), False), (date(2016, 7, 1), True)])
def test_deferment_under_50_is_coded_from_july_2016(month: date, *, allowed: bool) -> None:
    assert may_defer(date(1990, 1, 1), month) is allowed
    assert may_defer(date(2000, 1, 1), date(2030, 6, 1))
    assert not may_defer(date(2000, 1, 1), date(2030, 7, 1))


@pytest.mark.requirement("R-247")
def test_a_loss_of_work_counts_from_the_month_before_to_june_of_the_second_year_after() -> None:
    lost = date(2019, 1, 1)
    assert not lost_work_covers(lost, date(2018, 11, 1))
    assert lost_work_covers(lost, date(2018, 12, 1))
    assert lost_work_covers(lost, date(2021, 6, 1))
    assert not lost_work_covers(lost, date(2021, 7, 1))
    # Work was left on 31 December, so it was lost on 1 January.
    granted = relieved(income(yen=9_000_000), lost_work("2019-12-31"))
    assert read_months(granted.terms["full"])[0] == date(2019, 12, 1)
    earlier = relieved(income(yen=9_000_000), lost_work("2019-12-30"))
    assert read_months(earlier.terms["full"])[0] == date(2019, 11, 1)


@pytest.mark.requirement("R-247")
def test_an_application_reaches_two_years_and_a_month_back() -> None:
    granted = relieved(income(), form=ExemptionForm(year=2017))
    assert read_months(granted.terms["full"])[0] == date(2017, 11, 1)
    for year, received in ((2016, DAY), (2020, DAY), (2020, date(2020, 6, 30))):
        with pytest.raises(PensionClaimImplausible):
            ExemptionForm(year=year).require_plausible(received)
    ExemptionForm(year=2020).require_plausible(date(2020, 7, 1))
    ExemptionForm(year=2016).require_plausible(date(2019, 7, 31))
    with pytest.raises(PensionClaimImplausible):
        ExemptionForm(year=2016).require_plausible(date(2019, 8, 1))


@pytest.mark.requirement("R-247")
def test_only_open_months_of_category_1_are_relieved() -> None:
    granted = relieved(income(), unpaid=[date(2019, 8, 1), date(2020, 9, 1)])
    assert granted.terms["full"] == "2019-08"
    refused = relieved(income(), unpaid=[])
    assert [one.rule for one in refused.reasons] == ["no-month-of-category-1"]


@pytest.mark.requirement("R-248")
@pytest.mark.parametrize(("yen", "outcome"), [(1_180_000, "student"), (1_180_001, "refused")])
def test_only_the_students_own_income_counts(yen: int, outcome: str) -> None:
    assert studying(income(yen=yen)).outcome == outcome
    assert studying(income(yen=9_000_000), lost_work("2018-12-31")).outcome == "student"


@pytest.mark.requirement("R-248")
def test_a_students_year_runs_from_april_and_reaches_two_years_back() -> None:
    granted = studying(income())
    months = read_months(granted.terms["student"])
    assert (months[0], months[-1]) == (date(2019, 4, 1), date(2020, 3, 1))
    assert read_months(studying(income(), year=2018).terms["student"])[0] == date(2018, 4, 1)
    assert [one.rule for one in studying(income(), listed=False).reasons] == ["school-not-listed"]
    assert read_months(studying(income(), until=date(2019, 9, 30)).terms["student"])[-1] == date(2019, 9, 1)
    late = studying(income(), year=2018, received=date(2020, 10, 1))
    assert read_months(late.terms["student"])[0] == date(2018, 9, 1)


@pytest.mark.parametrize(
    ("item", "changes", "received"),
    [
        ("school_name", {"school_name": " "}, DAY),
        ("enrolled_until", {"enrolled_until": date(2018, 4, 1)}, DAY),
        ("year", {"year": 2020}, DAY),
        ("year", {"year": 2016}, DAY),
        ("year", {"year": 2017}, date(2020, 5, 1)),
    ],
)
def test_an_application_that_cannot_be_says_which_field(item: str, changes: dict[str, object], received: date) -> None:
    values: dict[str, object] = {
        "year": 2019,
        "school_name": "みずひき大学",
        "school_listed": True,
        "enrolled_from": date(2018, 4, 1),
        "enrolled_until": date(2022, 3, 31),
    }
    form = StudentForm(**{**values, **changes})  # type: ignore[arg-type]  # a table of changes
    with pytest.raises(PensionClaimImplausible) as caught:
        form.require_plausible(received)
    assert caught.value.fields["item"] == item
    assert students.form_of(form.stated()).school_name == str(form.school_name).strip()

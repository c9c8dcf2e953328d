"""Grades, validity and renewal of certificates; amounts, limits and payment of the allowance."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.institutions.agency.prefecture_welfare.domain.allowance import (
    SupportedChild,
    first_month,
    monthly_yen,
    require_children,
    suspended,
)
from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import (
    Basis,
    Certificate,
    Kind,
    State,
    combined_grade,
    renewed_until,
    require_grade,
    require_opinion,
    require_renewable,
    valid_until,
)
from mizuhiki.institutions.agency.prefecture_welfare.domain.errors import (
    AllowanceRefused,
    ApplicationImplausible,
    NoCertificateGrade,
    RenewalNotNow,
    WelfareAmountUnknown,
)
from mizuhiki.institutions.agency.prefecture_welfare.domain.told import told_allowance, told_certificate
from mizuhiki.vocabulary.layouts import layout


@pytest.mark.parametrize(
    ("grades", "combined"),
    [([1], "1"), ([6], "6"), ([7, 7], "6"), ([2, 3], "1"), ([2, 4], "2"), ([3, 3], "2"), ([3, 4], "2"), ([4, 4], "3"),
     ([4, 5], "4"), ([5, 5], "4"), ([6, 6], "5"), ([5, 6], "5"), ([6, 7], "6"), ([7, 7, 7, 7], "5")],
)  # fmt: skip
def test_several_impairments_combine_by_their_indices(grades: list[int], combined: str) -> None:
    assert combined_grade(grades) == combined


def test_a_single_grade_seven_has_no_certificate_and_unknown_grades_are_refused() -> None:
    with pytest.raises(NoCertificateGrade):
        combined_grade([7])
    for grades in ([], [0], [8]):
        with pytest.raises(ApplicationImplausible):
            combined_grade(grades)
    for kind, grade in ((Kind.MENTAL, "4"), (Kind.INTELLECTUAL, "1"), (Kind.PHYSICAL, "A"), (Kind.MENTAL, "")):
        with pytest.raises(ApplicationImplausible):
            require_grade(kind, grade)


def test_the_mental_certificate_is_valid_two_years_to_the_end_of_the_month() -> None:
    assert valid_until(Kind.MENTAL, date(2019, 12, 2)) == date(2021, 12, 31)
    assert valid_until(Kind.MENTAL, date(2018, 2, 10)) == date(2020, 2, 29)
    assert valid_until(Kind.PHYSICAL, date(2019, 12, 2)) is None
    assert renewed_until(date(2020, 2, 29)) == date(2022, 2, 28)


def _certificate(kind: Kind = Kind.MENTAL, **changes: object) -> Certificate:
    values: dict[str, object] = {
        "reference": "r",
        "kind": kind,
        "applied_on": date(2019, 10, 1),
        "grade": "2",
        "impairment": "",
        "basis": Basis.OPINION,
        "state": State.ISSUED,
        "number": "12345678",
        "issued_on": date(2019, 10, 1),
        "valid_until": date(2021, 10, 31) if kind is Kind.MENTAL else None,
        "reassessment_on": None,
        "returned_on": None,
        "taken_by": "clerk",
        "decided_by": "approver",
    }
    return Certificate(**{**values, **changes})  # type: ignore[arg-type]  # words of a test


@pytest.mark.parametrize(
    ("today", "rule"),
    [
        (date(2021, 7, 30), "too-early"),
        (date(2021, 7, 31), ""),
        (date(2021, 10, 31), ""),
        (date(2021, 11, 1), "over"),
    ],
)
def test_renewal_is_taken_in_the_last_three_months(today: date, rule: str) -> None:
    if not rule:
        assert require_renewable(_certificate(), today) == date(2021, 10, 31)
        return
    with pytest.raises(RenewalNotNow) as caught:
        require_renewable(_certificate(), today)
    assert caught.value.fields["rule"] == rule


def test_a_certificate_that_does_not_end_is_not_renewed() -> None:
    with pytest.raises(RenewalNotNow):
        require_renewable(_certificate(Kind.PHYSICAL), date(2021, 10, 1))


def test_the_doctors_certificate_comes_six_months_after_the_first_visit() -> None:
    require_opinion(date(2019, 4, 1), date(2019, 10, 1))
    with pytest.raises(ApplicationImplausible):
        require_opinion(date(2019, 4, 1), date(2019, 9, 30))


def _child(born: date = date(2010, 5, 5), grade: int = 1, ordinal: int = 1) -> SupportedChild:
    return SupportedChild(reference="r", ordinal=ordinal, birth_date=born, grade=grade)


@pytest.mark.requirement("R-240")
@pytest.mark.parametrize(
    ("day", "first", "second"),
    [
        (date(2016, 4, 1), 51_500, 34_300),
        (date(2017, 3, 31), 51_500, 34_300),
        (date(2018, 3, 31), 51_450, 34_270),
        (date(2018, 4, 1), 51_700, 34_430),
        (date(2019, 4, 1), 52_200, 34_770),
        (date(2020, 4, 1), 52_500, 34_970),
        (date(2022, 4, 1), 52_400, 34_900),
        (date(2023, 4, 1), 53_700, 35_760),
        (date(2024, 4, 1), 55_350, 36_860),
        (date(2025, 3, 31), 55_350, 36_860),
        (date(2025, 4, 1), 56_800, 37_830),
        (date(2026, 3, 31), 56_800, 37_830),
    ],
)
def test_amounts_are_those_of_the_fiscal_year(day: date, first: int, second: int) -> None:
    assert monthly_yen([_child()], day) == first
    assert monthly_yen([_child(), _child(grade=2, ordinal=2)], day) == first + second


@pytest.mark.requirement("R-240")
def test_a_child_counts_until_the_day_before_turning_20_by_law() -> None:
    child = _child(date(1999, 12, 3))
    assert monthly_yen([child], date(2019, 12, 1)) == 52_200
    assert monthly_yen([child], date(2019, 12, 2)) == 0
    with pytest.raises(AllowanceRefused):
        require_children([child], date(2019, 12, 2))
    for day in (date(2016, 3, 31), date(2026, 4, 1)):
        with pytest.raises(WelfareAmountUnknown):
            monthly_yen([_child()], day)


@pytest.mark.requirement("R-240")
@pytest.mark.parametrize(
    ("income", "dependants", "others", "others_dependants", "stopped"),
    [
        (4_596_000, 0, 0, 0, False),
        (4_596_001, 0, 0, 0, True),
        (4_976_000, 1, 0, 0, False),
        (4_976_001, 1, 0, 0, True),
        (0, 0, 6_286_999, 0, False),
        (0, 0, 6_287_000, 0, True),
        (0, 0, 6_748_999, 2, False),
        (0, 0, 6_961_999, 3, False),
        (0, 0, 6_962_000, 3, True),
    ],
)
def test_income_above_the_limit_suspends(
    income: int, dependants: int, others: int, others_dependants: int, *, stopped: bool
) -> None:
    assert suspended(income, dependants, others, others_dependants) is stopped


@pytest.mark.requirement("R-240")
def test_it_is_paid_from_the_month_after_the_claim() -> None:
    assert first_month(date(2019, 12, 31)) == date(2020, 1, 1)
    assert first_month(date(2019, 11, 1)) == date(2019, 12, 1)


@pytest.mark.requirement("R-234")
def test_of_several_certificates_one_that_is_valid_is_told_in_the_layout() -> None:
    day = date(2019, 12, 2)
    ended = _certificate(valid_until=date(2019, 11, 30))
    physical = _certificate(Kind.PHYSICAL, grade="3", impairment="上肢")
    for certificates, held, kind in (
        ([ended], False, "mental"),
        ([ended, physical], True, "physical"),
        ([_certificate(state=State.RETURNED, returned_on=day)], False, "mental"),
    ):
        (told,) = told_certificate(certificates, day)
        layout("disability", day).validate(told.items)
        assert (told.items["certificate"], told.items["kind_of_certificate"]) == (held, kind)
    assert told_certificate([], day) == []
    assert told_certificate([_certificate(state=State.APPLIED)], day) == []
    assert told_allowance([], [], day) == []

"""The two procedures that ask other bodies instead of the person, as rules on claim and answers (R-240, R-251).

Special child rearing allowance: 特別児童扶養手当等の支給に関する法律 3条, 6条 to 8条; 80,000 yen for social
insurance and other amounts come off income (施行令4条, 5条).
Mental disability certificate: 精神保健福祉法45条. Its grade follows that of a disability pension paid for a mental
disorder (施行規則23条2号; 平成7年9月12日健医発1132号).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Case, Finding, Findings, Payment, Proposal, Reason, Role, Source
from mizuhiki.institutions.agency.prefecture_welfare.domain.allowance import (
    LIMITS,
    SupportedChild,
    first_month,
    monthly_yen,
    require_children,
    suspended,
)
from mizuhiki.institutions.agency.prefecture_welfare.domain.errors import AllowanceRefused
from mizuhiki.vocabulary.layouts import Scalar

ALLOWANCE_ACT = "特別児童扶養手当等の支給に関する法律3条"
CERTIFICATE_ACT = "精神保健福祉法45条; 施行規則23条2号"
SOCIAL_INSURANCE_YEN = 80_000
DEDUCTIONS = (
    "casualty_loss_deduction_yen",
    "medical_deduction_yen",
    "small_enterprise_deduction_yen",
    "spouse_special_deduction_yen",
)
PAY_MONTHS, PAY_DAY = (4, 8, 11), 11
"""Paid in April, August and November for the months before (5条の2); in November for that month as well."""
MONTHS = 12
DISABILITY_PENSIONS = frozenset({"disability-basic", "disability-employees"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceForm:
    """What a claim says: the grades of the children as they stand in the claim, by a doctor's certificate."""

    grades: tuple[int, ...]

    def stated(self) -> dict[str, Scalar]:
        """Return the statements of a claim."""
        return {"grades": ",".join(str(grade) for grade in self.grades)}


def allowance_form(grades: str) -> AllowanceForm:
    """Return the form from grades as typed.

    Raises:
        AllowanceRefused: ``grade``: something else than 1 and 2 with commas.
    """
    texts = [text.strip() for text in grades.split(",")]
    if any(text not in {"1", "2"} for text in texts):
        raise AllowanceRefused(rule="grade")
    return AllowanceForm(grades=tuple(int(text) for text in texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class PensionCertificateForm:
    """What an application says: the pension is paid for a mental disorder, and the office may ask about it (同意書)."""

    for_mental_disorder: bool
    agrees_to_inquiry: bool

    def stated(self) -> dict[str, Scalar]:
        """Return the statements of an application."""
        return {"for_mental_disorder": self.for_mental_disorder, "agrees_to_inquiry": self.agrees_to_inquiry}


def supported_children(case: Case) -> list[SupportedChild]:
    """Return the children with their grades; the statements carry the births of our file (see `operations.settle`).

    Raises:
        AllowanceRefused: ``grade``: not one grade for each child.
    """
    births = [date.fromisoformat(text) for text in str(case.stated.get("births") or "").split(",") if text]
    grades = [int(text) for text in str(case.stated["grades"] or "").split(",") if text]
    if len(births) != len(grades):
        raise AllowanceRefused(rule="grade")
    return [
        SupportedChild(reference=case.applicant.person, ordinal=ordinal, birth_date=birth, grade=grade)
        for ordinal, (birth, grade) in enumerate(zip(births, grades, strict=True), start=1)
    ]


def countable_income(finding: Finding) -> int:
    """Return income as the allowance counts it: total income less the deductions that come off (施行令5条)."""
    total = _yen(finding, "total_income_yen")
    return max(total - SOCIAL_INSURANCE_YEN - sum(_yen(finding, name) for name in DEDUCTIONS), 0)


def _yen(finding: Finding, name: str) -> int:
    value = finding.items.get(name)
    return value if isinstance(value, int) else 0


def decide_allowance(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say of a claim for the allowance.

    Raises:
        AllowanceRefused: the children of the claim; see `domain.allowance.require_children`.
        WelfareAmountUnknown: no row of amounts covers the day.
    """
    children = supported_children(case)
    require_children(children, case.received_on)
    obstacle = _allowance_obstacle(case, findings)
    if obstacle is not None:
        return Proposal(granted=False, outcome="refused", terms={}, reasons=(obstacle,))
    own = findings.one(Role.APPLICANT, "local-tax")
    others = [*findings.of(Role.SPOUSE, "local-tax"), *findings.of(Role.HOUSEHOLD, "local-tax")]
    most = max(others, key=countable_income, default=None)
    incomes: dict[str, Scalar] = {
        "income_yen": countable_income(own),
        "dependants": _yen(own, "dependents_count"),
        "others_income_yen": 0 if most is None else countable_income(most),
        "others_dependants": 0 if most is None else _yen(most, "dependents_count"),
    }
    too_high = suspended(*(int(value or 0) for value in incomes.values()))
    terms: dict[str, Scalar] = {
        **incomes,
        "suspended": too_high,
        "monthly_yen": 0 if too_high else monthly_yen(children, case.received_on),
        "from": first_month(case.received_on).isoformat(),
        "births": case.stated["births"],
    }
    reason = (
        Reason("income-above-limit", LIMITS.citation, {"income_yen": incomes["income_yen"]})
        if too_high
        else Reason("allowance-granted", ALLOWANCE_ACT, {"children": len(children)})
    )
    return Proposal(granted=True, outcome="suspended" if too_high else "granted", terms=terms, reasons=(reason,))


def _allowance_obstacle(case: Case, findings: Findings) -> Reason | None:
    undeclared = [one for one in findings.found if one.kind == "local-tax" and one.items.get("declared") is not True]
    absent = [one for one in findings.found if one.kind == "resident-record" and one.items.get("resident") is not True]
    conditions: tuple[tuple[str, bool, dict[str, Scalar]], ...] = (
        ("allowance-stands", bool(case.stated["allowance_stands"]), {}),
        ("not-resident", bool(absent), {"persons": len(absent)}),
        ("income-not-declared", bool(undeclared), {"persons": len(undeclared)}),
    )
    return next((Reason(rule, ALLOWANCE_ACT, values) for rule, met, values in conditions if met), None)


def next_payment(case: Case, day: date) -> Payment | None:
    """Return the earliest pay month that is not paid, and not before `day`'s own; None while it lies ahead."""
    proposal = case.proposal
    if proposal is None or not proposal.terms["monthly_yen"]:
        return None
    begins = date.fromisoformat(str(proposal.terms["from"]))
    paid = {one.label for one in case.payments}
    for pay in _pay_days(begins, day):
        label = f"{pay:%Y-%m}"
        months = _months_paid_on(begins, pay)
        if label not in paid and months:
            amount = months * int(proposal.terms["monthly_yen"] or 0)
            return Payment(f"{case.case}-{label}", amount, pay, label)
    return None


def _pay_days(begins: date, day: date) -> list[date]:
    """Return the pay days from the first month on up to the next one from `day`."""
    days = [date(year, month, PAY_DAY) for year in range(begins.year, day.year + 2) for month in PAY_MONTHS]
    following = next(one for one in days if one >= day)
    return [one for one in days if begins <= one <= following]


def _months_paid_on(begins: date, pay: date) -> int:
    """Return how many months a pay day is for: December to March, April to July, August to November."""
    last = pay.year * MONTHS + pay.month - (1 if pay.month == PAY_MONTHS[-1] else 2)
    first = max(last - 3, begins.year * MONTHS + begins.month - 1)
    return max(last - first + 1, 0)


def decide_certificate(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say of an application for the mental certificate on a pension; no opinion is needed."""
    pension = findings.one(Role.APPLICANT, "pension-benefit")
    grade = pension.items.get("disability_grade")
    receiving = pension.items.get("receiving") is True and pension.source is not Source.NO_DATA
    conditions: Sequence[tuple[str, bool]] = (
        ("certificate-held", bool(case.stated["certificate_held"])),
        ("inquiry-not-agreed", not case.stated["agrees_to_inquiry"]),
        ("not-for-mental-disorder", not case.stated["for_mental_disorder"]),
        ("no-disability-pension", not receiving or pension.items.get("pension_type") not in DISABILITY_PENSIONS),
        ("pension-without-grade", grade not in {"1", "2", "3"}),
    )
    for rule, met in conditions:
        if met:
            return Proposal(granted=False, outcome="refused", terms={}, reasons=(Reason(rule, CERTIFICATE_ACT),))
    terms: Mapping[str, Scalar] = {"grade": grade}
    return Proposal(
        granted=True,
        outcome="issued",
        terms=terms,
        reasons=(Reason("grade-of-pension", CERTIFICATE_ACT, {"grade": grade}),),
    )

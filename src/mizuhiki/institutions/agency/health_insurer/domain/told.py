"""What the society tells through linkage: the kind ``medical-insurance``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.institutions.agency.health_insurer.domain.members import CeilingCertificate, Paid, Qualification
from mizuhiki.institutions.agency.health_insurer.domain.rules import burden_percent
from mizuhiki.intake.persons import Told, with_absences
from mizuhiki.vocabulary.layouts import AbsenceReason, Scalar

KIND = "medical-insurance"
SCHEME = "employees-health-insurance"
HIGH_COST = "high-cost"


def told(  # noqa: PLR0917 - the records that one answer is made of
    insurer: str,
    birth_date: date,
    qualifications: Sequence[Qualification],
    certificates: Sequence[CeilingCertificate],
    paid: Sequence[Paid],
    day: date,
) -> list[Told]:
    """Return what is told of a person on a day: the period that covers it, or the latest; nothing of strangers."""
    if not qualifications:
        return []
    current = next((one for one in qualifications if one.covers(day)), None)
    shown = current or max(qualifications, key=lambda one: one.insured_from)
    ceiling = next((one for one in certificates if one.first_day <= day <= one.last_day), None)
    high_cost = sum(one.amount_yen for one in paid if one.benefit == HIGH_COST)
    values: dict[str, Scalar] = {
        "insured": current is not None,
        "scheme": SCHEME,
        "insurer_number": insurer,
        "insured_symbol": shown.symbol,
        "insured_number": shown.number,
        "insured_branch": shown.branch,
        "role": shown.role.value,
        "insured_from": shown.insured_from.isoformat(),
        "insured_until": shown.lost_on.isoformat() if shown.lost_on else None,
        "burden_percent": burden_percent(birth_date, shown.standard_yen, day) if current else None,
        "limit_category": ceiling.category if ceiling else None,
        "high_cost_benefit_yen": high_cost or None,
    }
    reasons = {"insured_until": AbsenceReason.NOT_YET_DETERMINED, "limit_category": AbsenceReason.NOT_HELD}
    return [Told(KIND, min(one.insured_from for one in qualifications), with_absences(values, reasons))]

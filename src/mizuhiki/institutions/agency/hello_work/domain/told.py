"""What Hello Work tells through linkage: the kind ``unemployment-benefit`` (離職票, 受給資格者証)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.institutions.agency.hello_work.domain.benefits import Certification, Qualification, State
from mizuhiki.institutions.agency.hello_work.domain.employments import Employment, Separation
from mizuhiki.intake.persons import Told, with_absences
from mizuhiki.vocabulary.layouts import AbsenceReason, Scalar

KIND = "unemployment-benefit"
HALVES = 2


def told(
    employments: Sequence[Employment],
    separations: Sequence[Separation],
    qualifications: Sequence[Qualification],
    certifications: Sequence[Certification],
    day: date,
) -> list[Told]:
    """Return what is told of a person on a day: the newest separation and what came of it; nothing of strangers."""
    if not employments:
        return []
    since = min(one.insured_from for one in employments)
    slip = max(separations, key=lambda one: one.separated_on, default=None)
    qualification = next(
        (
            one
            for one in qualifications
            if slip and one.separated_on == slip.separated_on and one.state is State.APPROVED
        ),
        None,
    )
    paid = [one for one in certifications if slip and one.separated_on == slip.separated_on and one.paid_yen]
    last = max(paid, key=lambda one: one.certified_on, default=None)
    values: dict[str, Scalar] = {
        "recipient": qualification is not None and qualification.recipient_on(day),
        "separation_date": slip.separated_on.isoformat() if slip else None,
        "separation_reason": slip.reason.value if slip else None,
        "insured_months": qualification.half_months // HALVES if qualification else None,
        "daily_basic_allowance_yen": qualification.daily_yen if qualification else None,
        "prescribed_days": qualification.prescribed_days if qualification else None,
        "remaining_days": qualification.remaining_days if qualification else None,
        "benefit_from": qualification.applied_on.isoformat() if qualification else None,
        "benefit_until": qualification.benefit_until.isoformat() if qualification else None,
        "last_paid_on": last.certified_on.isoformat() if last else None,
        "last_paid_yen": last.paid_yen if last else None,
        "employer_name": slip.employer if slip else None,
    }
    open_question = AbsenceReason.NOT_YET_DETERMINED if slip else AbsenceReason.NOT_APPLICABLE
    return [Told(KIND, since, with_absences(values, dict.fromkeys(values, open_question)))]

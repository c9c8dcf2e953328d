"""What Hello Work's own records say for a claim, and what a decision writes into them (R-243)."""

from __future__ import annotations

from collections.abc import Mapping

from mizuhiki.casework.domain import Case, Role
from mizuhiki.institutions.agency.hello_work.domain.care_leave import care_leave_of, form_of, insured_on
from mizuhiki.institutions.agency.hello_work.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.layouts import Scalar


def facts(records: Records, case: Case) -> Mapping[str, Scalar]:
    """Return whether the claimant was insured when the leave began, and leaves paid for the same family member."""
    claimant, form = case.applicant.person, form_of(case.stated)
    members = {one.person for one in case.subjects if one.role is Role.HOUSEHOLD}
    before = [one for one in records.care_leaves(claimant) if one.family_member in members]
    periods = [(one.insured_from, one.lost_on) for one in records.employments(claimant)]
    return {
        "insured_at_start": insured_on(periods, form.leave_from),
        "care_times_before": len(before),
        "care_days_before": sum(one.days for one in before),
    }


def settle(_context: Context, records: Records, case: Case) -> None:
    """Enter the leave that is paid for; a refusal enters nothing."""
    leave = care_leave_of(case)
    if leave is not None:
        records.insert_care_leave(leave)

"""Claims for the special child rearing allowance, their decision and end (特別児童扶養手当法5条, 11条)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.agency.prefecture_welfare.domain.allowance import (
    Allowance,
    AllowanceState,
    SupportedChild,
    first_month,
    require_children,
    suspended,
)
from mizuhiki.institutions.agency.prefecture_welfare.domain.errors import (
    AllowanceStands,
    DecidedByApplicationClerk,
    NoAllowance,
)
from mizuhiki.institutions.agency.prefecture_welfare.operations.adapters import Adapters, who
from mizuhiki.institutions.agency.prefecture_welfare.ports import Records
from mizuhiki.runtime.context import Context

CLAIM = "take-allowance-claim"
DECIDE = "decide-allowance"
END = "end-allowance"
NUMBER_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim: birth dates of the children with their grades, and incomes of last year in yen."""

    reference: str
    children: Sequence[tuple[date, int]]
    income_yen: int
    dependants: int
    others_income_yen: int = 0
    others_dependants: int = 0


def claim_allowance(context: Context, adapters: Adapters, claim: Claim) -> Allowance:
    """Take a claim and put it before the approver.

    Raises:
        UnknownPersonRecord, AllowanceStands: there is nobody, or a claim or allowance stands.
        AllowanceRefused: see `domain.allowance.require_children`.
    """
    grounds = adapters.permit(context, CLAIM)
    today = context.today()
    children = [
        SupportedChild(reference=claim.reference, ordinal=ordinal, birth_date=birth_date, grade=grade)
        for ordinal, (birth_date, grade) in enumerate(claim.children, start=1)
    ]
    require_children(children, today)
    with adapters.store.transaction() as records:
        records.person(claim.reference)
        standing = {AllowanceState.CLAIMED, AllowanceState.GRANTED}
        if any(one.state in standing for one in records.allowances(claim.reference)):
            raise AllowanceStands
        allowance = Allowance(
            reference=claim.reference,
            claimed_on=today,
            income_yen=claim.income_yen,
            dependants=claim.dependants,
            others_income_yen=claim.others_income_yen,
            others_dependants=claim.others_dependants,
            entitled_from=first_month(today),
            ended_on=None,
            suspended=suspended(claim.income_yen, claim.dependants, claim.others_income_yen, claim.others_dependants),
            certificate_number="",
            state=AllowanceState.CLAIMED,
            taken_by=who(context),
            decided_by="",
        )
        records.insert_allowance(allowance, children)
        records.audit(grounds, "allowance-claimed", "done", subject=claim.reference)
    return allowance


def decide_allowance(context: Context, adapters: Adapters, reference: str, *, grant: bool) -> Allowance:
    """Grant an allowance (suspended where the income is too high) or refuse it.

    Raises:
        NoAllowance: nothing waits.
        DecidedByApplicationClerk: the approver took the claim.
    """
    grounds = adapters.permit(context, DECIDE)
    with adapters.store.transaction() as records:
        waiting = _in_state(records, reference, AllowanceState.CLAIMED)
        if waiting.taken_by == who(context):
            raise DecidedByApplicationClerk
        decided = dataclasses.replace(
            waiting,
            state=AllowanceState.GRANTED if grant else AllowanceState.REFUSED,
            certificate_number=f"{adapters.randomness.below(10**NUMBER_DIGITS):0{NUMBER_DIGITS}d}" if grant else "",
            decided_by=who(context),
        )
        records.update_allowance(decided)
        records.touched(reference)
        records.audit(grounds, "allowance-decided", decided.state.value, subject=reference)
    return decided


def end_allowance(context: Context, adapters: Adapters, reference: str, ended_on: date) -> Allowance:
    """End an allowance, such as when the child enters an institution or turns 20.

    Raises:
        NoAllowance: none is granted.
    """
    grounds = adapters.permit(context, END)
    with adapters.store.transaction() as records:
        granted = _in_state(records, reference, AllowanceState.GRANTED)
        ended = dataclasses.replace(granted, state=AllowanceState.ENDED, ended_on=ended_on)
        records.update_allowance(ended)
        records.touched(reference)
        records.audit(grounds, "allowance-ended", "done", subject=reference)
    return ended


def _in_state(records: Records, reference: str, state: AllowanceState) -> Allowance:
    records.person(reference)
    found = [one for one in records.allowances(reference) if one.state is state]
    if not found:
        raise NoAllowance
    return found[-1]

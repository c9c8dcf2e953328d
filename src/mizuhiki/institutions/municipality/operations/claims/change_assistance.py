"""Stop, resume, change and end public assistance: proposed, approved by another, told in writing (生活保護法26条)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import msgspec

from mizuhiki.casework.domain import Case, CaseState, CaseStep
from mizuhiki.casework.domain.errors import ProposerMayNotDecide
from mizuhiki.casework.operations import CaseAdapters
from mizuhiki.casework.operations.adapters import actor_text
from mizuhiki.casework.operations.notify import NOTIFY
from mizuhiki.casework.ports import PushNotice
from mizuhiki.institutions.municipality.domain.claims import public_assistance
from mizuhiki.institutions.municipality.domain.claims.assistance_changes import (
    AssistanceChange,
    DecidedChange,
    notice,
    state_items,
)
from mizuhiki.institutions.municipality.domain.claims.errors import AssistanceNotRunning, NoChangeProposed
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.runtime.context import Context

PROPOSE = "propose-assistance-change"
APPROVE = "approve-assistance-change"
READ = "read-case-file"


def changes(context: Context, adapters: CaseAdapters[ClaimRecords], case: str) -> list[DecidedChange]:
    """Return the changes of a case in order, the last perhaps not approved yet.

    Raises:
        UnknownClaim, AssistanceNotRunning: see there.
        Withheld: a support measure stands on somebody in the case.
    """
    adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        found = _granted(context, adapters, records, case)
        held = records.assistance.changes(case)
    adapters.require_disclosure(context, found, "changes of assistance")
    return held


def propose_change(context: Context, adapters: CaseAdapters[ClaimRecords], case: str, change: AssistanceChange) -> None:
    """Propose a change; it replaces one that was not approved.

    Raises:
        UnknownClaim, AssistanceNotRunning: see there.
        AssistanceChangeImplausible: see `AssistanceChange.require_possible`.
    """
    grounds = adapters.permit(context, PROPOSE)
    with adapters.store.transaction() as records:
        found = _granted(context, adapters, records, case)
        held = _approved(records.assistance.changes(case))
        change.require_possible(public_assistance.begins(found), [one.change for one in held], context.today())
        proposed = DecidedChange(change=change, proposed_by=actor_text(context))
        records.assistance.put(case, len(held), proposed)
        records.cases.add_step(case, CaseStep(context.now(), "assistance-change-proposed", actor_text(context)))
        records.audit(grounds, "assistance-change-proposed", change.turn.value, subject=case)


def approve_change(context: Context, adapters: CaseAdapters[ClaimRecords], case: str) -> None:
    """Decide as proposed; from its day on others are told of it, at once when the day has come.

    Raises:
        UnknownClaim, AssistanceNotRunning, NoChangeProposed: see there.
        ProposerMayNotDecide: by whoever proposed it.
        AssistanceChangeImplausible: the day it was to begin lies too far off by now.
    """
    grounds = adapters.permit(context, APPROVE)
    with adapters.store.transaction() as records:
        found = _granted(context, adapters, records, case)
        held = records.assistance.changes(case)
        if not held or held[-1].approved_by:
            raise NoChangeProposed
        waiting = held[-1]
        if waiting.proposed_by.rpartition("/")[2] == (context.actor.person or ""):
            raise ProposerMayNotDecide
        before = [one.change for one in held[:-1]]
        waiting.change.require_possible(public_assistance.begins(found), before, context.today())
        approved = msgspec.structs.replace(waiting, approved_by=actor_text(context), approved_on=context.today())
        records.assistance.put(case, len(held) - 1, approved)
        records.cases.add_step(case, CaseStep(context.now(), "assistance-change-approved", actor_text(context)))
        records.audit(grounds, "assistance-change-approved", approved.change.turn.value, subject=case)
        _apply_due(context, records, found)


def notify_change(context: Context, adapters: CaseAdapters[ClaimRecords], case: str) -> str:
    """Send the newest approved change with its reason, once; return the notice's id.

    Raises:
        UnknownClaim, AssistanceNotRunning, NoChangeProposed: see there.
        Withheld: a support measure stands on somebody in the case.
        PeerUnavailable: the own intermediate server does not answer; the notice may be sent again.
    """
    grounds = adapters.permit(context, NOTIFY)
    with adapters.store.transaction() as records:
        found = _granted(context, adapters, records, case)
        approved = _approved(records.assistance.changes(case))
        applicant = records.people.person(found.applicant.person)
    if not approved:
        raise NoChangeProposed
    newest, place = approved[-1], len(approved) - 1
    if newest.notice_id:
        return newest.notice_id
    adapters.require_disclosure(context, found, "notice of a change of assistance")
    words, notice_id = notice(newest.change), f"assistance-change-{found.case}-{place}"
    procedure = adapters.procedure(context, found.procedure)
    adapters.linkage.send_notice(
        PushNotice(
            request_id=notice_id,
            addressee_number=applicant.addressee_number,
            affair=procedure.affair,
            procedure=procedure.code,
            subject=words.subject,
            body=words.body,
        )
    )
    with adapters.store.transaction() as records:
        records.assistance.put(case, place, msgspec.structs.replace(newest, notice_id=notice_id))
        records.cases.add_step(case, CaseStep(context.now(), "notice-sent", actor_text(context)))
        records.audit(grounds, "case-notice-sent", "done", subject=case)
    return notice_id


def turn_assistance(context: Context, adapters: CaseAdapters[ClaimRecords]) -> int:
    """Let changes whose day has come hold for those who ask; return how many cases they touch."""
    with adapters.store.transaction() as records:
        due = records.assistance.due(context.today())
        for case in due:
            _apply_due(context, records, records.cases.case(case))
    return len(due)


def _apply_due(context: Context, records: ClaimRecords, case: Case) -> None:
    """Write into what others are told each approved change that holds by now, in order, once."""
    for place, one in enumerate(_approved(records.assistance.changes(case.case))):
        if one.change.from_day > context.today() or not records.assistance.mark_applied(case.case, place):
            continue
        for subject in case.subjects:
            award = records.awards.award(subject.person, public_assistance.KIND)
            if award is not None:
                items = state_items(one.change, award.items)
                records.awards.put(dataclasses.replace(award, items=items))


def _approved(held: Sequence[DecidedChange]) -> list[DecidedChange]:
    return [one for one in held if one.approved_by]


def _granted(context: Context, adapters: CaseAdapters[ClaimRecords], records: ClaimRecords, case: str) -> Case:
    found = records.cases.case(case)
    adapters.procedure(context, found.procedure)
    granted = found.state is CaseState.DECIDED and found.proposal is not None and found.proposal.granted
    if found.procedure != public_assistance.CODE or not granted:
        raise AssistanceNotRunning
    return found

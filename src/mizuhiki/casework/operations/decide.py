"""Propose, send back, approve, withdraw: one officer computes, another decides (R-361)."""

from __future__ import annotations

import dataclasses

from mizuhiki.casework.domain.cases import CaseState, CaseStep, Proposal, require_move
from mizuhiki.casework.domain.errors import ClaimIncomplete, ProposerMayNotDecide
from mizuhiki.casework.domain.gathering import findings_of
from mizuhiki.casework.operations.adapters import CaseAdapters, actor_text
from mizuhiki.casework.ports import RecordsT
from mizuhiki.runtime.context import Context

PROPOSE = "propose-case"
APPROVE = "approve-case"
SEND_BACK = "send-case-back"
WITHDRAW = "withdraw-claim"


def propose(context: Context, adapters: CaseAdapters[RecordsT], case: str) -> Proposal:
    """Apply the procedure's rule and store what it says; a new proposal replaces one that is not approved.

    Raises:
        UnknownClaim, ClaimNotInState: see there.
        EvidenceMissing: a kind was neither provided nor replaced by a paper. Also what the rule itself raises.
    """
    grounds = adapters.permit(context, PROPOSE)
    with adapters.store.transaction() as records:
        found = records.cases.case(case)
        procedure = adapters.procedure(context, found.procedure)
        require_move(found.state, CaseState.PROPOSED)
        findings = findings_of(procedure, found)
        known = dataclasses.replace(found, stated={**found.stated, **adapters.facts(records, found)})
        proposal = dataclasses.replace(procedure.decide(known, findings), sources=findings.sources())
        person = context.actor.person or ""
        records.cases.update(
            dataclasses.replace(found, state=CaseState.PROPOSED, proposal=proposal, proposed_by=person)
        )
        records.cases.add_step(case, CaseStep(context.now(), "proposed", actor_text(context)))
        records.audit(grounds, "case-proposed", "done", subject=case)
    return proposal


def send_back(context: Context, adapters: CaseAdapters[RecordsT], case: str, remark: str) -> None:
    """Return a proposal to examination with a remark for whoever proposed it (差戻し).

    Raises:
        UnknownClaim, ClaimNotInState: see there.
        ClaimIncomplete: no remark.
    """
    grounds = adapters.permit(context, SEND_BACK)
    if not remark.strip():
        raise ClaimIncomplete(item="remark")
    with adapters.store.transaction() as records:
        found = records.cases.case(case)
        adapters.procedure(context, found.procedure)
        require_move(found.state, CaseState.DECIDED)
        records.cases.update(dataclasses.replace(found, state=CaseState.EXAMINED, proposal=None, proposed_by=""))
        step = CaseStep(context.now(), "sent-back", actor_text(context), remark.strip())
        records.cases.add_step(case, step)
        records.audit(grounds, "case-sent-back", "done", subject=case)


def approve(context: Context, adapters: CaseAdapters[RecordsT], case: str) -> None:
    """Decide as proposed; the body writes the decision into its own records in the same transaction.

    Raises:
        UnknownClaim, ClaimNotInState: see there.
        ProposerMayNotDecide: the actor proposed it, or one of the two has no account.
    """
    grounds = adapters.permit(context, APPROVE)
    with adapters.store.transaction() as records:
        found = records.cases.case(case)
        adapters.procedure(context, found.procedure)
        require_move(found.state, CaseState.DECIDED)
        person = context.actor.person or ""
        if not person or not found.proposed_by or person == found.proposed_by:
            raise ProposerMayNotDecide
        decided = dataclasses.replace(found, state=CaseState.DECIDED, approved_by=person, decided_on=context.today())
        records.cases.update(decided)
        adapters.settle(context, records, decided)
        records.cases.add_step(case, CaseStep(context.now(), "approved", actor_text(context)))
        records.audit(grounds, "case-approved", "done", subject=case)


def withdraw(context: Context, adapters: CaseAdapters[RecordsT], case: str) -> None:
    """End a case because the applicant took the claim back (取下げ).

    Raises:
        UnknownClaim, ClaimNotInState: see there.
    """
    grounds = adapters.permit(context, WITHDRAW)
    with adapters.store.transaction() as records:
        found = records.cases.case(case)
        adapters.procedure(context, found.procedure)
        require_move(found.state, CaseState.WITHDRAWN)
        ended = dataclasses.replace(found, state=CaseState.WITHDRAWN, proposal=None, decided_on=context.today())
        records.cases.update(ended)
        records.cases.add_step(case, CaseStep(context.now(), "withdrawn", actor_text(context)))
        records.audit(grounds, "claim-withdrawn", "done", subject=case)

"""Record what was found at a household; tell the rules what the city itself knows (生活保護法28条; R-239)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from mizuhiki.casework.domain import Case, CaseState, CaseStep, require_move
from mizuhiki.casework.operations import CaseAdapters
from mizuhiki.casework.operations.adapters import actor_text
from mizuhiki.institutions.municipality.domain.claims import public_assistance
from mizuhiki.institutions.municipality.domain.claims.assistance_changes import facts_of as changes_of
from mizuhiki.institutions.municipality.domain.claims.errors import NoInvestigation
from mizuhiki.institutions.municipality.domain.claims.investigation import (
    Investigation,
    RecordedInvestigation,
    facts_of,
)
from mizuhiki.institutions.municipality.domain.claims.people import births
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.layouts import Scalar

INVESTIGATE = "record-investigation"


def record_investigation(
    context: Context, adapters: CaseAdapters[ClaimRecords], case: str, found: Investigation
) -> None:
    """Record a visit; a proposal that stood is dropped, since it rested on what was known before.

    Raises:
        UnknownClaim, ClaimNotInState: see there.
        NoInvestigation: the case is of another procedure.
        InvestigationImplausible: see `Investigation.require_plausible`.
    """
    grounds = adapters.permit(context, INVESTIGATE)
    with adapters.store.transaction() as records:
        known = records.cases.case(case)
        adapters.procedure(context, known.procedure)
        if known.procedure != public_assistance.CODE:
            raise NoInvestigation(procedure=known.procedure)
        require_move(known.state, CaseState.EXAMINED)
        found.require_plausible(known.received_on, context.today(), list(births(known).values()))
        actor = actor_text(context)
        records.investigations.add(case, RecordedInvestigation(found, actor, context.now()))
        records.cases.update(dataclasses.replace(known, state=CaseState.EXAMINED, proposal=None, proposed_by=""))
        records.cases.add_step(case, CaseStep(context.now(), "investigated", actor))
        records.audit(grounds, "household-investigated", "done", subject=case)


def facts_within(code: str) -> Callable[[ClaimRecords, Case], Mapping[str, Scalar]]:
    """Return what reads the facts of a case: whether the applicant lives in municipality `code`, what was found."""

    def facts(records: ClaimRecords, case: Case) -> Mapping[str, Scalar]:
        applicant = records.people.person(case.applicant.person)
        return {
            "resident_here": applicant.municipality_code == code,
            **facts_of(records.investigations.newest(case.case)),
            **changes_of([one.change for one in records.assistance.changes(case.case) if one.approved_by]),
        }

    return facts

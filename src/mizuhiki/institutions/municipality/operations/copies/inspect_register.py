"""Requests for inspection of the register: taken, decided, shown, published (住基法11条, 11条の2; R-045, R-075)."""

from __future__ import annotations

import dataclasses

from mizuhiki.institutions.municipality.domain.copies.inspections import (
    InspectedLine,
    Inspection,
    InspectionNotInState,
    InspectionRefused,
    InspectionRequest,
    InspectionState,
    PublishedLine,
    published,
    require_permissible,
)
from mizuhiki.institutions.municipality.domain.errors import EmptyForm, SamePersonMayNotApprove
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.disclose import withheld_of
from mizuhiki.runtime.context import Context

TAKE, DECIDE = "take-inspection-request", "decide-inspection"
CHANNEL = "inspection"
HOUSEHOLDS_A_SLICE = 500


def take_inspection(context: Context, adapters: Adapters, request: InspectionRequest) -> Inspection:
    """Take a request; what the Act never allows is refused at once, and kept as refused.

    Raises:
        InspectionRefused: it lacks what the Act asks for.
    """
    grounds = adapters.permit(context, TAKE)
    refusal: InspectionRefused | None = None
    try:
        require_permissible(request, context.today())
    except InspectionRefused as error:
        refusal = error
    taken = Inspection(adapters.randomness.token(9), request, context.today())
    if refusal is not None:
        reason = f"{refusal.fields['rule']}: {refusal.fields['item']}"
        taken = dataclasses.replace(
            taken,
            state=InspectionState.REFUSED,
            refusal=reason,
            decided_on=context.today(),
            decided_by=actor_text(context),
        )
    with adapters.store.transaction() as records:
        records.copies.put_inspection(taken)
        records.audit(grounds, "inspection-asked", taken.state.value, subject=taken.inspection)
    if refusal is not None:
        raise refusal
    return taken


def decide_inspection(context: Context, adapters: Adapters, inspection: str, *, refusal: str = "") -> Inspection:
    """Permit a request, or refuse it with a reason [mayor].

    Raises:
        UnknownInspection: there is none.
        InspectionNotInState: it was decided.
    """
    grounds = adapters.permit(context, DECIDE)
    with adapters.store.transaction() as records:
        found = records.copies.inspection(inspection)
        if found.state is not InspectionState.ASKED:
            raise InspectionNotInState
        decided = dataclasses.replace(
            found,
            state=InspectionState.REFUSED if refusal.strip() else InspectionState.PERMITTED,
            refusal=refusal.strip(),
            decided_on=context.today(),
            decided_by=actor_text(context),
        )
        records.copies.put_inspection(decided)
        records.audit(grounds, "inspection-decided", decided.state.value, subject=inspection)
    return decided


def show_inspection(
    context: Context, adapters: Adapters, inspection: str, inspectors_seen: tuple[str, ...]
) -> list[InspectedLine]:
    """Return the four items of those asked for, once, to inspectors whose identity was checked.

    Nobody under a support measure, and nobody who lives with them, is among them (R-075).

    Raises:
        EmptyForm: nobody was identified.
        InspectionRefused: somebody is not among those named in the request.
        InspectionNotInState: it is not permitted, or was shown.
        SamePersonMayNotApprove: the clerk decided on it.
    """
    grounds = adapters.permit(context, TAKE)
    if not inspectors_seen:
        raise EmptyForm(item="inspectors")
    with adapters.store.transaction() as records:
        found = records.copies.inspection(inspection)
        if found.state is not InspectionState.PERMITTED:
            raise InspectionNotInState
        if not set(inspectors_seen) <= set(found.request.inspectors):
            raise InspectionRefused(rule="住民基本台帳法11条の2第3項", item="inspectors")
        if found.decided_by == actor_text(context):
            raise SamePersonMayNotApprove
    wanted = _wanted(adapters, found.request)
    withheld = withheld_of(context, adapters, wanted, CHANNEL)
    lines = [line for resident, line in wanted.items() if resident not in withheld]
    with adapters.store.transaction() as records:
        current = records.copies.inspection(inspection)
        if current.state is not InspectionState.PERMITTED:
            raise InspectionNotInState
        records.copies.put_inspection(
            dataclasses.replace(current, state=InspectionState.DONE, inspected_on=context.today(), people=len(lines))
        )
        records.audit(grounds, "register-inspected", "done", subject=inspection, count=len(lines))
    return lines


def _wanted(adapters: Adapters, request: InspectionRequest) -> dict[str, InspectedLine]:
    """Return the line of everybody asked for; of the others none is in memory for longer than their slice is read."""
    lines: dict[str, InspectedLine] = {}
    with adapters.store.snapshot() as records:
        for some in records.register.in_households(HOUSEHOLDS_A_SLICE):
            lines |= {
                one.resident: InspectedLine(one.name.full, one.birth_date, one.sex, one.address)
                for one in some
                if request.wants(one)
            }
    return lines


def inspections(context: Context, adapters: Adapters) -> list[Inspection]:
    """Return all requests, newest first."""
    adapters.permit(context, TAKE)
    with adapters.store.transaction() as records:
        return records.copies.inspections()


def publication(context: Context, adapters: Adapters, fiscal_year: int) -> list[PublishedLine]:
    """Return what is published about a fiscal year's inspections (11条3項, 11条の2第12項)."""
    grounds = adapters.permit(context, TAKE)
    with adapters.store.transaction() as records:
        lines = published(records.copies.inspections(), fiscal_year)
        records.audit(grounds, "inspections-published", "done", count=len(lines))
    return lines

"""Support measures and their lifts (支援措置; R-076..R-081): the officer marks and lifts, a clerk only asks."""

from __future__ import annotations

import dataclasses

from mizuhiki.institutions.municipality.domain.errors import (
    EmptyForm,
    LiftNotWaiting,
    MeasureEnded,
    MeasureExists,
)
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.institutions.municipality.domain.support_measures import (
    LIFT_LASTS,
    Lift,
    LiftState,
    MeasureView,
    SupportMeasure,
    Work,
    one_year_after,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.ensure_addressees import ensure_addressees
from mizuhiki.institutions.municipality.operations.events.tell_supplement import tell_measure
from mizuhiki.institutions.municipality.operations.publish_resident_copies import hide_households
from mizuhiki.institutions.municipality.ports import IdentificationChange, Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.persons import ChangeReason

MARK, LIFT, ASK = "mark-protected", "lift-protection", "ask-for-lift"


def start_measure(context: Context, adapters: Adapters, resident: str, reason: str) -> str:
    """Put a support measure on a record for one year and return its reference.

    The own intermediate server and the register are told in the same transaction, so that they withhold as well; right
    after it the copies about those who live with the person are replaced by ones that tell nothing.

    Raises:
        EmptyForm: no reason.
        UnknownResident: there is none.
        MeasureExists: one stands on the record already.
    """
    grounds = adapters.permit(context, MARK)
    if not reason.strip():
        raise EmptyForm(item="reason")
    with adapters.store.transaction() as records:
        records.register.resident(resident)
        if records.support.active_of(resident) is not None:
            raise MeasureExists
        measure = SupportMeasure(
            measure=adapters.randomness.token(9),
            resident=resident,
            started_on=context.today(),
            until=one_year_after(context.today()),
            marked_by=context.actor.person or context.actor.role,
            reason=reason.strip(),
        )
        records.support.put_measure(measure)
        _mark(context, adapters, records, resident, protected=True)
        records.audit(grounds, "protection-marked", "done", subject=resident)
    hide_households(context, adapters, grounds, [resident])
    return measure.measure


def renew_measure(context: Context, adapters: Adapters, measure: str) -> None:
    """Let a measure last one year from its last day on, or from today when that has passed.

    Raises:
        UnknownMeasure, MeasureEnded: see there.
    """
    grounds = adapters.permit(context, MARK)
    with adapters.store.transaction() as records:
        found = _active(records, measure)
        until = one_year_after(max(found.until, context.today()))
        records.support.put_measure(dataclasses.replace(found, until=until))
        records.audit(grounds, "protection-renewed", "done", subject=found.resident)


def end_measure(context: Context, adapters: Adapters, measure: str) -> None:
    """End a measure; the own intermediate server and the register are told in the same transaction.

    Raises:
        UnknownMeasure, MeasureEnded: see there.
    """
    grounds = adapters.permit(context, MARK)
    with adapters.store.transaction() as records:
        found = _active(records, measure)
        by = context.actor.person or context.actor.role
        records.support.put_measure(dataclasses.replace(found, ended_on=context.today(), ended_by=by))
        _mark(context, adapters, records, found.resident, protected=False)
        records.audit(grounds, "protection-lifted", "done", subject=found.resident)


def _active(records: Records, measure: str) -> SupportMeasure:
    found = records.support.measure(measure)
    if not found.active:
        raise MeasureEnded
    return found


def _mark(context: Context, adapters: Adapters, records: Records, resident: str, *, protected: bool) -> None:
    records.register.set_protected(resident, protected=protected)
    record = records.register.resident(resident)
    if record.state is not RecordState.REMOVED:
        tell_measure(context, adapters, records, records.register.members(record.household))
    elif record.details.overseas and records.register.by_code(record.code) is None:
        tell_measure(context, adapters, records, [record])
    if record.number is None:
        return
    [addressee] = ensure_addressees(adapters, records, [record])
    records.linkage.tell_protection(addressee)
    if record.state is not RecordState.REMOVED:
        change = IdentificationChange(ChangeReason.EX_OFFICIO_CORRECTION, context.today(), record, in_register=True)
        records.register.notify_prefecture([change])


def measures(context: Context, adapters: Adapters) -> list[MeasureView]:
    """Return every measure with its person and lifts, active ones first, for the officer who decides on them.

    The gate is not asked: its answers come from exactly this officer.
    """
    grounds = adapters.permit(context, LIFT)
    with adapters.store.transaction() as records:
        found = records.support.measures()
        people = records.register.residents([one.resident for one in found])
        lifts = records.support.lifts([one.measure for one in found])
        records.audit(grounds, "protection-listed", "done", count=len(found))
    return [
        MeasureView(
            measure=one,
            name=person.name.full,
            birth_date=person.birth_date,
            household=person.household,
            address=person.address,
            lifts=tuple(lift for lift in lifts if lift.measure == one.measure),
        )
        for one, person in zip(found, people, strict=True)
    ]


def ask_for_lift(context: Context, adapters: Adapters, measure: str, work: Work, reason: str) -> str:
    """Ask the responsible officer to lift a measure for one piece of one's own work; return the request's token.

    Raises:
        EmptyForm: no reason.
        UnknownMeasure, MeasureEnded: see there.
    """
    grounds = adapters.permit(context, ASK)
    if not reason.strip():
        raise EmptyForm(item="reason")
    with adapters.store.transaction() as records:
        found = _active(records, measure)
        lift = Lift(
            lift=adapters.randomness.token(9),
            measure=measure,
            clerk=context.actor.person or "",
            work=work,
            reason=reason.strip(),
            asked_at=context.now(),
        )
        records.support.put_lift(lift)
        records.audit(grounds, "lift-asked", work, subject=found.resident)
    return lift.lift


def own_lifts(context: Context, adapters: Adapters, measure: str) -> list[Lift]:
    """Return what the actor asked for about a measure, newest first.

    Raises:
        UnknownMeasure: there is none.
    """
    adapters.permit(context, ASK)
    with adapters.store.transaction() as records:
        records.support.measure(measure)
        found = records.support.lifts([measure])
    return [lift for lift in found if lift.clerk == context.actor.person]


def way_of_lift(context: Context, adapters: Adapters, lift: str) -> tuple[Work, str, str]:
    """Return for which work, household and resident an own lift is open; the tokens say nothing by themselves.

    Raises:
        UnknownLift: there is none of the actor's.
        LiftNotWaiting: it is not open.
    """
    adapters.permit(context, ASK)
    with adapters.store.transaction() as records:
        found = records.support.lift(lift)
        if found.clerk != context.actor.person or found.state(context.now()) is not LiftState.OPEN:
            raise LiftNotWaiting
        resident = records.support.measure(found.measure).resident
        return found.work, records.register.resident(resident).household, resident


def decide_lift(context: Context, adapters: Adapters, lift: str, *, grant: bool) -> None:
    """Grant or decline a lift that was asked for; a granted one is open for `LIFT_LASTS` from now.

    Raises:
        UnknownLift: there is none.
        LiftNotWaiting: it was decided already.
        SameOfficerMayNotLift: the officer is the clerk who asked.
    """
    grounds = adapters.permit(context, LIFT)
    with adapters.store.transaction() as records:
        found = records.support.lift(lift)
        if found.state(context.now()) is not LiftState.ASKED:
            raise LiftNotWaiting
        found.require_other(context.actor.person or "")
        measure = _active(records, found.measure)
        decided = dataclasses.replace(
            found,
            decided_by=context.actor.person or "",
            decided_at=context.now(),
            expires_at=context.now() + LIFT_LASTS if grant else None,
        )
        records.support.put_lift(decided)
        records.audit(grounds, "lift-granted" if grant else "lift-declined", found.work, subject=measure.resident)


def close_lift(context: Context, adapters: Adapters, lift: str) -> None:
    """Lock again what was lifted, before its time is over.

    Raises:
        UnknownLift: there is none.
        LiftNotWaiting: it is not open.
    """
    grounds = adapters.permit(context, LIFT)
    with adapters.store.transaction() as records:
        found = records.support.lift(lift)
        if found.state(context.now()) is not LiftState.OPEN:
            raise LiftNotWaiting
        records.support.put_lift(dataclasses.replace(found, closed_at=context.now()))
        resident = records.support.measure(found.measure).resident
        records.audit(grounds, "lift-closed", found.work, subject=resident)

"""A protected person who comes back: the support measure is on the new record from the moment it exists (R-058, R-076).

What is known of the measure when somebody comes back from abroad stands on the records they left here, on the
supplement to the family register, or arrives with the home registry's answer. The home registry answers another
municipality about a protected person only after its responsible officer named that municipality, as the person said;
the answer holds no address, and the measure goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from mizuhiki.institutions.municipality.domain.errors import (
    AlreadyResident,
    NothingToTransfer,
    SameOfficerMayNotLift,
)
from mizuhiki.institutions.municipality.domain.moves import CarriedMeasure
from mizuhiki.institutions.municipality.domain.support_measures import MeasureReturn, SupportMeasure, WaitingReturn
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.places import municipality

LIFT = "lift-protection"


def approve_return(context: Context, adapters: Adapters, person: str, to_municipality: str) -> None:
    """Let code, number and measure of a protected person abroad go to one municipality [support-officer].

    Raises:
        UnknownMunicipality: there is none with that code.
        NothingToTransfer: nobody of that name in the supplement is abroad and protected, or it was approved already.
        AlreadyResident: the destination is this municipality, which needs no approval.
        SameOfficerMayNotLift: the officer has no account.
    """
    grounds = adapters.permit(context, LIFT)
    if not context.actor.person:
        raise SameOfficerMayNotLift
    if municipality(to_municipality).code == adapters.code:
        raise AlreadyResident
    with adapters.store.transaction() as records:
        waiting = {one.person: one for one in records.supplement.protected_abroad()}
        if person not in waiting or waiting[person].to_municipality == to_municipality:
            raise NothingToTransfer
        records.supplement.put_return(MeasureReturn(person, to_municipality, context.actor.person, context.now()))
        records.audit(grounds, "measure-transfer-approved", to_municipality, count=1)


def waiting_returns(context: Context, adapters: Adapters) -> list[WaitingReturn]:
    """Return protected people abroad with the municipality that may learn of them, for the officer who decides."""
    grounds = adapters.permit(context, LIFT)
    with adapters.store.transaction() as records:
        found = records.supplement.protected_abroad()
        records.audit(grounds, "protection-listed", "returns", count=len(found))
    return found


def standing_measure(records: Records, code: ResidentRecordCode) -> CarriedMeasure | None:
    """Return the measure by which a person is protected here, on a record they left or on the supplement."""
    for record in records.events.all_removed_with(code):
        measure = records.support.active_of(record.resident)
        if measure is not None:
            return CarriedMeasure(measure.started_on, measure.until, measure.reason)
    person = records.supplement.person_of(code)
    view = None if person is None else records.supplement.view(person)
    return None if view is None else view.measure


def mark_returned(
    adapters: Adapters, records: Records, grounds: Grounds, measures: Mapping[str, CarriedMeasure]
) -> None:
    """Put measures on records just made, in the same transaction as their entry."""
    for resident, carried in measures.items():
        records.support.put_measure(
            SupportMeasure(
                measure=adapters.randomness.token(9),
                resident=resident,
                started_on=carried.started_on,
                until=carried.until,
                marked_by=str(adapters.institution),
                reason=carried.reason,
            )
        )
        records.audit(grounds, "measure-taken-over", "return", subject=resident)

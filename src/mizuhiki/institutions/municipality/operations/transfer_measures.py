"""A protected family that moves: the measure goes with them to the new municipality (要領第5-10, 申出書の転送; R-076).

The responsible officer of the old municipality approves it for one announced move and one destination. Only then does
the certificate leave, sealed, to that municipality alone, with the marks. There the records are protected from the
moment they exist. Here everybody who left is protected, since the old record says where they went.
"""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.municipality.domain.errors import (
    AlreadyResident,
    MoveCompleted,
    NothingToTransfer,
    SameOfficerMayNotLift,
)
from mizuhiki.institutions.municipality.domain.events.errors import NoMoveAnnounced
from mizuhiki.institutions.municipality.domain.moves import CarriedMeasure, Move, MovingOutCertificate
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.domain.support_measures import MeasureTransfer, SupportMeasure, WaitingTransfer
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.ensure_addressees import ensure_addressees
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.places import municipality

LIFT = "lift-protection"


def approve_transfer(context: Context, adapters: Adapters, move_reference: str, to_municipality: str) -> None:
    """Let the certificate and the measures of one announced move go to one municipality [support-officer].

    The destination is what the protected person told the officer; nothing goes anywhere else.

    Raises:
        UnknownMove, UnknownMunicipality: see there.
        NoMoveAnnounced, MoveCompleted: the move is not open.
        NothingToTransfer: nobody who moves is protected, or it was approved already.
        AlreadyResident: the destination is this municipality.
        SameOfficerMayNotLift: the officer has no account.
    """
    grounds = adapters.permit(context, LIFT)
    if not context.actor.person:
        raise SameOfficerMayNotLift
    if municipality(to_municipality).code == adapters.code:
        raise AlreadyResident
    with adapters.store.transaction() as records:
        move = _open_move(records, move_reference)
        if not records.support.measures_of(move.residents) or records.support.transfer_of(move_reference) is not None:
            raise NothingToTransfer
        records.support.put_transfer(
            MeasureTransfer(move_reference, to_municipality, context.actor.person, context.now()), move.residents
        )
        records.audit(grounds, "measure-transfer-approved", to_municipality, count=len(move.residents))


def _open_move(records: Records, reference: str) -> Move:
    move = records.register.move(reference)
    if move.completed_on is not None:
        raise MoveCompleted
    if move.cancelled_on is not None:
        raise NoMoveAnnounced
    return move


def waiting_transfers(context: Context, adapters: Adapters) -> list[WaitingTransfer]:
    """Return announced moves of protected people with what was decided, for the officer who decides."""
    grounds = adapters.permit(context, LIFT)
    with adapters.store.transaction() as records:
        found = []
        for move in records.support.moves_under_measures():
            names = tuple(record.name.full for record in records.register.residents(move.residents))
            transfer = records.support.transfer_of(move.reference)
            found.append(
                WaitingTransfer(
                    move.reference,
                    names,
                    move.planned_on,
                    move.planned_address,
                    "" if transfer is None else transfer.to_municipality,
                )
            )
        records.audit(grounds, "protection-listed", "moves", count=len(found))
    return found


def carried_measures(records: Records, people: Sequence[ResidentRecord]) -> dict[str, CarriedMeasure]:
    """Return the measures that stand on people who move, by record."""
    found = {one.resident: records.support.active_of(one.resident) for one in people}
    return {
        resident: CarriedMeasure(measure.started_on, measure.until, measure.reason)
        for resident, measure in found.items()
        if measure is not None
    }


def take_measures_over(
    adapters: Adapters,
    records: Records,
    grounds: Grounds,
    certificate: MovingOutCertificate,
    entered: Sequence[ResidentRecord],
) -> None:
    """Put the measures of a certificate on the records just made, in the same transaction as their entry."""
    for person, record in zip(certificate.persons, entered, strict=True):
        if person.measure is None:
            continue
        records.support.put_measure(
            SupportMeasure(
                measure=adapters.randomness.token(9),
                resident=record.resident,
                started_on=person.measure.started_on,
                until=person.measure.until,
                marked_by=f"municipality-{certificate.from_municipality}",
                reason=person.measure.reason,
            )
        )
        records.audit(grounds, "measure-taken-over", certificate.from_municipality, subject=record.resident)


def destination_of(records: Records, move: Move) -> str:
    """Return where a move goes, for the removed records (転出先); empty where it would lead to somebody protected.

    Of a transferred move every record is protected by `protect_those_who_left`, so that it may say it.
    """
    hidden = records.support.measures_of(move.residents) and records.support.transfer_of(move.reference) is None
    return "" if hidden else move.planned_address


def protect_those_who_left(
    context: Context, adapters: Adapters, records: Records, reference: str, left: Sequence[ResidentRecord]
) -> None:
    """Protect every record of a transferred move, since each says where the family went (除票; R-076).

    `left` are all of the move, those too who are still to follow: what was announced for them names the place.
    """
    transfer = records.support.transfer_of(reference)
    if transfer is None:
        return
    measured = [records.support.active_of(one.resident) for one in left]
    standing = next((measure for measure in measured if measure is not None), None)
    if standing is None:
        return  # the measure ended between approval and arrival: nobody is to be hidden any more
    for record, own in zip(left, measured, strict=True):
        if own is not None:
            continue
        records.support.put_measure(
            SupportMeasure(
                measure=adapters.randomness.token(9),
                resident=record.resident,
                started_on=context.today(),
                until=standing.until,
                marked_by=transfer.approved_by,
                reason=standing.reason,
            )
        )
        records.register.set_protected(record.resident, protected=True)
        [addressee] = ensure_addressees(adapters, records, [records.register.resident(record.resident)])
        records.linkage.tell_protection(addressee)

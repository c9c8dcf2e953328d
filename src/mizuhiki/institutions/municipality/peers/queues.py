"""Messages queued in the transaction that caused them: to the prefecture, the previous municipality, the own server."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.municipality.domain.addressees import Addressee
from mizuhiki.institutions.municipality.domain.card_moves import CardMove
from mizuhiki.institutions.municipality.domain.errors import LinkageNotReady
from mizuhiki.institutions.municipality.domain.moves import MoveInNotice
from mizuhiki.institutions.municipality.domain.notices import Envelope, ReturnedNotice
from mizuhiki.institutions.municipality.peers.register_messages import write_four_items
from mizuhiki.institutions.municipality.ports import IdentificationChange
from mizuhiki.runtime.outbox import Outbox
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, intermediate_server_of
from mizuhiki.vocabulary.places import municipality as place
from mizuhiki.wire import intermediate_server, municipality, national_register, prefecture

LARGEST_MESSAGE = 200
"""Changes in one message: enough for speed, few enough that a refused one holds up little."""


class PrefectureQueue:
    """Writes identification information into the outbox, in one ordered stream per municipality."""

    def __init__(self, outbox: Outbox, municipality_code: str, randomness: Randomness) -> None:
        self._outbox = outbox
        self._code = municipality_code
        self._prefecture = institution_id(InstitutionKind.PREFECTURE, place(municipality_code).prefecture_code)
        self._randomness = randomness

    def __call__(self, connection: Connection, changes: Sequence[tuple[IdentificationChange, int]]) -> None:
        """Queue changes with their sequences."""
        for start in range(0, len(changes), LARGEST_MESSAGE):
            batch = changes[start : start + LARGEST_MESSAGE]
            self._outbox.enqueue(
                connection,
                peer=self._prefecture,
                endpoint=prefecture.NOTIFY_IDENTIFICATION,
                message=national_register.IdentificationChanges(
                    changes=[self._change(change, sequence) for change, sequence in batch]
                ),
                subject="identification",
                sealed=True,
            )

    def _change(self, change: IdentificationChange, sequence: int) -> national_register.IdentificationChange:
        record = change.record
        if record.number is None:
            raise LinkageNotReady
        return national_register.IdentificationChange(
            change_id=self._randomness.token(),
            sequence=sequence,
            municipality_code=self._code,
            reason=change.reason.value,
            effective_on=change.effective_on,
            resident_record_code=record.code.reveal(),
            individual_number=record.number.reveal(),
            four_items=write_four_items(record.four_items),
            in_register=change.in_register,
            protected=record.protected,
            previous_resident_record_code="" if change.previous_code is None else change.previous_code.reveal(),
        )


class MunicipalityQueue:
    """Writes move-in notices into the outbox."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def __call__(self, connection: Connection, municipality_code: str, notice: MoveInNotice) -> None:
        """Queue one notice."""
        self._outbox.enqueue(
            connection,
            peer=institution_id(InstitutionKind.MUNICIPALITY, municipality_code),
            endpoint=municipality.NOTIFY_MOVE_IN,
            message=municipality.MoveInNotice(
                notice_id=notice.notice_id,
                move_reference=notice.move_reference,
                to_municipality=notice.to_municipality,
                moved_in_on=notice.moved_in_on,
                resident_record_codes=[code.reveal() for code in notice.codes],
            ),
            subject=notice.move_reference,
            sealed=True,
        )


class OwnServerQueue:
    """Writes marks of addressees for the own intermediate server into the outbox, in order per addressee."""

    def __init__(self, outbox: Outbox, institution: InstitutionId) -> None:
        self._outbox = outbox
        self._server = intermediate_server_of(institution)

    def __call__(self, connection: Connection, addressee: Addressee) -> None:
        """Queue whether a support measure stands on the addressee."""
        self._outbox.enqueue(
            connection,
            peer=self._server,
            endpoint=intermediate_server.MARK_ADDRESSEE,
            message=intermediate_server.AddresseeMark(
                addressee_number=addressee.addressee_number, protected=addressee.protected
            ),
            subject=addressee.addressee_number,
            sealed=True,
        )


class CardIssuerQueue:
    """Writes moves by which a card may end into the outbox, in one ordered stream per municipality."""

    def __init__(self, outbox: Outbox, randomness: Randomness) -> None:
        self._outbox = outbox
        self._randomness = randomness

    def __call__(self, connection: Connection, moves: Sequence[CardMove]) -> None:
        """Queue moves."""
        for start in range(0, len(moves), LARGEST_MESSAGE):
            batch = moves[start : start + LARGEST_MESSAGE]
            self._outbox.enqueue(
                connection,
                peer=institution_id(InstitutionKind.NATIONAL_REGISTER),
                endpoint=national_register.TAKE_CARD_MOVES,
                message=national_register.CardMoves(moves=[self._move(move) for move in batch]),
                subject="card-moves",
                sealed=True,
            )

    def _move(self, move: CardMove) -> national_register.CardMove:
        return national_register.CardMove(
            notice_id=self._randomness.token(),
            resident_record_code=move.code.reveal(),
            kind=move.kind,
            happened_on=move.happened_on,
            reported_on=move.reported_on,
            abroad_allowed=move.abroad_allowed,
        )


class CardMakerQueue:
    """Writes envelopes to be printed and returned registrations into the outbox, in order per card maker."""

    def __init__(self, outbox: Outbox, municipality_code: str) -> None:
        self._outbox = outbox
        self._code = municipality_code

    def __call__(self, connection: Connection, message: Envelope | ReturnedNotice) -> None:
        """Queue one message."""
        endpoint, content = (
            (national_register.TAKE_NOTICE_ADDRESSES, self._addresses(message))
            if isinstance(message, Envelope)
            else (national_register.REGISTER_RETURNED_NOTICE, self._returned(message))
        )
        self._outbox.enqueue(
            connection,
            peer=institution_id(InstitutionKind.NATIONAL_REGISTER),
            endpoint=endpoint,
            message=content,
            subject="notices",
            sealed=True,
        )

    def _addresses(self, envelope: Envelope) -> national_register.NoticeAddresses:
        return national_register.NoticeAddresses(
            mailing=envelope.mailing,
            municipality_code=self._code,
            recipient=envelope.recipient,
            destination=envelope.destination.reveal(),
            sheets=[
                national_register.NoticeSheet(
                    notice_number=sheet.number,
                    resident_record_code=sheet.code.reveal(),
                    form=sheet.form.value,
                    cause=sheet.cause.value,
                    responsible_municipality=sheet.responsible,
                    under_measure=sheet.under_measure,
                )
                for sheet in envelope.sheets
            ],
        )

    def _returned(self, returned: ReturnedNotice) -> national_register.ReturnedNotice:
        return national_register.ReturnedNotice(
            municipality_code=self._code,
            notice_number=returned.number,
            reason=returned.reason.value,
            registered_on=returned.registered_on,
        )

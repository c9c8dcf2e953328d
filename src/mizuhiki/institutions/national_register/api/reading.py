"""From wire messages to domain types and back: the only place where text becomes a number or a code."""

from __future__ import annotations

from mizuhiki.card.faces import FaceImages
from mizuhiki.institutions.national_register.domain.card_moves import CardMove, MoveKind, ToldMove
from mizuhiki.institutions.national_register.domain.notices import NoticeOrder, OrderedSheet, PostAddress
from mizuhiki.institutions.national_register.domain.records import (
    CardAtDesk,
    CardClaim,
    IdentificationNotice,
    NumberLine,
    Subject,
)
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, FourItems, Sex
from mizuhiki.wire import national_register as wire


def read_four_items(message: wire.FourItemsMessage) -> FourItems:
    """Return the four items of a message."""
    return FourItems(
        name=message.name,
        name_kana=message.name_kana,
        birth_date=message.birth_date,
        sex=Sex(message.sex),
        address=message.address,
    )


def write_four_items(items: FourItems) -> wire.FourItemsMessage:
    """Return the message of four items."""
    return wire.FourItemsMessage(
        name=items.name,
        name_kana=items.name_kana,
        birth_date=items.birth_date,
        sex=int(items.sex),
        address=items.address,
    )


def read_lines(message: wire.NumberGenerationRequest) -> list[NumberLine]:
    """Return the lines of a generation request.

    Raises:
        MalformedResidentRecordCode: a code has a wrong length or check digit.
    """
    return [NumberLine(line.line_id, ResidentRecordCode.parse(line.resident_record_code)) for line in message.lines]


def read_notice(change: wire.IdentificationChange) -> IdentificationNotice:
    """Return one notice.

    Raises:
        MalformedIndividualNumber, MalformedResidentRecordCode: see `vocabulary.numbers`.
    """
    return IdentificationNotice(
        change_id=change.change_id,
        sequence=change.sequence,
        municipality_code=change.municipality_code,
        reason=ChangeReason(change.reason),
        effective_on=change.effective_on,
        code=ResidentRecordCode.parse(change.resident_record_code),
        number=IndividualNumber.parse(change.individual_number),
        four_items=read_four_items(change.four_items),
        in_register=change.in_register,
        protected=change.protected,
    )


def read_card_move(message: wire.CardMove, municipality_code: str) -> ToldMove:
    """Return one notice of a move that a municipality told.

    Raises:
        MalformedResidentRecordCode: the code has a wrong length or check digit.
    """
    return ToldMove(
        ResidentRecordCode.parse(message.resident_record_code),
        CardMove(
            notice_id=message.notice_id,
            municipality_code=municipality_code,
            kind=MoveKind(message.kind),
            happened_on=message.happened_on,
            reported_on=message.reported_on,
            abroad_allowed=message.abroad_allowed,
        ),
    )


def read_claim(message: wire.CardHolderClaim) -> CardClaim:
    """Return a claim about a card.

    Raises:
        MalformedResidentRecordCode: the code has a wrong length or check digit.
    """
    return CardClaim(
        code=ResidentRecordCode.parse(message.resident_record_code),
        card_serial=message.card_serial,
        card_expires_on=message.card_expires_on,
        municipality_code=message.municipality_code,
        four_items=read_four_items(message.four_items),
    )


def read_subject(subject: wire.PseudonymSubject) -> Subject:
    """Return one subject with its code or its number."""
    return Subject(
        acquisition_number=subject.acquisition_number,
        code=ResidentRecordCode.parse(subject.resident_record_code) if subject.resident_record_code else None,
        number=IndividualNumber.parse(subject.individual_number) if subject.individual_number else None,
    )


def read_order(request: wire.NoticeAddresses) -> NoticeOrder:
    """Return an order for cards.

    Raises:
        Malformed: a code is none.
    """
    return NoticeOrder(
        mailing=request.mailing,
        municipality_code=request.municipality_code,
        recipient=PostAddress(request.recipient),
        destination=PostAddress(request.destination),
        sheets=tuple(
            OrderedSheet(
                number=sheet.notice_number,
                code=ResidentRecordCode.parse(sheet.resident_record_code),
                form=sheet.form,
                cause=sheet.cause,
                responsible=sheet.responsible_municipality,
                under_measure=sheet.under_measure,
            )
            for sheet in request.sheets
        ),
    )


def read_card_at_desk(message: wire.CardMaking | wire.CardSessionOpening) -> CardAtDesk:
    """Return the card a message is about.

    Raises:
        MalformedResidentRecordCode: the code has a wrong length or check digit.
    """
    return CardAtDesk(
        municipality_code=message.municipality_code,
        code=ResidentRecordCode.parse(message.resident_record_code),
        card_serial=message.card_serial,
        card_number=message.card_number,
        four_items=read_four_items(message.four_items),
    )


def read_pictures(message: wire.CardPictures) -> FaceImages:
    """Return the pictures of a card's face."""
    return FaceImages(
        name=message.name,
        address=message.address,
        photo=message.photo,
        security_code=message.security_code,
        number=message.number,
    )

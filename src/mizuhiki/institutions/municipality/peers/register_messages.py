"""Domain values as messages of the registers and back."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.moves import MovingOutCertificate, MovingOutPerson
from mizuhiki.institutions.municipality.domain.residents import RecordDetails
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import (
    FourItems,
    ResidenceCardNumber,
    ResidenceCategory,
    ResidenceStatus,
    Sex,
    parse_position,
)
from mizuhiki.wire import municipality
from mizuhiki.wire.national_register import FourItemsMessage


def write_four_items(items: FourItems) -> FourItemsMessage:
    """Return the wire form of four items."""
    return FourItemsMessage(
        name=items.name,
        name_kana=items.name_kana,
        birth_date=items.birth_date,
        sex=int(items.sex),
        address=items.address,
    )


def read_four_items(message: FourItemsMessage) -> FourItems:
    """Return the four items of a message.

    Raises:
        MalformedFourItems: name or address is empty.
    """
    return FourItems(message.name, message.name_kana, message.birth_date, Sex(message.sex), message.address)


def _read_residence(message: municipality.ResidenceMessage | None) -> ResidenceStatus | None:
    if message is None:
        return None
    return ResidenceStatus(
        nationality=message.nationality,
        category=ResidenceCategory(message.category),
        status=message.status,
        resident_since=message.resident_since,
        stay_until=message.stay_until,
        card_number=ResidenceCardNumber.parse(message.card_number) if message.card_number else None,
        period=message.period,
    )


def read_certificate(message: municipality.MovingOutCertificate) -> MovingOutCertificate:
    """Return the certificate of a message.

    Raises:
        Malformed: a code, number or relationship is not one.
    """
    return MovingOutCertificate(
        move_reference=message.move_reference,
        from_municipality=message.from_municipality,
        planned_on=message.planned_on,
        planned_address=message.planned_address,
        persons=tuple(
            MovingOutPerson(
                code=ResidentRecordCode.parse(person.resident_record_code),
                number=IndividualNumber.parse(person.individual_number),
                four_items=read_four_items(person.four_items),
                relationship=parse_position(person.relationship),
                registered_domicile=person.registered_domicile,
                head_of_family_register=person.head_of_family_register,
                resident_since=person.resident_since,
                nationality=person.nationality,
                details=RecordDetails(
                    residence=_read_residence(person.residence),
                    alias=person.alias,
                    alias_kana=person.alias_kana,
                    former_name=person.former_name,
                    former_name_kana=person.former_name_kana,
                    reading_confirmed_on=person.reading_confirmed_on,
                ),
            )
            for person in message.persons
        ),
    )

"""A moving-out certificate as the wire message we answer with."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.moves import MovingOutCertificate
from mizuhiki.vocabulary.persons import ResidenceStatus
from mizuhiki.wire import municipality
from mizuhiki.wire.national_register import FourItemsMessage


def write_residence(residence: ResidenceStatus | None) -> municipality.ResidenceMessage | None:
    """Return the wire form of a residence status."""
    if residence is None:
        return None
    card = residence.card_number
    return municipality.ResidenceMessage(
        nationality=residence.nationality,
        category=residence.category.value,
        status=residence.status,
        period=residence.period,
        resident_since=residence.resident_since,
        stay_until=residence.stay_until,
        card_number="" if card is None else card.value,
    )


def write_certificate(certificate: MovingOutCertificate) -> municipality.MovingOutCertificate:
    """Return the wire form of a certificate."""
    return municipality.MovingOutCertificate(
        move_reference=certificate.move_reference,
        from_municipality=certificate.from_municipality,
        planned_on=certificate.planned_on,
        planned_address=certificate.planned_address,
        persons=[
            municipality.MovingOutPerson(
                resident_record_code=person.code.reveal(),
                individual_number=person.number.reveal(),
                four_items=FourItemsMessage(
                    name=person.four_items.name,
                    name_kana=person.four_items.name_kana,
                    birth_date=person.four_items.birth_date,
                    sex=int(person.four_items.sex),
                    address=person.four_items.address,
                ),
                relationship=person.relationship.value,
                registered_domicile=person.registered_domicile,
                head_of_family_register=person.head_of_family_register,
                resident_since=person.resident_since,
                nationality=person.nationality,
                residence=write_residence(person.details.residence),
                alias=person.details.alias,
                alias_kana=person.details.alias_kana,
                former_name=person.details.former_name,
                former_name_kana=person.details.former_name_kana,
                reading_confirmed_on=person.details.reading_confirmed_on,
            )
            for person in certificate.persons
        ],
    )

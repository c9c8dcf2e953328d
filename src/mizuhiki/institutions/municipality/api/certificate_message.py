"""A moving-out certificate as the wire message we answer with."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.moves import MovingOutCertificate
from mizuhiki.wire import municipality
from mizuhiki.wire.national_register import FourItemsMessage


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
            )
            for person in certificate.persons
        ],
    )

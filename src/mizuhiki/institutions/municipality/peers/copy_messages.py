"""Copies at another municipality's counter as messages, on the asking side."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.copies.content import CopyContent, CopyPerson
from mizuhiki.institutions.municipality.domain.copies.requests import NationwideQuery
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import Sex
from mizuhiki.wire import municipality
from mizuhiki.wire.national_register import FourItemsMessage


def write_query(query: NationwideQuery) -> municipality.NationwideCopyRequest:
    """Return the wire form of a query."""
    return municipality.NationwideCopyRequest(
        request_id=query.request_id,
        four_items=FourItemsMessage(
            name=query.name, name_kana="", birth_date=query.birth_date, sex=query.sex, address=query.address
        ),
        by=query.by.value,
        shown=query.shown.value,
        scope=query.scope.value,
        items=sorted(item.value for item in query.items),
    )


def _person(message: municipality.CopyPersonMessage) -> CopyPerson:
    code, number = message.resident_record_code, message.individual_number
    return CopyPerson(
        name=message.name,
        birth_date=message.birth_date,
        sex=Sex(message.sex),
        address=message.address,
        resident_since=message.resident_since,
        foreign=message.foreign,
        reading=message.reading,
        former_name=message.former_name,
        alias=message.alias,
        head=message.head,
        relationship=message.relationship,
        address_since=message.address_since,
        notified_on=message.notified_on,
        nationality=message.nationality,
        category=message.category,
        status=message.status,
        period=message.period,
        stay_until=message.stay_until,
        residence_card=message.residence_card,
        code=ResidentRecordCode.parse(code) if code else None,
        number=IndividualNumber.parse(number) if number else None,
    )


def read_copy(message: municipality.NationwideCopy) -> CopyContent:
    """Return the content of an answer.

    Raises:
        Malformed: a code or number is not one.
    """
    return CopyContent(message.address, message.head, tuple(_person(one) for one in message.people))

"""Serves other municipalities' counters the content of copies (住基法12条の4; R-047)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.copies.content import CopyContent, CopyPerson
from mizuhiki.institutions.municipality.domain.copies.kinds import Item, Requester, Scope, Shown
from mizuhiki.institutions.municipality.domain.copies.requests import NationwideQuery
from mizuhiki.institutions.municipality.operations.copy_service import CopyOperations
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.ids import key_of
from mizuhiki.vocabulary.persons import Sex
from mizuhiki.wire import municipality as wire


class CopyRequestUnreadable(Malformed):
    """Requester, document, scope, item or sex is none that is known."""

    code = "copy-request-unreadable"
    title = "The request for a copy names something unknown"


def _query(message: wire.NationwideCopyRequest) -> NationwideQuery:
    items = message.four_items
    try:
        return NationwideQuery(
            request_id=message.request_id,
            name=items.name,
            birth_date=items.birth_date,
            sex=Sex(items.sex),
            address=items.address,
            by=Requester(message.by),
            shown=Shown(message.shown),
            scope=Scope(message.scope),
            items=frozenset(Item(item) for item in message.items),
        )
    except ValueError as error:
        raise CopyRequestUnreadable from error


def _person(person: CopyPerson) -> wire.CopyPersonMessage:
    return wire.CopyPersonMessage(
        name=person.name,
        birth_date=person.birth_date,
        sex=int(person.sex),
        address=person.address,
        resident_since=person.resident_since,
        foreign=person.foreign,
        reading=person.reading,
        former_name=person.former_name,
        alias=person.alias,
        head=person.head,
        relationship=person.relationship,
        address_since=person.address_since,
        notified_on=person.notified_on,
        nationality=person.nationality,
        category=person.category,
        status=person.status,
        period=person.period,
        stay_until=person.stay_until,
        residence_card=person.residence_card,
        resident_record_code="" if person.code is None else person.code.reveal(),
        individual_number="" if person.number is None else person.number.reveal(),
    )


def _write(content: CopyContent) -> wire.NationwideCopy:
    return wire.NationwideCopy(
        address=content.address, head=content.head, people=[_person(one) for one in content.people]
    )


def serve_copies(api: Api, copies: CopyOperations) -> None:
    """Register the endpoint with its handler."""

    def nationwide(call: Call, request: wire.NationwideCopyRequest) -> wire.NationwideCopy:
        context = call.context(
            affair="resident-register", basis="住民基本台帳法12条の4", purpose="copy at another municipality's counter"
        )
        return _write(copies.answer_nationwide(context, key_of(call.peer), _query(request)))

    api.serve_sealed(wire.GET_NATIONWIDE_COPY, wire.NationwideCopyRequest, nationwide)

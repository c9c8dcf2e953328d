"""Certificates as the page engine takes them, from what the register says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.documents.certificates import (
    AddressEntry,
    Certificate,
    ForeignResident,
    Issue,
    RemovedEntry,
    RemovedRecordCopy,
    ResidentCopy,
    ResidentEntry,
    ResidentItem,
    ResidentStatement,
    SupplementCopy,
    SupplementEntry,
)
from mizuhiki.institutions.municipality.domain.copies.content import CopyContent, CopyPerson, content_of
from mizuhiki.institutions.municipality.domain.copies.kinds import CopyKind, Item
from mizuhiki.institutions.municipality.domain.events.supplement import SupplementView
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.vocabulary.persons import nationality_ja

BIRTH_AND_SEX_IN_SUPPLEMENT_FROM = date(2022, 1, 11)
_ALWAYS = frozenset(
    {
        ResidentItem.NAME,
        ResidentItem.FORMER_NAME,
        ResidentItem.COMMON_NAME,
        ResidentItem.BIRTH_DATE,
        ResidentItem.SEX,
        ResidentItem.ADDRESS,
    }
)
_ASKED: dict[Item, frozenset[ResidentItem]] = {
    Item.HOUSEHOLD: frozenset({ResidentItem.HEAD, ResidentItem.RELATIONSHIP}),
    Item.DOMICILE: frozenset({ResidentItem.REGISTERED_DOMICILE, ResidentItem.HEAD_OF_FAMILY_REGISTER}),
    Item.FOREIGN: frozenset(
        {
            ResidentItem.NATIONALITY,
            ResidentItem.CATEGORY,
            ResidentItem.STATUS,
            ResidentItem.PERIOD,
            ResidentItem.PERIOD_ENDS_ON,
            ResidentItem.CARD_NUMBER,
        }
    ),
    Item.CODE: frozenset({ResidentItem.RECORD_CODE}),
    Item.NUMBER: frozenset({ResidentItem.NUMBER}),
}


def entry_of(person: CopyPerson, asked: frozenset[ResidentItem]) -> ResidentEntry:
    """Return a person as printed; `asked` are the items that are stated even where the record holds none."""
    foreign = None
    if person.foreign:
        foreign = ForeignResident(
            nationality=nationality_ja(person.nationality),
            category=person.category,
            status=person.status,
            period=person.period,
            period_ends_on=person.stay_until,
            card_number=person.residence_card,
        )
    return ResidentEntry(
        name=person.name,
        birth_date=person.birth_date,
        sex=person.sex,
        address=person.address,
        resident_since=person.resident_since,
        reading=person.reading,
        former_name=person.former_name,
        common_name=person.alias,
        head=person.head,
        relationship=person.relationship,
        address_since=person.address_since,
        notified_on=person.notified_on,
        previous_address=person.previous_address,
        registered_domicile=person.registered_domicile,
        head_of_family_register=person.head_of_family_register,
        foreign=foreign,
        record_code=person.code,
        number=person.number,
        asked=asked,
    )


def _asked(items: frozenset[Item], *, previous: bool = True) -> frozenset[ResidentItem]:
    always = _ALWAYS | {ResidentItem.ADDRESS_SINCE, ResidentItem.NOTIFIED_ON}
    return always.union(*(_ASKED[item] for item in items), {ResidentItem.PREVIOUS_ADDRESS} if previous else ())


def living_page(
    kind: CopyKind, issue: Issue, content: CopyContent, items: frozenset[Item], *, previous: bool = True
) -> Certificate:
    """Return a copy of living records, or a statement of their items; without `previous` that address is left out."""
    entries = tuple(entry_of(one, _asked(items, previous=previous)) for one in content.people)
    if kind is CopyKind.STATEMENT:
        wanted = _ALWAYS.union(*(_ASKED[item] for item in items))
        return ResidentStatement(issue=issue, residents=entries, items=wanted)
    return ResidentCopy(issue=issue, address=content.address, head=content.head, residents=entries)


def removed_page(issue: Issue, records: Sequence[ResidentRecord], items: frozenset[Item], day: date) -> Certificate:
    """Return a copy of removed records; the household's head is not told, since the household may live on."""
    kept = items - {Item.HOUSEHOLD}
    content = content_of(records, "", kept, day)
    return RemovedRecordCopy(
        issue=issue,
        removed=tuple(
            RemovedEntry(
                entry=entry_of(person, _asked(kept)),
                removed_on=record.removed_on or day,
                reason="" if record.removal_reason is None else record.removal_reason.title_ja,
                reason_on=record.removed_on or day,
                destination=record.details.moved_to,
            )
            for person, record in zip(content.people, records, strict=True)
        ),
    )


def supplement_page(issue: Issue, view: SupplementView, items: frozenset[Item], day: date) -> Certificate:
    """Return a copy of one person's supplement; the family register is named only when it was asked for (20条)."""
    asked = Item.DOMICILE in items
    full = day >= BIRTH_AND_SEX_IN_SUPPLEMENT_FROM
    return SupplementCopy(
        issue=issue,
        registered_domicile=view.registered_domicile if asked else "",
        head_of_family_register=view.head_of_family_register if asked else "",
        entries=(
            SupplementEntry(
                name=view.name,
                addresses=tuple(AddressEntry(address=one.address, since=one.since) for one in view.addresses),
                birth_date=view.birth_date if full else None,
                sex=view.sex if full else None,
            ),
        ),
    )

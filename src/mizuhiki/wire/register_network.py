"""Messages that tiers of the register network share: comparing holdings, a person's look-ups (R-012, R-026)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.vocabulary.reconciliation import PAGES, Difference, FoundDifference, HeldRecord, PageDigest
from mizuhiki.wire.endpoint import Message
from mizuhiki.wire.types import AffairText, Identifier

Page = Annotated[int, Meta(ge=0, lt=PAGES)]


class PageDigestMessage(Message, frozen=True):
    """Count and digest of one page of a register (`crypto.register_digests`)."""

    page: Page
    count: Annotated[int, Meta(ge=0)]
    digest: Annotated[bytes, Meta(min_length=32, max_length=32)]


class PagesToCompare(Message, frozen=True):
    """Inner request: the pages of the sender's own register, and codes on which a support measure stands."""

    pages: Annotated[list[PageDigestMessage], Meta(max_length=PAGES)]
    protected: list[str]


class DifferenceMessage(Message, frozen=True):
    """One difference; `kind` is of `vocabulary.reconciliation.Difference`, `items` names items and no value."""

    resident_record_code: str
    kind: str
    items: list[str]


class DifferingPages(Message, frozen=True):
    """Inner answer: pages that are not the same, and protected people held without the mark."""

    pages: list[Page]
    unmarked: list[DifferenceMessage]


class HeldRecordMessage(Message, frozen=True):
    """One person of the sender's own register."""

    resident_record_code: str
    individual_number: str
    name: str
    name_kana: str
    birth_date: date
    sex: int
    address: str
    protected: bool


class RecordsToCompare(Message, frozen=True):
    """Inner request: every record of the named pages of the sender's own register."""

    pages: Annotated[list[Page], Meta(max_length=PAGES)]
    records: list[HeldRecordMessage]


class FoundDifferences(Message, frozen=True):
    """Inner answer: the differences in the named pages, by code."""

    differences: list[DifferenceMessage]


class LookUpEntry(Message, frozen=True):
    """One look-up about a person (住基法30条の29; R-026): what is appended to the own ledger of the tier that answered.

    `kind` is ``identification-search``, ``card-holder-confirmation`` or ``number-verification`` (at a counter, in the
    municipality's own register). `items` names what the answer held, never a value, and is empty unless `outcome` says
    that something was disclosed (``disclosed``, ``confirmed``); else it is ``withheld``, ``not-registered`` or
    ``not-confirmed``.
    """

    kind: str
    asker: str
    affair: AffairText
    legal_basis: str
    items: list[str]
    outcome: str
    looked_up_at: datetime


class LookUpsQuestion(Message, frozen=True):
    """Inner request: the look-ups about the holder of these codes, for the portal's request of that id."""

    request_id: Identifier
    resident_record_codes: Annotated[list[str], Meta(min_length=1, max_length=50)]


class LookUpBundles(Message, frozen=True):
    """What a tier seals to the portal: a ledger bundle as JSON text for each chain of the person."""

    bundles: list[str]


class TierLookUps(Message, frozen=True):
    """`envelope` holds `LookUpBundles` for the portal and nobody else; without it `refusal` says why it is missing."""

    tier: str
    envelope: SealedEnvelope | None = None
    refusal: str = ""


class OpenedLookUps(Message, frozen=True):
    """One entry for every tier that holds or held the person."""

    tiers: list[TierLookUps]


def look_ups_context(request_id: str) -> bytes:
    """Return the envelope context of the look-ups sent for a request of the portal."""
    return f"look-ups/{request_id}".encode()


def look_ups_hash(request_id: str) -> bytes:
    """Return the context hash that a card signs to open its holder's look-ups for a request."""
    return labelled_hash("look-ups-opening", request_id.encode())


def write_record(record: HeldRecord) -> HeldRecordMessage:
    """Return the message of a record."""
    items = record.four_items
    return HeldRecordMessage(
        resident_record_code=record.code.reveal(),
        individual_number=record.number.reveal(),
        name=items.name,
        name_kana=items.name_kana,
        birth_date=items.birth_date,
        sex=int(items.sex),
        address=items.address,
        protected=record.protected,
    )


def read_record(message: HeldRecordMessage) -> HeldRecord:
    """Return the record of a message.

    Raises:
        MalformedIndividualNumber, MalformedResidentRecordCode, MalformedFourItems: see `vocabulary`.
    """
    return HeldRecord(
        code=ResidentRecordCode.parse(message.resident_record_code),
        number=IndividualNumber.parse(message.individual_number),
        four_items=FourItems(message.name, message.name_kana, message.birth_date, Sex(message.sex), message.address),
        protected=message.protected,
    )


def write_pages(pages: list[PageDigest]) -> list[PageDigestMessage]:
    """Return the messages of pages."""
    return [PageDigestMessage(page=page.page, count=page.count, digest=page.digest) for page in pages]


def read_pages(messages: list[PageDigestMessage]) -> list[PageDigest]:
    """Return the pages of messages."""
    return [PageDigest(one.page, one.count, one.digest) for one in messages]


def write_differences(found: list[FoundDifference]) -> list[DifferenceMessage]:
    """Return the messages of differences."""
    return [
        DifferenceMessage(resident_record_code=one.code.reveal(), kind=one.kind.value, items=list(one.items))
        for one in found
    ]


def read_differences(messages: list[DifferenceMessage]) -> list[FoundDifference]:
    """Return the differences of messages.

    Raises:
        MalformedResidentRecordCode: a code is none.
    """
    return [
        FoundDifference(ResidentRecordCode.parse(one.resident_record_code), Difference(one.kind), tuple(one.items))
        for one in messages
    ]

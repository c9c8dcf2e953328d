"""Reads the entries of a checked bundle: the record of an exchange as the core defines it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mizuhiki.institutions.portal.domain.history import CodeLink, HistoryEntry
from mizuhiki.ledger.bundle import Bundle
from mizuhiki.vocabulary.errors import Corrupt
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire.linkage_core import GENERATION_LINK, ExchangeEntry, GenerationLinkEntry


class EntryUnreadable(Corrupt):
    """A recorded entry has another form than the core's interface declares."""

    code = "exchange-entry-unreadable"
    title = "An entry of the record cannot be read"


def read_entries(bundle: str) -> Sequence[HistoryEntry]:
    """Return the entries of a bundle in recorded order.

    Raises:
        EntryUnreadable: an entry has another form.
    """
    try:
        opened = [opening.entry for shard in Bundle.from_json(bundle).shards for opening in shard.entries]
        decoded = [_decoded(text) for text in opened]
    except msgspec.DecodeError as error:
        raise EntryUnreadable from error
    return [_entry(place, entry) for place, entry in enumerate(decoded, start=1)]


class _Kind(msgspec.Struct, frozen=True):
    kind: str


def _decoded(text: str) -> ExchangeEntry:
    linked = read_json(text, _Kind).kind == GENERATION_LINK
    return read_json(text, GenerationLinkEntry if linked else ExchangeEntry)


def _entry(place: int, entry: ExchangeEntry) -> HistoryEntry:
    return HistoryEntry(
        place=place,
        kind=entry.kind,
        exchange_number=entry.exchange_number,
        inquirer=entry.inquirer,
        provider=entry.provider,
        affair="" if entry.kind == GENERATION_LINK else entry.affair,  # a link belongs to no affair of an office
        procedure=entry.procedure,
        information_kinds=tuple(entry.information_kinds),
        items=tuple(entry.items),
        statute=entry.statute,
        requested_at=entry.requested_at,
        completed_at=entry.completed_at,
        outcome=entry.outcome,
        link=(
            CodeLink(entry.generation, entry.linked_generation, entry.evidence)
            if isinstance(entry, GenerationLinkEntry)
            else None
        ),
    )

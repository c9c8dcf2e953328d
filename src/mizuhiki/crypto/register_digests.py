"""Digests by which tiers of the register network compare what they hold, page by page (R-012).

A digest binds code, number and the four items exactly as registered. The support mark is compared apart, since a tier
above may rightly keep one that the municipality does not know of yet (R-076).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mizuhiki.crypto.digests import equal, labelled_hash
from mizuhiki.vocabulary.reconciliation import PAGES, Difference, FoundDifference, HeldRecord, PageDigest


def page_of(record: HeldRecord) -> int:
    """Return the page of a record: it depends on the code alone, in the same way at every tier."""
    return labelled_hash("register-page", record.code.reveal().encode())[0] % PAGES


def record_digest(record: HeldRecord) -> bytes:
    """Return the digest of one record, 32 bytes."""
    items = record.four_items
    return labelled_hash(
        "register-record",
        record.code.reveal().encode(),
        record.number.reveal().encode(),
        items.name.encode(),
        items.name_kana.encode(),
        items.birth_date.isoformat().encode(),
        str(int(items.sex)).encode(),
        items.address.encode(),
    )


def page_digests(records: Iterable[HeldRecord]) -> list[PageDigest]:
    """Return the digest of every page, empty ones too, in order; the order of the records does not matter."""
    pages: list[list[bytes]] = [[] for _ in range(PAGES)]
    for record in records:
        pages[page_of(record)].append(record_digest(record))
    return [
        PageDigest(number, len(digests), labelled_hash("register-page-content", *sorted(digests)))
        for number, digests in enumerate(pages)
    ]


def differing_pages(ours: Sequence[PageDigest], theirs: Sequence[PageDigest]) -> list[int]:
    """Return the pages that are not the same on both sides; a page that one side leaves out differs."""
    known = {page.page: page for page in theirs}
    return [
        page.page
        for page in ours
        if page.page not in known
        or known[page.page].count != page.count
        or not equal(known[page.page].digest, page.digest)
    ]


def unmarked_codes(protected: Sequence[str], held: Iterable[HeldRecord]) -> list[FoundDifference]:
    """Return those of the protected codes that are held without the mark."""
    asked = set(protected)
    return [
        FoundDifference(record.code, Difference.UNMARKED, ("protected",))
        for record in held
        if not record.protected and record.code.reveal() in asked
    ]


def record_differences(
    original: Iterable[HeldRecord], held: Iterable[HeldRecord], pages: Sequence[int]
) -> list[FoundDifference]:
    """Return how `held` differs from the municipality's `original` in some pages, in the order of the codes."""
    chosen = set(pages)
    ours = {record.code.reveal(): record for record in original if page_of(record) in chosen}
    theirs = {record.code.reveal(): record for record in held if page_of(record) in chosen}
    found: list[FoundDifference] = []
    for code in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(code), theirs.get(code)
        if mine is None and other is not None:
            found.append(FoundDifference(other.code, Difference.SURPLUS))
        elif mine is not None and other is None:
            found.append(FoundDifference(mine.code, Difference.MISSING))
        elif mine is not None and other is not None and record_digest(mine) != record_digest(other):
            found.append(FoundDifference(mine.code, Difference.DIFFERS, _differing_items(mine, other)))
    return found


def _differing_items(mine: HeldRecord, other: HeldRecord) -> tuple[str, ...]:
    names = ("name", "name_kana", "birth_date", "sex", "address")
    items = tuple(name for name in names if getattr(mine.four_items, name) != getattr(other.four_items, name))
    return items if mine.number == other.number else ("number", *items)

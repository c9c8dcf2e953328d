"""Compare what is held with the register of a municipality (R-012): pages first, then the records of those that differ.

Nothing is changed here: the municipality sends again what it finds missing or wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.crypto.register_digests import differing_pages, page_digests, record_differences, unmarked_codes
from mizuhiki.institutions.national_register.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.reconciliation import FoundDifference, HeldRecord, PageDigest

ACTION = "compare-tiers"


def compare_pages(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    sender: str,
    pages: Sequence[PageDigest],
    protected: Sequence[ResidentRecordCode],
) -> tuple[list[int], list[FoundDifference]]:
    """Return the pages that differ, and protected people who are held without the mark."""
    authority.require(context, ACTION)
    with store.transaction() as records:
        held = records.held(sender)
        differing = differing_pages(page_digests(held), pages)
        records.audit(grounds_of(context), "tiers-compared", "pages", count=len(differing))
    return differing, unmarked_codes([code.reveal() for code in protected], held)


def compare_records(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    sender: str,
    pages: Sequence[int],
    original: Sequence[HeldRecord],
) -> list[FoundDifference]:
    """Return how the records of some pages differ from the municipality's."""
    authority.require(context, ACTION)
    with store.transaction() as records:
        found = record_differences(original, records.held(sender), pages)
        records.audit(grounds_of(context), "tiers-compared", "records", count=len(found))
    return found

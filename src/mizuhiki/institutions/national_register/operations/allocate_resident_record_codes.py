"""Assign a bundle of unused resident record codes to a municipality (住基法30条の2; R-010)."""

from __future__ import annotations

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.national_register.domain.errors import (
    BundleRequestChanged,
    BundleSizeOutOfRange,
    CodesRunLow,
)
from mizuhiki.institutions.national_register.domain.records import LARGEST_BUNDLE, CodeBundle
from mizuhiki.institutions.national_register.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode, resident_record_code_check_digit

ACTION = "allocate-resident-record-codes"
_BODIES = 10**10
_MOST_DRAWS = 20
"""Draws a code may need on average: more means that over nine tenths of all codes are taken."""


def _draw(randomness: Randomness, count: int) -> list[ResidentRecordCode]:
    bodies = {f"{randomness.below(_BODIES):010d}" for _ in range(count)}
    return [ResidentRecordCode.parse(body + resident_record_code_check_digit(body)) for body in sorted(bodies)]


def _fill(records: Records, bundle: CodeBundle, request_id: str, count: int, randomness: Randomness) -> CodeBundle:
    """Draw until the bundle is full; one that is taken is drawn again while enough of 10^10 bodies are free."""
    codes: list[ResidentRecordCode] = []
    drawn = 0
    while len(codes) < count:
        if drawn > _MOST_DRAWS * count:
            raise CodesRunLow
        candidates = _draw(randomness, count - len(codes))
        drawn += len(candidates)
        codes += records.reserve_codes(bundle, request_id, candidates)
    return CodeBundle(bundle.bundle_id, bundle.municipality_code, tuple(codes))


def allocate_resident_record_codes(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    randomness: Randomness,
    municipality_code: str,
    request_id: str,
    count: int,
) -> CodeBundle:
    """Reserve `count` random codes for a municipality; the same request id returns the same bundle.

    Raises:
        BundleSizeOutOfRange: `count` is not between 1 and 100,000.
        CodesRunLow: nearly all codes there are have been assigned.
        BundleRequestChanged: the request id was used for another count.
    """
    authority.require(context, ACTION)
    if not 1 <= count <= LARGEST_BUNDLE:
        raise BundleSizeOutOfRange(field="count")
    with store.transaction() as records:
        known = records.bundle_of_request(municipality_code, request_id)
        if known is None:
            bundle = CodeBundle(randomness.token(), municipality_code, ())
            filled = _fill(records, bundle, request_id, count, randomness)
            records.audit(grounds_of(context), "codes-allocated", "done", count=len(filled.codes))
            return filled
        if len(known.codes) != count:
            raise BundleRequestChanged(field="request_id")
        records.audit(grounds_of(context), "codes-allocated", "repeated", count=len(known.codes))
        return known

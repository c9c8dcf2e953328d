"""Comparing the tiers of the register network by page (R-012): what is compared, and what a difference is.

The municipality's register is the original (住基法30条の6). A tier above is put right by sending the record again, with
its change data, on the ordinary way; it is never written over in another way.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems

PAGES = 256
"""Pages a register is cut into; a page of a city of 300,000 has some 1,200 records."""


class Difference(enum.StrEnum):
    """How a tier differs from the municipality for one code."""

    MISSING = "missing"
    """The tier does not have the person in this municipality's register."""
    DIFFERS = "differs"
    """Number or items are others."""
    SURPLUS = "surplus"
    """The tier has somebody in this register whom the municipality has not."""
    UNMARKED = "unmarked"
    """A support measure stands on the person here and not there."""


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """Identification information as one tier holds it, of one person in one register."""

    code: ResidentRecordCode
    number: IndividualNumber
    four_items: FourItems
    protected: bool


@dataclass(frozen=True, slots=True)
class PageDigest:
    """Count and digest of one page."""

    page: int
    count: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class FoundDifference:
    """One difference; `items` names what differs, never a value."""

    code: ResidentRecordCode
    kind: Difference
    items: tuple[str, ...] = ()

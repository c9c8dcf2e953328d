"""The tax agency's interface for institutions, version 1; everybody else asks the public Web-API (番号法39条)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.endpoint import Endpoint, Message

MOST_NUMBERS = 1_000
CorporateNumberText = Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{12}$(?!\n)")]


class ResolveCorporateNumbers(Message, frozen=True):
    """Ask for what is published under these Corporate Numbers today, in any order, without repetition."""

    numbers: Annotated[list[CorporateNumberText], msgspec.Meta(min_length=1, max_length=MOST_NUMBERS)]


class PublishedCorporation(Message, frozen=True):
    """The three published items and the state; `kind` is the published code (101 … 499).

    `closed_on` is None while the corporation exists; `successor` is the number it was merged into, or empty.
    """

    corporate_number: CorporateNumberText
    name: str
    address: str
    kind: str
    designated_on: date
    closed_on: date | None = None
    successor: str = ""


class ResolvedCorporateNumbers(Message, frozen=True):
    """`unknown` holds numbers under which nothing is published; why is not told."""

    found: list[PublishedCorporation]
    unknown: list[CorporateNumberText]


RESOLVE_CORPORATE_NUMBERS = Endpoint(
    name="tax_agency.resolve_corporate_numbers",
    path="/v1/corporate-numbers/resolve",
    request=ResolveCorporateNumbers,
    answer=ResolvedCorporateNumbers,
    callers=frozenset(Kind),
    summary="Name, address and state published under Corporate Numbers.",
    basis="番号法39条, 41条; R-015, R-016",
)
ENDPOINTS = (RESOLVE_CORPORATE_NUMBERS,)

"""Information asked from other institutions through the own intermediate server (番号法19条8号, 22条)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from mizuhiki.vocabulary.layouts import Scalar

PROVIDED = "provided"
NO_ANSWER = frozenset({"unavailable", "pending"})
"""Outcomes after which asking again is right: nobody refused, nobody answered."""


@dataclass(frozen=True, slots=True)
class Question:
    """One inquiry about one addressee."""

    request_id: str
    addressee_number: str
    provider: str
    affair: str
    procedure: str
    kind: str
    fiscal_year: int
    period_from: date | None
    period_until: date | None
    case: str


@dataclass(frozen=True, slots=True)
class LinkedInformation:
    """What became of one inquiry. `outcome` is ``provided``, ``no-data`` or a refusal.

    `statute` names the row of the statute table; `refusal_code` and `refusal_detail` say which rule refused and who;
    `receipt` proves the deemed submission (法22条2項).
    """

    kind: str
    provider: str
    outcome: str
    exchange_number: str
    statute: str
    refusal_code: str
    refusal_detail: str
    items: dict[str, Scalar]
    receipt: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class LinkedAnswer:
    """The intermediate server's answer to a `Question`."""

    exchange_number: str
    outcome: str
    items: dict[str, Scalar] = field(default_factory=dict)
    receipt: str = ""
    refused_by: str = ""
    refusal_detail: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """One local copy to be registered."""

    addressee_number: str
    kind: str
    layout_version: str
    fiscal_year: int
    valid_from: date
    items: dict[str, Scalar]
    not_disclosed: bool
    source_version: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class PushNotice:
    """A notice to one addressee's portal account."""

    request_id: str
    addressee_number: str
    affair: str
    procedure: str
    subject: str
    body: str
    respond_by: date | None = None

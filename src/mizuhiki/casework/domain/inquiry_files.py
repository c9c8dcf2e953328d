"""Files of inquiries that a section's staff give in: what they ask, what they would lead to, how their lines ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mizuhiki.casework.domain.questions import Asked
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.layouts import Scalar

HELD_UNSENT_FOR = timedelta(days=1)
"""A file that nobody sent is forgotten after a day, as at the intermediate server."""
HELD_SENT_FOR = timedelta(days=90)
"""Afterwards the outcomes are fetched no more (番号法20条); how long is this system's choice, no law states a term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine(Asked):
    """One line; `number` is its place in the file, counted from 1."""

    number: int

    def request_id(self, file_id: str) -> str:
        """Return the name under which a line of a file is asked."""
        return f"{file_id}-{self.number}"


@dataclass(frozen=True, slots=True)
class InquiryFile:
    """A file as it was read; the same content is the same `file_id`, however often it is given in."""

    file_id: str
    name: str
    lines: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """A file that is held for one affair; `sent_at` stays empty until it was handed to the own server."""

    file_id: str
    name: str
    affair: str
    lines: int
    held_by: str
    held_at: datetime
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedQuestion:
    """What would be asked of whom, about how many, in how many sections; `rows` permit it, else `refusal` says why."""

    provider: InstitutionId
    procedure: str
    kinds: tuple[str, ...]
    lines: int
    sections: int
    rows: tuple[str, ...]
    refusal: str


@dataclass(frozen=True, slots=True)
class LineFinding:
    """What a line would lead to."""

    number: int
    provider: InstitutionId
    rows: tuple[str, ...]
    refusal: str


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What a file would lead to; nothing was sent."""

    name: str
    questions: tuple[PlannedQuestion, ...]
    lines: tuple[LineFinding, ...]


@dataclass(frozen=True, slots=True)
class FileProgress:
    """Where a file stands; `outcomes` counts the lines that ended, those refused by the own server included."""

    file_id: str
    name: str
    submitted_at: datetime
    lines: int
    sections: int
    sections_done: int
    outcomes: Mapping[str, int]

    @property
    def is_done(self) -> bool:
        """Whether every section is answered."""
        return self.sections_done == self.sections


@dataclass(frozen=True, slots=True)
class Given:
    """One kind of information that a line brought."""

    kind: str
    layout_version: str
    items: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOutcome:
    """How a line ended."""

    number: int
    addressee_number: str
    outcome: str
    exchange_number: str
    statute: str
    refused_by: str
    receipt: str = ""
    information: tuple[Given, ...] = ()

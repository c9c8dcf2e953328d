"""Bulk inquiries: a file of lines, asked in sections of shuffled lines, answered line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec

from mizuhiki.casework.domain.inquiry_files import FileProgress
from mizuhiki.institutions.intermediate_server.domain.errors import FileEmpty, FileTooLong, LineMalformed
from mizuhiki.institutions.intermediate_server.domain.exchanges import Inquiry, InquiryRequest, InquiryResult
from mizuhiki.vocabulary.ids import InstitutionId

LARGEST_FILE = 10_000
"""Lines of one file, as the real interface allows."""


@dataclass(frozen=True, slots=True)
class BulkLine:
    """One line of a file: its place in it, counted from 1, and what it asks."""

    number: int
    request: InquiryRequest


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A file as a business system hands it in; the same `file_id` again is the same file.

    A piece of a stream is a file too: `stream_id` names the stream, `first_line` its first line's place in it. A whole
    file is a stream of one piece under its own identifier.
    """

    file_id: str
    name: str
    lines: tuple[BulkLine, ...]
    stream_id: str = ""
    first_line: int = 1

    @property
    def stream(self) -> str:
        """Return the stream it belongs to."""
        return self.stream_id or self.file_id

    def require_size(self) -> None:
        """Check that it may be handed in.

        Raises:
            FileEmpty, FileTooLong: it has no line, or more than 10,000.
            LineMalformed: its lines are not counted from 1.
        """
        if not self.lines:
            raise FileEmpty
        if len(self.lines) > LARGEST_FILE:
            raise FileTooLong(lines=len(self.lines), limit=LARGEST_FILE)
        if [line.number for line in self.lines] != list(range(1, len(self.lines) + 1)):
            raise LineMalformed(part="number")


class LineResult(msgspec.Struct, frozen=True, gc=False):
    """How one line ended, and whom it was about: the addressee number of the own business systems."""

    number: int
    result: InquiryResult
    addressee_number: str


class SectionLine(msgspec.Struct, frozen=True, gc=False):
    """One line of a section with its exchange number (処理通番)."""

    number: int
    request: InquiryRequest
    exchange_number: str


@dataclass(frozen=True, slots=True)
class Question:
    """What all lines of a section have in common, so that one statute row permits them together."""

    provider: InstitutionId
    affair: str
    procedure: str
    kinds: tuple[str, ...]
    fiscal_year: int
    period_from: date | None
    period_until: date | None

    @property
    def law(self) -> tuple[InstitutionId, str, str, tuple[str, ...]]:
        """What the statute table permits or not, whichever year and period is asked for."""
        return self.provider, self.affair, self.procedure, self.kinds

    @classmethod
    def of(cls, request: InquiryRequest) -> Question:
        """Return what a line asks apart from the person."""
        return cls(
            request.provider,
            request.affair,
            request.procedure,
            request.kinds,
            request.fiscal_year,
            request.period_from,
            request.period_until,
        )


@dataclass(frozen=True, slots=True)
class BulkSection:
    """Lines that are asked in one case. `ordinal` counts a file's sections from 1.

    `unsent` are lines that dropped out before the section was signed, because their addressee was blocked meanwhile.
    `submission` is the signed case with its ciphertexts, encoded as it is sent; it is stored apart.
    """

    section_id: str
    file_id: str
    ordinal: int
    question: Question
    lines: tuple[SectionLine, ...]
    requested_at: datetime
    unsent: tuple[LineResult, ...] = ()
    submission: bytes = b""

    def inquiry_of(self, line: SectionLine) -> Inquiry:
        """Return a line as the inquiry it is; what follows from its answer is decided as for a single one."""
        return Inquiry(line.request, line.exchange_number, self.section_id, self.requested_at)


@dataclass(frozen=True, slots=True)
class OutcomePage:
    """Outcomes of one page: page 0 is what was refused here, page n section n; `ready` tells whether it is answered."""

    page: int
    last_page: int
    ready: bool
    results: tuple[LineResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPage:
    """Outcomes of a stream after a cursor, in the order in which they came; lines are counted through the stream.

    `next_after` is the cursor behind them, `more` says that others are there already. `handed_in` and `ended` count the
    lines of the whole stream; `digest` is that of its lines, empty for a file, which has one of its own.
    """

    results: tuple[LineResult, ...]
    next_after: int
    more: bool
    handed_in: int
    ended: int
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcomes:
    """Outcomes so far in the order of the lines. `withheld` are numbers of lines whose information is not shown."""

    progress: FileProgress
    results: tuple[LineResult, ...]
    withheld: frozenset[int]


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that staff gave in and that is not handed in yet."""

    file_id: str
    name: str
    lines: int
    kept_by: str
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """Dry run: what would be asked, about how many, in how many sections, and by which row, or which refusal."""

    question: Question
    lines: int
    sections: int
    rows: tuple[str, ...]
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a file would lead to; nothing is stored and nobody is asked."""

    questions: tuple[PlannedQuestion, ...]
    refused: tuple[LineResult, ...]


def grouped(lines: Sequence[BulkLine]) -> dict[Question, list[BulkLine]]:
    """Return lines by what they ask, both in the order given."""
    groups: dict[Question, list[BulkLine]] = {}
    for line in lines:
        groups.setdefault(Question.of(line.request), []).append(line)
    return groups


def without(section: BulkSection, refused: Mapping[int, InquiryResult]) -> BulkSection:
    """Return a section without the lines that may not be sent, which keep their place among its results."""
    return replace(
        section,
        lines=tuple(line for line in section.lines if line.number not in refused),
        unsent=tuple(
            LineResult(line.number, refused[line.number], line.request.addressee_number)
            for line in section.lines
            if line.number in refused
        ),
    )


def counted(results: Sequence[LineResult]) -> dict[str, int]:
    """Return how many lines ended how."""
    return dict(Counter(one.result.outcome for one in results))

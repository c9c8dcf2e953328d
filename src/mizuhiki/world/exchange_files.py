"""A business system's side of bulk files: reads a file, hands it in, and writes what came back.

It holds nothing but its institution's configuration, as any vendor's program does, and speaks over the interface only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from mizuhiki.casework.domain.inquiry_files import InquiryFile
from mizuhiki.casework.peers.file_server import OwnFileServer, line_outcomes, outcome_pages
from mizuhiki.casework.peers.own_server import write_inquiry
from mizuhiki.casework.web.file_reading import inquiry_file, outcome_record
from mizuhiki.crypto.stream_digests import NO_LINES, extended
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.exchange_files import (
    InquiryRecord,
    OutcomeRecord,
    StreamHasOtherLines,
    read_inquiries,
    write_inquiries,
)

PIECE = 1_000
"""Lines of a stream that are handed in at once."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a stream had to tell after a cursor, the next cursor, and how many of its lines are open."""

    records: list[OutcomeRecord]
    next_after: int
    open_lines: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sample file asks about every addressee."""

    provider: str
    affair: str
    procedure: str
    kind: str
    fiscal_year: int


def sample_file(owner: InstitutionId, addressees: Sequence[str], asked: Asked, at: datetime) -> bytes:
    """Return an inquiry file of one line an addressee."""
    return write_inquiries(
        InquiryRecord(
            local_number=addressee,
            addressee_number=addressee,
            requested_at=f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}",
            department="sample",
            user="sample",
            inquirer=owner,
            affair=asked.affair,
            procedure=asked.procedure,
            provider=asked.provider,
            kind=asked.kind,
            year_kind="1" if asked.fiscal_year else "0",
            start=f"{asked.fiscal_year}0401" if asked.fiscal_year else "",
        )
        for addressee in addressees
    )


class FileExchange:
    """Hands files to the owner's intermediate server; what a line asks is read as on the pages."""

    def __init__(self, peers: Peers, owner: InstitutionId) -> None:
        self._peers = peers
        self._owner = owner
        self._server = intermediate_server_of(owner)
        self._files = OwnFileServer(peers, owner)

    def try_out(self, content: bytes, name: str) -> wire.DryRunReport:
        """Return what a file would lead to; nothing is stored or sent.

        Raises:
            ExchangeFileMalformed: it does not have the record shape.
        """
        return self._files.try_out(self._file(content, name))

    def submit(self, content: bytes, name: str) -> wire.FileState:
        """Hand a file in; errors as in `try_out`."""
        return self._files.hand_in(self._file(content, name))

    def state(self, file_id: str) -> wire.FileState:
        """Return how far a file has come."""
        return self._peers.call_sealed(
            self._server, wire.FILE_PROGRESS, wire.FileRequest(file_id=file_id), wire.FileState
        )

    def _file(self, content: bytes, name: str = "") -> InquiryFile:
        return inquiry_file(content, name, read_inquiries(content, self._owner))

    def outcomes(self, content: bytes) -> tuple[list[OutcomeRecord], bool]:
        """Return the outcomes so far, in the order of the file's lines, and whether these are all."""
        file = self._file(content)
        pages = list(outcome_pages(self._peers, self._server, file.file_id))
        found = line_outcomes(file, (one for page in pages for one in page.outcomes))
        return [outcome_record(one) for one in found], all(page.ready for page in pages)

    def stream(self, content: bytes, stream_id: str, after: int) -> Streamed:
        """Hand in the lines that the stream does not have yet; return the outcomes that came after a cursor.

        `content` has all lines of the stream so far: what was handed in is never changed, new lines come behind it.

        Raises:
            ExchangeFileMalformed: it does not have the record shape.
            StreamHasOtherLines: it does not begin with the lines that the stream has, or got meanwhile.
        """
        own = _OwnLines(self._file(content), stream_id)
        known = self._follow(own, after).handed_in
        for start in range(known, len(own.lines), PIECE):
            piece = wire.StreamPiece(stream_id=stream_id, first_line=start + 1, lines=own.lines[start : start + PIECE])
            own.require_same(self._peers.call_sealed(self._server, wire.HAND_IN_LINES, piece, wire.StreamState))
        page = self._follow(own, after)
        told = page.outcomes
        while page.more:
            page = self._follow(own, page.next_after)
            told += page.outcomes
        records = [outcome_record(one) for one in line_outcomes(own.file, told)]
        return Streamed(records, page.next_after, page.handed_in - page.ended)

    def _follow(self, own: _OwnLines, after: int) -> wire.StreamOutcomes:
        request = wire.StreamRequest(stream_id=own.stream_id, after=after)
        answer = self._peers.call_sealed(self._server, wire.FOLLOW_OUTCOMES, request, wire.StreamOutcomes)
        own.require_same(answer)
        return answer


class _OwnLines:
    """The lines of a file as a stream has them, with the stream's digest after each."""

    def __init__(self, file: InquiryFile, stream_id: str) -> None:
        self.file = file
        self.stream_id = stream_id
        self.lines = [write_inquiry(line, line.request_id(stream_id)) for line in file.lines]
        self._digests = list(accumulate(self.lines, extended, initial=NO_LINES))

    def require_same(self, told: wire.StreamState | wire.StreamOutcomes) -> None:
        """Check that the stream's lines are the first ones of this file, as outcomes name lines by number alone.

        Raises:
            StreamHasOtherLines: they are not.
        """
        if told.handed_in > len(self.lines):
            raise StreamHasOtherLines(line=len(self.lines), column="", reason="stream-has-more-lines")
        # A file that was handed in whole has no such digest; its name is that of its content.
        same = told.digest == self._digests[told.handed_in] or (not told.digest and self.stream_id == self.file.file_id)
        if not same:
            raise StreamHasOtherLines(line=told.handed_in, column="", reason="stream-has-other-lines")

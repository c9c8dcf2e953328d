"""Ask line by line without making a file, and follow outcomes as they come (R-217, decision 0110).

A stream is a row of pieces, each a small file that is asked like any other; what is behind a cursor never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.crypto.digests import framed, sha256
from mizuhiki.institutions.intermediate_server.domain.bulk import BulkFile, BulkLine, StreamPage
from mizuhiki.institutions.intermediate_server.domain.exchanges import InquiryRequest
from mizuhiki.institutions.intermediate_server.operations.inquire import ACTION
from mizuhiki.institutions.intermediate_server.operations.inquire_bulk import InquireBulk
from mizuhiki.institutions.intermediate_server.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

MOST_OUTCOMES = 1_000
"""Lines from which on an answer takes no further page."""


@dataclass(frozen=True, slots=True)
class StreamInquiries:
    """Takes lines of streams, tells their outcomes."""

    store: Store
    authority: Authority
    bulk: InquireBulk

    def hand_in(
        self, context: Context, *, stream_id: str, first_line: int, requests: Sequence[InquiryRequest]
    ) -> StreamPage:
        """Store a piece, once however often it comes; return where the stream stands, without outcomes.

        Raises:
            FileEmpty, FileTooLong: it has no line, or more than 10,000.
            FileChanged: another piece was handed in at this place.
            PieceOutOfPlace: it leaves lines out, begins within a piece, or the stream is a file.
        """
        lines = tuple(BulkLine(number, request) for number, request in enumerate(requests, start=1))
        piece = BulkFile(piece_id(stream_id, first_line), stream_id, lines, stream_id, first_line)
        self.bulk.submit(context, file=piece)
        return self._page(stream_id, after=0, most=0)

    def follow(self, context: Context, *, stream_id: str, after: int) -> StreamPage:
        """Return the outcomes that came after a cursor, 0 for the first; a stream without lines has none."""
        self.authority.require(context, ACTION)
        return self._page(stream_id, after, MOST_OUTCOMES)

    def _page(self, stream_id: str, after: int, most: int) -> StreamPage:
        with self.store.snapshot() as records:
            return records.stream_page(stream_id, after, most)


def piece_id(stream_id: str, first_line: int) -> str:
    """Return the identifier of a piece: the same place of a stream is the same file."""
    return sha256(framed("piece of a stream", stream_id.encode(), str(first_line).encode())).hex()

"""Streams of inquiries, version 1: lines handed in as they arise, outcomes behind a cursor (R-217, decision 0110)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mizuhiki.wire.endpoint import Endpoint, Message
from mizuhiki.wire.intermediate_server.v1 import BUSINESS, BusinessInquiry, FileOutcome
from mizuhiki.wire.sealed import Sealed
from mizuhiki.wire.types import Identifier

Cursor = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Place = Annotated[int, msgspec.Meta(ge=1, le=2**31)]


class StreamPiece(Message, frozen=True):
    """Inner request: the next lines of a stream, up to 10,000; `first_line` is the place of the first, from 1.

    The same piece again is the same piece. A stream begins with its first piece and needs no end.
    """

    stream_id: Identifier
    first_line: Place
    lines: list[BusinessInquiry]


class StreamState(Message, frozen=True):
    """Inner answer: lines of the stream and how many of them ended; the next piece begins at `handed_in` + 1.

    `digest` is that of all lines handed in (see `StreamOutcomes`).
    """

    handed_in: int
    ended: int
    digest: bytes


class StreamRequest(Message, frozen=True):
    """Inner request: ask for what came after a cursor, which is the `next_after` of the answer before, 0 at first.

    A file that was handed in is a stream under its `file_id`.
    """

    stream_id: Identifier
    after: Cursor = 0


class StreamOutcomes(Message, frozen=True):
    """Inner answer: outcomes in the order in which they came; `more` says that others are there already.

    `handed_in` and `ended` count the stream's lines: the next piece begins at `handed_in` + 1, and nothing is open when
    they are equal. Both are 0 for a stream that nobody began.

    `digest` runs over all lines handed in (`crypto.stream_digests`). Outcomes name their line by number alone, so
    whoever puts them beside persons, or adds lines, first compares it with that of their own first `handed_in` lines.
    It is empty before the first line, and for a file, which never changes and is named by who handed it in.
    """

    outcomes: list[FileOutcome]
    next_after: Cursor
    more: bool
    handed_in: int
    ended: int
    digest: bytes


HAND_IN_LINES = Endpoint(
    name="intermediate_server.hand_in_lines",
    path="/v1/stream-lines",
    request=Sealed,
    answer=Sealed,
    callers=BUSINESS,
    own_only=True,
    summary="Hand in the next lines of a stream of inquiries (StreamPiece → StreamState).",
    basis="番号法19条8号; R-217",
)
FOLLOW_OUTCOMES = Endpoint(
    name="intermediate_server.follow_outcomes",
    path="/v1/stream-outcomes",
    request=Sealed,
    answer=Sealed,
    callers=BUSINESS,
    own_only=True,
    summary="Outcomes of a stream or file behind a cursor, as they come (StreamRequest → StreamOutcomes).",
    basis="番号法22条2項; R-217",
)
STREAM_ENDPOINTS = (HAND_IN_LINES, FOLLOW_OUTCOMES)

"""Endpoints for the owner's streams of inquiries: read, call the operation, write."""

from __future__ import annotations

from mizuhiki.institutions.intermediate_server.api.business import read_inquiry, write_result
from mizuhiki.institutions.intermediate_server.api.files import AFFAIR
from mizuhiki.institutions.intermediate_server.operations.stream_inquiries import StreamInquiries
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.wire import intermediate_server as wire


class StreamHandlers:
    """One method per endpoint; both are `own_only`."""

    def __init__(self, streams: StreamInquiries) -> None:
        self._streams = streams

    def hand_in(self, call: Call, request: wire.StreamPiece) -> wire.StreamState:
        """Take lines durably; they are sent by the timed work."""
        context = call.context(affair=AFFAIR, basis="番号法19条8号", purpose="ask with a stream", role="owner")
        requests = [read_inquiry(line) for line in request.lines]
        found = self._streams.hand_in(
            context, stream_id=request.stream_id, first_line=request.first_line, requests=requests
        )
        return wire.StreamState(handed_in=found.handed_in, ended=found.ended, digest=found.digest)

    def follow(self, call: Call, request: wire.StreamRequest) -> wire.StreamOutcomes:
        """Return the outcomes behind a cursor."""
        context = call.context(affair=AFFAIR, basis="番号法22条2項", purpose="follow a stream", role="owner")
        found = self._streams.follow(context, stream_id=request.stream_id, after=request.after)
        return wire.StreamOutcomes(
            outcomes=[wire.FileOutcome(line=one.number, answer=write_result(one.result)) for one in found.results],
            next_after=found.next_after,
            more=found.more,
            handed_in=found.handed_in,
            ended=found.ended,
            digest=found.digest,
        )


def serve_streams(api: Api, streams: StreamInquiries) -> None:
    """Register the endpoints of streams."""
    handlers = StreamHandlers(streams)
    api.serve_sealed(wire.HAND_IN_LINES, wire.StreamPiece, handlers.hand_in)
    api.serve_sealed(wire.FOLLOW_OUTCOMES, wire.StreamRequest, handlers.follow)

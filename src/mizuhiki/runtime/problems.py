"""What crosses the wire when something is refused or fails: one problem document (RFC 9457).

Only the code of an error, its title, a message and named fields cross; never an exception object, a stack or a value
of a request. `problem_for` makes the document of an error of ours; `error_from` makes the error that a peer's document
means here, in the same family, so that a status passed on to our own caller still says whose fault it is.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mizuhiki.vocabulary.errors import Conflict, Field, Malformed, MizuhikiError, NotFound, Refused, Unavailable
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.typed_values import read_json

PROBLEM_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:mizuhiki:problem:"
INTERNAL_CODE = "internal"
_LONGEST_DETAIL = 500


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem document; unknown members of a peer's document are ignored, as RFC 9457 §3.2 wants."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    code: str = INTERNAL_CODE
    fields: dict[str, str | int | None] = {}
    trace: str = ""

    def encode(self) -> bytes:
        """Return the document as JSON."""
        return msgspec.json.encode(self)


def problem_for(error: MizuhikiError, trace: str) -> Problem:
    """Return the document that shows `error`."""
    return Problem(
        type=TYPE_PREFIX + error.code,
        title=error.title,
        status=error.status,
        detail=error.message,
        code=error.code,
        fields=dict(error.fields),
        trace=trace,
    )


def internal_problem(trace: str) -> Problem:
    """Return the document for anything unexpected: it tells the trace and nothing else."""
    return Problem(
        type=TYPE_PREFIX + INTERNAL_CODE,
        title="Internal error",
        status=500,
        detail="The operation failed. The operator finds the cause under the trace.",
        code=INTERNAL_CODE,
        trace=trace,
    )


class PeerProblem(MizuhikiError):
    """A peer answered with a problem; raised only as one of the classes below, each also of its family.

    `peer` is the institution that was called, `peer_code` the code of the rule that refused; where the peer itself
    passed on the problem of another, `refused_by` names that one and `peer_code` is its code.
    """

    code = "peer-problem"
    title = "Another institution reports a problem"

    def __init__(self, message: str = "", /, **fields: Field) -> None:
        super().__init__(message, **fields)
        self.detail = self.message
        self.peer = InstitutionId(str(fields.get("peer", "")))
        self.refused_by = InstitutionId(str(fields.get("refused_by", "")))
        self.peer_code = str(fields.get("peer_code", ""))


class PeerMalformed(PeerProblem, Malformed):
    """The peer could not read the request (400, 413, 415, 422)."""

    code = "peer-malformed"
    title = "Another institution could not read the request"


class PeerRefused(PeerProblem, Refused):
    """The peer refused (401, 403)."""

    code = "peer-refused"
    title = "Another institution refused"


class PeerNotFound(PeerProblem, NotFound):
    """The peer has nothing under that name (404, 410)."""

    code = "peer-not-found"
    title = "Another institution found nothing"


class PeerConflict(PeerProblem, Conflict):
    """The peer's state does not allow it (409)."""

    code = "peer-conflict"
    title = "Not possible in the present state of another institution"


class PeerUnavailable(PeerProblem, Unavailable):
    """The peer does not answer, answers too late, or says that it cannot now; it may succeed later."""

    code = "peer-unavailable"
    title = "Another institution does not answer"


class PeerFailed(PeerProblem, Unavailable):
    """The peer answered that it failed inside (500), or its answer is not what its interface declares."""

    code = "peer-failed"
    title = "Another institution failed"


_BY_STATUS: dict[int, type[PeerProblem]] = {
    400: PeerMalformed,
    401: PeerRefused,
    403: PeerRefused,
    404: PeerNotFound,
    405: PeerMalformed,
    409: PeerConflict,
    410: PeerNotFound,
    413: PeerMalformed,
    415: PeerMalformed,
    422: PeerMalformed,
    500: PeerFailed,
}


def error_from(peer: InstitutionId, status: int, body: bytes) -> PeerProblem:
    """Return the error that a peer's answer with a status other than 200 means here.

    A body that is no problem document is taken as one without code; any status not listed is an outage of the peer.
    """
    try:
        problem = read_json(body, Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        problem = Problem(title="", status=status, code="")
    fields: dict[str, Any] = {
        "peer": peer,
        "peer_code": _code(problem.fields.get("peer_code")) or _code(problem.code),
        "refused_by": str(problem.fields.get("refused_by") or peer)[:80],
    }
    kind = _BY_STATUS.get(status, PeerUnavailable)
    return kind(problem.detail[:_LONGEST_DETAIL] or problem.title[:_LONGEST_DETAIL], **fields)


def _code(value: str | int | None) -> str:
    """Return a peer's code when it has the form of one, so that nothing else is carried on under that name."""
    text = str(value or "")
    return text if 0 < len(text) <= 64 and text.replace("-", "").isalnum() and text.isascii() else ""  # noqa: PLR2004 - wire length of codes

"""Error pages: what happened, what to do next, a code and a trace number; never a stack or a typed value.

Families of `vocabulary.errors` decide the HTTP status. Anything else is an internal error: its type and place go to the
log with the trace number, its text (which may quote personal data) goes nowhere.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass

import structlog
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from mizuhiki.vocabulary.errors import Corrupt, MizuhikiError

_log = structlog.get_logger("mizuhiki.pages")
_SERVER_ERROR = 500
_PLAIN_TITLES = {
    400: ("bad-request", "The request cannot be read"),
    403: ("refused", "Refused"),
    404: ("not-found", "Page not found"),
    405: ("method-not-allowed", "This page cannot be used in this way"),
    413: ("too-large", "What was sent is too large"),
    429: ("too-many-attempts", "Too many attempts"),
}


@dataclass(frozen=True, slots=True)
class ErrorFace:
    """What an error page shows; `advice` names the paragraph of the template that says what to do next."""

    status: int
    code: str
    title: str
    advice: str
    fields: tuple[tuple[str, str], ...] = ()


def face_of(error: Exception, trace: str) -> ErrorFace:
    """Return what to show for an error, and log those that are our own fault."""
    if isinstance(error, MizuhikiError):
        if error.status >= _SERVER_ERROR:
            _record(error, trace, error.code)
        shown = (
            () if isinstance(error, Corrupt) else tuple((k, str(v)) for k, v in error.fields.items() if v is not None)
        )
        return ErrorFace(error.status, error.code, error.title, _advice(error.status), shown)
    if isinstance(error, CSRFError):
        return ErrorFace(400, "form-out-of-date", "This form is out of date", "again")
    if isinstance(error, HTTPException) and error.code is not None and error.code < _SERVER_ERROR:
        code, title = _PLAIN_TITLES.get(error.code, ("bad-request", "The request cannot be read"))
        return ErrorFace(error.code, code, title, _advice(error.code))
    _record(error, trace, "internal")
    return ErrorFace(_SERVER_ERROR, "internal", "Something went wrong on our side", "ours")


def _advice(status: int) -> str:
    known = {400: "check", 403: "refused", 404: "missing", 405: "missing", 409: "state", 413: "check", 429: "wait"}
    return known.get(status, "later" if status == 503 else "ours")  # noqa: PLR2004 - HTTP Service Unavailable


def _record(error: Exception, trace: str, code: str) -> None:
    """Log where it happened, without the error's text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rpartition('/src/')[2]}:{frames[-1].lineno}" if frames else ""
    _log.error("page failed", trace=trace, code=code, error=type(error).__name__, where=where)

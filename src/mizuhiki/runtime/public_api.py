"""Declared questions that anybody may ask a program's way: the query is read into its message, refusals have codes.

A refusal is a problem document (RFC 9457) with a stable code, those of the room itself (a limit, a method, a query
nobody can read) too. It names the part of the query that was wrong and never what stood in it.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

import msgspec

from mizuhiki.runtime.peers import field_of
from mizuhiki.runtime.problems import INTERNAL_CODE, PROBLEM_TYPE, TYPE_PREFIX, Problem, problem_for
from mizuhiki.runtime.public_answers import PublicAnswer, PublicAnswers, Query
from mizuhiki.vocabulary.errors import Malformed, MizuhikiError
from mizuhiki.vocabulary.typed_values import converted
from mizuhiki.wire.endpoint import PublicEndpoint

Q = TypeVar("Q", bound=msgspec.Struct)
A = TypeVar("A", bound=msgspec.Struct)

_CODES = {
    HTTPStatus.BAD_REQUEST: "query-unreadable",
    HTTPStatus.NOT_FOUND: "unknown-host",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.REQUEST_URI_TOO_LONG: "query-too-long",
    HTTPStatus.TOO_MANY_REQUESTS: "too-many-requests",
    HTTPStatus.INTERNAL_SERVER_ERROR: INTERNAL_CODE,
}


class QueryMalformed(Malformed):
    """A part of the query is missing, unknown or not of its form. Field `part`: its declared name, or ``unknown``."""

    code = "query-malformed"
    title = "The query cannot be read"


def problem_of_room(status: HTTPStatus) -> PublicAnswer:
    """Return a room's own refusal as a problem document; for `PublicAnswers`."""
    code = _CODES[status]
    return _problem(Problem(type=TYPE_PREFIX + code, title=status.phrase, status=status.value, code=code))


def serve_public(public: PublicAnswers, endpoint: PublicEndpoint[Q, A], answer: Callable[[Q], A]) -> None:
    """Answer a declared question in a room.

    Raises:
        DuplicateRegistration: the path is served already.
    """

    def handle(fields: Query) -> PublicAnswer:
        try:
            found = answer(_read(endpoint, fields))
        except MizuhikiError as error:
            return _problem(problem_for(error, ""))
        return PublicAnswer(msgspec.json.encode(found), "application/json")

    public.serve(endpoint.path, handle)


def _read(endpoint: PublicEndpoint[Q, A], fields: Query) -> Q:
    try:
        return converted(dict(fields), endpoint.query, strict=False)
    except msgspec.ValidationError as error:
        raise QueryMalformed(part=_part(endpoint, fields) or field_of(error).removeprefix("$.")) from None


def _part(endpoint: PublicEndpoint[Q, A], fields: Query) -> str:
    """Name what is missing, or say that something is too much; empty where a declared part has another form."""
    declared = msgspec.structs.fields(endpoint.query)
    if not fields.keys() <= {one.encode_name for one in declared}:
        return "unknown"
    missing = (one.encode_name for one in declared if one.required and one.encode_name not in fields)
    return next(missing, "")


def _problem(problem: Problem) -> PublicAnswer:
    return PublicAnswer(problem.encode(), PROBLEM_TYPE, HTTPStatus(problem.status))

"""The declaration of one interface endpoint; server, client and OpenAPI 3.1 are all driven by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from mizuhiki.vocabulary.ids import InstitutionKind

Request = TypeVar("Request", bound=msgspec.Struct)
Answer = TypeVar("Answer", bound=msgspec.Struct)


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every wire message: immutable and closed; JSON on the wire, bytes as base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(Generic[Request, Answer]):
    """One operation that an institution offers to others. Always POST with a JSON body.

    `callers` is the closed list of institution kinds that may call it; everybody else is refused before the body is
    read. `basis` cites the article or requirement that allows the call. `own_only` says that only the institution
    which owns this instance may call (a business system and its own intermediate server).
    """

    name: str
    path: str
    request: type[Request]
    answer: type[Answer]
    callers: frozenset[InstitutionKind]
    summary: str
    basis: str
    own_only: bool = False


class Acknowledgement(Message, frozen=True):
    """The request was taken durably; `reference` names what was stored."""

    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicEndpoint(Generic[Request, Answer]):
    """A question that anybody may ask without being known: always GET, its words in the query, the answer JSON.

    `query` has plain members only (text, whole numbers, days, yes or no); one that is unknown or cannot be read is
    refused. `basis` says why the answer is everybody's.
    """

    name: str
    path: str
    query: type[Request]
    answer: type[Answer]
    summary: str
    basis: str

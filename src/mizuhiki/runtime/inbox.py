"""Answering a repeated request with the stored answer, so that a duplicate delivery changes nothing.

A key is the sender's own idempotency key (request id, change id, line id), scoped by peer and endpoint. The same key
with another content is refused: it is a mistake or an attack, never a repetition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest
from mizuhiki.crypto.digests import equal, labelled_hash
from mizuhiki.crypto.keystore import SecretPurpose
from mizuhiki.runtime.database import Blob, Database, Text, UtcTime
from mizuhiki.runtime.environment import Environment
from mizuhiki.vocabulary.errors import Conflict
from mizuhiki.vocabulary.typed_values import read_json

A = TypeVar("A", bound=msgspec.Struct)
_TABLE = "inbox_answer"


class RequestKeyReused(Conflict):
    """The idempotency key was used before for another content."""

    code = "request-key-reused"
    title = "This request id was used before for another request"


@dataclass(frozen=True, slots=True)
class InboxTables:
    """The inbox's table."""

    answers: sa.Table


def inbox_tables(metadata: sa.MetaData) -> InboxTables:
    """Declare the inbox in `metadata`."""
    return InboxTables(
        sa.Table(
            _TABLE,
            metadata,
            sa.Column("key", Text, primary_key=True),
            sa.Column("request_digest", Blob, nullable=False),
            sa.Column("answer", Blob, nullable=False),
            sa.Column("answered_at", UtcTime, nullable=False),
        )
    )


class Inbox:
    """Stored answers of one institution, encrypted at rest."""

    def __init__(self, database: Database, environment: Environment, tables: InboxTables) -> None:
        self._database = database
        self._environment = environment
        self._answers = tables.answers

    def once(
        self,
        key: str,
        compute: Callable[[sa.Connection], A],
        *,
        request: msgspec.Struct,
        answer_type: type[A],
    ) -> A:
        """Return the stored answer of `key`, or compute and store it in one write transaction.

        `key` includes the peer and the endpoint (``f"{call.peer}/{endpoint.name}/{message.request_id}"``). `compute`
        writes through the connection it is given and calls no peer.

        Raises:
            RequestKeyReused: the key was used for another `request`.
        """
        with self._database.write() as connection:
            known = self.stored(connection, key, request=request, answer_type=answer_type)
            if known is not None:
                return known
            answer = compute(connection)
            self.store(connection, key, request=request, answer=answer)
            return answer

    def stored(self, connection: sa.Connection, key: str, *, request: msgspec.Struct, answer_type: type[A]) -> A | None:
        """Return the stored answer, or None; for handlers that must call a peer between looking and storing.

        Raises:
            RequestKeyReused: the key was used for another `request`.
        """
        row = connection.execute(sa.select(self._answers).where(self._answers.c.key == key)).one_or_none()
        if row is None:
            return None
        if not equal(row.request_digest, _digest(request)):
            raise RequestKeyReused
        content = decrypt_at_rest(
            self._environment.keystore.secret(SecretPurpose.INBOX_AT_REST),
            row.answer,
            institution=self._environment.institution,
            table=_TABLE,
            column="answer",
            row=key,
        )
        return read_json(content, answer_type)

    def store(self, connection: sa.Connection, key: str, *, request: msgspec.Struct, answer: msgspec.Struct) -> None:
        """Store the answer of `key`; a key that is stored already raises IntegrityError, so that one answer wins."""
        connection.execute(
            self._answers.insert().values(
                key=key,
                request_digest=_digest(request),
                answer=encrypt_at_rest(
                    self._environment.keystore.secret(SecretPurpose.INBOX_AT_REST),
                    msgspec.json.encode(answer),
                    institution=self._environment.institution,
                    table=_TABLE,
                    column="answer",
                    row=key,
                ),
                answered_at=self._environment.clock.now(),
            )
        )


def _digest(request: msgspec.Struct) -> bytes:
    return labelled_hash("inbox-request", msgspec.json.encode(request))

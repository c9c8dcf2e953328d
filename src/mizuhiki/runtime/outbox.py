"""Messages to peers that are sent after the transaction which made them has committed (transactional outbox).

A message is stored in the caller's own write transaction and delivered later on one path only: claim by a lease on the
row, call the peer with no transaction open, mark. A crash anywhere leaves the row; when its lease runs out it is sent
again, and the receiver's inbox makes the duplicate harmless.

- Order is kept per lane, that is per (peer, subject): a message waits for every earlier one of its lane.
- An outage is retried for ever, ever more slowly. A refusal or a failure inside the peer is retried
  `REFUSALS_UNTIL_PARKED` times and then parked with an audit event; a message the peer cannot read is parked at once.
  A parked message holds its lane until an operator releases or discards it, because later changes about one subject
  make no sense without the earlier.
- Bodies are encrypted at rest and erased on delivery; subjects are stored as keyed hashes only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest, keyed_index
from mizuhiki.crypto.keystore import SecretPurpose
from mizuhiki.runtime.audit import MESSAGE_DISCARDED, MESSAGE_PARKED, MESSAGE_RELEASED, Audit
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Blob, Database, Flag, Integer, Text, UtcTime
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.faults import DuplicateRegistration
from mizuhiki.runtime.peers import Peers, answer_context, is_sealed, request_context
from mizuhiki.runtime.problems import PeerFailed, PeerMalformed, PeerProblem
from mizuhiki.vocabulary.errors import MizuhikiError, NotFound, Unavailable
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire.endpoint import Endpoint
from mizuhiki.wire.sealed import Sealed

LEASE = timedelta(seconds=60)
"""How long a claimed message is left to its relay; longer than any peer call may take."""
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(hours=1)
REFUSALS_UNTIL_PARKED = 8

_WAITING = "waiting"
_PARKED = "parked"
_TABLE = "outbox_message"


class NoSuchMessage(NotFound):
    """No parked message has this id."""

    code = "no-such-outbox-message"
    title = "There is no such parked message"


@dataclass(frozen=True, slots=True)
class OutboxTables:
    """The outbox's table."""

    messages: sa.Table


def outbox_tables(metadata: sa.MetaData) -> OutboxTables:
    """Declare the outbox in `metadata`."""
    messages = sa.Table(
        _TABLE,
        metadata,
        sa.Column("id", Integer, primary_key=True),
        sa.Column("message_key", Text, nullable=False, unique=True),
        sa.Column("peer", Text, nullable=False),
        sa.Column("subject_index", Blob, nullable=False),
        sa.Column("endpoint", Text, nullable=False),
        sa.Column("path", Text, nullable=False),
        sa.Column("sealed", Flag, nullable=False),
        sa.Column("reference", Text, nullable=False),
        sa.Column("body", Blob, nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("enqueued_at", UtcTime, nullable=False),
        sa.Column("due_at", UtcTime, nullable=False),
        sa.Column("outages", Integer, nullable=False),
        sa.Column("refusals", Integer, nullable=False),
        sa.Column("last_code", Text, nullable=False),
        sa.Column("lease_holder", Text),
        sa.Column("leased_until", UtcTime),
        sa.Index("outbox_message_lane", "peer", "subject_index", "id"),
    )
    return OutboxTables(messages)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message that its peer has taken, with the answer where a handler asked for it."""

    peer: InstitutionId
    endpoint: str
    reference: str
    answer: Any


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """A message that was set aside; `code` is the last refusal."""

    id: int
    peer: InstitutionId
    endpoint: str
    reference: str
    code: str
    enqueued_at: datetime


@dataclass(frozen=True, slots=True)
class _AnswerHandler:
    endpoint: Endpoint[Any, Any]
    inner_answer_type: type[msgspec.Struct] | None
    handle: Callable[[Delivered], None]


class Outbox:
    """The outbox of one institution. Every worker process has one object; the rows are shared."""

    def __init__(
        self,
        database: Database,
        environment: Environment,
        peers: Peers,
        tables: OutboxTables,
        *,
        audit: Audit | None = None,
    ) -> None:
        self._database = database
        self._environment = environment
        self._peers = peers
        self._messages = tables.messages
        self._audit = audit
        self._holder = environment.randomness.token()
        self._handlers: dict[str, _AnswerHandler] = {}
        self._relaying = threading.Lock()
        self._delivered = 0
        self._drained = 0

    def on_answer(
        self,
        endpoint: Endpoint[Any, Any],
        handle: Callable[[Delivered], None],
        inner_answer_type: type[msgspec.Struct] | None = None,
    ) -> None:
        """Have `handle` called with each answer of `endpoint`, opened where it is sealed.

        It runs with no transaction open and before the message is marked; if it raises, the message is sent again.

        Raises:
            DuplicateRegistration: the endpoint has a handler.
        """
        if endpoint.name in self._handlers:
            raise DuplicateRegistration(endpoint.name)
        self._handlers[endpoint.name] = _AnswerHandler(endpoint, inner_answer_type, handle)

    def enqueue(
        self,
        connection: sa.Connection,
        *,
        peer: InstitutionId,
        endpoint: Endpoint[Any, Any],
        message: msgspec.Struct,
        subject: str,
        sealed: bool,
        reference: str = "",
    ) -> None:
        """Store a message in the caller's write transaction.

        `sealed` messages are the inner message of a `Sealed` endpoint and are sealed at delivery, to the key the peer
        has then. `subject` orders messages about the same thing. `reference` is given back to the answer handler and
        stored in clear, so it names no person.
        """
        environment = self._environment
        key = environment.randomness.token()
        secret = environment.keystore.secret(SecretPurpose.OUTBOX_AT_REST)
        now = environment.clock.now()
        connection.execute(
            self._messages.insert().values(
                message_key=key,
                peer=peer,
                subject_index=keyed_index(
                    secret, subject.encode(), institution=environment.institution, purpose="outbox-subject"
                ),
                endpoint=endpoint.name,
                path=endpoint.path,
                sealed=sealed and is_sealed(endpoint.request),
                reference=reference,
                body=encrypt_at_rest(
                    secret,
                    msgspec.json.encode(message),
                    institution=environment.institution,
                    table=_TABLE,
                    column="body",
                    row=key,
                ),
                state=_WAITING,
                enqueued_at=now,
                due_at=now,
                outages=0,
                refusals=0,
                last_code="",
            )
        )

    def relay(self) -> int:
        """Deliver everything that is due, in order, and return how many messages were delivered.

        A peer that does not answer is left alone for the rest of this run. Threads of one process take turns.
        """
        with self._relaying:
            delivered = self._relay()
            self._delivered += delivered
        return delivered

    def drain(self) -> int:
        """Deliver everything that is due; return what was delivered since the last draining, by whichever thread.

        When it returns, nothing that was due before is still on its way: a message another thread of this process had
        in its hands has arrived, and counts here, so that whoever pumps a world comes round once more.
        """
        self.relay()
        with self._relaying:
            moved, self._drained = self._delivered - self._drained, self._delivered
        return moved

    def _relay(self) -> int:
        delivered = 0
        silent: set[str] = set()
        while (message := self._claim(silent)) is not None:
            try:
                self._deliver(message)
            except PeerFailed as error:
                self._count_refusal(message, error)
            except Unavailable as error:
                silent.add(message.peer)
                self._postpone(message, error)
            except MizuhikiError as error:
                self._count_refusal(message, error)
            else:
                self._mark_delivered(message)
                delivered += 1
        return delivered

    def waiting(self) -> int:
        """Return how many messages are not delivered yet, parked ones included."""
        with self._database.read() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(self._messages)).scalar_one()

    def parked(self) -> list[ParkedMessage]:
        """Return the parked messages, oldest first."""
        m = self._messages.c
        with self._database.read() as connection:
            rows = connection.execute(sa.select(self._messages).where(m.state == _PARKED).order_by(m.id)).all()
        return [
            ParkedMessage(r.id, InstitutionId(r.peer), r.endpoint, r.reference, r.last_code, r.enqueued_at)
            for r in rows
        ]

    def release(self, connection: sa.Connection, context: Context, message_id: int) -> None:
        """Put a parked message back into its lane, to be sent at once.

        Raises:
            NoSuchMessage: no parked message has this id.
        """
        m = self._messages.c
        values = {"state": _WAITING, "refusals": 0, "due_at": context.now()}
        changed = connection.execute(
            self._messages.update().where(m.id == message_id, m.state == _PARKED).values(**values)
        )
        self._require_one(changed.rowcount, message_id)
        if self._audit:
            self._audit.record(connection, context, MESSAGE_RELEASED, "done", message=message_id)

    def discard(self, connection: sa.Connection, context: Context, message_id: int) -> None:
        """Give a parked message up; the next of its lane follows.

        Raises:
            NoSuchMessage: no parked message has this id.
        """
        m = self._messages.c
        changed = connection.execute(self._messages.delete().where(m.id == message_id, m.state == _PARKED))
        self._require_one(changed.rowcount, message_id)
        if self._audit:
            self._audit.record(connection, context, MESSAGE_DISCARDED, "done", message=message_id)

    @staticmethod
    def _require_one(count: int, message_id: int) -> None:
        if count != 1:
            raise NoSuchMessage(message=message_id)

    def _claim(self, silent: set[str]) -> sa.Row[Any] | None:
        """Lease the first due message that nothing earlier of its lane stands before."""
        m, now = self._messages.c, self._environment.clock.now()
        earlier = self._messages.alias("earlier")
        query = (
            sa.select(self._messages)
            .where(
                m.state == _WAITING,
                m.due_at <= now,
                sa.or_(m.leased_until.is_(None), m.leased_until <= now),
                m.peer.not_in(silent),
                ~sa.exists().where(
                    earlier.c.peer == m.peer, earlier.c.subject_index == m.subject_index, earlier.c.id < m.id
                ),
            )
            .order_by(m.id)
            .limit(1)
        )
        with self._database.write() as connection:
            row = connection.execute(query).one_or_none()
            if row is not None:
                connection.execute(
                    self._messages.update()
                    .where(m.id == row.id)
                    .values(lease_holder=self._holder, leased_until=now + LEASE)
                )
        return row

    def _deliver(self, message: sa.Row[Any]) -> None:
        environment, peer = self._environment, InstitutionId(message.peer)
        body = decrypt_at_rest(
            environment.keystore.secret(SecretPurpose.OUTBOX_AT_REST),
            message.body,
            institution=environment.institution,
            table=_TABLE,
            column="body",
            row=message.message_key,
        )
        if message.sealed:
            envelope = self._peers.seal_bytes(peer, body, request_context(message.endpoint))
            body = msgspec.json.encode(Sealed(envelope=envelope))
        answer = self._peers.deliver(peer, message.path, body)
        handler = self._handlers.get(message.endpoint)
        if handler is None:
            return
        decoded = self._peers.decode_answer(peer, answer, handler.endpoint.answer)
        if is_sealed(handler.endpoint.answer) and handler.inner_answer_type is not None:
            context = answer_context(message.endpoint)
            decoded = self._peers.open(decoded.envelope, peer, handler.inner_answer_type, context)
        handler.handle(Delivered(peer, message.endpoint, message.reference, decoded))

    def _mark_delivered(self, message: sa.Row[Any]) -> None:
        with self._database.write() as connection:
            connection.execute(self._messages.delete().where(self._ours(message)))

    def _postpone(self, message: sa.Row[Any], error: MizuhikiError) -> None:
        self._update(message, due_in=_delay(message.outages), outages=message.outages + 1, last_code=_code(error))

    def _count_refusal(self, message: sa.Row[Any], error: MizuhikiError) -> None:
        refusals = message.refusals + 1
        if refusals < REFUSALS_UNTIL_PARKED and not isinstance(error, PeerMalformed):
            self._update(message, due_in=_delay(message.refusals), refusals=refusals, last_code=_code(error))
            return
        self._update(message, due_in=timedelta(), refusals=refusals, last_code=_code(error), state=_PARKED)

    def _update(self, message: sa.Row[Any], *, due_in: timedelta, **values: str | int) -> None:
        now = self._environment.clock.now()
        with self._database.write() as connection:
            changed = connection.execute(
                self._messages.update()
                .where(self._ours(message))
                .values(due_at=now + due_in, lease_holder=None, leased_until=None, **values)
            )
            if changed.rowcount and values.get("state") == _PARKED and self._audit:
                self._audit.machine_event(
                    connection,
                    MESSAGE_PARKED,
                    "parked",
                    at=now,
                    code=str(values["last_code"]),
                    endpoint=message.endpoint,
                    peer=message.peer,
                    message=message.id,
                    attempts=values["refusals"],
                )

    def _ours(self, message: sa.Row[Any]) -> sa.ColumnElement[bool]:
        # A relay whose lease ran out may not mark what another relay has claimed since.
        m = self._messages.c
        return sa.and_(m.id == message.id, m.lease_holder == self._holder, m.state == _WAITING)


def _delay(failures: int) -> timedelta:
    return min(FIRST_RETRY * (1 << min(failures, 20)), LONGEST_RETRY)


def _code(error: MizuhikiError) -> str:
    return (error.peer_code or error.code) if isinstance(error, PeerProblem) else error.code

"""The audit trail of one institution: who did what, on which basis, with which outcome; append-only, no personal data.

An event and its field names are declared beforehand as `AuditEvent`, so that the golden listing of all events is
complete and nobody slips a new field in. Values are short texts and numbers; sensitive values raise. Records stand in
the same transaction as what they record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database, Integer, Json, Text, UtcTime, append_only
from mizuhiki.runtime.faults import DuplicateRegistration, SensitiveInRecord, UndeclaredAuditEvent
from mizuhiki.runtime.logging import is_sensitive
from mizuhiki.vocabulary.errors import Field
from mizuhiki.vocabulary.ids import InstitutionId

_LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One kind of event with the names of the fields it may carry; the description is for the listing."""

    name: str
    description: str
    fields: frozenset[str] = field(default_factory=frozenset)


REQUEST_REFUSED = AuditEvent(
    "request-refused", "A peer's request was refused before or by its handler.", frozenset({"endpoint", "peer"})
)
MESSAGE_PARKED = AuditEvent(
    "message-parked",
    "A message to a peer was set aside after repeated refusals.",
    frozenset({"endpoint", "peer", "message", "attempts"}),
)
MESSAGE_RELEASED = AuditEvent(
    "message-released", "An operator put a parked message back into its lane.", frozenset({"message"})
)
MESSAGE_DISCARDED = AuditEvent("message-discarded", "An operator gave a parked message up.", frozenset({"message"}))
JOB_FAILED = AuditEvent("job-failed", "A timed job ended with an error.", frozenset({"job"}))
RUNTIME_EVENTS = (REQUEST_REFUSED, MESSAGE_PARKED, MESSAGE_RELEASED, MESSAGE_DISCARDED, JOB_FAILED)


@dataclass(frozen=True, slots=True)
class AuditTables:
    """The audit trail's table."""

    events: sa.Table


def audit_tables(metadata: sa.MetaData) -> AuditTables:
    """Declare the audit trail in `metadata`."""
    events = sa.Table(
        "audit_event",
        metadata,
        sa.Column("id", Integer, primary_key=True),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("event", Text, nullable=False),
        sa.Column("actor_institution", Text, nullable=False),
        sa.Column("actor_role", Text, nullable=False),
        sa.Column("actor_person", Text),
        sa.Column("affair", Text, nullable=False),
        sa.Column("legal_basis", Text, nullable=False),
        sa.Column("purpose", Text, nullable=False),
        sa.Column("outcome", Text, nullable=False),
        sa.Column("code", Text, nullable=False),
        sa.Column("trace", Text, nullable=False),
        sa.Column("fields", Json, nullable=False),
        sa.Index("audit_event_at", "at"),
    )
    return AuditTables(append_only(events))


class Audit:
    """Writes and lists the events of one institution.

    Raises:
        DuplicateRegistration: two events have one name.
    """

    def __init__(self, database: Database, tables: AuditTables, events: Iterable[AuditEvent] = ()) -> None:
        self._database = database
        self._events = tables.events
        self._declared: dict[str, AuditEvent] = {}
        for event in (*RUNTIME_EVENTS, *events):
            if event.name in self._declared:
                raise DuplicateRegistration(event.name)
            self._declared[event.name] = event

    def declared(self) -> Iterator[AuditEvent]:
        """Yield every declared event, ordered, for the golden listing."""
        for name in sorted(self._declared):
            yield self._declared[name]

    def record(
        self,
        connection: sa.Connection,
        context: Context,
        event: AuditEvent | str,
        outcome: str,
        *,
        code: str = "",
        **fields: Field,
    ) -> None:
        """Write one event in the caller's transaction; `code` is the error code where something was refused.

        Raises:
            UndeclaredAuditEvent: the event or a field was not declared.
            SensitiveInRecord: a value, or the purpose, is sensitive or longer than an audit value may be.
        """
        self._write(connection, event, _row_of(context, outcome, code), fields)

    def record_all(self, connection: sa.Connection, events: Sequence[tuple[Context, str, Mapping[str, Field]]]) -> None:
        """Write events with the outcome "done" of many requests that were served together, in the given order.

        Raises:
            UndeclaredAuditEvent, SensitiveInRecord: see `record`; nothing is written then.
        """
        rows = [self._checked(event, _row_of(context, "done", ""), dict(fields)) for context, event, fields in events]
        if rows:
            connection.execute(self._events.insert(), rows)

    def refused(self, *, peer: InstitutionId | None, endpoint: str, code: str, trace: str, at: datetime) -> None:
        """Write that a request was refused, in a transaction of its own; fits `runtime.serving.RefusalAudit`."""
        row: dict[str, object] = {
            "at": at,
            "actor_institution": peer or "",
            "actor_role": "peer",
            "actor_person": None,
            "affair": "",
            "legal_basis": "",
            "purpose": "",
            "outcome": "refused",
            "code": code,
            "trace": trace,
        }
        with self._database.write() as connection:
            self._write(connection, REQUEST_REFUSED, row, {"endpoint": endpoint, "peer": peer})

    def machine_event(
        self,
        connection: sa.Connection,
        event: AuditEvent,
        outcome: str,
        *,
        at: datetime,
        code: str = "",
        **fields: Field,
    ) -> None:
        """Write an event of the machinery (outbox, jobs), which acts without a person and without an affair."""
        row: dict[str, object] = {
            "at": at,
            "actor_institution": "",
            "actor_role": "machinery",
            "actor_person": None,
            "affair": "",
            "legal_basis": "",
            "purpose": "",
            "outcome": outcome,
            "code": code,
            "trace": "",
        }
        self._write(connection, event, row, fields)

    def events(
        self, connection: sa.Connection, *, after: int = 0, limit: int = 100
    ) -> list[sa.Row[tuple[object, ...]]]:
        """Return up to `limit` events in order, those with an id above `after`."""
        query = sa.select(self._events).where(self._events.c.id > after).order_by(self._events.c.id).limit(limit)
        return list(connection.execute(query))

    def _write(
        self, connection: sa.Connection, event: AuditEvent | str, row: dict[str, object], fields: dict[str, Field]
    ) -> None:
        connection.execute(self._events.insert(), self._checked(event, row, fields))

    def _checked(self, event: AuditEvent | str, row: dict[str, object], fields: dict[str, Field]) -> dict[str, object]:
        name = event if isinstance(event, str) else event.name
        declared = self._declared.get(name)
        if declared is None or (isinstance(event, AuditEvent) and event != declared):
            message = f"the audit event {name} is not declared for this institution"
            raise UndeclaredAuditEvent(message)
        unknown = fields.keys() - declared.fields
        if unknown:
            message = f"the audit event {name} declares no field {', '.join(sorted(unknown))}"
            raise UndeclaredAuditEvent(message)
        for key, value in {**row, **fields}.items():
            if is_sensitive(value) or (isinstance(value, str) and len(value) > _LONGEST_VALUE):
                message = f"{key} of the audit event {name} is sensitive or too long"
                raise SensitiveInRecord(message)
        return {"event": name, "fields": fields, **row}


def _row_of(context: Context, outcome: str, code: str) -> dict[str, object]:
    actor = context.actor
    return {
        "at": context.now(),
        "actor_institution": actor.institution,
        "actor_role": actor.role,
        "actor_person": actor.person,
        "affair": context.affair,
        "legal_basis": context.legal_basis,
        "purpose": context.purpose,
        "outcome": outcome,
        "code": code,
        "trace": context.trace,
    }

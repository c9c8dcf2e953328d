"""Facts, projected records and tasks on one open connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from mizuhiki.institutions.municipality.domain.events.errors import UnknownTask
from mizuhiki.institutions.municipality.domain.events.facts import Fact, fact_of_event
from mizuhiki.institutions.municipality.domain.events.items import Value, removal_items
from mizuhiki.institutions.municipality.domain.events.requests import Task
from mizuhiki.institutions.municipality.domain.residents import RecordEvent, RecordState, ResidentRecord
from mizuhiki.institutions.municipality.store.chunks import chunks
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.event_tables import FACTS, TASKS
from mizuhiki.institutions.municipality.store.resident_rows import RESIDENT_COLUMNS, resident_of, resident_row
from mizuhiki.institutions.municipality.store.sql_resident_copies import mark_due
from mizuhiki.institutions.municipality.store.sql_search import index_addresses
from mizuhiki.institutions.municipality.store.tables import EVENTS, HOUSEHOLDS, MOVES, RESIDENTS
from mizuhiki.runtime.bulk_rows import insert_mappings, insert_rows
from mizuhiki.runtime.keyed_rows import change_rows, find_among, find_rows
from mizuhiki.vocabulary.names import normalise_for_comparison
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.places import normalise_address

_NOT_ITEMS = frozenset(
    {"resident", "code_index", "code_encrypted", "number_index", "number_encrypted", "generated_encrypted", "stage"}
)
"""Columns that no event changes; numbering writes them."""


_FACT_COLUMNS = tuple(FACTS.c.keys())


def fact_of(event: RecordEvent, fresh: Mapping[str, dict[str, Value]]) -> Fact:
    """Return the fact that follows from an event's reason: a record begins with the items it was made with, or ends."""
    begins = event.reason.enters and event.resident in fresh
    items: dict[str, Value] = {}
    if begins:
        items = fresh[event.resident]
    elif event.reason.removes:
        items = removal_items(event.effective_on, event.reason)
    return fact_of_event(event, items, entry=begins)


def _fact(row: Row[Any]) -> Fact:
    return Fact(
        event=row.event,
        resident=row.resident,
        kind=row.kind,
        effective_on=row.effective_on,
        entered_at=row.entered_at,
        items=row.items,
        cancels=row.cancels,
        entry=row.entry,
        event_id=row.event_id,
        sequence=row.id,
    )


def _task(row: Row[Any]) -> Task:
    return Task(row.task, row.kind, row.resident, row.opened_on, row.text, row.done_on, row.outcome)


class SqlEvents:
    """Implements `domain.events.storage.EventRecords`."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def add(self, entered: Sequence[tuple[RecordEvent, Fact]]) -> None:
        """Append lines of history with their facts."""
        if not entered:
            return
        insert_mappings(self._connection, EVENTS, [_event_row(event) for event, _ in entered])
        insert_mappings(self._connection, FACTS, [_fact_row(event, fact) for event, fact in entered])

    def facts(self, residents: Sequence[str]) -> dict[str, list[Fact]]:
        """Return all facts of records in the order of entry."""
        found: dict[str, list[Fact]] = {resident: [] for resident in residents}
        for chunk in chunks(found):
            rows = find_among(self._connection, FACTS, _FACT_COLUMNS, ("resident", chunk))
            for row in sorted(rows, key=lambda one: one.id):
                found[row.resident].append(_fact(row))
        return found

    def facts_of_event(self, event: str) -> list[Fact]:
        """Return the facts of one event."""
        rows = find_rows(self._connection, FACTS, _FACT_COLUMNS, {"event": event})
        return [_fact(row) for row in sorted(rows, key=lambda one: one.id)]

    def project(self, records: Sequence[ResidentRecord]) -> None:
        """Store every item of records, and whether code and number live on them.

        The households they leave are marked like those they come to.
        """
        mark_due(self._connection, [record.resident for record in records])
        # Those that end go first: a code may pass from one record to another in one event.
        for record in sorted(records, key=lambda one: one.state is not RecordState.REMOVED):
            values = resident_row(record, self._cipher, normalise_address(record.address))
            if record.state is RecordState.REMOVED:
                values |= {"live_code_index": None, "live_number_index": None}
            kept = {name: value for name, value in values.items() if name not in _NOT_ITEMS}
            index_addresses(self._connection, [values["address_key"]])
            change_rows(self._connection, RESIDENTS, kept, {"resident": record.resident})
        mark_due(self._connection, [record.resident for record in records])

    def enter_households(self, addresses: Mapping[str, str]) -> None:
        """Store many households at once."""
        if addresses:
            insert_rows(self._connection, HOUSEHOLDS, ("household", "address"), list(addresses.items()))

    def current_named(self, names: Sequence[str]) -> set[tuple[str, date, str]]:
        """Return normalised name, birth date and address of current records with one of the names."""
        r, found = RESIDENTS.c, set[tuple[str, date, str]]()
        for chunk in chunks(sorted({normalise_for_comparison(name) for name in names})):
            rows = self._connection.execute(
                select(r.name_key, r.birth_date, r.address_key).where(
                    r.name_key.in_(chunk), r.state != RecordState.REMOVED.value
                )
            )
            found |= {(row.name_key, row.birth_date, row.address_key) for row in rows}
        return found

    def removed_with(self, code: ResidentRecordCode) -> ResidentRecord | None:
        """Return the latest removed record with a code."""
        return next(iter(self.all_removed_with(code)), None)

    def all_removed_with(self, code: ResidentRecordCode) -> list[ResidentRecord]:
        """Return removed records with a code, the latest first."""
        which = {"code_index": self._cipher.code_index(code), "state": RecordState.REMOVED.value}
        rows = find_rows(self._connection, RESIDENTS, RESIDENT_COLUMNS, which)
        rows.sort(key=lambda row: row.resident)
        rows.sort(key=lambda row: row.removed_on, reverse=True)
        return [resident_of(row, self._cipher) for row in rows]

    def former_members(self, household: str) -> list[ResidentRecord]:
        """Return removed records whose last household it was, the latest first."""
        r = RESIDENTS.c
        query = select(RESIDENTS).where(r.household == household, r.state == RecordState.REMOVED.value)
        rows = self._connection.execute(query.order_by(r.removed_on.desc(), r.resident))
        return [resident_of(row, self._cipher) for row in rows]

    def removed_until(self, day: date) -> list[ResidentRecord]:
        """Return records removed on or before a day, oldest first."""
        r = RESIDENTS.c
        query = select(RESIDENTS).where(r.state == RecordState.REMOVED.value, r.removed_on <= day)
        rows = self._connection.execute(query.order_by(r.removed_on, r.resident))
        return [resident_of(row, self._cipher) for row in rows]

    def clear_moving(self, residents: Sequence[str]) -> None:
        """Take the mark of an announced move from records."""
        for chunk in chunks(residents):
            self._connection.execute(
                RESIDENTS.update()
                .where(RESIDENTS.c.resident.in_(chunk), RESIDENTS.c.state == RecordState.MOVING.value)
                .values(state=RecordState.CURRENT.value)
            )

    def cancel_move(self, reference: str, on: date) -> None:
        """Mark an announced move as cancelled."""
        self._connection.execute(MOVES.update().where(MOVES.c.reference == reference).values(cancelled_on=on))

    def open_moves_of(self, resident: str) -> list[str]:
        """Return the references of moves of a resident that are announced and open."""
        m = MOVES.c
        rows = self._connection.execute(select(MOVES).where(m.completed_on.is_(None), m.cancelled_on.is_(None)))
        return [row.reference for row in rows if resident in row.residents]

    def set_household_address(self, household: str, address: str) -> None:
        """Store where a household lives."""
        self._connection.execute(HOUSEHOLDS.update().where(HOUSEHOLDS.c.household == household).values(address=address))

    def open_task(self, task: Task) -> None:
        """Store a task."""
        self._connection.execute(
            TASKS.insert().values(
                task=task.task,
                kind=task.kind,
                resident=task.resident,
                opened_on=task.opened_on,
                text=task.text,
                done_on=task.done_on,
                outcome=task.outcome,
            )
        )

    def tasks(self, *, open_only: bool) -> list[Task]:
        """Return tasks, oldest first."""
        query = select(TASKS).order_by(TASKS.c.id)
        if open_only:
            query = query.where(TASKS.c.done_on.is_(None))
        return [_task(row) for row in self._connection.execute(query)]

    def close_task(self, task: str, on: date, outcome: str) -> Task:
        """Close a task and return it."""
        closed = self._connection.execute(
            TASKS.update().where(TASKS.c.task == task, TASKS.c.done_on.is_(None)).values(done_on=on, outcome=outcome)
        )
        if not closed.rowcount:
            raise UnknownTask
        return _task(self._connection.execute(select(TASKS).where(TASKS.c.task == task)).one())


def _event_row(event: RecordEvent) -> dict[str, object]:
    return {
        "event_id": event.event_id,
        "resident": event.resident,
        "reason": event.reason.value,
        "effective_on": event.effective_on,
        "reported_on": event.reported_on,
        "entered_at": event.entered_at,
        "entered_by": event.entered_by,
        "documents": list(event.documents),
        "note": event.note,
    }


def _fact_row(event: RecordEvent, fact: Fact) -> dict[str, object]:
    return {
        "event_id": event.event_id,
        "event": fact.event,
        "resident": fact.resident,
        "kind": fact.kind,
        "effective_on": fact.effective_on,
        "entered_at": fact.entered_at,
        "items": fact.items if type(fact.items) is dict else dict(fact.items),
        "cancels": fact.cancels,
        "entry": fact.entry,
    }

"""Residents, households and moves on one open connection, above `sql_numbering`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from mizuhiki.institutions.municipality.domain.card_moves import CardMove, card_move_of
from mizuhiki.institutions.municipality.domain.errors import (
    UnknownHousehold,
    UnknownMove,
    UnknownResident,
)
from mizuhiki.institutions.municipality.domain.events.items import Value, items_of
from mizuhiki.institutions.municipality.domain.moves import Move, MoveInNotice
from mizuhiki.institutions.municipality.domain.residents import (
    JournalLine,
    RecordEvent,
    RecordState,
    ResidentQuery,
    ResidentRecord,
    ResidentSummary,
)
from mizuhiki.institutions.municipality.ports import IdentificationChange
from mizuhiki.institutions.municipality.store.chunks import chunks
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.resident_rows import (
    RESIDENT_COLUMNS,
    SUMMARY_COLUMNS,
    event_line,
    event_of,
    move_of,
    resident_of,
    resident_row,
    summary_of_row,
)
from mizuhiki.institutions.municipality.store.sql_events import SqlEvents, fact_of
from mizuhiki.institutions.municipality.store.sql_numbering import SqlNumbering
from mizuhiki.institutions.municipality.store.sql_resident_copies import mark_due, mark_new_due
from mizuhiki.institutions.municipality.store.sql_search import find_residents, index_addresses
from mizuhiki.institutions.municipality.store.tables import (
    CASE_STEPS,
    CASES,
    EVENTS,
    HOUSEHOLDS,
    MOVES,
    RESIDENTS,
    SEQUENCES,
    STEPS,
)
from mizuhiki.runtime.bulk_rows import insert_mappings
from mizuhiki.runtime.keyed_rows import change_rows, find_among, find_row, find_rows, insert_row
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, Relationship
from mizuhiki.vocabulary.places import normalise_address

_EVENT_COLUMNS = tuple(EVENTS.c.keys())

NumberedChange = tuple[IdentificationChange, int]
TellCardIssuer = Callable[[Connection, Sequence[CardMove]], None]
"""Queues moves by which a card may end, in the open transaction."""
TellPrefecture = Callable[[Connection, Sequence[NumberedChange]], None]
"""Queues identification changes with their sequences inside the given transaction."""
TellMunicipality = Callable[[Connection, str, MoveInNotice], None]
"""Queues a move-in notice for a municipality code inside the given transaction."""


def _by_household(one: ResidentRecord) -> tuple[str, bool, date, str]:
    return one.household, one.relationship is not Relationship.HEAD, one.birth_date, one.resident


class SqlRegister(SqlNumbering):
    """Implements `ports.RegisterRecords`."""

    def __init__(
        self,
        connection: Connection,
        cipher: Cipher,
        tell_prefecture: TellPrefecture,
        tell_municipality: TellMunicipality,
        tell_card_issuer: TellCardIssuer,
    ) -> None:
        super().__init__(connection, cipher)
        self._tell_prefecture = tell_prefecture
        self._tell_municipality = tell_municipality
        self._tell_card_issuer = tell_card_issuer
        self._fresh: dict[str, dict[str, Value]] = {}
        """Items of records made in this transaction, for the facts that begin their histories."""

    def insert_household(self, household: str, address: str) -> None:
        """Store a household."""
        insert_row(self._connection, HOUSEHOLDS, {"household": household, "address": address})

    def household_address(self, household: str) -> str:
        """Return a household's address."""
        found = find_row(self._connection, HOUSEHOLDS, ["address"], {"household": household})
        if found is None:
            raise UnknownHousehold
        return str(found.address)

    def insert_residents(self, records: Sequence[ResidentRecord]) -> None:
        """Store new records."""
        if records:
            keys = {address: normalise_address(address) for address in {record.address for record in records}}
            rows = [resident_row(record, self._cipher, keys[record.address]) for record in records]
            insert_mappings(self._connection, RESIDENTS, rows)
            index_addresses(self._connection, keys.values())
            self._fresh |= {record.resident: items_of(record) for record in records}
            mark_new_due(self._connection, records)

    def resident(self, resident: str) -> ResidentRecord:
        """Return a record."""
        return self.residents([resident])[0]

    def residents(self, tokens: Sequence[str]) -> list[ResidentRecord]:
        """Return records in the order of the tokens."""
        found: dict[str, ResidentRecord] = {}
        for chunk in chunks(tokens):
            rows = find_among(self._connection, RESIDENTS, RESIDENT_COLUMNS, ("resident", chunk))
            found |= {row.resident: resident_of(row, self._cipher) for row in rows}
        if not found.keys() >= set(tokens):
            raise UnknownResident
        return [found[token] for token in tokens]

    def members(self, household: str) -> list[ResidentRecord]:
        """Return the current members, head first."""
        rows = find_rows(self._connection, RESIDENTS, RESIDENT_COLUMNS, {"household": household})
        found = [resident_of(row, self._cipher) for row in rows if row.state != RecordState.REMOVED.value]
        return sorted(found, key=_by_household)

    def by_code(self, code: ResidentRecordCode) -> ResidentRecord | None:
        """Return the current record with a code."""
        query = select(RESIDENTS).where(RESIDENTS.c.live_code_index == self._cipher.code_index(code))
        return next(iter(self._several(query)), None)

    def by_number(self, number: IndividualNumber) -> ResidentRecord | None:
        """Return the current record with a number."""
        query = select(RESIDENTS).where(RESIDENTS.c.live_number_index == self._cipher.number_index(number))
        return next(iter(self._several(query)), None)

    def records_of_person(self, record: ResidentRecord) -> list[ResidentRecord]:
        """Return every other record with a record's code or number, removed ones too."""
        same = [RESIDENTS.c.code_index == self._cipher.code_index(record.code)]
        if record.number is not None:
            same.append(RESIDENTS.c.number_index == self._cipher.number_index(record.number))
        return self._several(select(RESIDENTS).where(or_(*same), RESIDENTS.c.resident != record.resident))

    def search(self, query: ResidentQuery, limit: int) -> list[ResidentRecord]:
        """Return records that fit every part; names fit when they begin with what was typed, addresses anywhere."""
        return [resident_of(row, self._cipher) for row in find_residents(self._connection, query, limit)]

    def list_residents(self, query: ResidentQuery, limit: int) -> list[ResidentSummary]:
        """Return what `search` finds as lines of a list; codes and numbers stay encrypted."""
        found = find_residents(self._connection, query, limit, columns=SUMMARY_COLUMNS)
        return [summary_of_row(row) for row in found]

    def current_residents(self) -> list[str]:
        """Return the tokens of all records that are not removed."""
        query = select(RESIDENTS.c.resident).where(RESIDENTS.c.state != RecordState.REMOVED.value)
        return list(self._connection.execute(query.order_by(RESIDENTS.c.resident)).scalars())

    def current_after(self, resident: str, most: int) -> list[str]:
        """Return at most so many tokens of records that are not removed, in their order, behind one of them."""
        r = RESIDENTS.c
        query = select(r.resident).where(r.resident > resident, r.state != RecordState.REMOVED.value)
        return list(self._connection.execute(query.order_by(r.resident).limit(most)).scalars())

    def in_households(self, households: int) -> Iterator[list[ResidentRecord]]:
        """Return all current members of so many households at a time, each household together, its head first."""
        r = RESIDENTS.c
        last = ""
        while True:
            query = select(r.household).where(r.household > last, r.state != RecordState.REMOVED.value)
            tokens = list(
                self._connection.execute(query.group_by(r.household).order_by(r.household).limit(households)).scalars()
            )
            if not tokens:
                return
            rows = find_among(self._connection, RESIDENTS, RESIDENT_COLUMNS, ("household", tokens))
            found = [resident_of(row, self._cipher) for row in rows if row.state != RecordState.REMOVED.value]
            yield sorted(found, key=_by_household)
            last = tokens[-1]

    def mark_moving(self, residents: Sequence[str]) -> None:
        """Mark records as having a move announced."""
        self._update(residents, state=RecordState.MOVING.value)

    def remove(self, resident: str, on: date, reason: ChangeReason) -> None:
        """Make a record a removed one; its code and number may stand on a new record from now on."""
        self._update(
            [resident],
            state=RecordState.REMOVED.value,
            removed_on=on,
            removal_reason=reason.value,
            live_code_index=None,
            live_number_index=None,
        )
        mark_due(self._connection, [resident])

    def set_protected(self, resident: str, *, protected: bool) -> None:
        """Mark or unmark a record as protected."""
        self._update([resident], protected=protected)
        mark_due(self._connection, [resident])

    def _update(self, residents: Sequence[str], **values: object) -> None:
        self._connection.execute(RESIDENTS.update().where(RESIDENTS.c.resident.in_(list(residents))).values(**values))

    def insert_events(self, events: Sequence[RecordEvent]) -> None:
        """Append events, each with the fact that follows from its reason alone: a record begins or ends."""
        SqlEvents(self._connection, self._cipher).add([(event, fact_of(event, self._fresh)) for event in events])

    def events(self, residents: Sequence[str]) -> list[RecordEvent]:
        """Return the events of records, newest first."""
        rows: list[Any] = []
        for chunk in chunks(residents):
            rows += find_among(self._connection, EVENTS, _EVENT_COLUMNS, ("resident", chunk))
        return [event_of(row) for row in sorted(rows, key=lambda row: row.id, reverse=True)]

    def notify_prefecture(self, changes: Sequence[IdentificationChange]) -> None:
        """Queue identification information with the next sequence of each person."""
        indexes = {change.record.resident: self._cipher.code_index(change.record.code) for change in changes}
        known: dict[bytes, int] = {}
        for chunk in chunks(indexes.values()):
            rows = find_among(self._connection, SEQUENCES, ["code_index", "sequence"], ("code_index", chunk))
            known |= {row.code_index: row.sequence for row in rows}
        fresh = set(indexes.values()) - known.keys()
        if fresh:
            self._connection.execute(
                SEQUENCES.insert(), [{"code_index": index, "sequence": 0} for index in sorted(fresh)]
            )
        numbered: list[NumberedChange] = []
        for change in changes:
            index = indexes[change.record.resident]
            known[index] = known.get(index, 0) + 1
            numbered.append((change, known[index]))
        for index in sorted(set(indexes.values())):
            change_rows(self._connection, SEQUENCES, {"sequence": known[index]}, {"code_index": index})
        self._tell_prefecture(self._connection, numbered)
        moves = [card_move_of(one.reason, one.effective_on, one.record, in_register=one.in_register) for one in changes]
        self.tell_card_moves([move for move in moves if move is not None])

    def tell_card_moves(self, moves: Sequence[CardMove]) -> None:
        """Queue moves by which a card may end."""
        if moves:
            self._tell_card_issuer(self._connection, moves)

    def insert_move(self, move: Move) -> None:
        """Store a move out."""
        self._connection.execute(
            MOVES.insert().values(
                reference=move.reference,
                residents=list(move.residents),
                planned_on=move.planned_on,
                planned_address=move.planned_address,
                received_on=move.received_on,
                notifier=move.notifier,
                to_municipality=move.to_municipality,
                completed_on=move.completed_on,
                cancelled_on=move.cancelled_on,
                special=move.special,
            )
        )

    def move(self, reference: str) -> Move:
        """Return a move out."""
        row = self._connection.execute(select(MOVES).where(MOVES.c.reference == reference)).one_or_none()
        if row is None:
            raise UnknownMove
        return move_of(row)

    def complete_move(self, reference: str, to_municipality: str, on: date) -> None:
        """Mark a move as confirmed by the new municipality."""
        self._connection.execute(
            MOVES.update()
            .where(MOVES.c.reference == reference)
            .values(to_municipality=to_municipality, completed_on=on)
        )

    def tell_previous_municipality(self, from_municipality: str, notice: MoveInNotice) -> None:
        """Queue the notice of a move in."""
        self._tell_municipality(self._connection, from_municipality, notice)

    def journal(self, start: datetime, end: datetime) -> list[JournalLine]:
        """Return what was entered between two instants, in order."""
        e, s, c = EVENTS.c, STEPS.c, CASE_STEPS.c
        events = self._connection.execute(select(EVENTS).where(e.entered_at >= start, e.entered_at < end))
        lines = [event_line(row) for row in events]
        steps = self._connection.execute(select(STEPS).where(s.at >= start, s.at < end))
        lines += [JournalLine(row.at, row.step, row.resident, row.actor, about=row.resident) for row in steps]
        cases = self._connection.execute(
            select(CASE_STEPS, CASES.c.claimant)
            .join(CASES, CASES.c.case_token == c.case_token)
            .where(c.at >= start, c.at < end)
        )
        lines += [JournalLine(row.at, row.step, row.case_token, row.actor, row.note, row.claimant) for row in cases]
        return sorted(lines, key=lambda line: line.at)

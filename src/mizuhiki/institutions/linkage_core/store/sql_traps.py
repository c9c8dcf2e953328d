"""Traps and alarms on one open connection; a trap is found by the keyed indexes of this core's pseudonyms of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, exists, func, select

from mizuhiki.institutions.linkage_core.domain.cases import PersonKey
from mizuhiki.institutions.linkage_core.domain.traps import Alarm, SprungTrap, StandingCount, StandingTrap
from mizuhiki.institutions.linkage_core.store.case_cipher import CaseCipher
from mizuhiki.institutions.linkage_core.store.sql_links import SqlLinks
from mizuhiki.institutions.linkage_core.store.tables import ALARMS, TRAP_INDEXES, TRAPS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.grounds import context_of
from mizuhiki.runtime.keyed_rows import change_rows, find_among, find_row, insert_row
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.vocabulary.errors import Field
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id
from mizuhiki.vocabulary.typed_values import converted

_FEW = 50
"""So many look-ups at once cost less than the question whether there is any trap at all."""


class SqlTraps:
    """Implements `ports.TrapRecords`."""

    def __init__(self, connection: Connection, cipher: CaseCipher, ledger: Ledger, audit: Audit) -> None:
        self._connection = connection
        self._cipher = cipher
        self._ledger = ledger
        self._audit = audit

    def audit(self, grounds: Grounds, event: str, outcome: str, **fields: Field) -> None:
        """Write an event of the audit trail."""
        self._audit.record(self._connection, context_of(grounds), event, outcome, code="", **fields)

    def count_traps(self, holder: InstitutionId) -> int:
        """Return how many traps of an intermediate server stand."""
        query = select(func.count()).select_from(TRAPS).where(TRAPS.c.holder == holder)
        return int(self._connection.execute(query).scalar_one())

    def standing_tokens(self, holder: InstitutionId, tokens: Sequence[bytes]) -> frozenset[bytes]:
        """Return those of the tokens under which a trap of the server stands."""
        rows = find_among(self._connection, TRAPS, ("token_hash",), ("token_hash", tokens), {"holder": holder})
        return frozenset(bytes(row.token_hash) for row in rows)

    def plant(self, holder: InstitutionId, token: bytes, person: PersonKey, trap_id: str, now: datetime) -> None:
        """Store a trap under every pseudonym that this core has of it, and whether one of them has records."""
        chain = SqlLinks(self._connection, self._cipher, self._ledger).chain_of(person)
        known = any(self._ledger.knows(self._connection, one.reveal()) for one in chain)
        values = {"trap_id": trap_id, "holder": holder, "token_hash": token, "had_records": known, "planted_at": now}
        insert_row(self._connection, TRAPS, values)
        for one in chain:
            index = self._cipher.person_index(one)
            insert_row(self._connection, TRAP_INDEXES, {"person_index": index, "trap_id": trap_id})

    def withdraw_traps(self, holder: InstitutionId, tokens: Sequence[bytes]) -> int:
        """Remove the traps of the server under these tokens; return how many there were."""
        rows = find_among(self._connection, TRAPS, ("trap_id",), ("token_hash", tokens), {"holder": holder})
        names = [row.trap_id for row in rows]
        for table in (TRAP_INDEXES, TRAPS):
            self._connection.execute(delete(table).where(table.c.trap_id.in_(names)))
        return len(names)

    def traps_among(self, persons: Sequence[PersonKey]) -> list[tuple[int, StandingTrap]]:
        """Return the traps among persons, each with the place of its person."""
        if len(persons) > _FEW and not self._connection.execute(select(exists().select_from(TRAPS))).scalar_one():
            return []
        indexes = self._cipher.person_indexes(persons)
        columns = ("person_index", "trap_id")
        found = find_among(self._connection, TRAP_INDEXES, columns, ("person_index", indexes))
        if not found:
            return []
        traps = {
            row.trap_id: row
            for row in find_among(
                self._connection,
                TRAPS,
                ("trap_id", "holder", "had_records"),
                ("trap_id", [one.trap_id for one in found]),
            )
        }
        named: dict[bytes, list[str]] = {}
        for row in found:
            named.setdefault(bytes(row.person_index), []).append(row.trap_id)
        return [
            (place, _trap(traps[name])) for place, index in enumerate(indexes) for name in sorted(named.get(index, ()))
        ]

    def put_alarm(self, alarm: Alarm) -> bool:
        """Store an alarm; false when its case raised one before."""
        if find_row(self._connection, ALARMS, ("alarm_id",), {"case_hash": alarm.case_hash}) is not None:
            return False
        insert_row(
            self._connection,
            ALARMS,
            {
                "alarm_id": alarm.alarm_id,
                "case_hash": alarm.case_hash,
                "purpose": alarm.purpose,
                "asker": alarm.asker,
                "other": alarm.other,
                "affair": alarm.affair,
                "procedure": alarm.procedure,
                "lines": alarm.lines,
                "traps": msgspec.to_builtins(alarm.traps),
                "requested_at": alarm.requested_at,
                "raised_at": alarm.raised_at,
                "attempts": 0,
                "next_attempt_at": alarm.raised_at,
            },
        )
        return True

    def note_told(self, alarm_id: str, now: datetime) -> bool:
        """Note that the commission has an alarm; false when that is noted already."""
        return change_rows(self._connection, ALARMS, {"told_at": now}, {"alarm_id": alarm_id, "told_at": None}) == 1

    def postpone_alarm(self, alarm_id: str, attempts: int, until: datetime) -> None:
        """Note a failed attempt to tell an alarm and when the next one is due."""
        changes = {"attempts": attempts, "next_attempt_at": until}
        change_rows(self._connection, ALARMS, changes, {"alarm_id": alarm_id})

    def untold_alarms(self, now: datetime, limit: int) -> list[Alarm]:
        """Return alarms that the commission does not have and whose next attempt is due, oldest first."""
        query = (
            select(ALARMS)
            .where(ALARMS.c.told_at.is_(None), ALARMS.c.next_attempt_at <= now)
            .order_by(ALARMS.c.raised_at, ALARMS.c.alarm_id)
            .limit(limit)
        )
        return [_alarm(row) for row in self._connection.execute(query)]

    def alarms(self, limit: int) -> list[Alarm]:
        """Return alarms, newest first."""
        query = select(ALARMS).order_by(ALARMS.c.raised_at.desc(), ALARMS.c.alarm_id).limit(limit)
        return [_alarm(row) for row in self._connection.execute(query)]

    def standing_counts(self) -> list[StandingCount]:
        """Return how many traps stand of each intermediate server that has any."""
        query = select(TRAPS.c.holder, func.count()).group_by(TRAPS.c.holder).order_by(TRAPS.c.holder)
        return [StandingCount(parse_institution_id(row[0]), row[1]) for row in self._connection.execute(query)]


def _trap(row: Any) -> StandingTrap:  # noqa: ANN401 - a named tuple of the columns asked for
    return StandingTrap(row.trap_id, parse_institution_id(row.holder), bool(row.had_records))


def _alarm(row: Row[Any]) -> Alarm:
    return Alarm(
        alarm_id=row.alarm_id,
        case_hash=bytes(row.case_hash),
        purpose=row.purpose,
        asker=parse_institution_id(row.asker),
        other=parse_institution_id(row.other),
        affair=row.affair,
        procedure=row.procedure,
        lines=row.lines,
        traps=converted(row.traps, tuple[SprungTrap, ...]),
        requested_at=row.requested_at,
        raised_at=row.raised_at,
        told_at=row.told_at,
        attempts=row.attempts,
    )

"""Alarms and what was found, on one open connection."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, true

from mizuhiki.institutions.commission.domain.alarms import Alarm, AlarmState, AlarmStep, SprungTrap
from mizuhiki.institutions.commission.domain.conversion import Decision
from mizuhiki.institutions.commission.store.rows import read_decision
from mizuhiki.institutions.commission.store.tables import ALARM_STEPS, ALARMS, DECISIONS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.grounds import context_of
from mizuhiki.runtime.keyed_rows import change_rows, insert_row
from mizuhiki.vocabulary.errors import Field
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.vocabulary.typed_values import converted


class SqlAlarms:
    """Implements `ports.AlarmRecords`."""

    _connection: Connection
    _audit: Audit

    def audit(self, grounds: Grounds, event: str, outcome: str, **fields: Field) -> None:
        """Write an event of the audit trail."""
        self._audit.record(self._connection, context_of(grounds), event, outcome, code="", **fields)

    def allowing_decisions(self, case_hash: bytes) -> list[Decision]:
        """Return the decisions that let a case be converted, one for each of its questions."""
        query = select(DECISIONS).where(DECISIONS.c.case_hash == case_hash, DECISIONS.c.allowed == true())
        return [read_decision(row) for row in self._connection.execute(query)]

    def alarm_of_case(self, case_hash: bytes) -> Alarm | None:
        """Return the alarm of a case."""
        row = self._connection.execute(select(ALARMS).where(ALARMS.c.case_hash == case_hash)).one_or_none()
        return None if row is None else _alarm(row)

    def alarm(self, alarm_id: str) -> Alarm | None:
        """Return an alarm."""
        row = self._connection.execute(select(ALARMS).where(ALARMS.c.alarm_id == alarm_id)).one_or_none()
        return None if row is None else _alarm(row)

    def alarms(self, limit: int) -> list[Alarm]:
        """Return alarms, newest first."""
        query = select(ALARMS).order_by(ALARMS.c.received_at.desc(), ALARMS.c.alarm_id).limit(limit)
        return [_alarm(row) for row in self._connection.execute(query)]

    def put_alarm(self, alarm: Alarm) -> None:
        """Store a new alarm."""
        values = {
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
            "statement": alarm.statement,
            "received_at": alarm.received_at,
            "state": alarm.state.value,
        }
        insert_row(self._connection, ALARMS, values)

    def put_alarm_step(self, alarm: Alarm, step: AlarmStep) -> None:
        """Store the state an alarm was brought into, and who did."""
        change_rows(self._connection, ALARMS, {"state": alarm.state.value}, {"alarm_id": alarm.alarm_id})
        values = {
            "alarm_id": alarm.alarm_id,
            "state": step.state.value,
            "finding": step.finding,
            "at": step.at,
            "actor": step.actor,
            "role": step.role,
        }
        insert_row(self._connection, ALARM_STEPS, values)

    def alarm_steps(self, alarm_id: str) -> list[AlarmStep]:
        """Return what was done about an alarm, oldest first."""
        query = select(ALARM_STEPS).where(ALARM_STEPS.c.alarm_id == alarm_id).order_by(ALARM_STEPS.c.id)
        return [
            AlarmStep(AlarmState(row.state), row.finding, row.at, row.actor, row.role)
            for row in self._connection.execute(query)
        ]


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
        statement=row.statement,
        received_at=row.received_at,
        state=AlarmState(row.state),
    )

"""Take the core's alarms about trap persons, show them to staff, close them with a finding (番号法33条, 35条)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.commission.domain.alarms import Alarm, AlarmStep
from mizuhiki.institutions.commission.domain.errors import AlarmChanged, AlarmUnknown
from mizuhiki.institutions.commission.ports import AlarmRecords, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

RECEIVE = "receive-alarm"
READ = "read-alarms"
CLOSE = "close-alarm"
REOPEN = "reopen-alarm"


@dataclass(frozen=True, slots=True)
class KeepAlarms:
    """The commission's list of alarms."""

    store: Store
    authority: Authority

    def receive(self, context: Context, *, alarm: Alarm) -> None:
        """Store an alarm whose signature was checked; the same one again changes nothing.

        Raises:
            AlarmOfUnknownCase: this commission converted no such case.
            AlarmChanged: the case has an alarm that says something else.
        """
        self.authority.require(context, RECEIVE)
        with self.store.transaction() as records:
            known = records.alarm_of_case(alarm.case_hash)
            if known is not None:
                if not known.same_content(alarm):
                    raise AlarmChanged
                return
            alarm.require_case(records.allowing_decisions(alarm.case_hash))
            records.put_alarm(alarm)
            grounds = grounds_of(context)
            count = len(alarm.traps)
            records.audit(grounds, "alarm-received", "done", alarm=alarm.alarm_id, asker=alarm.asker, count=count)

    def listed(self, context: Context, *, limit: int) -> list[Alarm]:
        """Return alarms, newest first."""
        self.authority.require(context, READ)
        with self.store.snapshot() as records:
            return records.alarms(limit)

    def one(self, context: Context, alarm_id: str) -> tuple[Alarm, list[AlarmStep]]:
        """Return an alarm with what was done about it, oldest first.

        Raises:
            AlarmUnknown: there is none of this id.
        """
        self.authority.require(context, READ)
        with self.store.snapshot() as records:
            return _found(records, alarm_id), records.alarm_steps(alarm_id)

    def close(self, context: Context, alarm_id: str, *, finding: str) -> None:
        """Close an alarm with what was found.

        Raises:
            AlarmUnknown, AlarmStepImpossible, FindingMissing: see `domain.alarms`.
        """
        self.authority.require(context, CLOSE)
        with self.store.transaction() as records:
            self._step(context, records, _found(records, alarm_id).closed(finding), finding.strip())

    def reopen(self, context: Context, alarm_id: str) -> None:
        """Open a closed alarm again; its findings stay.

        Raises:
            AlarmUnknown, AlarmStepImpossible: see `domain.alarms`.
        """
        self.authority.require(context, REOPEN)
        with self.store.transaction() as records:
            self._step(context, records, _found(records, alarm_id).reopened(), "")

    @staticmethod
    def _step(context: Context, records: AlarmRecords, alarm: Alarm, finding: str) -> None:
        actor = context.actor
        step = AlarmStep(alarm.state, finding, context.now(), actor.person or actor.institution, actor.role)
        records.put_alarm_step(alarm, step)
        grounds = grounds_of(context)
        records.audit(grounds, "alarm-decided", "done", alarm=alarm.alarm_id, state=alarm.state.value)


def _found(records: AlarmRecords, alarm_id: str) -> Alarm:
    alarm = records.alarm(alarm_id)
    if alarm is None:
        raise AlarmUnknown
    return alarm

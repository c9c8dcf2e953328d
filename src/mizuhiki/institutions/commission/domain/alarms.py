"""Alarms of the core: somebody asked about trap persons (検知用符号); what this commission found (番号法33条, 35条).

An alarm is open until a member of staff closes it with a finding; who closed it in haste opens it again.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from mizuhiki.institutions.commission.domain.conversion import Decision
from mizuhiki.institutions.commission.domain.errors import AlarmOfUnknownCase, AlarmStepImpossible, FindingMissing
from mizuhiki.vocabulary.ids import InstitutionId

LONGEST_FINDING = 2_000
"""Characters."""


class AlarmState(enum.StrEnum):
    """Where an alarm stands."""

    OPEN = "open"
    CLOSED = "closed"


class SprungTrap(msgspec.Struct, frozen=True):
    """A trap that was asked about: the core's random name of it, who planted it, and under which exchange number."""

    trap_id: str
    planted_by: InstitutionId
    exchange_number: str
    had_records: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm; `statement` is what the core signed, and the fields before it say the same."""

    alarm_id: str
    case_hash: bytes
    purpose: str
    asker: InstitutionId
    other: InstitutionId
    affair: str
    procedure: str
    lines: int
    traps: tuple[SprungTrap, ...]
    requested_at: datetime
    raised_at: datetime
    statement: str
    received_at: datetime
    state: AlarmState = AlarmState.OPEN

    def require_case(self, decisions: Sequence[Decision]) -> None:
        """Check that this commission converted the case, and that the alarm says of it what was decided.

        `decisions` are those that allowed its questions; the alarm names one of them and the lines of all.

        Raises:
            AlarmOfUnknownCase: it did not, or the core says something else of it.
        """
        if not decisions:
            raise AlarmOfUnknownCase(part="case")
        said = (self.purpose, self.asker, self.other, self.affair, self.procedure)
        known = {(one.purpose, one.asker, one.recipient, one.affair, one.procedure) for one in decisions}
        if said not in known or self.lines != sum(one.persons for one in decisions):
            raise AlarmOfUnknownCase(part="content")

    def same_content(self, other: Alarm) -> bool:
        """Tell whether the core says the same; when it came and what was found since does not count."""
        return replace(self, statement="", received_at=other.received_at, state=other.state) == replace(
            other, statement=""
        )

    def closed(self, finding: str) -> Alarm:
        """Return the alarm closed.

        Raises:
            FindingMissing: nothing was found, or too much is written.
            AlarmStepImpossible: it is closed already.
        """
        if not finding.strip() or len(finding) > LONGEST_FINDING:
            raise FindingMissing(longest=LONGEST_FINDING)
        if self.state is not AlarmState.OPEN:
            raise AlarmStepImpossible(state=self.state.value)
        return replace(self, state=AlarmState.CLOSED)

    def reopened(self) -> Alarm:
        """Return the alarm open again.

        Raises:
            AlarmStepImpossible: it is open.
        """
        if self.state is not AlarmState.CLOSED:
            raise AlarmStepImpossible(state=self.state.value)
        return replace(self, state=AlarmState.OPEN)


@dataclass(frozen=True, slots=True)
class AlarmStep:
    """Who brought an alarm into a state, when, and with which finding, which stays when the alarm is opened again."""

    state: AlarmState
    finding: str
    at: datetime
    actor: str
    role: str

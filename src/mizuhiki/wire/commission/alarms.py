"""Alarms of the core to the commission: somebody asked about trap persons (検知用符号), that is, walked a table."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint, Message
from mizuhiki.wire.types import AffairText, Identifier, InstitutionText, ProcedureText, SignedObject

TRAP_ALARM_TYPE = "trap-alarm"
"""Object type of an alarm: the `typ` header of its signed payload."""


class SprungTrap(Message, frozen=True):
    """One trap in a case: the core's random name of it, whose it is, under which exchange number it was asked about.

    `had_records`: its pseudonym stood in the record of exchanges when it was planted, so it may be a real person's.
    """

    trap_id: Identifier
    planted_by: InstitutionText
    exchange_number: Identifier
    had_records: bool


class TrapAlarm(Message, frozen=True):
    """Payload the core signs: one case of `lines` persons, `traps` among them. No person can be told from it."""

    alarm_id: Identifier
    case_hash: bytes
    purpose: Identifier
    asker: InstitutionText
    other: InstitutionText
    affair: AffairText
    procedure: ProcedureText
    lines: int
    traps: Annotated[list[SprungTrap], Meta(min_length=1)]
    requested_at: datetime
    raised_at: datetime


class SubmittedAlarm(Message, frozen=True):
    """Signed object over `TrapAlarm`; the same alarm again changes nothing."""

    alarm: SignedObject


RECEIVE_ALARM = Endpoint(
    name="commission.receive_alarm",
    path="/v1/alarms",
    request=SubmittedAlarm,
    answer=Acknowledgement,
    callers=frozenset({Kind.LINKAGE_CORE}),
    summary="Take the core's alarm that somebody asked about trap persons, in a case this commission converted.",
    basis="番号法24条, 33条, 35条",
)
ENDPOINTS = (RECEIVE_ALARM,)

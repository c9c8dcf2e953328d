"""Reads a signed alarm in the commission's own words."""

from __future__ import annotations

from datetime import datetime

from mizuhiki.institutions.commission.domain.alarms import Alarm, SprungTrap
from mizuhiki.institutions.commission.domain.conversion import CORE
from mizuhiki.institutions.commission.domain.errors import AlarmNotOfCore
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.wire import commission as wire


def read_alarm(peers: Peers, text: str, now: datetime) -> Alarm:
    """Return the alarm of a signed object, received `now`.

    Raises:
        AlarmNotOfCore: somebody else signed it.
        SignatureInvalid, WrongObjectType, UnknownSigner, MalformedObject: see `crypto.signed_objects`.
        MalformedInstitutionId: it names something that is no institution.
    """
    verified = peers.verify(text, wire.TrapAlarm, wire.TRAP_ALARM_TYPE)
    if verified.signer != CORE:
        raise AlarmNotOfCore(signer=verified.signer)
    payload = verified.payload
    return Alarm(
        alarm_id=payload.alarm_id,
        case_hash=payload.case_hash,
        purpose=payload.purpose,
        asker=parse_institution_id(payload.asker),
        other=parse_institution_id(payload.other),
        affair=payload.affair,
        procedure=payload.procedure,
        lines=payload.lines,
        traps=tuple(
            SprungTrap(trap.trap_id, parse_institution_id(trap.planted_by), trap.exchange_number, trap.had_records)
            for trap in payload.traps
        ),
        requested_at=payload.requested_at,
        raised_at=payload.raised_at,
        statement=text,
        received_at=now,
    )

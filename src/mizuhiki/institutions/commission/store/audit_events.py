"""Events of the commission's audit trail beside the refusals; none carries a person or a finding."""

from __future__ import annotations

from mizuhiki.runtime.audit import AuditEvent

ALARM_RECEIVED = AuditEvent(
    "alarm-received", "The core told that a case asked about traps.", frozenset({"alarm", "asker", "count"})
)
ALARM_DECIDED = AuditEvent(
    "alarm-decided", "Staff closed an alarm with a finding, or opened it again.", frozenset({"alarm", "state"})
)
ORDINANCE_STEP = AuditEvent(
    "ordinance-affair-step",
    "An affair under an ordinance was lodged, published, returned or withdrawn.",
    frozenset({"affair", "state"}),
)
EVENTS = (ALARM_RECEIVED, ALARM_DECIDED, ORDINANCE_STEP)

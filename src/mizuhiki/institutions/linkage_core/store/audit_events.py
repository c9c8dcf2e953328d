"""Events of the core's audit trail beside the refusals; none carries a person."""

from __future__ import annotations

from mizuhiki.runtime.audit import AuditEvent

TRAPS_PLANTED = AuditEvent("traps-planted", "An institution planted traps.", frozenset({"holder", "count"}))
TRAPS_WITHDRAWN = AuditEvent(
    "traps-withdrawn", "An institution had traps withdrawn.", frozenset({"holder", "asked", "count"})
)
TRAP_ALARM = AuditEvent(
    "trap-alarm", "A case asked about traps.", frozenset({"alarm", "asker", "case_purpose", "lines", "count"})
)
TRAP_ALARM_TOLD = AuditEvent("trap-alarm-told", "The commission took an alarm.", frozenset({"alarm", "attempts"}))
EVENTS = (TRAPS_PLANTED, TRAPS_WITHDRAWN, TRAP_ALARM, TRAP_ALARM_TOLD)

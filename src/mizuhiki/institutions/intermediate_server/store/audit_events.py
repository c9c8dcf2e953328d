"""Events of this server's audit trail beside the refusals; none carries a person."""

from __future__ import annotations

from mizuhiki.runtime.audit import AuditEvent

PROVISION_RULE_SET = AuditEvent(
    "provision-rule-set",
    "Staff set which answers are given at once and which wait for approval.",
    frozenset({"scope", "mode", "four_eyes"}),
)
PROVISION_DECIDED = AuditEvent(
    "provision-decided",
    "Staff proposed, approved or refused a held answer.",
    frozenset({"inquirer", "held_for", "decision", "reason"}),
)
APPROVAL_OVERDUE = AuditEvent(
    "approval-overdue", "Staff was reminded of approvals past their deadline.", frozenset({"count"})
)
OUTAGE = AuditEvent(
    "peer-outage", "An institution stopped answering, or answers again.", frozenset({"institution", "attempts"})
)
FILE_HANDLED = AuditEvent(
    "exchange-file-handled", "Staff handed a file of inquiries in, or fetched its outcomes.", frozenset({"lines"})
)
EVENTS = (PROVISION_RULE_SET, PROVISION_DECIDED, APPROVAL_OVERDUE, OUTAGE, FILE_HANDLED)

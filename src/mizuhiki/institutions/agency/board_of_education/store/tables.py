"""Tables of a board: people and cases as in casework, supported pupils, accounts of their expenses."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, Table, UniqueConstraint

from mizuhiki.casework.store import EVENTS as CASE_EVENTS
from mizuhiki.casework.store import case_tables, staff_tables
from mizuhiki.runtime.audit import AuditEvent
from mizuhiki.runtime.database import Day, Flag, Integer, Text, append_only

_STAFF = staff_tables()
METADATA, AUDIT = _STAFF.metadata, _STAFF.audit
CASES = case_tables(METADATA)

_FIELDS = frozenset({"subject", "count"})
EVENTS = (
    *CASE_EVENTS,
    AuditEvent("pupils-listed", "The list of supported pupils was shown.", _FIELDS),
    AuditEvent("pupil-viewed", "A supported pupil with accounts was shown.", _FIELDS),
    AuditEvent("support-ended", "A pupil's support was ended before its time.", _FIELDS),
    AuditEvent("account-entered", "An account of expenses was entered.", _FIELDS),
    AuditEvent("account-approved", "An account of expenses was approved for payment.", _FIELDS),
)

PUPILS = Table(
    "supported_pupils",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("person", Text, ForeignKey("case_people.person"), nullable=False, index=True),
    Column("guardian", Text, ForeignKey("case_people.person"), nullable=False),
    Column("case_token", Text, nullable=False, unique=True),
    Column("school_name", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("dormitory", Flag, nullable=False),
    Column("year", Integer, nullable=False),
    Column("since", Day, nullable=False),
    Column("until", Day, nullable=False),
    Column("ended_for", Text, nullable=False),
)
ACCOUNTS = Table(
    "expense_accounts",
    METADATA,
    Column("account", Text, primary_key=True),
    Column("pupil", Text, ForeignKey("supported_pupils.number"), nullable=False),
    Column("term", Text, nullable=False),
    Column("entered_by", Text, nullable=False),
    Column("entered_on", Day, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("pay_on", Day),
    UniqueConstraint("pupil", "term"),
)
LINES = append_only(
    Table(
        "expense_lines",
        METADATA,
        Column("account", Text, ForeignKey("expense_accounts.account"), nullable=False),
        Column("item", Text, nullable=False),
        Column("recognised_yen", Integer, nullable=False),
        Column("borne_yen", Integer, nullable=False),
        PrimaryKeyConstraint("account", "item"),
    )
)

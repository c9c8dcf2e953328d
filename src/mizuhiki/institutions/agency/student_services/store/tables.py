"""Tables of the organization: people and cases as in casework, and scholars."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from mizuhiki.casework.store import EVENTS as CASE_EVENTS
from mizuhiki.casework.store import case_tables, staff_tables
from mizuhiki.runtime.audit import AuditEvent
from mizuhiki.runtime.database import Day, Integer, Text

_STAFF = staff_tables()
METADATA, AUDIT = _STAFF.metadata, _STAFF.audit
CASES = case_tables(METADATA)

_FIELDS = frozenset({"subject", "count"})
EVENTS = (
    *CASE_EVENTS,
    AuditEvent("scholars-listed", "The list of scholars was shown.", _FIELDS),
    AuditEvent("aid-ended", "A scholar's aid was ended before its time.", _FIELDS),
)

SCHOLARS = Table(
    "scholars",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("scholar", Text, nullable=False, unique=True),
    Column("person", Text, ForeignKey("case_people.person"), nullable=False),
    Column("case_token", Text, nullable=False, unique=True),
    Column("aid", Text, nullable=False),
    Column("school_name", Text, nullable=False),
    Column("monthly_yen", Integer, nullable=False),
    Column("since", Day, nullable=False),
    Column("until", Day, nullable=False),
    Column("ended_for", Text, nullable=False),
)

"""Tables of issued copies and inspections. Who asked, why, and where it was sent stand encrypted."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from mizuhiki.institutions.municipality.store.tables import METADATA
from mizuhiki.runtime.database import Blob, Day, Integer, Json, Text, UtcTime, append_only

ISSUES = Table(
    "copy_issues",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("issue", Text, nullable=False, unique=True),
    Column("request_id", Text, nullable=False, unique=True),
    Column("number", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("requester", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("delivery", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("shown", Json, nullable=False),
    Column("items", Json, nullable=False),
    Column("subjects", Json, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("fee_yen", Integer, nullable=False),
    Column("issued_on", Day, nullable=False, index=True),
    Column("digest", Blob, nullable=False),
    Column("home", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("content_encrypted", Blob, nullable=False),
)
ISSUE_STEPS = Table(
    "copy_issue_steps",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("issue", Text, ForeignKey("copy_issues.issue"), nullable=False, index=True),
    Column("step", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
)
INSPECTIONS = Table(
    "inspections",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("inspection", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("content", Json, nullable=False),
    Column("asked_on", Day, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("decided_on", Day),
    Column("decided_by", Text, nullable=False),
    Column("refusal", Text, nullable=False),
    Column("inspected_on", Day, index=True),
    Column("people", Integer, nullable=False),
)
for _table in (ISSUES, ISSUE_STEPS):
    append_only(_table)

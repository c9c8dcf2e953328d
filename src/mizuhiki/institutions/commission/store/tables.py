"""Tables of the commission. None has a column for a person: it decides about cases of institutions."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table, UniqueConstraint

from mizuhiki.runtime.audit import audit_tables
from mizuhiki.runtime.database import Blob, Day, Flag, Integer, Json, Text, UtcTime, append_only
from mizuhiki.runtime.generation_book import generation_tables
from mizuhiki.runtime.leases import lease_tables
from mizuhiki.runtime.pages import session_table
from mizuhiki.runtime.staff_sign_in import staff_table

METADATA = MetaData()

AUDIT = audit_tables(METADATA)
GENERATIONS = generation_tables(METADATA)
LEASES = lease_tables(METADATA)
SESSIONS = session_table(METADATA)
STAFF = staff_table(METADATA)

ANSWERS = Table(
    "conversion_answers",
    METADATA,
    Column("case_hash", Blob, primary_key=True),
    Column("answer_encrypted", Blob, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)
SPENT = Table(
    "spent_marks",
    METADATA,
    Column("mark", Text, primary_key=True),
    Column("case_hash", Blob, nullable=False),
    Column("until", UtcTime, index=True),
)
QUOTAS = Table(
    "conversion_counts",
    METADATA,
    Column("institution", Text, primary_key=True),
    Column("affair", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("persons", Integer, nullable=False),
)
DECISIONS = append_only(
    Table(
        "decisions",
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("at", UtcTime, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("asker", Text, nullable=False),
        Column("recipient", Text, nullable=False),
        Column("affair", Text, nullable=False),
        Column("procedure", Text, nullable=False),
        Column("kinds", Json, nullable=False),
        Column("persons", Integer, nullable=False),
        Column("allowed", Flag, nullable=False),
        Column("rule", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("case_hash", Blob, nullable=False),
        Index("decisions_rule", "rule"),
        Index("decisions_case", "case_hash"),
    )
)
ASSESSMENTS = Table(
    "assessments",
    METADATA,
    Column("assessment_id", Text, primary_key=True),
    Column("submission_id", Text, nullable=False),
    Column("institution", Text, nullable=False),
    Column("affair", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("persons", Integer, nullable=False),
    Column("handlers", Integer, nullable=False),
    Column("serious_accident", Flag, nullable=False),
    Column("document_digest", Blob, nullable=False),
    Column("level", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("submitted_at", UtcTime, nullable=False),
    Column("published_at", UtcTime),
    Column("withdrawn_at", UtcTime),
    UniqueConstraint("institution", "submission_id"),
    Index("assessments_affair", "institution", "affair"),
)
ASSESSMENT_STEPS = append_only(
    Table(
        "assessment_steps",
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("assessment_id", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("at", UtcTime, nullable=False),
        Column("actor", Text, nullable=False),
        Column("role", Text, nullable=False),
    )
)
ORDINANCE_FILINGS = Table(
    "ordinance_filings",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("filing_id", Text, nullable=False),
    Column("institution", Text, nullable=False),
    Column("code", Text, nullable=False, index=True),
    Column("affair", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("lodged_at", UtcTime, nullable=False),
    Column("published_on", Day),
    Column("asked_until", Day),
    Column("lawful_until", Day),
    Column("reason", Text, nullable=False),
    UniqueConstraint("institution", "filing_id"),
)
ORDINANCE_STEPS = append_only(
    Table(
        "ordinance_steps",
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("key", Text, nullable=False, index=True),
        Column("state", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("at", UtcTime, nullable=False),
        Column("actor", Text, nullable=False),
        Column("role", Text, nullable=False),
    )
)
ALARMS = Table(
    "alarms",
    METADATA,
    Column("alarm_id", Text, primary_key=True),
    Column("case_hash", Blob, nullable=False, unique=True),
    Column("purpose", Text, nullable=False),
    Column("asker", Text, nullable=False),
    Column("other", Text, nullable=False),
    Column("affair", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("traps", Json, nullable=False),
    Column("requested_at", UtcTime, nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("statement", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False, index=True),
    Column("state", Text, nullable=False),
)
ALARM_STEPS = append_only(
    Table(
        "alarm_steps",
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("alarm_id", Text, nullable=False, index=True),
        Column("state", Text, nullable=False),
        Column("finding", Text, nullable=False),
        Column("at", UtcTime, nullable=False),
        Column("actor", Text, nullable=False),
        Column("role", Text, nullable=False),
    )
)
WITNESSED_LOGS = Table(
    "witnessed_logs",
    METADATA,
    Column("origin", Text, primary_key=True),
    Column("previous_size", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("frontier", Blob, nullable=False),
    Column("root", Blob, nullable=False),
    Column("map_root", Blob, nullable=False),
    Column("checkpoint", Text, nullable=False),
    Column("cosigned_at", UtcTime, nullable=False),
)
WITNESSED_HEADS = Table(
    "witnessed_heads",
    METADATA,
    Column("origin", Text, primary_key=True),
    Column("index_key", Blob, primary_key=True),
    Column("entry_count", Integer, nullable=False),
    Column("head", Blob, nullable=False),
)

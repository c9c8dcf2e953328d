"""Tables of the authorities' practice: plans before signature, installation, notices, terminals, incidents, drills."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, MetaData, PrimaryKeyConstraint, Table

from mizuhiki.runtime.database import Blob, Day, Integer, Text, UtcTime, append_only


def practice_tables(metadata: MetaData) -> dict[str, Table]:
    """Add the tables to `metadata` and return them by name."""
    tables = [*_issuing(metadata), *_watching(metadata)]
    for table in tables:
        if table.name not in ("planned_certificates", "terminals", "incidents"):
            append_only(table)
    return {table.name: table for table in tables}


def _issuing(metadata: MetaData) -> list[Table]:
    plans = Table(
        "planned_certificates",
        metadata,
        Column("kind", Text, nullable=False),
        Column("serial", Integer, nullable=False),
        Column("municipality_code", Text, nullable=False),
        Column("request_id", Text, nullable=False),
        Column("public_key_index", Blob, nullable=False, unique=True),
        Column("generation", Text, nullable=False),
        Column("common_name", Text, nullable=False),
        Column("starts", UtcTime, nullable=False),
        Column("ends", UtcTime, nullable=False),
        Column("content", Blob, nullable=False),
        Column("state", Text, nullable=False),
        Column("recorded_at", UtcTime, nullable=False),
        Column("changed_at", UtcTime, nullable=False),
        PrimaryKeyConstraint("kind", "serial"),
        CheckConstraint("state IN ('planned', 'signed', 'void')", name="known_plan_state"),
        Index("planned_certificates_request", "municipality_code", "request_id"),
    )
    notices = Table(
        "renewal_notices",
        metadata,
        Column("kind", Text, nullable=False),
        Column("serial", Integer, nullable=False),
        Column("opens_on", Day, nullable=False),
        Column("sent_at", UtcTime, nullable=False),
        Column("channel", Text, nullable=False),
        PrimaryKeyConstraint("kind", "serial"),
        ForeignKeyConstraint(["kind", "serial"], ["certificates.kind", "certificates.serial"]),
    )
    return [plans, notices]


def _watching(metadata: MetaData) -> list[Table]:
    terminals = Table(
        "terminals",
        metadata,
        Column("terminal", Text, primary_key=True),
        Column("operator", Text, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("public_key", Blob, nullable=False, unique=True),
        Column("certificate", Blob, nullable=False),
        Column("proposed_by", Text, nullable=False),
        Column("approved_by", Text, nullable=False),
        Column("ends_on", Day, nullable=False),
        Column("state", Text, nullable=False),
        Column("changed_at", UtcTime, nullable=False),
    )
    uses = Table(
        "pinless_uses",
        metadata,
        Column("use", Text, primary_key=True),
        Column("terminal", Text, nullable=False, index=True),
        Column("certificate_index", Blob, nullable=False),
        Column("at", UtcTime, nullable=False),
    )
    incidents = Table(
        "incidents",
        metadata,
        Column("incident", Text, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("summary", Text, nullable=False),
        Column("opened_by", Text, nullable=False),
        Column("opened_at", UtcTime, nullable=False),
        Column("closed_by", Text, nullable=False),
        Column("closed_at", UtcTime),
        Column("outcome", Text, nullable=False),
    )
    drills = Table(
        "reissue_drills",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("certificates", Integer, nullable=False),
        Column("sampled", Integer, nullable=False),
        Column("sample_microseconds", Integer, nullable=False),
        Column("workers", Integer, nullable=False),
        Column("planned_seconds", Integer, nullable=False),
        Column("held_by", Text, nullable=False),
        Column("held_at", UtcTime, nullable=False),
    )
    return [terminals, uses, incidents, drills]

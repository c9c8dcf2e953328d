"""Tables of status answers, revocation lists and verifiers.

Nothing here says who asked about which certificate: `status_usage` counts by verifier and day (R-207).
"""

from __future__ import annotations

from sqlalchemy import Column, PrimaryKeyConstraint, Table

from mizuhiki.institutions.jpki.store.tables import METADATA
from mizuhiki.runtime.database import Blob, Day, Integer, Json, Text, UtcTime, append_only
from mizuhiki.runtime.leases import lease_tables

LEASES = lease_tables(METADATA)
SIGNERS = Table(
    "status_signers",
    METADATA,
    Column("kind", Text, nullable=False),
    Column("generation", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("certificate", Blob, nullable=False),
    Column("starts", UtcTime, nullable=False),
    Column("ends", UtcTime, nullable=False),
    PrimaryKeyConstraint("kind", "generation", "number"),
)
PREPARED = Table(
    "prepared_status",
    METADATA,
    Column("kind", Text, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("generation", Text, nullable=False),
    Column("sequence", Integer, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("this_update", UtcTime, nullable=False),
    Column("next_update", UtcTime, nullable=False, index=True),
    Column("sha1", Blob, nullable=False),
    Column("sha256", Blob, nullable=False),
    PrimaryKeyConstraint("kind", "serial"),
)
LISTS = Table(
    "revocation_lists",
    METADATA,
    Column("kind", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("generation", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("base_number", Integer, nullable=True),
    Column("this_update", UtcTime, nullable=False),
    Column("next_update", UtcTime, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("der", Blob, nullable=False),
    PrimaryKeyConstraint("kind", "number"),
)
USAGE = Table(
    "status_usage",
    METADATA,
    Column("verifier", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("day", Day, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("fee_yen", Integer, nullable=False),
    PrimaryKeyConstraint("verifier", "kind", "day"),
)
VERIFIERS = Table(
    "verifiers",
    METADATA,
    Column("verifier", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("institution", Text, nullable=False),
    Column("name_ja", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("responsible", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("services", Json, nullable=False),
    Column("per_second", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("applied_at", UtcTime, nullable=False),
    Column("applied_by", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("recognition", Text, nullable=False),
    Column("recognised_on", Day, nullable=True),
    Column("recognised_until", Day, nullable=True),
    Column("audited_on", Day, nullable=True),
    Column("agreement", Text, nullable=False),
    Column("agreed_on", Day, nullable=True),
    Column("credential", Blob, nullable=False),
)
VERIFIER_EVENTS = Table(
    "verifier_events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("verifier", Text, nullable=False, index=True),
    Column("event", Text, nullable=False),
    Column("officer", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)
for _table in (SIGNERS, LISTS, VERIFIER_EVENTS):
    append_only(_table)

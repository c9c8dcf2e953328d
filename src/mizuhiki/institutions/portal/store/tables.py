"""Tables of the portal.

No name, number, certificate or pseudonym stands here: an account is a random number, a certificate a keyed index, and
an opened record is encrypted and deleted after the visit.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, MetaData, PrimaryKeyConstraint, Table

from mizuhiki.runtime.audit import AuditEvent, audit_tables
from mizuhiki.runtime.database import Blob, Integer, Text, UtcTime
from mizuhiki.runtime.pages import session_table

METADATA = MetaData()

AUDIT = audit_tables(METADATA)
EVENTS = (
    AuditEvent("signed-in", "A person signed in by card."),
    AuditEvent("history-opened", "A person's record of exchanges was fetched and opened, with their card."),
    AuditEvent("history-viewed", "An opened record was shown."),
    AuditEvent("history-closed", "An opened record was closed."),
    AuditEvent("look-ups-opened", "A person's look-ups in the register network were fetched, with their card."),
    AuditEvent("look-ups-viewed", "Opened look-ups were shown."),
    AuditEvent("notices-read", "A person's notices were shown."),
)
SESSIONS = session_table(METADATA)

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("number", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("asked_at", UtcTime),
)
CERTIFICATES = Table(
    "certificates",
    METADATA,
    Column("certificate_index", Blob, primary_key=True),
    Column("number", Text, ForeignKey("accounts.number"), nullable=False, index=True),
    Column("linked_at", UtcTime, nullable=False),
)
CARD_REQUESTS = Table(
    "card_requests",
    METADATA,
    Column("request_hash", Blob, primary_key=True),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("token_hash", Blob, unique=True),
    Column("answer_encrypted", Blob),
)
READ_NOTICES = Table(
    "read_notices",
    METADATA,
    Column("number", Text, ForeignKey("accounts.number"), nullable=False),
    Column("notice_id", Text, nullable=False),
    Column("read_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("number", "notice_id"),
)
OPENED_HISTORIES = Table(
    "opened_histories",
    METADATA,
    Column("token_hash", Blob, primary_key=True),
    Column("number", Text, ForeignKey("accounts.number"), nullable=False, index=True),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("content_encrypted", Blob, nullable=False),
)
# What the record of this account must hold when it is opened again, under whatever code it stands then.
OPENINGS = Table(
    "record_openings",
    METADATA,
    Column("request_hash", Blob, primary_key=True),
    Column("number", Text, ForeignKey("accounts.number"), nullable=False, index=True),
    Column("generation", Integer, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
)

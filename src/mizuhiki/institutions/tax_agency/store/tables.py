"""Tables of the tax agency. The record is public, so nothing is encrypted; no Individual Number is here."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, PrimaryKeyConstraint, Table

from mizuhiki.runtime.audit import AuditEvent, audit_tables
from mizuhiki.runtime.database import Blob, Day, Flag, Integer, Json, Text, UtcTime, append_only
from mizuhiki.runtime.leases import lease_tables
from mizuhiki.runtime.pages import session_table
from mizuhiki.runtime.staff_sign_in import staff_table
from mizuhiki.runtime.text_index import TextIndex

METADATA = MetaData()

AUDIT = audit_tables(METADATA)
LEASES = lease_tables(METADATA)
session_table(METADATA)
staff_table(METADATA)

_FIELDS = frozenset({"number", "count"})
EVENTS = (
    AuditEvent("corporation-applied", "A corporation was queued for designation.", _FIELDS),
    AuditEvent("corporation-designated", "A Corporate Number was designated.", _FIELDS),
    AuditEvent("corporation-refused", "An application for a Corporate Number was refused.", _FIELDS),
    AuditEvent("corporation-changed", "An item of a corporation was changed.", _FIELDS),
    AuditEvent("corporation-corrected", "An error in a corporation's record was corrected.", _FIELDS),
    AuditEvent("corporation-closed", "A corporation's record was closed.", _FIELDS),
    AuditEvent("corporation-reinstated", "A corporation's record was reinstated.", _FIELDS),
    AuditEvent("corporations-merged", "A corporation was merged into another.", _FIELDS),
    AuditEvent("merger-voided", "A merger was declared void.", _FIELDS),
    AuditEvent("publication-changed", "Consent to publication was given or withdrawn.", _FIELDS),
    AuditEvent("designation-notices-sent", "Notices of designation were sent.", _FIELDS),
    AuditEvent("corporations-imported", "A file of corporations was taken.", _FIELDS),
    AuditEvent("corporation-files-published", "Files for download were published.", _FIELDS),
)

ENTRIES = append_only(
    Table(
        "corporation_entries",
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("number", Text, nullable=False),
        Column("line", Integer, nullable=False),
        Column("process", Text, nullable=False),
        Column("correct", Flag, nullable=False),
        Column("update_date", Day, nullable=False),
        Column("change_date", Day, nullable=False),
        Column("assignment_date", Day, nullable=False),
        Column("close_date", Day),
        Column("close_cause", Text),
        Column("successor", Text, nullable=False),
        Column("change_cause", Text, nullable=False),
        Column("association", Flag, nullable=False),
        Column("public", Flag, nullable=False),
        Column("profile", Json, nullable=False),
        Index("corporation_entries_line", "number", "line", unique=True),
        Index("corporation_entries_updated", "update_date"),
    )
)
CORPORATIONS = Table(
    "corporations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("entry", Integer, nullable=False),
    Column("published", Flag, nullable=False),
    Column("searchable", Flag, nullable=False),
    Column("closed", Flag, nullable=False),
    Column("kind", Text, nullable=False),
    Column("prefecture_code", Text, nullable=False),
    Column("assignment_date", Day, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_form", Text, nullable=False),
    Column("reading_form", Text, nullable=False),
    Column("english_form", Text, nullable=False),
    Column("past_forms", Text, nullable=False),
    Index("corporations_prefecture", "prefecture_code"),
)
WORDS = TextIndex(METADATA, "corporation_words")
SERIES = Table(
    "base_number_series",
    METADATA,
    Column("series", Text, primary_key=True),
    Column("last_serial", Integer, nullable=False),
)
APPLICATIONS = Table(
    "corporate_applications",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("content", Json, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("received_at", UtcTime, nullable=False),
    Column("number", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
NOTICES = Table(
    "designation_notices",
    METADATA,
    Column("number", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("designated_on", Day, nullable=False),
    Column("sent_on", Day),
)
FILES = Table(
    "public_files",
    METADATA,
    Column("name", Text, nullable=False),
    Column("day", Day, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", Blob, nullable=False),
    PrimaryKeyConstraint("name"),
)

"""Tables of a prefecture's register server; number and code are encrypted and found by keyed index."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table

from mizuhiki.runtime.audit import AuditEvent, audit_tables
from mizuhiki.runtime.database import Blob, Day, Flag, Integer, Text, UtcTime, append_only
from mizuhiki.runtime.ledger_tables import ledger_tables
from mizuhiki.runtime.outbox import outbox_tables

METADATA = MetaData()
AUDIT = audit_tables(METADATA)
OUTBOX = outbox_tables(METADATA)
LEDGER = ledger_tables(METADATA)
_COUNTED = frozenset({"count"})
EVENTS = (
    AuditEvent("identification-searched", "Somebody was looked up by number.", _COUNTED),
    AuditEvent("tiers-compared", "A municipality compared its register with what is held here.", _COUNTED),
    AuditEvent("look-ups-opened", "A person's look-ups were given to that person.", _COUNTED),
)

IDENTIFICATIONS = Table(
    "identifications",
    METADATA,
    Column("code_index", Blob, primary_key=True),
    Column("municipality_code", Text, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("number_index", Blob, nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
    Column("in_register", Flag, nullable=False),
    Column("protected", Flag, nullable=False),
    Column("code_encrypted", Blob, nullable=False),
    Column("number_encrypted", Blob, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_kana", Text, nullable=False),
    Column("birth_date", Day, nullable=False),
    Column("sex", Integer, nullable=False),
    Column("address", Text, nullable=False),
)
CHANGES = Table(
    "identification_changes",
    METADATA,
    Column("change_id", Text, primary_key=True),
    Column("code_index", Blob, nullable=False, index=True),
    Column("municipality_code", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("effective_on", Day, nullable=False),
    Column("in_register", Flag, nullable=False),
    Column("taken_at", UtcTime, nullable=False),
)
append_only(CHANGES)

"""Tables of outside parties: the outbox and the record of refusals; nothing about persons is kept."""

from __future__ import annotations

from sqlalchemy import MetaData

from mizuhiki.runtime.audit import audit_tables
from mizuhiki.runtime.outbox import outbox_tables

METADATA = MetaData()
AUDIT = audit_tables(METADATA)
OUTBOX = outbox_tables(METADATA)

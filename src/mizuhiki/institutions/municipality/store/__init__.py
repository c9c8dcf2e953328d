"""Storage of a municipality: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.municipality.store.audit_events import EVENTS as REGISTER_EVENTS
from mizuhiki.institutions.municipality.store.claim_tables import CLAIM_EVENTS
from mizuhiki.institutions.municipality.store.sql_store import SqlStore
from mizuhiki.institutions.municipality.store.tables import AUDIT, METADATA, OUTBOX

EVENTS = (*REGISTER_EVENTS, *CLAIM_EVENTS)

__all__ = ["AUDIT", "EVENTS", "METADATA", "OUTBOX", "SqlStore"]

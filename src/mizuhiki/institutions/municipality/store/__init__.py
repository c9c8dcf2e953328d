"""Storage of a municipality: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.municipality.store.audit_events import EVENTS
from mizuhiki.institutions.municipality.store.sql_store import SqlStore
from mizuhiki.institutions.municipality.store.tables import AUDIT, METADATA, OUTBOX

__all__ = ["AUDIT", "EVENTS", "METADATA", "OUTBOX", "SqlStore"]

"""Storage of a health insurance society: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.agency.health_insurer.store.sql_records import SqlRecords
from mizuhiki.institutions.agency.health_insurer.store.tables import METADATA

__all__ = ["METADATA", "SqlRecords"]

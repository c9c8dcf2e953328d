"""Storage of the pension service: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.agency.pension_service.store.sql_store import SqlStore
from mizuhiki.institutions.agency.pension_service.store.tables import METADATA

__all__ = ["METADATA", "SqlStore"]

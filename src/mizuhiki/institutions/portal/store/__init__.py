"""Storage of the portal: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.portal.store.sql_store import SqlStore
from mizuhiki.institutions.portal.store.tables import METADATA

__all__ = ["METADATA", "SqlStore"]

"""Storage of the national register: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.national_register.store.sql_store import SqlStore
from mizuhiki.institutions.national_register.store.tables import METADATA

__all__ = ["METADATA", "SqlStore"]

"""Storage of the tax agency: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.tax_agency.store.sql_store import SqlStore
from mizuhiki.institutions.tax_agency.store.tables import METADATA

__all__ = ["METADATA", "SqlStore"]

"""Storage of Hello Work: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.agency.hello_work.store.sql_records import SqlRecords
from mizuhiki.institutions.agency.hello_work.store.tables import METADATA

__all__ = ["METADATA", "SqlRecords"]

"""Storage of a welfare section: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.agency.prefecture_welfare.store.sql_records import SqlRecords
from mizuhiki.institutions.agency.prefecture_welfare.store.tables import METADATA

__all__ = ["METADATA", "SqlRecords"]

"""Storage of a board: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.agency.board_of_education.store.sql_pupils import SqlPupils, SqlRecords
from mizuhiki.institutions.agency.board_of_education.store.tables import AUDIT, CASES, EVENTS, METADATA

__all__ = ["AUDIT", "CASES", "EVENTS", "METADATA", "SqlPupils", "SqlRecords"]

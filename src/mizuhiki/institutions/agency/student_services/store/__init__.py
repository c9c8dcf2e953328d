"""Storage of the organization: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.agency.student_services.store.sql_scholars import SqlRecords, SqlScholars
from mizuhiki.institutions.agency.student_services.store.tables import AUDIT, CASES, EVENTS, METADATA

__all__ = ["AUDIT", "CASES", "EVENTS", "METADATA", "SqlRecords", "SqlScholars"]

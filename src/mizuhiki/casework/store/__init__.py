"""Storage of people and cases: SQLAlchemy Core over SQLite or PostgreSQL, in a body's own database."""

from mizuhiki.casework.store.case_cipher import CaseCipher
from mizuhiki.casework.store.sql_cases import SqlCases
from mizuhiki.casework.store.sql_files import SqlInquiryFiles
from mizuhiki.casework.store.sql_store import SqlCaseRecords, SqlCaseStore
from mizuhiki.casework.store.tables import EVENTS, CaseTables, StaffTables, case_tables, staff_tables

__all__ = [
    "EVENTS",
    "CaseCipher",
    "CaseTables",
    "SqlCaseRecords",
    "SqlCaseStore",
    "SqlCases",
    "SqlInquiryFiles",
    "StaffTables",
    "case_tables",
    "staff_tables",
]

"""Storage of the certification authorities: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.jpki.store.sql_status import SqlStatusStore
from mizuhiki.institutions.jpki.store.sql_store import SqlStore
from mizuhiki.institutions.jpki.store.sql_verifiers import SqlVerifierStore
from mizuhiki.institutions.jpki.store.tables import METADATA

__all__ = ["METADATA", "SqlStatusStore", "SqlStore", "SqlVerifierStore"]

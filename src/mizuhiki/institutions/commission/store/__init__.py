"""Storage of the commission: SQLAlchemy Core over SQLite or PostgreSQL."""

from mizuhiki.institutions.commission.store.sql_store import SqlStore
from mizuhiki.institutions.commission.store.sql_witness import SqlLogWitness
from mizuhiki.institutions.commission.store.tables import METADATA

__all__ = ["METADATA", "SqlLogWitness", "SqlStore"]

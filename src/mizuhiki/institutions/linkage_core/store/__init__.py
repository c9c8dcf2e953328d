"""Storage of the core: SQLAlchemy Core over SQLite or PostgreSQL, and the ledger of exchanges."""

from mizuhiki.institutions.linkage_core.store.sql_store import SqlStore
from mizuhiki.institutions.linkage_core.store.tables import METADATA
from mizuhiki.institutions.linkage_core.store.witnessed_ledger import WitnessedLedger

__all__ = ["METADATA", "SqlStore", "WitnessedLedger"]

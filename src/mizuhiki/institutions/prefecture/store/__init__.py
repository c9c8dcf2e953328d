"""Storage of a prefecture's register server."""

from mizuhiki.institutions.prefecture.store.sql_store import SqlStore
from mizuhiki.institutions.prefecture.store.tables import METADATA, OUTBOX

__all__ = ["METADATA", "OUTBOX", "SqlStore"]

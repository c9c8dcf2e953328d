"""Storage of an intermediate server."""

from mizuhiki.institutions.intermediate_server.store.sql_store import SqlStore
from mizuhiki.institutions.intermediate_server.store.tables import METADATA

__all__ = ["METADATA", "SqlStore"]

"""The core's endpoints."""

from mizuhiki.institutions.linkage_core.api.endpoints import serve

__all__ = ["serve"]

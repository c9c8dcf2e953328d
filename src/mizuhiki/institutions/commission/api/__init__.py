"""The commission's endpoints."""

from mizuhiki.institutions.commission.api.endpoints import serve

__all__ = ["serve"]

"""Serves the certification authorities' wire endpoints."""

from mizuhiki.institutions.jpki.api.endpoints import serve

__all__ = ["serve"]

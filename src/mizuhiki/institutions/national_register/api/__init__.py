"""Serves the national register's wire endpoints."""

from mizuhiki.institutions.national_register.api.endpoints import serve

__all__ = ["serve"]

"""Serves the tax agency's endpoint for institutions and the Web-API for everybody."""

from mizuhiki.institutions.tax_agency.api.endpoints import serve
from mizuhiki.institutions.tax_agency.api.web_api import serve_web_api

__all__ = ["serve", "serve_web_api"]

"""Pages of the pension service's staff."""

from mizuhiki.institutions.agency.pension_service.web.site import build_site

__all__ = ["build_site"]

"""Pages of the society's staff."""

from mizuhiki.institutions.agency.health_insurer.web.site import build_site

__all__ = ["build_site"]

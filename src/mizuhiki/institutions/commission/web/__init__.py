"""The commission's console."""

from mizuhiki.institutions.commission.web.site import build_site

__all__ = ["build_site"]

"""Pages of Hello Work's staff."""

from mizuhiki.institutions.agency.hello_work.web.site import build_site

__all__ = ["build_site"]

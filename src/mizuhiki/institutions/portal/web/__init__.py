"""Pages of the portal."""

from mizuhiki.institutions.portal.web.site import build_site

__all__ = ["build_site"]

"""Pages of the authorities' operators."""

from mizuhiki.institutions.jpki.web.site import build_site

__all__ = ["build_site"]

"""Pages of the welfare section's staff."""

from mizuhiki.institutions.agency.prefecture_welfare.web.site import build_site

__all__ = ["build_site"]

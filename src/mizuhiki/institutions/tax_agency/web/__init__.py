"""The public search pages and the officers' desk."""

from mizuhiki.institutions.tax_agency.web.site import build_site

__all__ = ["build_site"]

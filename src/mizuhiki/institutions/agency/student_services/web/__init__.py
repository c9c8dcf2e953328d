"""Pages of the organization's staff."""

from mizuhiki.institutions.agency.student_services.web.site import build_site

__all__ = ["build_site"]

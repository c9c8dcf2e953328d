"""Pages of a board's staff."""

from mizuhiki.institutions.agency.board_of_education.web.site import build_site

__all__ = ["build_site"]

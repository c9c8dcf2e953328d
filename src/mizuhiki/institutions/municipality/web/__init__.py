"""Pages for the staff of a municipality: register, moves, numbering, child allowance, cards, tax."""

from mizuhiki.institutions.municipality.web.cards import CardDesk
from mizuhiki.institutions.municipality.web.site import build_site

__all__ = ["CardDesk", "build_site"]

"""Pages for the staff of a municipality: register, moves, numbering, child allowance, cards, tax."""

from mizuhiki.institutions.municipality.web.cards import CardDesk, FinishedCard
from mizuhiki.institutions.municipality.web.site import build_site

__all__ = ["CardDesk", "FinishedCard", "build_site"]

"""Institutions in words."""

from __future__ import annotations

from mizuhiki.runtime.pages import Site
from mizuhiki.ui.components import Named


def office(site: Site, institution: str) -> Named:
    """Return an institution as staff read it: its name in their language, and its identifier."""
    return Named(site.institution_name(institution), institution)

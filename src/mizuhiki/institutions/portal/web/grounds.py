"""The grounds on which the pages call operations: the affair, its basis and the purpose of each step."""

from __future__ import annotations

from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.pages import Site

AFFAIR = "portal-account"
BASIS = "番号法附則6条3項"


def visitor(site: Site, purpose: str) -> Context:
    """Return the grounds of somebody who is not signed in yet."""
    actor = Actor(institution=site.environment.institution, role="visitor")
    return Context(actor, AFFAIR, BASIS, purpose, site.environment.clock, site.trace)


def citizen(site: Site, purpose: str) -> Context:
    """Return the grounds of the signed-in person.

    Raises:
        NotSignedIn: nobody is signed in.
    """
    return site.context(AFFAIR, BASIS, purpose)

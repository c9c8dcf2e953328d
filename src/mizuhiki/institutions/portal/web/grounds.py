"""The grounds on which the pages call operations: the affair, its basis and the purpose of each step."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from mizuhiki.institutions.portal.domain.errors import AccountNotReady, HistoryNotOpen
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.pages import Reply, Site

Arguments = ParamSpec("Arguments")

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


def leading_on(site: Site, view: Callable[Arguments, Reply]) -> Callable[Arguments, Reply]:
    """Return the view so that a missing step before it leads to that step instead of an error page."""

    @functools.wraps(view)
    def led(*arguments: Arguments.args, **named: Arguments.kwargs) -> Reply:
        try:
            return view(*arguments, **named)
        except AccountNotReady:
            return site.redirect("/account")
        except HistoryNotOpen:
            return site.redirect("/history")

    return led

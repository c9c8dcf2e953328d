"""Addresses of pages, whose builders are written when a link to them is first made.

werkzeug writes and compiles two Python functions for every rule of an application while it is put together: more than
half of the time in which a municipality's hundred and fifty pages are opened, and most of them are never linked to by
the process that opened them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from flask import Flask
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class PageRule(Rule):
    """A rule as werkzeug's, but for when its builders are compiled."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002 - werkzeug's own signature
        compiled = functools.cache(functools.partial(super()._compile_builder, append_unknown))

        def build(rule: Rule, /, **values: object) -> tuple[str, str]:
            return compiled()(rule, **values)

        return build


class PageApplication(Flask):
    """A Flask application whose rules are `PageRule`."""

    url_rule_class = PageRule

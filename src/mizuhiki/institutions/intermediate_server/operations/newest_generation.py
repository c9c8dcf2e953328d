"""Which generation of pseudonyms is in use."""

from __future__ import annotations

from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.generations import LAST, CurrentGenerations


def newest_in_use(generations: CurrentGenerations, context: Context) -> int:
    """Return the newest generation that inquiries go in; the newest there can be while nobody knows better.

    Who was never told cannot send anything yet either, and what is held was issued by those who know.
    """
    try:
        return generations.current().issuing(context.now())
    except Unavailable:
        return LAST

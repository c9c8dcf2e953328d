"""How names are written down and found: the search form and legal forms.

Search ignores width, case, spaces, variation selectors, hiragana against katakana and the listed old forms of
characters. The legal form (株式会社 …) is no part of what is searched by: two thirds of all names begin or end with
one, and whoever knows a firm seldom knows which; the kind can be asked for by itself.
"""

from __future__ import annotations

import functools
import re

from mizuhiki.vocabulary.names import normalise_for_comparison

_LEGAL_FORMS = (
    "株式会社", "有限会社", "合同会社", "合名会社", "合資会社", "特定非営利活動法人", "一般社団法人", "一般財団法人",
    "公益社団法人", "公益財団法人", "医療法人社団", "医療法人財団", "医療法人", "社会福祉法人", "学校法人", "宗教法人",
    "農事組合法人", "(株)", "(有)", "(同)", "(名)", "(資)",
)  # fmt: skip
_ENGLISH_NOISE = re.compile(r"[^0-9A-Z]")


@functools.cache
def _forms() -> tuple[str, ...]:
    # Compared after the same normalisation, which also opens ㈱ into (株).
    return tuple(sorted((normalise_for_comparison(form) for form in _LEGAL_FORMS), key=len, reverse=True))


def search_form(name: str) -> str:
    """Return the form names and readings are compared in, without the legal form at either end.

    A name that is nothing but a legal form stays as it is.
    """
    plain = normalise_for_comparison(name, variants=True)
    for form in _forms():
        if plain.startswith(form) and plain != form:
            return plain.removeprefix(form)
        if plain.endswith(form) and plain != form:
            return plain.removesuffix(form)
    return plain


def english_form(name: str) -> str:
    """Return the form English names are compared in: capital letters and digits only."""
    return _ENGLISH_NOISE.sub("", normalise_for_comparison(name))

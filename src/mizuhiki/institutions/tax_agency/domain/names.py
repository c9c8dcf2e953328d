"""How names are written down and found: the search form, legal forms, index words.

Search ignores width, case, spaces, variation selectors, hiragana against katakana and the listed old forms of
characters. The legal form (株式会社 …) is no part of what is searched by: two thirds of all names begin or end with
one, and whoever knows a firm seldom knows which; the kind can be asked for by itself.
"""

from __future__ import annotations

import functools
import itertools
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


def _units(text: str) -> list[str]:
    return [one.to_bytes(2, "big").hex() for one in memoryview(text.encode("utf-16-le")).cast("H")]


def index_words(text: str, mark: str) -> list[str]:
    """Return the words a text in search form is found by: its characters, its pairs, and how it begins.

    `mark` is one letter that keeps the words of different texts of one record apart. Pairs, since most parts people
    search by are two characters long, which trigrams cannot answer.
    """
    units = _units(text)
    if not units:
        return []
    begins = [f"{mark}x{units[0]}", *([f"{mark}y{units[0]}{units[1]}"] if len(units) > 1 else [])]
    single = {f"{mark}s{unit}" for unit in units}
    pairs = {f"{mark}p{one}{two}" for one, two in itertools.pairwise(units)}
    return sorted({*single, *pairs, *begins})


def query_words(text: str, mark: str, *, prefix: bool) -> list[str]:
    """Return the words every record with this part (or beginning) has; the pairs imply the characters.

    A record that has them all need not have the text in this order: the caller still compares.
    """
    units = _units(text)
    words = {f"{mark}p{one}{two}" for one, two in itertools.pairwise(units)}
    if len(units) == 1:
        words.add(f"{mark}x{units[0]}" if prefix else f"{mark}s{units[0]}")
    elif prefix and units:
        words.add(f"{mark}y{units[0]}{units[1]}")
    return sorted(words)

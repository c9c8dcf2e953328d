"""Index words of a text: what it is found by where texts are searched by beginning and by part."""

from __future__ import annotations

import itertools


def _units(text: str) -> list[str]:
    written = text.encode("utf-16-be").hex()
    return [written[start : start + 4] for start in range(0, len(written), 4)]


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

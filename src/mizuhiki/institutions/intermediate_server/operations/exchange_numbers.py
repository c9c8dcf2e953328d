"""Exchange numbers (処理通番), unique for ever at this server (spec/exchange.md §2)."""

from __future__ import annotations

from mizuhiki.crypto.randomness import Randomness

_SECTION_PART, _LINE_PART = 12, 8
"""Random bytes of an exchange number: common to the lines of a section, and of each line by itself."""


def exchange_numbers(randomness: Randomness, count: int) -> list[str]:
    """Return random exchange numbers for the lines of one section, which begin alike.

    Four places keep an index of exchange numbers. Numbers of a section then stand on a few neighbouring pages of each
    instead of one page for each line. Whoever sees two of them sees the section they came in anyway.
    """
    section = randomness.token(_SECTION_PART)
    return [section + randomness.token(_LINE_PART) for _ in range(count)]

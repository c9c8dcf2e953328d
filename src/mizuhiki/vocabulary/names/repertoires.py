"""Which characters a receiving system can hold; a register itself holds every assigned one with its selectors.

Membership in the Japanese standards is that of Python's codecs: ``euc_jp`` without its three-byte part (that is JIS X
0212) for JIS X 0208:1990, ``euc_jis_2004`` for JIS X 0213:2004. Hence 髙 is in neither (the standards unify it with
高), 﨑 is in JIS X 0213 only.
"""

from __future__ import annotations

import enum
import functools

_THREE_BYTES = 3
_HALF_WIDTH_KANA = range(0xFF61, 0xFFA0)
_SUPPLEMENT = range(0xE0100, 0xE01F0)
_STANDARDISED = range(0xFE00, 0xFE10)


class Repertoire(enum.StrEnum):
    """What a system that receives a name can write, from the narrowest to the widest."""

    JIS_X_0208 = "jis-x-0208"
    JIS_X_0213 = "jis-x-0213"
    WITHOUT_SELECTORS = "unicode-without-selectors"
    """Every character, but no variation sequence: the glyph of a name may come out in another form."""
    FULL = "unicode-with-selectors"
    """What the register itself holds: IVS of the Hanyo-Denshi and Moji_Joho collections included."""


def is_selector(sign: str) -> bool:
    """Whether a character only chooses a form of the one before it (U+FE00-U+FE0F, U+E0100-U+E01EF)."""
    return ord(sign) in _SUPPLEMENT or ord(sign) in _STANDARDISED


def written_units(text: str) -> list[str]:
    """Split a text into characters, each with the selectors that follow it."""
    units: list[str] = []
    for sign in text:
        if units and is_selector(sign):
            units[-1] += sign
        else:
            units.append(sign)
    return units


@functools.lru_cache(maxsize=4096)
def holds(repertoire: Repertoire, unit: str) -> bool:
    """Whether a repertoire holds one character as `written_units` gives it."""
    if repertoire is Repertoire.FULL:
        return True
    if any(is_selector(sign) for sign in unit):
        return False
    if repertoire is Repertoire.WITHOUT_SELECTORS:
        return True
    if ord(unit) in _HALF_WIDTH_KANA:
        return False
    codec = "euc_jp" if repertoire is Repertoire.JIS_X_0208 else "euc_jis_2004"
    try:
        encoded = unit.encode(codec)
    except UnicodeEncodeError:
        return False
    return repertoire is Repertoire.JIS_X_0213 or len(encoded) < _THREE_BYTES

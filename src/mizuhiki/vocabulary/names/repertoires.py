"""Which characters a receiving system can hold; a register itself holds every assigned one with its selectors.

Membership in the Japanese standards is that of Python's codecs: ``euc_jp`` without its three-byte part (that is JIS X
0212) for JIS X 0208:1990; for JIS X 0213:2004 what ``euc_jis_2004`` and ``shift_jis_2004`` both write, since the former
alone writes JIS X 0212 too. Hence 髙 is in neither (the standards unify it with 高), 﨑 is in JIS X 0213 only.
"""

from __future__ import annotations

import enum
import functools
import itertools

_THREE_BYTES = 3
_NARROW_IN_SHIFT_JIS = frozenset("～＼")
"""Characters of JIS X 0213 to which Python's codec gives the code points of ASCII."""
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
    if repertoire is Repertoire.JIS_X_0208:
        return _comes_back(unit, "euc_jp", shorter_than=_THREE_BYTES)
    in_shift_jis = unit in _NARROW_IN_SHIFT_JIS or _comes_back(unit, "shift_jis_2004")
    return in_shift_jis and _comes_back(unit, "euc_jis_2004")


_EUC_ROW = range(0xA1, 0xFF)


@functools.cache
def _narrowest() -> frozenset[str]:
    """Return every character of JIS X 0208 and ASCII."""
    signs = {chr(code) for code in range(0x80)}
    signs |= {bytes(pair).decode("euc_jp", "ignore") for pair in itertools.product(_EUC_ROW, _EUC_ROW)} - {""}
    return frozenset(sign for sign in signs if holds(Repertoire.JIS_X_0208, sign))


def rare_characters(text: str) -> frozenset[str]:
    """Return the characters of a text, with their selectors, that the narrowest repertoire does not hold.

    Whatever any repertoire lacks is among them, and most texts have none; that is found without looking at each.
    """
    if _narrowest().issuperset(text):
        return frozenset()
    return frozenset(unit for unit in written_units(text) if not holds(Repertoire.JIS_X_0208, unit))


def _comes_back(unit: str, codec: str, *, shorter_than: int = _THREE_BYTES + 1) -> bool:
    """Whether a codec writes a character and reads the same one: ¥ becomes the octet of a backslash and does not."""
    try:
        encoded = unit.encode(codec)
        return len(encoded) < shorter_than and encoded.decode(codec) == unit
    except UnicodeError:
        return False


_OTHER_POSITIONS = {"—": "―", "｟": "⦅", "｠": "⦆"}


def same_position(sign: str) -> str:
    """Return the character that the standards' table has where other tables have this one; empty where there is none.

    The position in JIS X 0208 or 0213, which is what a receiving system stores, is the same: － and −, ～ and 〜 in the
    table of Windows (CP932), — and ― in that of the C library.
    """
    try:
        found = sign.encode("cp932").decode("shift_jis")
    except UnicodeError:
        found = _OTHER_POSITIONS.get(sign, "")
    return "" if found == sign else found


def code_points(text: str) -> str:
    """Return a text as code points: ``U+8FBB U+E0100``."""
    return " ".join(f"U+{ord(sign):04X}" for sign in text)

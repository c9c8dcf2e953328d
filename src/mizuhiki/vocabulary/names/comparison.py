"""Normalisation for comparing written names and addresses; never for storing them.

A register keeps a name exactly as it was entered, with ideographic variation selectors. Comparison ignores:

1. variation selectors (U+FE00-U+FE0F, U+E0100-U+E01EF): the base character decides;
2. width and compatibility forms (NFKC), letter case, all white space;
3. which hyphen, dash or minus sign was typed; a long-vowel mark between digits counts as a hyphen;
4. hiragana against katakana (a reading is the same reading).

Old forms (髙, 﨑, 邊) differ from new ones unless the caller asks for `fold_variants`, which knows an explicit table
and nothing else: two families may differ by exactly that character.
"""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from importlib import resources

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SPACE = re.compile(r"\s+")
_HYPHENS = re.compile("[\u002d\u00ad\u02d7\u2010-\u2015\u2043\u2212\u2500\u2501\ufe58\ufe63\uff0d]")
_LONG_VOWEL_AS_HYPHEN = re.compile("(?<=[0-9])[\u30fc\uff70](?=[0-9])")
_SETTLED = re.compile(
    "[\u4e00-\u9fff\u30a1-\u30fa\u3005\u3007\u30fcA-Z-]*|[\u4e00-\u9fff\u30a1-\u30fa\u3005\u3007A-Z0-9-]*"
)
"""Texts nothing here changes: common kanji, katakana, capitals, and either digits or long-vowel marks."""
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}


@functools.cache
def variant_table() -> dict[str, str]:
    """Return the table of variant characters: variant → the form it is compared as."""
    text = resources.files(__package__).joinpath("variants.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["variant"]: row["compared_as"] for row in rows}


@functools.cache
def _folding() -> dict[int, str]:
    return {ord(variant): form for variant, form in variant_table().items()}


_MOST_PASSES = 8


def fold_variants(text: str) -> str:
    """Replace the variants of the table and no other character."""
    return text.translate(_folding())


def normalise_for_comparison(text: str, *, variants: bool = False) -> str:
    """Return the form in which two texts are compared; with `variants`, old forms of the table are folded too.

    The form is final: normalising it again changes nothing. One pass is not enough, since taking out a space can bring
    a letter and a combining mark together.
    """
    if not variants:
        joined = "".join(text.split())
        if _SETTLED.fullmatch(joined):  # nearly every text of a register, at a tenth of the cost
            return joined
    plain = _normalise_once(text, variants=variants)
    if plain == text:
        return plain
    for _ in range(_MOST_PASSES):
        again = _normalise_once(plain, variants=variants)
        if again == plain:
            break
        plain = again
    return plain


def _normalise_once(text: str, *, variants: bool) -> str:
    plain = _SELECTORS.sub("", text)
    if variants:
        plain = fold_variants(plain)
    plain = unicodedata.normalize("NFKC", plain)
    plain = _SPACE.sub("", plain)
    plain = _LONG_VOWEL_AS_HYPHEN.sub("-", plain)
    plain = _HYPHENS.sub("-", plain)
    return plain.translate(_HIRAGANA_TO_KATAKANA).upper()

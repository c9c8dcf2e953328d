"""Hepburn romanisation of kana as road signs and city offices write it: long o and u short, n before b, m, p.

Derived names are for reading only. Kana does not show where a word ends, so an ``ou`` across two words is shortened
too; names a municipality itself writes otherwise stand in the list's own column.
"""

from __future__ import annotations

import re

_ROWS = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "s": "サシスセソ",
    "t": "タチツテト",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "m": "マミムメモ",
    "y": "ヤ ユ ヨ",
    "r": "ラリルレロ",
    "w": "ワヰ ヱヲ",
    "g": "ガギグゲゴ",
    "z": "ザジズゼゾ",
    "d": "ダヂヅデド",
    "b": "バビブベボ",
    "p": "パピプペポ",
}
_SYLLABLES = {
    kana: consonant + vowel
    for consonant, row in _ROWS.items()
    for kana, vowel in zip(row, "aiueo", strict=True)
    if kana != " "
} | {
    "シ": "shi",
    "チ": "chi",
    "ツ": "tsu",
    "フ": "fu",
    "ジ": "ji",
    "ヂ": "ji",
    "ヅ": "zu",
    "ヰ": "i",
    "ヱ": "e",
    "ヲ": "o",
    "ン": "n",
    "ヴ": "vu",
    "ー": "",
}
_SMALL_Y = {"ャ": "a", "ュ": "u", "ョ": "o"}
_SMALL_VOWELS = {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"}
_WITHOUT_Y = ("sh", "ch", "j")
_LONG = re.compile("o[ou]|uu")


def _glide(syllable: str, vowel: str) -> str:
    """Join ``ki`` and small ya into ``kya``; ``shi`` and small ya into ``sha``."""
    stem = syllable.removesuffix("i")
    return stem + vowel if stem.endswith(_WITHOUT_Y) else f"{stem}y{vowel}"


def _syllables(katakana: str) -> list[str]:
    parts: list[str] = []
    double = False
    for kana in katakana:
        if kana == "ッ":
            double = True
            continue
        if kana in _SMALL_Y and parts:
            parts[-1] = _glide(parts[-1], _SMALL_Y[kana])
            continue
        if kana in _SMALL_VOWELS and parts:
            parts[-1] = parts[-1][:-1] + _SMALL_VOWELS[kana]
            continue
        syllable = _SYLLABLES.get(kana, kana)
        if double:
            syllable = ("t" if syllable.startswith("ch") else syllable[:1]) + syllable
            double = False
        parts.append(syllable)
    return parts


def romanise(kana: str) -> str:
    """Return the romanisation of hiragana or katakana with a capital first letter."""
    katakana = "".join(chr(ord(sign) + 0x60) if "\u3041" <= sign <= "\u3096" else sign for sign in kana)
    text = "".join(_syllables(katakana))
    text = _LONG.sub(lambda found: found[0][0], text)
    return text[:1].upper() + text[1:]

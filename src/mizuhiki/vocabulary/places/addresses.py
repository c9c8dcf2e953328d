"""Addresses as the register writes them, and the form in which two addresses are compared (住基法7条7号)."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.names.comparison import normalise_for_comparison
from mizuhiki.vocabulary.places.municipalities import municipality, prefectures

LONGEST_PART = 200
_KANJI_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = re.compile("([〇一二三四五六七八九十百]+)(?=丁目|番地|番|号)")
_SEPARATORS = re.compile("丁目|番地ノ?|番|号室?")
_NO_BETWEEN = re.compile("(?<=[0-9])[ノ之](?=[0-9])")
_PREFECTURE_LENGTHS = (3, 4)
_RUNS = re.compile("-{2,}")


class MalformedAddress(Malformed):
    """An address part that is empty, too long or carries control characters; field `part` says which."""

    code = "malformed-address"
    title = "This is not an address"


def _kanji_number(text: str) -> int:
    """Read 1 to 999 in kanji, by place (二十三) or digit by digit (二三)."""
    if not set(text) & {"十", "百"}:
        return int("".join(str(_KANJI_DIGITS[sign]) for sign in text))
    total, pending = 0, 0
    for sign in text:
        if sign in _KANJI_DIGITS:
            pending = _KANJI_DIGITS[sign]
        else:
            total += (pending or 1) * (10 if sign == "十" else 100)
            pending = 0
    return total + pending


def _without_prefecture(text: str) -> str:
    for length in _PREFECTURE_LENGTHS:
        if text[:length] in _prefecture_names():
            return text[length:]
    return text


@functools.cache
def _prefecture_names() -> frozenset[str]:
    return frozenset(known.name for known in prefectures())


def normalise_address(text: str) -> str:
    """Return the form in which two addresses are compared.

    1. as `normalise_for_comparison`; 2. a prefecture at the beginning is dropped, since registers leave it out;
    3. kanji numbers before 丁目, 番 and 号 become digits; 4. these words, and の between digits, become hyphens.
    Building names are compared as they are.
    """
    plain = _without_prefecture(normalise_for_comparison(text))
    plain = plain.replace("大字", "")
    plain = _KANJI_NUMBER.sub(lambda found: str(_kanji_number(found[1])), plain)
    plain = _SEPARATORS.sub("-", plain)
    plain = _NO_BETWEEN.sub("-", plain)
    return _RUNS.sub("-", plain).rstrip("-")


@dataclass(frozen=True, slots=True)
class Address:
    """A place in a municipality or ward: `town` and `number` as written, building and room apart.

    The county (郡) of towns and villages is not written: the municipality code already names one place.

    Raises:
        MalformedAddress: see the class.
        MalformedMunicipalityCode, NoSuchPlace: see `municipality`.
    """

    municipality_code: str
    town: str
    number: str = ""
    building: str = ""

    def __post_init__(self) -> None:
        municipality(self.municipality_code)
        if not self.town:
            raise MalformedAddress(part="town")
        for part in ("town", "number", "building"):
            text = getattr(self, part)
            if len(text) > LONGEST_PART or any(unicodedata.category(sign).startswith("C") for sign in text):
                raise MalformedAddress(part=part)

    @property
    def full(self) -> str:
        """The whole address with prefecture; the building follows an ideographic space."""
        place = municipality(self.municipality_code)
        line = f"{place.prefecture}{place.full_name}{self.town}{self.number}"
        return f"{line}\u3000{self.building}" if self.building else line

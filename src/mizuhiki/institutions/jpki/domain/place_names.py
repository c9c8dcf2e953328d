"""Names of places as certificates write them: ``Miyazaki-ken``, ``Yokohama-shi-Naka-ku``, ``Minato-ku``."""

from __future__ import annotations

from functools import cache

from mizuhiki.vocabulary.places import municipality, prefecture
from mizuhiki.vocabulary.places.romanisation import romanise

_PREFECTURE_ENDINGS = {"都": "-to", "府": "-fu", "県": "-ken"}
_ENDINGS = {"し": "shi", "ちょう": "cho", "まち": "machi", "そん": "son", "むら": "mura", "く": "ku"}


@cache
def prefecture_name(code: str) -> str:
    """Return the prefecture of a municipality code."""
    found = prefecture(code[:2])
    return found.name_en + _PREFECTURE_ENDINGS.get(found.name[-1], "")


@cache
def city_name(code: str) -> str:
    """Return the municipality of a code, a ward with its city before it.

    Raises:
        MalformedMunicipalityCode, NoSuchPlace: see `vocabulary.places.municipality`.
    """
    found = municipality(code)
    own = _written(found.name_kana)
    return f"{city_name(found.parent_code)}-{own}" if found.parent_code else own


def _written(kana: str) -> str:
    for ending, written in _ENDINGS.items():
        if kana.endswith(ending) and kana != ending:
            return f"{romanise(kana.removesuffix(ending))}-{written}"
    return romanise(kana)

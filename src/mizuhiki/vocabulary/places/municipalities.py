"""The list of prefectures, municipalities and wards by 全国地方公共団体コード (JIS X 0401, 0402 and a check digit).

The list is data beside this module, with its source and date in its first lines. Wards of designated cities have
codes of their own, but the municipality in law is the city: see `Municipality.parent_code`.
"""

from __future__ import annotations

import csv
import enum
import functools
from dataclasses import dataclass
from importlib import resources

from mizuhiki.vocabulary.errors import Malformed, NotFound
from mizuhiki.vocabulary.places.romanisation import romanise

BODY_LENGTH = 5
CODE_LENGTH = 6
_DIGITS = frozenset("0123456789")


class MalformedMunicipalityCode(Malformed):
    """Not six digits with a right check digit."""

    code = "malformed-municipality-code"
    title = "This is not a municipality code"


class NoSuchPlace(NotFound):
    """The code is well formed but names no prefecture, municipality or ward of the list."""

    code = "no-such-place"
    title = "There is no such municipality"


class MunicipalityKind(enum.StrEnum):
    """What a place is in the Local Autonomy Act (地方自治法1条の3, 252条の19, 252条の20, 281条)."""

    DESIGNATED_CITY = "designated-city"
    CITY = "city"
    TOWN = "town"
    VILLAGE = "village"
    SPECIAL_WARD = "special-ward"
    ADMINISTRATIVE_WARD = "administrative-ward"


_ENGLISH_SUFFIX = {
    MunicipalityKind.DESIGNATED_CITY: "City",
    MunicipalityKind.CITY: "City",
    MunicipalityKind.TOWN: "Town",
    MunicipalityKind.VILLAGE: "Village",
    MunicipalityKind.SPECIAL_WARD: "City",
    MunicipalityKind.ADMINISTRATIVE_WARD: "Ward",
}
_KANA_SUFFIXES = {"市": ("し",), "町": ("ちょう", "まち"), "村": ("そん", "むら"), "区": ("く",)}


def municipality_check_digit(body: str) -> str:
    """Return the check digit of five digits: weights 6 to 2, (11 - sum mod 11) mod 10.

    Raises:
        ValueError: `body` is not five ASCII digits (a fault of the program).
    """
    if len(body) != BODY_LENGTH or not _DIGITS.issuperset(body):
        raise ValueError("the check digit is defined for 5 digits")
    total = sum(int(digit) * weight for digit, weight in zip(body, range(6, 1, -1), strict=True))
    return str((11 - total % 11) % 10)


@dataclass(frozen=True, slots=True)
class Prefecture:
    """One of the 47 prefectures; `code` has two digits, `authority_code` six."""

    code: str
    authority_code: str
    name: str
    name_kana: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality, or a ward of a designated city (then `parent_code` is the city's code)."""

    code: str
    prefecture_code: str
    prefecture: str
    name: str
    name_kana: str
    name_en: str
    kind: MunicipalityKind
    parent_code: str = ""

    @property
    def full_name(self) -> str:
        """The name addresses begin with: a ward's with its city before it."""
        return f"{municipality(self.parent_code).name}{self.name}" if self.parent_code else self.name

    @property
    def governing_code(self) -> str:
        """The code of the municipality in law: the city's for a ward of a designated city."""
        return self.parent_code or self.code


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@functools.cache
def _prefectures() -> dict[str, Prefecture]:
    return {row["code"]: Prefecture(**row) for row in _rows("prefectures.csv")}


def _english(row: dict[str, str], kind: MunicipalityKind) -> str:
    if row["name_en"]:
        return row["name_en"]
    stem = row["name_kana"]
    for ending in _KANA_SUFFIXES[row["name"][-1]]:
        if stem.endswith(ending):
            stem = stem.removesuffix(ending)
            break
    return f"{romanise(stem)} {_ENGLISH_SUFFIX[kind]}"


@functools.cache
def _municipalities() -> dict[str, Municipality]:
    known = _prefectures()
    found: dict[str, Municipality] = {}
    for row in _rows("municipalities.csv"):
        kind = MunicipalityKind(row["kind"])
        found[row["code"]] = Municipality(
            code=row["code"],
            prefecture_code=row["code"][:2],
            prefecture=known[row["code"][:2]].name,
            name=row["name"],
            name_kana=row["name_kana"],
            name_en=_english(row, kind),
            kind=kind,
            parent_code=row["parent_code"],
        )
    return found


def prefectures() -> tuple[Prefecture, ...]:
    """Return the 47 prefectures in code order."""
    return tuple(_prefectures().values())


def prefecture(code: str) -> Prefecture:
    """Return a prefecture by its two-digit code.

    Raises:
        NoSuchPlace: no prefecture has the code.
    """
    found = _prefectures().get(code)
    if found is None:
        raise NoSuchPlace(field="prefecture_code")
    return found


def municipalities() -> tuple[Municipality, ...]:
    """Return all municipalities and wards in code order."""
    return tuple(_municipalities().values())


@functools.cache
def designated_cities() -> frozenset[str]:
    """Return the codes of the cities named by cabinet order (地方自治法252条の19)."""
    return frozenset(
        code for code, known in _municipalities().items() if known.kind is MunicipalityKind.DESIGNATED_CITY
    )


def municipality(code: str) -> Municipality:
    """Return a municipality or ward by its six-digit code.

    Raises:
        MalformedMunicipalityCode: not six digits, or a wrong check digit.
        NoSuchPlace: no place of the list has the code.
    """
    if len(code) != CODE_LENGTH or not _DIGITS.issuperset(code) or municipality_check_digit(code[:5]) != code[5]:
        raise MalformedMunicipalityCode(field="municipality_code")
    found = _municipalities().get(code)
    if found is None:
        raise NoSuchPlace(field="municipality_code")
    return found

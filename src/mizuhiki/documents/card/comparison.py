"""Tables that explain the card: against the 住基カード (R-150), against the number (R-149); telephones (R-156)."""

from __future__ import annotations

import enum
from functools import cache
from importlib import resources

import msgspec


class Language(enum.StrEnum):
    """Languages of the tables."""

    JA = "ja"
    EN = "en"


class _CardRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    point: dict[Language, str]
    resident: dict[Language, str]
    individual: dict[Language, str]


class _NumberRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    point: dict[Language, str]
    number: dict[Language, str]
    card: dict[Language, str]


class _Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cards: list[_CardRow]
    number: list[_NumberRow]
    telephones: dict[str, int]


@cache
def _tables() -> _Tables:
    text = resources.files("mizuhiki.documents.card").joinpath("comparison.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=_Tables)


def cards_compared(language: Language) -> list[tuple[str, str, str]]:
    """Return rows of point, 住基カード, 個人番号カード."""
    return [(row.point[language], row.resident[language], row.individual[language]) for row in _tables().cards]


def card_and_number(language: Language) -> list[tuple[str, str, str]]:
    """Return rows of point, Individual Number, Individual Number Card."""
    return [(row.point[language], row.number[language], row.card[language]) for row in _tables().number]


def readable_telephones(month: str) -> int | None:
    """Return how many models of telephone could read the card in a month (``YYYY-MM``); None where it is not known."""
    return _tables().telephones.get(month)


def markdown(rows: list[tuple[str, str, str]], head: tuple[str, str, str]) -> str:
    """Return rows as a table of a documentation page."""
    lines = [f"| {' | '.join(head)} |", "| --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"

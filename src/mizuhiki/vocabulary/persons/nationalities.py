"""Nationality or region (国籍・地域) of a foreign resident, by two letters (住基法30条の45; 入管法2条5号ロ).

Records hold the letters; papers and pages show the name. The list lies beside this module, with its source in front.
"""

from __future__ import annotations

import csv
import functools
from importlib import resources


@functools.cache
def _names() -> dict[str, tuple[str, str]]:
    text = resources.files(__package__).joinpath("nationalities.csv").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {row["code"]: (row["ja"], row["en"]) for row in csv.DictReader(lines)}


def is_nationality(code: str) -> bool:
    """Say whether a record may name this nationality or region; letters are capital."""
    return code in _names()


def nationality_ja(code: str) -> str:
    """Return the name in Japanese, as papers state it; what was stored before the list is returned as it stands."""
    return _names().get(code, (code, code))[0]


def nationality_en(code: str) -> str:
    """Return the name in English; otherwise as `nationality_ja`."""
    return _names().get(code, (code, code))[1]

"""Procedures (事務手続) of affairs that the published examples name, with their titles in Japanese and English.

A procedure not listed here cannot be asked for: the columns of the ministerial order were not available.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources

from mizuhiki.vocabulary.errors import NotFound


class NoSuchProcedure(NotFound):
    """The code names no procedure of the list."""

    code = "no-such-procedure"
    title = "There is no such procedure"


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure; `code` is ``affair.procedure``; `source` cites where it is named."""

    code: str
    affair: str
    title_ja: str
    title_en: str
    source: str


@functools.cache
def _table() -> dict[str, Procedure]:
    text = resources.files(__package__).joinpath("procedures.toml").read_text("utf-8")
    content = tomllib.loads(text)
    return {
        code: Procedure(
            code=code,
            affair=code.partition(".")[0],
            title_ja=entry["title_ja"],
            title_en=entry["title_en"],
            source=entry["source"],
        )
        for code, entry in content["procedures"].items()
    }


def procedures() -> tuple[Procedure, ...]:
    """Return all procedures."""
    return tuple(_table().values())


def procedure(code: str) -> Procedure:
    """Return a procedure by its code.

    Raises:
        NoSuchProcedure: no procedure has the code.
    """
    found = _table().get(code)
    if found is None:
        raise NoSuchProcedure(procedure=code)
    return found

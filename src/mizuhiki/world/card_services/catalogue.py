"""What the sources propose to build on the card's certificates, and their one figure (R-215, R-216), as data."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec
from msgspec import Struct


class CardService(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One service; `runs_as` names the module here that runs it, empty where it is an idea."""

    code: str
    field: str
    name_ja: str
    name_en: str
    certificate: Literal["signature", "user-identification"]
    runs_as: str = ""


class StatedFigure(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A figure as its source states it: `about` for one that is rounded there, `issuer` who issued at that time."""

    code: str
    name_ja: str
    name_en: str
    value: int
    about: bool
    as_of: date
    issuer: str
    source: str


class Catalogue(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of it, with where the menus come from."""

    source: str
    stated_on: date
    service: tuple[CardService, ...]
    figure: tuple[StatedFigure, ...]


@cache
def card_catalogue() -> Catalogue:
    """Return the catalogue."""
    return msgspec.toml.decode(files(__package__).joinpath("catalogue.toml").read_bytes(), type=Catalogue)

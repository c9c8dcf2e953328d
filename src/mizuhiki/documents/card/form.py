"""The printed form of a card as data: what stands where, which security print, what the sleeve hides (R-130 … R-132).

Places are millimetres from the upper left corner of the side: left, top, width, height.
"""

from __future__ import annotations

import enum
from datetime import date
from functools import cache
from importlib import resources

import msgspec

from mizuhiki.documents.errors import UnknownForm

WIDTH_MM = 85.60
HEIGHT_MM = 53.98
"""ID-1 (ISO/IEC 7810)."""

FORMS = ("2012", "2015", "2019")


class Side(enum.StrEnum):
    """The two sides; front is the one with the photo (おもて面)."""

    FRONT = "front"
    BACK = "back"


class Item(enum.StrEnum):
    """What can stand on a card (番号法2条7項, 省令; R-128, R-129)."""

    TITLE = "title"
    CARD_SERIAL = "card-serial"
    NAME = "name"
    ADDRESS = "address"
    BIRTH_DATE = "birth-date"
    SEX = "sex"
    EXPIRY = "expiry"
    SECURITY_CODE = "security-code"
    CERTIFICATE_EXPIRY = "certificate-expiry"
    MAYOR = "mayor"
    PHOTO = "photo"
    ENDORSEMENTS = "endorsements"
    ORGAN_DONOR = "organ-donor"
    NUMBER = "number"
    CHIP = "chip"
    NOTICE = "notice"


class SecurityPrint(enum.StrEnum):
    """The six kinds of security print (R-131), in the order in which they are published."""

    PEARL_INK = "pearl-ink"
    COPY_RESTRAINT = "copy-restraint"
    SHADING = "shading"
    LASER_ENGRAVING = "laser-engraving"
    MICROTEXT = "microtext"
    GUILLOCHE = "guilloche"


class FreeArea(enum.StrEnum):
    """Parts of the sleeve that others may print on."""

    LOGO = "logo"
    MUNICIPAL = "municipal"


Place = tuple[float, float, float, float]


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item's place. `size` is the largest size of its text in points; `spread` widens digits for reading aloud."""

    side: Side
    item: Item
    place: Place
    label: str = ""
    size: float = 8.0
    align: str = "left"
    spread: bool = False
    lines: int = 1


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One piece of security print; `why` is its purpose as published."""

    kind: SecurityPrint
    side: Side
    place: Place
    why: str


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A generation's printed form. `plan` marks one that was drawn but never handed out."""

    name: str
    valid_from: date
    former_name: bool
    plan: bool
    area: tuple[Area, ...]
    feature: tuple[Feature, ...]

    def areas(self, side: Side) -> tuple[Area, ...]:
        """Return what stands on a side."""
        return tuple(area for area in self.area if area.side is side)

    def area_of(self, item: Item, side: Side = Side.FRONT) -> Area:
        """Return an item's place on a side.

        Raises:
            UnknownForm: this form has it not there.
        """
        for area in self.areas(side):
            if area.item is item:
                return area
        raise UnknownForm(form=self.name, item=item.value)


class Mask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An opaque part of the sleeve and the item under it."""

    side: Side
    hides: Item
    place: Place


class Free(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A free part of the sleeve: so many squares across and down from a corner."""

    kind: FreeArea
    side: Side
    squares: tuple[int, int]
    place: tuple[float, float]


class Sleeve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The card case (カードケース); `grid` is the length of a square."""

    grid: float
    mask: tuple[Mask, ...]
    free: tuple[Free, ...]


def _source(name: str) -> bytes:
    return resources.files("mizuhiki.documents").joinpath("forms", f"{name}.toml").read_bytes()


@cache
def form(name: str) -> Form:
    """Return a form by its name.

    Raises:
        UnknownForm: there is none.
    """
    if name not in FORMS:
        raise UnknownForm(form=name)
    return msgspec.toml.decode(_source(name), type=Form)


def form_on(day: date) -> Form:
    """Return the form in which cards made on a day are printed.

    Raises:
        UnknownForm: no form had been drawn yet.
    """
    usable = [found for found in map(form, FORMS) if found.valid_from <= day]
    if not usable:
        raise UnknownForm(form=day.isoformat())
    return max(usable, key=lambda found: found.valid_from)


@cache
def sleeve() -> Sleeve:
    """Return the sleeve."""
    return msgspec.toml.decode(_source("case"), type=Sleeve)

"""Who takes part in linkage (R-224): the kinds of actors as published, and every local body by code."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.vocabulary.linkage.source import setting
from mizuhiki.vocabulary.places import Municipality, MunicipalityKind, Prefecture, municipalities, prefectures


@dataclass(frozen=True, slots=True)
class Actor:
    """One kind of actor; `number` is the published count, None where the source gives none."""

    code: str
    name_ja: str
    name_en: str
    number: int | None
    source: str


def actors() -> tuple[Actor, ...]:
    """Return the kinds of actors in the order of the source."""
    return tuple(
        Actor(one["code"], one["name_ja"], one["name_en"], one.get("number"), one["source"])
        for one in setting()["actors"]
    )


def local_bodies() -> tuple[Prefecture | Municipality, ...]:
    """Return all prefectures and municipalities; wards of designated cities are no bodies of their own."""
    return (*prefectures(), *(one for one in municipalities() if one.kind is not MunicipalityKind.ADMINISTRATIVE_WARD))

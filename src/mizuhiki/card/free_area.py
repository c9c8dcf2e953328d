"""The free area: which applications there may be, and whose decision lets whom install one (番号法18条; R-147, R-158).

Municipalities and prefectures need an ordinance, national bodies and private firms a decision of the minister. The
catalogue is data: `generations` say how the chip is, ``free_area.toml`` what is installed by whom.
"""

from __future__ import annotations

import enum
import string
from functools import cache
from importlib import resources

import msgspec

from mizuhiki.card.generation import ApplicationLayout, FileRole, PinFormat, PinRole
from mizuhiki.vocabulary.errors import NotFound

_AID_LENGTHS = range(5, 17)
_FID_LENGTH = 4
_MOST_FILES, _MOST_TRIES = 8, 15


class ProviderKind(enum.IntEnum):
    """Who offers an application."""

    MUNICIPALITY = 1
    PREFECTURE = 2
    NATIONAL_BODY = 3
    PRIVATE = 4


class Ground(enum.IntEnum):
    """The decision that lets it be installed."""

    ORDINANCE = 1
    MINISTER_DECISION = 2


class CatalogueEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of application with its layout; `provider` and `ground` by name."""

    title: str
    title_ja: str
    provider: str
    ground: str
    layout: ApplicationLayout


class UnknownApplication(NotFound):
    """The catalogue has no such application."""

    code = "unknown-free-area-application"
    title = "There is no such application for the free area"


_GROUND_OF = {
    ProviderKind.MUNICIPALITY: Ground.ORDINANCE,
    ProviderKind.PREFECTURE: Ground.ORDINANCE,
    ProviderKind.NATIONAL_BODY: Ground.MINISTER_DECISION,
    ProviderKind.PRIVATE: Ground.MINISTER_DECISION,
}


def lawful_ground(actor: int, ground: int) -> bool:
    """Whether this kind of decision lets this kind of actor install an application."""
    return any(actor == kind and ground == needed for kind, needed in _GROUND_OF.items())


def layout_problem(  # noqa: PLR0911 - one name for each problem
    layout: ApplicationLayout, present: tuple[ApplicationLayout, ...], formats: dict[str, PinFormat]
) -> str | None:
    """Return what keeps a layout out of the card, or None: it must stay apart from every application there is."""
    if any(one not in string.hexdigits[:10] + "ABCDEF" for one in layout.aid) or len(layout.aid) % 2:
        return "aid"
    if len(layout.aid) // 2 not in _AID_LENGTHS or layout.name != f"free-{layout.aid}":
        return "aid"
    if any(layout.aid.startswith(one.aid) or one.aid.startswith(layout.aid) for one in present):
        return "aid-taken"
    fids = [entry.fid for entry in layout.entries]
    if any(len(fid) != _FID_LENGTH or any(sign not in "0123456789ABCDEF" for sign in fid) for fid in fids):
        return "fid"
    shorts = [int(fid, 16) & 0x1F for fid in fids]
    if len(set(shorts)) != len(fids) or 0 in shorts or not 1 <= len(fids) <= _MOST_FILES:
        return "fid"
    pins = {entry.fid for entry in layout.pin}
    if layout.key or len(pins) > 1 or any(not set(entry.read) <= pins for entry in layout.file):
        return "access"
    if any(one.role is not FileRole.FREE_AREA or one.record or not one.update for one in layout.file):
        return "file"
    for one in layout.pin:
        if one.role is not PinRole.FREE_AREA or one.format not in formats or not 1 <= one.tries <= _MOST_TRIES:
            return "pin"
    return None


@cache
def free_area_catalogue() -> dict[str, CatalogueEntry]:
    """Return the applications by name, such as ``seal-registration``."""
    text = resources.files("mizuhiki.card").joinpath("free_area.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, CatalogueEntry])


def catalogue_entry(name: str) -> CatalogueEntry:
    """Return one application of the catalogue.

    Raises:
        UnknownApplication: there is none of that name.
    """
    found = free_area_catalogue().get(name)
    if found is None:
        raise UnknownApplication(application=name)
    return found

"""Which installed font can print a text, variants of characters (IVS) included.

A layout engine shows a box for a character it lacks, and the plain form for a variant it lacks. Neither may happen to
a name, so every text is checked against the fonts' character maps before it is set.
"""

from __future__ import annotations

import itertools
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from mizuhiki.documents.errors import CharacterNotPrintable, FontsMissing

NAMES = ("IPAmjMincho", "Noto Serif CJK JP")
"""For names and other register entries: the font of the character information base first."""
LABELS = ("Noto Sans CJK JP",)
"""For everything that is printed on every form."""

FOLDERS = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/opentype/ipamj-mincho"),
    Path("/usr/share/fonts/truetype/ipamj"),
    Path("/usr/share/fonts/noto-cjk"),
    Path("/usr/share/fonts/google-noto-cjk"),
    Path("/usr/local/share/fonts"),
)
"""Where fonts are looked for; only these, so that the same machine always prints the same page."""

_VARIATION_SELECTORS = frozenset(itertools.chain(range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)))
_PACKAGES = "Debian: fonts-noto-cjk, fonts-ipamj-mincho"


@dataclass(frozen=True, slots=True)
class _Face:
    family: str
    path: Path
    index: int


class FontFace:
    """One font's character map and outlines. Safe between threads.

    The font file is read piece by piece when a piece is first needed, by seeking in one open file: two readers at a
    time would read each other's places, and tables read wrongly once would stay so.
    """

    def __init__(self, face: _Face) -> None:
        self._lock = threading.Lock()
        self._font = TTFont(face.path, fontNumber=face.index, lazy=True)
        self._characters = frozenset(self._font.getBestCmap())
        tables = [table for table in self._font["cmap"].tables if table.format == 14]  # noqa: PLR2004 - cmap format 14
        self._variants = {
            (base, selector) for table in tables for selector, bases in table.uvsDict.items() for base, _glyph in bases
        }

    def has(self, base: int, selector: int | None) -> bool:
        """Say whether the font has a character, in the variant that a selector names."""
        return base in self._characters if selector is None else (base, selector) in self._variants

    def outline(self, character: str) -> tuple[str, float]:
        """Return a character's outline as SVG path commands, y upwards, and its width, for one unit to the em."""
        with self._lock:
            name = self._font.getBestCmap()[ord(character)]
            glyphs = self._font.getGlyphSet()
            pen = SVGPathPen(glyphs)
            glyphs[name].draw(pen)
            return pen.getCommands(), float(glyphs[name].width)

    @property
    def units(self) -> int:
        """Units to the em."""
        with self._lock:
            return int(self._font["head"].unitsPerEm)


def sequences(text: str) -> Iterable[tuple[int, int | None]]:
    """Yield each visible character of a text with the variation selector after it, if any."""
    signs = [ord(sign) for sign in text]
    for place, sign in enumerate(signs):
        if sign in _VARIATION_SELECTORS or unicodedata.category(chr(sign)) in {"Zs", "Cc"}:
            continue
        following = signs[place + 1] if place + 1 < len(signs) else None
        yield sign, following if following in _VARIATION_SELECTORS else None


@cache
def engine_fonts() -> typst.Fonts:
    """Return the fonts of this machine for the layout engine."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in FOLDERS if folder.is_dir()],
    )


@cache
def _faces() -> dict[str, _Face]:
    """Find the regular face of each family."""
    found: dict[str, _Face] = {}
    for info in engine_fonts().fonts():
        if info.path is not None and (info.family not in found or info.weight == 400):  # noqa: PLR2004 - regular
            found[info.family] = _Face(info.family, Path(info.path), info.index)
    return found


_OPENING = threading.Lock()


def face(family: str) -> FontFace:
    """Return an installed font, opened once.

    Raises:
        FontsMissing: it is not installed.
    """
    with _OPENING:
        return _opened(family)


@cache
def _opened(family: str) -> FontFace:
    if family not in _faces():
        raise FontsMissing(f"{family} is not installed ({_PACKAGES})", families=family)
    return FontFace(_faces()[family])


def installed(families: Sequence[str]) -> tuple[str, ...]:
    """Return those of the families that are installed.

    Raises:
        FontsMissing: none of them is.
    """
    found = tuple(family for family in families if family in _faces())
    if not found:
        names = ", ".join(families)
        raise FontsMissing(f"none of {names} is installed ({_PACKAGES})", families=names)
    return found


def family_for(text: str, families: Sequence[str] = NAMES, *, place: str = "") -> str:
    """Return the first installed family that has every character of a text in its variant.

    Raises:
        CharacterNotPrintable: none has them all; `place` is named, the text is not.
        FontsMissing: none of the families is installed.
    """
    wanted = set(sequences(text))
    for family in installed(families):
        if all(face(family).has(base, selector) for base, selector in wanted):
            return family
    raise CharacterNotPrintable(place=place)

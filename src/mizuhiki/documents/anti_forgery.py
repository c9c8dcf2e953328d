"""Security print as vector drawings: guilloche, microtext, words that a copy reveals (R-131).

What ink and laser do on real plastic is shown, not imitated: every page and card here says that it is a specimen.
Lettering is drawn as outlines, so that it is never mistaken for text of the page by screen readers and searches.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from mizuhiki.documents.fonts import LABELS, face, installed
from mizuhiki.documents.outlines import inside, straight_edges

_POINTS = 180
_DOT, _HATCH = 0.5, 0.72
"""From dot to dot of the ground and from line to line of the word in it, in millimetres."""


def _svg(width: float, height: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}">{body}</svg>'
    )


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def _rosette(centre: tuple[float, float], radius: float, petals: int, turns: int) -> str:
    """Return nested wave rings around a centre (彩紋)."""
    rings = []
    for turn in range(turns):
        base = radius * (0.28 + 0.72 * turn / turns)
        wave = radius * 0.16
        phase = turn * math.pi / turns
        points = [
            (
                centre[0] + (base + wave * math.sin(petals * angle + phase)) * math.cos(angle),
                centre[1] + (base + wave * math.sin(petals * angle + phase)) * math.sin(angle),
            )
            for angle in (2 * math.pi * step / (_POINTS * 2) for step in range(_POINTS * 2 + 1))
        ]
        rings.append(_line(points))
    return "".join(rings)


def _waves(width: float, height: float, rows: int, amplitude: float) -> str:
    """Return a field of waves that cross each other."""
    lines = []
    for row in range(rows):
        middle = height * (row + 0.5) / rows
        for direction in (1, -1):
            points = [
                (
                    width * step / _POINTS,
                    middle + direction * amplitude * math.sin(2 * math.pi * (3 * step / _POINTS + row / rows)),
                )
                for step in range(_POINTS + 1)
            ]
            lines.append(_line(points))
    return "".join(lines)


@cache
def guilloche(width: float, height: float, first: str, second: str) -> str:
    """Return the ground of a card or a page as SVG in two colours; sizes in millimetres."""
    radius = min(width, height) * 0.42
    waves = _waves(width, height, max(6, round(height / 4.2)), min(4.0, height / 14))
    rosettes = _rosette((width * 0.78, height * 0.5), radius, 12, 14) + _rosette(
        (width * 0.2, height * 0.62), radius * 0.7, 9, 10
    )
    return _svg(
        width,
        height,
        f'<g fill="none" stroke-width="0.09"><path stroke="{first}" d="{waves}"/>'
        f'<path stroke="{second}" d="{rosettes}"/></g>',
    )


def lettering(text: str, height: float) -> tuple[str, float]:
    """Return a text's outlines, `height` mm to the em from the baseline at 0, and its width in mm."""
    font = face(installed(LABELS)[0])
    scale = height / font.units
    parts, x = [], 0.0
    for sign in text:
        commands, width = font.outline(sign)
        parts.append(f'<path transform="translate({x:.4f} 0) scale({scale:.6f} {-scale:.6f})" d="{commands}"/>')
        x += width * scale
    return "".join(parts), x


@cache
def microtext(width: float, text: str, colour: str, *, height: float = 0.32) -> str:
    """Return a line of the text over and over, too small for a copier, as SVG of `width` and `height` mm."""
    outlines, step = lettering(text + "・", height)
    times = math.ceil(width / step)
    uses = "".join(f'<use href="#t" x="{place * step:.3f}" y="{height * 0.86:.3f}"/>' for place in range(times))
    return _svg(width, height, f'<defs><g id="t" fill="{colour}">{outlines}</g></defs>{uses}')


@cache
def copy_word(width: float, height: float, word: str, colour: str, *, size: float, tilt: float = -24.0) -> str:
    """Return fine dots in which a word stands in coarser lines: faint to the eye, bold in a copy (コピー牽制).

    Dots and lines are strokes. As tiling patterns they keep readers of the PDF file busy for minutes: each sign filled
    with a pattern is painted tile by tile.
    """
    hatched, long = _hatched(word, size)
    columns, rows = math.ceil(width / (long * 1.6)) + 2, math.ceil(height / (size * 1.9)) + 2
    places = [
        ((column - 1 + 0.5 * (row % 2)) * long * 1.6, (row - 0.5) * size * 1.9)
        for row in range(rows)
        for column in range(columns)
    ]
    uses = "".join(f'<use href="#w" transform="translate({x:.2f} {y:.2f}) rotate({tilt:g})"/>' for x, y in places)
    dots = "".join(f"M0 {(row + 0.25) * _DOT:g}H{width:g}" for row in range(math.ceil(height / _DOT)))
    return _svg(
        width,
        height,
        f'<defs><path id="w" fill="none" stroke="{colour}" stroke-width="0.11" d="{hatched}"/></defs>'
        f'<path fill="none" stroke="{colour}" stroke-width="0.1" stroke-dasharray="0.1 {_DOT - 0.1:g}" d="{dots}"/>'
        f"{uses}",
    )


def _hatched(word: str, size: float) -> tuple[str, float]:
    """Return a word drawn in horizontal lines, `size` mm to the em from the baseline at 0, and its width in mm."""
    font = face(installed(LABELS)[0])
    scale, parts, x = size / font.units, list[str](), 0.0
    for sign in word:
        commands, width = font.outline(sign)
        edges = [
            (x + x1 * scale, -y1 * scale, x + x2 * scale, -y2 * scale) for x1, y1, x2, y2 in straight_edges(commands)
        ]
        lowest = math.floor(min(min(y1, y2) for _, y1, _, y2 in edges) / _HATCH)
        highest = math.ceil(max(max(y1, y2) for _, y1, _, y2 in edges) / _HATCH)
        for row in range(lowest, highest):
            y = (row + 0.5) * _HATCH
            parts += [f"M{start:.2f} {y:.2f}H{end:.2f}" for start, end in inside(edges, y)]
        x += width * scale
    return "".join(parts), x


@cache
def banner(width: float, height: float, text: str, colour: str, *, size: float, opacity: float) -> str:
    """Return a text across the diagonal, over everything else: what says that a page is a specimen."""
    outlines, long = lettering(text, size)
    angle = -math.degrees(math.atan2(height, width))
    return _svg(
        width,
        height,
        f'<g transform="translate({width / 2:g} {height / 2:g}) rotate({angle:.2f}) '
        f'translate({-long / 2:.3f} {size * 0.36:.3f})" fill="{colour}" fill-opacity="{opacity:g}">{outlines}</g>',
    )


@cache
def pearl(width: float, height: float) -> str:
    """Return a patch that shows both colours of pearl ink side by side, since paper and screens have one angle only."""
    return _svg(
        width,
        height,
        '<defs><linearGradient id="p"><stop offset="0" stop-color="#f2a7c3"/><stop offset="0.5" stop-color="#f7efe2"/>'
        '<stop offset="1" stop-color="#9fd3c7"/></linearGradient></defs>'
        f'<rect width="{width:g}" height="{height:g}" rx="{height / 2:g}" fill="url(#p)" fill-opacity="0.75"/>',
    )


@cache
def copy_marks(width: float, height: float, word: str) -> str:
    """Return the word that copy restraint brings out, bold and all over, as it stands on a copy."""
    outlines, long = lettering(word, 7.0)
    uses = "".join(
        f'<use href="#k" transform="translate({x * long * 2:.2f} {y * 13 + 9:g}) rotate(-24)"/>'
        for x in range(math.ceil(width / (long * 2)) + 1)
        for y in range(math.ceil(height / 13) + 1)
    )
    return _svg(width, height, f'<defs><g id="k" fill="#5a5a5a" fill-opacity="0.38">{outlines}</g></defs>{uses}')


@cache
def office_seal(words: str, size: float) -> str:
    """Return the square red seal of an office, its words in columns from right to left."""
    columns = 2 if len(words) <= 4 else 3  # noqa: PLR2004 - what is legible in a square
    rows = math.ceil(len(words) / columns)
    inner = size - 3.0
    wide, high = inner / columns, inner / rows
    letters = []
    for place, sign in enumerate(words):
        column, row = divmod(place, rows)
        outlines, advance = lettering(sign, 1.0)
        x, y = size - 1.5 - (column + 1) * wide, 1.5 + row * high
        letters.append(
            f'<g transform="translate({x + wide * 0.05:.3f} {y + high * 0.86:.3f}) '
            f'scale({wide * 0.9 / advance:.3f} {high * 0.92:.3f})">{outlines}</g>'
        )
    return _svg(
        size,
        size,
        f'<rect x="0.6" y="0.6" width="{size - 1.2:g}" height="{size - 1.2:g}" rx="0.8" fill="none" stroke="#c03028" '
        f'stroke-width="0.8"/><g fill="#c03028" fill-opacity="0.92">{"".join(letters)}</g>',
    )

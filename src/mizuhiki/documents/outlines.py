"""Outlines of characters as straight edges, and which parts of a line lie inside them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

Edge = tuple[float, float, float, float]
"""From one point to another: x, y, x, y."""
_Point = tuple[float, float]
_TOKEN = re.compile(r"[MLHVQCZ]|-?[0-9]*\.?[0-9]+")
_NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6, "Z": 0}
_STEPS = 6
"""Straight pieces to a curve; a sign is some millimetres high."""


def straight_edges(commands: str) -> list[Edge]:
    """Return the edges of SVG path commands (M, L, H, V, Q, C and Z, absolute) with curves cut into straight pieces."""
    edges: list[Edge] = []
    start = at = (0.0, 0.0)
    for letter, values in _commands(commands):
        if letter == "Z":
            points = [start]
        elif letter in "HV":
            points = [(values[0], at[1]) if letter == "H" else (at[0], values[0])]
        else:
            given = [(values[place], values[place + 1]) for place in range(0, len(values), 2)]
            points = given if letter in "ML" else [_curve([at, *given], step / _STEPS) for step in range(1, _STEPS + 1)]
        for point in points:
            if letter != "M" and point != at:
                edges.append((*at, *point))
            at = point
        start = at if letter == "M" else start
    return edges


def inside(edges: Sequence[Edge], y: float) -> Iterator[_Point]:
    """Yield from where to where the horizontal line at `y` lies inside closed outlines (the nonzero rule)."""
    crossings = sorted(
        (x1 + (y - y1) * (x2 - x1) / (y2 - y1), 1 if y2 > y1 else -1)
        for x1, y1, x2, y2 in edges
        if (y1 <= y) != (y2 <= y)
    )
    winding, entered = 0, 0.0
    for x, turn in crossings:
        if winding == 0:
            entered = x
        winding += turn
        if winding == 0 and x > entered:
            yield entered, x


def _commands(text: str) -> Iterator[tuple[str, list[float]]]:
    """Yield each command with its numbers; one that is repeated need not be named again."""
    letter, values = "", list[float]()
    for token in _TOKEN.findall(text):
        if token not in _NUMBERS:
            values.append(float(token))
        else:
            letter, values = token, []
        if len(values) == _NUMBERS[letter]:
            yield letter, values
            letter, values = ("L" if letter == "M" else letter), []


def _curve(points: Sequence[_Point], share: float) -> _Point:
    """Return the point of a Bézier curve at a share of its way (de Casteljau)."""
    while len(points) > 1:
        points = [(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share) for (x1, y1), (x2, y2) in itertools.pairwise(points)]
    return points[0]

"""Which parts of a line lie inside an outline, judged by figures whose answer is known."""

from __future__ import annotations

import itertools
import math

import pytest

from mizuhiki.documents.outlines import inside, straight_edges

SQUARE = "M0 0L10 0L10 10L0 10Z"


@pytest.mark.parametrize(
    ("commands", "y", "expected"),
    [
        (SQUARE, 5.0, [(0.0, 10.0)]),
        ("M0 0H10V10H0Z", 5.0, [(0.0, 10.0)]),
        ("M0 0 10 0 10 10 0 10Z", 5.0, [(0.0, 10.0)]),
        (SQUARE, 11.0, []),
        (SQUARE, -0.5, []),
        # A hole runs the other way round; a part that runs the same way round lies upon the first.
        (SQUARE + "M3 3L3 7L7 7L7 3Z", 5.0, [(0.0, 3.0), (7.0, 10.0)]),
        (SQUARE + "M3 3L7 3L7 7L3 7Z", 5.0, [(0.0, 10.0)]),
        (SQUARE + "M20 0L30 0L25 10Z", 5.0, [(0.0, 10.0), (22.5, 27.5)]),
        ("M-1.5-1L1.5-1L0 2Z", 0.5, [(-0.75, 0.75)]),
    ],
)
def test_a_line_lies_inside_where_the_outline_is_filled(
    commands: str, y: float, expected: list[tuple[float, float]]
) -> None:
    assert [pytest.approx(part) for part in inside(straight_edges(commands), y)] == expected


@pytest.mark.parametrize("curve", ["Q1 1 0 1", "C0.5523 0 1 0.4477 1 1"])
def test_a_curve_becomes_pieces_that_begin_and_end_with_it(curve: str) -> None:
    edges = straight_edges(f"M0 0{curve}Z")
    assert len(edges) == 7
    assert edges[0][:2] == edges[-1][2:] == (0.0, 0.0)
    assert all(first[2:] == second[:2] for first, second in itertools.pairwise(edges))


def test_a_round_outline_is_as_wide_as_its_circle() -> None:
    k = 0.5523
    circle = f"M1 0C1 {k} {k} 1 0 1C-{k} 1-1 {k}-1 0C-1-{k}-{k}-1 0-1C{k}-1 1-{k} 1 0Z"
    ((left, right),) = inside(straight_edges(circle), 0.6)
    assert (left, right) == pytest.approx((-0.8, 0.8), abs=0.02)
    assert math.isclose(-left, right, abs_tol=1e-6)

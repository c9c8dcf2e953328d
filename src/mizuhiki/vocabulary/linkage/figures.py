"""How often linkage was used in 2018: in all, a week, by kind and by procedure (R-230, R-232, R-233).

The figures by kind and by procedure are the weights of a realistic mix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mizuhiki.vocabulary.linkage.source import setting

KIND, PROCEDURE, TOTAL, WEEK = "kind", "procedure", "total", "week"


@dataclass(frozen=True, slots=True)
class LinkageFigure:
    """A published count of 2018-01-01 to 2018-12-31; that of a week is the rounded average since that summer."""

    code: str
    name_ja: str
    number: int


def figures(of: str) -> tuple[LinkageFigure, ...]:
    """Return the published figures by `KIND`, `PROCEDURE`, `TOTAL` or `WEEK`, the largest first; empty for others."""
    found = (one for one in setting()["figures"] if one["of"] == of)
    return tuple(LinkageFigure(one["code"], one["name_ja"], one["number"]) for one in found)


def weights(of: str) -> Mapping[str, int]:
    """Return the figures by code."""
    return {one.code: one.number for one in figures(of)}

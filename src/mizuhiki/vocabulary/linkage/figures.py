"""How often linkage was used in 2018, by kind and by procedure (R-232, R-233), as weights of a realistic mix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mizuhiki.vocabulary.linkage.source import setting

KIND, PROCEDURE = "kind", "procedure"


@dataclass(frozen=True, slots=True)
class LinkageFigure:
    """A published count of inquiries of 2018-01-01 to 2018-12-31."""

    code: str
    name_ja: str
    number: int


def figures(of: str) -> tuple[LinkageFigure, ...]:
    """Return the published figures by `KIND` or by `PROCEDURE`, the largest first; empty for anything else."""
    found = (one for one in setting()["figures"] if one["of"] == of)
    return tuple(LinkageFigure(one["code"], one["name_ja"], one["number"]) for one in found)


def weights(of: str) -> Mapping[str, int]:
    """Return the figures by code."""
    return {one.code: one.number for one in figures(of)}

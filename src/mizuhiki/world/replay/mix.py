"""What was asked in 2018, as far as bodies of the demo country can ask it of each other (R-230 … R-233).

The published figures give kinds and procedures each for itself; a line draws both independently. A replay has three
municipalities and their servers, as its people are theirs: kinds that insurers and employment offices provide are left
out, and the report says what share that is. Of the five procedures the statute table can permit one by name to these
bodies; in the place of each other one, with its weight, stands a municipal procedure that asks for the same kinds,
because a procedure that no row lists is refused and not replayed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from mizuhiki.vocabulary.linkage import weights

Weighed = TypeVar("Weighed")

INQUIRIES_2018, PROVISIONS_2018 = (weights("total")[one] for one in ("inquiries", "provisions"))
PROVISIONS_OF_A_WEEK = weights("week")["provisions"]
"""As published, the average since the summer of 2018, about."""
REPLAYED = ("local-tax", "resident-record")
KINDS = {kind: number for kind, number in weights("kind").items() if kind in REPLAYED}
"""地方税, 住民基本台帳."""
KINDS_LEFT_OUT = {kind: number for kind, number in weights("kind").items() if kind not in REPLAYED}
_PUBLISHED = weights("procedure")
PROCEDURES = {
    ("child-allowance", "child-allowance.claim"): _PUBLISHED["child-allowance"],
    ("public-housing", "public-housing.application"): _PUBLISHED["local-tax-assessment"],
    ("long-term-care-insurance", "long-term-care-insurance.premium-reduction"): _PUBLISHED["national-health-insurance"],
    ("child-rearing-allowance", "child-rearing-allowance.claim"): _PUBLISHED["student-loans"],
    ("disability-services", "disability-services.application"): _PUBLISHED["designated-diseases"],
}
"""児童手当 itself; in the places of 地方税賦課, 国保, 学資 and 指定難病, the four others in this order."""
PROCEDURES_AS_PUBLISHED = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one line asks for."""

    affair: str
    procedure: str
    kind: str


def draw(point_of_kind: float, point_of_procedure: float) -> Drawn:
    """Return what stands at two points in [0, 1) of the published figures."""
    affair, procedure = _at(PROCEDURES, point_of_procedure)
    return Drawn(affair, procedure, _at(KINDS, point_of_kind))


def _at(weights: Mapping[Weighed, int], point: float) -> Weighed:
    wanted = point * sum(weights.values())
    chosen = next(iter(weights))
    for chosen, weight in weights.items():  # noqa: B007 - the last one is taken where rounding runs past the end
        wanted -= weight
        if wanted < 0:
            break
    return chosen


def share_covered() -> tuple[float, float]:
    """Return which share of the published top kinds is replayed, and which of the top procedures under its own name."""
    kinds, weights = sum(KINDS.values()), list(PROCEDURES.values())
    return (
        kinds / (kinds + sum(KINDS_LEFT_OUT.values())),
        sum(weights[:PROCEDURES_AS_PUBLISHED]) / sum(weights),
    )


def inquiries_of_a_week() -> int:
    """Return how many inquiries the published week of provisions takes, by the share of 2018 that was answered."""
    return round(PROVISIONS_OF_A_WEEK * INQUIRIES_2018 / PROVISIONS_2018)

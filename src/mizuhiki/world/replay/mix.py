"""What was asked in 2018, as far as bodies of the demo country can ask it of each other (R-230 … R-233).

The published figures give kinds and procedures each for itself; a line draws both independently. Kinds and procedures
of bodies that the demo country does not have (insurers, employment offices, student services, prefectures' aid for
rare diseases) are left out, and the report says what share of the published figures that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

Weighed = TypeVar("Weighed")

INQUIRIES_2018 = 6_668_350
PROVISIONS_2018 = 6_247_055
KINDS = {"local-tax": 5_459_546, "resident-record": 414_691}
"""地方税, 住民基本台帳."""
KINDS_LEFT_OUT = {"medical-insurance": 233_922, "long-term-care": 23_214, "unemployment-benefit": 19_971}
PROCEDURES = {
    ("local-tax", "local-tax.assessment"): 1_183_758,
    ("child-allowance", "child-allowance.claim"): 1_118_736,
    ("national-health-insurance", "national-health-insurance.premium"): 1_022_127,
}
PROCEDURES_LEFT_OUT = {"student-loans": 638_048, "rare-diseases": 414_868}


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
    """Return which share of the published top kinds and top procedures the replay draws from."""
    kinds, procedures = sum(KINDS.values()), sum(PROCEDURES.values())
    return (
        kinds / (kinds + sum(KINDS_LEFT_OUT.values())),
        procedures / (procedures + sum(PROCEDURES_LEFT_OUT.values())),
    )

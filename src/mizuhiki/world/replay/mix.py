"""What was asked in 2018, as far as the law as coded lets bodies of the demo country ask it (R-230 … R-233).

A combination is replayed if a row of the statute table lists its procedure. Of the five published kinds that are three,
地方税, 住民基本台帳 and 雇用保険給付: rows about 医療保険 and 介護保険 stand in the table and list no procedure, since
the columns of the ministerial order were not available, so whoever asks is refused. Of the five published procedures
it is two, 児童手当 and 学資. Rows of 地方税賦課, 国保 and 指定難病 list none either; in the place of each one, with its
weight, stands a municipal procedure that asks for the same kinds. The report says both shares.

The published figures give kinds and procedures each for itself, and so are both drawn here: all lines together have
every kind and every procedure as often as published. Which procedure asked for which kind was not published. It cannot
be left to chance alone: no row with a procedure lets student aid ask for a resident record, and of the five procedures
drawn here it alone may ask for unemployment benefits. So those benefits are all student aid's, 児童手当 asks for
resident records as often as all lines together do, and the records that student aid does not ask for fall to the three
procedures that stand in for others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from mizuhiki.vocabulary.linkage import weights

Weighed = TypeVar("Weighed")
Procedure = tuple[str, str]
"""An affair and one of its procedures."""

INQUIRIES_2018, PROVISIONS_2018 = (weights("total")[one] for one in ("inquiries", "provisions"))
PROVISIONS_OF_A_WEEK = weights("week")["provisions"]
"""As published, the average since the summer of 2018, about."""
LOCAL_TAX, UNEMPLOYMENT, RESIDENTS = REPLAYED = ("local-tax", "unemployment-benefit", "resident-record")
KINDS = {kind: weights("kind")[kind] for kind in REPLAYED}
"""地方税, 雇用保険給付, 住民基本台帳."""
KINDS_LEFT_OUT = {kind: number for kind, number in weights("kind").items() if kind not in REPLAYED}
_PUBLISHED = weights("procedure")
CHILD_ALLOWANCE = ("child-allowance", "child-allowance.claim")
STUDENT_AID = ("student-aid", "student-aid.application")
PROCEDURES = {
    CHILD_ALLOWANCE: _PUBLISHED["child-allowance"],
    STUDENT_AID: _PUBLISHED["student-loans"],
    ("public-housing", "public-housing.application"): _PUBLISHED["local-tax-assessment"],
    ("long-term-care-insurance", "long-term-care-insurance.premium-reduction"): _PUBLISHED["national-health-insurance"],
    ("disability-services", "disability-services.application"): _PUBLISHED["designated-diseases"],
}
"""児童手当 and 学資 themselves; in the places of 地方税賦課, 国保 and 指定難病, the three others in this order."""
PROCEDURES_AS_PUBLISHED = (CHILD_ALLOWANCE, STUDENT_AID)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one line asks for."""

    affair: str
    procedure: str
    kind: str


def draw(point_of_kind: float, point_of_procedure: float) -> Drawn:
    """Return what stands at two points in [0, 1): a kind, and one of the procedures that ask for it."""
    kind = _at(KINDS, point_of_kind)
    affair, procedure = _at(ASKED_TOGETHER[kind], point_of_procedure)
    return Drawn(affair, procedure, kind)


def _at(weights: Mapping[Weighed, float], point: float) -> Weighed:
    wanted = point * sum(weights.values())
    chosen = next(iter(weights))
    for chosen, weight in weights.items():  # noqa: B007 - the last one is taken where rounding runs past the end
        wanted -= weight
        if wanted < 0:
            break
    return chosen


def _shares(weights: Mapping[Weighed, int]) -> dict[Weighed, float]:
    return {one: weight / sum(weights.values()) for one, weight in weights.items()}


def _asked_together() -> dict[str, dict[Procedure, float]]:
    """Return which share of all lines asks for a kind in a procedure; sums by kind and by procedure are published."""
    kinds, procedures = _shares(KINDS), _shares(PROCEDURES)
    standing_in = {one: share for one, share in procedures.items() if one not in PROCEDURES_AS_PUBLISHED}
    residents = {CHILD_ALLOWANCE: kinds[RESIDENTS] * procedures[CHILD_ALLOWANCE]}
    left = kinds[RESIDENTS] - residents[CHILD_ALLOWANCE]
    residents |= {one: left * share / sum(standing_in.values()) for one, share in standing_in.items()}
    unemployment = {STUDENT_AID: kinds[UNEMPLOYMENT]}
    tax = {one: share - residents.get(one, 0.0) - unemployment.get(one, 0.0) for one, share in procedures.items()}
    return {LOCAL_TAX: tax, UNEMPLOYMENT: unemployment, RESIDENTS: residents}


ASKED_TOGETHER = _asked_together()
"""By kind the procedures that ask for it, with their shares of all lines."""


def share_covered() -> tuple[float, float]:
    """Return which share of the published top kinds is replayed, and which of the top procedures under its own name."""
    published = sum(PROCEDURES[one] for one in PROCEDURES_AS_PUBLISHED)
    return sum(KINDS.values()) / sum(weights("kind").values()), published / sum(PROCEDURES.values())


def inquiries_of_a_week() -> int:
    """Return how many inquiries the published week of provisions takes, by the share of 2018 that was answered."""
    return round(PROVISIONS_OF_A_WEEK * INQUIRIES_2018 / PROVISIONS_2018)

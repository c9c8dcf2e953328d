"""The part of the minimum standard of livelihood aid that is coded (生活保護法による保護の基準 別表第1; R-239).

Class 1 by age and class 2 by size of the household, for two of the six classes of places, from 2020-10-01 to
2023-09-30: the second set of amounts, but never less than 0.855 of the first (昭和38年厚生省告示158号 as published for
2020-10; amounts of the first class 1 agree with two published tables, the rest with one). Transitional and other
additions, other places and other days are not coded: the caseworker computes them from the notice, and this is the
least that the caseworker's figure may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

VALID_FROM, VALID_UNTIL = date(2020, 10, 1), date(2023, 9, 30)
LARGEST_CODED = 5
TEN = 10
LEAST_OF_FIRST = Decimal("0.855")
FIRST_RATES = (Decimal(1), Decimal(1), Decimal(1), Decimal("0.95"), Decimal("0.9"))
SECOND_RATES = (Decimal(1), Decimal("0.8548"), Decimal("0.7151"), Decimal("0.601"), Decimal("0.5683"))
"""By size of the household (逓減率)."""
_AGES = (3, 6, 12, 18, 20, 41, 60, 65, 70, 75)
"""The first age above each step but the last."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Amounts of one class of places: class 1 by step of age, class 2 by size; the first set and the second."""

    by_age: tuple[tuple[int, ...], tuple[int, ...]]
    by_size: tuple[tuple[int, ...], tuple[int, ...]]


PLACES = {
    "1-1": _Place(
        (
            (21_820, 27_490, 35_550, 43_910, 43_910, 42_020, 39_840, 37_670, 37_670, 33_750, 33_750),
            (44_630, 44_630, 45_640, 47_750, 47_420, 47_420, 47_420, 47_420, 45_330, 45_330, 40_920),
        ),
        ((45_320, 50_160, 55_610, 57_560, 58_010), (28_890, 42_420, 47_060, 49_080, 49_110)),
    ),
    "1-2": _Place(
        (
            (20_830, 26_260, 33_950, 41_940, 41_940, 40_140, 38_050, 35_980, 35_980, 32_470, 32_470),
            (43_330, 43_330, 44_320, 46_350, 46_030, 46_030, 46_030, 46_030, 44_000, 44_000, 39_730),
        ),
        ((43_280, 47_910, 53_110, 54_970, 55_430), (27_690, 40_660, 45_110, 47_040, 47_070)),
    ),
}
PLACE_CLASSES = ("1-1", "1-2", "2-1", "2-2", "3-1", "3-2")


def least_livelihood_yen(place_class: str, ages: Sequence[int], day: date) -> int | None:
    """Return the least livelihood aid a month for people of `ages`; None where it is not coded."""
    place = PLACES.get(place_class)
    if place is None or not VALID_FROM <= day <= VALID_UNTIL or not 1 <= len(ages) <= LARGEST_CODED:
        return None
    first = _amount(place, 0, ages, FIRST_RATES) * LEAST_OF_FIRST
    return int((max(first, _amount(place, 1, ages, SECOND_RATES)) / TEN).quantize(Decimal(1), ROUND_CEILING)) * TEN


def _amount(place: _Place, which: int, ages: Sequence[int], rates: Sequence[Decimal]) -> Decimal:
    steps = (sum(age >= limit for limit in _AGES) for age in ages)
    people = sum(place.by_age[which][step] for step in steps)
    return people * rates[len(ages) - 1] + place.by_size[which][len(ages) - 1]

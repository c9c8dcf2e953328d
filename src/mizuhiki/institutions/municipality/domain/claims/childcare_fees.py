"""The highest monthly fee for childcare by municipal tax (子ども・子育て支援法施行令4条, 9条, 13条, 14条; R-234).

Free for children from three on since 2019-10-01, and below three for untaxed households (幼児教育・保育の無償化).
The limits of the tiers agree with what towns publish (such as 南知多町 2019, 八幡平市). The amounts are the national
highest amounts as published by the Cabinet Office for 2018 and 2019; coded 2026-11, not confirmed against the source.
Our invented city charges just these.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

FREE_SINCE = date(2019, 10, 1)
SEPTEMBER = 9
FAVOURED_BELOW_YEN = 77_101
"""Below this levy, a household with one parent or a disabled member pays less (要保護者等, 施行令4条)."""
SIDE_DISHES_BELOW_YEN = 57_700
SECOND, THIRD = 2, 3
"""Places among the children: half the fee, and none."""
ASSISTED, UNTAXED, FIRST_TAXED = 1, 2, 3
"""Tiers (階層); from the third on they follow the levy."""


class NeedClass(enum.StrEnum):
    """The classes of 法19条: education from three on, care from three on, care below three."""

    EDUCATION = "1"
    CARE_FROM_THREE = "2"
    CARE_BELOW_THREE = "3"


class Hours(enum.StrEnum):
    """Hours of care: up to eleven or eight a day (施行規則4条); none for education."""

    STANDARD = "standard"
    SHORT = "short"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Means:
    """What the fee follows from; `levy_yen` is None where somebody's income is not declared.

    `favoured` is a household with one parent or a disabled member; `child_place` counts from 1, the eldest.
    """

    levy_yen: int | None
    untaxed: bool
    assisted: bool
    favoured: bool
    child_place: int


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee a month, the tier it follows from and the code of the rule."""

    tier: int
    yen: int
    rule: str


_EDUCATION_LIMITS = (77_101, 211_201)
_CARE_LIMITS = (48_600, 97_000, 169_000, 301_000, 397_000)
_EDUCATION = (0, 3_000, 10_100, 20_500, 25_700)
_FROM_THREE = {
    Hours.STANDARD: (0, 6_000, 16_500, 27_000, 41_500, 58_000, 77_000, 101_000),
    Hours.SHORT: (0, 6_000, 16_300, 26_600, 40_900, 57_100, 75_800, 99_400),
}
_BELOW_THREE = {
    Hours.STANDARD: (0, 9_000, 19_500, 30_000, 44_500, 61_000, 80_000, 104_000),
    Hours.SHORT: (0, 9_000, 19_300, 29_600, 43_900, 60_100, 78_800, 102_400),
}
_FAVOURED = {NeedClass.EDUCATION: 3_000, NeedClass.CARE_FROM_THREE: 6_000, NeedClass.CARE_BELOW_THREE: 9_000}


def fee_tax_year(day: date) -> int:
    """Return the fiscal year of the tax that counts: from September on this year's, before it last year's."""
    return day.year if day.month >= SEPTEMBER else day.year - 1


def tier_of(need_class: NeedClass, means: Means) -> int:
    """Return the tier: 1 on public assistance, 2 untaxed, then by the levy; not declared counts as the highest."""
    if means.assisted:
        return ASSISTED
    if means.untaxed or (need_class is NeedClass.EDUCATION and means.levy_yen == 0):
        return UNTAXED
    limits = _EDUCATION_LIMITS if need_class is NeedClass.EDUCATION else _CARE_LIMITS
    if means.levy_yen is None:
        return len(limits) + FIRST_TAXED
    return FIRST_TAXED + sum(means.levy_yen >= limit for limit in limits)


def monthly_fee(need_class: NeedClass, hours: Hours, means: Means, day: date, *, below_three: bool) -> Fee:
    """Return the fee; `below_three` holds to the March after the third birthday, whatever the class by then."""
    tier = tier_of(need_class, means)
    if day >= FREE_SINCE and not below_three:
        return Fee(tier, 0, "free-from-three")
    if day >= FREE_SINCE and tier < FIRST_TAXED:
        return Fee(tier, 0, "free-untaxed")
    paid_as = NeedClass.CARE_BELOW_THREE if below_three else need_class
    yen = _table(paid_as, hours)[tier - 1]
    if means.favoured and means.levy_yen is not None and means.levy_yen < FAVOURED_BELOW_YEN:
        favoured = 0 if tier < FIRST_TAXED or means.child_place >= SECOND else _FAVOURED[paid_as]
        return Fee(tier, min(yen, favoured), "fee-favoured")
    if means.child_place >= THIRD:
        return Fee(tier, 0, "fee-third-child")
    if means.child_place == SECOND:
        return Fee(tier, yen // 2, "fee-second-child")
    return Fee(tier, yen, "fee-not-declared" if means.levy_yen is None and not means.untaxed else "fee-by-levy")


def _table(need_class: NeedClass, hours: Hours) -> tuple[int, ...]:
    if need_class is NeedClass.EDUCATION:
        return _EDUCATION
    return (_FROM_THREE if need_class is NeedClass.CARE_FROM_THREE else _BELOW_THREE)[hours]


def side_dishes_free(need_class: NeedClass, means: Means, day: date) -> bool:
    """Say whether side dishes are free for a child whose care is (施行令; 特定教育・保育施設の運営基準13条4項3号)."""
    if day < FREE_SINCE:
        return False
    if means.assisted or means.untaxed or means.child_place >= THIRD:
        return True
    if means.levy_yen is None:
        return False
    wider = means.favoured or need_class is NeedClass.EDUCATION
    return means.levy_yen < (FAVOURED_BELOW_YEN if wider else SIDE_DISHES_BELOW_YEN)

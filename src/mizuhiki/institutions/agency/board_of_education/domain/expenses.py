"""Which expenses are borne, for which pupils, in which part (特別支援学校への就学奨励に関する法律2条1項).

The Act names the expenses and for which departments of the school they are borne; the nursery department and the
advanced course are not among them. Shares follow the category of the household:

- School meals and life in the dormitory: whole, half, nothing. As in the ministry's table for fiscal 2003
  (特殊教育就学奨励費負担金等対象経費一覧).
- Textbooks of the upper secondary department: whole in every category, as there.
- Travel, school trips and school things: as published for pupils of special classes (whole, whole, half for travel;
  nothing else in category III). For schools the ministry's table tells travel apart further, by grade and
  impairment: as published; not confirmed against the source.

The ministry's ceilings change every year and are not coded: a school's account states amounts within them.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from fractions import Fraction


class Stage(enum.StrEnum):
    """Departments of a special needs school (学校教育法76条)."""

    ELEMENTARY = "elementary"
    LOWER_SECONDARY = "lower-secondary"
    UPPER_SECONDARY = "upper-secondary"


class Category(enum.StrEnum):
    """支弁区分 of a household by its income against its need."""

    FIRST = "1"
    SECOND = "2"
    THIRD = "3"


class Item(enum.StrEnum):
    """Expenses in the order of the Act's items 1 to 6; travel in its three parts."""

    TEXTBOOKS = "textbooks"
    MEALS = "school-meals"
    COMMUTING = "commuting"
    VISITS_HOME = "visits-home"
    ATTENDANT = "attendant"
    DORMITORY = "dormitory"
    SCHOOL_TRIP = "school-trip"
    SCHOOL_THINGS = "school-things"


_COMPULSORY = frozenset(Item) - {Item.TEXTBOOKS}
_UPPER = frozenset(Item) - {Item.ATTENDANT, Item.SCHOOL_THINGS}
BORNE = {Stage.ELEMENTARY: _COMPULSORY, Stage.LOWER_SECONDARY: _COMPULSORY, Stage.UPPER_SECONDARY: _UPPER}
"""Items 2 to 6 in the elementary and lower secondary departments, 1 to 5 without the attendant in the upper one."""
IN_DORMITORY = frozenset({Item.VISITS_HOME, Item.DORMITORY})
"""Of pupils who live in the school's dormitory only; they do not commute."""
_WHOLE, _HALF, _NOTHING = Fraction(1), Fraction(1, 2), Fraction(0)
_FALLING = (_WHOLE, _HALF, _NOTHING)
_TRAVEL = (_WHOLE, _WHOLE, _HALF)
_SHARES: Mapping[Item, tuple[Fraction, Fraction, Fraction]] = {
    Item.TEXTBOOKS: (_WHOLE, _WHOLE, _WHOLE),
    Item.MEALS: _FALLING,
    Item.COMMUTING: _TRAVEL,
    Item.VISITS_HOME: _TRAVEL,
    Item.ATTENDANT: _TRAVEL,
    Item.DORMITORY: _FALLING,
    Item.SCHOOL_TRIP: _FALLING,
    Item.SCHOOL_THINGS: _FALLING,
}


def borne(stage: Stage, category: Category, *, dormitory: bool) -> tuple[Item, ...]:
    """Return the expenses of which a part is borne, in the order of the Act."""
    without = {Item.COMMUTING} if dormitory else IN_DORMITORY
    return tuple(item for item in Item if item in BORNE[stage] - without and share(item, category))


def share(item: Item, category: Category) -> Fraction:
    """Return the part of an expense that is borne."""
    return _SHARES[item][list(Category).index(category)]


def borne_yen(item: Item, category: Category, recognised_yen: int) -> int:
    """Return the part of an amount that is borne, in whole yen; fractions of a yen are dropped."""
    return int(recognised_yen * share(item, category))

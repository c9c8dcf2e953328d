"""Foreign residents: for whom the register makes a record and what it states (住基法30条の45; R-041, R-042, R-045).

Categories by the Act's table. Whom the Immigration Act gives no residence card (入管法19条の3): stays of three months
or less, temporary visitors, diplomats, officials. Nobody was registered before 2012-07-09; network and card followed on
2013-07-08, to which the provisions were deferred.
"""

from __future__ import annotations

from datetime import date, timedelta

from mizuhiki.institutions.municipality.domain.events.errors import (
    ItemImpossible,
    NotRegistrable,
    ResidenceItemsIncomplete,
)
from mizuhiki.institutions.municipality.domain.residents import JAPANESE
from mizuhiki.vocabulary.persons import ResidenceCategory, ResidenceStatus, is_nationality

REGISTERED_FROM = date(2012, 7, 9)
NETWORK_FROM = date(2013, 7, 8)
TRANSITION_DAYS = 60
"""Born here, or having lost Japanese nationality, one may stay 60 days without a status (入管法22条の2)."""
WITHOUT_CARD = frozenset({"短期滞在", "外交", "公用"})
PERMANENT = "永住者"
SHORT_PERIODS = frozenset({"90日", "30日", "15日", "3月", "三月", "3か月", "三か月"})
_TRANSITIONAL = frozenset({ResidenceCategory.BIRTH_TRANSITIONAL, ResidenceCategory.NATIONALITY_LOSS_TRANSITIONAL})


def require_notifiable(residence: ResidenceStatus | None) -> None:
    """Check that becoming a resident is notified for this status (30条の46, 30条の47).

    Both articles leave out who may stay 60 days after birth or after having lost Japanese nationality: the register
    learns of them by the notices of the Family Register Act.

    Raises:
        NotRegistrable: rule `japanese-national` or `transitional-is-not-notified`.
    """
    if residence is None or residence.nationality == JAPANESE:
        raise NotRegistrable(rule="japanese-national")
    if residence.category in _TRANSITIONAL:
        raise NotRegistrable(rule="transitional-is-not-notified")


def network_applies(nationality: str, day: date) -> bool:
    """Whether identification information of a resident goes up the network on a day (R-045)."""
    return nationality == JAPANESE or day >= NETWORK_FROM


def transition_ends(happened_on: date) -> date:
    """Return the last day somebody may stay without a status after birth or loss of nationality."""
    return happened_on + timedelta(days=TRANSITION_DAYS)


def require_registrable(residence: ResidenceStatus, day: date) -> None:
    """Check that a record is made for this status on `day` and that every item of its category is there.

    Raises:
        NotRegistrable: before 2012-07-09, without a card by law, Japanese, or the stay has ended.
        ResidenceItemsIncomplete: naming the item.
        ItemImpossible: there is no such nationality or region.
    """
    if day < REGISTERED_FROM:
        raise NotRegistrable(rule="before-2012-07-09")
    if residence.nationality == JAPANESE:
        raise NotRegistrable(rule="japanese-national")
    if not residence.nationality.strip():
        raise ResidenceItemsIncomplete(item="nationality")
    if not is_nationality(residence.nationality):
        raise ItemImpossible(item="nationality")
    if residence.stay_until is not None and residence.stay_until < day:
        raise NotRegistrable(rule="stay-ended")
    if residence.category is ResidenceCategory.MID_TO_LONG_TERM:
        _require_card_holder(residence)
    elif residence.category is ResidenceCategory.SPECIAL_PERMANENT:
        _require(residence.card_number is not None, "card_number")
        if residence.stay_until is not None:
            raise NotRegistrable(rule="special-permanent-has-no-period")
    else:
        _require(residence.stay_until is not None, "stay_until")
        if residence.category in _TRANSITIONAL and residence.stay_until != transition_ends(residence.resident_since):
            raise NotRegistrable(rule="transition-of-60-days")


def _require_card_holder(residence: ResidenceStatus) -> None:
    _require(bool(residence.status.strip()), "status")
    if residence.status in WITHOUT_CARD:
        raise NotRegistrable(rule="status-without-residence-card")
    if residence.period in SHORT_PERIODS:
        raise NotRegistrable(rule="stay-of-three-months-or-less")
    _require(residence.card_number is not None, "card_number")
    if residence.status == PERMANENT:
        if residence.stay_until is not None:
            raise NotRegistrable(rule="permanent-resident-has-no-period")
        return
    _require(bool(residence.period.strip()), "period")
    _require(residence.stay_until is not None, "stay_until")


def _require(fulfilled: bool, item: str) -> None:  # noqa: FBT001 - a condition is what this checks
    if not fulfilled:
        raise ResidenceItemsIncomplete(item=item)

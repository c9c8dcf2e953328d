"""Re-issue of a notification card: reasons, fee by ordinance, national subsidy (R-125, R-185 to R-188).

The re-issue reasons and the subsidy follow the annex of the ministry's letter of 2015-04-17 (省令11条).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.notice_forms import require_cards_in_force
from mizuhiki.institutions.municipality.domain.notices import NoticeState

STANDARD_FEE_YEN = 500
"""Cost of the form (通知カードの再発行手数料); a municipality may set another fee by ordinance, or none."""


class ReissueReason(enum.StrEnum):
    """Why a person needs another notification card."""

    LOST_OR_DAMAGED = "lost-or-damaged"
    LOST_OR_DAMAGED_BY_OFFICE = "lost-or-damaged-by-office"
    """Lost or damaged by a fault of a municipality or the card maker."""
    ENDORSEMENTS_FULL = "endorsements-full"
    AFTER_SURRENDER = "after-surrender"
    NUMBER_OR_CODE_CHANGED = "number-or-code-changed"
    WRONG_DELIVERY = "wrong-delivery-by-office"
    RETURNED_FROM_ABROAD = "surrendered-on-moving-abroad"
    KEEPING_PERIOD_ENDED = "keeping-period-ended"
    """The returned card was disposed of after three months (R-125)."""


_SUBSIDISED = frozenset(
    {
        ReissueReason.LOST_OR_DAMAGED_BY_OFFICE,
        ReissueReason.ENDORSEMENTS_FULL,
        ReissueReason.NUMBER_OR_CODE_CHANGED,
        ReissueReason.WRONG_DELIVERY,
        ReissueReason.RETURNED_FROM_ABROAD,
    }
)

_LOST = frozenset({ReissueReason.LOST_OR_DAMAGED, ReissueReason.LOST_OR_DAMAGED_BY_OFFICE})
_AFTER_SURRENDER = frozenset(
    {
        ReissueReason.ENDORSEMENTS_FULL,
        ReissueReason.AFTER_SURRENDER,
        ReissueReason.NUMBER_OR_CODE_CHANGED,
        ReissueReason.WRONG_DELIVERY,
        ReissueReason.RETURNED_FROM_ABROAD,
    }
)


def reasons_after(state: NoticeState, *, expired: bool) -> frozenset[ReissueReason]:
    """Return the reasons a card can be issued again for, by the end that the last one came to; none while it lives."""
    if state is NoticeState.LOST:
        return _LOST
    if state is NoticeState.SURRENDERED:
        return _AFTER_SURRENDER
    if state in {NoticeState.RETURN_REGISTERED, NoticeState.DISPOSED} and expired:
        return frozenset({ReissueReason.KEEPING_PERIOD_ENDED})
    return frozenset()


@dataclass(frozen=True, slots=True)
class ReissueCost:
    """Who bears a re-issue: the person's fee in yen, and whether the state subsidises the cost."""

    fee_yen: int
    subsidised: bool


def reissue_cost(reason: ReissueReason, day: date, ordinance_fee_yen: int = STANDARD_FEE_YEN) -> ReissueCost:
    """Return what a re-issue on `day` costs; who is subsidised pays nothing.

    Raises:
        NotificationCardAbolished: cards are no longer issued.
    """
    require_cards_in_force(day)
    if reason in _SUBSIDISED:
        return ReissueCost(0, subsidised=True)
    return ReissueCost(ordinance_fee_yen, subsidised=False)

"""Where a certificate's key lives, and from which day the law allows each carrier and holder (R-210, R-211).

A carrier row without a predecessor means: before `since` an application is refused by the rule's name.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.jpki.domain.errors import CarrierNotYetLawful, HolderAbroadNotYetLawful

ABROAD_KEEPS = date(2024, 5, 27)
"""From this day a holder who moves abroad keeps the card and may have certificates (令和元年法律16号; R-210)."""


class Carrier(enum.StrEnum):
    """What holds the private key: the card's chip, or the secure element of a phone (移動端末設備)."""

    CARD = "card"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class CarrierRow:
    """From `since` certificates on `carrier` are issued on the basis named."""

    carrier: Carrier
    since: date
    basis: str


CARRIERS = (
    CarrierRow(Carrier.CARD, date(2016, 1, 1), "公的個人認証法3条, 22条"),
    CarrierRow(Carrier.PHONE, date(2023, 5, 11), "公的個人認証法16条の2, 35条の2"),
)


def require_carrier(carrier: Carrier, day: date) -> CarrierRow:
    """Return the row that allows a carrier on `day`.

    Raises:
        CarrierNotYetLawful: no rule of that day allows it.
    """
    for row in CARRIERS:
        if row.carrier is carrier and row.since <= day:
            return row
    raise CarrierNotYetLawful(carrier=carrier.value)


def require_holder_abroad(day: date) -> None:
    """Check that somebody in no resident register of Japan may have certificates on `day`.

    Raises:
        HolderAbroadNotYetLawful: before the change of the law.
    """
    if day < ABROAD_KEEPS:
        raise HolderAbroadNotYetLawful(since=ABROAD_KEEPS.isoformat())

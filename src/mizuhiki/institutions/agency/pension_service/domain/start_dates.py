"""From when the pension service may use numbers and take part in linkage (R-036, R-226).

The Act kept the pension service out at first: number use at the latest from 2017-05-31, linkage at the latest from
2017-11-30, each from the day an order names. The table holds the days the system works with: number use from
2017-01-01 as in the table of affairs, linkage from 2019-11-13 as in the statute table, since linkage was prepared from
January 2019 and began only later. A day named by a later order is one more row here.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.agency.pension_service.domain.errors import LinkageNotYet, NumberUseNotYet


class Feature(enum.StrEnum):
    """What begins on a day."""

    NUMBER_USE = "number-use"
    LINKAGE = "linkage"


@dataclass(frozen=True, slots=True)
class StartRow:
    """A feature is in force from `since` on, on the authority cited."""

    feature: Feature
    since: date
    citation: str


STARTS = (
    StartRow(Feature.NUMBER_USE, date(2017, 1, 1), "番号法附則3条の2第1項; R-036: at the latest 平成29年5月31日"),
    StartRow(
        Feature.LINKAGE, date(2019, 11, 13), "番号法附則3条の2第2項; R-036, R-226: after preparation from 2019-01"
    ),
)


def in_force(feature: Feature, day: date) -> bool:
    """Say whether a feature is in force on a day; the first day counts."""
    return any(row.feature is feature and row.since <= day for row in STARTS)


def require_number_use(day: date) -> None:
    """Check that numbers may be used.

    Raises:
        NumberUseNotYet: not on this day.
    """
    if not in_force(Feature.NUMBER_USE, day):
        raise NumberUseNotYet(since=_since(Feature.NUMBER_USE))


def require_linkage(day: date) -> None:
    """Check that linkage may be used.

    Raises:
        LinkageNotYet: not on this day.
    """
    if not in_force(Feature.LINKAGE, day):
        raise LinkageNotYet(since=_since(Feature.LINKAGE))


def _since(feature: Feature) -> str:
    return min(row.since for row in STARTS if row.feature is feature).isoformat()

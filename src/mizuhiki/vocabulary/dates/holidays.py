"""Days on which municipalities are closed, and what they do to a period (地方自治法4条の2; 国民の祝日に関する法律).

A notification that law allows until a day on which the municipality is closed may be made on the next open day (地方
自治法4条の2第4項, third paragraph when it came into force on 1989-01-01; before that day nothing is moved here). Closed
are Saturdays, Sundays, national holidays with their substitutes, and 29 December to 3 January as ordinances have it.
Saturdays became closed days one after the other until 1992; here they are so from the beginning.
"""

from __future__ import annotations

import functools
import math
from datetime import date, timedelta

IN_FORCE_FROM = date(1989, 1, 1)
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_EVER = 9999
_FIXED = (
    # month, day, first year, last year
    (1, 1, 1989, _EVER),
    (1, 15, 1989, 1999),
    (2, 11, 1989, _EVER),
    (2, 23, 2020, _EVER),
    (4, 29, 1989, _EVER),
    (5, 3, 1989, _EVER),
    (5, 4, 2007, _EVER),
    (5, 5, 1989, _EVER),
    (7, 20, 1996, 2002),
    (8, 11, 2016, 2019),
    (8, 11, 2022, _EVER),
    (9, 15, 1989, 2002),
    (10, 10, 1989, 1999),
    (11, 3, 1989, _EVER),
    (11, 23, 1989, _EVER),
    (12, 23, 1989, 2018),
)
_MONDAYS = (
    # month, which Monday, first year, last year; the games of 2020 and 2021 moved two of them
    (1, 2, 2000, _EVER),
    (7, 3, 2003, 2019),
    (7, 3, 2022, _EVER),
    (9, 3, 2003, _EVER),
    (10, 2, 2000, 2019),
    (10, 2, 2022, _EVER),
)
_ONCE = frozenset(
    {
        date(1989, 2, 24),
        date(1990, 11, 12),
        date(1993, 6, 9),
        date(2019, 5, 1),
        date(2019, 10, 22),
        date(2020, 7, 23),
        date(2020, 7, 24),
        date(2020, 8, 10),
        date(2021, 7, 22),
        date(2021, 7, 23),
        date(2021, 8, 8),
    }
)
_VERNAL, _AUTUMNAL, _TROPICAL, _EPOCH = 20.8431, 23.2488, 0.242194, 1980
"""The days of the equinoxes as the almanac is reckoned; right for 1980 to 2099, announced each February before."""


def _equinox(year: int, first: float) -> int:
    return math.floor(first + _TROPICAL * (year - _EPOCH) - (year - _EPOCH) // 4)


def _monday(year: int, month: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7 + 7 * (which - 1))


@functools.lru_cache(maxsize=256)
def _named(year: int) -> frozenset[date]:
    fixed = {date(year, month, day) for month, day, first, last in _FIXED if first <= year <= last}
    moving = {_monday(year, month, which) for month, which, first, last in _MONDAYS if first <= year <= last}
    equinoxes = {date(year, 3, _equinox(year, _VERNAL)), date(year, 9, _equinox(year, _AUTUMNAL))}
    return frozenset(fixed | moving | equinoxes | {day for day in _ONCE if day.year == year})


def national_holidays(year: int) -> frozenset[date]:
    """Return a year's national holidays, those in place of a Sunday (3条2項) and between two (3条3項), from 1989 on."""
    if year < IN_FORCE_FROM.year:
        return frozenset()
    named = _named(year)
    found = set(named)
    for day in named:
        if day.isoweekday() == 7:  # noqa: PLR2004 - Sunday
            substitute = day + _ONE_DAY
            while substitute in named:
                substitute += _ONE_DAY
            found.add(substitute)
    found |= {day + _ONE_DAY for day in named if day + 2 * _ONE_DAY in named}
    return frozenset(found)


def closed(day: date) -> bool:
    """Whether municipalities are closed on a day."""
    new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() >= _SATURDAY or new_year or day in national_holidays(day.year)


def deadline_on_open_day(last: date) -> date:
    """Return the day on which a period that would end on `last` ends: `last`, or the next open day."""
    while last >= IN_FORCE_FROM and closed(last):
        last += _ONE_DAY
    return last

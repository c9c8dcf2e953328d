"""Months as law counts them: from a day to the day that corresponds to it (応当日, 民法143条2項)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

_MONTHS = 12


def months_after(day: date, months: int) -> date:
    """Return the day so many months later, or earlier when negative; the month's last day where it has none such."""
    first = month_after(day, months)
    return first.replace(day=min(day.day, month_end(first).day))


def month_after(day: date, months: int = 1) -> date:
    """Return the first day of the month that lies `months` after that of `day`."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    return date(year, month + 1, 1)


def month_end(day: date) -> date:
    """Return the last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def period_end(first: date, months: int) -> date:
    """Return the last day of a period of whole months that begins with `first` (民法143条2項).

    It is the eve of the day that corresponds to `first`, or the last day of a month that has no such day.
    """
    until = months_after(first, months)
    return until if until.day < first.day else until - timedelta(days=1)

"""Months as pensions count them: a month is its first day (国民年金法11条, 18条)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from mizuhiki.vocabulary.dates import birthday_in

YEAR = 12


def month_of(day: date) -> date:
    """Return the month of a day."""
    return day.replace(day=1)


def plus_months(month: date, months: int) -> date:
    """Return the month so many months later, or earlier."""
    number = month.year * YEAR + month.month - 1 + months
    return date(number // YEAR, number % YEAR + 1, 1)


def months_between(first: date, last: date) -> int:
    """Return how many months lie from `first` up to and without `last`; negative when it is earlier."""
    return (last.year - first.year) * YEAR + last.month - first.month


def months_from(first: date, last: date) -> Iterator[date]:
    """Return the months from the first to the last, both among them; none when the last is earlier."""
    for number in range(months_between(first, last) + 1):
        yield plus_months(month_of(first), number)


def reached(birth: date, age: int) -> date:
    """Return the day on which an age is reached: the eve of the birthday (年齢計算ニ関スル法律)."""
    return birthday_in(birth, birth.year + age) - timedelta(days=1)


def written(months: Iterable[date]) -> str:
    """Return months as text for a claim's facts and terms, in order: ``2019-07,2019-08``."""
    return ",".join(f"{month:%Y-%m}" for month in sorted(months))


def read_months(text: object) -> tuple[date, ...]:
    """Return the months that `written` wrote."""
    return tuple(date.fromisoformat(f"{one}-01") for one in str(text or "").split(",") if one)

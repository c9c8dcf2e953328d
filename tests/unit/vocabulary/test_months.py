"""Months counted from a day to the day that corresponds to it, at the ends of months and years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.vocabulary.dates import month_after, month_end, months_after, period_end

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "months", "corresponds"),
    [
        (date(2019, 8, 31), 6, date(2020, 2, 29)),
        (date(2019, 11, 30), 3, date(2020, 2, 29)),
        (date(2018, 11, 30), 3, date(2019, 2, 28)),
        (date(2019, 11, 15), 1, date(2019, 12, 15)),
        (date(2019, 12, 31), 1, date(2020, 1, 31)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2020, 1, 31), -1, date(2019, 12, 31)),
        (date(2020, 3, 31), -1, date(2020, 2, 29)),
        (date(2020, 5, 15), -5, date(2019, 12, 15)),
        (date(2020, 5, 15), 0, date(2020, 5, 15)),
    ],
)
def test_the_day_that_corresponds_or_the_last_of_a_month_too_short(day: date, months: int, corresponds: date) -> None:
    assert months_after(day, months) == corresponds


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2019, 4, 1), 3, date(2019, 6, 30)),
        (date(2019, 1, 31), 1, date(2019, 2, 28)),
        (date(2019, 1, 29), 1, date(2019, 2, 28)),
        (date(2019, 1, 28), 1, date(2019, 2, 27)),
        (date(2019, 11, 30), 3, date(2020, 2, 29)),
        (date(2019, 12, 31), 2, date(2020, 2, 29)),
        (date(2019, 12, 15), 1, date(2020, 1, 14)),
    ],
)
def test_a_period_ends_on_the_eve_of_that_day_or_with_the_month_that_has_none(
    first: date, months: int, last: date
) -> None:
    assert period_end(first, months) == last


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(-600, 600))
def test_months_are_counted_alike_by_all_four(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + DAY).day == 1)
    assert month_after(day, months) == later.replace(day=1)
    assert (month_end(day) + DAY).day == 1
    assert month_end(day).month == day.month

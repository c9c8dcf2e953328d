"""Closed days against the calendars that the Cabinet Office published for each year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mizuhiki.vocabulary.dates import closed, deadline_on_open_day, national_holidays

PUBLISHED = {
    2003: "1/1 1/13 2/11 3/21 4/29 5/3 5/4 5/5 7/21 9/15 9/23 10/13 11/3 11/23 11/24 12/23",
    2009: "1/1 1/12 2/11 3/20 4/29 5/3 5/4 5/5 5/6 7/20 9/21 9/22 9/23 10/12 11/3 11/23 12/23",
    2015: "1/1 1/12 2/11 3/21 4/29 5/3 5/4 5/5 5/6 7/20 9/21 9/22 9/23 10/12 11/3 11/23 12/23",
    2019: "1/1 1/14 2/11 3/21 4/29 4/30 5/1 5/2 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/23 10/14 10/22 11/3 11/4 11/23",
    2020: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/23 7/24 8/10 9/21 9/22 11/3 11/23",
    2021: "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 11/3 11/23",
    2024: "1/1 1/8 2/11 2/12 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/22 9/23 10/14 11/3 11/4 11/23",
    2026: "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23",
}


@pytest.mark.parametrize("year", sorted(PUBLISHED))
def test_a_years_holidays_are_those_that_were_published(year: int) -> None:
    published = {date(year, *map(int, one.split("/"))) for one in PUBLISHED[year].split()}
    # Substitutes of a Sunday are not told from others in the calendars that were printed.
    assert national_holidays(year) == published


@pytest.mark.parametrize(
    ("last", "until"),
    [
        (date(2019, 12, 16), date(2019, 12, 16)),
        (date(2019, 12, 14), date(2019, 12, 16)),
        (date(2019, 12, 28), date(2020, 1, 6)),
        (date(2019, 4, 27), date(2019, 5, 7)),
        (date(2020, 1, 3), date(2020, 1, 6)),
        (date(2019, 1, 4), date(2019, 1, 4)),
        (date(2019, 12, 27), date(2019, 12, 27)),
        (date(2015, 9, 19), date(2015, 9, 24)),
        (date(1988, 12, 31), date(1988, 12, 31)),
        (date(1989, 1, 1), date(1989, 1, 4)),
    ],
)
def test_a_period_ends_on_the_next_open_day(last: date, until: date) -> None:
    assert deadline_on_open_day(last) == until


def test_an_ordinary_week_has_five_open_days() -> None:
    days = [date(2019, 12, 2) + timedelta(days=n) for n in range(7)]
    assert [closed(day) for day in days] == [False] * 5 + [True] * 2

"""Birthdays, ages and fiscal years (年齢計算ニ関スル法律; 民法143条; 会計法11条, 地方自治法208条)."""

from __future__ import annotations

from datetime import date, timedelta

FISCAL_YEAR_FIRST_MONTH = 4


def birthday_in(birth: date, year: int) -> date:
    """Return the birthday in `year`; for those born on 29 February the last day of February in a common year.

    Civil Code article 143: where the last month has no corresponding day, the period ends on the month's last day.
    """
    try:
        return birth.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def age_on(birth: date, day: date) -> int:
    """Return the age at the beginning of `day` in whole years, as people count: one more from the birthday on.

    Those born on 29 February have it from 1 March of a common year on. Negative before birth.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def legal_age_on(birth: date, day: date) -> int:
    """Return the age reached by the end of `day`, as the law counts: one more on the eve of the birthday.

    The day of birth counts as the first day, so a year is full at midnight of the eve; hence children born on 1 April
    start school with those born in March.
    """
    return age_on(birth, day + timedelta(days=1))


def fiscal_year(day: date) -> int:
    """Return the fiscal year, April to March, that `day` belongs to."""
    return day.year if day.month >= FISCAL_YEAR_FIRST_MONTH else day.year - 1

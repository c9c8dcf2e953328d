"""Amounts of the year (国民年金法27条, 33条, 33条の2, 38条; 厚生年金保険法43条, 44条), from fiscal 2016 to 2024.

Full amounts of 2016 to 2019, 2022 and 2023 were compared with published lists; additions for children and spouses and
the full amounts of 2020, 2021 and 2024 stand as published, not confirmed against the source. Pay is not revalued
(再評価率, which a yearly order sets by year of birth, is not coded), and years before 2016 are not coded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from mizuhiki.institutions.agency.pension_service.domain.errors import AmountNotCoded
from mizuhiki.institutions.agency.pension_service.domain.premiums import WHOLE, Tally
from mizuhiki.vocabulary.dates import fiscal_year

FULL_MONTHS = 480
FIRST_GRADE_FACTOR = Fraction(5, 4)
RATE_BEFORE, RATE_SINCE = Fraction(7125, 1_000_000), Fraction(5481, 1_000_000)
"""Of average remuneration for each month, before and since April 2003 (43条1項; 平成12年法律18号附則20条)."""
OLDER = date(1956, 4, 1)
"""Until this day of birth the amount of those awarded before is paid in fiscal 2023 and 2024 (27条の3)."""
CHILDREN_AT_FULL = 2


@dataclass(frozen=True, slots=True)
class AmountsOfYear:
    """Yen a year; `full_older_yen` of people born until `OLDER`."""

    full_yen: int
    full_older_yen: int
    child_yen: int
    further_child_yen: int
    spouse_yen: int


BY_YEAR = {
    2016: AmountsOfYear(780_100, 780_100, 224_500, 74_800, 390_100),
    2017: AmountsOfYear(779_300, 779_300, 224_300, 74_800, 389_800),
    2018: AmountsOfYear(779_300, 779_300, 224_300, 74_800, 389_800),
    2019: AmountsOfYear(780_100, 780_100, 224_500, 74_800, 390_100),
    2020: AmountsOfYear(781_700, 781_700, 224_900, 75_000, 390_900),
    2021: AmountsOfYear(780_900, 780_900, 224_700, 74_900, 390_500),
    2022: AmountsOfYear(777_800, 777_800, 223_800, 74_600, 388_900),
    2023: AmountsOfYear(795_000, 792_600, 228_700, 76_200, 397_500),
    2024: AmountsOfYear(816_000, 813_700, 234_800, 78_300, 408_100),
}


def amounts_on(day: date) -> AmountsOfYear:
    """Return the amounts of a day's fiscal year.

    Raises:
        AmountNotCoded: none is coded.
    """
    found = BY_YEAR.get(fiscal_year(day))
    if found is None:
        raise AmountNotCoded(year=fiscal_year(day))
    return found


def full_yen(birth: date, day: date) -> int:
    """Return the full basic pension of a person on a day."""
    year = amounts_on(day)
    return year.full_older_yen if birth <= OLDER else year.full_yen


def rounded(yen: Fraction) -> int:
    """Return an amount with half a yen and more rounded up (17条, from 2015-10)."""
    return int(yen + Fraction(1, 2))


def basic_yen(tally: Tally, birth: date, day: date) -> int:
    """Return the old-age basic pension that months come to, never more than the full amount."""
    share = min(Fraction(tally.weight, FULL_MONTHS * WHOLE), Fraction(1))
    return rounded(full_yen(birth, day) * share)


def employees_yen(tally: Tally) -> int:
    """Return the part of the employees' pension in proportion to pay: sum of monthly pay times the rate."""
    return rounded(tally.pay_before_yen * RATE_BEFORE + tally.pay_since_yen * RATE_SINCE)


def disability_yen(grade: int, birth: date, day: date) -> int:
    """Return the disability basic pension of grade 1 or 2."""
    full = full_yen(birth, day)
    return rounded(full * FIRST_GRADE_FACTOR) if grade == 1 else full


def children_yen(children: int, day: date) -> int:
    """Return the addition for so many children."""
    year = amounts_on(day)
    at_full = min(children, CHILDREN_AT_FULL)
    return at_full * year.child_yen + (children - at_full) * year.further_child_yen

"""Need of a household in a year, and the category that its income falls into (就学奨励法施行令2条; R-237).

Income under 1.5 times the need is category I, under 2.5 times category II, else III. The need is measured by the
standard of public assistance as it stood on 31 December 2012 (生活保護法による保護の基準, 昭和38年厚生省告示158号),
which the ministry keeps for this since the standard was lowered in 2013. Coded are class 1 by age and class 2 by size
of the first class of places (1級地-1) and education aid; class 1 to the age of 69 and class 2 agree with a table that
a ward published for the same measure, the rest is as published; not confirmed against the source. Not coded: winter,
housing and other additions. What is left out lowers the need, so that nobody is put into a better category by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from mizuhiki.institutions.agency.board_of_education.domain.errors import SupportNotCoded
from mizuhiki.institutions.agency.board_of_education.domain.expenses import Category
from mizuhiki.vocabulary.dates import legal_age_on

DECREE = "特別支援学校への就学奨励に関する法律施行令2条"
MONTHS = 12
APRIL = 4
FIRST_BELOW, SECOND_BELOW = Fraction(3, 2), Fraction(5, 2)


@dataclass(frozen=True, slots=True)
class NeedStandard:
    """Monthly amounts in yen, for fiscal years `first_year` to `last_year`.

    `by_age` are (age under which it holds, amount), `oldest` holds above; `rates` multiply class 1 of households of so
    many people, the last one of all larger ones. `education` are (first age, age under which it holds, amount).
    """

    first_year: int
    last_year: int
    by_age: tuple[tuple[int, int], ...]
    oldest: int
    by_size: tuple[int, ...]
    each_further: int
    rates: tuple[Fraction, ...]
    education: tuple[tuple[int, int, int], ...]

    def monthly(self, ages: Sequence[int]) -> Fraction:
        """Return the need of one month of people of these ages."""
        people, size = sum(self._first_class(age) for age in ages), len(ages)
        rate = self.rates[min(size, len(self.rates)) - 1]
        further = max(size - len(self.by_size), 0)
        second = self.by_size[min(size, len(self.by_size)) - 1] + further * self.each_further
        lessons = sum(amount for age in ages for first, under, amount in self.education if first <= age < under)
        return people * rate + second + lessons

    def _first_class(self, age: int) -> int:
        return next((amount for under, amount in self.by_age if age < under), self.oldest)


STANDARDS = (
    NeedStandard(
        first_year=2017,
        last_year=2023,
        by_age=((3, 20_900), (6, 26_350), (12, 34_070), (20, 42_080), (41, 40_270), (60, 38_180), (70, 36_100)),
        oldest=32_340,
        by_size=(43_430, 48_070, 53_290, 55_160),
        each_further=440,
        rates=(Fraction(1), Fraction(1), Fraction(1), Fraction(95, 100), Fraction(90, 100)),
        # Basic amount and learning support, elementary and lower secondary school.
        education=((6, 12, 2_150 + 2_560), (12, 15, 4_180 + 4_330)),
    ),
)


def yearly_need_yen(births: Sequence[date], year: int) -> int:
    """Return the need of a household in a fiscal year, by the ages on 1 April; whoever is born later counts as 0.

    Raises:
        SupportNotCoded: no standard of ours holds in that year.
    """
    found = next((one for one in STANDARDS if one.first_year <= year <= one.last_year), None)
    if found is None:
        raise SupportNotCoded(year=year)
    first_day = date(year, APRIL, 1)
    ages = [legal_age_on(birth, first_day) if birth <= first_day else 0 for birth in births]
    return int(MONTHS * found.monthly(ages))


def category_of(income_yen: int, need_yen: int) -> Category:
    """Return the category of an income against a need."""
    if income_yen < need_yen * FIRST_BELOW:
        return Category.FIRST
    if income_yen < need_yen * SECOND_BELOW:
        return Category.SECOND
    return Category.THIRD

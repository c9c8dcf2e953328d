"""Dated rules of the Health Insurance Act: remuneration grades, dependants, shares, ceilings, childbirth.

Each row cites where it is from; a day before the first row is refused, never guessed. Sources: docs/figures.md.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from mizuhiki.institutions.agency.health_insurer.domain.errors import NotADependant, RuleNotInForce
from mizuhiki.vocabulary.dates import birthday_in, legal_age_on, month_after

LATE_ELDERLY_AGE = 75
"""From 75 on people are insured under medical care for late-stage elderly (健康保険法3条1項, 高確法50条)."""
OLDER_AGE = 70
SENIOR_AGE = 60
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Dated:
    """A rule in force from `since` on."""

    since: date
    citation: str


_D = TypeVar("_D", bound=Dated)


def in_force(rows: Sequence[_D], day: date, rule: str) -> _D:
    """Return the newest row in force on a day.

    Raises:
        RuleNotInForce: the table begins later.
    """
    found = [row for row in rows if row.since <= day]
    if not found:
        raise RuleNotInForce(rule=rule, day=day.isoformat())
    return max(found, key=lambda row: row.since)


# --- standard monthly remuneration (標準報酬月額, 40条) ---

_LOWER_STEPS = (
    *(58_000, 68_000, 78_000, 88_000, 98_000, 104_000, 110_000, 118_000, 126_000, 134_000, 142_000, 150_000, 160_000),
    *(170_000, 180_000, 190_000, 200_000, 220_000, 240_000, 260_000, 280_000, 300_000, 320_000, 340_000, 360_000),
    *(380_000, 410_000, 440_000, 470_000, 500_000, 530_000, 560_000, 590_000, 620_000, 650_000, 680_000, 710_000),
    *(750_000, 790_000, 830_000, 880_000, 930_000, 980_000, 1_030_000, 1_090_000, 1_150_000, 1_210_000),
)
_HIGH_FROM, _HIGH_BAND = 1_090_000, 35_000


@dataclass(frozen=True, slots=True)
class GradeTable(Dated):
    """The amounts of the grades, lowest first; grade 1 is the first."""

    amounts: tuple[int, ...]


GRADES = (
    GradeTable(date(2007, 4, 1), "健康保険法40条 (平成18年法律83号): 47 grades", _LOWER_STEPS),
    GradeTable(
        date(2016, 4, 1),
        "健康保険法40条 (平成27年法律31号): 50 grades",
        (*_LOWER_STEPS, 1_270_000, 1_330_000, 1_390_000),
    ),
)


def standard_remuneration(monthly_yen: int, day: date) -> int:
    """Return the standard monthly remuneration: the grade whose band holds the pay.

    Bands meet halfway; from 1,090,000 yen on each begins 35,000 yen below its amount (40条1項の表).
    """
    amounts = in_force(GRADES, day, "grades").amounts
    for amount, following in itertools.pairwise(amounts):
        begins = following - _HIGH_BAND if following >= _HIGH_FROM else (amount + following) // 2
        if monthly_yen < begins:
            return amount
    return amounts[-1]


# --- dependants (被扶養者, 3条7項) ---


class Kin(enum.StrEnum):
    """Relationship to the insured person, in the classes that the Act tells apart."""

    SPOUSE = "spouse"
    CHILD = "child"
    GRANDCHILD = "grandchild"
    ASCENDANT = "ascendant"
    YOUNGER_SIBLING = "younger-sibling"
    ELDER_SIBLING = "elder-sibling"
    OTHER_RELATIVE = "other-relative"


@dataclass(frozen=True, slots=True)
class DependantRule(Dated):
    """Who need not live together, the limits of income in yen a year, and whether residence in Japan is demanded.

    `income_below_young` is for those of 19 to 22 on 31 December of the year, spouses left out.
    """

    apart_allowed: frozenset[Kin]
    income_below: int
    income_below_senior: int
    residence_demanded: bool
    income_below_young: int = 1_300_000

    def limit(self, facts: DependantFacts, birth_date: date, day: date) -> int:
        """Return the income that a dependant stays below."""
        if facts.disabled or legal_age_on(birth_date, day) >= SENIOR_AGE:
            return self.income_below_senior
        if facts.kin is not Kin.SPOUSE and legal_age_on(birth_date, date(day.year, 12, 31)) in _YOUNG:
            return self.income_below_young
        return self.income_below


_CLOSE = frozenset({Kin.SPOUSE, Kin.CHILD, Kin.GRANDCHILD, Kin.ASCENDANT, Kin.YOUNGER_SIBLING})
_LIMITS = (1_300_000, 1_800_000)
_YOUNG = range(19, 23)
DEPENDANT_RULES = (
    DependantRule(
        date(1993, 4, 1), "健康保険法3条7項; 昭和52年4月6日保発9号", _CLOSE, *_LIMITS, residence_demanded=False
    ),
    DependantRule(
        date(2016, 10, 1),
        "健康保険法3条7項 (平成24年法律62号): elder siblings need not live together either",
        _CLOSE | {Kin.ELDER_SIBLING},
        *_LIMITS,
        residence_demanded=False,
    ),
    DependantRule(
        date(2020, 4, 1),
        "健康保険法3条7項 (令和元年法律9号): residence in Japan",
        _CLOSE | {Kin.ELDER_SIBLING},
        *_LIMITS,
        residence_demanded=True,
    ),
    DependantRule(
        date(2025, 10, 1),
        "健康保険法3条7項; 昭和52年4月6日保発9号 (令和7年10月1日から): more income from 19 to 22",
        _CLOSE | {Kin.ELDER_SIBLING},
        *_LIMITS,
        residence_demanded=True,
        income_below_young=1_500_000,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DependantFacts:
    """What the notification of a dependant states (被扶養者(異動)届), besides who it is."""

    kin: Kin
    lives_together: bool
    lives_in_japan: bool
    disabled: bool
    income_yen: int
    remittance_yen: int


def require_dependant(facts: DependantFacts, birth_date: date, insured_income_yen: int, day: date) -> str:
    """Check that a person is a dependant on a day and return the citation of the rule that says so.

    Raises:
        NotADependant: ``late-elderly``, ``residence``, ``living-together``, ``income``, ``half``, ``remittance``.
        RuleNotInForce: the day lies before the table.
    """
    rule = in_force(DEPENDANT_RULES, day, "dependants")
    age = legal_age_on(birth_date, day)
    conditions = (
        ("late-elderly", age < LATE_ELDERLY_AGE),
        ("residence", facts.lives_in_japan or not rule.residence_demanded),
        ("living-together", facts.lives_together or facts.kin in rule.apart_allowed),
        ("income", facts.income_yen < rule.limit(facts, birth_date, day)),
        # Together: under half of the insured person's income; apart: under what is sent (保発9号 1(1), (2)).
        ("half", not facts.lives_together or facts.income_yen * 2 < insured_income_yen),
        ("remittance", facts.lives_together or facts.income_yen < facts.remittance_yen),
    )
    for name, kept in conditions:
        if not kept:
            raise NotADependant(rule=name)
    return rule.citation


# --- shares and ceilings (74条, 110条; 施行令42条) ---

_PRESCHOOL, _GENERAL, _OLDER, _OLDEST = 20, 30, 20, 10
HIGH_EARNER_YEN = 280_000
_TENTH_BORN_UNTIL = date(1944, 4, 1)
"""Who was 70 before April 2014 went on paying a tenth: the state bore the other (70歳代前半の軽減特例措置)."""


def burden_percent(birth_date: date, standard_yen: int, day: date) -> int:
    """Return the share a patient pays in per cent (健康保険法74条1項, 110条2項).

    Children until the 31 March after their sixth birthday 20; from the month after the 70th birthday 20, born on
    1944-04-01 or before 10, high earners 30; others 30.
    """
    if day <= _school_begins(birth_date):
        return _PRESCHOOL
    if day < _older_from(birth_date):
        return _GENERAL
    if standard_yen >= HIGH_EARNER_YEN:
        return _GENERAL
    return _OLDEST if birth_date <= _TENTH_BORN_UNTIL else _OLDER


def _school_begins(birth_date: date) -> date:
    sixth = birthday_in(birth_date, birth_date.year + 6)
    year = sixth.year if sixth <= date(sixth.year, 4, 1) else sixth.year + 1
    return date(year, 3, 31)


def _older_from(birth_date: date) -> date:
    """From the first of the month after the month of the 70th birthday; born on the first: of that month."""
    reached = birthday_in(birth_date, birth_date.year + OLDER_AGE)
    if reached.day == 1:
        return reached
    return month_after(reached)


@dataclass(frozen=True, slots=True)
class CeilingRule(Dated):
    """Categories of the ceiling by the lowest standard remuneration, highest first.

    Who pays no municipal tax has a category of his own, unless he earns `earner_yen` or more.
    """

    bands: tuple[tuple[int, str], ...]
    not_taxed: str
    earner_yen: int


CEILINGS_UNDER_70 = (
    CeilingRule(
        date(2015, 1, 1),
        "健康保険法施行令42条1項 (平成26年政令365号)",
        ((830_000, "ア"), (530_000, "イ"), (280_000, "ウ"), (0, "エ")),
        "オ",
        530_000,
    ),
)
CEILINGS_OVER_70 = (
    CeilingRule(
        date(2018, 8, 1),
        "健康保険法施行令42条3項 (平成29年政令213号)",
        ((830_000, "現役並みIII"), (530_000, "現役並みII"), (280_000, "現役並みI"), (0, "一般")),
        "低所得II",
        HIGH_EARNER_YEN,
    ),
)


def ceiling_category(birth_date: date, standard_yen: int, day: date, *, taxed: bool) -> str:
    """Return the category of the ceiling on payments (適用区分).

    Raises:
        RuleNotInForce: the day lies before the table.
    """
    older = day >= _older_from(birth_date)
    rule = in_force(CEILINGS_OVER_70 if older else CEILINGS_UNDER_70, day, "ceilings")
    if not taxed and standard_yen < rule.earner_yen:
        return rule.not_taxed
    return next(name for lowest, name in rule.bands if standard_yen >= lowest)


def certificate_until(first_day: date) -> date:
    """Return the last day of a certificate of the ceiling: it never passes 31 July, when incomes change."""
    return date(first_day.year + (first_day.month > 7), 7, 31)  # noqa: PLR2004 - July


# --- childbirth lump sum (出産育児一時金, 101条; 施行令36条) ---


@dataclass(frozen=True, slots=True)
class ChildbirthRule(Dated):
    """The sum for one child in yen, and what is added for births under the obstetric compensation scheme."""

    base_yen: int
    scheme_yen: int


CHILDBIRTH_RULES = (
    ChildbirthRule(date(1994, 10, 1), "健康保険法101条 (平成6年法律56号)", 300_000, 0),
    ChildbirthRule(date(2006, 10, 1), "健康保険法施行令36条 (平成18年政令286号)", 350_000, 0),
    ChildbirthRule(date(2009, 1, 1), "健康保険法施行令36条 (平成20年政令371号)", 350_000, 30_000),
    ChildbirthRule(date(2009, 10, 1), "健康保険法施行令36条, 附則 (平成21年政令139号)", 390_000, 30_000),
    ChildbirthRule(date(2015, 1, 1), "健康保険法施行令36条 (平成26年政令365号)", 404_000, 16_000),
    ChildbirthRule(date(2022, 1, 1), "健康保険法施行令36条 (令和3年政令222号)", 408_000, 12_000),
    ChildbirthRule(date(2023, 4, 1), "健康保険法施行令36条 (令和5年政令23号)", 488_000, 12_000),
)
LEAST_PREGNANCY_DAYS = 85
"""Births from the 85th day of pregnancy on count (昭和27年6月16日保文発2427号)."""


def childbirth_sum(born_on: date, children: int, *, under_scheme: bool) -> int:
    """Return the lump sum for the children of one birth.

    Raises:
        RuleNotInForce: the birth lies before the table.
    """
    rule = in_force(CHILDBIRTH_RULES, born_on, "childbirth")
    return children * (rule.base_yen + (rule.scheme_yen if under_scheme else 0))

"""Limits of income for relief from premiums and for pensions from before 20, dated (R-247, R-248, R-250).

Sources: 国民年金法90条, 90条の2, 90条の3, 36条の3; 国民年金法施行令5条の4, 6条の7 to 6条の9の2; the pages of the
Japan Pension Service on relief and on limits of income. What counts as income is what the layout ``local-tax`` tells:
social insurance premiums, which also are deducted for partial relief, and dependants of 16 to 22 are not told, so they
are not counted. Confirmed by published pages: the limits for full, three-quarters and half relief that hold today and
those of pensions from before 20 since 2021-10; the others as published, not confirmed against the source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.agency.pension_service.domain.errors import RuleNotCoded
from mizuhiki.institutions.agency.pension_service.domain.pensions import Stop
from mizuhiki.institutions.agency.pension_service.domain.premiums import Relief
from mizuhiki.vocabulary.layouts import Scalar

DEPENDANT_YEN, ELDERLY_DEPENDANT_YEN = 380_000, 480_000
FULL_STEP_YEN = 350_000
WIDOW_CITATION = "国民年金法90条1項3号"


@dataclass(frozen=True, slots=True)
class ReliefLimits:
    """Yen of income up to which premiums of months from `since` on are relieved, before anything for dependants."""

    since: date
    full_base_yen: int
    three_quarters_yen: int
    half_yen: int
    quarter_yen: int
    widow_yen: int

    def limit(self, relief: Relief, dependants: int, elderly: int) -> int:
        """Return the limit for a person with so many dependants, `elderly` of them 70 or older."""
        if relief in {Relief.FULL, Relief.DEFERRED}:
            return (dependants + 1) * FULL_STEP_YEN + self.full_base_yen
        by_relief = {
            Relief.THREE_QUARTERS: self.three_quarters_yen,
            Relief.HALF: self.half_yen,
            Relief.QUARTER: self.quarter_yen,
            Relief.STUDENT: self.half_yen,
        }
        return by_relief[relief] + dependants_yen(dependants, elderly)


RELIEF_LIMITS = (
    ReliefLimits(date(2006, 7, 1), 220_000, 780_000, 1_180_000, 1_580_000, 1_250_000),
    ReliefLimits(date(2021, 7, 1), 320_000, 880_000, 1_280_000, 1_680_000, 1_350_000),
)
"""Since 2021-07 all are 100,000 yen higher, as the basic deduction of income tax rose by that (令和2年政令381号)."""
STUDENT_FROM_2021 = date(2021, 4, 1)
"""Students' months follow the fiscal year, so theirs rose in April."""


@dataclass(frozen=True, slots=True)
class IncomeBeforeTwenty:
    """Limits for months from `since` on; above `half_yen` half is stopped, above `whole_yen` the whole (36条の3)."""

    since: date
    half_yen: int
    whole_yen: int
    first_month: int

    def stop(self, income: Income) -> Stop:
        """Return how much of the pension is stopped."""
        added = dependants_yen(income.dependants, income.elderly)
        if income.yen > self.whole_yen + added:
            return Stop.WHOLE
        return Stop.HALF if income.yen > self.half_yen + added else Stop.NONE


BEFORE_TWENTY = (
    IncomeBeforeTwenty(date(2006, 8, 1), 3_604_000, 4_621_000, 8),
    IncomeBeforeTwenty(date(2021, 10, 1), 3_704_000, 4_721_000, 10),
)
"""Terms ran from August to July; from 2021 they run from October to September (令和3年政令229号)."""


@dataclass(frozen=True, slots=True)
class Income:
    """What ``local-tax`` tells of a person for such a limit; `deducted_yen` is what partial relief leaves out."""

    yen: int
    dependants: int
    elderly: int
    deducted_yen: int
    widow: bool

    def counted(self, relief: Relief) -> int:
        """Return the income that a limit looks at: of full relief and deferment the total (令6条の11, 6条の12)."""
        whole = relief in {Relief.FULL, Relief.DEFERRED}
        return self.yen if whole else max(0, self.yen - self.deducted_yen)


_DEDUCTIONS = (
    "casualty_loss_deduction_yen",
    "medical_deduction_yen",
    "small_enterprise_deduction_yen",
    "spouse_special_deduction_yen",
)
_DISABLED_YEN = 270_000


def income_of(items: Mapping[str, Scalar]) -> Income | None:
    """Return the income that items of ``local-tax`` tell; nothing where it was not declared."""
    if items.get("declared") is not True:
        return None
    disabled = int(items.get("disabled_persons_count") or 0) * _DISABLED_YEN
    working = _DISABLED_YEN if items.get("working_student_deduction") is True else 0
    widow = items.get("widow_deduction") is True
    return Income(
        yen=int(items.get("total_income_yen") or 0),
        dependants=int(items.get("dependents_count") or 0),
        elderly=int(items.get("elderly_dependents_count") or 0),
        deducted_yen=sum(int(items.get(name) or 0) for name in _DEDUCTIONS)
        + disabled
        + working
        + (_DISABLED_YEN if widow else 0),
        widow=widow,
    )


def dependants_yen(dependants: int, elderly: int) -> int:
    """Return what dependants add to a limit; `elderly` are among `dependants`."""
    return max(0, dependants - elderly) * DEPENDANT_YEN + elderly * ELDERLY_DEPENDANT_YEN


def relief_limits(month: date, *, student: bool = False) -> ReliefLimits:
    """Return the limits for a month.

    Raises:
        RuleNotCoded: none is coded.
    """
    last = RELIEF_LIMITS[-1]
    if student and month >= STUDENT_FROM_2021:
        return last
    found = [one for one in RELIEF_LIMITS if one.since <= month]
    if not found:
        raise RuleNotCoded(rule="relief-limits")
    return found[-1]


def limits_before_twenty(month: date) -> IncomeBeforeTwenty:
    """Return the limits for a month.

    Raises:
        RuleNotCoded: none is coded.
    """
    found = [one for one in BEFORE_TWENTY if one.since <= month]
    if not found:
        raise RuleNotCoded(rule="income-before-twenty")
    return found[-1]

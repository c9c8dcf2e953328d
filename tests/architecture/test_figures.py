"""The page of figures names every amount that the dated tables hold, so none is coded without a word on its source."""

from __future__ import annotations

import pytest

from architecture.source_tree import ROOT
from mizuhiki.institutions.agency.health_insurer.domain import rules
from mizuhiki.institutions.agency.hello_work.domain.benefit_rules import NOTICES
from mizuhiki.institutions.agency.prefecture_welfare.domain.allowance import AMOUNTS
from mizuhiki.institutions.agency.student_services.domain import aid
from mizuhiki.institutions.jpki.domain.verifiers import FEES
from mizuhiki.institutions.municipality.domain.child_allowance import LAWS
from mizuhiki.institutions.municipality.domain.claims import care_premium, child_rearing, disability_services, housing

PAGE = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
TABLES: dict[str, set[int]] = {
    "special child rearing allowance": {yen for row in AMOUNTS for yen in (row.first_grade_yen, row.second_grade_yen)},
    "daily wages": {wage for notice in NOTICES for wage in notice.highest_wages},
    "wages where the rates change": {
        wage
        for notice in NOTICES
        for wage in (
            notice.lowest_wage,
            notice.full_rate_below,
            notice.half_rate_above,
            notice.half_rate_above_60,
        )
    },
    "child rearing allowance": {
        yen
        for rates in child_rearing.RATES
        for step in rates.children
        for yen in (step.full, step.part_highest, step.part_lowest)
    },
    "its limits": {child_rearing.FULL_LIMIT_YEN, child_rearing.PART_LIMIT_YEN, child_rearing.OTHERS_LIMIT_YEN},
    "childbirth lump sum": {row.base_yen for row in rules.CHILDBIRTH_RULES}
    | {row.scheme_yen for row in rules.CHILDBIRTH_RULES if row.scheme_yen},
    "ceilings": {
        lowest for row in rules.CEILINGS_UNDER_70 + rules.CEILINGS_OVER_70 for lowest, _ in row.bands if lowest
    },
    "dependants": {yen for row in rules.DEPENDANT_RULES for yen in (row.income_below, row.income_below_young)},
    "child allowance": {
        yen
        for law in LAWS
        for yen in (law.under_three, law.elementary, law.special_benefit, law.income_limits[0], law.income_limits[-1])
    },
    "its upper limits": {limit for law in LAWS for limit in (*law.upper_limits[:1], *law.upper_limits[-1:])},
    "grants": set(aid.GRANT_MONTHLY_YEN.values()) | set(aid.LOAN_HIGHEST_MONTHLY_YEN.values()),
    "disability services": {disability_services.GENERAL_CAP_YEN, disability_services.SMALL_CAP_YEN},
    "public housing": {housing.LIMIT_YEN, housing.WIDER_LIMIT_YEN, housing.RENT_STEPS[0][1]},
    "care premium": {care_premium.BASE_YEARLY_YEN, care_premium.NEED_SAVINGS_YEN, care_premium.STAGE_9_YEN},
}


@pytest.mark.parametrize("table", TABLES)
def test_every_amount_of_a_table_stands_on_the_page_of_figures(table: str) -> None:
    assert TABLES[table]
    assert [amount for amount in sorted(TABLES[table]) if f"{amount:,}" not in PAGE] == []


def test_the_page_states_the_fees_of_status_answers_with_their_first_day() -> None:
    rows = [f"| {fee.signature}; {fee.user_identification} | {fee.since:%Y-%m}" for fee in FEES]
    assert rows
    assert [row for row in rows if row not in PAGE] == []

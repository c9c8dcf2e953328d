"""Grades, dependants, shares, ceilings and childbirth by the law of the day."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.institutions.agency.health_insurer.domain.errors import NotADependant, RuleNotInForce
from mizuhiki.institutions.agency.health_insurer.domain.members import check_digit, insurer_number
from mizuhiki.institutions.agency.health_insurer.domain.rules import (
    DependantFacts,
    Kin,
    burden_percent,
    ceiling_category,
    certificate_until,
    childbirth_sum,
    require_dependant,
    standard_remuneration,
)

TODAY = date(2019, 12, 2)


@pytest.mark.parametrize(
    ("monthly", "standard"),
    [(0, 58_000), (62_999, 58_000), (63_000, 68_000), (209_999, 200_000), (210_000, 220_000), (230_000, 240_000),
     (1_054_999, 1_030_000), (1_055_000, 1_090_000), (1_234_999, 1_210_000), (1_354_999, 1_330_000),
     (1_355_000, 1_390_000), (9_000_000, 1_390_000)],
)  # fmt: skip
def test_grades_meet_the_published_bands(monthly: int, standard: int) -> None:
    assert standard_remuneration(monthly, TODAY) == standard


def test_the_three_highest_grades_came_in_april_2016() -> None:
    assert standard_remuneration(2_000_000, date(2016, 3, 31)) == 1_210_000
    assert standard_remuneration(2_000_000, date(2016, 4, 1)) == 1_390_000


def _facts(**changes: object) -> DependantFacts:
    values: dict[str, object] = {
        "kin": Kin.CHILD,
        "lives_together": True,
        "lives_in_japan": True,
        "disabled": False,
        "income_yen": 0,
        "remittance_yen": 0,
    }
    return DependantFacts(**{**values, **changes})  # type: ignore[arg-type]  # words of a test


@pytest.mark.parametrize(
    ("changes", "born", "rule"),
    [
        ({}, date(2010, 1, 1), ""),
        ({"income_yen": 1_299_999}, date(1990, 1, 1), ""),
        ({"income_yen": 1_300_000}, date(1990, 1, 1), "income"),
        ({"income_yen": 1_799_999}, date(1959, 12, 3), ""),
        ({"income_yen": 1_799_999}, date(1959, 12, 4), "income"),
        ({"income_yen": 1_799_999, "disabled": True}, date(1990, 1, 1), ""),
        ({"income_yen": 1_800_000, "disabled": True}, date(1990, 1, 1), "income"),
        ({"lives_together": False, "remittance_yen": 500_001, "income_yen": 500_000}, date(1990, 1, 1), ""),
        ({"lives_together": False, "remittance_yen": 500_000, "income_yen": 500_000}, date(1990, 1, 1), "remittance"),
        ({"kin": Kin.OTHER_RELATIVE, "lives_together": False}, date(1990, 1, 1), "living-together"),
        ({}, date(1944, 12, 3), "late-elderly"),
    ],
)
def test_who_depends_is_decided_at_the_boundary(changes: dict[str, object], born: date, rule: str) -> None:
    if not rule:
        assert "健康保険法3条7項" in require_dependant(_facts(**changes), born, 4_000_000, TODAY)
        return
    with pytest.raises(NotADependant) as caught:
        require_dependant(_facts(**changes), born, 4_000_000, TODAY)
    assert caught.value.fields["rule"] == rule


@pytest.mark.parametrize(
    ("day", "born", "kin", "limit"),
    [
        (date(2025, 9, 30), date(2005, 1, 1), Kin.CHILD, 1_300_000),
        (date(2025, 10, 1), date(2005, 1, 1), Kin.CHILD, 1_500_000),
        (date(2025, 10, 1), date(2005, 1, 1), Kin.SPOUSE, 1_300_000),
        # Age on 31 December; somebody born on 1 January is a year older on the eve.
        (date(2025, 10, 1), date(2007, 1, 1), Kin.CHILD, 1_500_000),
        (date(2025, 10, 1), date(2007, 1, 2), Kin.CHILD, 1_300_000),
        (date(2025, 10, 1), date(2003, 1, 2), Kin.CHILD, 1_500_000),
        (date(2025, 10, 1), date(2003, 1, 1), Kin.CHILD, 1_300_000),
    ],
)
def test_from_19_to_22_a_dependant_may_earn_more_since_october_2025(
    day: date, born: date, kin: Kin, limit: int
) -> None:
    require_dependant(_facts(kin=kin, income_yen=limit - 1), born, 9_000_000, day)
    with pytest.raises(NotADependant) as caught:
        require_dependant(_facts(kin=kin, income_yen=limit), born, 9_000_000, day)
    assert caught.value.fields["rule"] == "income"


def test_half_of_the_insured_persons_income_is_the_limit_together() -> None:
    require_dependant(_facts(income_yen=999_999), date(1990, 1, 1), 2_000_000, TODAY)
    with pytest.raises(NotADependant) as caught:
        require_dependant(_facts(income_yen=1_000_000), date(1990, 1, 1), 2_000_000, TODAY)
    assert caught.value.fields["rule"] == "half"


def test_elder_siblings_and_residence_have_their_own_days() -> None:
    elder = _facts(kin=Kin.ELDER_SIBLING, lives_together=False, remittance_yen=1)
    with pytest.raises(NotADependant):
        require_dependant(elder, date(1990, 1, 1), 4_000_000, date(2016, 9, 30))
    require_dependant(elder, date(1990, 1, 1), 4_000_000, date(2016, 10, 1))
    abroad = _facts(lives_in_japan=False)
    require_dependant(abroad, date(2010, 1, 1), 4_000_000, date(2020, 3, 31))
    with pytest.raises(NotADependant):
        require_dependant(abroad, date(2010, 1, 1), 4_000_000, date(2020, 4, 1))


@pytest.mark.parametrize(
    ("born", "standard", "day", "percent"),
    [
        (date(2013, 4, 1), 200_000, date(2019, 3, 31), 20),
        (date(2013, 4, 1), 200_000, date(2019, 4, 1), 30),
        (date(2013, 4, 2), 200_000, date(2020, 3, 31), 20),
        (date(1949, 11, 2), 200_000, date(2019, 11, 30), 30),
        (date(1949, 11, 2), 200_000, date(2019, 12, 1), 20),
        (date(1949, 12, 1), 200_000, date(2019, 12, 1), 20),
        (date(1949, 11, 2), 280_000, date(2019, 12, 1), 30),
        (date(1944, 4, 1), 200_000, date(2019, 3, 31), 10),
        (date(1944, 4, 2), 200_000, date(2019, 3, 31), 20),
        (date(1944, 4, 1), 280_000, date(2019, 3, 31), 30),
    ],
)
def test_the_share_changes_on_the_day_of_the_law(born: date, standard: int, day: date, percent: int) -> None:
    assert burden_percent(born, standard, day) == percent


@pytest.mark.parametrize(
    ("standard", "taxed", "category"),
    [(830_000, True, "ア"), (790_000, True, "イ"), (530_000, True, "イ"), (500_000, True, "ウ"), (280_000, True, "ウ"),
     (260_000, True, "エ"), (260_000, False, "オ"), (830_000, False, "ア"), (530_000, False, "イ"),
     (500_000, False, "オ")],
)  # fmt: skip
def test_categories_of_the_ceiling(standard: int, category: str, *, taxed: bool) -> None:
    assert ceiling_category(date(1980, 1, 1), standard, TODAY, taxed=taxed) == category


def test_over_70_the_categories_are_others_and_before_the_table_none() -> None:
    assert ceiling_category(date(1945, 1, 1), 830_000, TODAY, taxed=True) == "現役並みIII"
    assert ceiling_category(date(1945, 1, 1), 200_000, TODAY, taxed=True) == "一般"
    assert ceiling_category(date(1945, 1, 1), 260_000, TODAY, taxed=False) == "低所得II"
    assert ceiling_category(date(1945, 1, 1), 280_000, TODAY, taxed=False) == "現役並みI"
    assert ceiling_category(date(1945, 1, 1), 530_000, TODAY, taxed=False) == "現役並みII"
    with pytest.raises(RuleNotInForce):
        ceiling_category(date(1980, 1, 1), 200_000, date(2014, 12, 31), taxed=True)
    assert certificate_until(date(2019, 7, 1)) == date(2019, 7, 31)
    assert certificate_until(date(2019, 8, 1)) == date(2020, 7, 31)


@pytest.mark.requirement("R-245")
@pytest.mark.parametrize(
    ("born_on", "under", "outside"),
    [
        (date(2006, 9, 30), 300_000, 300_000),
        (date(2008, 12, 31), 350_000, 350_000),
        (date(2009, 9, 30), 380_000, 350_000),
        (date(2009, 10, 1), 420_000, 390_000),
        (date(2015, 1, 1), 420_000, 404_000),
        (date(2021, 12, 31), 420_000, 404_000),
        (date(2022, 1, 1), 420_000, 408_000),
        (date(2023, 3, 31), 420_000, 408_000),
        (date(2023, 4, 1), 500_000, 488_000),
    ],
)
def test_the_lump_sum_is_that_of_the_day_of_birth(born_on: date, under: int, outside: int) -> None:
    assert childbirth_sum(born_on, 1, under_scheme=True) == under
    assert childbirth_sum(born_on, 2, under_scheme=False) == 2 * outside


def test_insurer_numbers_carry_their_check_digit() -> None:
    # By hand: 1*2 + 0 + 0*2 + 3 + 1*2 + 6 + 0*2 = 13, so 7 completes the ten.
    assert check_digit("0613001") == "7"
    assert insurer_number("13", 1) == "06130017"

"""The sections' rules at their boundaries; figures are those of the notices and orders, worked out by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from mizuhiki.casework.domain import Finding, Findings, Proposal, Role
from mizuhiki.institutions.municipality.domain.claims import care_premium, child_rearing, disability_services, housing
from mizuhiki.institutions.municipality.domain.claims.care_premium import Means, premium_yen, stage
from mizuhiki.institutions.municipality.domain.claims.child_rearing import counting_children, monthly_yen, tax_year
from mizuhiki.institutions.municipality.domain.claims.disability_services import Service, cap_yen
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible, ClaimRuleNotCoded
from mizuhiki.institutions.municipality.domain.claims.housing import Household, monthly_income_yen, rent_base_yen
from mizuhiki.institutions.municipality.domain.claims.reading import (
    end_of_school_year_at_eighteen,
    levy_yen,
)
from mizuhiki.institutions.municipality.domain.claims.sections import AFFAIRS, may_work_on, section_of
from mizuhiki.vocabulary.dates import month_after
from mizuhiki.vocabulary.layouts import Scalar
from support.claim_rules import DAY, case_of, found, tax

# Child rearing allowance


@pytest.mark.requirement("R-238")
@pytest.mark.parametrize(
    ("income", "dependants", "expected"),
    [
        (489_999, 0, 42_910),
        (490_000, 0, 42_900),
        (869_999, 1, 42_910),
        (870_000, 1, 42_900),
        (1_000_000, 0, 31_210),  # 42,900 - 510,000 × 0.0229231 = 42,900 - 11,690.8
        (1_919_999, 0, 10_120),
        (1_920_000, 0, 0),
        (2_299_999, 1, 10_120),
        (2_300_000, 1, 0),
    ],
)
def test_the_allowance_falls_between_the_limits_of_income(income: int, dependants: int, expected: int) -> None:
    assert monthly_yen(1, income, dependants, DAY) == expected


@pytest.mark.requirement("R-238")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2018, 8, 1), 42_500 + 10_040 + 6_020),
        (date(2019, 3, 31), 42_500 + 10_040 + 6_020),
        (date(2019, 4, 1), 42_910 + 10_140 + 6_080),
        (date(2020, 3, 31), 42_910 + 10_140 + 6_080),
        (date(2020, 4, 1), 43_160 + 10_190 + 6_110),
        (date(2021, 2, 28), 43_160 + 10_190 + 6_110),
    ],
)
def test_amounts_change_in_april(day: date, expected: int) -> None:
    assert monthly_yen(3, 0, 0, day) == expected


@pytest.mark.requirement("R-238")
@pytest.mark.parametrize("day", [date(2018, 7, 31), date(2021, 3, 1)])
def test_outside_the_coded_days_no_allowance_is_computed(day: date) -> None:
    with pytest.raises(ClaimRuleNotCoded):
        monthly_yen(1, 0, 0, day)


@pytest.mark.requirement("R-238")
@pytest.mark.parametrize(
    ("born", "last"),
    [(date(2001, 4, 1), date(2019, 3, 31)), (date(2001, 4, 2), date(2020, 3, 31))],
)
def test_a_child_counts_to_the_march_after_eighteen(born: date, last: date) -> None:
    assert end_of_school_year_at_eighteen(born) == last
    assert counting_children([born], last, disabled=False) == 1
    assert counting_children([born], date(last.year, 4, 1), disabled=False) == 0


@pytest.mark.requirement("R-238")
def test_a_disabled_child_counts_to_twenty() -> None:
    born = date(1999, 12, 3)
    assert counting_children([born], DAY, disabled=True) == 1
    assert counting_children([born], date(2019, 12, 3), disabled=True) == 0
    assert counting_children([born], DAY, disabled=False) == 0


@pytest.mark.requirement("R-238")
def test_last_years_income_counts_from_october_on() -> None:
    assert (tax_year(date(2019, 9, 30)), tax_year(date(2019, 10, 1))) == (2018, 2019)


@pytest.mark.requirement("R-238")
def test_in_2018_the_year_of_the_allowance_still_began_in_august() -> None:
    days = (date(2018, 6, 30), date(2018, 7, 1), date(2018, 8, 1), date(2018, 9, 30), date(2018, 10, 1))
    assert [tax_year(day) for day in days] == [2017, 2018, 2018, 2018, 2018]


@pytest.mark.requirement("R-238")
@pytest.mark.parametrize(
    ("day", "children", "highest", "lowest"),
    [
        # Municipalities' pages: Shintotsukawa (2020), Takamatsu (2019), Shibukawa (2018); see docs/figures.md.
        (date(2020, 4, 1), 1, 43_150, 10_180),
        (date(2020, 4, 1), 2, 53_330, 15_280),
        (date(2020, 4, 1), 3, 59_430, 18_340),
        (date(2019, 4, 1), 1, 42_900, 10_120),
        (date(2019, 4, 1), 2, 42_900 + 10_130, 10_120 + 5_070),
        (date(2018, 8, 1), 1, 42_490, 10_030),
        (date(2018, 8, 1), 3, 42_490 + 10_030 + 6_010, 10_030 + 5_020 + 3_010),
    ],
)
def test_a_partial_allowance_lies_between_the_published_bounds(
    day: date, children: int, highest: int, lowest: int
) -> None:
    assert monthly_yen(children, 490_000, 0, day) == highest
    assert monthly_yen(children, 1_919_999, 0, day) == lowest


@pytest.mark.requirement("R-238")
@pytest.mark.parametrize(
    ("highest", "lowest", "coefficient"),
    [
        # As municipalities print them: Odawara (2022), and one for 2018.
        (43_060, 10_160, "0.0230070"),
        (10_160, 5_090, "0.0035455"),
        (6_090, 3_050, "0.0021259"),
        (42_490, 10_030, "0.0226993"),
    ],
)
def test_a_published_coefficient_is_the_fall_over_the_span_of_incomes(
    highest: int, lowest: int, coefficient: str
) -> None:
    assert round(Fraction(highest - lowest, 1_920_000 - 490_000), 7) == Fraction(coefficient)


@pytest.mark.requirement("R-238")
def test_every_coefficient_follows_from_the_bounds_as_the_published_ones_do() -> None:
    for rates in child_rearing.RATES:
        for step in rates.children:
            fall = Fraction(step.part_highest - step.part_lowest, 1_920_000 - 490_000)
            assert Fraction(step.coefficient) == round(fall, 7)


def allowance(*more: Finding, income: int | None = 0, here: bool = True, **stated: Scalar) -> Proposal:
    case = case_of(
        child_rearing.CODE,
        {Role.APPLICANT: date(1985, 2, 3), Role.CHILD: date(2014, 5, 5)},
        {"ground": "divorce", "since": "2019-06-01", **stated},
    )
    basic = (
        found(Role.APPLICANT, "resident-record", resident=True),
        found(Role.CHILD, "resident-record", resident=here),
        tax(Role.APPLICANT, income),
    )
    return child_rearing.decide(case, Findings((*basic, *more)))


@pytest.mark.requirement("R-238")
def test_each_obstacle_refuses_the_allowance_with_its_own_reason() -> None:
    relative = tax(Role.HOUSEHOLD, 2_440_000)
    pension = found(Role.APPLICANT, "pension-benefit", receiving=True, annual_yen=514_920)
    refused = {
        allowance(living_with_partner=True).reasons[0].rule: "lives-with-partner",
        allowance(here=False).reasons[0].rule: "child-lives-elsewhere",
        allowance(income=None).reasons[0].rule: "income-not-declared",
        allowance(income=2_000_000).reasons[0].rule: "income-above-limit",
        allowance(relative).reasons[0].rule: "supporter-above-limit",
        allowance(pension).reasons[0].rule: "pension-beside",
    }
    assert all(rule == expected for rule, expected in refused.items())
    assert len(refused) == 6
    assert allowance(tax(Role.HOUSEHOLD, 2_439_999)).granted


@pytest.mark.requirement("R-238")
def test_four_fifths_of_maintenance_count_as_income() -> None:
    assert allowance(maintenance_yen=612_498).terms["monthly_yen"] == 42_910
    assert allowance(maintenance_yen=612_500).terms["monthly_yen"] == 42_900


@pytest.mark.requirement("R-238")
def test_the_difference_to_a_pension_is_paid() -> None:
    pension = found(Role.APPLICANT, "pension-benefit", receiving=True, annual_yen=514_908)
    proposal = allowance(pension)
    assert (proposal.outcome, proposal.terms["monthly_yen"]) == ("partial", 1)
    ended = found(Role.APPLICANT, "pension-benefit", receiving=True, annual_yen=514_908, entitled_until="2019-12-01")
    assert allowance(ended).terms["monthly_yen"] == 42_910


# Premium of the long-term care insurance


def means_of(income: int, pension: int, *holding: str) -> Means:
    flags = ("taxed", "household_taxed", "on_public_assistance")
    return Means(income, pension, **{flag: flag in holding for flag in flags})


@pytest.mark.requirement("R-244")
@pytest.mark.parametrize(
    ("means", "expected"),
    [
        (means_of(0, 800_000), 1),
        (means_of(1, 800_000), 2),
        (means_of(0, 1_200_000), 2),
        (means_of(1, 1_200_000), 3),
        (means_of(0, 800_000, "household_taxed"), 4),
        (means_of(1, 800_000, "household_taxed"), 5),
        (means_of(1_199_999, 0, "taxed"), 6),
        (means_of(1_200_000, 0, "taxed"), 7),
        (means_of(2_000_000, 0, "taxed"), 8),
        (means_of(3_000_000, 0, "taxed"), 9),
        (means_of(9_000_000, 0, "taxed", "household_taxed", "on_public_assistance"), 1),
    ],
)
def test_the_stage_of_the_premium_follows_income_and_tax(means: Means, expected: int) -> None:
    assert stage(means) == expected


@pytest.mark.requirement("R-244")
def test_low_stages_were_lowered_year_by_year() -> None:
    days = (date(2018, 4, 1), date(2019, 3, 31), date(2019, 4, 1), date(2020, 4, 1), date(2021, 3, 31))
    assert [premium_yen(1, day) for day in days] == [32_400, 32_400, 27_000, 21_600, 21_600]
    assert [premium_yen(3, day) for day in days] == [54_000, 54_000, 52_200, 50_400, 50_400]
    assert [premium_yen(at, DAY) for at in (4, 5, 9)] == [64_800, 72_000, 122_400]
    for day in (date(2018, 3, 31), date(2021, 4, 1)):
        with pytest.raises(ClaimRuleNotCoded):
            premium_yen(1, day)


def premium(
    *members: Finding, born: date = date(1950, 6, 6), income: int | None = 0, assisted: bool = False, **stated: Scalar
) -> Proposal:
    roles = {Role.APPLICANT: born} | ({Role.HOUSEHOLD: date(1985, 2, 3)} if members else {})
    case = case_of(care_premium.CODE, roles, {"ground": "need", **stated})
    basic = (found(Role.APPLICANT, "resident-record", resident=True), tax(Role.APPLICANT, income))
    assistance = (found(Role.APPLICANT, "public-assistance", receiving=True),) if assisted else ()
    return care_premium.decide(case, Findings((*basic, *assistance, *members)))


@pytest.mark.requirement("R-244")
@pytest.mark.parametrize(
    ("stated", "share", "rule"),
    [
        ({"ground": "disaster", "damage_per_cent": 50}, 100, "home-half-destroyed"),
        ({"ground": "disaster", "damage_per_cent": 49}, 50, "home-damaged"),
        ({"ground": "disaster", "damage_per_cent": 30}, 50, "home-damaged"),
        ({"ground": "disaster", "damage_per_cent": 29}, 0, "damage-below-limit"),
        ({"pension_yen": 1_200_000, "savings_yen": 3_500_000}, 50, "household-in-need"),
        ({"pension_yen": 1_200_001}, 0, "income-above-need"),
        ({"savings_yen": 3_500_001}, 0, "savings-above-need"),
        ({"supported_by_taxpayer": True}, 0, "somebody-taxed"),
    ],
)
def test_the_ordinance_relieves_by_ground(stated: dict[str, Any], share: int, rule: str) -> None:
    proposal = premium(**stated)
    assert (proposal.terms["share"], proposal.reasons[0].rule, proposal.granted) == (share, rule, share > 0)


@pytest.mark.requirement("R-244")
def test_a_loss_of_half_the_income_is_relieved() -> None:
    ground: dict[str, Any] = {"ground": "loss-of-income"}
    assert premium(income=2_000_000, expected_income_yen=1_000_000, **ground).reasons[0].rule == "income-halved"
    assert premium(income=2_000_000, expected_income_yen=1_000_001, **ground).reasons[0].rule == "loss-below-half"
    assert premium(income=6_000_001, expected_income_yen=0, **ground).reasons[0].rule == "income-above-relief"
    assert premium(tax(Role.HOUSEHOLD, 6_000_000), expected_income_yen=3_000_000, **ground).granted


@pytest.mark.requirement("R-244")
def test_only_the_insured_of_65_who_are_not_assisted_are_relieved() -> None:
    assert premium(born=date(1954, 12, 3)).granted
    assert premium(born=date(1954, 12, 4)).reasons[0].rule == "below-sixty-five"
    assert premium(assisted=True).reasons[0].rule == "premium-paid-by-assistance"
    assert premium(income=None).reasons[0].rule == "income-not-declared"
    assert premium(tax(Role.HOUSEHOLD, 1, taxable=True)).reasons[0].rule == "somebody-taxed"


@pytest.mark.parametrize(("field", "value"), [("damage_per_cent", 101), ("savings_yen", -1)])
def test_an_impossible_application_for_relief_is_refused(field: str, value: int) -> None:
    form = care_premium.PremiumForm(ground=care_premium.ReliefGround.NEED, **{field: value})  # type: ignore[arg-type] # by name
    with pytest.raises(ClaimFormImplausible):
        form.require_plausible(DAY)


# Public housing


@pytest.mark.requirement("R-246")
def test_the_monthly_income_follows_the_order() -> None:
    assert monthly_income_yen(Household(2_276_000, 1, 0, 0)) == 158_000
    assert monthly_income_yen(Household(2_276_012, 1, 0, 0)) == 158_001
    assert monthly_income_yen(Household(3_000_000, 2, 2, 1)) == (3_000_000 - 760_000 - 270_000 - 400_000) // 12
    assert monthly_income_yen(Household(100, 3, 0, 0)) == 0


@pytest.mark.requirement("R-246")
@pytest.mark.parametrize(
    ("monthly", "base"),
    [(0, 34_400), (104_000, 34_400), (104_001, 39_700), (158_000, 51_200), (158_001, 58_500), (259_001, 91_100)],
)
def test_rent_starts_from_the_amount_of_the_order(monthly: int, base: int) -> None:
    assert rent_base_yen(monthly) == base


def admission(
    *more: Finding, income: int | None = 2_276_000, member: date = date(2010, 1, 1), day: date = DAY, **stated: Scalar
) -> Proposal:
    case = case_of(
        housing.CODE,
        {Role.APPLICANT: stated.pop("born_applicant", None) or date(1985, 2, 3), Role.HOUSEHOLD: member},  # type: ignore[dict-item] # a day or none
        {"hardship": "狭い", **stated},
        day,
    )
    basic = (
        found(Role.APPLICANT, "resident-record", resident=True),
        tax(Role.APPLICANT, income),
        tax(Role.HOUSEHOLD, 0),
    )
    return housing.decide(case, Findings((*basic, *more)))


@pytest.mark.requirement("R-246")
def test_the_limit_of_income_is_wider_for_some_households() -> None:
    above = 2_276_012
    assert admission().granted
    assert admission(income=above).reasons[0].rule == "income-above-limit"
    assert admission(income=above, member=date(2013, 12, 4)).granted
    assert admission(income=above, member=date(2013, 12, 3)).reasons[0].rule == "income-above-limit"
    elderly: dict[str, Any] = {"born_applicant": date(1959, 12, 3)}
    assert admission(income=above, **elderly).granted
    assert not admission(income=above, born_applicant=date(1959, 12, 4)).granted  # type: ignore[arg-type] # see there
    assert not admission(income=above, member=date(1999, 1, 1), **elderly).granted
    assistance = found(Role.APPLICANT, "public-assistance", receiving=True)
    assert admission(assistance, income=above).granted
    assert not admission(assistance, income=380_000 + 12 * 214_000 + 12).granted


@pytest.mark.requirement("R-246")
def test_limits_keep_to_the_order_and_a_decision_names_which_holds() -> None:
    # 公営住宅法施行令6条: nobody above 259,000 yen; 158,000 is what an ordinance looks to.
    assert housing.LIMIT_YEN == 158_000 < housing.WIDER_LIMIT_YEN <= 259_000
    cited = {reason.rule: reason.citation for reason in admission().reasons}
    assert "施行令6条2項" in cited["income-within-limit"]
    assistance = found(Role.APPLICANT, "public-assistance", receiving=True)
    for reason in admission(assistance, income=2_276_012).reasons[1:]:
        assert "23条1号イ" in reason.citation


@pytest.mark.requirement("R-246")
@pytest.mark.parametrize(
    ("kind", "grade", "granted"),
    [("physical", "4", True), ("physical", "5", False), ("mental", "2", True), ("mental", "3", False)],
)
def test_a_disability_widens_the_limit_from_its_grade_on(kind: str, grade: str, granted: bool) -> None:  # noqa: FBT001 - a table
    certificate = found(Role.HOUSEHOLD, "disability", certificate=True, kind_of_certificate=kind, grade=grade)
    income = 380_000 + 270_000 + 12 * 158_000 + 12
    assert admission(certificate, income=income).granted is granted


@pytest.mark.requirement("R-246")
def test_who_has_a_home_or_did_not_declare_is_not_admitted() -> None:
    assert admission(owns_home=True).reasons[0].rule == "owns-home"
    assert admission(gang_member=True).reasons[0].rule == "gang-member"
    assert admission(income=None).reasons[0].rule == "income-not-declared"
    for day in (date(2012, 3, 31), date(2021, 1, 1)):
        with pytest.raises(ClaimRuleNotCoded):
            admission(day=day)
    assert admission(day=date(2020, 12, 31)).granted


# Disability services


@pytest.mark.requirement("R-241")
@pytest.mark.parametrize(
    ("service", "levies", "flags", "expected"),
    [
        (Service.HOME_HELP, [159_999, 0], "", (9_300, "general-1")),
        (Service.HOME_HELP, [159_999, 1], "", (37_200, "general-2")),
        (Service.GROUP_HOME, [1], "", (37_200, "general-2")),
        (Service.GROUP_HOME, [0], "untaxed", (0, "low-income")),
        (Service.RESIDENTIAL, [900_000], "assisted", (0, "assistance")),
    ],
)
def test_the_users_share_has_a_highest_amount(
    service: Service, levies: list[int], flags: str, expected: tuple[int, str]
) -> None:
    assert cap_yen(service, levies, assisted=flags == "assisted", untaxed=flags == "untaxed") == expected


def services(*more: Finding, born: date = date(1980, 1, 1), day: date = DAY, **stated: Scalar) -> Proposal:
    case = case_of(
        disability_services.CODE,
        {Role.APPLICANT: born},
        {"service": "day-care", "support_level": 3, **stated},
        day,
    )
    basic = (found(Role.APPLICANT, "resident-record", resident=True), tax(Role.APPLICANT, 0))
    certificate = () if any(one.kind == "disability" for one in more) else (CERTIFIED,)
    return disability_services.decide(case, Findings((*more, *basic, *certificate)))


CERTIFIED = found(Role.APPLICANT, "disability", certificate=True)


@pytest.mark.requirement("R-241")
def test_each_service_asks_for_its_level_of_support() -> None:
    assert services().granted
    assert services(support_level=2).reasons[0].rule == "level-too-low"
    assert services(support_level=2, born=date(1969, 12, 3)).granted
    assert not services(support_level=2, born=date(1969, 12, 4)).granted
    assert not services(service="residential").granted
    assert services(service="residential", support_level=4).granted
    assert services(service="work-training", support_level=0).granted


@pytest.mark.requirement("R-241")
def test_adults_with_a_certified_disability_get_services() -> None:
    assert services(born=date(2001, 12, 3)).granted
    assert services(born=date(2001, 12, 4)).reasons[0].rule == "child-follows-another-act"
    assert services(found(Role.APPLICANT, "disability")).reasons[0].rule == "no-certificate"
    undeclared = tax(Role.SPOUSE, None)
    assert services(undeclared).reasons[0].rule == "income-not-declared"
    assisted = found(Role.APPLICANT, "public-assistance", receiving=True)
    assert services(assisted).terms["band"] == "assistance"
    for day in (date(2013, 3, 31), date(2024, 4, 1)):
        with pytest.raises(ClaimRuleNotCoded):
            services(day=day)
    with pytest.raises(ClaimFormImplausible):
        disability_services.ServicesForm(service=Service.DAY_CARE, support_level=7).require_plausible(DAY)


@pytest.mark.requirement("R-241")
def test_an_untold_levy_is_computed_from_the_taxable_income() -> None:
    told: dict[str, Any] = {"declared": True, "taxable": True}
    assert levy_yen(found(Role.APPLICANT, "local-tax", taxable_income_yen=2_000_000, **told)) == 120_000
    assert levy_yen(found(Role.APPLICANT, "local-tax", income_levy_yen=117_500, **told)) == 117_500
    assert levy_yen(found(Role.APPLICANT, "local-tax", **told)) is None


# Sections


def test_each_affair_is_one_sections() -> None:
    affairs = [affair for mine in AFFAIRS.values() for affair in mine]
    assert len(affairs) == len(set(affairs))
    assert all(may_work_on(f"{section_of(affair)}-clerk", affair) for affair in affairs)
    assert not any(
        may_work_on(role, affair) for role in ("counter-clerk", "child-section-mayor", "") for affair in affairs
    )
    assert not any(may_work_on("housing-section-clerk", one) for one in affairs if one != "public-housing")
    assert month_after(DAY) == date(2020, 1, 1)

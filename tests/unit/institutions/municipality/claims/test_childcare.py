"""Certification for childcare at its boundary days and limits; figures are those of the published tables."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mizuhiki.casework.domain import Findings, Proposal, Role
from mizuhiki.institutions.municipality.domain.claims import childcare
from mizuhiki.institutions.municipality.domain.claims.childcare import (
    ChildcareForm,
    Ground,
    Need,
    class_of,
    last_day,
)
from mizuhiki.institutions.municipality.domain.claims.childcare_fees import (
    Hours,
    Means,
    NeedClass,
    fee_tax_year,
    monthly_fee,
    side_dishes_free,
    tier_of,
)
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible, ClaimRuleNotCoded
from mizuhiki.institutions.municipality.domain.claims.reading import march_after
from mizuhiki.vocabulary.layouts import Scalar
from support.claim_rules import DAY, case_of, found, tax

WORKS = Need(Ground.WORK, 160, None)
FREE = date(2019, 10, 1)
PARENT = date(1985, 2, 3)


def means(levy: int | None, **changes: bool | int) -> Means:
    values = {"untaxed": False, "assisted": False, "favoured": False, "child_place": 1} | changes
    return Means(levy_yen=levy, **values)  # type: ignore[arg-type]  # flags and a place


def fee(need_class: NeedClass, hours: Hours, of: Means, day: date = FREE, *, below_three: bool = False) -> int:
    return monthly_fee(need_class, hours, of, day, below_three=below_three).yen


@pytest.mark.requirement("R-234")
@pytest.mark.parametrize(
    ("day", "needed", "expected"),
    [
        (date(2019, 12, 3), True, NeedClass.CARE_BELOW_THREE),
        (date(2019, 12, 4), True, NeedClass.CARE_FROM_THREE),  # the eve of the birthday on the 5th
        (date(2019, 12, 3), False, None),
        (date(2019, 12, 4), False, NeedClass.EDUCATION),
        (date(2023, 3, 31), False, NeedClass.EDUCATION),
        (date(2023, 4, 1), True, None),
    ],
)
def test_the_class_follows_age_and_need(day: date, *, needed: bool, expected: NeedClass | None) -> None:
    assert class_of(date(2016, 12, 5), day, needed=needed) is expected


@pytest.mark.requirement("R-234")
@pytest.mark.parametrize(
    ("born", "years", "day"),
    [
        (date(2013, 4, 1), 6, date(2019, 3, 31)),
        (date(2013, 4, 2), 6, date(2020, 3, 31)),
        (date(2016, 12, 5), 3, date(2020, 3, 31)),
    ],
)
def test_a_child_born_on_1_april_goes_to_school_with_those_of_march(born: date, years: int, day: date) -> None:
    assert march_after(born, years) == day


@pytest.mark.requirement("R-234")
@pytest.mark.parametrize(
    ("ground", "hours", "exists", "gives"),
    [
        (Ground.WORK, 47, False, Hours.SHORT),
        (Ground.WORK, 48, True, Hours.SHORT),
        (Ground.WORK, 119, True, Hours.SHORT),
        (Ground.WORK, 120, True, Hours.STANDARD),
        (Ground.STUDY, 119, True, Hours.SHORT),
        (Ground.NURSING, 120, True, Hours.STANDARD),
        (Ground.ILLNESS, 0, True, Hours.STANDARD),
        (Ground.CHILDBIRTH, 0, True, Hours.STANDARD),
        (Ground.JOB_SEARCH, 200, True, Hours.SHORT),
        (Ground.CHILD_CARE_LEAVE, 200, True, Hours.SHORT),
        (Ground.NONE, 200, False, Hours.STANDARD),
    ],
)
def test_a_ground_gives_need_and_hours(ground: Ground, hours: int, *, exists: bool, gives: Hours) -> None:
    need = Need(ground, hours, None)
    assert need.exists is exists
    assert need.gives is gives


@pytest.mark.requirement("R-234")
def test_a_certification_below_three_ends_before_the_age_is_reached() -> None:
    born = date(2017, 5, 10)
    assert last_day(born, DAY, [WORKS], NeedClass.CARE_BELOW_THREE) == date(2020, 5, 8)
    assert last_day(born, date(2020, 5, 8), [WORKS], NeedClass.CARE_BELOW_THREE) == date(2020, 5, 8)
    leap = date(2020, 2, 29)
    assert last_day(leap, date(2022, 1, 1), [WORKS], NeedClass.CARE_BELOW_THREE) == date(2023, 2, 27)


@pytest.mark.requirement("R-234")
@pytest.mark.parametrize(
    ("need", "begins", "expected"),
    [
        (WORKS, DAY, date(2022, 3, 31)),
        (Need(Ground.JOB_SEARCH, 0, None), date(2019, 12, 2), date(2020, 2, 29)),  # the 90th day is 29 February
        (Need(Ground.JOB_SEARCH, 0, None), date(2019, 12, 3), date(2020, 3, 31)),  # and here 1 March
        (Need(Ground.CHILDBIRTH, 0, date(2020, 1, 5)), DAY, date(2020, 3, 31)),  # the day after 8 weeks: 1 March
        (Need(Ground.CHILDBIRTH, 0, date(2020, 1, 4)), DAY, date(2020, 2, 29)),
        (Need(Ground.STUDY, 150, date(2020, 9, 10)), DAY, date(2020, 9, 30)),
        (Need(Ground.CHILD_CARE_LEAVE, 0, date(2020, 6, 30)), DAY, date(2020, 6, 30)),
    ],
)
def test_what_ends_the_need_ends_the_certification(need: Need, begins: date, expected: date) -> None:
    born = date(2015, 6, 1)
    assert last_day(born, begins, [WORKS, need], NeedClass.CARE_FROM_THREE) == expected
    assert last_day(born, begins, [need], NeedClass.EDUCATION) == date(2022, 3, 31)


@pytest.mark.requirement("R-234")
@pytest.mark.parametrize(
    ("need_class", "before"),
    [(NeedClass.EDUCATION, 20_500), (NeedClass.CARE_FROM_THREE, 41_500)],
)
def test_from_three_on_care_is_free_since_october_2019(need_class: NeedClass, before: int) -> None:
    hours = Hours.NONE if need_class is NeedClass.EDUCATION else Hours.STANDARD
    assert fee(need_class, hours, means(100_000), FREE - timedelta(days=1)) == before
    assert fee(need_class, hours, means(100_000), FREE) == 0


@pytest.mark.requirement("R-234")
@pytest.mark.parametrize(
    ("levy", "standard", "short"),
    [
        (0, 19_500, 19_300),
        (48_599, 19_500, 19_300),
        (48_600, 30_000, 29_600),
        (96_999, 30_000, 29_600),
        (97_000, 44_500, 43_900),
        (168_999, 44_500, 43_900),
        (169_000, 61_000, 60_100),
        (301_000, 80_000, 78_800),
        (396_999, 80_000, 78_800),
        (397_000, 104_000, 102_400),
        (None, 104_000, 102_400),
    ],
)
def test_below_three_the_fee_follows_the_levy(levy: int | None, standard: int, short: int) -> None:
    below = NeedClass.CARE_BELOW_THREE
    assert fee(below, Hours.STANDARD, means(levy), below_three=True) == standard
    assert fee(below, Hours.SHORT, means(levy), below_three=True) == short


def test_the_tiers_of_education_have_their_own_limits() -> None:
    tiers = [tier_of(NeedClass.EDUCATION, means(levy)) for levy in (0, 77_100, 77_101, 211_200, 211_201, None)]
    assert tiers == [2, 3, 4, 4, 5, 5]


@pytest.mark.requirement("R-234")
def test_an_untaxed_household_pays_nothing_below_three_since_october_2019() -> None:
    poor, below = means(0, untaxed=True), NeedClass.CARE_BELOW_THREE
    assert fee(below, Hours.STANDARD, poor, FREE - timedelta(days=1), below_three=True) == 9_000
    assert fee(below, Hours.STANDARD, poor, FREE, below_three=True) == 0
    assert fee(below, Hours.STANDARD, means(0, assisted=True), date(2018, 4, 1), below_three=True) == 0


@pytest.mark.requirement("R-234")
def test_one_parent_or_a_disabled_member_and_further_children_pay_less() -> None:
    def paid(levy: int, **changes: bool | int) -> int:
        return fee(NeedClass.CARE_BELOW_THREE, Hours.STANDARD, means(levy, **changes), below_three=True)

    assert (paid(77_100, favoured=True), paid(77_101, favoured=True)) == (9_000, 30_000)
    assert (paid(77_100, favoured=True, child_place=2), paid(77_101, favoured=True, child_place=2)) == (0, 15_000)
    assert (paid(100_000, child_place=2), paid(100_000, child_place=3)) == (22_250, 0)


@pytest.mark.requirement("R-234")
def test_until_the_march_after_the_third_birthday_a_child_pays_as_below_three() -> None:
    turned = date(2016, 12, 5)
    assert decided(turned, date(2020, 3, 31), levy_base=1_000_000).terms["fee_yen"] == 30_000
    free = decided(turned, date(2020, 4, 1), levy_base=1_000_000)
    assert (free.terms["fee_yen"], free.terms["need_class"]) == (0, "2")


def test_side_dishes_are_free_below_the_limits() -> None:
    two, one = NeedClass.CARE_FROM_THREE, NeedClass.EDUCATION
    assert [side_dishes_free(two, means(levy), FREE) for levy in (57_699, 57_700)] == [True, False]
    assert [side_dishes_free(one, means(levy), FREE) for levy in (77_100, 77_101)] == [True, False]
    assert [side_dishes_free(two, means(levy, favoured=True), FREE) for levy in (77_100, 77_101)] == [True, False]
    assert side_dishes_free(two, means(300_000, child_place=3), FREE)
    assert not side_dishes_free(two, means(None), FREE)
    assert not side_dishes_free(two, means(0, untaxed=True), FREE - timedelta(days=1))


@pytest.mark.requirement("R-234")
def test_from_september_on_this_years_tax_counts() -> None:
    assert (fee_tax_year(date(2019, 8, 31)), fee_tax_year(date(2019, 9, 1))) == (2018, 2019)
    assert fee_tax_year(date(2020, 3, 31)) == 2019


def decided(
    born: date,
    day: date,
    *more: object,
    levy_base: int | None = 0,
    here: bool = True,
    two: bool = False,
    **stated: Scalar,
) -> Proposal:
    people = {Role.APPLICANT: PARENT, Role.CHILD: born} | ({Role.SPOUSE: PARENT} if two else {})
    facts = {"ground": "work", "hours": 160, "wanted_from": day.isoformat(), "resident_here": here, **stated}
    case = case_of(childcare.CODE, people, facts, day)
    levied = tax(Role.APPLICANT, levy_base, taxable=bool(levy_base))
    known = {**levied.items, "taxable_income_yen": levy_base}
    of_applicant = found(Role.APPLICANT, "local-tax", **known)
    return childcare.decide(case, Findings((of_applicant, *more)))  # type: ignore[arg-type]  # findings


@pytest.mark.requirement("R-234")
def test_each_obstacle_refuses_certification_with_its_own_reason() -> None:
    below, above = date(2018, 1, 1), date(2015, 6, 1)
    asked: list[tuple[Proposal, str]] = [
        (decided(above, DAY, here=False), "not-resident"),
        (decided(below, DAY, ground="none"), "no-need-below-three"),
        (decided(below, DAY, hours=47), "no-need-below-three"),
        (decided(below, DAY, two=True, second_ground="none"), "no-need-below-three"),
        (decided(date(2013, 4, 1), DAY), "of-school-age"),
        (decided(above, DAY, ground="study", until="2019-11-30"), "need-ended"),
    ]
    for proposal, rule in asked:
        assert (proposal.granted, [one.rule for one in proposal.reasons]) == (False, [rule])
    assert decided(above, DAY, two=True, second_ground="none").terms["need_class"] == "1"


@pytest.mark.requirement("R-234")
def test_the_guardian_with_the_shorter_hours_decides_them() -> None:
    both = decided(date(2018, 1, 1), DAY, two=True, second_ground="work", second_hours=60)
    assert (both.terms["hours"], both.terms["need_class"], both.terms["until"]) == ("short", "3", "2020-12-30")


@pytest.mark.requirement("R-234")
@pytest.mark.parametrize("kind", ["child-rearing-allowance", "special-child-rearing-allowance"])
def test_an_allowance_that_runs_lowers_the_fee(kind: str) -> None:
    runs = found(Role.APPLICANT, kind, receiving=True, entitled_until=DAY.isoformat())
    ended = found(Role.APPLICANT, kind, receiving=True, entitled_until="2019-12-01")
    young = date(2018, 1, 1)
    assert decided(young, DAY, runs, levy_base=1_000_000).terms["fee_yen"] == 9_000
    assert decided(young, DAY, ended, levy_base=1_000_000).terms["fee_yen"] == 30_000


@pytest.mark.requirement("R-234")
def test_a_certificate_in_the_household_and_public_assistance_lower_the_fee() -> None:
    young = date(2018, 1, 1)
    certificate = found(Role.HOUSEHOLD, "disability", certificate=True)
    assert decided(young, DAY, certificate, levy_base=1_000_000).terms["fee_yen"] == 9_000
    assisted = decided(young, DAY, found(Role.APPLICANT, "public-assistance", receiving=True), levy_base=1_000_000)
    assert (assisted.terms["fee_yen"], assisted.terms["tier"]) == (0, 1)


@pytest.mark.requirement("R-234")
def test_income_that_is_not_declared_counts_as_the_highest_tier() -> None:
    proposal = decided(date(2018, 1, 1), DAY, levy_base=None)
    assert proposal.terms["fee_yen"] == 104_000
    assert "fee-not-declared" in {one.rule for one in proposal.reasons}


@pytest.mark.requirement("R-234")
@pytest.mark.parametrize("day", [date(2018, 3, 31), date(2024, 4, 1)])
def test_outside_the_coded_days_nothing_is_certified(day: date) -> None:
    with pytest.raises(ClaimRuleNotCoded):
        decided(day - timedelta(days=800), day)


@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"wanted_from": date(2019, 12, 1)}, "wanted_from"),
        ({"hours": -1}, "hours"),
        ({"second_hours": 745}, "second_hours"),
        ({"ground": Ground.STUDY}, "until"),
        ({"second_ground": Ground.CHILDBIRTH}, "second_until"),
        ({"child_place": 0}, "child_place"),
    ],
)
def test_a_form_that_is_not_possible_is_refused(changes: dict[str, object], item: str) -> None:
    values = {"wanted_from": DAY, "ground": Ground.WORK, "hours": 100} | changes
    with pytest.raises(ClaimFormImplausible) as refusal:
        ChildcareForm(**values).require_plausible(DAY)  # type: ignore[arg-type]  # test values
    assert refusal.value.fields["item"] == item
    ChildcareForm(wanted_from=DAY, ground=Ground.WORK).require_plausible(DAY)

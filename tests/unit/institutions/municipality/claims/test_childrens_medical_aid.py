"""Medical aid for children under the invented city's ordinance, at its limits."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from mizuhiki.casework.domain import Finding, Findings, Proposal, Role
from mizuhiki.institutions.municipality.domain.claims import childrens_medical_aid as aid
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible, ClaimRuleNotCoded
from mizuhiki.institutions.municipality.domain.claims.procedures import awards_of, procedures_of
from mizuhiki.institutions.municipality.domain.claims.sections import may_work_on, section_of
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.statute import StatuteTable
from support.claim_rules import DAY, case_of, found, tax

CITY, OTHER = InstitutionId("municipality-452025"), InstitutionId("municipality-131032")
CODE = aid.code_of(CITY)
BABY = date(2019, 11, 30)
UNTAXED, TAXED = tax(Role.APPLICANT, 0), tax(Role.APPLICANT, 3_000_000, taxable=True)


def decide(*findings: Finding, born: date = BABY, day: date = DAY, named: bool = True, **stated: Scalar) -> Proposal:
    born_by_role = {Role.APPLICANT: date(1985, 1, 1), **({Role.CHILD: born} if named else {})}
    values: dict[str, Scalar] = {"insured_on": BABY.isoformat(), "resident_here": True, **stated}
    return aid.decide(case_of(CODE, born_by_role, values, day), Findings(findings))


def rules(proposal: Proposal) -> set[str]:
    return {reason.rule for reason in proposal.reasons}


@pytest.mark.requirement("R-002")
@pytest.mark.parametrize(
    ("findings", "share"),
    [
        ((UNTAXED,), 0),
        ((TAXED,), 500),
        ((tax(Role.APPLICANT, None),), 500),
        ((UNTAXED, tax(Role.SPOUSE, 3_000_000, taxable=True)), 500),
        ((UNTAXED, tax(Role.SPOUSE, 0)), 0),
    ],
    ids=["untaxed", "taxed", "not declared", "second guardian taxed", "both untaxed"],
)
def test_a_household_without_tax_pays_nothing_and_every_other_the_share(
    findings: tuple[Finding, ...], share: int
) -> None:
    proposal = decide(*findings)
    assert (proposal.granted, proposal.terms["share_yen"]) == (True, share)
    assert rules(proposal) == {"child-of-age", "share-taxed" if share else "share-untaxed"}


@pytest.mark.parametrize(
    ("born", "day", "granted"),
    [
        (date(2004, 4, 2), date(2020, 3, 31), True),
        (date(2004, 4, 1), date(2019, 4, 1), False),
        (date(2004, 4, 1), date(2019, 3, 31), True),
        (date(2004, 4, 2), date(2020, 4, 1), False),
    ],
)
def test_the_aid_ends_on_the_31_march_after_the_15th_birthday(born: date, day: date, *, granted: bool) -> None:
    proposal = decide(UNTAXED, born=born, day=day, insured_on="2004-04-01")
    assert proposal.granted is granted
    assert granted or rules(proposal) == {"child-too-old"}


@pytest.mark.parametrize(
    ("insured_on", "born", "begins"),
    [
        ("2019-11-30", date(2019, 11, 30), "2019-12-01"),
        ("2019-12-02", date(2019, 11, 30), "2019-12-02"),
        ("2010-01-01", date(2010, 1, 1), "2019-12-01"),
        ("2019-12-01", date(2019, 12, 2), "2019-12-02"),
    ],
)
def test_it_begins_with_the_month_of_the_claim_but_not_before_birth_or_insurance(
    insured_on: str, born: date, begins: str
) -> None:
    assert decide(UNTAXED, born=born, insured_on=insured_on).terms["from"] == begins


@pytest.mark.parametrize(
    ("begins", "born", "last"),
    [
        (date(2019, 7, 31), BABY, date(2019, 7, 31)),
        (date(2019, 8, 1), BABY, date(2020, 7, 31)),
        (date(2019, 12, 2), date(2004, 4, 2), date(2020, 3, 31)),
    ],
)
def test_a_certificate_ends_when_the_next_tax_is_known_or_the_age_is_over(begins: date, born: date, last: date) -> None:
    assert aid.last_day(born, begins) == last


@pytest.mark.parametrize(
    ("findings", "stated", "rule"),
    [
        ((UNTAXED,), {"resident_here": False}, "not-resident"),
        ((UNTAXED, found(Role.APPLICANT, "public-assistance", receiving=True)), {}, "on-public-assistance"),
    ],
)
def test_each_obstacle_refuses_the_aid_with_its_own_reason(
    findings: tuple[Finding, ...], stated: dict[str, Scalar], rule: str
) -> None:
    proposal = decide(*findings, **stated)
    assert (proposal.granted, rules(proposal)) == (False, {rule})


def test_a_claim_without_a_child_and_a_day_without_a_rule_grant_nothing() -> None:
    assert rules(decide(UNTAXED, named=False)) == {"no-child-named"}
    for day in (date(2018, 3, 31), date(2024, 4, 1)):
        with pytest.raises(ClaimRuleNotCoded):
            decide(UNTAXED, day=day)
    with pytest.raises(ClaimFormImplausible):
        aid.ChildrensAidForm(insured_on=date(2019, 12, 3)).require_plausible(DAY)


@pytest.mark.requirement("R-002", "R-252")
def test_the_city_asks_only_what_it_lodged_and_lodges_only_what_the_item_names() -> None:
    affair = aid.affair_of(CITY)
    affair.require_complete()
    affair.require_within_item(StatuteTable.load())
    assert {one.kind for one in aid.procedure_of(CITY).wanted} <= {one.kind for one in affair.asked}


def test_each_city_has_its_own_affair_and_the_child_section_does_it() -> None:
    mine, theirs = aid.affair_of(CITY).code, aid.affair_of(OTHER).code
    assert mine != theirs
    assert procedures_of(CITY)[-1].code == f"{mine}.application"
    assert procedures_of(CITY)[-1].affair == mine
    assert section_of(mine) == section_of(theirs) == "child-section"
    assert may_work_on("child-section-clerk", mine)
    assert not may_work_on("housing-section-clerk", mine)
    assert section_of("ordinance-452025-other") == ""
    assert awards_of(case_of(CODE, {Role.APPLICANT: BABY}, {})) == ()


@pytest.mark.parametrize(("finding", "words"), [(UNTAXED, "自己負担はありません"), (TAXED, "月額500円まで")])
def test_the_notice_says_what_is_paid(finding: Finding, words: str) -> None:
    case = case_of(CODE, {Role.APPLICANT: date(1985, 1, 1), Role.CHILD: BABY}, {})
    decided = dataclasses.replace(case, proposal=decide(finding))
    assert words in aid.notice(decided).body
    refused = dataclasses.replace(case, proposal=decide(UNTAXED, named=False))
    assert "助成は認められませんでした" in aid.notice(refused).body

"""Claims to a city's sections in the founded nation: other offices answer, nobody brings a paper (R-217)."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.casework.domain import CaseState, PersonForm, Role
from mizuhiki.institutions.municipality.domain.claims import child_rearing, housing, public_assistance
from mizuhiki.institutions.municipality.domain.claims.child_rearing import ChildRearingForm, Ground
from mizuhiki.institutions.municipality.domain.claims.housing import HousingForm
from mizuhiki.institutions.municipality.domain.claims.investigation import Investigation
from mizuhiki.institutions.municipality.domain.claims.public_assistance import AssistanceForm, Cause
from mizuhiki.institutions.municipality.operations.claims.service import ClaimForm
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.persons import Relationship
from mizuhiki.world.local import LocalStage
from support.claims import city_of, person_on_claim, tax_of

DAY = date(2019, 12, 2)
PARENT, STUDENT = "parent", "131032-1"
HOUSING = ("housing-section", "public-housing")
CHILD_SECTION = ("child-section", "child-rearing-allowance")
ASSISTANCE = ("welfare-office", "public-assistance")
VISIT = Investigation(
    visited_on=DAY, place_class="1-1", livelihood_yen=140_000, housing_yen=60_000, medical_yen=10_000, remarks="療養中"
)


def staff(stage: LocalStage, section: str, duty: str, affair: str) -> Context:
    return stage.context(city_of(stage, PARENT), f"{section}-{duty}", affair, "番号法19条8号", "a claim", person=duty)


def child_on_claim(stage: LocalStage) -> PersonForm:
    """The story's child as written on a claim; the roster lists adults only."""
    city = city_of(stage, PARENT)
    operations = stage.operations(city)
    clerk = stage.context(city, "counter-clerk", "resident-register", "住民基本台帳法", "look")
    household = operations.household_of(clerk, stage.roster.person(PARENT).resident)
    members = [one.summary for one in operations.household_view(clerk, household).members]
    child = next(one for one in members if one.relationship is Relationship.CHILD)
    mayor = stage.context(city, "mayor", "number-assignment", "番号法7条", "notify the number")
    notice = operations.notify_number(mayor, child.resident)
    return person_on_claim(
        stage,
        PARENT,
        Role.CHILD,
        number_text=notice.number.reveal(),
        name=child.name,
        name_kana=child.name_kana,
        birth_date=child.birth_date,
        sex=child.sex,
        address=notice.address,
    )


def decided(
    stage: LocalStage,
    counter: tuple[str, str],
    code: str,
    people: tuple[PersonForm, ...],
    form: ClaimForm,
    *,
    visited: Investigation | None = None,
) -> str:
    """Walk a claim to its notice."""
    section, affair = counter
    claims = stage.operations(city_of(stage, PARENT)).claims
    clerk, approver = (staff(stage, section, duty, affair) for duty in ("clerk", "approver"))
    case: str = claims.claim(clerk, code, f"claim-{code}", DAY, people, form)
    stage.pump()
    claims.gather(clerk, case)
    if visited is not None:
        claims.record_investigation(clerk, case, visited)
    claims.propose(clerk, case)
    claims.approve(approver, case)
    claims.notify(clerk, case)
    found = claims.case_file(clerk, case).case
    assert (found.state, found.papers) == (CaseState.DECIDED, ())
    assert found.notice_id
    return case


@pytest.mark.requirement("R-217", "R-246")
def test_a_city_asks_the_city_of_1_january_instead_of_the_applicant(stage: LocalStage) -> None:
    city, elsewhere = city_of(stage, PARENT), city_of(stage, STUDENT)
    assert city != elsewhere
    tax_of(stage, PARENT, income_yen=300_000)
    tax_of(stage, STUDENT, income_yen=0)
    people = (
        person_on_claim(stage, PARENT, Role.APPLICANT),
        person_on_claim(stage, "mother", Role.HOUSEHOLD),
    )
    tax_of(stage, "mother", income_yen=0)
    form = HousingForm(hardship="立ち退きを求められている", member_disabled=True)
    case = decided(stage, HOUSING, housing.CODE, people, form)
    claims = stage.operations(city).claims
    found = claims.case_file(staff(stage, HOUSING[0], "clerk", HOUSING[1]), case).case
    assert found.proposal is not None
    assert found.proposal.outcome == "admitted"
    asked = {(one.kind, one.provider, one.statute.partition(" ")[0]) for one in found.evidence if one.exchange_number}
    assert asked == {("disability", f"prefecture-welfare-{city[-6:-4]}", "2-31")}


@pytest.mark.requirement("R-217", "R-238")
def test_a_child_rearing_allowance_is_granted_and_copied_for_others(stage: LocalStage) -> None:
    city = city_of(stage, PARENT)
    tax_of(stage, PARENT, income_yen=300_000)
    people = (
        person_on_claim(stage, PARENT, Role.APPLICANT),
        child_on_claim(stage),
    )
    form = ChildRearingForm(ground=Ground.DIVORCE, since=date(2019, 6, 1), on_pension=True)
    case = decided(stage, CHILD_SECTION, child_rearing.CODE, people, form)
    claims = stage.operations(city).claims
    found = claims.case_file(staff(stage, CHILD_SECTION[0], "clerk", CHILD_SECTION[1]), case).case
    assert found.proposal is not None
    assert (found.proposal.outcome, found.proposal.terms["monthly_yen"]) == ("full", 42_910)
    asked = {(one.kind, one.provider, one.statute.partition(" ")[0]) for one in found.evidence if one.exchange_number}
    assert asked == {("pension-benefit", "pension-service", "2-57")}
    machinery = stage.context(city, "machinery", CHILD_SECTION[1], "番号法22条", "publish what was granted")
    assert claims.publish_awards(machinery) == 1
    assert claims.publish_awards(machinery) == 0


@pytest.mark.requirement("R-217", "R-239")
def test_assistance_is_decided_on_what_three_other_offices_tell(stage: LocalStage) -> None:
    city = city_of(stage, PARENT)
    tax_of(stage, PARENT, income_yen=300_000)
    people = (person_on_claim(stage, PARENT, Role.APPLICANT), child_on_claim(stage))
    form = AssistanceForm(
        cause=Cause.ILLNESS,
        on_unemployment_benefit=True,
        on_child_rearing_allowance=True,
        on_special_allowance=True,
        on_pension=True,
    )
    case = decided(stage, ASSISTANCE, public_assistance.CODE, people, form, visited=VISIT)
    claims = stage.operations(city).claims
    clerk = staff(stage, ASSISTANCE[0], "clerk", ASSISTANCE[1])
    found = claims.case_file(clerk, case).case
    assert found.proposal is not None
    lacking = 200_000 - 34_770  # the prefecture tells of a special allowance of the second grade
    assert (found.proposal.outcome, found.proposal.terms["monthly_yen"]) == ("granted", lacking)
    asked = {(one.kind, one.provider, one.statute.partition(" ")[0]) for one in found.evidence if one.exchange_number}
    assert asked == {
        ("unemployment-benefit", "public-employment-office", "2-26"),
        ("special-child-rearing-allowance", f"prefecture-welfare-{city[-6:-4]}", "2-26"),
        ("pension-benefit", "pension-service", "2-26"),
    }
    payment = claims.order_payment(staff(stage, ASSISTANCE[0], "approver", ASSISTANCE[1]), case)
    assert (payment.amount_yen, payment.pay_on) == (lacking * 30 // 31, DAY)
    saved = next(one for one in claims.savings(clerk) if one.procedure.code == public_assistance.CODE)
    assert (saved.saving.papers_after, saved.saving.visits_after) == (0, 1)
    machinery = stage.context(city, "machinery", ASSISTANCE[1], "番号法22条", "publish what was granted")
    assert claims.publish_awards(machinery) == 2

"""Childcare, disability services, medical aid and care premiums for a family that just came: no paper (R-217)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec
import pytest

from mizuhiki.casework.domain import NO_DATA, PROVIDED, Case, CaseState, PersonForm, Proposal, Role
from mizuhiki.institutions.municipality.domain.claims import (
    care_premium,
    child_rearing,
    childcare,
    disability_services,
    medical_aid,
    public_assistance,
)
from mizuhiki.institutions.municipality.domain.claims.care_premium import PremiumForm, ReliefGround
from mizuhiki.institutions.municipality.domain.claims.child_rearing import ChildRearingForm
from mizuhiki.institutions.municipality.domain.claims.child_rearing import Ground as RearingGround
from mizuhiki.institutions.municipality.domain.claims.childcare import ChildcareForm, Ground
from mizuhiki.institutions.municipality.domain.claims.disability_services import Service, ServicesForm
from mizuhiki.institutions.municipality.domain.claims.investigation import Investigation
from mizuhiki.institutions.municipality.domain.claims.medical_aid import MedicalAidForm, Treatment
from mizuhiki.institutions.municipality.domain.claims.public_assistance import AssistanceForm, Cause
from mizuhiki.institutions.municipality.operations.claims.service import ClaimForm
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import ExchangeName, InstitutionId, InstitutionKind, institution_id, intermediate_server_of
from mizuhiki.world.local import LocalStage
from support.claims import residents_told
from support.moved_family import (
    DAY,
    NEW,
    OLD,
    PENSION,
    WELFARE,
    Moved,
    assess,
    award_pension,
    certify,
    eldest_resident,
    grant_special_allowance,
    household_of,
    move,
)

CORE = institution_id(InstitutionKind.LINKAGE_CORE)
WITHIN = "within this body (番号法9条2項)"
SECTIONS = {
    childcare.CODE: ("child-section", "childcare-support"),
    child_rearing.CODE: ("child-section", "child-rearing-allowance"),
    disability_services.CODE: ("welfare-office", "disability-services"),
    medical_aid.CODE: ("welfare-office", "disability-services"),
    public_assistance.CODE: ("welfare-office", "public-assistance"),
    care_premium.CODE: ("care-section", "long-term-care-insurance"),
}
VISIT = Investigation(
    visited_on=DAY, place_class="1-1", livelihood_yen=140_000, housing_yen=60_000, medical_yen=0, remarks="療養中"
)


@dataclass(frozen=True, slots=True)
class Family:
    """The family of the story in its new home."""

    father: Moved
    mother: Moved
    child: Moved


def arrived(stage: LocalStage, *, father_yen: int, mother_yen: int) -> Family:
    """Let Miyakonojō tax the parents, then let the family move to Minato."""
    people = household_of(stage, stage.roster.person("parent").resident)
    assess(stage, dict(zip(people[:2], (father_yen, mother_yen), strict=True)))
    return Family(*move(stage, people))


def staff(stage: LocalStage, code: str, duty: str) -> Context:
    section, affair = SECTIONS[code]
    return stage.context(NEW, f"{section}-{duty}", affair, "番号法9条1項, 19条8号", "a claim", person=duty)


def decided(
    stage: LocalStage, code: str, form: ClaimForm, *people: PersonForm, visited: Investigation | None = None
) -> tuple[Case, Proposal]:
    """Walk a claim from the counter to its notice; nothing is attached on the way."""
    claims, clerk = stage.operations(NEW).claims, staff(stage, code, "clerk")
    case = claims.claim(clerk, code, f"claim-{code}", DAY, people, form)
    stage.pump()
    claims.gather(clerk, case)
    if visited is not None:
        claims.record_investigation(clerk, case, visited)
    proposal = claims.propose(clerk, case)
    claims.approve(staff(stage, code, "approver"), case)
    claims.notify(clerk, case)
    found = claims.case_file(clerk, case).case
    assert (found.state, found.papers, bool(found.notice_id)) == (CaseState.DECIDED, (), True)
    return found, proposal


def papers(stage: LocalStage, code: str) -> tuple[int, int]:
    """How many papers one case of a procedure took before linkage, and how many it takes now."""
    lines = stage.operations(NEW).claims.savings(staff(stage, code, "clerk"))
    (line,) = [one.saving for one in lines if one.procedure.code == code]
    assert line.cases == 1
    return line.papers_before, line.papers_after


def recorded_at(stage: LocalStage, body: InstitutionId) -> dict[ExchangeName, tuple[str, bytes]]:
    """Outcome and digest of each exchange in the record that a body's own server keeps."""
    server = intermediate_server_of(body)
    owner = stage.context(body, "owner", "information-provision", "番号法23条", "compare records")
    found, _more = stage.operations(server).owner_view.records(owner, after=None, limit=1000)
    return {ExchangeName(one.inquirer, one.exchange_number): (one.outcome, one.digest) for one in found}


def over_the_network(stage: LocalStage, case: Case, *rows: str) -> list[tuple[str, InstitutionId, str]]:
    """Kind, holder and outcome of what others were asked, after each was found recorded alike at all three places."""
    asked = [one for one in case.evidence if one.exchange_number]
    assert {(one.statute, one.provider) for one in case.evidence if one not in asked} <= {(WITHIN, NEW)}
    assert {one.statute.partition(" ")[0] for one in asked} == set(rows)
    assert all(one.receipt for one in asked if one.outcome == PROVIDED)
    names = [ExchangeName(NEW, one.exchange_number) for one in asked]
    peer = stage.context(intermediate_server_of(NEW), "peer", "information-provision", "番号法23条", "compare records")
    at_core = {
        ExchangeName(one.inquirer, one.exchange_number): (one.outcome, one.digest)
        for one in stage.operations(CORE).reconcile(peer, exchanges=names)
    }
    at_asker = recorded_at(stage, NEW)
    for name, one in zip(names, asked, strict=True):
        assert at_asker[name] == at_core[name] == recorded_at(stage, InstitutionId(one.provider))[name]
    return sorted((one.kind, InstitutionId(one.provider), one.outcome) for one in asked)


def within(case: Case) -> set[tuple[str, str]]:
    """Kind and outcome of what the city found in its own records."""
    return {(one.kind, one.outcome) for one in case.evidence if one.statute == WITHIN}


@pytest.mark.parametrize(
    ("father_yen", "known", "fee_yen", "rule"),
    [
        (300_000, False, 0, "free-untaxed"),
        (1_030_000, True, 9_000, "fee-favoured"),
        (1_030_000, False, 19_500, "fee-by-levy"),
    ],
)
@pytest.mark.requirement("R-217", "R-218", "R-234")
def test_the_fee_for_childcare_follows_from_what_the_old_city_and_the_prefecture_tell(
    stage: LocalStage, *, father_yen: int, known: bool, fee_yen: int, rule: str
) -> None:
    family = arrived(stage, father_yen=father_yen, mother_yen=0)
    if known:
        certify(stage, family.mother)
        grant_special_allowance(stage, family.father, date(2017, 8, 20))
    form = ChildcareForm(
        wanted_from=date(2020, 1, 6),
        ground=Ground.WORK,
        hours=160,
        second_ground=Ground.WORK,
        second_hours=160,
        on_public_assistance=True,
        on_child_rearing_allowance=True,
        on_special_allowance=True,
        member_disabled=True,
    )
    people = (
        family.father.on_claim(Role.APPLICANT),
        family.mother.on_claim(Role.SPOUSE),
        family.child.on_claim(Role.CHILD),
    )
    case, proposal = decided(stage, childcare.CODE, form, *people)
    found = PROVIDED if known else NO_DATA
    assert over_the_network(stage, case, "2-116") == sorted(
        [
            *[("local-tax", OLD, PROVIDED)] * 2,
            *[("disability", WELFARE, NO_DATA)] * 2,
            ("disability", WELFARE, found),
            ("special-child-rearing-allowance", WELFARE, found),
        ]
    )
    assert within(case) == {("public-assistance", NO_DATA), ("child-rearing-allowance", NO_DATA)}
    assert papers(stage, childcare.CODE) == (8, 0)
    assert (proposal.outcome, proposal.terms["fee_yen"], proposal.reasons[-1].rule) == ("class-3", fee_yen, rule)


@pytest.mark.parametrize(
    ("father_yen", "certified", "rule", "cap_yen"),
    [
        (300_000, True, "cap-low-income", 0),
        (4_000_000, True, "cap-general-2", 37_200),
        (300_000, False, "no-certificate", None),
    ],
)
@pytest.mark.requirement("R-217", "R-218", "R-241")
def test_disability_services_are_granted_on_the_certificate_and_capped_by_the_tax_that_others_tell(
    stage: LocalStage, *, father_yen: int, certified: bool, rule: str, cap_yen: int | None
) -> None:
    family = arrived(stage, father_yen=father_yen, mother_yen=0)
    if certified:
        certify(stage, family.mother)
    form = ServicesForm(service=Service.HOME_HELP, support_level=2, on_public_assistance=True)
    people = (family.mother.on_claim(Role.APPLICANT), family.father.on_claim(Role.SPOUSE))
    case, proposal = decided(stage, disability_services.CODE, form, *people)
    assert over_the_network(stage, case, "2-108", "practice-241") == [
        ("disability", WELFARE, PROVIDED if certified else NO_DATA),
        *[("local-tax", OLD, PROVIDED)] * 2,
    ]
    assert within(case) == {("resident-record", PROVIDED), ("public-assistance", NO_DATA)}
    assert papers(stage, disability_services.CODE) == (6, 0)
    assert (proposal.granted, proposal.reasons[-1].rule) == (certified, rule)
    assert proposal.terms.get("cap_yen") == cap_yen


@pytest.mark.parametrize(
    ("father_yen", "allowance", "rule", "cap_yen"),
    [
        (300_000, False, "band-low-1", 2_500),
        (300_000, True, "band-low-2", 5_000),
        (8_000_000, False, "levy-above-limit", None),
    ],
)
@pytest.mark.requirement("R-217", "R-218", "R-242")
def test_the_share_of_medical_aid_follows_from_tax_pension_and_allowance_that_others_tell(
    stage: LocalStage, *, father_yen: int, allowance: bool, rule: str, cap_yen: int | None
) -> None:
    residents_told(stage, OLD)
    father, mother, _child = household_of(stage, stage.roster.person("parent").resident)
    assess(stage, {father: father_yen, mother: 0})
    award_pension(stage, mother)
    family = Family(*move(stage, household_of(stage, father)))
    certify(stage, family.mother)
    if allowance:
        grant_special_allowance(stage, family.mother, date(2017, 8, 20))
    form = MedicalAidForm(
        treatment=Treatment.REHABILITATION,
        treatment_until=date(2020, 3, 31),
        holds_certificate=True,
        on_public_assistance=True,
        on_pension=True,
        on_special_allowance=True,
    )
    people = (family.mother.on_claim(Role.APPLICANT), family.father.on_claim(Role.SPOUSE))
    case, proposal = decided(stage, medical_aid.CODE, form, *people)
    assert over_the_network(stage, case, "2-108", "practice-241", "practice-242") == [
        ("disability", WELFARE, PROVIDED),
        *[("local-tax", OLD, PROVIDED)] * 2,
        ("pension-benefit", PENSION, PROVIDED),
        ("special-child-rearing-allowance", WELFARE, PROVIDED if allowance else NO_DATA),
    ]
    assert within(case) == {("resident-record", PROVIDED), ("public-assistance", NO_DATA)}
    assert papers(stage, medical_aid.CODE) == (8, 0)
    assert rule in {one.rule for one in proposal.reasons}
    assert (proposal.granted, proposal.terms.get("cap_yen")) == (cap_yen is not None, cap_yen)


@pytest.mark.parametrize(
    ("income_yen", "form", "rule", "premiums"),
    [
        (0, PremiumForm(ground=ReliefGround.NEED, pension_yen=600_000), "household-in-need", (27_000, 13_500)),
        (
            1_500_000,
            PremiumForm(ground=ReliefGround.LOSS_OF_INCOME, expected_income_yen=700_000),
            "income-halved",
            (93_600, 46_800),
        ),
        (1_500_000, PremiumForm(ground=ReliefGround.NEED), "somebody-taxed", (93_600, 93_600)),
    ],
)
@pytest.mark.requirement("R-217", "R-218", "R-244")
def test_a_care_premium_is_reduced_on_the_income_that_the_old_city_tells(
    stage: LocalStage, income_yen: int, form: PremiumForm, rule: str, premiums: tuple[int, int]
) -> None:
    eldest = eldest_resident(stage)
    assess(stage, {eldest: income_yen})
    (insured,) = move(stage, household_of(stage, eldest))
    asking = msgspec.structs.replace(form, on_public_assistance=True)
    case, proposal = decided(stage, care_premium.CODE, asking, insured.on_claim(Role.APPLICANT))
    assert over_the_network(stage, case, "2-94") == [("local-tax", OLD, PROVIDED)]
    assert within(case) == {("resident-record", PROVIDED), ("public-assistance", NO_DATA)}
    assert papers(stage, care_premium.CODE) == (3, 0)
    assert proposal.reasons[0].rule == rule
    assert (proposal.terms["premium_before_yen"], proposal.terms["premium_yen"]) == premiums


def assisted(stage: LocalStage, person: Moved) -> None:
    """Let the same city grant public assistance."""
    form = AssistanceForm(cause=Cause.ILLNESS)
    _case, proposal = decided(stage, public_assistance.CODE, form, person.on_claim(Role.APPLICANT), visited=VISIT)
    assert proposal.granted


@pytest.mark.requirement("R-217", "R-234", "R-241", "R-242")
def test_assistance_and_allowance_of_the_same_city_count_without_their_certificates(stage: LocalStage) -> None:
    family = arrived(stage, father_yen=0, mother_yen=0)
    certify(stage, family.father)
    father, child = family.father.on_claim(Role.APPLICANT), family.child.on_claim(Role.CHILD)
    rearing = ChildRearingForm(ground=RearingGround.DIVORCE, since=date(2019, 6, 1))
    assert decided(stage, child_rearing.CODE, rearing, father, child)[1].granted
    assisted(stage, family.father)
    forms: dict[str, tuple[ClaimForm, tuple[PersonForm, ...]]] = {
        childcare.CODE: (
            ChildcareForm(
                wanted_from=date(2020, 1, 6),
                ground=Ground.WORK,
                hours=160,
                on_public_assistance=True,
                on_child_rearing_allowance=True,
            ),
            (father, child),
        ),
        disability_services.CODE: (
            ServicesForm(service=Service.HOME_HELP, support_level=2, on_public_assistance=True),
            (father,),
        ),
        medical_aid.CODE: (
            MedicalAidForm(
                treatment=Treatment.REHABILITATION,
                treatment_until=date(2020, 3, 31),
                holds_certificate=True,
                on_public_assistance=True,
            ),
            (father,),
        ),
    }
    found = {code: decided(stage, code, form, *people) for code, (form, people) in forms.items()}
    assert all(("public-assistance", PROVIDED) in within(case) for case, _proposal in found.values())
    assert ("child-rearing-allowance", PROVIDED) in within(found[childcare.CODE][0])
    terms = {code: proposal.terms for code, (_case, proposal) in found.items()}
    assert terms[childcare.CODE]["tier"] == 1
    assert terms[disability_services.CODE]["band"] == terms[medical_aid.CODE]["band"] == "assistance"


@pytest.mark.requirement("R-217", "R-244")
def test_a_premium_that_assistance_pays_is_not_reduced_and_no_certificate_is_asked(stage: LocalStage) -> None:
    eldest = eldest_resident(stage)
    assess(stage, {eldest: 0})
    (insured,) = move(stage, household_of(stage, eldest))
    assisted(stage, insured)
    form = PremiumForm(ground=ReliefGround.NEED, on_public_assistance=True)
    case, proposal = decided(stage, care_premium.CODE, form, insured.on_claim(Role.APPLICANT))
    assert within(case) == {("resident-record", PROVIDED), ("public-assistance", PROVIDED)}
    assert (proposal.granted, proposal.reasons[0].rule) == (False, "premium-paid-by-assistance")

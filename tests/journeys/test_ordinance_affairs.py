"""An affair under a city's own ordinance: lodged, published, assessed, and then asked for over the network (R-252)."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest

from mizuhiki.casework.domain import Evidence, PersonForm, Role
from mizuhiki.institutions.municipality.domain.claims import childrens_medical_aid
from mizuhiki.institutions.municipality.domain.claims.childrens_medical_aid import ChildrensAidForm
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.affairs import AffairNotLawful
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.persons import Relationship
from mizuhiki.vocabulary.statute import LinkageQuestion
from mizuhiki.world.local import LocalStage
from mizuhiki.world.offices import UNASSESSED_MUNICIPALITY
from support.claims import city_of, person_on_claim, relatives, resident_on_claim, tax_of

DAY = date(2019, 12, 2)
COMMISSION = institution_id(InstitutionKind.COMMISSION)
PARENT, STUDENT = "parent", "131032-1"
LAW = "番号法19条9号"


def clerk(stage: LocalStage, city: InstitutionId, duty: str = "clerk") -> Context:
    code = childrens_medical_aid.affair_of(city).code
    return stage.context(city, f"child-section-{duty}", code, LAW, "medical aid for a child", person=duty)


def officer(stage: LocalStage) -> Context:
    return stage.context(COMMISSION, "assessment-officer", "linkage-oversight", LAW, "decide", person="officer")


def family(stage: LocalStage, city: InstitutionId) -> tuple[PersonForm, ...]:
    [child, *_] = relatives(stage, PARENT, Relationship.CHILD)
    return (
        person_on_claim(stage, PARENT, Role.APPLICANT, lived_on_1_january=city_of(stage, STUDENT)[-6:]),
        resident_on_claim(stage, city, child, Role.CHILD),
    )


def gathered(stage: LocalStage, city: InstitutionId, request_id: str) -> tuple[str, tuple[Evidence, ...]]:
    claims = stage.operations(city).claims
    form = ChildrensAidForm(insured_on=DAY - timedelta(days=30))
    code = childrens_medical_aid.code_of(city)
    case: str = claims.claim(clerk(stage, city), code, request_id, DAY, family(stage, city), form)
    stage.pump()
    return case, claims.gather(clerk(stage, city), case)


@pytest.mark.requirement("R-002", "R-217", "R-252")
def test_a_city_asks_the_city_of_1_january_under_its_own_ordinance_until_it_is_withdrawn(stage: LocalStage) -> None:
    city, elsewhere = city_of(stage, PARENT), city_of(stage, STUDENT)
    tax_of(stage, PARENT, income_yen=300_000)
    affair = childrens_medical_aid.affair_of(city)
    case, [told] = gathered(stage, city, "childrens-aid-1")
    assert (told.kind, told.provider, told.outcome) == ("local-tax", elsewhere, "no-data")
    assert told.statute.startswith(f"{affair.code} 番号法19条9号; ")
    ordinances = stage.operations(COMMISSION).ordinances
    [filing] = [one for one in ordinances.listed(officer(stage)) if one.institution == city]
    ordinances.withdraw(officer(stage), filing.key, reason="条例が廃止された")
    claims = stage.operations(city).claims
    [refused] = claims.gather(clerk(stage, city), case)
    assert (refused.outcome, refused.refused_by) == ("no-statute-row", COMMISSION)
    [own] = claims.ordinance_filings(stage.context(city, "mayor", affair.code, LAW, "look after ordinances"))
    assert (own.state, own.reason) == ("withdrawn", "条例が廃止された")
    claims.substitute_paper(
        clerk(stage, city),
        case,
        person=refused.person,
        kind="local-tax",
        description="課税証明書",
        items={"declared": True, "taxable": False},
    )
    assert claims.propose(clerk(stage, city), case).terms["share_yen"] == 0


@pytest.mark.requirement("R-002", "R-252")
def test_a_village_without_an_ordinance_can_not_even_take_a_claim(stage: LocalStage) -> None:
    village = InstitutionId(f"municipality-{UNASSESSED_MUNICIPALITY}")
    code = childrens_medical_aid.code_of(village)
    claims = stage.operations(village).claims
    form = ChildrensAidForm(insured_on=DAY)
    with pytest.raises(AffairNotLawful) as refused:
        claims.claim(clerk(stage, village), code, "childrens-aid-2", DAY, (), form)
    assert refused.value.fields["affair"] == childrens_medical_aid.affair_of(village).code


class OutOfReach:
    """The law while the commission's list was never to be had."""

    def about(self, _inquirer: str, _affair: str) -> Any:
        raise Unavailable

    at_hand = whole = about


@pytest.mark.requirement("R-252")
def test_an_office_goes_by_its_own_ordinance_while_the_commission_is_out_of_reach(stage: LocalStage) -> None:
    city = city_of(stage, STUDENT)
    claims = stage.operations(city).claims
    alone = dataclasses.replace(claims, adapters=dataclasses.replace(claims.adapters, statute=OutOfReach()))
    code = childrens_medical_aid.code_of(city)
    assert alone.worklist(clerk(stage, city), None, code) == []
    another = childrens_medical_aid.affair_of(city_of(stage, PARENT)).code
    with pytest.raises(AffairNotLawful):
        alone.worklist(dataclasses.replace(clerk(stage, city), affair=another), None, code)


@pytest.mark.requirement("R-252")
def test_anybody_reads_the_citys_rows_beside_those_of_the_act(stage: LocalStage) -> None:
    city, elsewhere = city_of(stage, STUDENT), city_of(stage, PARENT)
    code = childrens_medical_aid.affair_of(city).code
    statute = stage.operations(InstitutionId("linkage-core")).statute
    item = statute.item(number=code, day=DAY)
    assert item.is_in_force
    assert {(row.provider_class, row.kind) for row in item.rows} == {
        ("municipality", "local-tax"),
        ("municipality", "public-assistance"),
        ("prefecture", "public-assistance"),
        ("municipality", "resident-record"),
    }
    question = LinkageQuestion(
        inquirer=city,
        affair=code,
        procedure=childrens_medical_aid.code_of(city),
        provider=elsewhere,
        kinds=("local-tax",),
        day=DAY,
    )
    assert statute.examine(question).permitted

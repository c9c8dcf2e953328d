"""An affair under a city's own ordinance: lodged, published, assessed, and then asked for over the network (R-252)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mizuhiki.casework.domain import CaseState, Evidence, PersonForm, Role
from mizuhiki.institutions.municipality.domain.claims import childrens_medical_aid
from mizuhiki.institutions.municipality.domain.claims.childrens_medical_aid import ChildrensAidForm
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.persons import Relationship
from mizuhiki.world.local import LocalStage
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
def test_a_city_grants_medical_aid_under_its_ordinance_and_asks_the_city_of_1_january(stage: LocalStage) -> None:
    city, elsewhere = city_of(stage, PARENT), city_of(stage, STUDENT)
    tax_of(stage, PARENT, income_yen=300_000)
    case, [told] = gathered(stage, city, "childrens-aid-1")
    affair = childrens_medical_aid.affair_of(city)
    assert (told.kind, told.provider) == ("local-tax", elsewhere)
    assert told.outcome in {"provided", "no-data"}
    assert told.statute.startswith(f"{affair.code} 番号法19条9号; ")
    claims = stage.operations(city).claims
    assert claims.case_file(clerk(stage, city), case).case.state is CaseState.EXAMINED

"""The sections' pages: a claim from its own form to the approved decision, and what strangers are refused."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from mizuhiki.institutions.municipality.domain.claims import childcare as childcare_rules
from mizuhiki.institutions.municipality.domain.claims import childrens_medical_aid
from mizuhiki.institutions.municipality.domain.claims.care_premium import ReliefGround
from mizuhiki.institutions.municipality.domain.claims.child_rearing import Ground
from mizuhiki.institutions.municipality.domain.claims.medical_aid import Treatment
from mizuhiki.institutions.municipality.domain.claims.public_assistance import Cause
from mizuhiki.institutions.municipality.web.claims import (
    care_premium,
    child_rearing,
    childcare,
    medical_aid,
    public_assistance,
)
from mizuhiki.vocabulary.ids import parse_institution_id
from support.environment import make_environment
from support.municipality import ADDRESS, MIYAKONOJO
from support.ordinance_pages import publish
from support.section_office import BORN, CHILD, GRANDMOTHER, MOTHER, NAMES, SectionOffice, told

PASSPHRASE = "invented passphrase of this office"
FORMS = {
    "child-rearing-allowance": "child-section",
    "long-term-care-insurance": "care-section",
    "public-housing": "housing-section",
    "disability-services": "welfare-office",
    "childcare-support": "child-section",
    "medical-aid": "welfare-office",
    "childrens-medical-aid": "child-section",
    "public-assistance": "welfare-office",
}
"""Sections by the path of their pages."""
ORDINANCE = childrens_medical_aid.affair_of(parse_institution_id(MIYAKONOJO))
AFFAIRS = {"medical-aid": "disability-services", "childrens-medical-aid": ORDINANCE.code}
"""Affairs of paths that are none."""


class Counter:
    """A browser of a member of a section, in English."""

    def __init__(self, office: SectionOffice, role: str) -> None:
        app = office.country.apps[MIYAKONOJO]
        app.operations.add_staff(role, role.title(), role, PASSPHRASE)
        self._client = Client(app.wsgi)
        self._base = f"https://{make_environment(MIYAKONOJO).settings.host}"
        self.open("/sign-in?lang=en")
        assert self.post("/sign-in", {"account": role, "passphrase": PASSPHRASE}).status_code == 303

    def open(self, path: str) -> TestResponse:
        return self._client.get(path, base_url=self._base)

    def post(self, path: str, fields: dict[str, Any], of: str | None = None) -> TestResponse:
        page = self.open(of or path.partition("?")[0]).text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page[:500]
        kept = re.search(r'name="request_id" value="([^"]+)"', page)
        hidden = {"request_id": kept.group(1)} if kept else {}
        data = {"csrf_token": found.group(1), **hidden, **fields}
        return self._client.post(path, base_url=self._base, data=data, headers={"Referer": self._base + path})


def written(office: SectionOffice, prefix: str, which: int) -> dict[str, str]:
    family, given, family_kana, given_kana = NAMES[which]
    values = {
        "number": office.number(which),
        "name": f"{family}　{given}",
        "kana": f"{family_kana}　{given_kana}",
        "born": BORN[which].isoformat(),
        "sex": "1" if which == CHILD else "2",
        "address": ADDRESS,
        "number_proof": "card",
        "person_proof": "card",
        "compared": "yes",
    }
    return {f"{prefix}_{name}": value for name, value in values.items()}


def childcare_claim(office: SectionOffice) -> dict[str, Any]:
    people = written(office, "guardian", MOTHER) | written(office, "child", CHILD)
    return {"wanted_from": "2019-12-02", "ground": "work", "hours": "160", **people}


def medical_claim(office: SectionOffice) -> dict[str, Any]:
    office.answers["disability"] = told("disability", certificate=True, kind_of_certificate="physical")
    stated = {"treatment": "rehabilitation", "treatment_until": "2020-03-31", "holds_certificate": "yes"}
    return {**stated, **written(office, "applicant", MOTHER)}


def childrens_aid_claim(office: SectionOffice) -> dict[str, Any]:
    people = written(office, "applicant", MOTHER) | written(office, "child", CHILD)
    return {"insured_on": "2019-12-01", **people}


def assistance_claim(office: SectionOffice) -> dict[str, Any]:
    return {"cause": "illness", "rent_yen": "30,000", **written(office, "head", MOTHER)}


NEWER = {
    "childcare-support": childcare_claim,
    "medical-aid": medical_claim,
    "childrens-medical-aid": childrens_aid_claim,
    "public-assistance": assistance_claim,
}


def claim_of(office: SectionOffice, affair: str) -> dict[str, Any]:
    """What a clerk types for each procedure."""
    if affair in NEWER:
        return NEWER[affair](office)
    if affair == "child-rearing-allowance":
        people = written(office, "claimant", MOTHER) | written(office, "first", CHILD)
        return {"ground": "divorce", "since": "2019-06-01", **people}
    if affair == "long-term-care-insurance":
        return {"ground": "need", "pension_yen": "700,000", **written(office, "insured", GRANDMOTHER)}
    if affair == "disability-services":
        office.answers["disability"] = told("disability", certificate=True)
        return {"service": "day-care", "support_level": "3", **written(office, "applicant", MOTHER)}
    return {"hardship": "立ち退きを求められている", **written(office, "applicant", MOTHER)}


VISIT = {
    "visited_on": "2019-12-02",
    "place_class": "3-1",
    "livelihood_yen": "70,000",
    "housing_yen": "30,000",
    "found": "urgent",
    "remarks": "病気療養中",
}


@pytest.mark.parametrize(
    ("affair", "section", "shown"),
    [
        ("child-rearing-allowance", "child-section", "42,910"),
        ("long-term-care-insurance", "care-section", "13,500"),
        ("public-housing", "housing-section", "34,400"),
        ("disability-services", "welfare-office", "Nobody who counts is taxed"),
        ("childcare-support", "child-section", "Class 2: care, from three years on"),
        ("medical-aid", "welfare-office", "2,500"),
        ("childrens-medical-aid", "child-section", "No guardian is taxed: nothing to pay"),
        ("public-assistance", "welfare-office", "96,774"),
    ],
)
def test_a_claim_is_taken_and_decided_on_the_pages(
    office: SectionOffice, affair: str, section: str, shown: str
) -> None:
    publish(office.country, ORDINANCE, "childrens-aid-1")
    for which in (MOTHER, GRANDMOTHER):
        office.tax(which, 0, dependents=1)
    clerk, approver = Counter(office, f"{section}-clerk"), Counter(office, f"{section}-approver")
    taken = clerk.post(f"/claims/{affair}/new", {"received_on": "2019-12-02", **claim_of(office, affair)})
    assert taken.status_code == 303, taken.text
    case = taken.headers["Location"]
    assert case.startswith(f"/claims/{affair}/")
    if affair == "public-assistance":
        assert clerk.post(f"{case}/investigation", VISIT).status_code == 303
    for step in ("gather", "propose"):
        assert clerk.post(f"{case}?do={step}", {}).status_code == 303
    assert shown in clerk.open(case).text
    assert approver.post(f"{case}?do=approve", {}).status_code == 303
    assert clerk.post(f"{case}?do=notify", {}).status_code == 303
    assert "Decided" in approver.open(f"/claims/{affair}").text
    assert clerk.open(f"/claims/{affair}/savings").status_code == 200


@pytest.mark.parametrize(("affair", "section"), FORMS.items())
def test_an_empty_claim_comes_back_with_what_is_missing(office: SectionOffice, affair: str, section: str) -> None:
    publish(office.country, ORDINANCE, "childrens-aid-1")
    answer = Counter(office, f"{section}-clerk").post(f"/claims/{affair}/new", {"received_on": "soon"})
    assert answer.status_code == 422
    assert "Enter the day like 2019-12-02" in answer.text
    assert office.claims.worklist(office.clerk(section, AFFAIRS.get(affair, affair))) == []


def test_nobody_of_another_section_opens_a_form_or_a_list(office: SectionOffice) -> None:
    stranger = Counter(office, "housing-section-clerk")
    for path in ("/claims/child-rearing-allowance", "/claims/child-rearing-allowance/new"):
        assert stranger.open(path).status_code == 403
    start = stranger.open("/").text
    assert "/claims/public-housing" in start
    assert "/claims/child-rearing-allowance" not in start


def test_a_visit_is_recorded_before_assistance_is_decided(office: SectionOffice) -> None:
    office.tax(MOTHER, 0)
    clerk, approver = (Counter(office, f"welfare-office-{duty}") for duty in ("clerk", "approver"))
    taken = clerk.post(
        "/claims/public-assistance/new", {"received_on": "2019-12-02", **claim_of(office, "public-assistance")}
    )
    case = taken.headers["Location"]
    assert clerk.post(f"{case}?do=gather", {}).status_code == 303
    page = clerk.open(case).text
    assert "not recorded yet" in page
    assert f"{case}/investigation" in page
    refused = clerk.post(f"{case}?do=propose", {})
    assert refused.status_code == 409
    assert "No visit to the household is recorded" in refused.text
    wrong = clerk.post(f"{case}/investigation", {**VISIT, "place_class": "", "remarks": "", "housing_yen": "viel"})
    assert wrong.status_code == 422
    messages = {"Choose the class of the place", "Enter what was found", "Enter a whole number of yen"}
    assert messages <= set(re.findall(r">([^<>]+)<", wrong.text))
    early = clerk.post(f"{case}/investigation", {**VISIT, "visited_on": "2019-12-01"})
    assert early.status_code == 422
    assert "70,000" in early.text
    assert clerk.post(f"{case}/investigation", VISIT).status_code == 303
    shown = clerk.open(case).text
    assert {"病気療養中", "Life is in danger"} <= set(re.findall(r">\s*([^<>]+?)\s*<", shown))
    assert f"{case}/investigation" not in approver.open(case).text
    assert approver.open(f"{case}/investigation").status_code == 403


def test_a_case_opens_only_on_the_pages_of_its_procedure(office: SectionOffice) -> None:
    office.tax(MOTHER, 0)
    clerk = Counter(office, "welfare-office-clerk")
    taken = clerk.post("/claims/medical-aid/new", {"received_on": "2019-12-02", **claim_of(office, "medical-aid")})
    case = taken.headers["Location"].rpartition("/")[2]
    assert clerk.open(f"/claims/medical-aid/{case}").status_code == 200
    assert clerk.open(f"/claims/disability-services/{case}").status_code == 404
    assert case in clerk.open("/claims/medical-aid").text
    assert case not in clerk.open("/claims/disability-services").text


@pytest.mark.requirement("R-002", "R-252")
def test_no_claim_under_the_ordinance_is_taken_before_its_affair_is_published(office: SectionOffice) -> None:
    clerk = Counter(office, "child-section-clerk")
    path = "/claims/childrens-medical-aid"
    claim = {"received_on": "2019-12-02", **claim_of(office, "childrens-medical-aid")}
    assert "The number may not be used for this affair" in clerk.post(f"{path}/new", claim).text
    publish(office.country, ORDINANCE, "childrens-aid-1")
    office.country.clock.advance(timedelta(minutes=1))
    late = clerk.post(f"{path}/new", {**claim, "insured_on": "2019-12-03"})
    assert late.status_code == 422
    assert "The claim is not possible like this" in late.text
    taken = clerk.post(f"{path}/new", claim)
    assert taken.status_code == 303
    assert taken.headers["Location"] in clerk.open(path).text
    for shown in (path, f"{path}/new", taken.headers["Location"]):
        assert "子ども医療費の助成" in clerk.open(f"{shown}?lang=ja").text


def test_a_field_that_is_not_possible_keeps_everything_typed(office: SectionOffice) -> None:
    clerk = Counter(office, "child-section-clerk")
    typed = {"received_on": "2019-12-02", **claim_of(office, "childcare-support"), "wanted_from": "2019-12-01"}
    answer = clerk.post("/claims/childcare-support/new", typed)
    assert answer.status_code == 422
    assert "The claim is not possible like this" in answer.text
    assert 'value="160"' in answer.text


def test_every_ground_has_its_words() -> None:
    assert set(childcare.GROUNDS) == {one.value for one in childcare_rules.Ground}
    assert set(medical_aid.TREATMENTS) == {one.value for one in Treatment}
    assert set(public_assistance.CAUSES) == {one.value for one in Cause}
    assert set(child_rearing.GROUNDS) == {one.value for one in Ground}
    assert set(care_premium.GROUNDS) == {one.value for one in ReliefGround}


@pytest.mark.requirement("R-239")
def test_assistance_is_ended_on_its_page_by_two_people(office: SectionOffice) -> None:
    office.tax(MOTHER, 0)
    clerk, approver = (Counter(office, f"welfare-office-{duty}") for duty in ("clerk", "approver"))
    claim = {"received_on": "2019-12-02", **claim_of(office, "public-assistance")}
    case = clerk.post("/claims/public-assistance/new", claim).headers["Location"]
    page = f"{case}/assistance"
    assert page not in clerk.open(case).text
    assert clerk.open(page).status_code == 403
    clerk.post(f"{case}/investigation", VISIT)
    for who, step in ((clerk, "gather"), (clerk, "propose"), (approver, "approve")):
        assert who.post(f"{case}?do={step}", {}).status_code == 303
    assert page in clerk.open(case).text
    empty = clerk.post(page, {"from_day": "bald"})
    assert empty.status_code == 422
    assert {"Choose the decision", "Choose the ground", "Enter the reason as the notice is to say it"} <= set(
        re.findall(r">([^<>]+)<", empty.text)
    )
    ending = {"turn": "ended", "ground": "own-wish", "from_day": "2019-12-05", "reason": "辞退届による"}
    wrong = clerk.post(page, {**ending, "ground": "needed-again"})
    assert wrong.status_code == 422
    assert "Assistance cannot be changed like this" in wrong.text
    assert clerk.post(page, ending).status_code == 303
    shown = clerk.open(page).text
    assert "辞退届による" in shown
    assert "To be approved" in shown
    assert "Approve the change" not in shown
    assert clerk.post(page, {"do": "approve"}).status_code == 403
    assert approver.post(page, {"do": "approve"}).status_code == 303
    assert clerk.post(page, {"do": "notify"}).status_code == 303
    ended = clerk.open(page).text
    assert "Told in writing" in ended
    assert "Propose a decision" not in ended

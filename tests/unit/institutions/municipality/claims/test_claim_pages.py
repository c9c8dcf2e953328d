"""The sections' pages: a claim from its own form to the approved decision, and what strangers are refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from mizuhiki.institutions.municipality.domain.claims.care_premium import ReliefGround
from mizuhiki.institutions.municipality.domain.claims.child_rearing import Ground
from mizuhiki.institutions.municipality.web.claims import care_premium, child_rearing
from support.environment import make_environment
from support.municipality import ADDRESS, MIYAKONOJO
from support.section_office import BORN, CHILD, GRANDMOTHER, MOTHER, NAMES, SectionOffice, told

PASSPHRASE = "invented passphrase of this office"
FORMS = {
    "child-rearing-allowance": "child-section",
    "long-term-care-insurance": "care-section",
    "public-housing": "housing-section",
    "disability-services": "welfare-office",
}


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


def claim_of(office: SectionOffice, affair: str) -> dict[str, Any]:
    """What a clerk types for each procedure."""
    if affair == "child-rearing-allowance":
        people = written(office, "claimant", MOTHER) | written(office, "first", CHILD)
        return {"ground": "divorce", "since": "2019-06-01", **people}
    if affair == "long-term-care-insurance":
        return {"ground": "need", "pension_yen": "700,000", **written(office, "insured", GRANDMOTHER)}
    if affair == "disability-services":
        office.answers["disability"] = told("disability", certificate=True)
        return {"service": "day-care", "support_level": "3", **written(office, "applicant", MOTHER)}
    return {"hardship": "立ち退きを求められている", **written(office, "applicant", MOTHER)}


@pytest.mark.parametrize(
    ("affair", "section", "shown"),
    [
        ("child-rearing-allowance", "child-section", "42,910"),
        ("long-term-care-insurance", "care-section", "13,500"),
        ("public-housing", "housing-section", "34,400"),
        ("disability-services", "welfare-office", "Nobody who counts is taxed"),
    ],
)
def test_a_claim_is_taken_and_decided_on_the_pages(
    office: SectionOffice, affair: str, section: str, shown: str
) -> None:
    for which in (MOTHER, GRANDMOTHER):
        office.tax(which, 0, dependents=1)
    clerk, approver = Counter(office, f"{section}-clerk"), Counter(office, f"{section}-approver")
    taken = clerk.post(f"/claims/{affair}/new", {"received_on": "2019-12-02", **claim_of(office, affair)})
    assert taken.status_code == 303, taken.text
    case = taken.headers["Location"]
    assert case.startswith(f"/claims/{affair}/")
    for step in ("gather", "propose"):
        assert clerk.post(f"{case}?do={step}", {}).status_code == 303
    assert shown in clerk.open(case).text
    assert approver.post(f"{case}?do=approve", {}).status_code == 303
    assert clerk.post(f"{case}?do=notify", {}).status_code == 303
    assert "Decided" in approver.open(f"/claims/{affair}").text
    assert clerk.open(f"/claims/{affair}/savings").status_code == 200


@pytest.mark.parametrize(("affair", "section"), FORMS.items())
def test_an_empty_claim_comes_back_with_what_is_missing(office: SectionOffice, affair: str, section: str) -> None:
    answer = Counter(office, f"{section}-clerk").post(f"/claims/{affair}/new", {"received_on": "soon"})
    assert answer.status_code == 422
    assert "Enter the day like 2019-12-02" in answer.text
    assert office.claims.worklist(office.clerk(section, affair)) == []


def test_nobody_of_another_section_opens_a_form_or_a_list(office: SectionOffice) -> None:
    stranger = Counter(office, "housing-section-clerk")
    for path in ("/claims/child-rearing-allowance", "/claims/child-rearing-allowance/new"):
        assert stranger.open(path).status_code == 403
    start = stranger.open("/").text
    assert "/claims/public-housing" in start
    assert "/claims/child-rearing-allowance" not in start


def test_every_ground_has_its_words() -> None:
    assert set(child_rearing.GROUNDS) == {one.value for one in Ground}
    assert set(care_premium.GROUNDS) == {one.value for one in ReliefGround}

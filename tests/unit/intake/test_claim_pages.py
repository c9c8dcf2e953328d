"""The pages on which staff take and decide claims at bodies that keep people (R-217, R-361)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import mizuhiki.casework.web
import mizuhiki.institutions.agency
from mizuhiki.casework.domain import Role
from mizuhiki.institutions.agency.health_insurer.app import build as build_insurer
from mizuhiki.institutions.agency.hello_work.app import build as build_hello_work
from mizuhiki.institutions.agency.hello_work.domain.employments import Employment
from mizuhiki.institutions.agency.prefecture_welfare.app import build as build_welfare
from mizuhiki.ui.languages import untranslated
from support.pages import csrf_token
from unit.intake.kit import Browser, Office, form, number, open_office

AGENCY = Path(mizuhiki.institutions.agency.__file__).parent


@pytest.fixture
def hello_work() -> Iterator[Office]:
    office = open_office("public-employment-office", "employment-insurance", build_hello_work)
    yield office
    office.app.close()


def typed(office: Office, prefix: str, body: int, role: Role) -> dict[str, str]:
    written = office.registered[number(body)]
    values = {
        "number": number(body),
        "name": written.name,
        "kana": written.name_kana,
        "born": written.birth_date.isoformat(),
        "sex": str(written.sex),
        "address": written.address,
        "number_proof": "card",
        "compared": "yes",
    }
    if role is Role.APPLICANT:
        values["person_proof"] = "card"
    return {f"{prefix}_{name}": value for name, value in values.items()}


def posted(browser: Browser, path: str, fields: dict[str, str]) -> Any:
    found = re.search(r'name="request_id" value="([^"]+)"', browser.get(path).get_data(as_text=True))
    assert found
    return browser.post(path, request_id=found.group(1), **fields)


@pytest.mark.requirement("R-217", "R-243", "R-361")
def test_a_claim_is_taken_asked_and_decided_on_the_pages(hello_work: Office) -> None:
    reference = hello_work.service.take_in(hello_work.context(), form(1))
    employment = Employment(
        reference=reference,
        office_number="4501-123456-7",
        employer="架空",
        hours_a_week=40,
        insured_from=date(2010, 4, 1),
    )
    hello_work.service.record_employment(hello_work.context(), employment)
    hello_work.answers["resident-record"] = {"resident": True}
    clerk, approver = hello_work.browser("clerk", "clerk"), hello_work.browser("approver", "approver")
    fields = {
        "received_on": "2019-12-02",
        "kin": "parent",
        "leave_from": "2019-10-01",
        "leave_until": "2019-09-30",
        "six_months_wage_yen": "1800000",
        "months_worked": "24",
        **typed(hello_work, "claimant", 1, Role.APPLICANT),
        **typed(hello_work, "member", 2, Role.HOUSEHOLD),
    }
    refused = posted(clerk, "/cases/new?lang=en", fields)
    assert refused.status_code == 422
    assert "not possible like this" in refused.get_data(as_text=True)
    taken = posted(clerk, "/cases/new?lang=en", fields | {"leave_until": "2019-10-30"})
    assert taken.status_code == 303
    case = taken.headers["Location"].partition("?")[0]
    for browser, step in ((clerk, "gather"), (clerk, "propose"), (approver, "approve"), (approver, "pay")):
        assert step_of(browser, case, step) == 303
    page = clerk.get(f"{case}?lang=en").get_data(as_text=True)
    assert "Paid for 30 days" in page
    assert "201,000" in page
    assert number(1) not in page
    assert "care leave" in clerk.get("/savings?lang=en").get_data(as_text=True)


def step_of(browser: Browser, case: str, step: str) -> int:
    token = csrf_token(browser.get(case).get_data(as_text=True))
    answer = browser.client.post(f"{case}?do={step}", base_url=browser.host, data={"csrf_token": token})
    return int(answer.status_code)


@pytest.mark.parametrize(
    ("institution", "affair", "build", "paths"),
    [
        ("health-insurance-society", "health-insurance", build_insurer, ["/cases", "/cases/new", "/savings"]),
        (
            "prefecture-welfare-45",
            "mental-health",
            build_welfare,
            [
                "/certificate-claims",
                "/certificate-claims/new",
                "/allowance-claims",
                "/allowance-claims/new",
                "/savings",
            ],
        ),
    ],
)
def test_every_claim_page_opens_for_a_clerk_in_japanese(
    institution: str, affair: str, build: Any, paths: list[str]
) -> None:
    office = open_office(institution, affair, build)
    browser = office.browser("clerk", "clerk")
    for path in paths:
        assert browser.get(f"{path}?lang=ja").status_code == 200, path
    office.app.close()


@pytest.mark.parametrize("body", ["hello_work", "health_insurer", "prefecture_welfare"])
def test_the_words_of_claims_are_translated(body: str) -> None:
    folder = AGENCY / body / "web"
    assert "ja" not in untranslated(folder, folder / "translations", body)


def test_the_words_of_casework_are_translated() -> None:
    folder = Path(mizuhiki.casework.web.__file__).parent
    assert "ja" not in untranslated(folder, folder / "translations", "casework")

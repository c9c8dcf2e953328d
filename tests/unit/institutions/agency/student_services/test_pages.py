"""The organization's pages: from the application to the savings, with what staff must not do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import mizuhiki.casework.web
import mizuhiki.institutions.agency.student_services.web
from mizuhiki.casework.web.messages import CLASSES, ERRORS
from mizuhiki.ui.languages import untranslated
from support import student_office as kit
from support.student_office import Desk, Office


@pytest.fixture
def office() -> Office:
    return kit.open_office()


def written(prefix: str, body: int, **changes: Any) -> dict[str, Any]:
    items = kit.items(body)
    values: dict[str, Any] = {
        "number": kit.number(body),
        "name": items.name,
        "kana": items.name_kana,
        "born": items.birth_date.isoformat(),
        "sex": "2",
        "address": items.address,
        "number_proof": "card",
        "person_proof": "card",
        "compared": "yes",
    }
    return {f"{prefix}_{name}": value for name, value in {**values, **changes}.items()}


def application(**changes: Any) -> dict[str, Any]:
    return {
        "received_on": "2019-12-02",
        "aid": "grant",
        "school_name": "みずひき大学",
        "school": "private",
        "living": "away",
        "entered_on": "2019-04-01",
        "graduates_on": "2023-03-31",
        "stated": ["school_attests"],
        **written("student", kit.STUDENT),
        **written("first", kit.FATHER),
        **changes,
    }


@pytest.mark.requirement("R-217", "R-218", "R-361")
def test_a_clerk_and_an_approver_decide_an_application_on_the_pages(office: Office) -> None:
    clerk, approver = Desk(office), Desk(office, "approver", "approver")
    answer = clerk.post("/applications/new", application())
    assert answer.status_code == 303, answer.text
    case = answer.headers["Location"]
    assert clerk.post(f"{case}?do=gather", {}).status_code == 303
    page = clerk.open(case).text
    assert "Local tax" in page
    assert "2-106" in page
    assert clerk.post(f"{case}?do=propose", {}).status_code == 303
    assert "¥40,000" in clerk.open(case).text
    assert clerk.post(f"{case}?do=approve", {}).status_code == 403
    assert approver.post(f"{case}?do=approve", {}).status_code == 303
    assert approver.post(f"{case}?do=pay", {}).status_code == 303
    assert clerk.post(f"{case}?do=notify", {}).status_code == 303
    assert len(office.notices) == 1
    assert "2019-12-11" in clerk.open(case).text
    scholars = approver.open("/scholars").text
    assert kit.items(kit.STUDENT).name in scholars
    savings = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", clerk.open("/savings").text))
    assert "Application for student aid 6 1 1 0 1 2 1 1" in savings
    assert "In sum 6 1 1 0 1 2 1 1" in savings


def test_what_is_wrong_comes_back_with_everything_typed(office: Office) -> None:
    clerk = Desk(office)
    wrong = application(
        **written("student", kit.STUDENT, number="123456789012", compared=""), graduates_on="2018-03-31"
    )
    answer = clerk.post("/applications/new", wrong)
    assert answer.status_code == 422
    assert "This is not an Individual Number" in answer.text
    assert "Not confirmed: number and items were compared" in answer.text
    assert "みずひき大学" in answer.text
    answer = clerk.post("/applications/new", application(graduates_on="2019-03-31"))
    assert answer.status_code == 422
    assert "graduates_on" in answer.text
    answer = clerk.post("/applications/new", application(**written("first", kit.FATHER, name="別人　太郎")))
    assert answer.status_code == 422
    assert "do not agree with the register" in answer.text


def test_a_second_click_opens_no_second_case(office: Office) -> None:
    clerk = Desk(office)
    fields = application(request_id="a-request-id-0001")
    first = clerk.post("/applications/new", fields).headers["Location"]
    assert clerk.post("/applications/new", fields).headers["Location"] == first


@pytest.mark.requirement("R-217")
def test_a_refused_question_is_shown_with_its_rule_and_a_paper_is_recorded(office: Office) -> None:
    office.answers["local-tax"] = "statute-row-not-in-force"
    clerk = Desk(office)
    case = clerk.post("/applications/new", application()).headers["Location"]
    clerk.post(f"{case}?do=gather", {})
    page = clerk.open(case).text
    assert "statute-row-not-in-force" in page
    assert "the rule in words" in page
    assert "do=propose" not in page
    [paper] = set(re.findall(r'href="(/cases/[^"]+/paper/[^"]+)"', page))
    assert clerk.post(paper, {"description": "課税証明書", "declared": "yes"}).status_code == 422
    taken = clerk.post(paper, {"description": "課税証明書", "declared": "yes", "taxable": "no"})
    assert taken.status_code == 303
    page = clerk.open(case).text
    assert "課税証明書" in page
    assert "do=propose" in page


def test_a_refused_step_names_its_rule_and_changes_nothing(office: Office) -> None:
    clerk = Desk(office)
    case = clerk.post("/applications/new", application()).headers["Location"]
    answer = clerk.post(f"{case}?do=propose", {})
    assert answer.status_code == 409
    assert "claim-not-in-state" in answer.text
    assert clerk.post(f"{case}?do=everything", {}).status_code == 400


def test_an_approver_sends_back_with_a_remark_and_ends_aid(office: Office) -> None:
    clerk, approver = Desk(office), Desk(office, "approver", "approver")
    case = clerk.post("/applications/new", application()).headers["Location"]
    clerk.post(f"{case}?do=gather", {})
    clerk.post(f"{case}?do=propose", {})
    assert approver.post(f"{case}/send-back", {"remark": ""}).status_code == 422
    assert approver.post(f"{case}/send-back", {"remark": "世帯をもう一度"}).status_code == 303
    assert "世帯をもう一度" in clerk.open(case).text
    clerk.post(f"{case}?do=propose", {})
    approver.post(f"{case}?do=approve", {})
    [end] = set(re.findall(r'href="(/scholars/[^"]+/end)"', approver.open("/scholars").text))
    assert clerk.open(end).status_code == 403
    assert approver.post(end, {"day": "2030-01-01", "reason": "退学"}).status_code == 422
    assert approver.post(end, {"day": "2020-03-31", "reason": "退学"}).status_code == 303
    assert "退学" in approver.open("/scholars").text


@pytest.mark.requirement("R-076")
def test_a_protected_family_is_listed_without_a_name_and_not_opened(office: Office) -> None:
    clerk = Desk(office)
    case = clerk.post("/applications/new", application()).headers["Location"]
    subject = office.services.case_file(office.context(), case.rpartition("/")[2]).case.subjects[1].person
    office.services.protect(office.context(), subject, protected=True)
    page = clerk.open("/cases").text
    assert "Withheld: a support measure stands" in page
    assert kit.items(kit.STUDENT).name not in page
    assert clerk.open(case).status_code == 403


@pytest.mark.parametrize(
    ("package", "domain"),
    [
        (mizuhiki.casework.web, "casework"),
        (mizuhiki.institutions.agency.student_services.web, "student_services"),
    ],
)
def test_every_word_is_translated(package: Any, domain: str) -> None:
    folder = Path(package.__file__).parent
    assert "ja" not in untranslated(folder, folder / "translations", domain)


def test_every_error_of_cases_has_its_title_listed() -> None:
    assert {one.title for one in CLASSES} <= set(ERRORS)

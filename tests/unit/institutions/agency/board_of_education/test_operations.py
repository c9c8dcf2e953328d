"""A board at work: support without papers, accounts of each term, protection, pages (R-217, R-237)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import mizuhiki.institutions.agency.board_of_education.web
from mizuhiki.casework.domain import PROVIDED, CaseState, Role
from mizuhiki.casework.domain.errors import EvidenceMissing, NothingToPay, ProposerMayNotDecide
from mizuhiki.institutions.agency.board_of_education.app import build
from mizuhiki.institutions.agency.board_of_education.domain import errors
from mizuhiki.institutions.agency.board_of_education.domain.errors import (
    AccountKnown,
    EntererMayNotApprove,
    HouseholdNotWhole,
    UnknownAccount,
    UnknownPupil,
)
from mizuhiki.institutions.agency.board_of_education.domain.expenses import Item, Stage
from mizuhiki.institutions.agency.board_of_education.domain.pupils import Term
from mizuhiki.institutions.agency.board_of_education.domain.support import SupportForm
from mizuhiki.institutions.agency.board_of_education.operations.service import BoardOfEducation
from mizuhiki.institutions.agency.board_of_education.web import words
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Withheld
from mizuhiki.ui.languages import untranslated
from mizuhiki.vocabulary.errors import MizuhikiError
from unit.intake.kit import Browser, Office, number, open_office

BOARD, AFFAIR = "prefectural-board-of-education-45", "special-needs-education-support"
GUARDIAN, SPOUSE, PUPIL = 1, 2, 3
DAY = date(2019, 12, 2)
FORM = SupportForm(school_name="みずひき特別支援学校", stage=Stage.ELEMENTARY, enrolled_on=date(2017, 4, 1))


@pytest.fixture
def office() -> Iterator[Office]:
    opened = open_office(BOARD, AFFAIR, build)
    opened.born(PUPIL, date(2010, 6, 1))
    opened.answers = {
        "resident-record": {"resident": True, "household_size": 3},
        "local-tax": {
            "fiscal_year": 2019,
            "declared": True,
            "taxable": True,
            "total_income_yen": 1_500_000,
            "taxable_income_yen": 1_000_000,
        },
    }
    yield opened
    opened.app.close()


def board(office: Office) -> BoardOfEducation:
    operations: BoardOfEducation = office.app.operations
    return operations


def clerk(office: Office, person: str = "clerk") -> Context:
    return office.context("case-clerk", person)


def approver(office: Office, person: str = "approver") -> Context:
    return office.context("approver", person)


def applied(office: Office, form: SupportForm = FORM, request_id: str = "application-1") -> str:
    people = (
        office.claimant(GUARDIAN),
        office.claimant(PUPIL, Role.CHILD),
        office.claimant(SPOUSE, Role.SPOUSE),
    )
    return board(office).apply_for_support(clerk(office), request_id, office.clock.today(), people, form)


def supported(office: Office) -> str:
    """A pupil of the first category; the number in the file."""
    case = applied(office)
    board(office).gather(clerk(office), case)
    board(office).propose(clerk(office), case)
    board(office).approve(approver(office), case)
    return board(office).pupils(clerk(office))[0].entry.number


@pytest.mark.requirement("R-217", "R-218", "R-237")
def test_support_is_decided_without_one_paper_and_told(office: Office) -> None:
    service, case = board(office), applied(office)
    asked = service.gather(clerk(office), case)
    assert (
        sorted((one.kind, one.outcome) for one in asked)
        == [("local-tax", PROVIDED)] * 2 + [("resident-record", PROVIDED)] * 2
    )
    assert all(one.statute.startswith("2-37 ") and one.receipt for one in asked)
    assert {one.fiscal_year for one in office.inquiries if "local-tax" in one.kinds} == {2019}
    proposal = service.propose(clerk(office), case)
    assert (proposal.outcome, proposal.terms["income_yen"]) == ("category-first", 3_000_000)
    with pytest.raises(ProposerMayNotDecide):
        service.approve(approver(office, "clerk"), case)
    service.approve(approver(office), case)
    service.notify(clerk(office), case)
    assert "第I区分" in office.notices[0].body
    assert number(PUPIL) not in office.notices[0].body
    (listed,) = service.pupils(clerk(office))
    assert (listed.entry.case, listed.name, listed.entry.year) == (case, office.registered[number(PUPIL)].name, 2019)
    (saved,) = service.savings(clerk(office))
    assert (saved.saving.papers_before, saved.saving.papers_after) == (4, 0)
    with pytest.raises(NothingToPay):
        service.order_payment(approver(office), case)


@pytest.mark.requirement("R-052", "R-237")
def test_people_are_asked_of_the_prefecture_first(office: Office) -> None:
    office.in_prefecture = {number(GUARDIAN), number(PUPIL)}
    applied(office)
    assert [asked for asked, affair in office.asked if affair == AFFAIR] == [
        "prefecture",
        "prefecture",
        "prefecture",
        "national",
    ]


@pytest.mark.requirement("R-237")
def test_the_same_pupil_is_supported_once_a_year_and_again_after_leaving(office: Office) -> None:
    pupil, service = supported(office), board(office)
    again = applied(office, request_id="application-2")
    service.gather(clerk(office), again)
    assert service.propose(clerk(office), again).reasons[0].rule == "supported-already"
    service.end_support(approver(office), pupil, DAY, "転学")
    service.approve(approver(office), again)
    third = applied(office, request_id="application-3")
    service.gather(clerk(office), third)
    assert service.propose(clerk(office), third).granted
    office.on(date(2020, 4, 1))
    next_year = applied(office, request_id="application-4")
    service.gather(clerk(office), next_year)
    assert service.propose(clerk(office), next_year).terms["from"] == "2020-04-01"


def test_a_household_with_more_people_is_not_measured(office: Office) -> None:
    office.answers["resident-record"] = {"resident": True, "household_size": 4}
    case = applied(office)
    board(office).gather(clerk(office), case)
    with pytest.raises(HouseholdNotWhole):
        board(office).propose(clerk(office), case)
    assert board(office).case_file(clerk(office), case).case.state is CaseState.EXAMINED


@pytest.mark.requirement("R-217")
def test_a_paper_stands_only_for_what_linkage_did_not_give(office: Office) -> None:
    office.answers["local-tax"] = "no-data"
    case, service = applied(office), board(office)
    asked = service.gather(clerk(office), case)
    with pytest.raises(EvidenceMissing):
        service.propose(clerk(office), case)
    for one in asked:
        if one.kind == "local-tax":
            read = {"declared": True, "total_income_yen": 9_000_000, "taxable_income_yen": 8_000_000}
            service.substitute_paper(
                clerk(office), case, person=one.person, kind="local-tax", description="課税証明書", items=read
            )
    assert service.propose(clerk(office), case).terms["category"] == "3"


@pytest.mark.requirement("R-237")
def test_a_terms_account_is_entered_once_and_paid_on_another_persons_word(office: Office) -> None:
    pupil, service = supported(office), board(office)
    account = service.enter_account(clerk(office), pupil, Term.FIRST, {Item.MEALS: 20_000, Item.COMMUTING: 9_000})
    with pytest.raises(AccountKnown):
        service.enter_account(clerk(office), pupil, Term.FIRST, {Item.MEALS: 1})
    with pytest.raises(ActionNotPermitted):
        service.approve_account(clerk(office), pupil, account.account)
    with pytest.raises(EntererMayNotApprove):
        service.approve_account(approver(office, "clerk"), pupil, account.account)
    approved = service.approve_account(approver(office), pupil, account.account)
    assert (approved.borne_yen, approved.pay_on) == (29_000, date(2019, 12, 16))
    assert service.pupil_file(clerk(office), pupil).accounts == (approved,)
    with pytest.raises(AccountKnown):
        service.approve_account(approver(office, "other"), pupil, account.account)
    with pytest.raises(UnknownAccount):
        service.approve_account(approver(office), pupil, "nothing")
    with pytest.raises(UnknownPupil):
        service.enter_account(clerk(office), "0000-0000", Term.FIRST, {Item.MEALS: 1})


@pytest.mark.requirement("R-076", "R-237")
def test_a_protected_pupil_is_listed_without_a_name_and_not_opened(office: Office) -> None:
    pupil, service = supported(office), board(office)
    service.protect(clerk(office), service.pupils(clerk(office))[0].entry.person, protected=True)
    assert [one.name for one in service.pupils(clerk(office))] == [""]
    with pytest.raises(Withheld):
        service.pupil_file(clerk(office), pupil)


@pytest.mark.requirement("R-076", "R-237")
@pytest.mark.parametrize("role", [Role.APPLICANT, Role.CHILD, Role.SPOUSE])
def test_a_measure_on_anybody_of_the_family_hides_name_school_and_reason(office: Office, role: Role) -> None:
    pupil, service = supported(office), board(office)
    service.end_support(approver(office), pupil, DAY, "みずひき市へ転居")
    subjects = service.case_file(clerk(office), service.pupils(clerk(office))[0].entry.case).case.subjects
    marked = next(one.person for one in subjects if one.role is role)
    desk = office.browser("lister", "case-clerk")
    told = (office.registered[number(PUPIL)].name, FORM.school_name, "みずひき市へ転居")
    assert all(word in desk.get("/pupils").get_data(as_text=True) for word in told)
    service.protect(clerk(office), marked, protected=True)
    (listed,) = service.pupils(clerk(office))
    assert (listed.name, listed.entry.school_name, listed.entry.ended_for) == ("", "", "")
    page = desk.get("/pupils").get_data(as_text=True)
    assert pupil in page
    assert not any(word in page for word in told)
    with pytest.raises(Withheld):
        service.pupil_file(clerk(office), pupil)
    service.protect(clerk(office), marked, protected=False)
    assert service.pupils(clerk(office))[0].entry.school_name == FORM.school_name


@pytest.mark.requirement("R-076", "R-237")
def test_a_measure_on_the_guardian_hides_the_pupil_after_the_case_is_destroyed(office: Office) -> None:
    pupil, service = supported(office), board(office)
    guardian = service.case_file(clerk(office), service.pupils(clerk(office))[0].entry.case).case.applicant.person
    office.on(date(2025, 12, 3))
    assert service.destroy_expired(office.context("records-officer", "")) == 1
    service.protect(clerk(office), guardian, protected=True)
    assert [(one.name, one.entry.school_name) for one in service.pupils(clerk(office))] == [("", "")]
    with pytest.raises(Withheld):
        service.pupil_file(clerk(office), pupil)


@pytest.mark.requirement("R-237")
def test_an_account_is_approved_under_its_own_pupil_only(office: Office) -> None:
    pupil, service = supported(office), board(office)
    office.on(date(2020, 4, 1))
    again = applied(office, request_id="application-2")
    service.gather(clerk(office), again)
    service.propose(clerk(office), again)
    service.approve(approver(office), again)
    other = next(one.entry.number for one in service.pupils(clerk(office)) if one.entry.number != pupil)
    account = service.enter_account(clerk(office), pupil, Term.FIRST, {Item.MEALS: 20_000})
    with pytest.raises(UnknownAccount):
        service.approve_account(approver(office), other, account.account)
    chief = browser(office, "approver", "approver")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', chief.get("/pupils").get_data(as_text=True))
    assert token
    posted_there = chief.client.post(
        f"/pupils/{other}/accounts/{account.account}", base_url=chief.host, data={"csrf_token": token.group(1)}
    )
    assert posted_there.status_code >= 400
    (kept,) = service.pupil_file(clerk(office), pupil).accounts
    assert kept.approved_by == ""
    assert service.approve_account(approver(office), pupil, account.account).approved_by == "approver"


@pytest.mark.requirement("R-237")
def test_what_is_kept_of_a_pupil_outlives_the_case_and_is_no_number(office: Office) -> None:
    pupil, service = supported(office), board(office)
    office.on(date(2025, 12, 3))
    assert service.destroy_expired(office.context("records-officer", "")) == 1
    assert service.pupil_file(clerk(office), pupil).name == office.registered[number(PUPIL)].name
    assert number(PUPIL) not in office.dump()


def browser(office: Office, account: str, role: str) -> Browser:
    opened = office.browser(account, role)
    opened.get("/cases?lang=en")
    return opened


def written(office: Office, prefix: str, body: int, **more: str) -> dict[str, str]:
    items = office.registered[number(body)]
    values = {
        "number": number(body),
        "name": items.name,
        "kana": items.name_kana,
        "born": items.birth_date.isoformat(),
        "sex": str(items.sex),
        "address": items.address,
        "number_proof": "card",
        "compared": "yes",
        **more,
    }
    return {f"{prefix}_{name}": value for name, value in values.items()}


def posted(desk: Browser, path: str, fields: dict[str, str]) -> Any:
    found = re.search(r'name="request_id" value="([^"]+)"', desk.get(path).get_data(as_text=True))
    return desk.post(path, **({"request_id": found.group(1)} if found else {}), **fields)


def step(desk: Browser, case: str, name: str) -> None:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', desk.get(case).get_data(as_text=True))
    assert token
    answer = desk.client.post(f"{case}?do={name}", base_url=desk.host, data={"csrf_token": token.group(1)})
    assert answer.status_code == 303, answer.get_data(as_text=True)


@pytest.mark.requirement("R-237", "R-361")
def test_the_whole_support_is_done_on_the_pages(office: Office) -> None:
    desk, chief = browser(office, "clerk", "case-clerk"), browser(office, "approver", "approver")
    fields = {
        "received_on": "2019-12-02",
        "school_name": "みずひき特別支援学校",
        "stage": "elementary",
        "enrolled_on": "2017-04-01",
        "premiums_yen": "",
        **written(office, "guardian", GUARDIAN, person_proof="card"),
        **written(office, "pupil", PUPIL),
        **written(office, "spouse", SPOUSE),
    }
    wrong = posted(desk, "/cases/new", {**fields, "enrolled_on": "2019-12-03"})
    assert "The application for support is not possible like this" in wrong.get_data(as_text=True)
    taken = posted(desk, "/cases/new", fields)
    assert taken.status_code == 303, taken.get_data(as_text=True)
    case = taken.headers["Location"]
    step(desk, case, "gather")
    step(desk, case, "propose")
    shown = desk.get(case).get_data(as_text=True)
    assert "is under 1.5 times the need" in shown
    assert "¥3,000,000" in shown
    step(chief, case, "approve")
    pupils = desk.get("/pupils").get_data(as_text=True)
    (pupil,) = set(re.findall(r"/pupils/\d{4}-\d{4}", pupils))
    assert "Category I" in pupils
    assert "Enter the account of a term" in desk.get(pupil).get_data(as_text=True)
    empty = posted(desk, f"{pupil}/account", {"term": "1"})
    assert "The account of expenses is not possible like this" in empty.get_data(as_text=True)
    entered = posted(desk, f"{pupil}/account", {"term": "1", "school-meals": "20,000", "commuting": "9000"})
    assert entered.headers["Location"] == pupil
    (account,) = set(re.findall(rf"{pupil}/accounts/[\w-]+", desk.get(pupil).get_data(as_text=True)))
    assert "Approve for payment" not in desk.get(account).get_data(as_text=True)
    assert "¥29,000" in chief.get(account).get_data(as_text=True)
    assert posted(chief, account, {}).headers["Location"] == pupil
    assert "2019-12-16" in desk.get(pupil).get_data(as_text=True)
    assert desk.get(f"{pupil}/end").status_code == 403
    late = posted(chief, f"{pupil}/end", {"day": "2020-03-31", "reason": "転学"})
    assert "The support cannot end like this" in late.get_data(as_text=True)
    assert posted(chief, f"{pupil}/end", {"day": "2019-12-02", "reason": "転学"}).headers["Location"] == pupil
    assert "転学" in desk.get("/pupils").get_data(as_text=True)
    assert chief.get(f"{pupil}/accounts/nothing").status_code == 404


def test_every_page_speaks_japanese(office: Office) -> None:
    pupil, desk = supported(office), office.browser("clerk", "case-clerk")
    for path in ("/cases", "/cases/new", "/pupils", f"/pupils/{pupil}", f"/pupils/{pupil}/account", "/savings"):
        assert desk.get(f"{path}?lang=ja").status_code == 200, path
    folder = Path(mizuhiki.institutions.agency.board_of_education.web.__file__).parent
    assert "ja" not in untranslated(folder, folder / "translations", "board_of_education")


def test_every_refusal_has_its_words() -> None:
    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, MizuhikiError)]
    titles = {one.title for one in classes if one.__module__ == errors.__name__}
    assert titles == set(words.ERRORS)

"""Pages of claims, premiums and pensions, from the form to the payment (R-217, R-218, R-249, R-361)."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

import mizuhiki.institutions.agency.pension_service.web
from mizuhiki.institutions.agency.pension_service.domain import errors
from mizuhiki.institutions.agency.pension_service.domain.pensions import Stop
from mizuhiki.institutions.agency.pension_service.web.claim_words import ERRORS, RULES
from mizuhiki.ui.languages import untranslated
from mizuhiki.vocabulary.dates import JST
from support.pages import csrf_token
from unit.institutions.agency.pension_service.kit import Office, number
from unit.institutions.agency.pension_service.test_claims import LIVES, OLD, POOR, YOUNG, enrol, pensioner
from unit.institutions.agency.pension_service.test_payments import pension

WEB = Path(mizuhiki.institutions.agency.pension_service.web.__file__).parent
PASSPHRASE = "invented clerk of the pension service"
FORMS = {
    "/cases/new-exemption": "Application for exemption",
    "/cases/new-student": "student payment special case",
    "/cases/new-pension": "Claim for national pension benefits",
    "/cases/new-notification": "Examination of national pension",
    "/cases/new-income": "Income check",
    "/employees-cases/new-pension": "Claim for employees",
    "/employees-cases/new-notification": "Examination of employees",
}


class Desk:
    """Somebody signed in at the pension service."""

    def __init__(self, office: Office, account: str, role: str) -> None:
        self.host = f"http://{office.environment.settings.host}"
        self.client = Client(office.app.wsgi)
        office.pension.add_staff(account, "年金 職員", role, PASSPHRASE)
        assert self.post("/sign-in", account=account, passphrase=PASSPHRASE).status_code == 303

    def open(self, path: str, lang: str = "en") -> Any:
        joined = "&" if "?" in path else "?"
        return self.client.get(f"{path}{joined}lang={lang}", base_url=self.host)

    def post(self, path: str, shown_at: str = "", **fields: str) -> Any:
        page = self.open(shown_at or path).get_data(as_text=True)
        data = {**fields, "csrf_token": csrf_token(page)}
        marker = 'name="request_id" value="'
        if marker in page:
            data["request_id"] = page.partition(marker)[2].partition('"')[0]
        return self.client.post(path, base_url=self.host, data=data)

    def step(self, case: str, step: str) -> int:
        return int(self.post(f"{case}?do={step}", shown_at=case).status_code)


@pytest.fixture
def clerk(office: Office) -> Desk:
    return Desk(office, "clerk", "counter-clerk")


@pytest.fixture
def approver(office: Office) -> Desk:
    return Desk(office, "approver", "approver")


def typed(office: Office, prefix: str, body: int) -> dict[str, str]:
    written = office.registered[number(body)]
    values = {
        "number": number(body),
        "name": written.name,
        "kana": written.name_kana,
        "born": written.birth_date.isoformat(),
        "sex": "2",
        "address": written.address,
        "number_proof": "card",
        "person_proof": "card",
        "compared": "yes",
    }
    return {f"{prefix}_{name}": value for name, value in values.items()}


@pytest.mark.requirement("R-217", "R-218", "R-247", "R-361")
def test_relief_is_applied_for_and_granted_on_the_pages(office: Office, clerk: Desk, approver: Desk) -> None:
    reference = enrol(office, YOUNG, date(1985, 6, 1))
    office.answers |= {"local-tax": POOR, "resident-record": LIVES}
    fields = {"received_on": "2019-12-02", "year": "2015", "deferment": "yes", **typed(office, "applicant", YOUNG)}
    refused = clerk.post("/cases/new-exemption", **fields)
    assert refused.status_code == 422
    assert "not possible like this" in refused.get_data(as_text=True)
    assert office.searches[1:] == []
    taken = clerk.post("/cases/new-exemption", **{**fields, "year": "2019"})
    assert taken.status_code == 303
    case = taken.headers["Location"].partition("?")[0]
    office.held = {one.addressee_number for request in office.prepared for one in request.addressees}
    assert [clerk.step(case, "gather"), clerk.step(case, "propose"), clerk.step(case, "approve")] == [303, 303, 403]
    assert approver.step(case, "approve") == 303
    page = clerk.open(case).get_data(as_text=True)
    assert "2019-07 – 2020-06" in page
    assert "Incomes lie within the limit: Full exemption for 12 months" in page
    assert number(YOUNG) not in page
    calendar = clerk.open(f"/enrolments/{reference}/premiums").get_data(as_text=True)
    assert calendar.count("full ex.") == 12
    assert "2019-07 – 2020-06" in clerk.open(case, "ja").get_data(as_text=True)
    assert "premiums" in clerk.open("/savings").get_data(as_text=True)


@pytest.mark.requirement("R-249")
def test_premiums_are_entered_and_a_pension_is_paid_on_the_pages(office: Office, clerk: Desk, approver: Desk) -> None:
    reference = pensioner(office)
    here = f"/enrolments/{reference}"
    wrong = clerk.post(f"{here}/premiums/new", first="2014-12", last="2014-12")
    assert wrong.status_code == 422
    assert "months of category 1 only" in wrong.get_data(as_text=True)
    assert clerk.post(f"{here}/premiums/new", first="x", last="2014-11").status_code == 422
    assert clerk.post(f"{here}/premiums/new", first="1974-12", last="2014-11").status_code == 303
    page = clerk.open(f"{here}/premiums").get_data(as_text=True)
    assert "480" in page
    assert page.count(">paid<") == 480
    assert clerk.post(f"{here}/pay", since="2019-01", monthly_yen="0").status_code == 422
    assert clerk.post(f"{here}/pay", since="2019-01", monthly_yen="200,000").status_code == 303
    assert "¥200,000" in clerk.open(f"{here}/premiums").get_data(as_text=True)
    office.answers["resident-record"] = LIVES
    fields = {"received_on": "2019-12-02", "benefit": "old-age-basic", **typed(office, "applicant", OLD)}
    case = clerk.post("/cases/new-pension", **fields).headers["Location"].partition("?")[0]
    office.held = {one.addressee_number for request in office.prepared for one in request.addressees}
    assert [clerk.step(case, "gather"), clerk.step(case, "propose"), approver.step(case, "approve")] == [303] * 3
    (held,) = office.pension.pension_file(office.context(), reference).pensions
    order = f"{here}/pensions?pension={held.pension.pension}"
    early = approver.post(order, shown_at=f"{here}/pensions")
    assert early.status_code == 409
    assert "no-pension-due" in early.get_data(as_text=True)
    office.clock.set(datetime(2019, 12, 16, 9, 0, tzinfo=JST))
    later = Desk(office, "clerk-2", "counter-clerk")
    assert later.post(order, shown_at=f"{here}/pensions").status_code == 403
    again = Desk(office, "approver-2", "approver")
    assert again.post(order, shown_at=f"{here}/pensions").status_code == 303
    shown = again.open(f"{here}/pensions").get_data(as_text=True)
    assert "¥65,008" in shown
    assert "2020-02-14" in shown
    assert "Old-age basic pension" in shown


@pytest.mark.requirement("R-250")
def test_every_stop_stands_on_the_page_with_its_months_until_it_is_lifted(office: Office, clerk: Desk) -> None:
    reference = enrol(office, YOUNG, date(1985, 6, 1))
    held = pension(reference=reference, entitled_on=date(2019, 7, 31))
    held = held.stopped(Stop.HALF, date(2019, 8, 1), date(2020, 7, 1)).stopped(Stop.WITHHELD, date(2019, 12, 2), None)
    with office.pension.adapters.store.transaction() as records:
        records.pensions.insert_pension(held)
    page = " ".join(
        re.sub(r"<[^>]+>", " ", clerk.open(f"/enrolments/{reference}/pensions").get_data(as_text=True)).split()
    )
    assert "Half is stopped 2019-08-01 – 2020-07-01" in page
    assert "2019-12-02 –" in page
    with office.pension.adapters.store.transaction() as records:
        records.pensions.update_pension(held.confirmed(date(2019, 12, 3)))
    page = clerk.open(f"/enrolments/{reference}/pensions").get_data(as_text=True)
    assert "2019-12-02 –" not in page
    assert "2019-08-01 – 2020-07-01" in page


@pytest.mark.requirement("R-250")
def test_the_yearly_look_at_incomes_is_opened_on_its_page(office: Office, clerk: Desk) -> None:
    assert clerk.post("/income-checks").status_code == 303
    assert office.pension.claims.worklist(office.context()) == []


@pytest.mark.parametrize("path", FORMS)
def test_every_form_opens_in_both_languages(clerk: Desk, path: str) -> None:
    assert FORMS[path] in clerk.open(path).get_data(as_text=True)
    assert clerk.open(path, "ja").status_code == 200
    assert path in clerk.open("/new-claim").get_data(as_text=True)


def test_a_page_offers_what_the_role_may_do(office: Office, clerk: Desk, approver: Desk) -> None:
    reference = enrol(office, YOUNG, date(1985, 6, 1))
    here = f"/enrolments/{reference}"
    assert f"{here}/premiums/new" in clerk.open(f"{here}/premiums").get_data(as_text=True)
    assert f"{here}/premiums/new" not in approver.open(f"{here}/premiums").get_data(as_text=True)
    for path in (f"{here}/premiums/new", f"{here}/pay", "/new-claim", "/income-checks", "/cases/new-exemption"):
        assert approver.open(path).status_code == 403, path
    officer = Desk(office, "linkage", "linkage-officer")
    assert officer.open(f"{here}/premiums").status_code == 403
    assert "No pension is received." in clerk.open(f"{here}/pensions").get_data(as_text=True)


def test_every_word_is_translated() -> None:
    assert "ja" not in untranslated(WEB, WEB / "translations", "pension_service")


def test_every_rule_and_error_of_claims_has_words() -> None:
    titles = {one.title for one in vars(errors).values() if isinstance(one, type) and hasattr(one, "title")}
    assert set(ERRORS) <= titles
    source = "".join(path.read_text(encoding="utf-8") for path in (WEB.parent / "domain").glob("*.py"))
    assert all(f'"{rule}"' in source for rule in RULES)

"""Certificates and the allowance from application to what linkage tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from mizuhiki.institutions.agency.prefecture_welfare.app import build
from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import Kind, State
from mizuhiki.institutions.agency.prefecture_welfare.domain.errors import (
    AllowanceStands,
    ApplicationImplausible,
    CertificateHeld,
    DecidedByApplicationClerk,
    NoAllowance,
    NoSuchCertificate,
    RenewalNotNow,
)
from mizuhiki.institutions.agency.prefecture_welfare.operations.certify_disability import Application
from mizuhiki.institutions.agency.prefecture_welfare.operations.grant_allowance import Claim
from mizuhiki.vocabulary.layouts import layout
from unit.intake.kit import Office, form, number, open_office


@pytest.fixture
def office() -> Iterator[Office]:
    office = open_office("prefecture-welfare-45", "mental-health", build)
    yield office
    office.app.close()


def _mental(reference: str) -> Application:
    return Application(
        reference=reference,
        kind=Kind.MENTAL,
        impairment="",
        grade="2",
        first_visit=date(2019, 1, 10),
        written_on=date(2019, 11, 20),
    )


def _issued(office: Office) -> str:
    reference: str = office.service.take_in(office.context(), form())
    office.service.apply_for_certificate(office.context(), _mental(reference))
    office.service.decide_certificate(office.context("approver"), reference, Kind.MENTAL, issue=True)
    return reference


@pytest.mark.requirement("R-050")
def test_the_own_prefectures_server_is_asked_first(office: Office) -> None:
    office.in_prefecture = {number(1)}
    office.service.take_in(office.context(), form(1))
    office.service.take_in(office.context(), form(2))
    assert [where for where, _affair in office.asked] == ["prefecture", "prefecture", "national"]


@pytest.mark.requirement("R-234")
def test_an_issued_certificate_is_told_and_a_returned_one_as_returned(office: Office) -> None:
    reference = _issued(office)
    (copy,) = office.linked()
    layout("disability", office.clock.today()).validate(copy.items)
    assert (copy.items["certificate"], copy.items["grade"], copy.items["valid_until"]) == (True, "2", "2021-12-31")
    office.service.take_certificate_back(office.context(), reference, Kind.MENTAL)
    (back,) = office.linked()
    assert (back.items["certificate"], back.items["returned_on"]) == (False, "2019-12-02")


def test_an_application_alone_tells_nothing(office: Office) -> None:
    reference = office.service.take_in(office.context(), form())
    office.service.apply_for_certificate(office.context(), _mental(reference))
    assert office.linked() == []
    office.service.decide_certificate(office.context("approver"), reference, Kind.MENTAL, issue=False)
    assert office.linked() == []


def test_certificates_need_an_opinion_two_people_and_one_application_at_a_time(office: Office) -> None:
    reference = office.service.take_in(office.context(), form())
    bare = Application(reference=reference, kind=Kind.MENTAL, impairment="", grade="2")
    with pytest.raises(ApplicationImplausible):
        office.service.apply_for_certificate(office.context(), bare)
    with pytest.raises(NoSuchCertificate):
        office.service.decide_certificate(office.context("approver"), reference, Kind.MENTAL, issue=True)
    office.service.apply_for_certificate(office.context(person="both"), _mental(reference))
    with pytest.raises(CertificateHeld):
        office.service.apply_for_certificate(office.context(), _mental(reference))
    with pytest.raises(DecidedByApplicationClerk):
        office.service.decide_certificate(office.context("approver", "both"), reference, Kind.MENTAL, issue=True)


def test_the_mental_certificate_is_renewed_for_two_years_in_its_last_three_months(office: Office) -> None:
    reference = _issued(office)
    with pytest.raises(RenewalNotNow):
        office.service.renew_certificate(office.context("approver"), reference, "3")
    office.on(date(2021, 10, 1))
    assert [one.reference for one in office.service.work(office.context()).ending] == [reference]
    renewed = office.service.renew_certificate(office.context("approver"), reference, "3")
    assert (renewed.state, renewed.grade, renewed.valid_until) == (State.ISSUED, "3", date(2023, 12, 31))
    assert office.linked()[0].items["grade"] == "3"


def test_the_allowance_is_granted_told_suspended_and_ended(office: Office) -> None:
    affair = "special-child-rearing-allowance"
    reference = office.service.take_in(office.context(), form())
    clerk, approver = office.context(affair=affair), office.context("approver", affair=affair)
    children = [(date(2010, 5, 5), 1), (date(2012, 5, 5), 2)]
    claim = Claim(reference=reference, children=children, income_yen=4_000_000, dependants=2)
    office.service.claim_allowance(clerk, claim)
    with pytest.raises(AllowanceStands):
        office.service.claim_allowance(clerk, claim)
    office.service.decide_allowance(approver, reference, grant=True)
    (copy,) = office.linked()
    layout("special-child-rearing-allowance", office.clock.today()).validate(copy.items)
    assert (copy.items["receiving"], copy.items["monthly_yen"]) == (True, 52_200 + 34_770)
    assert (copy.items["first_grade_children_count"], copy.items["entitled_from"]) == (1, "2020-01-01")
    office.service.end_allowance(clerk, reference, date(2019, 12, 31))
    assert office.linked()[0].items["receiving"] is False
    with pytest.raises(NoAllowance):
        office.service.decide_allowance(approver, reference, grant=True)


def test_too_high_an_income_suspends_without_refusing(office: Office) -> None:
    affair = "special-child-rearing-allowance"
    reference = office.service.take_in(office.context(), form())
    claim = Claim(reference=reference, children=[(date(2010, 5, 5), 1)], income_yen=9_000_000, dependants=0)
    office.service.claim_allowance(office.context(affair=affair), claim)
    office.service.decide_allowance(office.context("approver", affair=affair), reference, grant=True)
    items = office.linked()[0].items
    assert (items["receiving"], items["suspended"], items["monthly_yen"]) == (True, True, None)


def test_the_staff_walk_the_file_on_their_pages(office: Office) -> None:
    reference = office.service.take_in(office.context(), form())
    here, clerk = f"/persons/{reference}", office.browser("clerk", "clerk")
    approver = office.browser("approver", "approver")
    seven = clerk.post(f"{here}/physical", impairment="架空", grade_1="7")
    assert (seven.status_code, "手帳の等級に該当しません" in seven.get_data(as_text=True)) == (422, True)
    assert clerk.post(f"{here}/physical", impairment="架空", grade_1="3", grade_2="3").status_code == 303
    early = clerk.post(f"{here}/mental", grade="2", first_visit="2019-10-01", written_on="2019-11-01")
    assert (early.status_code, "初診から6か月" in early.get_data(as_text=True)) == (422, True)
    assert clerk.post(f"{here}/intellectual", grade="B", reassessment_on="2022-04-01").status_code == 303
    assert reference in approver.get("/").get_data(as_text=True)
    assert approver.post(f"{here}/decision", kind="physical", decision="issue").status_code == 303
    claim = {"child_1": "2010-05-05", "child_grade_1": "1", "income_yen": "3000000", "dependants": "1"}
    assert clerk.post(f"{here}/allowance", **claim).status_code == 303
    assert approver.post(f"{here}/allowance-decision", decision="grant").status_code == 303
    shown = clerk.get(f"{here}?lang=ja").get_data(as_text=True)
    assert "交付済み" in shown
    assert "認定" in shown
    assert clerk.post(f"{here}/return", kind="physical").status_code == 303
    assert clerk.post(f"{here}/allowance-end", ended_on="2019-12-31").status_code == 303
    assert clerk.get(f"{here}/renewal").status_code == 403

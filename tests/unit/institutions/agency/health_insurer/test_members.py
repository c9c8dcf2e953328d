"""Insuring people, recognising dependants, certificates of the ceiling, and what linkage tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from mizuhiki.institutions.agency.health_insurer.app import build
from mizuhiki.institutions.agency.health_insurer.domain.errors import (
    InsuredAlready,
    NoCeilingCategory,
    NotADependant,
    NotInsuredHere,
)
from mizuhiki.institutions.agency.health_insurer.domain.rules import DependantFacts, Kin
from mizuhiki.institutions.agency.health_insurer.operations.keep_members import Report
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.vocabulary.layouts import layout
from unit.intake.kit import Office, form, open_office

SINCE = date(2019, 4, 1)


@pytest.fixture
def office() -> Iterator[Office]:
    office = open_office("health-insurance-society", "health-insurance", build)
    yield office
    office.app.close()


def _facts(**changes: object) -> DependantFacts:
    values: dict[str, object] = {
        "kin": Kin.SPOUSE,
        "lives_together": True,
        "lives_in_japan": True,
        "disabled": False,
        "income_yen": 0,
        "remittance_yen": 0,
    }
    return DependantFacts(**{**values, **changes})  # type: ignore[arg-type]  # words of a test


def _report(reference: str) -> Report:
    return Report(reference=reference, symbol="みずひき1", employer="架空", monthly_yen=240_000, insured_from=SINCE)


def _family(office: Office) -> tuple[str, str]:
    head, spouse = (office.service.take_in(office.context(), form(body)) for body in (1, 2))
    office.service.acquire_qualification(office.context(), _report(head))
    office.service.recognise_dependant(office.context("approver"), spouse, head, _facts(), SINCE)
    return head, spouse


def test_a_family_is_told_with_one_number_and_two_branches(office: Office) -> None:
    head, _spouse = _family(office)
    told = {copy.items["role"]: copy.items for copy in office.linked()}
    insured, dependant = told["insured-person"], told["dependent"]
    assert insured["insured_number"] == dependant["insured_number"]
    assert (insured["burden_percent"], insured["insured_from"]) == (30, "2019-04-01")
    for items in told.values():
        layout("medical-insurance", office.clock.today()).validate(items)
    # The branch number entered the layout in April 2021 only.
    assert "insured_branch" not in insured
    office.on(date(2021, 6, 1))
    office.service.lose_qualification(office.context(), head, date(2021, 6, 1))
    later = [copy.items for copy in office.linked()]
    assert {items["insured_branch"] for items in later} == {"00", "01"}
    assert {items["insured"] for items in later} == {False}


def test_dependants_lose_insurance_with_the_insured_person_and_not_the_other_way(office: Office) -> None:
    head, spouse = _family(office)
    assert office.service.lose_qualification(office.context(), spouse, date(2019, 6, 1)) == 1
    assert office.service.member(office.context(), head).qualifications[0].lost_on is None
    with pytest.raises(NotInsuredHere):
        office.service.lose_qualification(office.context(), spouse, date(2019, 7, 1))
    office.service.recognise_dependant(office.context("approver"), spouse, head, _facts(), date(2019, 7, 1))
    assert office.service.lose_qualification(office.context(), head, date(2019, 9, 1)) == 2
    periods = office.service.member(office.context(), spouse).qualifications
    assert [(one.branch, one.lost_on) for one in periods] == [("01", date(2019, 6, 1)), ("02", date(2019, 9, 1))]


def test_nobody_is_insured_twice_and_only_an_approver_recognises_dependants(office: Office) -> None:
    head, spouse = _family(office)
    for reference in (head, spouse):
        with pytest.raises(InsuredAlready):
            office.service.acquire_qualification(office.context(), _report(reference))
    third = office.service.take_in(office.context(), form(3))
    with pytest.raises(ActionNotPermitted):
        office.service.recognise_dependant(office.context(), third, head, _facts(), SINCE)
    with pytest.raises(NotInsuredHere):
        office.service.recognise_dependant(office.context("approver"), third, spouse, _facts(), SINCE)
    # The remuneration is 240,000 a month: half of a year's is 1,440,000, so the limit of 1,300,000 decides.
    earning = _facts(income_yen=1_300_000)
    with pytest.raises(NotADependant):
        office.service.recognise_dependant(office.context("approver"), third, head, earning, SINCE)


def test_a_certificate_of_the_ceiling_runs_to_july_and_is_told(office: Office) -> None:
    head, _spouse = _family(office)
    certificate = office.service.issue_ceiling_certificate(office.context(), head, taxed=True)
    assert (certificate.category, certificate.first_day, certificate.last_day) == (
        "エ",
        date(2019, 12, 1),
        date(2020, 7, 31),
    )
    with pytest.raises(NoCeilingCategory):
        office.service.issue_ceiling_certificate(office.context(), head, taxed=True)
    told = [copy.items for copy in office.linked() if copy.items["role"] == "insured-person"]
    assert told[0]["limit_category"] == "エ"
    stranger = office.service.take_in(office.context(), form(3))
    with pytest.raises(NoCeilingCategory):
        office.service.issue_ceiling_certificate(office.context(), stranger, taxed=True)


@pytest.mark.requirement("R-076")
def test_a_protected_dependant_is_left_out_of_the_family_shown(office: Office) -> None:
    head, spouse = _family(office)
    assert [one.reference for one in office.service.member(office.context(), head).dependants] == [spouse]
    office.service.protect_person(office.context("support-officer"), spouse, protected=True)
    assert office.service.member(office.context(), head).dependants == []


def test_the_staff_walk_the_case_on_their_pages(office: Office) -> None:
    head, spouse = (office.service.take_in(office.context(), form(body)) for body in (1, 2))
    clerk, approver = office.browser("clerk", "clerk"), office.browser("approver", "approver")
    report = {"symbol": "1", "employer": "架空", "monthly_yen": "240,000", "insured_from": "2019-04-01"}
    assert clerk.post(f"/persons/{head}/acquisition", **report).status_code == 303
    form_fields = {"insured": head, "kin": "spouse", "since": "2019-04-01", "income_yen": "1300000", "japan": "yes"}
    refused = approver.post(f"/persons/{spouse}/dependant", **form_fields, together="yes")
    assert (refused.status_code, "収入が基準額以上です" in refused.get_data(as_text=True)) == (422, True)
    recognised = approver.post(f"/persons/{spouse}/dependant", **{**form_fields, "income_yen": "0"}, together="yes")
    assert recognised.status_code == 303
    assert clerk.post(f"/persons/{head}/ceiling", not_taxed="yes").status_code == 303
    shown = clerk.get(f"/persons/{head}?lang=ja").get_data(as_text=True)
    assert spouse in shown
    assert "オ" in shown
    assert head in clerk.get("/").get_data(as_text=True)
    assert clerk.post(f"/persons/{head}/loss", lost_on="2019-12-01").status_code == 303
    assert clerk.get(f"/persons/{spouse}/dependant").status_code == 403

"""From the separation slip over the qualification to certified days, by the staff's own pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from mizuhiki.institutions.agency.hello_work.app import build
from mizuhiki.institutions.agency.hello_work.domain.benefits import Declaration, Outcome
from mizuhiki.institutions.agency.hello_work.domain.employments import Employment, Reason, WageLine
from mizuhiki.institutions.agency.hello_work.domain.errors import (
    CertificationRefused,
    DecidedByProposer,
    EmploymentImplausible,
    NoQualification,
    NoSeparation,
    NotEmployedNow,
    NotQualified,
    QualificationDecided,
)
from mizuhiki.vocabulary.layouts import layout
from unit.intake.kit import Office, form, open_office

LEFT = date(2019, 10, 31)
FULL = [WageLine(20, 160, 240_000)] * 12


@pytest.fixture
def office() -> Iterator[Office]:
    office = open_office("public-employment-office", "employment-insurance", build)
    yield office
    office.app.close()


def _employment(reference: str, start: date = date(2008, 4, 1)) -> Employment:
    return Employment(
        reference=reference,
        office_number="4501-123456-7",
        employer="株式会社架空",
        hours_a_week=40,
        insured_from=start,
    )


def _left(office: Office, reason: Reason = Reason.EMPLOYER, lines: list[WageLine] = FULL) -> str:
    reference: str = office.service.take_in(office.context(), form())
    office.service.record_employment(office.context(), _employment(reference))
    office.service.record_separation(office.context(), reference, separated_on=LEFT, reason=reason, lines=lines)
    return reference


def _approved(office: Office, reason: Reason = Reason.EMPLOYER) -> str:
    reference = _left(office, reason)
    office.service.propose_qualification(office.context(), reference)
    office.service.approve_qualification(office.context("approver"), reference, LEFT)
    return reference


@pytest.mark.requirement("R-247")
def test_what_linkage_tells_follows_the_case(office: Office) -> None:
    reference = _left(office)
    (slip,) = office.linked()
    assert (slip.items["separation_date"], slip.items["separation_reason"]) == ("2019-10-31", "employer")
    assert (slip.items["recipient"], slip.items["prescribed_days.absent"]) == (False, "not-yet-determined")
    office.service.propose_qualification(office.context(), reference)
    assert office.linked() == []
    office.service.approve_qualification(office.context("approver"), reference, LEFT)
    (recipient,) = office.linked()
    layout("unemployment-benefit", office.clock.today()).validate(recipient.items)
    # 34 years old, 11 years insured, dismissed: 210 days; 240,000 a month is 8,000 a day, by the notice of 2019: 5,464.
    assert (recipient.items["recipient"], recipient.items["prescribed_days"]) == (True, 210)
    wage, rate = 8_000, 0.8 - 0.3 * (8_000 - 5_010) / (12_330 - 5_010)
    assert recipient.items["daily_basic_allowance_yen"] == int(wage * rate)


def test_certified_days_are_paid_after_the_waiting_period_and_counted_down(office: Office) -> None:
    reference = _approved(office)
    with pytest.raises(CertificationRefused):
        office.service.certify_unemployment(office.context(), reference, Declaration(days_worked=0, activities=2))
    first = date(2019, 12, 2) + timedelta(days=28)
    office.on(first)
    done = office.service.certify_unemployment(office.context(), reference, Declaration(days_worked=2, activities=1))
    # 28 days, of which 7 are the waiting period and 2 were worked.
    assert (done.outcome, done.paid_days) == (Outcome.CERTIFIED, 19)
    assert office.linked()[0].items["remaining_days"] == 191
    office.on(first + timedelta(days=28))
    done = office.service.certify_unemployment(office.context(), reference, Declaration(days_worked=0, activities=1))
    assert (done.outcome, done.paid_days) == (Outcome.NOT_CERTIFIED, 0)
    office.on(first + timedelta(days=57))
    late = Declaration(days_worked=0, activities=2, changed_reason="採用面接")
    assert office.service.certify_unemployment(office.context(), reference, late).paid_days == 29


def test_who_left_themselves_are_paid_after_three_months(office: Office) -> None:
    reference = _approved(office, Reason.OWN)
    paid = []
    for cycle in range(1, 5):
        office.on(date(2019, 12, 2) + timedelta(days=28 * cycle))
        declared = Declaration(days_worked=0, activities=2)
        paid.append(office.service.certify_unemployment(office.context(), reference, declared).paid_days)
    # Restricted until 2020-03-08: of the period 2020-02-24 to 2020-03-22 fourteen days are paid.
    assert paid == [0, 0, 0, 14]


def test_a_qualification_needs_its_conditions_and_two_people(office: Office) -> None:
    reference = office.service.take_in(office.context(), form())
    with pytest.raises(NoSeparation):
        office.service.propose_qualification(office.context(), reference)
    with pytest.raises(NotEmployedNow):
        office.service.record_separation(office.context(), reference, separated_on=LEFT, reason=Reason.OWN, lines=FULL)
    office.service.record_employment(office.context(), _employment(reference))
    with pytest.raises(EmploymentImplausible):
        office.service.record_employment(office.context(), _employment(reference, date(2019, 1, 1)))
    office.service.record_separation(office.context(), reference, separated_on=LEFT, reason=Reason.OWN, lines=FULL[:11])
    with pytest.raises(NotQualified) as caught:
        office.service.propose_qualification(office.context(), reference)
    assert caught.value.fields["rule"] == "insured-period"
    with pytest.raises(NoQualification):
        office.service.approve_qualification(office.context("approver"), reference, LEFT)


def test_nobody_approves_what_they_proposed_and_nothing_is_decided_twice(office: Office) -> None:
    reference = _left(office)
    office.service.propose_qualification(office.context(person="both"), reference)
    with pytest.raises(QualificationDecided):
        office.service.propose_qualification(office.context(), reference)
    with pytest.raises(DecidedByProposer):
        office.service.approve_qualification(office.context("approver", "both"), reference, LEFT)
    office.service.approve_qualification(office.context("approver"), reference, LEFT)
    with pytest.raises(NoQualification):
        office.service.approve_qualification(office.context("approver"), reference, LEFT)


@pytest.mark.requirement("R-076")
def test_the_work_list_leaves_protected_people_out(office: Office) -> None:
    reference = _left(office)
    office.service.propose_qualification(office.context(), reference)
    assert [one.reference for one in office.service.work(office.context()).proposed] == [reference]
    office.service.protect_person(office.context("support-officer"), reference, protected=True)
    assert office.service.work(office.context()).proposed == []


def test_the_staff_walk_the_case_on_their_pages(office: Office) -> None:
    reference = office.service.take_in(office.context(), form())
    here, clerk = f"/persons/{reference}", office.browser("clerk", "clerk")
    employment = {"office_number": "4501-123456-7", "employer": "株式会社架空", "hours": "40"}
    assert clerk.post(f"{here}/employment", **employment, insured_from="2008-04-01").status_code == 303
    short = clerk.post(f"{here}/separation", separated_on="2019-10-31", reason="own")
    assert (short.status_code, "の記載がありません" in short.get_data(as_text=True)) == (422, True)
    months = {f"{name}_{month}": value for month in range(1, 13) for name, value in (("days", 20), ("wage", 240_000))}
    assert clerk.post(f"{here}/separation", separated_on="2019-10-31", reason="employer", **months).status_code == 303
    assert clerk.post(f"{here}/qualification").status_code == 303
    assert clerk.get(f"{here}/approval").status_code == 403
    approver = office.browser("approver", "approver")
    assert reference in approver.get("/").get_data(as_text=True)
    assert approver.post(f"{here}/approval").status_code == 303
    office.on(date(2019, 12, 30))
    assert "今日が認定日" in office.browser("clerk2", "clerk").get("/?lang=ja").get_data(as_text=True)
    shown = office.browser("clerk3", "clerk").get(f"{here}?lang=en").get_data(as_text=True)
    assert "0 / 210" in shown
    assert "Employer&#39;s initiative" in shown

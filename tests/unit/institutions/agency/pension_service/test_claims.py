"""Claims at the pension service from the counter to its own records, with the holders played (R-247 to R-250)."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mizuhiki.casework.domain import (
    PROVIDED,
    Application,
    IdentityCheck,
    NumberProof,
    PersonForm,
    PersonProof,
    Proposal,
    Role,
)
from mizuhiki.casework.domain.errors import AffairOfAnotherProcedure, ProposerMayNotDecide, UnknownClaim
from mizuhiki.institutions.agency.pension_service.domain import procedures as p
from mizuhiki.institutions.agency.pension_service.domain.basic_claims import BasicForm, Benefit
from mizuhiki.institutions.agency.pension_service.domain.employees_claims import EmployeesForm
from mizuhiki.institutions.agency.pension_service.domain.errors import (
    HeadNotNamed,
    MonthsNotInsured,
    NoPensionDue,
    PensionClaimImplausible,
    PensionHeldAlready,
    UnknownEnrolment,
    UnknownPension,
)
from mizuhiki.institutions.agency.pension_service.domain.exemptions import ExemptionForm
from mizuhiki.institutions.agency.pension_service.domain.notifications import NotificationForm
from mizuhiki.institutions.agency.pension_service.domain.pensions import PensionStop, Stop
from mizuhiki.institutions.agency.pension_service.domain.students import StudentForm
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Withheld
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.layouts import Scalar, layout
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import Sex
from unit.institutions.agency.pension_service.kit import Office, form, items, number

DAY = date(2019, 12, 2)
CARD = IdentityCheck(NumberProof.CARD, PersonProof.CARD, compared=True)
YOUNG, OLD, HEAD, DISABLED, CHILD = 1, 2, 3, 4, 5


def person(body: int = YOUNG, role: Role = Role.APPLICANT, office: Office | None = None) -> PersonForm:
    written = items(body) if office is None else office.registered[number(body)]
    return PersonForm(
        role=role,
        number_text=number(body),
        name=written.name,
        name_kana=written.name_kana,
        birth_date=written.birth_date,
        sex=Sex.FEMALE,
        address=written.address,
        identity=CARD,
    )


def born(office: Office, body: int, day: date) -> None:
    office.registered[number(body)] = items(body, birth_date=day)


def enrol(office: Office, body: int, birth: date, **changes: Any) -> str:
    born(office, body, birth)
    values: dict[str, Any] = {
        "birth_date": birth,
        "category": 1,
        "scheme": "national-pension",
        "employer": "",
        "insured_from": date(birth.year + 20, birth.month, birth.day),
        **changes,
    }
    return office.pension.enrol_insured(office.context(), form(body, **values))


def approver(office: Office, affair: str = "national-pension") -> Context:
    context = office.context("approver")
    return dataclasses.replace(context, affair=affair, actor=dataclasses.replace(context.actor, person="approver"))


def clerk(office: Office, affair: str = "national-pension") -> Context:
    return dataclasses.replace(office.context(), affair=affair)


def claimed(
    office: Office,
    procedure: str,
    stated: dict[str, Scalar],
    *people: PersonForm,
    received: date = DAY,
    affair: str = "national-pension",
) -> str:
    application = Application(
        request_id=f"{procedure}-{received}-{len(office.inquiries)}-{len(stated)}-{stated.get('sheet')}",
        procedure=procedure,
        received_on=received,
        people=people,
        stated=stated,
    )
    case = office.pension.claims.receive(clerk(office, affair), application)
    office.held = {one.addressee_number for request in office.prepared for one in request.addressees}
    office.pension.claims.gather(clerk(office, affair), case)
    return case


def decided(office: Office, case: str, affair: str = "national-pension") -> Proposal:
    proposal = office.pension.claims.propose(clerk(office, affair), case)
    office.pension.claims.approve(approver(office, affair), case)
    return proposal


def relief_of(office: Office, reference: str) -> dict[str, str]:
    found = office.pension.premium_record(office.context(), reference)
    return {f"{one.month:%Y-%m}": one.relief.value for one in found.months}


POOR: dict[str, Scalar] = {
    "fiscal_year": 2019,
    "taxable": False,
    "declared": True,
    "total_income_yen": 300_000,
    "dependents_count": 0,
}
TAXED: dict[str, Scalar] = {
    "fiscal_year": 2019,
    "taxable": True,
    "declared": True,
    "total_income_yen": 5_000_000,
    "dependents_count": 0,
}
LIVES: dict[str, Scalar] = {"resident": True, "household_head": True}


@pytest.mark.requirement("R-217", "R-218", "R-247")
def test_relief_is_granted_without_one_paper_and_entered_month_by_month(office: Office) -> None:
    reference = enrol(office, YOUNG, date(1985, 6, 1))
    office.answers |= {"local-tax": POOR, "resident-record": LIVES}
    case = claimed(office, p.EXEMPTION.code, ExemptionForm(year=2019).stated(), person(office=office))
    asked = office.pension.claims.case_file(clerk(office), case).case.evidence
    assert [(one.kind, one.year, one.outcome) for one in asked] == [
        ("resident-record", 2019, PROVIDED),
        ("local-tax", 2019, PROVIDED),
    ]
    assert {one.statute.split()[0] for one in asked} == {"2-48"}
    office.pension.claims.propose(clerk(office), case)
    same = dataclasses.replace(approver(office).actor, person="clerk")
    with pytest.raises(ProposerMayNotDecide):
        office.pension.claims.approve(dataclasses.replace(approver(office), actor=same), case)
    proposal = decided(office, case)
    assert (proposal.granted, proposal.outcome) == (True, "full")
    assert relief_of(office, reference) == {
        **{f"2019-{month:02d}": "full" for month in range(7, 13)},
        **{f"2020-{month:02d}": "full" for month in range(1, 7)},
    }
    office.pension.claims.notify(clerk(office), case)
    assert "全額免除: 2019-07 – 2020-06 (12か月)" in office.notices[0].body
    saved = {one.procedure.code: one.saving for one in office.pension.claims.savings(clerk(office))}
    assert (saved[p.EXEMPTION.code].papers_before, saved[p.EXEMPTION.code].papers_after) == (2, 0)


def test_months_that_were_paid_keep_their_standing(office: Office) -> None:
    reference = enrol(office, YOUNG, date(1985, 6, 1))
    assert office.pension.record_premiums(office.context(), reference, date(2019, 7, 1), date(2019, 9, 1)) == 3
    assert office.pension.record_premiums(office.context(), reference, date(2019, 9, 1), date(2019, 9, 30)) == 0
    office.answers |= {"local-tax": POOR, "resident-record": LIVES}
    case = claimed(office, p.EXEMPTION.code, ExemptionForm(year=2019).stated(), person(office=office))
    decided(office, case)
    found = relief_of(office, reference)
    assert [found[f"2019-{month:02d}"] for month in (7, 8, 9, 10)] == ["none", "none", "none", "full"]


@pytest.mark.requirement("R-247")
def test_the_head_of_the_household_counts_and_must_be_named(office: Office) -> None:
    enrol(office, YOUNG, date(1985, 6, 1))
    office.answers |= {"local-tax": POOR, "resident-record": {**LIVES, "household_head": False}}
    case = claimed(office, p.EXEMPTION.code, ExemptionForm(year=2019).stated(), person(office=office))
    with pytest.raises(HeadNotNamed):
        office.pension.claims.propose(clerk(office), case)
    office.pension.claims.withdraw(clerk(office), case)
    head = person(HEAD, Role.HOUSEHOLD)
    case = claimed(office, p.EXEMPTION.code, ExemptionForm(year=2019).stated(), person(office=office), head)
    addressee = next(
        one.addressee_number
        for request in office.prepared
        for one in request.addressees
        if one.four_items.name == head.name
    )
    office.answers[f"local-tax/{addressee}"] = TAXED
    case = claimed(
        office, p.EXEMPTION.code, {**ExemptionForm(year=2019).stated(), "again": True}, person(office=office), head
    )
    proposal = office.pension.claims.propose(clerk(office), case)
    assert (proposal.outcome, list(proposal.terms)) == ("deferred", ["deferred", "year"])


@pytest.mark.requirement("R-247")
def test_a_loss_of_work_that_the_employment_office_confirms_stands_for_a_low_income(office: Office) -> None:
    enrol(office, YOUNG, date(1985, 6, 1))
    office.answers |= {
        "local-tax": TAXED,
        "resident-record": LIVES,
        "unemployment-benefit": {"recipient": True, "separation_date": "2019-09-30"},
    }
    stated = ExemptionForm(year=2019, lost_work=True).stated()
    case = claimed(office, p.EXEMPTION.code, stated, person(office=office))
    proposal = office.pension.claims.propose(clerk(office), case)
    assert str(proposal.terms["full"]).split(",")[0] == "2019-09"
    assert "loss-of-work-confirmed" in [one.rule for one in proposal.reasons]


@pytest.mark.requirement("R-217", "R-248")
def test_a_student_pays_later_without_one_paper(office: Office) -> None:
    reference = enrol(office, YOUNG, date(1999, 5, 20))
    office.answers["local-tax"] = {**POOR, "total_income_yen": 1_180_000}
    stated = StudentForm(
        year=2019,
        school_name="みずひき大学（架空）",
        school_listed=True,
        enrolled_from=date(2018, 4, 1),
        enrolled_until=date(2022, 3, 31),
    ).stated()
    case = claimed(office, p.STUDENT.code, stated, person(office=office))
    proposal = decided(office, case)
    assert proposal.outcome == "student"
    found = relief_of(office, reference)
    assert (min(found), max(found), set(found.values())) == ("2019-05", "2020-03", {"student"})
    tally = office.pension.premium_record(office.context(), reference).tally
    assert (tally.qualifying, tally.weight) == (7, 0)


def pensioner(office: Office, birth: date = date(1954, 12, 2)) -> str:
    reference = enrol(office, OLD, birth)
    office.pension.end_enrolment(
        office.context(), reference, date(birth.year + 60, birth.month, birth.day) - timedelta(days=2)
    )
    return reference


@pytest.mark.requirement("R-217", "R-249")
def test_an_old_age_pension_is_awarded_paid_and_told_to_others(office: Office) -> None:
    reference = pensioner(office)
    office.pension.record_premiums(office.context(), reference, date(1974, 12, 1), date(2014, 11, 1))
    office.answers["resident-record"] = LIVES
    stated = BasicForm(benefit=Benefit.OLD_AGE).stated()
    case = claimed(office, p.BASIC_CLAIM.code, stated, person(OLD, office=office))
    proposal = decided(office, case)
    assert (proposal.granted, proposal.terms["annual_yen"]) == (True, 780_100)
    assert proposal.terms["entitled_on"] == "2019-12-01"
    (held,) = office.pension.pension_file(approver(office), reference).pensions
    with pytest.raises(NoPensionDue):
        office.pension.pay_pension(approver(office), held.pension.pension)
    office.clock.set(datetime(2020, 1, 20, 9, 0, tzinfo=JST))
    payment = office.pension.pay_pension(approver(office), held.pension.pension)
    assert (payment.first_month, payment.last_month) == (date(2020, 1, 1), date(2020, 1, 1))
    assert (payment.amount_yen, payment.pay_on) == (780_100 // 12, date(2020, 2, 14))
    with pytest.raises(NoPensionDue):
        office.pension.pay_pension(approver(office), held.pension.pension)
    office.pension.publish_local_copies(office.context("linkage-officer"))
    told = [one for one in office.copies if one.kind == "pension-benefit"][-1].items
    layout("pension-benefit", office.clock.today()).validate(told)
    assert (told["receiving"], told["pension_type"], told["annual_yen"]) == (True, "old-age-basic", 780_100)
    assert (told["last_paid_on"], told["last_paid_yen"]) == ("2020-02-14", 65_008)
    again = claimed(office, p.BASIC_CLAIM.code, stated, person(OLD, office=office))
    assert [one.rule for one in office.pension.claims.propose(clerk(office), again).reasons] == ["pension-held"]


def test_a_pension_is_awarded_once_though_two_cases_ask_for_it(office: Office) -> None:
    reference = pensioner(office)
    office.pension.record_premiums(office.context(), reference, date(1974, 12, 1), date(2014, 11, 1))
    office.answers["resident-record"] = LIVES
    stated = BasicForm(benefit=Benefit.OLD_AGE).stated()
    first, second = (
        claimed(office, p.BASIC_CLAIM.code, {**stated, "sheet": number}, person(OLD, office=office))
        for number in range(2)
    )
    for case in (first, second):
        assert office.pension.claims.propose(clerk(office), case).granted
    office.pension.claims.approve(approver(office), first)
    with pytest.raises(PensionHeldAlready):
        office.pension.claims.approve(approver(office), second)
    assert len(office.pension.pension_file(office.context(), reference).pensions) == 1


@pytest.mark.requirement("R-249")
def test_the_special_pension_ends_at_65_and_another_is_claimed(office: Office) -> None:
    birth, affair = date(1955, 1, 10), "employees-pension"
    values = {"category": 2, "scheme": "employees-pension", "employer": "株式会社架空"}
    reference = enrol(office, OLD, birth, insured_from=date(2003, 4, 1), **values)
    office.pension.end_enrolment(office.context(), reference, date(2014, 11, 30))
    office.pension.record_pay(office.context(), reference, date(2003, 4, 1), 300_000)
    office.answers["resident-record"] = LIVES
    case = claimed(office, p.EMPLOYEES_CLAIM.code, EmployeesForm().stated(), person(OLD, office=office), affair=affair)
    assert decided(office, case, affair).terms["ended_on"] == "2020-01-09"
    for day, rules in ((date(2020, 1, 8), ["pension-held"]), (date(2020, 1, 9), None)):
        office.clock.set(datetime(day.year, day.month, day.day, 9, 0, tzinfo=JST))
        stated = {**EmployeesForm().stated(), "sheet": day.isoformat()}
        again = claimed(office, p.EMPLOYEES_CLAIM.code, stated, person(OLD, office=office), received=day, affair=affair)
        proposal = office.pension.claims.propose(clerk(office, affair), again)
        assert proposal.granted is (rules is None)
        assert rules is None or [one.rule for one in proposal.reasons] == rules
    office.pension.claims.approve(approver(office, affair), again)
    assert len(office.pension.pension_file(office.context(), reference).pensions) == 2


@pytest.mark.requirement("R-217", "R-249")
def test_the_employees_pension_is_a_claim_of_its_own_affair(office: Office) -> None:
    birth = date(1954, 12, 2)
    reference = enrol(
        office,
        OLD,
        birth,
        category=2,
        scheme="employees-pension",
        employer="株式会社架空",
        insured_from=date(2003, 4, 1),
    )
    office.pension.end_enrolment(office.context(), reference, date(2014, 11, 30))
    office.pension.record_pay(office.context(), reference, date(2003, 4, 1), 300_000)
    office.answers["resident-record"] = LIVES
    stated = EmployeesForm().stated()
    with pytest.raises(AffairOfAnotherProcedure):
        claimed(office, p.EMPLOYEES_CLAIM.code, stated, person(OLD, office=office))
    affair = "employees-pension"
    case = claimed(office, p.EMPLOYEES_CLAIM.code, stated, person(OLD, office=office), affair=affair)
    proposal = decided(office, case, affair)
    # 300,000 × 5.481 / 1,000 × 140 months (2003-04 … 2014-11), reckoned by hand.
    assert (proposal.outcome, proposal.terms["annual_yen"]) == ("old-age-employees", 230_202)


@pytest.mark.requirement("R-249", "R-250")
def test_a_pension_from_before_20_is_looked_at_each_year_without_a_report(office: Office) -> None:
    reference = enrol(office, DISABLED, date(1990, 4, 10))
    office.answers |= {"resident-record": LIVES, "local-tax": {**POOR, "total_income_yen": 3_604_001}}
    stated = BasicForm(
        benefit=Benefit.BEFORE_TWENTY,
        first_examined_on=date(2005, 1, 10),
        certified_on=date(2010, 4, 9),
        grade=1,
    ).stated()
    case = claimed(office, p.BASIC_CLAIM.code, stated, person(DISABLED, office=office))
    proposal = decided(office, case)
    assert (proposal.terms["annual_yen"], proposal.terms["stopped"]) == (975_125, "half")
    office.clock.set(datetime(2020, 9, 1, 9, 0, tzinfo=JST))
    (check,) = office.pension.open_income_checks(office.context())
    assert office.pension.open_income_checks(office.context()) == ()
    office.answers["local-tax"] = {**POOR, "total_income_yen": 4_621_001}
    office.pension.claims.gather(clerk(office), check)
    (asked,) = office.pension.claims.case_file(clerk(office), check).case.evidence
    assert (asked.year, asked.statute.split()[0]) == (2020, "2-48")
    decided(office, check)
    (held,) = office.pension.pension_file(office.context(), reference).pensions
    assert held.pension.stops == (
        PensionStop(Stop.HALF, date(2019, 8, 1), date(2020, 7, 1)),
        PensionStop(Stop.WHOLE, date(2020, 8, 1), date(2021, 9, 1)),
    )
    # 58 whole months from October 2014, of which payment was due after the claim of five years later; twelve halves.
    payment = office.pension.pay_pension(approver(office), held.pension.pension)
    assert (payment.first_month, payment.last_month) == (date(2014, 10, 1), date(2020, 9, 1))
    assert payment.amount_yen == 4_713_104 + 487_562
    with pytest.raises(NoPensionDue):
        office.pension.pay_pension(approver(office), held.pension.pension)


@pytest.mark.requirement("R-250")
def test_what_is_held_back_by_a_notification_is_payable_after_the_next_and_half_stays_stopped(office: Office) -> None:
    reference = enrol(office, DISABLED, date(1990, 4, 10))
    office.answers |= {"resident-record": LIVES, "local-tax": {**POOR, "total_income_yen": 3_604_001}}
    stated = BasicForm(
        benefit=Benefit.BEFORE_TWENTY, first_examined_on=date(2005, 1, 10), certified_on=date(2019, 10, 1), grade=2
    ).stated()
    decided(office, claimed(office, p.BASIC_CLAIM.code, stated, person(DISABLED, office=office)))
    (held,) = office.pension.pension_file(office.context(), reference).pensions
    number = held.pension.pension
    outcomes = []
    for sheet, resident in enumerate((False, True)):
        office.answers["resident-record"] = {**LIVES, "resident": resident}
        said: dict[str, Scalar] = {**NotificationForm(pension=number).stated(), "sheet": sheet}
        case = claimed(office, p.NATIONAL_NOTIFICATION.code, said, person(DISABLED, office=office))
        outcomes.append(decided(office, case).outcome)
        (held,) = office.pension.pension_file(office.context(), reference).pensions
        outcomes.append(held.pension.stop_in(date(2019, 12, 1)).value)
        if not resident:
            payment = office.pension.pay_pension(approver(office), number)
            assert (payment.first_month, payment.last_month) == (date(2019, 11, 1), date(2019, 11, 1))
    assert outcomes == ["withheld", "withheld", "confirmed", "half"]
    office.clock.set(datetime(2020, 2, 3, 9, 0, tzinfo=JST))
    payment = office.pension.pay_pension(approver(office), number)
    # Half of 780,100 yen a year for December and January.
    assert (payment.first_month, payment.last_month) == (date(2019, 12, 1), date(2020, 1, 1))
    assert payment.amount_yen == 65_008


@pytest.mark.requirement("R-217", "R-250")
@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        (LIVES, "confirmed"),
        ({"resident": False, "removal_reason": "death", "resident_until": "2019-11-20"}, "ended"),
        ({"resident": False, "removal_reason": "move-out"}, "withheld"),
    ],
)
def test_what_a_report_of_life_told_the_municipality_tells(
    office: Office, record: dict[str, Scalar], outcome: str
) -> None:
    reference = pensioner(office, date(1954, 1, 10))
    office.pension.record_premiums(office.context(), reference, date(1974, 1, 1), date(2013, 12, 1))
    office.answers["resident-record"] = LIVES
    claim = BasicForm(benefit=Benefit.OLD_AGE).stated()
    decided(office, claimed(office, p.BASIC_CLAIM.code, claim, person(OLD, office=office)))
    (held,) = office.pension.pension_file(office.context(), reference).pensions
    office.answers["resident-record"] = record
    stated = NotificationForm(pension=held.pension.pension).stated()
    case = claimed(office, p.NATIONAL_NOTIFICATION.code, stated, person(OLD, office=office))
    assert decided(office, case).outcome == outcome
    (after,) = office.pension.pension_file(office.context(), reference).pensions
    expected = {
        "confirmed": ((), DAY, None),
        "ended": ((), DAY, date(2019, 11, 20)),
        "withheld": ((PensionStop(Stop.WITHHELD, DAY),), DAY, None),
    }[outcome]
    assert (after.pension.stops, after.pension.confirmed_on, after.pension.ended_on) == expected


def test_whoever_only_stood_in_a_claim_is_enrolled_under_the_same_addressee(office: Office) -> None:
    enrol(office, YOUNG, date(1985, 6, 1))
    office.answers |= {"local-tax": POOR, "resident-record": LIVES}
    head = person(HEAD, Role.HOUSEHOLD)
    case = claimed(office, p.EXEMPTION.code, ExemptionForm(year=2019).stated(), person(office=office), head)
    subjects = office.pension.claims.case_file(clerk(office), case).case.subjects
    named = next(one.person for one in subjects if one.role is Role.HOUSEHOLD)
    assert office.pension.publish_local_copies(office.context("linkage-officer")) == 1
    assert office.pension.linkage_figures(office.context())["insured"] == 1
    assert office.pension.enrol_insured(office.context(), form(HEAD)) == named
    assert office.pension.publish_local_copies(office.context("linkage-officer")) == 1


def test_a_claim_about_a_protected_person_is_withheld(office: Office) -> None:
    reference = enrol(office, YOUNG, date(1985, 6, 1))
    office.answers |= {"local-tax": POOR, "resident-record": LIVES}
    case = claimed(office, p.EXEMPTION.code, ExemptionForm(year=2019).stated(), person(office=office))
    office.pension.protect_insured(office.context(), reference, protected=True)
    assert [(one.addressee_number in office.held, one.protected) for one in office.marks] == [(True, True)]
    for read in (
        lambda: office.pension.claims.case_file(clerk(office), case),
        lambda: office.pension.premium_record(office.context(), reference),
        lambda: office.pension.pension_file(office.context(), reference),
    ):
        with pytest.raises(Withheld):
            read()


def test_what_cannot_be_entered_is_refused(office: Office) -> None:
    reference = enrol(office, YOUNG, date(1985, 6, 1))
    context = office.context()
    with pytest.raises(MonthsNotInsured):
        office.pension.record_premiums(context, reference, date(2005, 4, 1), date(2005, 6, 1))
    with pytest.raises(PensionClaimImplausible):
        office.pension.record_premiums(context, reference, date(2019, 6, 1), date(2019, 5, 1))
    with pytest.raises(PensionClaimImplausible):
        office.pension.record_premiums(context, reference, date(2019, 6, 1), date(2022, 1, 1))
    with pytest.raises(PensionClaimImplausible):
        office.pension.record_pay(context, reference, date(2019, 6, 1), 0)
    with pytest.raises(PensionClaimImplausible):
        office.pension.record_pay(context, reference, date(2020, 6, 1), 1)
    with pytest.raises(UnknownEnrolment):
        office.pension.premium_record(context, "0000-000000")
    with pytest.raises(UnknownPension):
        office.pension.pay_pension(approver(office), "0000-0000")
    with pytest.raises(ActionNotPermitted):
        office.pension.pay_pension(context, "0000-0000")
    with pytest.raises(ActionNotPermitted):
        office.pension.record_premiums(approver(office), reference, date(2019, 6, 1), date(2019, 6, 1))


def job(office: Office, name: str) -> None:
    next(one for one in office.app.jobs if one.name == name).run()


def test_timed_work_asks_for_pseudonyms_and_publishes_what_changed_once_linkage_is_in_force(office: Office) -> None:
    reference = enrol(office, YOUNG, date(1985, 6, 1))
    office.clock.set(datetime(2019, 11, 12, 9, 0, tzinfo=JST))
    job(office, "acquire-pseudonyms")
    job(office, "publish-local-copies")
    assert (office.prepared, office.copies) == ([], [])
    office.clock.set(datetime(2019, 11, 13, 9, 0, tzinfo=JST))
    job(office, "acquire-pseudonyms")
    office.held = {one.addressee_number for request in office.prepared for one in request.addressees}
    job(office, "publish-local-copies")
    assert [(one.kind, one.source_version) for one in office.copies] == [
        ("pension-enrolment", 1),
        ("pension-benefit", 1),
    ]
    office.pension.end_enrolment(office.context(), reference, date(2019, 11, 12))
    job(office, "publish-local-copies")
    job(office, "publish-local-copies")
    assert [one.source_version for one in office.copies] == [1, 1, 2, 2]


def test_a_stop_that_ends_with_the_calendar_is_told_anew(office: Office) -> None:
    enrol(office, DISABLED, date(1990, 4, 10))
    office.answers |= {"resident-record": LIVES, "local-tax": {**TAXED, "total_income_yen": 4_621_001}}
    stated = BasicForm(
        benefit=Benefit.BEFORE_TWENTY,
        first_examined_on=date(2005, 1, 10),
        certified_on=date(2010, 4, 9),
        grade=2,
    ).stated()
    decided(office, claimed(office, p.BASIC_CLAIM.code, stated, person(DISABLED, office=office)))
    told: list[object] = []
    for day in (date(2019, 12, 2), date(2020, 7, 31), date(2020, 8, 1), date(2020, 8, 8)):
        office.clock.set(datetime(day.year, day.month, day.day, 9, 0, tzinfo=JST))
        office.copies.clear()
        job(office, "note-turns")
        job(office, "publish-local-copies")
        told.append([one.items["suspended"] for one in office.copies if one.kind == "pension-benefit"])
    assert told == [[True], [], [False], []]


def test_cases_are_destroyed_after_five_years_and_what_was_granted_stays(office: Office) -> None:
    reference = enrol(office, YOUNG, date(1985, 6, 1))
    office.answers |= {"local-tax": POOR, "resident-record": LIVES}
    head = person(HEAD, Role.HOUSEHOLD)
    case = claimed(office, p.EXEMPTION.code, ExemptionForm(year=2019).stated(), person(office=office), head)
    decided(office, case)
    office.clock.set(datetime(2024, 12, 2, 9, 0, tzinfo=JST))
    job(office, "destroy-expired")
    assert office.pension.claims.case_file(clerk(office), case).case.case == case
    office.clock.set(datetime(2024, 12, 3, 9, 0, tzinfo=JST))
    job(office, "destroy-expired")
    with pytest.raises(UnknownClaim):
        office.pension.claims.case_file(clerk(office), case)
    assert set(relief_of(office, reference).values()) == {"full"}
    with office.pension.adapters.store.transaction() as records:
        kept = records.people.persons_of_numbers([IndividualNumber.parse(number(body)) for body in (YOUNG, HEAD)])
    assert [one.person for one in kept.values()] == [reference]


@pytest.mark.requirement("R-217", "R-218", "R-249", "R-250")
def test_the_employees_pension_asks_three_holders_and_a_spouse_is_looked_at_again(office: Office) -> None:
    birth, affair = date(1954, 12, 2), "employees-pension"
    values = {"category": 2, "scheme": "employees-pension", "employer": "株式会社架空"}
    reference = enrol(office, OLD, birth, insured_from=date(1980, 4, 1), **values)
    office.pension.end_enrolment(office.context(), reference, date(2014, 11, 30))
    office.answers |= {
        "resident-record": LIVES,
        "local-tax": POOR,
        "unemployment-benefit": {"recipient": True, "benefit_until": "2020-01-01"},
    }
    form = EmployeesForm(spouse_supported=True, seeks_work=True)
    spouse = person(YOUNG, Role.SPOUSE)
    case = claimed(office, p.EMPLOYEES_CLAIM.code, form.stated(), person(OLD, office=office), spouse, affair=affair)
    asked = office.pension.claims.case_file(clerk(office, affair), case).case.evidence
    assert [(one.kind, one.statute.split()[0]) for one in asked] == [
        ("resident-record", "2-35"),
        ("resident-record", "2-35"),
        ("local-tax", "2-35"),
        ("unemployment-benefit", "practice-249"),
    ]
    assert decided(office, case, affair).terms["addition_yen"] == 390_100
    saved = {one.procedure.code: one.saving for one in office.pension.claims.savings(clerk(office, affair))}
    assert (saved[p.EMPLOYEES_CLAIM.code].papers_before, saved[p.EMPLOYEES_CLAIM.code].papers_after) == (4, 0)
    (held,) = office.pension.pension_file(office.context(), reference).pensions
    office.answers["local-tax"] = {**TAXED, "total_income_yen": 6_555_000}
    stated = NotificationForm(pension=held.pension.pension, about_supported=True).stated()
    again = claimed(office, p.EMPLOYEES_NOTIFICATION.code, stated, person(OLD, office=office), spouse, affair=affair)
    decided(office, again, affair)
    (after,) = office.pension.pension_file(office.context(), reference).pensions
    assert (after.pension.addition_yen, after.pension.confirmed_on) == (0, DAY)

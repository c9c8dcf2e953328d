"""Amounts against a table written by hand, and a case from application to payment with a fake intermediate server."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.casework.domain.questions import Question
from mizuhiki.casework.ports import Answer, Copy, PushNotice
from mizuhiki.institutions.municipality.domain.allowance_cases import (
    CaseState,
    ChildAllowanceApplication,
    require_move,
)
from mizuhiki.institutions.municipality.domain.child_allowance import (
    ChildClaimed,
    amounts_in,
    first_payable_month,
    income_limit,
    last_month_of_age,
    last_month_under_three,
    next_payment,
    tax_year_for,
)
from mizuhiki.institutions.municipality.domain.errors import (
    CaseNotInState,
    IdentityNotVerified,
    InformationMissing,
    LawNotCoded,
    NumberDoesNotMatch,
    NumberNotHere,
    SamePersonMayNotApprove,
)
from mizuhiki.institutions.municipality.domain.retention import kept_until
from mizuhiki.institutions.municipality.domain.tax import TaxRecord, copy_items
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.vocabulary.layouts import layout
from support.municipality import ADDRESS, CHECKED, MIYAKONOJO, SHIBUYA_ADDRESS, Country, family, intake, make_country

LIMITS = (6_220_000, 6_600_000, 6_980_000, 7_360_000, 7_740_000, 8_120_000)


def child(birth: date, name: str = "c") -> ChildClaimed:
    return ChildClaimed(name, birth)


@pytest.mark.parametrize(
    ("birth", "month", "yen"),
    [
        (date(2017, 1, 15), (2020, 1), 15_000),  # the month of the third birthday
        (date(2017, 1, 15), (2020, 2), 10_000),
        (date(2017, 1, 1), (2019, 12), 15_000),  # three years are full on 31 December
        (date(2017, 1, 1), (2020, 1), 10_000),
        (date(2016, 2, 29), (2019, 2), 15_000),
        (date(2016, 2, 29), (2019, 3), 10_000),
        (date(2007, 4, 1), (2019, 3), 10_000),  # born on 1 April: with those of March
        (date(2007, 4, 1), (2019, 4), 10_000),
        (date(2004, 4, 1), (2019, 3), 10_000),  # the last month at all
        (date(2004, 4, 1), (2019, 4), 0),
        (date(2004, 4, 2), (2020, 3), 10_000),
        (date(2004, 4, 2), (2020, 4), 0),
    ],
)
def test_one_child_brings_what_the_table_says(birth: date, month: tuple[int, int], yen: int) -> None:
    assert amounts_in(month, [child(birth)], 0, 0)[0].monthly_yen == yen


def test_the_third_child_of_elementary_age_brings_more_and_ranks_count_to_eighteen() -> None:
    births = [date(2003, 6, 1), date(2006, 6, 1), date(2010, 6, 1), date(2018, 6, 1)]
    children = [child(birth, str(rank)) for rank, birth in enumerate(births)]
    assert [a.monthly_yen for a in amounts_in((2019, 12), children, 0, 0)] == [0, 10_000, 15_000, 15_000]
    older = [child(date(2000, 6, 1), "old"), *children[1:3]]
    assert [a.monthly_yen for a in amounts_in((2019, 12), older, 0, 0)] == [10_000, 10_000]


def test_the_worked_examples_of_a_public_guide_hold() -> None:
    # Published 2018: children of 4, 10, 16 and 19; of 13, 14 and 15 (all in junior high school); of six months and two.
    day = (2018, 6)
    first = [child(date(2018 - age, 5, 1), str(age)) for age in (4, 10, 16, 19)]
    paid = {a.resident: a.monthly_yen for a in amounts_in(day, first, 0, 0) if a.monthly_yen}
    assert paid == {"10": 10_000, "4": 15_000}
    second = [child(date(2018 - age, 5, 1), str(age)) for age in (13, 14)] + [child(date(2003, 9, 1), "15")]
    assert [a.monthly_yen for a in amounts_in(day, second, 0, 0)] == [10_000, 10_000, 10_000]
    assert (
        sum(a.monthly_yen for a in amounts_in(day, [child(date(2017, 12, 1)), child(date(2016, 1, 1))], 0, 0)) == 30_000
    )


@pytest.mark.parametrize(
    ("dependents", "upper"), list(enumerate((8_580_000, 8_960_000, 9_340_000, 9_720_000, 10_100_000, 10_480_000)))
)
def test_upper_limits_are_those_municipalities_print(dependents: int, upper: int) -> None:
    one = [child(date(2018, 6, 1))]
    assert amounts_in((2022, 6), one, upper - 1, dependents)[0].monthly_yen == 5_000
    assert amounts_in((2022, 6), one, upper, dependents)[0].monthly_yen == 0


@pytest.mark.parametrize(("dependents", "limit"), [*enumerate(LIMITS), (6, 8_500_000), (7, 8_880_000)])
def test_at_the_limit_the_special_benefit_is_paid(dependents: int, limit: int) -> None:
    assert income_limit(LIMITS, dependents) == limit
    one = [child(date(2018, 6, 1))]
    assert amounts_in((2019, 12), one, limit - 1, dependents)[0].monthly_yen == 15_000
    assert amounts_in((2019, 12), one, limit, dependents)[0].monthly_yen == 5_000


def test_from_june_2022_nothing_is_paid_over_the_upper_limit_and_later_law_is_refused() -> None:
    one = [child(date(2021, 6, 1))]
    assert amounts_in((2022, 5), one, 8_580_000, 0)[0].monthly_yen == 5_000
    assert amounts_in((2022, 6), one, 8_580_000, 0)[0].monthly_yen == 0
    with pytest.raises(LawNotCoded):
        amounts_in((2024, 10), one, 0, 0)


@pytest.mark.parametrize(
    ("received", "event", "month"),
    [
        (date(2019, 12, 2), None, (2020, 1)),
        (date(2019, 12, 5), date(2019, 11, 20), (2019, 12)),
        (date(2019, 12, 6), date(2019, 11, 20), (2020, 1)),
        (date(2020, 3, 1), date(2020, 2, 29), (2020, 3)),
        (date(2019, 11, 30), None, (2019, 12)),
    ],
)
def test_a_claim_within_fifteen_days_counts_from_the_event(
    received: date, event: date | None, month: tuple[int, int]
) -> None:
    assert first_payable_month(received, event) == month


@pytest.mark.parametrize(("month", "year"), [((2020, 1), 2019), ((2020, 5), 2019), ((2020, 6), 2020)])
def test_until_may_the_tax_of_the_year_before_decides(month: tuple[int, int], year: int) -> None:
    assert tax_year_for(month) == year


@pytest.mark.parametrize(
    ("first", "today", "due", "count"),
    [
        ((2020, 1), date(2019, 12, 2), date(2020, 2, 10), 1),
        ((2019, 10), date(2019, 12, 2), date(2020, 2, 10), 4),
        ((2020, 2), date(2020, 2, 1), date(2020, 6, 10), 4),
        ((2019, 9), date(2020, 2, 11), date(2020, 6, 10), 9),
    ],
)
def test_payments_are_made_in_february_june_and_october(
    first: tuple[int, int], today: date, due: date, count: int
) -> None:
    pay_on, months = next_payment(first, today)
    assert (pay_on, months[0], len(months)) == (due, first, count)


@given(st.dates(date(1998, 1, 1), date(2022, 12, 31)))
def test_the_ages_the_law_names_come_in_order_and_end_in_march(birth: date) -> None:
    ends = [last_month_of_age(birth, age) for age in (12, 15, 18)]
    assert last_month_under_three(birth) < ends[0] < ends[1] < ends[2]
    assert {month for _, month in ends} == {3}


@given(st.lists(st.sampled_from(CaseState), max_size=8))
def test_a_case_is_never_paid_without_proposal_and_approval(path: list[CaseState]) -> None:
    state, seen = CaseState.APPLIED, [CaseState.APPLIED]
    for following in path:
        try:
            require_move(state, following)
        except CaseNotInState:
            continue
        state = following
        seen.append(state)
    if CaseState.PAYING in seen:
        assert seen.index(CaseState.EXAMINED) < seen.index(CaseState.PROPOSED) < seen.index(CaseState.APPROVED)


@pytest.mark.requirement("R-057")
@pytest.mark.parametrize(
    ("removed", "until"),
    [
        (date(2014, 6, 19), date(2019, 6, 19)),
        (date(2014, 6, 20), date(2164, 6, 20)),
        (date(2019, 12, 1), date(2169, 12, 1)),
        (date(2012, 2, 29), date(2017, 2, 28)),
    ],
)
def test_removed_records_are_kept_five_years_under_the_old_rule_and_150_under_the_new(
    removed: date, until: date
) -> None:
    assert kept_until(removed) == until


@dataclasses.dataclass
class FakeLinkage:
    """Answers from a table of outcomes by kind."""

    outcomes: dict[str, Answer]
    asked: list[Question] = dataclasses.field(default_factory=list)
    notices: list[PushNotice] = dataclasses.field(default_factory=list)
    copies: list[Copy] = dataclasses.field(default_factory=list)
    ready: bool = True

    def acquire(self, affair: str, addressees: list) -> tuple[list[str], list[str]]:  # type: ignore[type-arg]  # fake
        return [a.addressee_number for a in addressees], []

    def held(self, addressee_numbers: list[str]) -> set[str]:
        return set(addressee_numbers) if self.ready else set()

    def register_copies(self, copies: list[Copy]) -> None:
        self.copies += copies

    def inquire(self, question: Question) -> Answer:
        self.asked.append(question)
        return self.outcomes[question.kind]

    def send_notice(self, notice: PushNotice) -> None:
        self.notices.append(notice)


@dataclasses.dataclass
class Office:
    country: Country
    operations: MunicipalityOperations
    linkage: FakeLinkage
    residents: list[str]

    def clerk(self, person: str = "clerk-1") -> object:
        return self.country.context("counter-clerk", "child-allowance", person)

    def approver(self, person: str = "chief-1") -> object:
        return self.country.context("approver", "child-allowance", person)

    def number(self, position: int = 0) -> str:
        context = self.country.context("counter-clerk")
        number = self.operations.resident(context, self.residents[position]).number
        assert number is not None
        return number.reveal()

    def claim(self, **changes: object) -> ChildAllowanceApplication:
        form = ChildAllowanceApplication(
            "a1",
            self.residents[0],
            (self.residents[2],),
            date(2019, 12, 2),
            intake(self.number()),
            "bank 1",
        )
        return dataclasses.replace(form, **changes)  # type: ignore[arg-type]  # test values


def tax_answer() -> Answer:
    record = TaxRecord("r", 2019, 4_000_000, 1_000_000, 1, date(2019, 1, 1))
    return Answer("x-1", "provided", "2019-06", copy_items(record, layout("local-tax", date(2019, 12, 2))), "receipt")


REFUSED = Answer("", "statute-row-not-in-force", refused_by="commission", detail="not yet in force")


def made_office(previous: str) -> Office:
    country = make_country()
    linkage = FakeLinkage(
        {"local-tax": tax_answer(), "pension-enrolment": Answer("x-2", "provided", "2019-06", {"enrolled": True})}
    )
    real = country.apps[MIYAKONOJO].operations
    operations = dataclasses.replace(real, adapters=dataclasses.replace(real.adapters, linkage=linkage))
    entry = dataclasses.replace(family(previous=previous), resident_since=date(2019, 11, 1))
    residents = operations.import_existing_residents(country.context("registrar"), [entry])
    return Office(country, operations, linkage, residents)


@pytest.fixture
def office() -> Iterator[Office]:
    made = made_office(SHIBUYA_ADDRESS)
    yield made
    made.country.close()


@pytest.mark.requirement("R-217", "R-235", "R-361", "R-362")
def test_a_claim_without_attachments_is_decided_and_paid_from_linked_information(office: Office) -> None:
    operations, clerk, approver = office.operations, office.clerk(), office.approver()
    case = operations.apply_child_allowance(clerk, office.claim())
    assert operations.apply_child_allowance(clerk, office.claim()) == case
    linked = operations.request_linked_information(clerk, case)
    assert [(line.kind, line.provider, line.outcome) for line in linked] == [
        ("local-tax", "municipality-131130", "provided"),
        ("pension-enrolment", "pension-service", "provided"),
    ]
    assert linked[0].statute.startswith("2-74")
    assert {q.fiscal_year for q in office.linkage.asked} == {2019}
    assert len(operations.request_linked_information(clerk, case)) == 2
    entitlement = operations.propose_decision(clerk, case)
    assert (entitlement.monthly_yen, entitlement.payable_from) == (10_000, (2020, 1))
    with pytest.raises(CaseNotInState):
        operations.order_payment(approver, case)
    operations.approve_decision(approver, case)
    payment = operations.order_payment(approver, case)
    assert (payment.amount_yen, payment.months, payment.pay_on) == (10_000, ((2020, 1),), date(2020, 2, 10))
    assert operations.order_payment(approver, case) == payment
    notice = operations.send_decision_notice(clerk, case)
    assert operations.send_decision_notice(clerk, case) == notice
    assert len(office.linkage.notices) == 1
    assert office.number() not in office.linkage.notices[0].body
    found = operations.allowance_case(clerk, case)
    assert (found.state, found.papers, found.payments) == (CaseState.PAYING, (), (payment,))
    office.country.clock.set(datetime(2020, 2, 20, tzinfo=UTC))
    later = operations.order_payment(office.approver(), case)
    assert (later.months[0], later.amount_yen, later.pay_on) == ((2020, 2), 40_000, date(2020, 6, 10))


def test_the_person_who_proposed_may_not_approve(office: Office) -> None:
    case = office.operations.apply_child_allowance(office.clerk(), office.claim())
    office.operations.request_linked_information(office.clerk(), case)
    office.operations.propose_decision(office.clerk("both"), case)
    for person in ("both", ""):
        with pytest.raises(SamePersonMayNotApprove):
            office.operations.approve_decision(office.approver(person), case)


def test_a_refused_inquiry_shows_its_rule_and_is_replaced_by_a_paper(office: Office) -> None:
    office.linkage.outcomes["pension-enrolment"] = REFUSED
    case = office.operations.apply_child_allowance(office.clerk(), office.claim())
    linked = office.operations.request_linked_information(office.clerk(), case)
    assert linked[1].refusal_code == "statute-row-not-in-force"
    assert linked[1].refusal_detail.startswith("commission")
    with pytest.raises(InformationMissing):
        office.operations.propose_decision(office.clerk(), case)
    office.operations.record_paper_document(office.clerk(), case, "pension-enrolment", "年金加入証明書")
    assert office.operations.propose_decision(office.clerk(), case).monthly_yen == 10_000


def test_own_residents_tax_comes_from_the_own_department() -> None:
    office = made_office("")
    moved = dataclasses.replace(family("h9"), resident_since=date(2010, 4, 1))
    office.residents = office.operations.import_existing_residents(office.country.context("registrar"), [moved])
    record = TaxRecord(office.residents[0], 2019, 7_000_000, 500_000, 0, date(2019, 1, 1))
    tax = office.country.context("tax-officer", "local-tax")
    assert office.operations.register_tax_record(tax, [record]) == 1
    assert [copy.items["total_income_yen"] for copy in office.linkage.copies] == [7_000_000]
    case = office.operations.apply_child_allowance(office.clerk(), office.claim())
    linked = office.operations.request_linked_information(office.clerk(), case)
    assert (linked[0].provider, linked[0].outcome) == (MIYAKONOJO, "provided")
    assert [question.kind for question in office.linkage.asked] == ["pension-enrolment"]
    assert office.operations.propose_decision(office.clerk(), case).monthly_yen == 5_000
    office.country.close()


def test_copies_wait_for_pseudonyms_and_go_out_once_per_version(office: Office) -> None:
    tax = office.country.context("tax-officer", "local-tax")
    record = TaxRecord(office.residents[0], 2019, 4_000_000, 0, 0, date(2019, 1, 1))
    office.linkage.ready = False
    office.operations.register_tax_record(tax, [record])
    assert office.linkage.copies == []
    office.linkage.ready = True
    assert office.operations.publish_local_copies(tax) == 1
    assert office.operations.publish_local_copies(tax) == 0
    office.operations.register_tax_record(tax, [dataclasses.replace(record, dependents=2)])
    assert [copy.source_version for copy in office.linkage.copies] == [1, 2]


@pytest.mark.requirement("R-255", "R-362")
def test_all_departments_know_a_person_under_one_addressee(office: Office) -> None:
    linkage_officer = office.country.context("linkage-officer", "child-allowance")
    assert office.operations.acquire_pseudonyms(linkage_officer).requested == 3
    assert office.operations.acquire_pseudonyms(linkage_officer).requested == 0
    record = TaxRecord(office.residents[0], 2019, 4_000_000, 0, 0, date(2019, 1, 1))
    office.operations.register_tax_record(office.country.context("tax-officer", "local-tax"), [record])
    case = office.operations.apply_child_allowance(office.clerk(), office.claim())
    office.operations.request_linked_information(office.clerk(), case)
    household = office.operations.resident(office.country.context("counter-clerk"), office.residents[0]).household
    view = office.operations.household_view(office.country.context("counter-clerk"), household)
    numbers = {view.members[0].addressee_number}
    numbers |= {copy.addressee_number for copy in office.linkage.copies}
    numbers |= {question.addressee_number for question in office.linkage.asked}
    assert len(numbers) == 1


@pytest.mark.requirement("R-021")
@pytest.mark.requirement("R-051")
@pytest.mark.parametrize("step", [field.name for field in dataclasses.fields(CHECKED)])
def test_a_number_is_not_taken_when_one_step_of_the_check_is_missing(office: Office, step: str) -> None:
    lacking = intake(office.number(), checklist=dataclasses.replace(CHECKED, **{step: False}))
    with pytest.raises(IdentityNotVerified) as caught:
        office.operations.take_number(office.clerk(), lacking)
    assert caught.value.fields["step"] == step.replace("_", "-")
    with pytest.raises(IdentityNotVerified):
        office.operations.apply_child_allowance(office.clerk(), office.claim(intake=lacking))


def test_a_number_must_belong_to_what_was_written(office: Office) -> None:
    number = office.number()
    assert office.operations.take_number(office.clerk(), intake(number)) == office.residents[0]
    for item, change in (
        ("name", {"name": "山田　次郎"}),
        ("birth-date", {"birth_date": date(1985, 2, 4)}),
        ("address", {"address": ADDRESS + "2"}),
    ):
        with pytest.raises(NumberDoesNotMatch) as caught:
            office.operations.take_number(office.clerk(), intake(number, **change))
        assert caught.value.fields["items"] == item
    with pytest.raises(NumberNotHere):
        office.operations.take_number(office.clerk(), intake("123456789018"))
    assert number not in repr(intake(number))

"""The contract of the pension service's store, on SQLite and PostgreSQL: people, premiums, pensions, payments."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError

from mizuhiki.casework.domain import Linkage, Person
from mizuhiki.casework.domain.errors import UnknownPerson
from mizuhiki.institutions.agency.pension_service.domain.enrolments import Insured
from mizuhiki.institutions.agency.pension_service.domain.errors import UnknownPension
from mizuhiki.institutions.agency.pension_service.domain.pensions import (
    Pension,
    PensionKind,
    PensionPayment,
    PensionStop,
    Stop,
)
from mizuhiki.institutions.agency.pension_service.domain.periods import Category, InsuredPeriod, Scheme
from mizuhiki.institutions.agency.pension_service.domain.premiums import PremiumMonth, Relief, StandardRemuneration
from mizuhiki.institutions.agency.pension_service.store import METADATA, SqlStore
from mizuhiki.institutions.agency.pension_service.store.tables import AUDIT, EVENTS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.numbers import IndividualNumber, individual_number_check_digit
from mizuhiki.vocabulary.persons import FourItems, Sex
from support.environment import make_environment

DAY = date(2019, 12, 2)
INSURED, NAMED = "1234-567890", "named-in-a-claim"
ITEMS = FourItems("水引　結", "ミズヒキ　ユイ", date(1985, 6, 1), Sex.FEMALE, "宮崎県都城市姫城町1番地")
PERIOD = InsuredPeriod(
    category=Category.FIRST, scheme=Scheme.NATIONAL_PENSION, employer="", insured_from=date(2005, 6, 1)
)


def number(body: int) -> IndividualNumber:
    text = f"{body:011d}"
    return IndividualNumber.parse(text + individual_number_check_digit(text))


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    environment = make_environment("pension-service")
    database = Database(database_url)
    database.create(METADATA)
    store = SqlStore(database, environment.institution, environment.keystore, Audit(database, AUDIT, EVENTS))
    insured = Insured(
        reference=INSURED,
        addressee_number="1" * 15,
        number=number(1),
        four_items=ITEMS,
        municipality_code="452025",
        periods=(PERIOD,),
    )
    with store.transaction() as records:
        records.insert([insured])
        records.people.put(
            Person(
                person=NAMED,
                addressee_number="2" * 15,
                number=number(2),
                four_items=ITEMS,
                municipality_code="131032",
            )
        )
    yield store
    database.dispose()


def pension(**changes: object) -> Pension:
    base = Pension(
        pension="1234-5678",
        reference=INSURED,
        kind=PensionKind.DISABILITY_BASIC,
        case_token="case",
        grade="2",
        entitled_on=date(2005, 5, 31),
        first_month=date(2014, 10, 1),
        annual_yen=780_100,
        addition_yen=0,
        revised_on=DAY,
        income_limited=True,
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]  # a table of changes


def test_one_file_holds_the_insured_and_those_who_stand_in_claims(store: SqlStore) -> None:
    with store.transaction() as records:
        known = records.people.persons_of_numbers([number(1), number(2), number(3)])
        assert {one.person for one in known.values()} == {INSURED, NAMED}
        assert known[number(1)].municipality_code == "452025"
        assert records.insured(NAMED).periods == ()
        assert [one.reference for one in records.unpublished(10, "")] == [INSURED]
        assert records.lacking_pseudonyms() == [INSURED]
        with pytest.raises(UnknownPerson):
            records.people.person("nobody")
    assert store.counts()["insured"] == 1


def test_what_a_claim_changes_of_a_person_raises_the_version_and_linkage_does_not(store: SqlStore) -> None:
    with store.transaction() as records:
        person = records.people.person(INSURED)
        records.people.put(dataclasses.replace(person, linkage=Linkage.REQUESTED))
        assert records.insured(INSURED).version == 1
        records.people.put(dataclasses.replace(person, protected=True))
        assert (records.insured(INSURED).version, records.insured(INSURED).protected) == (2, True)
    assert store.is_protected(INSURED)
    assert not store.is_protected(NAMED)


def test_whoever_came_with_a_claim_only_is_forgotten_with_it_and_others_are_not(store: SqlStore) -> None:
    with store.transaction() as records:
        assert records.people.forget([INSURED, NAMED]) == 1
        assert set(records.people.persons([INSURED, NAMED])) == {INSURED}


def test_a_person_is_kept_once_something_of_our_own_stands_on_them(store: SqlStore) -> None:
    with store.transaction() as records:
        records.touched(NAMED)
        assert [one.reference for one in records.unpublished(10, "")] == [INSURED, NAMED]
        assert records.people.forget([NAMED]) == 0


def test_a_change_of_a_record_without_periods_stores_none(store: SqlStore) -> None:
    with store.transaction() as records:
        records.update(dataclasses.replace(records.insured(NAMED), protected=True))
        assert (records.insured(NAMED).periods, records.insured(NAMED).version) == ((), 2)
        assert [one.reference for one in records.unpublished(10, "")] == [INSURED]


def test_a_month_holds_what_was_entered_last(store: SqlStore) -> None:
    first, second = (PremiumMonth(INSURED, date(2019, month, 1), Relief.HALF) for month in (7, 8))
    with store.transaction() as records:
        records.pensions.put_premiums([second, first])
        paid = dataclasses.replace(first, paid_on=DAY)
        records.pensions.put_premiums([paid])
        records.pensions.put_premiums([])
        assert records.pensions.premiums(INSURED) == [paid, second]
        assert records.pensions.premiums(NAMED) == []
        records.pensions.put_pay(StandardRemuneration(INSURED, date(2019, 9, 1), 200_000))
        records.pensions.put_pay(StandardRemuneration(INSURED, date(2019, 4, 1), 190_000))
        records.pensions.put_pay(StandardRemuneration(INSURED, date(2019, 9, 1), 220_000))
        assert [one.monthly_yen for one in records.pensions.pay(INSURED)] == [190_000, 220_000]


def test_pensions_are_found_by_person_number_and_limit_of_income(store: SqlStore) -> None:
    old_age = pension(pension="8765-4321", kind=PensionKind.OLD_AGE_BASIC, grade="", income_limited=False)
    ended = pension(pension="1111-1111", ended_on=date(2019, 12, 1))
    with store.transaction() as records:
        for one in (pension(), old_age, ended):
            records.pensions.insert_pension(one)
        assert records.pensions.pensions(INSURED) == [pension(), old_age, ended]
        assert records.pensions.pension("8765-4321") == old_age
        assert records.pensions.number_taken("8765-4321")
        assert not records.pensions.number_taken("0000-0000")
        assert records.pensions.income_limited(DAY) == [pension()]
        assert records.pensions.income_limited(date(2019, 12, 1)) == [pension(), ended]
        assert records.pensions.income_limited(date(2005, 5, 30)) == []
        before = PensionStop(Stop.WITHHELD, date(2019, 3, 9), None, date(2019, 5, 7))
        stopped = pension(stops=(PensionStop(Stop.HALF, date(2019, 8, 1), date(2020, 7, 1)), before))
        records.pensions.update_pension(pension(stops=(before,)))
        records.pensions.update_pension(stopped)
        assert records.pensions.pension("1234-5678") == stopped
        assert records.pensions.pensions(INSURED) == [stopped, old_age, ended]
        also = pension(pension="2222-2222", stops=(before,))
        records.pensions.insert_pension(also)
        assert records.pensions.pension("2222-2222") == also
        assert records.pensions.ending_or_stopped(date(2019, 12, 2)) == [stopped]
        assert records.pensions.ending_or_stopped(date(2019, 12, 1)) == [stopped, ended]
        with pytest.raises(UnknownPension):
            records.pensions.pension("0000-0000")


def test_a_month_is_paid_once_and_a_payment_stays(store: SqlStore) -> None:
    payment = PensionPayment("1234-5678", date(2019, 10, 1), date(2019, 11, 1), 130_016, date(2019, 12, 13))
    with store.transaction() as records:
        records.pensions.insert_pension(pension())
        records.pensions.insert_payment(payment)
        assert records.pensions.payments("1234-5678") == [payment]
    with pytest.raises(DBAPIError), store.transaction() as records:
        records.pensions.insert_payment(payment)
    with store.transaction() as records:
        assert records.pensions.payments("1234-5678") == [payment]

"""The contract of the file of people that intake and casework share, on SQLite and PostgreSQL."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from mizuhiki.casework.domain import Case, Linkage, Person, Role, Subject
from mizuhiki.casework.domain.errors import UnknownPerson
from mizuhiki.casework.store import CaseCipher
from mizuhiki.crypto.at_rest import StoredValueUnreadable
from mizuhiki.institutions.agency.hello_work.domain.care_leave import CareLeave
from mizuhiki.institutions.agency.hello_work.store import METADATA, SqlRecords
from mizuhiki.institutions.agency.hello_work.store.tables import AUDIT, EVENTS, PEOPLE
from mizuhiki.intake.errors import UnknownPersonRecord
from mizuhiki.intake.persons import KeptPerson, Lift, Shown
from mizuhiki.intake.store import SqlBodyStore
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.numbers import IndividualNumber, individual_number_check_digit
from mizuhiki.vocabulary.persons import FourItems, Sex
from support.databases import database_of
from support.environment import make_environment

NOW = datetime(2019, 12, 2, 1, 0, tzinfo=UTC)
DAY = date(2019, 12, 2)
Store = SqlBodyStore[SqlRecords]


def number(body: int) -> IndividualNumber:
    text = f"{body:011d}"
    return IndividualNumber.parse(text + individual_number_check_digit(text))


ITEMS = FourItems("水引　結", "ミズヒキ　ユイ", date(1985, 6, 1), Sex.FEMALE, "宮崎県都城市姫城町1番地")


def kept(body: int) -> KeptPerson:
    return KeptPerson(
        reference=f"1234-{body:06d}",
        addressee_number=f"{body:015d}",
        number=number(body),
        four_items=ITEMS,
        municipality_code="452025",
        shown=Shown.CARD,
    )


def by_claim(body: int) -> Person:
    return Person(
        person=f"claimant-{body}",
        addressee_number=f"{body:015d}",
        number=number(body),
        four_items=ITEMS,
        municipality_code="131032",
    )


def case_about(*persons: str) -> Case:
    return Case(
        case="case-1",
        procedure="employment-insurance.care-leave-benefit",
        received_on=DAY,
        subjects=tuple(Subject(Role.APPLICANT, one, "452025") for one in persons),
        stated={},
    )


database = database_of(METADATA)


@pytest.fixture
def store(database: Database) -> Store:
    environment = make_environment("public-employment-office")
    cipher = CaseCipher(environment.institution, environment.keystore, PEOPLE.persons.name)
    audit = Audit(database, AUDIT, EVENTS)
    store: Store = SqlBodyStore(database, PEOPLE, cipher, lambda connection: SqlRecords(connection, cipher, audit))
    with store.transaction() as records:
        records.insert_persons([kept(1), kept(2)])
    return store


def test_a_person_taken_in_is_the_same_person_for_a_claim(store: Store) -> None:
    with store.transaction() as records:
        assert records.person(kept(1).reference) == kept(1)
        found = records.people.persons_of_numbers([number(1), number(9)])
        assert list(found) == [number(1)]
        assert found[number(1)] == records.people.person(kept(1).reference)
        assert found[number(1)].four_items == ITEMS
        with pytest.raises(UnknownPersonRecord):
            records.person("nobody")
        with pytest.raises(UnknownPerson):
            records.people.person("nobody")


def test_a_person_who_came_by_a_claim_stands_in_the_file(store: Store) -> None:
    with store.transaction() as records:
        records.people.put(by_claim(3))
    with store.transaction() as records:
        found = records.person("claimant-3")
        assert (found.shown, found.version, found.municipality_code) == (Shown.CLAIM, 1, "131032")
        assert records.people.persons(["claimant-3", "nobody"]) == {"claimant-3": by_claim(3)}
    assert store.counts()["persons"] == 3


def test_only_what_linkage_would_tell_raises_the_version(store: Store) -> None:
    reference = kept(1).reference
    with store.transaction() as records:
        one = records.people.person(reference)
        records.people.put(dataclasses.replace(one, municipality_code="131032", linkage=Linkage.REQUESTED))
        assert records.person(reference).version == 1
        records.people.put(dataclasses.replace(one, protected=True))
        assert records.person(reference).version == 2
    assert store.is_protected(reference)
    assert not store.is_protected(kept(2).reference)
    assert not store.is_protected("nobody")


def test_two_records_of_one_number_are_refused(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.transaction() as records:
        records.people.put(dataclasses.replace(by_claim(1), addressee_number="9" * 15))
    assert store.counts()["persons"] == 2


def test_linkage_and_publication_are_noted_per_person(store: Store) -> None:
    with store.transaction() as records:
        assert records.lacking_pseudonyms() == [kept(1).reference, kept(2).reference]
        records.people.set_linkage([kept(1).addressee_number], Linkage.REQUESTED)
        records.people.set_linkage([kept(2).addressee_number], Linkage.REFUSED)
        assert records.lacking_pseudonyms() == [kept(2).reference]
        due = records.unpublished(10, "")
        assert [one.reference for one in due] == [kept(1).reference, kept(2).reference]
        assert records.unpublished(10, kept(1).reference) == due[1:]
        records.mark_published(due[:1])
        records.touched(kept(2).reference)
    with store.transaction() as records:
        assert [one.reference for one in records.unpublished(10, "")] == [kept(2).reference]
    assert dict(store.counts()) == {"persons": 2, "requested": 1, "refused": 1, "published": 1}


def test_requests_are_remembered_and_a_transaction_that_fails_stores_nothing(store: Store) -> None:
    with store.transaction() as records:
        records.keep_requests({"request-1": (b"digest", kept(1).reference)}, NOW)

    def fails() -> None:
        with store.transaction() as records:
            records.keep_requests({"request-2": (b"digest", kept(1).reference)}, NOW)
            records.people.person("nobody")

    with pytest.raises(UnknownPerson):
        fails()
    with store.transaction() as records:
        assert records.requests(["request-1", "request-2"]) == {"request-1": (b"digest", kept(1).reference)}


def test_a_consent_is_used_once_by_the_clerk_it_names(store: Store) -> None:
    lift = Lift(reference=kept(1).reference, clerk="a", reason="r", lifted_by="officer", lifted_at=NOW)
    with store.transaction() as records:
        records.keep_lift(lift)
    assert not store.use_lift(kept(1).reference, "b", NOW)
    assert not store.use_lift(kept(2).reference, "a", NOW)
    assert store.use_lift(kept(1).reference, "a", NOW)
    assert not store.use_lift(kept(1).reference, "a", NOW)


def test_only_whoever_came_by_a_claim_and_is_named_nowhere_is_forgotten(store: Store) -> None:
    with store.transaction() as records:
        for body in (3, 4, 5):
            records.people.put(by_claim(body))
        records.cases.insert(case_about("claimant-3"), "request-1", b"digest", NOW)
        records.insert_care_leave(
            CareLeave(
                reference=kept(1).reference,
                family_member="claimant-4",
                case_token="case-0",
                leave_from=DAY,
                leave_until=DAY,
                days=1,
                paid_yen=1,
            )
        )
    everybody = ["claimant-3", "claimant-4", "claimant-5", kept(1).reference, kept(2).reference]
    with store.transaction() as records:
        assert records.people.forget(everybody) == 1
        assert sorted(records.people.persons(everybody)) == sorted(set(everybody) - {"claimant-5"})
        records.cases.destroy("case-1")
        assert records.people.forget(everybody) == 1
        assert sorted(records.people.persons(everybody)) == sorted(set(everybody) - {"claimant-5", "claimant-3"})


@pytest.mark.requirement("R-027")
def test_numbers_and_items_are_bound_to_their_row(store: Store, database: Database) -> None:
    table = PEOPLE.persons
    with database.write() as connection:
        columns = table.c.items_encrypted, table.c.number_encrypted
        first = connection.execute(sa.select(*columns).where(table.c.reference == kept(1).reference)).one()
        assert ITEMS.name.encode() not in bytes(first.items_encrypted)
        assert number(1).reveal().encode() not in bytes(first.number_encrypted)
        moved = {"items_encrypted": bytes(first.items_encrypted)}
        connection.execute(table.update().where(table.c.reference == kept(2).reference).values(**moved))
    with pytest.raises(StoredValueUnreadable), store.transaction() as records:
        records.person(kept(2).reference)

"""The contract of what a city's caseworkers record about households, on SQLite and PostgreSQL (R-239)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest
import sqlalchemy as sa

from mizuhiki.casework.domain import Case, Linkage, Person, Role, Subject
from mizuhiki.casework.store import CaseCipher
from mizuhiki.crypto.at_rest import StoredValueUnreadable
from mizuhiki.institutions.municipality.domain.claims.investigation import Investigation, RecordedInvestigation
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.institutions.municipality.store.audit_events import EVENTS
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.claim_tables import CLAIMS, INVESTIGATIONS
from mizuhiki.institutions.municipality.store.sql_claims import SqlClaimRecords, SqlClaimStore
from mizuhiki.institutions.municipality.store.tables import AUDIT, METADATA
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems, Sex
from support.databases import database_of
from support.environment import make_environment
from support.municipality import MIYAKONOJO

NOW = datetime(2019, 12, 5, 3, 0, tzinfo=UTC)
ITEMS = FourItems("都城　花子", "ミヤコノジョウ　ハナコ", date(1985, 2, 3), Sex.FEMALE, "宮崎県都城市姫城町1番地")
PERSON = Person(
    person="mother",
    addressee_number="000000000000001",
    number=IndividualNumber.parse("123456789018"),
    four_items=ITEMS,
    municipality_code="452025",
    linkage=Linkage.NONE,
)
VISIT = RecordedInvestigation(
    Investigation(visited_on=date(2019, 12, 5), place_class="3-1", livelihood_yen=70_000, remarks="病気療養中"),
    "welfare-office-clerk/clerk",
    NOW,
)
LATER = RecordedInvestigation(msgspec.structs.replace(VISIT.found, livelihood_yen=71_000), "another", NOW)


database = database_of(METADATA)


@pytest.fixture
def store(database: Database) -> SqlClaimStore:
    environment = make_environment(MIYAKONOJO)
    cipher = Cipher(environment.institution, environment.keystore)
    cases = CaseCipher(environment.institution, environment.keystore)
    audit = Audit(database, AUDIT, EVENTS)

    def records_on(connection: sa.Connection) -> ClaimRecords:
        return SqlClaimRecords(
            connection,
            cipher,
            cases,
            audit,
            tell_server=lambda *_told: None,
            new_name=environment.randomness.token,
        )

    store = SqlClaimStore(database, CLAIMS, cases, records_on)
    with store.transaction() as records:
        records.people.put(PERSON)
        for name in ("first", "second"):
            case = Case(
                case=name,
                procedure="public-assistance.application",
                received_on=date(2019, 12, 2),
                subjects=(Subject(Role.APPLICANT, PERSON.person, "452025"),),
                stated={"cause": "illness"},
            )
            records.cases.insert(case, f"request-{name}", b"digest", NOW)
    return store


def test_the_newest_record_counts_and_earlier_ones_stay(store: SqlClaimStore, database: Database) -> None:
    with store.transaction() as records:
        assert records.investigations.newest("first") is None
        records.investigations.add("first", VISIT)
        records.investigations.add("first", LATER)
    with store.transaction() as records:
        assert records.investigations.newest("first") == LATER
        assert records.investigations.newest("second") is None
    with database.read() as connection:
        rows = connection.execute(sa.select(INVESTIGATIONS).order_by(INVESTIGATIONS.c.position)).all()
    assert [(row.case_token, row.position) for row in rows] == [("first", 0), ("first", 1)]


def test_a_record_is_unreadable_in_the_database_and_bound_to_its_case(store: SqlClaimStore, database: Database) -> None:
    with store.transaction() as records:
        records.investigations.add("first", VISIT)
        records.investigations.add("second", LATER)
    with database.write() as connection:
        contents = [row.content_encrypted for row in connection.execute(sa.select(INVESTIGATIONS))]
        assert not any("病気".encode() in one for one in contents)
        of_second = sa.select(INVESTIGATIONS.c.content_encrypted).where(INVESTIGATIONS.c.case_token == "second")
        moved = connection.execute(of_second).scalar_one()
        change = INVESTIGATIONS.update().where(INVESTIGATIONS.c.case_token == "first")
        connection.execute(change.values(content_encrypted=moved))
    with store.transaction() as records, pytest.raises(StoredValueUnreadable):
        records.investigations.newest("first")


def test_with_a_case_goes_what_was_recorded_about_it(store: SqlClaimStore, database: Database) -> None:
    with store.transaction() as records:
        records.investigations.add("first", VISIT)
        records.investigations.add("second", LATER)
    with store.transaction() as records:
        records.cases.destroy("first")
        assert records.people.forget([PERSON.person]) == 0
    with database.read() as connection:
        left = connection.execute(sa.select(INVESTIGATIONS.c.case_token)).scalars().all()
    assert list(left) == ["second"]

"""The contract of the store of people and cases, on SQLite and PostgreSQL."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from mizuhiki.casework.domain import (
    Case,
    CaseState,
    CaseStep,
    Evidence,
    Linkage,
    PaperTaken,
    Payment,
    Person,
    Proposal,
    Reason,
    Role,
    Subject,
)
from mizuhiki.casework.domain.errors import UnknownClaim, UnknownPerson
from mizuhiki.casework.domain.inquiry_files import FileLine, HeldFile, InquiryFile
from mizuhiki.casework.store import CaseCipher, SqlCaseRecords, SqlCaseStore
from mizuhiki.crypto.at_rest import StoredValueUnreadable
from mizuhiki.institutions.agency.student_services.store import AUDIT, CASES, EVENTS, METADATA
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import IndividualNumber, individual_number_check_digit
from mizuhiki.vocabulary.persons import FourItems, Sex
from support.databases import database_of
from support.environment import make_environment

NOW = datetime(2019, 12, 2, 1, 0, tzinfo=UTC)
DAY = date(2019, 12, 2)
PEOPLE = ("student", "father")


def _number(body: int) -> IndividualNumber:
    text = f"{body:011d}"
    return IndividualNumber.parse(text + individual_number_check_digit(text))


def _person(name: str, body: int) -> Person:
    items = FourItems("水引　結", "ミズヒキ　ユイ", date(2000, 6, 1), Sex.FEMALE, "宮崎県都城市姫城町1番地")
    return Person(
        person=name,
        addressee_number=f"{body:015d}",
        number=_number(body),
        four_items=items,
        municipality_code="452025",
    )


CASE = Case(
    case="case-1",
    procedure="student-aid.application",
    received_on=DAY,
    subjects=(Subject(Role.APPLICANT, "student", "452025"), Subject(Role.PARENT, "father", "131032")),
    stated={"aid": "grant", "wanted": 3, "attested": True, "nothing": None},
)
PROPOSAL = Proposal(
    granted=True,
    outcome="grant",
    terms={"monthly_yen": 1, "from": "2019-12-01"},
    reasons=(Reason("rule", "法1条", {"a": 1}),),
    sources=("s",),
)
EVIDENCE = Evidence(
    person="father",
    kind="local-tax",
    year=2019,
    provider="municipality-452025",
    outcome="provided",
    asked_at=NOW,
    items={"taxable": False, "total_income_yen": None},
    receipt="r" * 500,
)


database = database_of(METADATA)


@pytest.fixture
def store(database: Database) -> SqlCaseStore[SqlCaseRecords]:
    environment = make_environment("student-services-organization")
    cipher = CaseCipher(environment.institution, environment.keystore)
    audit = Audit(database, AUDIT, EVENTS)
    store = SqlCaseStore(database, CASES, cipher, lambda connection: SqlCaseRecords(connection, CASES, cipher, audit))
    with store.transaction() as records:
        for body, name in enumerate(PEOPLE, start=1):
            records.people.put(_person(name, body))
        records.cases.insert(CASE, "request-1", b"digest", NOW)
    return store


Store = SqlCaseStore[SqlCaseRecords]


def test_a_case_comes_back_with_everything(store: Store) -> None:
    paper = PaperTaken(
        person="father",
        kind="local-tax",
        description="証明書",
        items={"taxable": True},
        recorded_at=NOW,
        recorded_by="c",
    )
    with store.transaction() as records:
        records.cases.add_evidence("case-1", EVIDENCE)
        records.cases.add_evidence("case-1", dataclasses.replace(EVIDENCE, outcome="no-data", items={}))
        records.cases.add_paper("case-1", paper)
        records.cases.add_payment("case-1", Payment("case-1-2019-12", 40_000, DAY, "2019-12"))
        records.cases.add_step("case-1", CaseStep(NOW, "received", "clerk/a", "note"))
        records.cases.update(
            dataclasses.replace(
                CASE, state=CaseState.DECIDED, proposal=PROPOSAL, proposed_by="a", approved_by="b", decided_on=DAY
            )
        )
    with store.transaction() as records:
        found = records.cases.case("case-1")
    assert (found.subjects, found.stated, found.proposal) == (CASE.subjects, CASE.stated, PROPOSAL)
    assert [one.outcome for one in found.evidence] == ["provided", "no-data"]
    assert (found.evidence[0], found.papers) == (EVIDENCE, (paper,))
    assert [one.payment_id for one in found.payments] == ["case-1-2019-12"]
    assert found.history == (CaseStep(NOW, "received", "clerk/a", "note"),)
    assert (found.state, found.proposed_by, found.approved_by, found.decided_on) == (CaseState.DECIDED, "a", "b", DAY)


def test_lists_are_by_state_and_procedure_oldest_first(store: Store) -> None:
    with store.transaction() as records:
        records.cases.insert(dataclasses.replace(CASE, case="case-2"), "request-2", b"digest", NOW)
        records.cases.update(dataclasses.replace(CASE, state=CaseState.DECIDED, decided_on=DAY))
    with store.transaction() as records:

        def names(state: CaseState | None = None, procedure: str = "", limit: int = 10) -> list[str]:
            return [one.case for one in records.cases.cases(state=state, procedure=procedure, limit=limit)]

        assert names() == ["case-1", "case-2"]
        assert names(limit=1) == ["case-1"]
        assert names(CaseState.RECEIVED) == ["case-2"]
        assert names(procedure="another") == []
        assert [one.case for one in records.cases.full_cases(state=CaseState.DECIDED)] == ["case-1"]
        assert records.cases.decided_before(CASE.procedure, DAY) == []
        after = date(2019, 12, 3)
        assert [one.case for one in records.cases.decided_before(CASE.procedure, after)] == ["case-1"]


def test_a_request_is_known_with_its_digest_and_stored_once(store: Store) -> None:
    with store.transaction() as records:
        assert records.cases.request("request-1") == (b"digest", "case-1")
        assert records.cases.request("request-2") is None
    with pytest.raises(sa.exc.IntegrityError), store.transaction() as records:
        records.cases.insert(dataclasses.replace(CASE, case="case-2"), "request-1", b"digest", NOW)


def test_people_are_found_by_number_and_changed(store: Store) -> None:
    with store.transaction() as records:
        assert records.people.persons_of_numbers([_number(1), _number(9)])[_number(1)].person == "student"
        records.people.put(dataclasses.replace(_person("father", 2), protected=True, municipality_code="131032"))
        records.people.set_linkage([f"{1:015d}"], Linkage.REQUESTED)
    with store.transaction() as records:
        father = records.people.person("father")
        assert (father.protected, father.municipality_code, father.number) == (True, "131032", _number(2))
        assert records.people.person("student").linkage is Linkage.REQUESTED
        with pytest.raises(UnknownPerson):
            records.people.person("nobody")
    assert (store.is_protected("father"), store.is_protected("student"), store.is_protected("nobody")) == (
        True,
        False,
        False,
    )


def test_two_people_with_one_number_are_refused_by_the_database(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.transaction() as records:
        records.people.put(dataclasses.replace(_person("third", 3), number=_number(1)))


def test_a_destroyed_case_leaves_nothing_and_people_whom_nothing_names_go(store: Store) -> None:
    with store.transaction() as records:
        records.cases.add_evidence("case-1", EVIDENCE)
        assert records.people.forget(PEOPLE) == 0
        assert records.cases.people_in(["case-1", "case-9"]) == {"case-1": {"student", "father"}}
        records.cases.destroy("case-1")
        assert records.cases.people_in(["case-1"]) == records.cases.people_in([]) == {}
        assert records.people.forget(PEOPLE) == 2
    with store.transaction() as records:
        with pytest.raises(UnknownClaim):
            records.cases.case("case-1")
        assert records.people.persons(PEOPLE) == {}


@pytest.mark.requirement("R-027")
def test_content_moved_to_another_case_does_not_open(store: Store, database: Database) -> None:
    with store.transaction() as records:
        records.cases.insert(dataclasses.replace(CASE, case="case-2"), "request-2", b"digest", NOW)
    with database.write() as connection:
        taken = sa.select(CASES.cases.c.stated_encrypted).where(CASES.cases.c.case_token == "case-1").scalar_subquery()
        moved = CASES.cases.update().where(CASES.cases.c.case_token == "case-2").values(stated_encrypted=taken)
        connection.execute(moved)
    with pytest.raises(StoredValueUnreadable), store.transaction() as records:
        records.cases.case("case-2")


def _file(name: str) -> tuple[HeldFile, InquiryFile]:
    line = FileLine(
        number=1,
        addressee_number="100000000000001",
        provider=InstitutionId("municipality-452025"),
        affair="student-aid",
        procedure="student-aid.application",
        kind="local-tax",
        fiscal_year=2019,
        period_from=None,
        period_until=DAY,
        case_reference="",
    )
    held = HeldFile(file_id=name, name=f"{name}.DAT", affair="student-aid", lines=1, held_by="clerk", held_at=NOW)
    return held, InquiryFile(name, f"{name}.DAT", (line,))


def test_a_file_of_inquiries_is_held_sent_and_forgotten_at_its_instant(store: Store) -> None:
    second, (held, file) = timedelta(seconds=1), _file("one")
    with store.transaction() as records:
        records.files.put(held, file)
        records.files.put(*_file("two"))
        records.files.mark_sent("two", NOW)
        known = records.people.known_by_addressee([_person("father", 2).addressee_number, "100000000000099"])
    assert known == {_person("father", 2).addressee_number: "father"}
    with store.transaction() as records:
        assert records.files.find("one") == (held, file)
        assert [one.file_id for one in records.files.listed("student-aid", sent=False, limit=9, offset=0)] == ["one"]
        assert [one.sent_at for one in records.files.listed("student-aid", sent=True, limit=9, offset=0)] == [NOW]
        assert records.files.listed("national-pension", sent=True, limit=9, offset=0) == []
        assert records.files.drop_old(unsent_before=NOW, sent_before=NOW) == 0
        assert records.files.drop_old(unsent_before=NOW + second, sent_before=NOW) == 1
        assert records.files.drop_old(unsent_before=NOW, sent_before=NOW + second) == 1
        assert records.files.find("two") is None

"""The contract of the commission's store, on SQLite and PostgreSQL."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from mizuhiki.institutions.commission.domain.assessments import Assessment, Level, State
from mizuhiki.institutions.commission.domain.conversion import (
    BatchProof,
    Case,
    CiphertextPair,
    Decision,
    FirstHalf,
    HalfConversion,
    InquiryCase,
    Purpose,
)
from mizuhiki.institutions.commission.store import METADATA, SqlStore
from mizuhiki.institutions.commission.store.audit_events import EVENTS
from mizuhiki.institutions.commission.store.tables import ANSWERS, AUDIT, DECISIONS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.asked_questions import AskedQuestion
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id
from support.databases import database_of
from support.environment import make_environment

NOW = datetime(2019, 12, 2, 1, 0, tzinfo=UTC)
DAY = date(2019, 12, 2)
MINATO = parse_institution_id("municipality-131030")
PENSION = parse_institution_id("pension-service")
CORE = parse_institution_id("linkage-core")


def case(number: str = "case", *, count: int = 2, inquirer: InstitutionId = MINATO, affair: str = "child") -> Case:
    return Case(
        purpose=Purpose.INQUIRY,
        hash=number.encode().ljust(32, b"#"),
        signer=CORE,
        source=parse_institution_id(f"intermediate-{inquirer}"),
        affair=affair,
        number=number,
        nonce="nonce",
        generation=0,
        count=count,
        inputs_root=bytes(32),
        issued_at=NOW,
        expires_at=NOW + timedelta(minutes=5),
        detail=InquiryCase(
            inquirer,
            PENSION,
            parse_institution_id("intermediate-pension-service"),
            (AskedQuestion(affair, "claim", ("p",), 0, None, None, count),),
        ),
    )


ANSWER = FirstHalf(
    conversions=(
        HalfConversion(CORE, (CiphertextPair(b"\x01" * 32, b"\x02" * 32),), BatchProof(b"c", b"n", b"f", b"r")),
    ),
    ticket="header.payload.signature",
)
ASSESSMENT = Assessment(
    assessment_id="a-1",
    submission_id="s-1",
    institution=MINATO,
    affair="child-allowance",
    title="児童手当",
    persons=20_000,
    handlers=30,
    serious_accident=False,
    document_digest=b"\x05" * 32,
    level=Level.BASIC,
    state=State.SUBMITTED,
    submitted_at=NOW,
)


def decision(rule: str, *, allowed: bool) -> Decision:
    return Decision(
        at=NOW,
        purpose="inquiry",
        asker=MINATO,
        recipient=PENSION,
        affair="child-allowance",
        procedure="claim",
        kinds=("pension", "tax"),
        persons=2,
        allowed=allowed,
        rule=rule,
        detail="74の項",
        case_hash=b"\x07" * 32,
    )


database = database_of(METADATA)


@pytest.fixture
def store(database: Database) -> SqlStore:
    environment = make_environment("commission")
    audit = Audit(database, AUDIT, EVENTS)
    return SqlStore(database, environment.institution, environment.keystore, audit)


def test_a_repeated_case_gets_the_answer_it_got_and_it_is_encrypted_at_rest(
    store: SqlStore, database: Database
) -> None:
    with store.transaction() as records:
        assert records.first_half(case().hash) is None
        records.keep_first_half(case(), ANSWER)
    with store.transaction() as records:
        assert records.first_half(case().hash) == ANSWER
        assert records.first_half(case("another").hash) is None
    with database.read() as connection:
        stored = bytes(connection.execute(sa.select(ANSWERS.c.answer_encrypted)).scalar_one())
    assert ANSWER.ticket.encode() not in stored


def test_a_case_is_answered_once(store: SqlStore) -> None:
    with store.transaction() as records:
        records.keep_first_half(case(), ANSWER)
    with pytest.raises(sa.exc.IntegrityError), store.transaction() as records:
        records.keep_first_half(case(), ANSWER)


def test_a_mark_is_spent_by_one_case_only(store: SqlStore) -> None:
    with store.transaction() as records:
        assert records.spend("nonce", case("one").hash, NOW)
        assert records.spend("nonce", case("one").hash, NOW)
        assert not records.spend("nonce", case("two").hash, NOW)
        assert records.spend("other", case("two").hash, None)


def test_persons_are_counted_by_institution_affair_and_day(store: SqlStore) -> None:
    with store.transaction() as records:
        assert records.count_conversions(MINATO, "child", 2, DAY) == 2
        assert records.count_conversions(MINATO, "child", 3, DAY) == 5
        assert records.count_conversions(MINATO, "child", 4, DAY + timedelta(days=1)) == 4
        assert records.count_conversions(MINATO, "other", 6, DAY) == 6
        assert records.count_conversions(PENSION, "child", 7, DAY) == 7

    def fail() -> None:
        with store.transaction() as records:
            records.count_conversions(MINATO, "child", 1, DAY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.transaction() as records:
        assert records.count_conversions(MINATO, "child", 1, DAY) == 6


def test_decisions_are_listed_newest_first_and_counted_by_rule(store: SqlStore) -> None:
    with store.transaction() as records:
        records.record(decision("74の項", allowed=True))
        records.record(decision("no-statute-row", allowed=False))
        records.record(decision("74の項", allowed=True))
    assert [one.rule for one in store.decisions()] == ["74の項", "no-statute-row", "74の項"]
    assert store.decisions(allowed=False) == [decision("no-statute-row", allowed=False)]
    assert [one.allowed for one in store.decisions(allowed=True, limit=1)] == [True]
    assert store.decisions_by_rule() == [("74の項", True, 2), ("no-statute-row", False, 1)]
    counts = store.counts()
    assert (counts["allowed"], counts["refused"]) == (2, 1)


def test_decisions_cannot_be_changed_or_removed(store: SqlStore, database: Database) -> None:
    with store.transaction() as records:
        records.record(decision("74の項", allowed=True))
    for statement in (DECISIONS.update().values(allowed=False), DECISIONS.delete()):
        with pytest.raises(sa.exc.DBAPIError), database.write() as connection:
            connection.execute(statement)
    assert store.decisions() == [decision("74の項", allowed=True)]


@pytest.mark.parametrize(
    ("state", "allows"),
    [(State.SUBMITTED, False), (State.PUBLISHED, True), (State.WITHDRAWN, False), (State.EXEMPT, True)],
)
def test_an_assessment_allows_linkage_in_two_states_only(store: SqlStore, state: State, allows: bool) -> None:  # noqa: FBT001 - a parameter
    with store.transaction() as records:
        records.put_assessment(dataclasses.replace(ASSESSMENT, state=state))
    assert store.assessment_allows(MINATO, "child-allowance") is allows
    assert not store.assessment_allows(PENSION, "child-allowance")
    assert not store.assessment_allows(MINATO, "local-tax")


def test_an_assessment_comes_back_as_it_was_and_is_found_by_its_submission(store: SqlStore) -> None:
    published = dataclasses.replace(ASSESSMENT, state=State.PUBLISHED, published_at=NOW + timedelta(hours=1))
    other = dataclasses.replace(
        ASSESSMENT,
        assessment_id="a-2",
        institution=PENSION,
        serious_accident=True,
        submitted_at=NOW + timedelta(days=1),
    )
    with store.transaction() as records:
        records.put_assessment(ASSESSMENT)
        records.note_step(ASSESSMENT, at=NOW, actor="officer", role="assessment-officer")
        records.put_assessment(published)
        records.put_assessment(other)
        assert records.assessment("a-1") == published
        assert records.assessment_of_submission(MINATO, "s-1") == published
        assert records.assessment_of_submission(PENSION, "s-1") == other
        assert records.assessment_of_submission(CORE, "s-1") is None
        assert records.assessment("a-3") is None
    assert store.assessments() == [other, published]
    assert store.assessments(MINATO) == [published]
    assert store.counts()["assessments"] == 2


def test_answers_and_marks_of_expired_cases_are_forgotten(store: SqlStore) -> None:
    ends = case().expires_at
    with store.transaction() as records:
        records.keep_first_half(case(), ANSWER)
        records.spend("timed", case().hash, ends)
        records.spend("for ever", case().hash, None)
    assert store.forget_answers(ends) == 0
    assert store.forget_answers(ends + timedelta(microseconds=1)) == 1
    with store.transaction() as records:
        assert records.first_half(case().hash) is None
        assert records.spend("timed", case("two").hash, ends)
        assert not records.spend("for ever", case("two").hash, ends)

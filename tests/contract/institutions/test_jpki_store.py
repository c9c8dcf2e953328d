"""The certification authorities' tables keep what the ports say, on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest

from mizuhiki.crypto.keystore import MemoryKeystore
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.institutions.jpki.domain.certificates import Application, Cause, Certificate, CertificateSet, Kind, State
from mizuhiki.institutions.jpki.domain.errors import VerifierStateChangeNotAllowed
from mizuhiki.institutions.jpki.domain.issuance import PlanState
from mizuhiki.institutions.jpki.domain.status import (
    MonthlyUsage,
    PreparedStatus,
    PublishedList,
    ResponderCertificate,
    UsageLine,
)
from mizuhiki.institutions.jpki.domain.verifier_registry import (
    Service,
    VerifierApplication,
    VerifierEvent,
    VerifierState,
)
from mizuhiki.institutions.jpki.operations.hold_key_ceremony import hold_key_ceremony
from mizuhiki.institutions.jpki.operations.issue_certificates import IssueCertificates
from mizuhiki.institutions.jpki.store import METADATA, SqlStatusStore, SqlStore, SqlVerifierStore
from mizuhiki.institutions.jpki.store.tables import AUDIT, EVENTS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.ids import parse_institution_id
from unit.institutions.jpki.kit import JPKI, START
from unit.institutions.jpki.test_issue_batches import application

HOUR = timedelta(hours=1)
FIRST, SECOND = "01", "02"


class Confirmed:
    """A register that confirms every holder."""

    def require(self, application: Application) -> None:
        """Confirm."""


@dataclass
class Tables:
    """The stores over one database, and the issue that fills them."""

    store: SqlStore
    status: SqlStatusStore
    verifiers: SqlVerifierStore
    issue: IssueCertificates

    def issued(self, *numbers: int) -> list[Certificate]:
        sets = self.issue.many(context("peer"), applications=[application(number) for number in numbers])
        assert all(isinstance(one, CertificateSet) for one in sets)
        with self.store.look() as records:
            found = records.issued_for([("452025", f"card-{number}") for number in numbers])
        return [one for number in numbers for one in found["452025", f"card-{number}"]]


def context(role: str, now: datetime = START) -> Context:
    actor = Actor(parse_institution_id("municipality-452025") if role == "peer" else JPKI, role)
    return Context(actor, "card-issue", "公的個人認証法3条, 22条", "test", FixedClock(now), "trace")


@pytest.fixture
def tables(database_url: str) -> Iterator[Tables]:
    """Empty tables with both authorities of the first generation."""
    database = Database(database_url)
    database.create(METADATA)
    keystore, randomness = MemoryKeystore(SeededRandomness(b"contract")), SeededRandomness(b"contract")
    store = SqlStore(database, JPKI, keystore, Audit(database, AUDIT, EVENTS))
    authority = Authority.from_package("mizuhiki.institutions.jpki")
    authorities = hold_key_ceremony(
        context("ceremony"), store=store, authority=authority, keystore=keystore, randomness=randomness
    )
    issue = IssueCertificates(store, authority, authorities, randomness, Confirmed())
    yield Tables(store, SqlStatusStore(database), SqlVerifierStore(database), issue)
    database.dispose()


@pytest.mark.requirement("R-201")
def test_a_batch_is_kept_whole_and_found_again(tables: Tables) -> None:
    certificates = tables.issued(*range(6))
    keys = [(one.municipality_code, one.request_id) for one in certificates]
    with tables.store.look() as records:
        plans = [plan for of_one in records.plans_of(keys).values() for plan in of_one]
        digests = records.application_digests([*keys, ("452025", "never")])
        signature = [one for one in certificates if one.kind is Kind.SIGNATURE]
        known = records.known_serials(Kind.SIGNATURE, [signature[0].serial, 2**24 - 1])
        used = records.known_public_keys([application(0).signature_key, application(99).signature_key])
        assert records.given_up(keys) == set()
        assert {one.generation for one in certificates} == {FIRST}
    assert {(plan.kind, plan.serial) for plan in plans} == {(one.kind, one.serial) for one in certificates}
    assert {plan.state for plan in plans} == {PlanState.SIGNED}
    assert set(digests) == set(keys)
    assert known == {signature[0].serial}
    assert used == {application(0).signature_key}


def test_a_plan_given_up_is_told(tables: Tables) -> None:
    certificate = tables.issued(0)[0]
    key = (certificate.municipality_code, certificate.request_id)
    with tables.store.transaction() as records:
        records.give_up(records.plans_of([key])[key][0], START)
    with tables.store.look() as records:
        assert records.given_up([key, ("452025", "never")]) == {key}


@pytest.mark.requirement("R-203")
def test_what_is_due_is_missing_changed_or_ending_and_belongs_to_a_generation(tables: Tables) -> None:
    certificates = tables.issued(0, 1)
    due = tables.status.due(START, START + 12 * HOUR, 10)
    assert {(one.kind, one.serial, one.generation) for one in due} == {
        (one.kind, one.serial, FIRST) for one in certificates
    }
    assert len(tables.status.due(START, START + 12 * HOUR, 3)) == 3
    answers = [
        PreparedStatus(
            one.kind, FIRST, one.serial, one.state, one.changed_at, START, START + 24 * HOUR, b"sha1", b"sha256"
        )
        for one in due
    ]
    assert tables.status.keep_prepared(answers) == 4
    assert tables.status.due(START, START + 12 * HOUR, 10) == []
    assert len(tables.status.due(START, START + 25 * HOUR, 10)) == 4
    sequence = tables.status.newest_sequence()
    changed = certificates[0]
    with tables.store.transaction() as records:
        records.change_state(changed, State.SUSPENDED, Cause.CARD_LOST, START + HOUR)
    (one,) = tables.status.due(START, START + 12 * HOUR, 10)
    assert (one.kind, one.serial, one.state) == (changed.kind, changed.serial, State.SUSPENDED)
    stale = next(answer for answer in answers if (answer.kind, answer.serial) == (changed.kind, changed.serial))
    assert tables.status.keep_prepared([stale]) == 0
    fresh = replace(stale, state=one.state, changed_at=one.changed_at)
    assert tables.status.keep_prepared([fresh]) == 1
    assert tables.status.prepared(changed.kind, changed.serial) == fresh
    assert tables.status.prepared_after(sequence) == (sequence + 1, [(changed.kind, changed.serial)])
    assert tables.status.status_of(changed.kind, FIRST, changed.serial) == one
    assert tables.status.status_of(changed.kind, SECOND, changed.serial) is None


def test_signers_are_kept_once_for_each_generation_newest_first(tables: Tables) -> None:
    def signer(generation: str, number: int) -> ResponderCertificate:
        return ResponderCertificate(Kind.SIGNATURE, generation, number, b"der", START, START + HOUR)

    for one in (signer(FIRST, 1), signer(FIRST, 2), signer(SECOND, 1)):
        assert tables.status.keep_signer(one)
        assert not tables.status.keep_signer(one)
    assert tables.status.signers(Kind.SIGNATURE, FIRST) == [signer(FIRST, 2), signer(FIRST, 1)]
    assert tables.status.signers(Kind.SIGNATURE, SECOND) == [signer(SECOND, 1)]
    assert tables.status.signers(Kind.USER_IDENTIFICATION, FIRST) == []
    names = {one.key_name for one in (signer(FIRST, 1), signer(FIRST, 2), signer(SECOND, 1))}
    assert len(names) == 3


@pytest.mark.requirement("R-203")
def test_lists_are_numbered_once_and_the_newest_of_a_scope_is_found(tables: Tables) -> None:
    def made(number: int, generation: str = FIRST, scope: str = "", base: int | None = None) -> PublishedList:
        at = START + number * HOUR
        return PublishedList(Kind.SIGNATURE, generation, scope, number, base, at, at + 24 * HOUR, 1, b"der")

    every = [made(1), made(2, scope="452025"), made(3), made(4, base=3), made(5, SECOND)]
    for one in every:
        assert tables.status.keep_list(one)
        assert not tables.status.keep_list(one)
    newest = tables.status.newest_list
    assert newest(Kind.SIGNATURE, FIRST, "", delta=False) == every[2]
    assert newest(Kind.SIGNATURE, FIRST, "", delta=True) == every[3]
    assert newest(Kind.SIGNATURE, FIRST, "452025", delta=False) == every[1]
    assert newest(Kind.SIGNATURE, SECOND, "", delta=False) == every[4]
    assert newest(Kind.SIGNATURE, SECOND, "", delta=True) is None
    assert tables.status.newest_number(Kind.SIGNATURE) == 5
    assert tables.status.newest_number(Kind.USER_IDENTIFICATION) == 0
    assert {one.number for one in tables.status.lists_in_force(START + 6 * HOUR)} == {2, 3, 4, 5}


@pytest.mark.requirement("R-203")
def test_lines_of_a_list_and_changes_are_of_one_kind_generation_and_place(tables: Tables) -> None:
    revoked = next(one for one in tables.issued(0, 1) if one.kind is Kind.SIGNATURE)
    with tables.store.transaction() as records:
        records.change_state(revoked, State.REVOKED, Cause.HOLDER_ASKED, START + HOUR)
    with tables.store.look() as records:
        for place in ("", "452025"):
            assert [line.serial for line in records.revoked(Kind.SIGNATURE, FIRST, place, START)] == [revoked.serial]
        assert records.revoked(Kind.SIGNATURE, SECOND, "", START) == []
        assert records.revoked(Kind.SIGNATURE, FIRST, "011002", START) == []
        assert records.revoked(Kind.USER_IDENTIFICATION, FIRST, "", START) == []
        assert records.revoked(Kind.SIGNATURE, FIRST, "", revoked.ends + HOUR) == []
    changed = tables.status.changed_since
    (one,) = changed(Kind.SIGNATURE, FIRST, "452025", START, START + 2 * HOUR)
    assert (one.serial, one.state) == (revoked.serial, State.REVOKED)
    assert changed(Kind.SIGNATURE, FIRST, "", START + HOUR, START + 2 * HOUR) == []
    assert changed(Kind.SIGNATURE, SECOND, "", START, START + 2 * HOUR) == []
    assert tables.status.scopes(Kind.SIGNATURE, FIRST) == ["452025"]
    assert tables.status.scopes(Kind.SIGNATURE, SECOND) == []


@pytest.mark.requirement("R-207")
def test_counts_of_a_day_are_added_and_old_days_forgotten(tables: Tables) -> None:
    for answers in (3, 4):
        tables.status.add_usage([UsageLine("portal", Kind.SIGNATURE, "2019-12-02", answers, 2 * answers)])
    tables.status.add_usage([UsageLine("portal", Kind.SIGNATURE, "2019-12-03", 1, 2)])
    tables.status.add_usage([UsageLine("portal", Kind.USER_IDENTIFICATION, "2020-01-01", 5, 5)])
    assert tables.status.usage_by_month("portal") == [
        MonthlyUsage("2020-01", Kind.USER_IDENTIFICATION, 5, 5),
        MonthlyUsage("2019-12", Kind.SIGNATURE, 8, 16),
    ]
    assert tables.status.usage_by_month("commission") == []
    assert tables.status.usage() == {"portal": (13, 21)}
    assert tables.status.forget_usage(date(2019, 12, 3)) == 1
    assert tables.status.usage() == {"portal": (6, 7)}


@pytest.mark.requirement("R-204")
def test_a_verifier_is_changed_only_from_the_state_that_was_read(tables: Tables) -> None:
    asked = VerifierApplication(
        name_ja="架空銀行",
        name_en="Invented Bank",
        responsible="架空 太郎",
        purpose="contracts",
        services=frozenset({Service.STATUS, Service.SERIAL_LINKING}),
    )
    before = tables.verifiers.add(asked, VerifierEvent("", "applied", "registrar-1", "-", START))
    after = replace(before, state=VerifierState.REFUSED, decided_by="registrar-2")
    event = VerifierEvent(before.verifier, "refused", "registrar-2", "no", START + HOUR)
    tables.verifiers.change(before, after, event)
    with pytest.raises(VerifierStateChangeNotAllowed):
        tables.verifiers.change(before, after, event)
    assert tables.verifiers.one(before.verifier) == after
    assert tables.verifiers.all() == [after]
    assert [one.event for one in tables.verifiers.history(before.verifier)] == ["refused", "applied"]

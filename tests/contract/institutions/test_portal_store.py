"""The contract of the portal's store, on SQLite and PostgreSQL."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from mizuhiki.institutions.portal.domain.accounts import Account, AccountState
from mizuhiki.institutions.portal.ports import Kept
from mizuhiki.institutions.portal.store import METADATA, SqlStore
from mizuhiki.institutions.portal.store.tables import AUDIT, CARD_REQUESTS, CERTIFICATES, EVENTS, OPENED_HISTORIES
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.errors import MizuhikiError
from support.databases import database_of
from support.environment import make_environment

NOW = datetime(2019, 12, 2, 1, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)
ACCOUNT = Account("123456789012345", AccountState.NEW, NOW)
OTHER = Account("543210987654321", AccountState.NEW, NOW)
ANSWER = "架空の署名".encode()


database = database_of(METADATA)


@pytest.fixture
def store(database: Database) -> SqlStore:
    environment = make_environment("portal")
    return SqlStore(database, environment.institution, environment.keystore, Audit(database, AUDIT, EVENTS))


@pytest.fixture
def settled(store: SqlStore) -> SqlStore:
    with store.transaction() as records:
        records.put_account(ACCOUNT)
        records.put_account(OTHER)
    return store


def test_an_account_is_stored_changed_and_found_by_its_number_only(store: SqlStore) -> None:
    waiting = dataclasses.replace(ACCOUNT, state=AccountState.WAITING, asked_at=SOON)
    with store.transaction() as records:
        assert records.account(ACCOUNT.number) is None
        records.put_account(ACCOUNT)
        assert records.account(ACCOUNT.number) == ACCOUNT
        records.put_account(waiting)
    with store.transaction() as records:
        assert records.account(ACCOUNT.number) == waiting
        assert records.account(OTHER.number) is None


def test_a_certificate_leads_to_its_account_and_its_serial_is_not_stored(settled: SqlStore, database: Database) -> None:
    serial = 2**127 + 12345
    with settled.transaction() as records:
        records.link_certificate(serial, ACCOUNT.number, NOW)
        assert records.account_of_certificate(serial) == ACCOUNT
        assert records.account_of_certificate(serial + 1) is None
    with database.read() as connection:
        [stored] = connection.execute(sa.select(CERTIFICATES.c.certificate_index)).scalars()
    assert serial.to_bytes(16, "big") not in bytes(stored)


def test_a_certificate_is_linked_to_one_account(settled: SqlStore) -> None:
    with settled.transaction() as records:
        records.link_certificate(7, ACCOUNT.number, NOW)
    with pytest.raises(sa.exc.IntegrityError), settled.transaction() as records:
        records.link_certificate(7, OTHER.number, NOW)
    with settled.transaction() as records:
        assert records.account_of_certificate(7) == ACCOUNT


def test_a_link_to_no_account_is_refused_by_the_database(store: SqlStore) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.transaction() as records:
        records.link_certificate(7, ACCOUNT.number, NOW)


def test_a_request_takes_one_answer_which_is_taken_once(store: SqlStore, database: Database) -> None:
    with store.transaction() as records:
        records.open_request("request", SOON)
        assert records.keep_answer("unknown", "t0", ANSWER, NOW) is Kept.UNKNOWN
        assert records.keep_answer("request", "t1", ANSWER, NOW) is Kept.KEPT
        assert records.keep_answer("request", "t2", b"other", NOW) is Kept.REPEATED
    with database.read() as connection:
        row = connection.execute(sa.select(CARD_REQUESTS)).one()
    assert ANSWER not in bytes(row.answer_encrypted)
    assert b"t1" not in bytes(row.token_hash)
    with store.transaction() as records:
        assert records.take_answer("t2", NOW) is None
        assert records.take_answer("t1", NOW) == ANSWER
        assert records.take_answer("t1", NOW) is None
        assert records.keep_answer("request", "t3", ANSWER, NOW) is Kept.REPEATED


@pytest.mark.parametrize(("after", "kept"), [(-1, Kept.KEPT), (0, Kept.UNKNOWN), (1, Kept.UNKNOWN)])
def test_an_answer_counts_only_before_the_end(store: SqlStore, after: int, kept: Kept) -> None:
    with store.transaction() as records:
        records.open_request("request", SOON)
        assert records.keep_answer("request", "t", ANSWER, SOON + timedelta(seconds=after)) is kept


def test_an_answer_is_not_taken_after_the_end(store: SqlStore) -> None:
    with store.transaction() as records:
        records.open_request("request", SOON)
        records.keep_answer("request", "t", ANSWER, NOW)
        assert records.take_answer("t", SOON) is None


def test_an_opened_record_belongs_to_one_account_and_ends(settled: SqlStore, database: Database) -> None:
    content = "照会の記録".encode()
    with settled.transaction() as records:
        records.put_history("token", ACCOUNT.number, content, SOON)
        assert records.history("token", ACCOUNT.number, NOW) == content
        assert records.history("token", OTHER.number, NOW) is None
        assert records.history("other", ACCOUNT.number, NOW) is None
        assert records.history("token", ACCOUNT.number, SOON) is None
    with database.read() as connection:
        assert content not in bytes(connection.execute(sa.select(OPENED_HISTORIES.c.content_encrypted)).scalar_one())
    with settled.transaction() as records:
        assert records.close_history(OTHER.number) == 0
        assert records.close_history(ACCOUNT.number) == 1
        assert records.history("token", ACCOUNT.number, NOW) is None


def test_what_is_over_is_forgotten_and_nothing_else(settled: SqlStore) -> None:
    later = SOON + timedelta(seconds=1)
    with settled.transaction() as records:
        records.open_request("over", SOON)
        records.open_request("going", later)
        records.put_history("over", ACCOUNT.number, b"x", SOON)
        records.put_history("going", ACCOUNT.number, b"y", later)
        assert records.forget_old(SOON) == 2
        assert records.forget_old(SOON) == 0
        assert records.history("going", ACCOUNT.number, SOON) == b"y"
        assert records.keep_answer("going", "t", b"z", SOON) is Kept.KEPT


def test_a_notice_is_marked_read_once_for_one_account(settled: SqlStore) -> None:
    with settled.transaction() as records:
        records.mark_read(ACCOUNT.number, "n1", NOW)
        records.mark_read(ACCOUNT.number, "n1", SOON)
        assert records.read_notices(ACCOUNT.number) == frozenset({"n1"})
        assert records.read_notices(OTHER.number) == frozenset()


def test_a_transaction_that_fails_leaves_nothing(settled: SqlStore) -> None:

    def fail() -> None:
        with settled.transaction() as records:
            records.mark_read(ACCOUNT.number, "n1", NOW)
            records.open_request("request", SOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with settled.transaction() as records:
        assert records.read_notices(ACCOUNT.number) == frozenset()
        assert records.keep_answer("request", "t", ANSWER, NOW) is Kept.UNKNOWN


def test_an_answer_moved_to_another_row_does_not_open(store: SqlStore, database: Database) -> None:
    with store.transaction() as records:
        records.open_request("one", SOON)
        records.open_request("two", SOON)
        records.keep_answer("one", "t1", b"one", NOW)
        records.keep_answer("two", "t2", b"two", NOW)
    with database.write() as connection:
        first, second = connection.execute(sa.select(CARD_REQUESTS).order_by(CARD_REQUESTS.c.request_hash)).all()
        connection.execute(
            CARD_REQUESTS.update()
            .where(CARD_REQUESTS.c.request_hash == first.request_hash)
            .values(answer_encrypted=second.answer_encrypted)
        )
    failed = []
    for token in ("t1", "t2"):
        try:
            with store.transaction() as records:
                records.take_answer(token, NOW)
        except MizuhikiError:
            failed.append(token)
    assert len(failed) == 1

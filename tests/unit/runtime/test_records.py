# Fixtures and fakes are typed by what they stand in for; a transaction and what fails in it belong together:
# ruff: noqa: ANN001, ANN201, PT012
"""Audit trail, logs, leases, scheduler: what is written down, what may not be, who works."""

from __future__ import annotations

import io
import json
import threading
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from stdnum.exceptions import ValidationError
from stdnum.jp import in_ as stdnum_in

from mizuhiki.runtime import logging as runtime_logging
from mizuhiki.runtime.audit import RUNTIME_EVENTS, Audit, AuditEvent, audit_tables
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.faults import DuplicateRegistration, SensitiveInRecord, UndeclaredAuditEvent
from mizuhiki.runtime.institution import App, Job
from mizuhiki.runtime.leases import Leases, lease_tables
from mizuhiki.runtime.scheduler import Scheduler, run_job, shift
from mizuhiki.vocabulary.errors import Conflict
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.sensitive import Sensitive
from support.environment import DEMO_INSTITUTIONS, TEST_INSTANT

SENDER = InstitutionId("municipality-452025")
EVENT = AuditEvent("birth-registered", "A birth was registered.", frozenset({"household", "count"}))


def valid_number(body: str = "98765432109") -> str:
    """Twelve digits that pass the check digit, found by another implementation."""
    for digit in "0123456789":
        try:
            return stdnum_in.validate(body + digit)
        except ValidationError:
            continue
    raise AssertionError(body)


def context(clock: FixedClock, **changes: str) -> Context:
    grounds = {"affair": "resident-register", "legal_basis": "住基法7条", "purpose": "entry", "trace": "t"} | changes
    return Context(Actor(SENDER, "clerk", "staff-7"), clock=clock, **grounds)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(TEST_INSTANT)


@pytest.fixture
def store(database_url: str):
    metadata = sa.MetaData()
    audit, leases = audit_tables(metadata), lease_tables(metadata)
    database = Database(database_url)
    database.create(metadata)
    yield database, audit, leases
    database.dispose()


class TestAudit:
    @pytest.fixture
    def audit(self, store) -> Audit:
        return Audit(store[0], store[1], [EVENT])

    def test_an_event_says_who_on_which_basis_with_which_outcome(self, store, audit: Audit, clock: FixedClock) -> None:
        with store[0].write() as connection:
            audit.record(connection, context(clock), EVENT, "done", household="h1", count=2)
            audit.record(connection, context(clock), "birth-registered", "refused", code="conflict")
        with store[0].read() as connection:
            first, second = audit.events(connection)
        assert (first.actor_institution, first.actor_role, first.actor_person) == (SENDER, "clerk", "staff-7")
        assert (first.affair, first.legal_basis, first.purpose, first.at) == (
            "resident-register",
            "住基法7条",
            "entry",
            clock.now(),
        )
        assert (first.fields, second.code) == ({"household": "h1", "count": 2}, "conflict")

    def test_it_stands_or_falls_with_what_it_records(self, store, audit: Audit, clock: FixedClock) -> None:
        with pytest.raises(LookupError), store[0].write() as connection:
            audit.record(connection, context(clock), EVENT, "done")
            raise LookupError
        with store[0].read() as connection:
            assert audit.events(connection) == []

    def test_an_event_can_be_neither_changed_nor_removed(self, store, audit: Audit, clock: FixedClock) -> None:
        with store[0].write() as connection:
            audit.record(connection, context(clock), EVENT, "done")
        for change in (store[1].events.update().values(outcome="x"), store[1].events.delete()):
            with pytest.raises(IntegrityError), store[0].write() as connection:
                connection.execute(change)

    def test_what_was_not_declared_is_not_recorded(self, store, audit: Audit, clock: FixedClock) -> None:
        with store[0].write() as connection:
            for event, fields in (("unknown", {}), (EVENT, {"name": "x"}), (AuditEvent(EVENT.name, "other"), {})):
                with pytest.raises(UndeclaredAuditEvent):
                    audit.record(connection, context(clock), event, "done", **fields)
        with pytest.raises(DuplicateRegistration):
            Audit(store[0], store[1], [EVENT, EVENT])
        assert [event.name for event in audit.declared()] == sorted(e.name for e in (EVENT, *RUNTIME_EVENTS))

    @pytest.mark.parametrize(
        "value", [valid_number(), f"no. {valid_number()}", int(valid_number()), Sensitive("x"), b"x", "x" * 201]
    )
    def test_sensitive_or_long_values_are_not_recorded(self, store, audit: Audit, clock: FixedClock, value) -> None:
        with store[0].write() as connection:
            with pytest.raises(SensitiveInRecord):
                audit.record(connection, context(clock), EVENT, "done", household=value)
            if isinstance(value, str):
                with pytest.raises(SensitiveInRecord):
                    audit.record(connection, context(clock, purpose=value), EVENT, "done")
        with store[0].read() as connection:
            assert audit.events(connection) == []

    def test_a_refused_request_is_recorded_also_without_a_known_peer(self, store, audit: Audit) -> None:
        audit.refused(peer=None, endpoint="unknown", code="peer-unauthenticated", trace="t", at=TEST_INSTANT)
        with store[0].read() as connection:
            (event,) = audit.events(connection)
        assert (event.event, event.outcome, event.code) == ("request-refused", "refused", "peer-unauthenticated")


class TestLogs:
    @pytest.fixture(autouse=True)
    def strict_again(self):
        yield
        runtime_logging.configure(strict=True)

    @staticmethod
    def lines(*, strict: bool) -> tuple[structlog.stdlib.BoundLogger, io.StringIO]:
        stream = io.StringIO()
        runtime_logging.configure(strict=strict, stream=stream)
        return runtime_logging.logger(), stream

    @pytest.mark.parametrize(
        "value",
        [
            valid_number(),
            "個人番号" + valid_number().translate(str.maketrans("0123456789", "０１２３４５６７８９")),
            int(valid_number()),
            [1, {"deep": valid_number()}],
            {valid_number(): 1},
            Sensitive("secret"),
            b"bytes",
        ],
    )
    def test_sensitive_values_raise_in_tests_and_are_replaced_in_production(self, value) -> None:
        log, stream = self.lines(strict=True)
        with pytest.raises(SensitiveInRecord, match="case"):
            log.info("event", case=value)
        assert stream.getvalue() == ""
        log, stream = self.lines(strict=False)
        log.info("event", case=value, other="kept")
        line = json.loads(stream.getvalue())
        assert (line["case"], line["other"], line["redacted"]) == ("[redacted]", "kept", ["case"])

    def test_ordinary_digits_pass(self) -> None:
        log, stream = self.lines(strict=True)
        wrong = str((int(valid_number()[-1]) + 1) % 10)
        log.info("event", count=0, code="452025", number=valid_number()[:11] + wrong, long="1" * 13, at=1575248400)
        assert json.loads(stream.getvalue())["count"] == 0

    def test_places_of_an_exception_carry_no_text_of_it(self) -> None:
        try:
            raise ValueError("secret")  # noqa: TRY301 - the place is wanted
        except ValueError as error:
            places = runtime_logging.where(error)
        assert places
        assert "secret" not in "".join(places)


class TestLeases:
    def test_one_worker_holds_it_until_it_ends_or_is_given_back(self, store, clock: FixedClock) -> None:
        first, second = (Leases(store[0], store[2], clock, name) for name in ("w1", "w2"))
        minute = timedelta(minutes=1)
        assert first.take("relay", minute)
        assert first.take("relay", minute)
        assert not second.take("relay", minute)
        assert second.take("checkpoint", minute)
        second.give_back("relay")
        assert not second.take("relay", minute)
        clock.advance(minute)
        assert second.take("relay", minute)
        assert not first.take("relay", minute)
        second.give_back("relay")
        assert first.take("relay", minute)

    def test_a_job_runs_only_where_the_lease_is_held(self, store, clock: FixedClock) -> None:
        first, second = (Leases(store[0], store[2], clock, name) for name in ("w1", "w2"))
        ran: list[str] = []
        nested = second.elected("job", timedelta(minutes=1), lambda: ran.append("second"))

        def work() -> None:
            ran.append("first")
            nested()

        first.elected("job", timedelta(minutes=1), work)()
        assert ran == ["first"]
        nested()
        assert ran == ["first", "second"]


class TestScheduler:
    @pytest.mark.parametrize(("error", "shown"), [(Conflict("secret"), "conflict"), (KeyError("secret"), "KeyError")])
    def test_what_a_job_raises_ends_at_the_runner_and_is_logged_without_its_text(self, capsys, error, shown) -> None:
        def fail() -> None:
            raise error

        assert run_job(SENDER, Job("nightly", timedelta(days=1), fail)) is False
        logged = capsys.readouterr().err
        assert shown in logged
        assert "secret" not in logged
        assert run_job(SENDER, Job("nightly", timedelta(days=1), lambda: None)) is True

    @given(st.text(), st.floats(0.01, 1e6))
    def test_a_job_begins_later_by_less_than_a_turn_and_at_most_a_second(self, name: str, seconds: float) -> None:
        every = timedelta(seconds=seconds)
        assert timedelta() <= shift(name, every) <= min(every, timedelta(seconds=1))
        assert shift(name, every) == shift(name, every)

    def test_jobs_of_institutions_that_start_together_begin_all_over_the_second(self) -> None:
        begins = [shift(f"{name}/checkpoint-ledger", timedelta(seconds=1)) for name in DEMO_INSTITUTIONS]
        quarters = Counter(begin // timedelta(milliseconds=250) for begin in begins)
        assert set(quarters) == {0, 1, 2, 3}
        assert max(quarters.values()) < len(begins) / 2

    def test_jobs_of_many_institutions_run_in_one_scheduler_and_never_twice_at_once(self) -> None:
        running, overlaps, done = threading.Semaphore(1), [], threading.Event()
        count = 0

        def work() -> None:
            nonlocal count
            if not running.acquire(blocking=False):
                overlaps.append(1)
                return
            count += 1
            if count == 3:
                done.set()
            threading.Event().wait(0.03)
            running.release()

        job = Job("often", timedelta(milliseconds=10), work)
        idle = Job("idle", timedelta(days=1), lambda: None)
        apps = [
            App(institution=SENDER, wsgi=lambda e, s: [], jobs=[job, idle]),
            App(institution=InstitutionId("portal"), wsgi=lambda e, s: [], jobs=[idle]),
        ]
        scheduler = Scheduler(apps)
        assert scheduler.job_names() == ["municipality-452025/idle", "municipality-452025/often", "portal/idle"]
        scheduler.start()
        assert done.wait(20)
        scheduler.stop()
        assert overlaps == []
        with pytest.raises(DuplicateRegistration):
            scheduler.add(apps[1])

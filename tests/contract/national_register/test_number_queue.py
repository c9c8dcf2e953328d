"""Numbers for many municipalities at once, on both databases: no collision, nothing given before it is stored."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from mizuhiki.crypto.keystore import MemoryKeystore, SecretPurpose
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.institutions.national_register.app import ledger_of_look_ups
from mizuhiki.institutions.national_register.domain.errors import CodesRunLow, NumberingInterrupted
from mizuhiki.institutions.national_register.domain.records import NumberLine, NumberOutcome
from mizuhiki.institutions.national_register.operations.allocate_resident_record_codes import (
    allocate_resident_record_codes,
)
from mizuhiki.institutions.national_register.operations.generate_numbers import NumberQueue
from mizuhiki.institutions.national_register.ports import Records
from mizuhiki.institutions.national_register.store import METADATA, SqlStore
from mizuhiki.institutions.national_register.store.tables import AUDIT, EVENTS, PERSONS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.clock import FixedClock, SystemClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database, DatabaseUnavailable
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from support.environment import TEST_INSTANT, make_environment

REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)
AUTHORITY = Authority.from_package("mizuhiki.institutions.national_register")
TOWNS = [f"{number:06d}" for number in range(100001, 100009)]


def context() -> Context:
    return Context(Actor(REGISTER, "peer"), "number-assignment", "番号法8条2項", "test", SystemClock(), "trace")


class BreakableStore:
    """The real store, which fails on demand before it commits, and can be held to let requests pile up."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.failure: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Semaphore(0)
        self.writes = 0

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        self.entered.release()
        self.gate.wait()
        self.writes += 1
        with self._store.transaction() as records:
            yield records
            if self.failure is not None:
                raise self.failure

    def counts(self) -> dict[str, int]:
        return dict(self._store.counts())


@dataclass
class Register:
    database: Database
    store: BreakableStore
    queue: NumberQueue

    def bundle(self, town: str, count: int) -> tuple[ResidentRecordCode, ...]:
        return allocate_resident_record_codes(
            context(),
            store=self.store,
            authority=AUTHORITY,
            randomness=SeededRandomness(town.encode()),
            municipality_code=town,
            request_id="bundle",
            count=count,
        ).codes

    def number(self, town: str, lines: list[NumberLine]) -> list[NumberOutcome]:
        return self.queue.generate_numbers(context(), municipality_code=town, lines=lines)


@pytest.fixture
def register(database_url: str) -> Iterator[Register]:
    database = Database(database_url)
    database.create(METADATA)
    keystore = MemoryKeystore(SeededRandomness(b"keys"))
    environment = make_environment(REGISTER, clock=FixedClock(TEST_INSTANT), transport=InProcessTransport())
    store = BreakableStore(
        SqlStore(
            database,
            REGISTER,
            keystore,
            lambda _connection, _notices: None,
            tell_lapses=lambda _connection, _lapses: None,
            ledger=ledger_of_look_ups(environment, database),
            audit=Audit(database, AUDIT, EVENTS),
            submit=lambda _submission: "",
        )
    )
    key = keystore.secret(SecretPurpose.NUMBER_GENERATION)
    yield Register(database, store, NumberQueue(store, AUTHORITY, SeededRandomness(b"persons"), key))
    database.dispose()


def stored(register: Register) -> int:
    with register.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(PERSONS)).scalar_one())


@pytest.mark.requirement("R-009")
def test_requests_of_many_municipalities_at_once_never_collide(register: Register) -> None:
    bundles = {town: register.bundle(town, 20) for town in TOWNS}
    jobs = [(town, row, code) for row in range(20) for town, codes in bundles.items() for code in [codes[row]]]

    def ask(job: tuple[str, int, ResidentRecordCode]) -> NumberOutcome:
        town, row, code = job
        [outcome] = register.number(town, [NumberLine(f"line-{row}", code)])
        return outcome

    with ThreadPoolExecutor(24) as pool:
        outcomes = list(pool.map(ask, [*jobs, *jobs]))
    numbers = {outcome.number for outcome in outcomes}
    assert None not in numbers
    assert len(numbers) == len(jobs) == stored(register)
    assert [outcome.number for outcome in outcomes[: len(jobs)]] == [o.number for o in outcomes[len(jobs) :]]


@pytest.mark.requirement("R-009")
def test_one_code_asked_for_by_many_lines_at_once_gets_one_number(register: Register) -> None:
    [code] = register.bundle(TOWNS[0], 1)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda row: register.number(TOWNS[0], [NumberLine(f"line-{row}", code)]), range(12)))
    numbered = [outcome for [outcome] in answers if outcome.number is not None]
    assert len(numbered) == 1
    assert {outcome.refusal for [outcome] in answers} == {"", "code-already-numbered"}


def pile_up(
    register: Register, pool: ThreadPoolExecutor
) -> tuple[list[Future[list[NumberOutcome]]], list[tuple[str, ResidentRecordCode]]]:
    """Let one request be written and the others wait behind it; return futures and what was asked."""
    asked = [(town, register.bundle(town, 1)[0]) for town in TOWNS]
    while register.store.entered.acquire(blocking=False):
        pass
    register.store.gate.clear()
    futures: list[Future[list[NumberOutcome]]] = [
        pool.submit(register.number, asked[0][0], [NumberLine("line", asked[0][1])])
    ]
    register.store.entered.acquire()
    futures += [pool.submit(register.number, town, [NumberLine("line", code)]) for town, code in asked[1:]]
    waiting = threading.Event()
    while len(register.queue._writes._waiting) < len(asked) - 1:
        waiting.wait(0.001)
    return futures, asked


def test_requests_that_wait_are_stored_by_one_write(register: Register) -> None:
    with ThreadPoolExecutor(len(TOWNS)) as pool:
        futures, asked = pile_up(register, pool)
        before = register.store.writes
        register.store.gate.set()
        assert all(future.result()[0].number is not None for future in futures)
    assert register.store.writes - before == 2
    assert stored(register) == len(asked)


@pytest.mark.parametrize(
    ("failure", "answer"),
    [(DatabaseUnavailable(), DatabaseUnavailable), (RuntimeError("fault"), (NumberingInterrupted, RuntimeError))],
)
def test_a_write_that_fails_gives_nobody_a_number_and_each_may_ask_again(
    register: Register, failure: Exception, answer: type[Exception]
) -> None:
    with ThreadPoolExecutor(len(TOWNS)) as pool:
        futures, asked = pile_up(register, pool)
        register.store.failure = failure
        register.store.gate.set()
        for future in futures:
            with pytest.raises(answer):
                future.result()
    assert stored(register) == 0
    register.store.failure = None
    for town, code in asked:
        assert register.number(town, [NumberLine("line", code)])[0].number is not None


class NarrowRandomness(SeededRandomness):
    """Draws from very few values, as when nearly all codes were assigned."""

    def below(self, n: int) -> int:
        return super().below(min(n, 30))


def test_codes_that_run_low_are_reported_instead_of_drawn_for_ever(register: Register) -> None:
    randomness = NarrowRandomness(b"narrow")

    def allocate(request_id: str, count: int) -> int:
        bundle = allocate_resident_record_codes(
            context(),
            store=register.store,
            authority=AUTHORITY,
            randomness=randomness,
            municipality_code=TOWNS[0],
            request_id=request_id,
            count=count,
        )
        return len(set(bundle.codes))

    assert allocate("most", 25) == 25
    with pytest.raises(CodesRunLow):
        allocate("rest", 10)
    assert register.store.counts()["codes"] == 25

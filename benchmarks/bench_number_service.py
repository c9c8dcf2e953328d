"""Single numbers in the national register: durable assignments by many callers at once (R-009, R-010).

Fifty callers, each a municipality of its own, ask for one number at a time; an answer is counted when it is committed
(SQLite in a file, ``synchronous = FULL``). Between them and a caller over the network stand signatures and sealed
envelopes, which are measured as one caller's whole call beside it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.measurement import Measurement, per_second
from mizuhiki.crypto.keystore import MemoryKeystore, SecretPurpose
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.institutions.national_register.domain.records import NumberLine
from mizuhiki.institutions.national_register.operations.allocate_resident_record_codes import (
    allocate_resident_record_codes,
)
from mizuhiki.institutions.national_register.operations.generate_numbers import NumberQueue
from mizuhiki.institutions.national_register.store import METADATA, SqlStore
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.places import municipalities

CALLERS = 50
LINES_EACH = 40
TARGET = 1_000
REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)


def run() -> Iterator[Measurement]:
    """Measure assignments by fifty callers, and by one."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'register.sqlite'}")
        database.create(METADATA)
        service = _Service(database)
        yield Measurement(
            f"durable assignments, {CALLERS} callers", per_second(lambda: service.round(CALLERS)), "numbers/s", TARGET
        )
        yield Measurement("durable assignments, 1 caller", per_second(lambda: service.round(1)), "numbers/s")
        database.dispose()


class _Service:
    def __init__(self, database: Database) -> None:
        self._randomness = SystemRandomness()
        keystore = MemoryKeystore(self._randomness)
        self._store = SqlStore(database, REGISTER, keystore, lambda _connection, _notices: None)
        self._authority = Authority.from_package("mizuhiki.institutions.national_register")
        key = keystore.secret(SecretPurpose.NUMBER_GENERATION)
        self._queue = NumberQueue(self._store, self._authority, self._randomness, key)
        self._towns = [place.code for place in municipalities()][:CALLERS]
        self._rounds = 0
        self._clock = SystemClock()

    def _context(self) -> Context:
        actor = Actor(REGISTER, "peer")
        return Context(actor, "number-assignment", "番号法8条2項", "benchmark", self._clock, self._randomness.token())

    def round(self, callers: int) -> int:
        """Let every caller have a bundle numbered line by line; return how many numbers were committed."""
        self._rounds += 1
        bundles = {
            town: allocate_resident_record_codes(
                self._context(),
                store=self._store,
                authority=self._authority,
                randomness=self._randomness,
                municipality_code=town,
                request_id=f"round-{self._rounds}",
                count=LINES_EACH,
            ).codes
            for town in self._towns[:callers]
        }

        def call(town: str) -> int:
            numbered = 0
            for row, code in enumerate(bundles[town]):
                line = NumberLine(f"{self._rounds}-{row}", code)
                [outcome] = self._queue.generate_numbers(self._context(), municipality_code=town, lines=[line])
                numbered += outcome.number is not None
            return numbered

        with ThreadPoolExecutor(callers) as pool:
            return sum(pool.map(call, bundles))

"""A counter's day over a big register: searches and events of 50 clerks at once, and what an event costs as it grows.

Invented people are entered by the register's own operation, outside the clock; names are as skewed as real ones (the
most frequent family name has about one record in thirty). Each clerk does something every second, which is far more
than a person can: four searches by name, reading, birth date or address, then one move within the municipality.
As many are worked on at once as a server's worker process does; the time counts from the click, waiting included.
``MIZUHIKI_BENCH_RESIDENTS=1200000`` is the size the design asks for; ``MIZUHIKI_BENCH_SMALL`` the one growth is
measured from.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date, timedelta
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.measurement import Measurement, percentile
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry, ResidentQuery
from mizuhiki.institutions.municipality.operations.import_residents import enter_households
from mizuhiki.institutions.municipality.operations.replenish_codes import ensure_stock
from mizuhiki.runtime.held_pages import HeldPages
from mizuhiki.runtime.server import THREADS, settle_memory, take_short_turns
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex

sys.path.append(str(Path(__file__).parent.parent / "tests"))

RESIDENTS = int(os.environ.get("MIZUHIKI_BENCH_RESIDENTS", "100000"))
SMALL = int(os.environ.get("MIZUHIKI_BENCH_SMALL", "10000"))
CLERKS, SECONDS, PAUSE = 50, 30, 1.0
SLICE = 5_000
NUMBERED = 600
ACTIONS_AN_EVENT = 5
EVENTS_ALONE, WARM_UP = 200, 20
SEARCH_AT_MOST, EVENT_AT_MOST = (50, 150, 300), (100, 300, 500)
MOST_GROWTH = 1.2
DISTRICTS = (
    "姫城町",
    "上町",
    "中町",
    "早鈴町",
    "郡元町",
    "高崎町",
    "山之口町",
    "高城町",
    "山田町",
    "祝吉町",
    "妻ケ丘町",
    "南横市町",
)
FIRST = date(1925, 1, 1)
BIRTH_DAYS = 34_000


class Invented:
    """Draws invented households of three with skewed names."""

    def __init__(self, seed: bytes) -> None:
        self._names = tomllib.loads((files("mizuhiki.world.people") / "names.toml").read_text(encoding="utf-8"))
        self._state = int.from_bytes(SeededRandomness(seed).bytes(8), "big") | 1

    def below(self, bound: int) -> int:
        """Return a number below the bound; fast rather than good (xorshift)."""
        x = self._state
        x ^= (x << 13) & 0xFFFFFFFFFFFFFFFF
        x ^= x >> 7
        x ^= (x << 17) & 0xFFFFFFFFFFFFFFFF
        self._state = x
        return x % bound

    def skewed(self, items: list[Any]) -> Any:  # noqa: ANN401 - pairs of texts of a data file
        """Return one of the items, the first far more often than the last."""
        return items[self.below(len(items)) * self.below(len(items)) // len(items)]

    def birth_date(self) -> date:
        """Return a day of the last 93 years."""
        return FIRST + timedelta(days=self.below(BIRTH_DAYS))

    def address(self) -> str:
        """Return a place of the municipality."""
        where = f"宮崎県都城市{self.skewed(list(DISTRICTS))}{1 + self.below(9000)}番{1 + self.below(30)}号"
        return f"{where} 架空ハイツ{1 + self.below(400)}号室" if self.below(4) == 0 else where

    def household(self, key: str) -> HouseholdEntry:
        """Return a family of three."""
        family = self.skewed(self._names["family"])
        positions = ((Relationship.HEAD, "male"), (Relationship.WIFE, "female"), (Relationship.CHILD, "female"))
        return HouseholdEntry(
            entry_id=key,
            address=self.address(),
            resident_since=date(2018, 4, 1),
            registered_domicile="宮崎県都城市架空町1番",
            members=tuple(self._member(family, position, sex) for position, sex in positions),
        )

    def _member(self, family: list[str], position: Relationship, sex: str) -> MemberEntry:
        given, given_kana = self.skewed(self._names[sex])
        name = PersonName(family[0], given, family[1], given_kana)
        return MemberEntry(name, self.birth_date(), Sex.MALE if sex == "male" else Sex.FEMALE, position)

    def query(self) -> ResidentQuery:
        """Return a search as clerks make them."""
        family, given = self.skewed(self._names["family"]), self.skewed(self._names["female"])
        place = f"{self.skewed(list(DISTRICTS))}{1 + self.below(9000)}"
        return (
            ResidentQuery(name=f"{family[0]}{given[0]}"),
            ResidentQuery(name=family[0]),
            ResidentQuery(name_kana=f"{family[1]}{given[1][:1]}"),
            ResidentQuery(name=family[0], birth_date=self.birth_date()),
            ResidentQuery(address=place),
            ResidentQuery(name=family[0], address=place[:3]),
        )[self.below(6)]


class Register:
    """One municipality over a file, filled with invented people, some of them numbered so that events reach others."""

    def __init__(self, folder: str, residents: int) -> None:
        from support.municipality import MIYAKONOJO, make_country  # noqa: PLC0415 - found by the path above

        self._file = Path(folder) / f"register-{residents}.sqlite"
        self.country = make_country(f"sqlite:///{self._file}")
        self.office = self.country.apps[MIYAKONOJO].operations
        self.worker = threading.BoundedSemaphore(THREADS)
        self._invented = Invented(b"people")
        self._keys = count()
        registrar = self.country.context("registrar")
        numbered = [self._invented.household(f"n{number}") for number in range(NUMBERED)]
        self.people = self.office.import_existing_residents(registrar, numbered)[::3]
        ensure_stock(self.office.adapters, residents)
        for start in range(0, residents // 3, SLICE):
            households = [self._invented.household(f"h{start + n}") for n in range(min(SLICE, residents // 3 - start))]
            enter_households(registrar, self.office.adapters, households)
        self.country.pump()
        # The entering of everybody leaves a log of hundreds of megabytes, which no register carries on a common day.
        with closing(sqlite3.connect(self._file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def held(self) -> AbstractContextManager[HeldPages]:
        """Hold the file in memory for a while, as a server does with ``hold_pages``."""
        return held(self._file)

    def search(self, query: ResidentQuery) -> int:
        """Search as a clerk; return how many were found."""
        return len(self.office.search_residents(self.country.context("counter-clerk"), query).shown)

    def move(self, resident: str) -> None:
        """Move a head of household out of it, within the municipality, to a new address."""
        from support.events import note  # noqa: PLC0415 - found by the path above

        members = self.office.household_view(
            self.country.context("counter-clerk"),
            self.office.household_of(self.country.context("counter-clerk"), resident),
        ).members
        address = f"宮崎県都城市架空町{next(self._keys)}番"
        told = note(EventKind.MOVE_WITHIN)
        people = [member.summary.resident for member in members]
        self.office.events.move_within(self.country.context("counter-clerk"), told, people, Place(address))


def run() -> Iterator[Measurement]:
    """Load two sizes, measure events alone in both, then the counter over the bigger."""
    take_short_turns()
    with tempfile.TemporaryDirectory() as folder:
        small = Register(folder, SMALL)
        started = time.perf_counter()
        register = Register(folder, RESIDENTS)
        yield Measurement(
            "residents entered (outside the clock)", RESIDENTS / (time.perf_counter() - started), "a second"
        )
        settle_memory()
        yield from _growth(small, register)
        small.country.close()
        yield from _counter(register)
        register.country.close()


def _growth(small: Register, register: Register) -> Iterator[Measurement]:
    """Measure events alone in both right after each other, with pages from the disk and then with pages held.

    Other people each time: nobody's pages are at hand because they were just used.
    """
    before, after = _event_alone(small), _event_alone(register)
    with small.held(), register.held() as pages:
        yield Measurement("pages held in memory", pages.held / 1e6, "MB")
        before_held, after_held = (_event_alone(one, EVENTS_ALONE + WARM_UP) for one in (small, register))
    yield Measurement(f"one event, {SMALL:,} residents, pages held", before_held * 1000, "ms")
    yield Measurement(f"one event, {RESIDENTS:,} residents, pages held", after_held * 1000, "ms")
    said = f"an event among {RESIDENTS:,} over one among {SMALL:,}"
    yield Measurement(f"{said}, pages held", 100 * after_held / before_held, "%", None, 100 * MOST_GROWTH)
    yield Measurement(f"{said}, pages from the disk", 100 * after / before, "%")


@contextmanager
def held(file: Path) -> Iterator[HeldPages]:
    """Hold a file's pages in memory for a while."""
    pages = HeldPages(file)
    pages.extend()
    try:
        yield pages
    finally:
        pages.release()


def _event_alone(register: Register, first: int = 0) -> float:
    """Return the median of what an event takes, of numbered people from the `first`."""
    people = register.people[first:] + register.people[:first]
    for resident in people[EVENTS_ALONE : EVENTS_ALONE + WARM_UP]:
        register.move(resident)
    took = []
    for resident in people[:EVENTS_ALONE]:
        started = time.perf_counter()
        register.move(resident)
        took.append(time.perf_counter() - started)
    return sorted(took)[len(took) // 2]


def _counter(register: Register) -> Iterator[Measurement]:
    took: dict[str, list[float]] = {"search": [], "event": []}
    failures: list[BaseException] = []
    threads = [threading.Thread(target=_clerk, args=(register, number, took, failures)) for number in range(CLERKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        raise failure
    yield Measurement(f"{CLERKS} clerks, actions done", sum(map(len, took.values())) / SECONDS, "a second")
    for kind, limits in (("search", SEARCH_AT_MOST), ("event", EVENT_AT_MOST)):
        ordered = sorted(took[kind])
        for share, limit in zip((0.50, 0.95, 0.99), limits, strict=True):
            value = percentile(ordered, share) * 1000
            yield Measurement(f"{kind}: p{share * 100:.0f} of {len(ordered)}", value, "ms", None, limit)


def _clerk(register: Register, number: int, took: dict[str, list[float]], failures: list[BaseException]) -> None:
    invented = Invented(f"clerk {number}".encode())
    mine = register.people[number::CLERKS]
    start = time.perf_counter() + PAUSE * number / CLERKS
    try:
        for turn in range(int(SECONDS / PAUSE)):
            due = start + turn * PAUSE
            time.sleep(max(0.0, due - time.perf_counter()))  # the load keeps its pace whatever the answers take
            kind = "search" if (turn + 1) % ACTIONS_AN_EVENT else "event"
            resident, query = mine[turn % len(mine)], invented.query()
            began = time.perf_counter()
            with register.worker:
                if kind == "event":
                    register.move(resident)
                else:
                    register.search(query)
            took[kind].append(time.perf_counter() - began)
    except Exception as error:  # noqa: BLE001 - raised again by the thread that started this one
        failures.append(error)

"""A file of residents: read, checked against an empty register, and its records entered into SQLite on disk.

The numbering that follows asks the national register and is measured apart; the target is that of the entry.
Machines differ, and one machine from minute to minute: in the same run the rows that were entered, already bound, are
put into an empty database of the same tables by bare ``sqlite3``, as many at once. The share says what is ours.
``MIZUHIKI_BENCH_HOUSEHOLDS=100000`` sets the number of households of three.
"""

from __future__ import annotations

import csv
import io
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from benchmarks.measurement import Measurement, per_second
from mizuhiki.institutions.municipality.domain.resident_file import COLUMNS, read_resident_file
from mizuhiki.institutions.municipality.operations.import_residents import enter_households
from mizuhiki.institutions.municipality.operations.replenish_codes import ensure_stock
from mizuhiki.institutions.municipality.operations.resident_files import HOUSEHOLDS_A_SLICE
from mizuhiki.runtime.database import LOG_PAGES, WRITER_CACHE_KIB
from mizuhiki.runtime.server import settle_memory

HOUSEHOLDS = 10_000
MEMBERS = (
    ("02", "太郎", "1", "1985-02-03"),
    ("12", "花子", "2", "1986-07-08"),
    ("20", "一郎", "1", "2015-05-05"),
)
LEAST_RATE = 5_000
ENTERED = (
    "households",
    "residents",
    "addresses",
    "record_events",
    "record_facts",
    "numbering_steps",
    "resident_copy_marks",
    "requests",
)
"""Tables the entry fills, each after those it refers to."""


def invented_file(households: int) -> bytes:
    """Write a file of invented families of three."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for household in range(households):
        for relationship, given, sex, birth in MEMBERS:
            writer.writerow(
                {
                    "household": f"h-{household}",
                    "relationship": relationship,
                    "family": "負荷",
                    "given": f"{given}{household}",
                    "family_kana": "フカ",
                    "given_kana": "シケン",
                    "birth_date": birth,
                    "sex": sex,
                    "address": f"宮崎県都城市架空町{household}番地",
                    "registered_domicile": "宮崎県都城市架空町1番",
                    "head_of_family_register": "負荷　太郎",
                    "resident_since": "2016-04-01",
                }
            )
    return text.getvalue().encode()


def _rows_of(register: Path) -> tuple[list[str], dict[str, list[tuple[Any, ...]]]]:
    """Return the statements that make the register's tables, and the rows that the entry put into each."""
    with closing(sqlite3.connect(register)) as database:
        made = (
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'address_words_fts%' ORDER BY rowid"
        )
        statements = [sql for (sql,) in database.execute(made) if "sqlite_" not in sql]
        return statements, {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in ENTERED}  # noqa: S608 - names of this file


def bare_rate(register: Path, persons: int, slices: int) -> float:
    """Return how many persons a second the driver stores when given their rows, without the words of addresses."""
    statements, rows = _rows_of(register)
    with closing(sqlite3.connect(register.with_name("bare.sqlite"), isolation_level=None)) as database:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "recursive_triggers = ON"):
            database.execute(f"PRAGMA {pragma}")
        database.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
        database.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        for statement in statements:
            database.execute(statement)
        started = time.perf_counter()
        for part in range(slices):
            database.execute("BEGIN IMMEDIATE")
            for table, found in rows.items():
                some = found[len(found) * part // slices : len(found) * (part + 1) // slices]
                marks = ", ".join("?" * len(found[0]))
                database.executemany(f"INSERT INTO {table} VALUES ({marks})", some)  # noqa: S608 - names of this file
            database.execute("COMMIT")
        return persons / (time.perf_counter() - started)


def run() -> Iterator[Measurement]:
    """Read, check, enter, then number."""
    from support.municipality import MIYAKONOJO, make_country  # noqa: PLC0415 - found by the path above

    households = int(os.environ.get("MIZUHIKI_BENCH_HOUSEHOLDS", HOUSEHOLDS))
    persons, content = households * len(MEMBERS), invented_file(households)
    with tempfile.TemporaryDirectory() as folder:
        country = make_country(f"sqlite:///{folder}/register.sqlite")
        operations = country.apps[MIYAKONOJO].operations
        registrar = country.context("registrar")
        entries = [one.entry for one in read_resident_file(content, registrar.today()).households]

        def check() -> int:
            return int(operations.files.check(registrar, content).rows)

        def enter() -> int:
            for start in range(0, households, HOUSEHOLDS_A_SLICE):
                enter_households(registrar, operations.adapters, entries[start : start + HOUSEHOLDS_A_SLICE])
            return persons

        def take() -> int:
            return len(operations.import_existing_residents(registrar, entries))

        yield Measurement(f"{persons:,} residents, file checked", per_second(check), "residents/s", LEAST_RATE)
        ensure_stock(operations.adapters, persons)
        settle_memory()
        rate = per_second(enter, repeats=1)
        yield Measurement(f"{persons:,} residents, records entered", rate, "residents/s", LEAST_RATE)
        bare = bare_rate(Path(folder) / "register.sqlite", persons, -(-households // HOUSEHOLDS_A_SLICE))
        yield Measurement("the same rows by bare executemany", bare, "residents/s")
        yield Measurement("share of that reached", 100 * rate / bare, "%")
        yield Measurement("numbered and notified after it", per_second(take, repeats=1), "residents/s")
        country.close()

"""A file of residents: read, checked against an empty register, and its records entered into SQLite on disk.

The numbering that follows asks the national register and is measured apart; the target is that of the entry.
``MIZUHIKI_BENCH_HOUSEHOLDS=100000`` sets the number of households of three.
"""

from __future__ import annotations

import csv
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from benchmarks.measurement import Measurement, per_second
from mizuhiki.institutions.municipality.domain.resident_file import COLUMNS, read_resident_file
from mizuhiki.institutions.municipality.operations.import_residents import enter_households
from mizuhiki.institutions.municipality.operations.replenish_codes import ensure_stock
from mizuhiki.institutions.municipality.operations.resident_files import HOUSEHOLDS_A_SLICE
from mizuhiki.runtime.server import settle_memory

HOUSEHOLDS = 10_000
MEMBERS = (
    ("02", "太郎", "1", "1985-02-03"),
    ("12", "花子", "2", "1986-07-08"),
    ("20", "一郎", "1", "2015-05-05"),
)
LEAST_RATE = 5_000


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
        yield Measurement(
            f"{persons:,} residents, records entered", per_second(enter, repeats=1), "residents/s", LEAST_RATE
        )
        yield Measurement("numbered and notified after it", per_second(take, repeats=1), "residents/s")
        country.close()

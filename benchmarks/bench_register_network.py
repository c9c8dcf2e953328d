"""The register network end to end: changes a second from a municipality's own record to the national register.

A change counts when municipality, prefecture and national register have stored it and the outboxes of all of them are
empty. The nation has some 100,000 changes a day (1.2 a second); the target is a day of ten times as many, 11.6 a
second, on one machine of two cores with every tier on it. Changes come one by one, as events at counters do, and in
the batches of a take-over. At the end the three tiers are compared as every night, which is measured too.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measurement import Measurement

sys.path.append(str(Path(__file__).parent.parent / "tests"))

CHANGES = int(os.environ.get("BENCH_CHANGES", "1000"))
FAMILIES = int(os.environ.get("BENCH_FAMILIES", "400"))
DAY = 86_400
USUAL_DAY, TENFOLD_DAY = 100_000 / DAY, 1_000_000 / DAY


def run() -> Iterator[Measurement]:
    """Measure the take-over, single changes, and the comparison of the tiers."""
    from support.municipality import MIYAKONOJO, family, make_country  # noqa: PLC0415 - found by the path above

    country = make_country()
    operations = country.apps[MIYAKONOJO].operations
    households = [family(f"h{number}") for number in range(FAMILIES)]
    residents = operations.import_existing_residents(country.context("registrar"), households)
    started = time.perf_counter()
    country.pump()
    taken_over = len(residents) / (time.perf_counter() - started)
    yield Measurement(f"{len(residents):,} records in batches of 200, to the last tier", taken_over, "changes/s")

    started = time.perf_counter()
    for number in range(CHANGES):
        _change(country, operations, residents[number % len(residents)])
        if number % 20 == 0:
            country.pump()
    country.pump()
    rate = CHANGES / (time.perf_counter() - started)
    yield Measurement(f"{CHANGES:,} changes one by one, to the last tier", rate, "changes/s", TENFOLD_DAY)
    yield Measurement("that over a usual day's need", rate / USUAL_DAY, "times", 1)
    yield Measurement("that over a tenfold day's need", rate / TENFOLD_DAY, "times", 1)

    started = time.perf_counter()
    report = operations.network.reconcile(country.context("machinery"))
    compared = report.persons / (time.perf_counter() - started)
    yield Measurement("three tiers compared", compared, "records/s")
    yield Measurement("differences between the tiers", len(report.differences), "", None, 0)
    yield Measurement("tiers that did not answer", len(report.silent), "", None, 0)
    country.close()


def _change(country: Any, operations: Any, resident: str) -> None:  # noqa: ANN401 - of the tests' support
    """Notify a correction of one record in a transaction of its own."""
    from mizuhiki.institutions.municipality.ports import IdentificationChange  # noqa: PLC0415 - with the country's
    from mizuhiki.vocabulary.persons import ChangeReason  # noqa: PLC0415 - likewise

    with operations.adapters.store.transaction() as records:
        record = records.register.resident(resident)
        day = country.clock.today()
        change = IdentificationChange(ChangeReason.MINOR_CORRECTION, day, record, in_register=True)
        records.register.notify_prefecture([change])

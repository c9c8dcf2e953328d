"""Number checks, look-ups and comparisons of the tiers on one open connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from mizuhiki.institutions.municipality.domain.network import Repair, StoredCheck, Tier, TierComparison, TierDifference
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentRecord
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.network_tables import COMPARISONS, DIFFERENCES, NUMBER_CHECKS
from mizuhiki.institutions.municipality.store.resident_rows import resident_of
from mizuhiki.institutions.municipality.store.tables import RESIDENTS
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.runtime.look_up_ledger import append_look_up
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.reconciliation import HeldRecord
from mizuhiki.vocabulary.register_access.look_ups import LookUp
from mizuhiki.vocabulary.register_access.routing import Route
from mizuhiki.vocabulary.register_access.verification import CheckStep, Method, NumberCheck


class SqlNetwork:
    """Implements `domain.network.NetworkRecords`."""

    def __init__(self, connection: Connection, cipher: Cipher, ledger: Ledger) -> None:
        self._connection = connection
        self._cipher = cipher
        self._ledger = ledger

    def held(self) -> list[HeldRecord]:
        """Return everybody in the register who has a number."""
        r = RESIDENTS.c
        query = select(RESIDENTS).where(r.state != RecordState.REMOVED.value, r.number_encrypted.is_not(None))
        records = (resident_of(row, self._cipher) for row in self._connection.execute(query))
        return [
            HeldRecord(record.code, record.number, record.four_items, record.protected)
            for record in records
            if record.number is not None
        ]

    def removed_by_code(self, code: ResidentRecordCode) -> ResidentRecord | None:
        """Return the record with a code that was removed last."""
        r = RESIDENTS.c
        query = (
            select(RESIDENTS)
            .where(r.code_index == self._cipher.code_index(code), r.state == RecordState.REMOVED.value)
            .order_by(r.removed_on.desc(), r.resident)
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else resident_of(row, self._cipher)

    def person_tokens(self, codes: Sequence[ResidentRecordCode]) -> list[str]:
        """Return all records that have one of the codes."""
        indexes = [self._cipher.code_index(code) for code in codes]
        query = select(RESIDENTS.c.resident).where(RESIDENTS.c.code_index.in_(indexes))
        return sorted(self._connection.execute(query).scalars())

    def record_look_up(self, look_up: LookUp) -> None:
        """Append a look-up to the person's chain."""
        append_look_up(self._ledger, self._connection, look_up)

    def add_check(self, stored: StoredCheck, resident: str) -> None:
        """Keep a number check."""
        result = stored.result
        self._connection.execute(
            NUMBER_CHECKS.insert().values(
                check_token=stored.check,
                at=stored.at,
                clerk=stored.clerk,
                affair=stored.affair,
                method=result.method.value,
                route="" if result.route is None else result.route.value,
                resident=resident,
                steps=[[step.name, step.passed, step.problem] for step in result.steps],
            )
        )

    def checks(self, start: datetime, end: datetime) -> list[StoredCheck]:
        """Return the checks between two instants, newest first."""
        c = NUMBER_CHECKS.c
        query = select(NUMBER_CHECKS).where(c.at >= start, c.at < end).order_by(c.at.desc(), c.check_token)
        return [_check(row) for row in self._connection.execute(query)]

    def add_comparison(self, comparison: TierComparison) -> None:
        """Keep a comparison with its differences."""
        self._connection.execute(
            COMPARISONS.insert().values(
                run=comparison.run,
                at=comparison.at,
                persons=comparison.persons,
                pages_differing=dict(comparison.pages_differing),
                silent=dict(comparison.silent),
            )
        )
        if comparison.differences:
            self._connection.execute(
                DIFFERENCES.insert(),
                [
                    {
                        "run": comparison.run,
                        "tier": one.tier.value,
                        "resident": one.resident,
                        "kind": one.kind,
                        "items": list(one.items),
                        "repair": one.repair.value,
                    }
                    for one in comparison.differences
                ],
            )

    def comparisons(self, limit: int) -> list[TierComparison]:
        """Return the last comparisons, newest first."""
        query = select(COMPARISONS).order_by(COMPARISONS.c.at.desc(), COMPARISONS.c.run).limit(limit)
        return [self._comparison(row) for row in self._connection.execute(query).all()]

    def _comparison(self, row: Row[Any]) -> TierComparison:
        query = select(DIFFERENCES).where(DIFFERENCES.c.run == row.run).order_by(DIFFERENCES.c.id)
        return TierComparison(
            run=row.run,
            at=row.at,
            persons=row.persons,
            pages_differing=row.pages_differing,
            silent=row.silent,
            differences=tuple(
                TierDifference(Tier(one.tier), one.resident, one.kind, tuple(one.items), Repair(one.repair))
                for one in self._connection.execute(query)
            ),
        )


def _check(row: Row[Any]) -> StoredCheck:
    steps = tuple(CheckStep(name, passed=passed, problem=problem) for name, passed, problem in row.steps)
    result = NumberCheck(Method(row.method), steps, Route(row.route) if row.route else None)
    return StoredCheck(row.check_token, row.at, row.clerk, row.affair, result)

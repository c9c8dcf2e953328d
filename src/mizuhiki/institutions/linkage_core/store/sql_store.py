"""The store port over SQLAlchemy Core."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, or_, select

from mizuhiki.institutions.linkage_core.domain.cases import (
    PROVIDED,
    PersonKey,
    Purpose,
    ReconciledExchange,
    RefusalLine,
    Renewal,
    State,
    Submitted,
)
from mizuhiki.institutions.linkage_core.ports import AskedOnce, OutcomeCount, PendingCase, ProvidedCount, Records
from mizuhiki.institutions.linkage_core.store.case_cipher import CaseCipher, CaseKey
from mizuhiki.institutions.linkage_core.store.sql_links import SqlLinks
from mizuhiki.institutions.linkage_core.store.sql_records import SqlRecords
from mizuhiki.institutions.linkage_core.store.tables import CASES, EXCHANGES, JOINT_KEY, NONCES, REFUSALS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.keyed_rows import find_among
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.vocabulary.ids import ExchangeName, InstitutionId, owner_of, parse_institution_id

_RECONCILED = ("exchange_number", "provider", "outcome", "digest")


class SqlStore:
    """Tables of the core; implements `ports.Store` and `ports.JointKeyMemory`."""

    def __init__(self, database: Database, cipher: CaseCipher, ledger: Ledger, audit: Audit) -> None:
        self._database = database
        self._cipher = cipher
        self._ledger = ledger
        self._audit = audit

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield SqlRecords(connection, self._cipher, self._ledger, self._audit)

    @contextmanager
    def snapshot(self) -> Iterator[Records]:
        """Open a transaction that only reads."""
        with self._database.read() as connection:
            yield SqlRecords(connection, self._cipher, self._ledger, self._audit)

    def chain_of(self, person: PersonKey) -> list[PersonKey]:
        """Return the person's pseudonyms here of all generations that are linked, `person` first."""
        with self._database.read() as connection:
            return SqlLinks(connection, self._cipher, self._ledger).chain_of(person)

    def renewals(self) -> Iterator[Renewal]:
        """Return every kept renewal, each read by itself; whoever examines one asks peers meanwhile."""
        with self._database.read() as connection:
            names = SqlLinks(connection, self._cipher, self._ledger).evidence()
        for name in names:
            with self._database.read() as connection:
                found = SqlLinks(connection, self._cipher, self._ledger).renewal(name)
            yield found

    def links(self) -> list[tuple[PersonKey, PersonKey]]:
        """Return every link: the earlier pseudonym and the later one."""
        with self._database.read() as connection:
            return SqlLinks(connection, self._cipher, self._ledger).all()

    def pending(self, before: datetime, now: datetime, limit: int) -> list[PendingCase]:
        """Return unfinished cases received until `before` whose next attempt is due, oldest first."""
        query = (
            select(CASES)
            .where(
                CASES.c.state.in_([State.RECEIVED.value, State.CONVERTED.value]),
                CASES.c.received_at <= before,
                or_(CASES.c.next_attempt_at.is_(None), CASES.c.next_attempt_at <= now),
                CASES.c.submitted_encrypted.is_not(None),
            )
            .order_by(CASES.c.received_at, CASES.c.number)
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [self._pending(row) for row in rows]

    def _pending(self, row: Row[Any]) -> PendingCase:
        key = CaseKey(row.signer, row.purpose, row.number)
        submitted = self._cipher.decrypt(key, "submitted_encrypted", row.submitted_encrypted, Submitted)
        return PendingCase(Purpose(row.purpose), submitted, row.attempts or 0)

    def recorded(self, server: InstitutionId, exchanges: Sequence[ExchangeName]) -> list[ReconciledExchange]:
        """Return what was recorded for those of the exchanges in which the server's owner took part."""
        owner = owner_of(server)
        numbers: defaultdict[InstitutionId, list[str]] = defaultdict(list)
        for one in exchanges:
            numbers[one.inquirer].append(one.exchange_number)
        found: list[ReconciledExchange] = []
        with self._database.read() as connection:
            for inquirer, asked in numbers.items():
                # By the whole primary key: a number alone would have the table read from end to end.
                own = {"inquirer": inquirer, "kind": "exchange"}
                rows = find_among(connection, EXCHANGES, _RECONCILED, ("exchange_number", asked), own)
                found += [
                    ReconciledExchange(inquirer, row.exchange_number, row.outcome, row.digest)
                    for row in rows
                    if owner in {inquirer, row.provider}
                ]
        return found

    def outcomes(self, *, limit: int = 200) -> list[OutcomeCount]:
        """Return exchanges by day and outcome, newest first."""
        number = func.count().label("number")
        query = (
            select(EXCHANGES.c.completed_on, EXCHANGES.c.outcome, number)
            .group_by(EXCHANGES.c.completed_on, EXCHANGES.c.outcome)
            .order_by(EXCHANGES.c.completed_on.desc(), EXCHANGES.c.outcome)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [OutcomeCount(row.completed_on, row.outcome, row.number) for row in connection.execute(query)]

    def asked(self) -> list[AskedOnce]:
        """Return every combination that the record of exchanges holds, each once."""
        asked = (
            EXCHANGES.c.inquirer,
            EXCHANGES.c.affair,
            EXCHANGES.c.procedure,
            EXCHANGES.c.provider,
            EXCHANGES.c.information_kinds,
        )
        with self._database.read() as connection:
            rows = connection.execute(select(*asked).where(EXCHANGES.c.kind == "exchange").distinct()).all()
        return [
            AskedOnce(
                parse_institution_id(row.inquirer),
                row.affair,
                row.procedure,
                parse_institution_id(row.provider),
                tuple(row.information_kinds),
            )
            for row in rows
        ]

    def provided(self) -> list[ProvidedCount]:
        """Return answered exchanges by procedure and kinds."""
        by = (EXCHANGES.c.procedure, EXCHANGES.c.information_kinds)
        query = (
            select(*by, func.count().label("number"))
            .where(EXCHANGES.c.kind == "exchange", EXCHANGES.c.outcome == PROVIDED)
            .group_by(*by)
        )
        with self._database.read() as connection:
            return [
                ProvidedCount(row.procedure, tuple(row.information_kinds), int(row.number))
                for row in connection.execute(query)
            ]

    def refusals(self, *, limit: int = 100) -> list[RefusalLine]:
        """Return refusals, newest first."""
        query = select(REFUSALS).order_by(REFUSALS.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [_refusal_line(row) for row in connection.execute(query)]

    def refusals_by_rule(self) -> list[tuple[str, str, int]]:
        """Return (rule, refused by, number), most frequent first."""
        number = func.count().label("number")
        query = (
            select(REFUSALS.c.rule, REFUSALS.c.refused_by, number)
            .group_by(REFUSALS.c.rule, REFUSALS.c.refused_by)
            .order_by(number.desc(), REFUSALS.c.rule)
        )
        with self._database.read() as connection:
            return [(row.rule, row.refused_by, int(row.number)) for row in connection.execute(query)]

    def forget_finished(self, before: datetime) -> int:
        """Delete stored answers and spent nonces of cases that expired before.

        The row of a finished case stays without its answer, so that its number is never taken for a new case.
        """
        decided = CASES.c.state.in_([State.DONE.value, State.REFUSED.value])
        with self._database.write() as connection:
            connection.execute(delete(NONCES).where(NONCES.c.until < before))
            changed = connection.execute(
                CASES.update()
                .where(decided, CASES.c.expires_at < before, CASES.c.answer_encrypted.is_not(None))
                .values(answer_encrypted=None)
            )
            return changed.rowcount

    def contribution(self) -> str:
        """Return the commission's statement that was kept first, empty when there is none."""
        with self._database.read() as connection:
            kept = connection.execute(select(JOINT_KEY.c.commission_statement)).scalar_one_or_none()
        return str(kept or "")

    def keep_contribution(self, statement: str, now: datetime) -> None:
        """Keep the first statement for good."""
        with self._database.write() as connection:
            if connection.execute(select(JOINT_KEY.c.id)).first() is None:
                connection.execute(JOINT_KEY.insert().values(id=1, commission_statement=statement, at=now))


def _refusal_line(row: Row[Any]) -> RefusalLine:
    return RefusalLine(
        at=row.at,
        purpose=row.purpose,
        asker=row.asker,
        other=row.other,
        affair=row.affair,
        procedure=row.procedure,
        kinds=tuple(row.kinds),
        rule=row.rule,
        refused_by=row.refused_by,
        detail=row.detail,
        case_hash=row.case_hash,
    )

"""Cases on one open connection."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Row, Table, func, select

from mizuhiki.casework.domain.cases import (
    Case,
    CaseState,
    CaseStep,
    Evidence,
    PaperTaken,
    Payment,
    Proposal,
)
from mizuhiki.casework.domain.errors import UnknownClaim
from mizuhiki.casework.domain.persons import Role, Subject
from mizuhiki.casework.store.case_cipher import CaseCipher
from mizuhiki.casework.store.tables import CaseTables
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.typed_values import read_json

CONTENT = "content_encrypted"
_T = TypeVar("_T")


class SqlCases:
    """Implements `ports.Cases`."""

    def __init__(self, connection: Connection, tables: CaseTables, cipher: CaseCipher) -> None:
        self._connection = connection
        self._tables = tables
        self._cipher = cipher

    def request(self, request_id: str) -> tuple[bytes, str] | None:
        """Return digest and case of an earlier claim."""
        cases = self._tables.cases
        query = select(cases.c.request_digest, cases.c.case_token).where(cases.c.request_id == request_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else (bytes(row.request_digest), row.case_token)

    def insert(self, case: Case, request_id: str, digest: bytes, at: datetime) -> None:
        """Store a new case."""
        self._connection.execute(
            self._tables.cases.insert().values(
                case_token=case.case,
                request_id=request_id,
                request_digest=digest,
                procedure=case.procedure,
                received_on=case.received_on,
                received_at=at,
                stated_encrypted=self._sealed(dict(case.stated), "cases", "stated_encrypted", case.case),
                **self._changing(case),
            )
        )
        self._connection.execute(
            self._tables.subjects.insert(),
            [
                {
                    "case_token": case.case,
                    "position": position,
                    "person": one.person,
                    "role": one.role.value,
                    "lived_on_1_january": one.lived_on_1_january,
                }
                for position, one in enumerate(case.subjects)
            ],
        )

    def _changing(self, case: Case) -> dict[str, Any]:
        proposal = case.proposal
        return {
            "state": case.state.value,
            "proposal_encrypted": None
            if proposal is None
            else self._sealed(proposal, "cases", "proposal_encrypted", case.case),
            "proposed_by": case.proposed_by,
            "approved_by": case.approved_by,
            "decided_on": case.decided_on,
            "notice_id": case.notice_id,
        }

    def case(self, case: str) -> Case:
        """Return a case with everything."""
        cases = self._tables.cases
        row = self._connection.execute(select(cases).where(cases.c.case_token == case)).one_or_none()
        if row is None:
            raise UnknownClaim
        return self._full(row)

    def update(self, case: Case) -> None:
        """Store state, proposal, who decided and the notice."""
        cases = self._tables.cases
        self._connection.execute(cases.update().where(cases.c.case_token == case.case).values(**self._changing(case)))

    def add_evidence(self, case: str, evidence: Evidence) -> None:
        """Append an answer."""
        self._add_content(self._tables.evidence, case, evidence)

    def add_paper(self, case: str, paper: PaperTaken) -> None:
        """Append a paper."""
        self._add_content(self._tables.papers, case, paper)

    def add_payment(self, case: str, payment: Payment) -> None:
        """Append a payment order."""
        self._add(
            self._tables.payments,
            case,
            lambda _position: {
                "payment_id": payment.payment_id,
                "amount_yen": payment.amount_yen,
                "pay_on": payment.pay_on,
                "label": payment.label,
            },
        )

    def add_step(self, case: str, step: CaseStep) -> None:
        """Append to the history."""
        self._add(
            self._tables.steps,
            case,
            lambda _position: {"at": step.at, "step": step.step, "actor": step.actor, "note": step.note},
        )

    def _add_content(self, table: Table, case: str, content: Evidence | PaperTaken) -> None:
        self._add(
            table,
            case,
            lambda position: {CONTENT: self._sealed(content, table.name, CONTENT, f"{case}/{position}")},
        )

    def _add(self, table: Table, case: str, values: Callable[[int], dict[str, Any]]) -> None:
        newest = select(func.max(table.c.position)).where(table.c.case_token == case)
        last = self._connection.execute(newest).scalar_one_or_none()
        position = 0 if last is None else int(last) + 1
        self._connection.execute(table.insert().values(case_token=case, position=position, **values(position)))

    def cases(self, *, state: CaseState | None, procedure: str, limit: int) -> list[Case]:
        """Return cases, oldest first, without evidence and papers."""
        cases = self._tables.cases
        query = select(cases).order_by(cases.c.id).limit(limit)
        if state is not None:
            query = query.where(cases.c.state == state.value)
        if procedure:
            query = query.where(cases.c.procedure == procedure)
        return [self._bare(row) for row in self._connection.execute(query).all()]

    def full_cases(self, *, state: CaseState) -> list[Case]:
        """Return cases with everything, oldest first."""
        cases = self._tables.cases
        query = select(cases).where(cases.c.state == state.value).order_by(cases.c.id)
        return [self._full(row) for row in self._connection.execute(query).all()]

    def decided_before(self, procedure: str, day: date) -> list[Case]:
        """Return cases of a procedure that ended before a day."""
        cases = self._tables.cases
        query = select(cases).where(cases.c.procedure == procedure, cases.c.decided_on < day).order_by(cases.c.id)
        return [self._bare(row) for row in self._connection.execute(query).all()]

    def people_in(self, cases: Collection[str]) -> dict[str, frozenset[str]]:
        """Return who stands in each of some cases; those that were destroyed are left out."""
        table = self._tables.subjects
        query = select(table.c.case_token, table.c.person).where(table.c.case_token.in_(cases))
        found: dict[str, set[str]] = {}
        for case, person in self._connection.execute(query):
            found.setdefault(case, set()).add(person)
        return {case: frozenset(people) for case, people in found.items()}

    def destroy(self, case: str) -> None:
        """Delete a case with everything about it."""
        tables = self._tables
        for table in (tables.subjects, tables.evidence, tables.papers, tables.payments, tables.steps, tables.cases):
            self._connection.execute(table.delete().where(table.c.case_token == case))

    def _sealed(self, content: object, table: str, column: str, row: str) -> bytes:
        return self._cipher.encrypt(msgspec.json.encode(content), table=table, column=column, row=row)

    def _opened(self, stored: bytes, kind: type[_T], table: str, column: str, row: str) -> _T:
        return read_json(self._cipher.decrypt(stored, table=table, column=column, row=row), kind)

    def _rows(self, table: Table, case: str) -> list[Row[Any]]:
        query = select(table).where(table.c.case_token == case).order_by(table.c.position)
        return list(self._connection.execute(query))

    def _bare(self, row: Row[Any]) -> Case:
        case = row.case_token
        proposal = row.proposal_encrypted
        return Case(
            case=case,
            procedure=row.procedure,
            received_on=row.received_on,
            subjects=tuple(
                Subject(Role(one.role), one.person, one.lived_on_1_january)
                for one in self._rows(self._tables.subjects, case)
            ),
            stated=self._opened(row.stated_encrypted, dict[str, Scalar], "cases", "stated_encrypted", case),
            state=CaseState(row.state),
            proposal=None
            if proposal is None
            else self._opened(proposal, Proposal, "cases", "proposal_encrypted", case),
            proposed_by=row.proposed_by,
            approved_by=row.approved_by,
            decided_on=row.decided_on,
            notice_id=row.notice_id,
        )

    def _full(self, row: Row[Any]) -> Case:
        bare, case, tables = self._bare(row), row.case_token, self._tables
        return Case(
            case=bare.case,
            procedure=bare.procedure,
            received_on=bare.received_on,
            subjects=bare.subjects,
            stated=bare.stated,
            state=bare.state,
            proposal=bare.proposal,
            proposed_by=bare.proposed_by,
            approved_by=bare.approved_by,
            decided_on=bare.decided_on,
            notice_id=bare.notice_id,
            evidence=self._contents(tables.evidence, case, Evidence),
            papers=self._contents(tables.papers, case, PaperTaken),
            payments=tuple(
                Payment(one.payment_id, one.amount_yen, one.pay_on, one.label)
                for one in self._rows(tables.payments, case)
            ),
            history=tuple(CaseStep(one.at, one.step, one.actor, one.note) for one in self._rows(tables.steps, case)),
        )

    def _contents(self, table: Table, case: str, kind: type[_T]) -> tuple[_T, ...]:
        return tuple(
            self._opened(one.content_encrypted, kind, table.name, CONTENT, f"{case}/{one.position}")
            for one in self._rows(table, case)
        )

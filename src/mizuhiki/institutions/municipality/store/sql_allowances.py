"""Child allowance cases and the card desk on one open connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from mizuhiki.institutions.municipality.domain.allowance_cases import (
    AllowanceCase,
    CaseState,
    CaseStep,
    PaperDocument,
    Payment,
)
from mizuhiki.institutions.municipality.domain.card_lapses import LapsedCard
from mizuhiki.institutions.municipality.domain.cards import CardState, DeskRecord, IssuedCertificates
from mizuhiki.institutions.municipality.domain.child_allowance import Entitlement
from mizuhiki.institutions.municipality.domain.errors import UnknownCase
from mizuhiki.institutions.municipality.domain.linkage import LinkedInformation
from mizuhiki.institutions.municipality.domain.substitutes import KeptSubstitution, Target
from mizuhiki.institutions.municipality.store.tables import (
    CARD_LAPSES,
    CARDS,
    CASE_STEPS,
    CASES,
    LINKED,
    PAPERS,
    PAYMENTS,
    SUBSTITUTIONS,
)
from mizuhiki.runtime.bulk_rows import insert_mappings
from mizuhiki.runtime.keyed_rows import find_rows
from mizuhiki.vocabulary.card_lapse import LapseCause
from mizuhiki.vocabulary.names.substitution import restore
from mizuhiki.vocabulary.typed_values import converted


class SqlAllowances:
    """Implements `ports.AllowanceRecords`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert_case(self, case: AllowanceCase) -> None:
        """Store a new case."""
        self._connection.execute(
            CASES.insert().values(
                case_token=case.case,
                claimant=case.claimant,
                claimant_name=case.claimant_name,
                children=list(case.children),
                received_on=case.received_on,
                bank_account_label=case.bank_account_label,
                **_changing(case),
            )
        )

    def update_case(self, case: AllowanceCase) -> None:
        """Store what may change of a case."""
        self._connection.execute(CASES.update().where(CASES.c.case_token == case.case).values(**_changing(case)))

    def case(self, case: str) -> AllowanceCase:
        """Return a case with timeline, answers, papers and payments."""
        row = self._connection.execute(select(CASES).where(CASES.c.case_token == case)).one_or_none()
        if row is None:
            raise UnknownCase
        linked, papers = self._rows(LINKED, case), self._rows(PAPERS, case)
        return _case(row, self._steps(case), linked, papers, self._payments(case))

    def _rows(self, table: Any, case: str) -> list[Row[Any]]:  # noqa: ANN401 - one of the append-only tables
        return list(self._connection.execute(select(table).where(table.c.case_token == case).order_by(table.c.id)))

    def _steps(self, case: str) -> tuple[CaseStep, ...]:
        return tuple(CaseStep(row.at, row.step, row.actor, row.note) for row in self._rows(CASE_STEPS, case))

    def _payments(self, case: str) -> tuple[Payment, ...]:
        query = select(PAYMENTS).where(PAYMENTS.c.case_token == case).order_by(PAYMENTS.c.pay_on)
        return tuple(
            Payment(row.payment_id, row.amount_yen, tuple((y, m) for y, m in row.months), row.pay_on)
            for row in self._connection.execute(query)
        )

    def add_step(self, case: str, step: CaseStep) -> None:
        """Append to the timeline."""
        self._connection.execute(
            CASE_STEPS.insert().values(case_token=case, at=step.at, step=step.step, actor=step.actor, note=step.note)
        )

    def add_linked(self, case: str, information: LinkedInformation) -> None:
        """Append an answer."""
        self._connection.execute(
            LINKED.insert().values(
                case_token=case, content=msgspec.to_builtins(information), received_at=information.received_at
            )
        )

    def add_paper(self, case: str, paper: PaperDocument) -> None:
        """Append a paper."""
        self._connection.execute(
            PAPERS.insert().values(
                case_token=case,
                kind=paper.kind,
                description=paper.description,
                recorded_at=paper.recorded_at,
                recorded_by=paper.recorded_by,
                total_income_yen=paper.total_income_yen,
                dependents=paper.dependents,
            )
        )

    def add_payment(self, case: str, payment: Payment) -> None:
        """Append a payment order."""
        self._connection.execute(
            PAYMENTS.insert().values(
                payment_id=payment.payment_id,
                case_token=case,
                amount_yen=payment.amount_yen,
                months=[list(month) for month in payment.months],
                pay_on=payment.pay_on,
            )
        )

    def cases(self, state: CaseState | None, claimant: str | None) -> list[AllowanceCase]:
        """Return cases, oldest first, without answers and papers."""
        asked = {"state": None if state is None else state.value, "claimant": claimant}
        where = {name: value for name, value in asked.items() if value is not None}
        if where:
            rows = sorted(find_rows(self._connection, CASES, tuple(CASES.c.keys()), where), key=lambda one: one.id)
        else:
            rows = list(self._connection.execute(select(CASES).order_by(CASES.c.id)))
        return [_case(row, self._steps(row.case_token), [], [], self._payments(row.case_token)) for row in rows]


def _changing(case: AllowanceCase) -> dict[str, Any]:
    return {
        "state": case.state.value,
        "assessment": None if case.assessment is None else msgspec.to_builtins(case.assessment),
        "proposed_by": case.proposed_by,
        "approved_by": case.approved_by,
        "notice_id": case.notice_id,
    }


def _case(
    row: Row[Any],
    steps: tuple[CaseStep, ...],
    linked: list[Row[Any]],
    papers: list[Row[Any]],
    payments: tuple[Payment, ...],
) -> AllowanceCase:
    return AllowanceCase(
        case=row.case_token,
        claimant=row.claimant,
        claimant_name=row.claimant_name,
        children=tuple(row.children),
        received_on=row.received_on,
        bank_account_label=row.bank_account_label,
        state=CaseState(row.state),
        assessment=None if row.assessment is None else converted(row.assessment, Entitlement),
        proposed_by=row.proposed_by,
        approved_by=row.approved_by,
        notice_id=row.notice_id,
        history=steps,
        linked=tuple(converted(line.content, LinkedInformation) for line in linked),
        papers=tuple(
            PaperDocument(p.kind, p.description, p.recorded_at, p.recorded_by, p.total_income_yen, p.dependents)
            for p in papers
        ),
        payments=payments,
    )


class SqlDesk:
    """Implements `ports.DeskRecords`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def card_of_request(self, request_id: str) -> DeskRecord | None:
        """Return the card of an earlier identical request."""
        row = self._connection.execute(select(CARDS).where(CARDS.c.request_id == request_id)).one_or_none()
        return None if row is None else _card(row)

    def card_of_serial(self, card_serial: str) -> DeskRecord | None:
        """Return a card that was issued here or went on being used here."""
        row = self._connection.execute(select(CARDS).where(CARDS.c.card_serial == card_serial)).one_or_none()
        return None if row is None else _card(row)

    def put_card(self, card: DeskRecord) -> None:
        """Store or update a card."""
        held = card.certificates
        values = {
            "resident": card.resident,
            "card_serial": card.card_serial,
            "issued_on": card.issued_on,
            "expires_on": card.expires_on,
            "state": card.state.value,
            "user_identification": None if held is None else held.user_identification,
            "user_identification_ca": None if held is None else held.user_identification_ca,
            "signature": None if held is None else held.signature,
            "signature_ca": None if held is None else held.signature_ca,
        }
        changed = self._connection.execute(CARDS.update().where(CARDS.c.request_id == card.request_id).values(**values))
        if not changed.rowcount:
            self._connection.execute(CARDS.insert().values(request_id=card.request_id, **values))

    def cards_of(self, resident: str) -> list[DeskRecord]:
        """Return a resident's cards, newest first."""
        rows = find_rows(self._connection, CARDS, tuple(CARDS.c.keys()), {"resident": resident})
        return [_card(row) for row in sorted(rows, key=lambda one: one.issued_on, reverse=True)]

    def keep_lapse(self, lapse: LapsedCard, at: datetime) -> None:
        """Keep that a card ended by law."""
        self._connection.execute(
            CARD_LAPSES.insert().values(
                card_serial=lapse.card_serial,
                resident=lapse.resident,
                lapsed_on=lapse.lapsed_on,
                cause=lapse.cause.value,
                told_at=at,
            )
        )

    def lapse_of(self, card_serial: str) -> LapsedCard | None:
        """Return how a card ended."""
        query = select(CARD_LAPSES).where(CARD_LAPSES.c.card_serial == card_serial)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _lapse(row)

    def lapses_of(self, resident: str) -> list[LapsedCard]:
        """Return a resident's cards that ended, the latest first."""
        rows = find_rows(self._connection, CARD_LAPSES, tuple(CARD_LAPSES.c.keys()), {"resident": resident})
        rows.sort(key=lambda one: one.card_serial)
        return [_lapse(row) for row in sorted(rows, key=lambda one: one.lapsed_on, reverse=True)]

    def keep_written(self, kept: Sequence[tuple[str, KeptSubstitution]]) -> None:
        """Remember what was substituted for a system, by resident."""
        rows = [
            {
                "resident": resident,
                "target": one.target.value,
                "item": one.item,
                "written": one.text.written,
                "trace": one.text.trace(),
                "at": one.at,
                "written_by": one.by,
                "receiver": one.receiver,
            }
            for resident, one in kept
        ]
        insert_mappings(self._connection, SUBSTITUTIONS, rows)

    def substitutions(self, resident: str) -> list[KeptSubstitution]:
        """Return what was substituted in a person's items, oldest first."""
        query = select(SUBSTITUTIONS).where(SUBSTITUTIONS.c.resident == resident).order_by(SUBSTITUTIONS.c.id)
        return [
            KeptSubstitution(
                Target(row.target), row.item, restore(row.written, row.trace), row.at, row.written_by, row.receiver
            )
            for row in self._connection.execute(query)
        ]


def _lapse(row: Row[Any]) -> LapsedCard:
    return LapsedCard(row.resident, row.card_serial, row.lapsed_on, LapseCause(row.cause))


def _card(row: Row[Any]) -> DeskRecord:
    certificates = None
    if row.user_identification is not None:
        certificates = IssuedCertificates(
            row.user_identification, row.user_identification_ca, row.signature, row.signature_ca
        )
    return DeskRecord(
        row.request_id,
        row.resident,
        row.card_serial,
        row.issued_on,
        row.expires_on,
        CardState(row.state),
        certificates,
    )

"""Filings of affairs under ordinances, on one open connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from mizuhiki.institutions.commission.domain.ordinances import Filing, FilingState, FilingStep
from mizuhiki.institutions.commission.store.tables import ORDINANCE_FILINGS, ORDINANCE_STEPS
from mizuhiki.runtime.keyed_rows import insert_row
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id
from mizuhiki.vocabulary.statute import OrdinanceAffair, PublishedOrdinanceAffair
from mizuhiki.vocabulary.typed_values import converted


class SqlOrdinances:
    """Implements `ports.OrdinanceRecords` beside the audit trail."""

    _connection: Connection

    def filing(self, key: str) -> Filing | None:
        """Return a filing by the commission's name of it."""
        row = self._connection.execute(select(ORDINANCE_FILINGS).where(ORDINANCE_FILINGS.c.key == key)).one_or_none()
        return None if row is None else _filing(row)

    def filing_of(self, institution: InstitutionId, filing_id: str) -> Filing | None:
        """Return a filing by its body and the body's id of it."""
        query = select(ORDINANCE_FILINGS).where(
            ORDINANCE_FILINGS.c.institution == institution, ORDINANCE_FILINGS.c.filing_id == filing_id
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _filing(row)

    def filings_of_code(self, code: str) -> list[Filing]:
        """Return every filing of one affair."""
        query = select(ORDINANCE_FILINGS).where(ORDINANCE_FILINGS.c.code == code).order_by(ORDINANCE_FILINGS.c.key)
        return [_filing(row) for row in self._connection.execute(query)]

    def put_filing(self, filing: Filing, step: FilingStep) -> None:
        """Store or replace a filing, and who brought it into its state."""
        values = {
            "key": filing.key,
            "filing_id": filing.filing_id,
            "institution": filing.institution,
            "code": filing.affair.code,
            "affair": msgspec.to_builtins(filing.affair),
            "state": filing.state.value,
            "lodged_at": filing.lodged_at,
            "published_on": filing.published_on,
            "asked_until": filing.asked_until,
            "lawful_until": filing.lawful_until,
            "reason": filing.reason,
        }
        same = ORDINANCE_FILINGS.c.key == filing.key
        if self._connection.execute(ORDINANCE_FILINGS.update().where(same).values(values)).rowcount == 0:
            self._connection.execute(ORDINANCE_FILINGS.insert().values(values))
        insert_row(
            self._connection,
            ORDINANCE_STEPS,
            {
                "key": filing.key,
                "state": step.state.value,
                "reason": step.reason,
                "at": step.at,
                "actor": step.actor,
                "role": step.role,
            },
        )

    def filing_steps(self, key: str) -> list[FilingStep]:
        """Return what was done about a filing, oldest first."""
        query = select(ORDINANCE_STEPS).where(ORDINANCE_STEPS.c.key == key).order_by(ORDINANCE_STEPS.c.id)
        return [
            FilingStep(FilingState(row.state), row.reason, row.at, row.actor, row.role)
            for row in self._connection.execute(query)
        ]


def filings(connection: Connection, institution: InstitutionId | None) -> list[Filing]:
    """Return filings of one body or of all, newest first."""
    query = select(ORDINANCE_FILINGS).order_by(ORDINANCE_FILINGS.c.lodged_at.desc(), ORDINANCE_FILINGS.c.key)
    if institution is not None:
        query = query.where(ORDINANCE_FILINGS.c.institution == institution)
    return [_filing(row) for row in connection.execute(query)]


def published_ordinances(
    connection: Connection, institutions: Sequence[InstitutionId]
) -> list[PublishedOrdinanceAffair]:
    """Return what was ever published of these bodies, by body, then by the day of publication."""
    table = ORDINANCE_FILINGS
    query = (
        select(table)
        .where(table.c.institution.in_(institutions), table.c.published_on.is_not(None))
        .order_by(table.c.institution, table.c.published_on, table.c.lodged_at, table.c.key)
    )
    found = (_filing(row).published() for row in connection.execute(query))
    return [one for one in found if one is not None]


def bodies_with_ordinances(connection: Connection, after: str) -> list[InstitutionId]:
    """Return the bodies after this identifier that ever had an affair published, in order."""
    table = ORDINANCE_FILINGS
    query = (
        select(table.c.institution)
        .distinct()
        .where(table.c.institution > after, table.c.published_on.is_not(None))
        .order_by(table.c.institution)
    )
    return [parse_institution_id(row.institution) for row in connection.execute(query)]


def _filing(row: Row[Any]) -> Filing:
    return Filing(
        key=row.key,
        filing_id=row.filing_id,
        affair=converted(row.affair, OrdinanceAffair),
        state=FilingState(row.state),
        lodged_at=row.lodged_at,
        published_on=row.published_on,
        asked_until=row.asked_until,
        lawful_until=row.lawful_until,
        reason=row.reason,
    )

"""The registry of verifiers over SQLAlchemy Core."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, select

from mizuhiki.institutions.jpki.domain.errors import NoSuchVerifier, VerifierStateChangeNotAllowed
from mizuhiki.institutions.jpki.domain.verifier_registry import (
    Service,
    Verifier,
    VerifierApplication,
    VerifierEvent,
    VerifierState,
)
from mizuhiki.institutions.jpki.store.status_tables import VERIFIER_EVENTS, VERIFIERS
from mizuhiki.runtime.database import Database


class SqlVerifierStore:
    """Implements `ports.VerifierStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Verifier]:
        """Return everybody who ever applied, oldest first."""
        with self._database.read() as connection:
            return [_verifier(row) for row in connection.execute(select(VERIFIERS).order_by(VERIFIERS.c.number))]

    def one(self, verifier: str) -> Verifier:
        """Return one verifier.

        Raises:
            NoSuchVerifier: nobody of that name applied.
        """
        with self._database.read() as connection:
            row = connection.execute(select(VERIFIERS).where(VERIFIERS.c.verifier == verifier)).one_or_none()
        if row is None:
            raise NoSuchVerifier
        return _verifier(row)

    def add(self, application: VerifierApplication, event: VerifierEvent) -> Verifier:
        """Store a new application under the next name, with the first line of its history."""
        with self._database.write() as connection:
            number = int(connection.execute(select(func.coalesce(func.max(VERIFIERS.c.number), 0))).scalar_one()) + 1
            verifier = Verifier(
                verifier=f"verifier-{number:04d}",
                application=application,
                state=VerifierState.APPLIED,
                applied_at=event.at,
                applied_by=event.officer,
            )
            connection.execute(VERIFIERS.insert().values(number=number, **_columns(verifier)))
            _write(connection, verifier.verifier, event)
        return verifier

    def change(self, before: Verifier, after: Verifier, event: VerifierEvent) -> None:
        """Store a change with its line of history.

        Raises:
            VerifierStateChangeNotAllowed: it was changed by somebody else meanwhile.
        """
        with self._database.write() as connection:
            row = connection.execute(select(VERIFIERS).where(VERIFIERS.c.verifier == before.verifier)).one()
            if _verifier(row) != before:
                raise VerifierStateChangeNotAllowed(state=row.state, wanted=after.state.value)
            connection.execute(
                VERIFIERS.update().where(VERIFIERS.c.verifier == before.verifier).values(**_columns(after))
            )
            _write(connection, before.verifier, event)

    def note(self, event: VerifierEvent) -> None:
        """Add a line to a verifier's history."""
        with self._database.write() as connection:
            _write(connection, event.verifier, event)

    def history(self, verifier: str) -> list[VerifierEvent]:
        """Return a verifier's history, newest first."""
        query = select(VERIFIER_EVENTS).where(VERIFIER_EVENTS.c.verifier == verifier)
        with self._database.read() as connection:
            return [
                VerifierEvent(row.verifier, row.event, row.officer, row.note, row.at)
                for row in connection.execute(query.order_by(VERIFIER_EVENTS.c.id.desc()))
            ]


def _write(connection: Connection, verifier: str, event: VerifierEvent) -> None:
    connection.execute(
        VERIFIER_EVENTS.insert().values(
            verifier=verifier, event=event.event, officer=event.officer, note=event.note, at=event.at
        )
    )


def _columns(verifier: Verifier) -> dict[str, Any]:
    application = verifier.application
    return {
        "verifier": verifier.verifier,
        "institution": application.institution,
        "name_ja": application.name_ja,
        "name_en": application.name_en,
        "responsible": application.responsible,
        "purpose": application.purpose,
        "services": sorted(service.value for service in application.services),
        "per_second": application.per_second,
        "state": verifier.state.value,
        "applied_at": verifier.applied_at,
        "applied_by": verifier.applied_by,
        "decided_by": verifier.decided_by,
        "recognition": verifier.recognition,
        "recognised_on": verifier.recognised_on,
        "recognised_until": verifier.recognised_until,
        "audited_on": verifier.audited_on,
        "agreement": verifier.agreement,
        "agreed_on": verifier.agreed_on,
        "credential": verifier.credential,
    }


def _verifier(row: Row[Any]) -> Verifier:
    return Verifier(
        verifier=row.verifier,
        application=VerifierApplication(
            name_ja=row.name_ja,
            name_en=row.name_en,
            responsible=row.responsible,
            purpose=row.purpose,
            services=frozenset(Service(one) for one in row.services),
            institution=row.institution,
            per_second=row.per_second,
        ),
        state=VerifierState(row.state),
        applied_at=row.applied_at,
        applied_by=row.applied_by,
        decided_by=row.decided_by,
        recognition=row.recognition,
        recognised_on=row.recognised_on,
        recognised_until=row.recognised_until,
        audited_on=row.audited_on,
        agreement=row.agreement,
        agreed_on=row.agreed_on,
        credential=row.credential,
    )

"""One write transaction on the authorities' tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from mizuhiki.institutions.jpki.domain.certificates import Cause, Certificate, Kind, State
from mizuhiki.institutions.jpki.domain.register_events import RegisterChange
from mizuhiki.institutions.jpki.ports import AuditLine, Revoked
from mizuhiki.institutions.jpki.store.holder_cipher import HolderCipher
from mizuhiki.institutions.jpki.store.sql_issuing import change_row, chunks
from mizuhiki.institutions.jpki.store.sql_practice import SqlPractice
from mizuhiki.institutions.jpki.store.tables import (
    CERTIFICATES,
    CHANGES,
    HOLDERS,
    REGISTER_EVENTS,
)
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.grounds import context_of
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems


class SqlRecords(SqlPractice):
    """Implements `ports.Records` on one open connection."""

    def __init__(self, connection: Connection, cipher: HolderCipher, audit: Audit) -> None:
        super().__init__(connection, cipher)
        self._audit = audit

    def person_index(self, code: ResidentRecordCode) -> bytes:
        """Return the keyed index of a resident record code."""
        return self._cipher.person(code)

    def items_digest(self, items: FourItems) -> bytes:
        """Return the keyed digest of four items."""
        return self._cipher.items(items)

    def keyed_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a request's content."""
        return self._cipher.request(content)

    def certificate(self, kind: Kind, serial: int) -> Certificate | None:
        """Return a certificate."""
        found = self._certificates(
            select(CERTIFICATES).where(CERTIFICATES.c.kind == kind.value, CERTIFICATES.c.serial == serial)
        )
        return found[0] if found else None

    def code_of(self, certificate: Certificate) -> ResidentRecordCode:
        """Return the resident record code of the holder."""
        return self.code_of_person(certificate.person)

    def code_of_person(self, person: bytes) -> ResidentRecordCode:
        """Return the resident record code behind a keyed index."""
        query = select(HOLDERS.c.code_encrypted).where(HOLDERS.c.person == person)
        return self._cipher.decrypt_code(self._connection.execute(query).scalar_one(), person)

    def live_of(self, persons: Sequence[bytes]) -> dict[bytes, list[Certificate]]:
        """Return certificates that are not revoked, by person."""
        live: dict[bytes, list[Certificate]] = {}
        for chunk in chunks(persons):
            for certificate in self._certificates(
                select(CERTIFICATES).where(
                    CERTIFICATES.c.person.in_(chunk), CERTIFICATES.c.state != State.REVOKED.value
                )
            ):
                live.setdefault(certificate.person, []).append(certificate)
        return live

    def handle(self, verifier: str, certificate: Certificate) -> str:
        """Return the name of a certificate for one verifier; those of two verifiers cannot be joined (R-205)."""
        return self._cipher.handle(verifier, certificate.kind, certificate.serial).hex()

    def of_person(self, person: bytes) -> list[Certificate]:
        """Return every certificate of a holder, ended ones too, oldest first."""
        found = self._certificates(select(CERTIFICATES).where(CERTIFICATES.c.person == person))
        return sorted(found, key=lambda one: one.starts)

    def of_card(self, card_serial: str) -> list[Certificate]:
        """Return the certificates of a card."""
        return self._certificates(select(CERTIFICATES).where(CERTIFICATES.c.card_serial == card_serial))

    def change_state(self, certificate: Certificate, state: State, cause: Cause, at: datetime, event: str = "") -> None:
        """Change a certificate's state and keep the change in its history."""
        self._connection.execute(
            CERTIFICATES.update()
            .where(CERTIFICATES.c.kind == certificate.kind.value, CERTIFICATES.c.serial == certificate.serial)
            .values(state=state.value, cause=cause.value, changed_at=at)
        )
        self._connection.execute(CHANGES.insert(), change_row(certificate, state, cause, at, event))

    def correct_items(self, certificate: Certificate, items: bytes) -> None:
        """Note the corrected text of the four items of a certificate that stays good."""
        self._connection.execute(
            CERTIFICATES.update()
            .where(CERTIFICATES.c.kind == certificate.kind.value, CERTIFICATES.c.serial == certificate.serial)
            .values(items_digest=items)
        )

    def known_events(self, event_ids: Sequence[str]) -> set[str]:
        """Return those of the events that were taken before."""
        known: set[str] = set()
        for chunk in chunks(event_ids):
            query = select(REGISTER_EVENTS.c.event_id).where(REGISTER_EVENTS.c.event_id.in_(chunk))
            known.update(self._connection.execute(query).scalars())
        return known

    def keep_events(self, changes: Sequence[RegisterChange], at: datetime) -> None:
        """Remember that events were taken."""
        self._connection.execute(
            REGISTER_EVENTS.insert(),
            [{"event_id": one.event_id, "reason": one.reason.value, "taken_at": at} for one in changes],
        )

    def revoked(self, kind: Kind, generation: str, municipality_code: str, now: datetime) -> list[Revoked]:
        """Return what a list says: not good, not ended before `now`; of one generation and place (all when empty)."""
        query = select(
            CERTIFICATES.c.serial, CERTIFICATES.c.state, CERTIFICATES.c.cause, CERTIFICATES.c.changed_at
        ).where(
            CERTIFICATES.c.kind == kind.value,
            CERTIFICATES.c.generation == generation,
            CERTIFICATES.c.state != State.GOOD.value,
            CERTIFICATES.c.ends >= now,
        )
        if municipality_code:
            query = query.where(CERTIFICATES.c.municipality_code == municipality_code)
        rows = self._connection.execute(query.order_by(CERTIFICATES.c.serial))
        return [Revoked(row.serial, State(row.state), Cause(row.cause), row.changed_at) for row in rows]

    def audit(self, grounds: Grounds, event: str, outcome: str, *, count: int = 0, cause: str = "") -> None:
        """Write an audit line; no serial, no code, no item."""
        self._audit.record(self._connection, context_of(grounds), event, outcome, count=count, cause=str(cause))

    def audit_all(self, lines: Sequence[AuditLine]) -> None:
        """Write audit lines of many requests that were served together."""
        self._audit.record_all(
            self._connection,
            [(context_of(one.grounds), one.event, {"count": one.count, "cause": one.cause}) for one in lines],
        )

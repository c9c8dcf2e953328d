"""One write transaction on the authorities' tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Row, Select, select

from mizuhiki.institutions.jpki.domain.carriers import Carrier
from mizuhiki.institutions.jpki.domain.certificates import Application, Cause, Certificate, Kind, State
from mizuhiki.institutions.jpki.domain.register_events import RegisterChange
from mizuhiki.institutions.jpki.ports import Grounds, Revoked
from mizuhiki.institutions.jpki.store.audit_line import context_of
from mizuhiki.institutions.jpki.store.holder_cipher import HolderCipher
from mizuhiki.institutions.jpki.store.sql_practice import PLANS, SqlPractice
from mizuhiki.institutions.jpki.store.tables import (
    APPLICATIONS,
    CERTIFICATES,
    CHANGES,
    HOLDERS,
    REGISTER_EVENTS,
)
from mizuhiki.runtime.audit import Audit
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems

CHUNK = 500
"""Values in one IN list; SQLite allows 32,766 variables, PostgreSQL plans long lists badly."""

_V = TypeVar("_V")


def _chunks(values: Sequence[_V]) -> Iterator[Sequence[_V]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


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

    def application_digest(self, municipality_code: str, request_id: str) -> bytes | None:
        """Return the digest of an application recorded before."""
        query = select(APPLICATIONS.c.digest).where(
            APPLICATIONS.c.municipality_code == municipality_code, APPLICATIONS.c.request_id == request_id
        )
        found: bytes | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def record_application(self, application: Application, digest: bytes, at: datetime) -> None:
        """Record that issue was asked for, before anything is signed."""
        self._connection.execute(
            APPLICATIONS.insert().values(
                municipality_code=application.municipality_code,
                request_id=application.request_id,
                digest=digest,
                recorded_at=at,
            )
        )

    def issued_for(self, municipality_code: str, request_id: str) -> list[Certificate]:
        """Return the certificates of an application."""
        return self._certificates(
            select(CERTIFICATES).where(
                CERTIFICATES.c.municipality_code == municipality_code, CERTIFICATES.c.request_id == request_id
            )
        )

    def public_key_known(self, public_key: bytes) -> bool:
        """Say whether a certificate exists for a public key."""
        index = self._cipher.public_key(public_key)
        return any(
            self._connection.execute(select(one.c.serial).where(one.c.public_key_index == index)).first() is not None
            for one in (CERTIFICATES, PLANS)
        )

    def serial_known(self, kind: Kind, serial: int) -> bool:
        """Say whether an authority has used a serial number."""
        return any(
            self._connection.execute(
                select(one.c.serial).where(one.c.kind == kind.value, one.c.serial == serial)
            ).first()
            is not None
            for one in (CERTIFICATES, PLANS)
        )

    def insert_certificate(self, certificate: Certificate, public_key: bytes, code: ResidentRecordCode) -> None:
        """Store an issued certificate; a serial or public key met twice is refused by the database."""
        person, kind = certificate.person, certificate.kind
        if self._connection.execute(select(HOLDERS.c.person).where(HOLDERS.c.person == person)).first() is None:
            encrypted = self._cipher.encrypt_code(code, person)
            self._connection.execute(HOLDERS.insert().values(person=person, code_encrypted=encrypted))
        self._connection.execute(
            CERTIFICATES.insert().values(
                kind=kind.value,
                serial=certificate.serial,
                person=person,
                municipality_code=certificate.municipality_code,
                request_id=certificate.request_id,
                card_serial=certificate.card_serial,
                public_key_index=self._cipher.public_key(public_key),
                der_encrypted=self._cipher.encrypt_certificate(certificate.der, kind, certificate.serial),
                items_digest=certificate.items,
                starts=certificate.starts,
                ends=certificate.ends,
                state=certificate.state.value,
                cause=certificate.cause.value,
                changed_at=certificate.changed_at,
                carrier=certificate.carrier.value,
                generation=certificate.generation,
            )
        )
        self._keep_change(certificate, certificate.state, certificate.cause, certificate.changed_at, "")

    def certificate(self, kind: Kind, serial: int) -> Certificate | None:
        """Return a certificate."""
        found = self._certificates(
            select(CERTIFICATES).where(CERTIFICATES.c.kind == kind.value, CERTIFICATES.c.serial == serial)
        )
        return found[0] if found else None

    def code_of(self, certificate: Certificate) -> ResidentRecordCode:
        """Return the resident record code of the holder."""
        query = select(HOLDERS.c.code_encrypted).where(HOLDERS.c.person == certificate.person)
        return self._cipher.decrypt_code(self._connection.execute(query).scalar_one(), certificate.person)

    def live_of(self, persons: Sequence[bytes]) -> dict[bytes, list[Certificate]]:
        """Return certificates that are not revoked, by person."""
        live: dict[bytes, list[Certificate]] = {}
        for chunk in _chunks(persons):
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

    def _certificates(self, query: Select[tuple[object, ...]]) -> list[Certificate]:
        ordered = query.order_by(CERTIFICATES.c.kind, CERTIFICATES.c.serial)
        return [self._certificate(row) for row in self._connection.execute(ordered)]

    def _certificate(self, row: Row[tuple[object, ...]]) -> Certificate:
        kind = Kind(row.kind)
        return Certificate(
            kind=kind,
            serial=row.serial,
            person=row.person,
            municipality_code=row.municipality_code,
            request_id=row.request_id,
            card_serial=row.card_serial,
            der=self._cipher.decrypt_certificate(row.der_encrypted, kind, row.serial),
            items=row.items_digest,
            starts=row.starts,
            ends=row.ends,
            state=State(row.state),
            cause=Cause(row.cause),
            changed_at=row.changed_at,
            carrier=Carrier(row.carrier),
            generation=row.generation,
        )

    def change_state(self, certificate: Certificate, state: State, cause: Cause, at: datetime, event: str = "") -> None:
        """Change a certificate's state and keep the change in its history."""
        self._connection.execute(
            CERTIFICATES.update()
            .where(CERTIFICATES.c.kind == certificate.kind.value, CERTIFICATES.c.serial == certificate.serial)
            .values(state=state.value, cause=cause.value, changed_at=at)
        )
        self._keep_change(certificate, state, cause, at, event)

    def _keep_change(self, certificate: Certificate, state: State, cause: Cause, at: datetime, event: str) -> None:
        self._connection.execute(
            CHANGES.insert().values(
                kind=certificate.kind.value,
                serial=certificate.serial,
                state=state.value,
                cause=cause.value,
                event_id=event,
                at=at,
            )
        )

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
        for chunk in _chunks(event_ids):
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

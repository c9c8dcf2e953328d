"""The part of a write transaction that issues: applications, plans and certificates, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, select, tuple_

from mizuhiki.crypto.x509 import serial_of
from mizuhiki.institutions.jpki.domain.carriers import Carrier
from mizuhiki.institutions.jpki.domain.certificates import Application, Cause, Certificate, Kind, State
from mizuhiki.institutions.jpki.domain.issuance import CertificatePlan, PlanState, RequestKey
from mizuhiki.institutions.jpki.ports import NewCertificate
from mizuhiki.institutions.jpki.store.holder_cipher import HolderCipher
from mizuhiki.institutions.jpki.store.tables import APPLICATIONS, CERTIFICATES, CHANGES, HOLDERS, PRACTICE, ROOTS

PLANS = PRACTICE["planned_certificates"]
CHUNK = 500
"""Values in one IN list; SQLite allows 32,766 variables, PostgreSQL plans long lists badly."""
_COLUMN_BITS = 64
"""An integer column holds 63 bits and a sign; serials of roots may be longer, holders' never are."""

_V = TypeVar("_V")


def chunks(values: Sequence[_V]) -> Iterator[Sequence[_V]]:
    """Yield the values in lists no longer than one IN list may be."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


class SqlIssuing:
    """Implements the issuing part of `ports.Records` on one open connection."""

    def __init__(self, connection: Connection, cipher: HolderCipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def application_digests(self, keys: Sequence[RequestKey]) -> dict[RequestKey, bytes]:
        """Return the digests of those applications that were recorded before."""
        place, request = APPLICATIONS.c.municipality_code, APPLICATIONS.c.request_id
        query = select(place, request, APPLICATIONS.c.digest)
        return {
            (row.municipality_code, row.request_id): row.digest
            for chunk in chunks(keys)
            for row in self._connection.execute(query.where(tuple_(place, request).in_(chunk)))
        }

    def record_applications(self, applications: Iterable[tuple[Application, bytes, datetime]]) -> None:
        """Record that issue was asked for, before anything is signed; each with its digest and time."""
        rows = [
            {
                "municipality_code": application.municipality_code,
                "request_id": application.request_id,
                "digest": digest,
                "recorded_at": at,
            }
            for application, digest, at in applications
        ]
        if rows:
            self._connection.execute(APPLICATIONS.insert(), rows)

    def issued_for(self, keys: Sequence[RequestKey]) -> dict[RequestKey, list[Certificate]]:
        """Return the certificates of applications that were finished."""
        place, request = CERTIFICATES.c.municipality_code, CERTIFICATES.c.request_id
        found: dict[RequestKey, list[Certificate]] = {}
        for chunk in chunks(keys):
            for one in self._certificates(select(CERTIFICATES).where(tuple_(place, request).in_(chunk))):
                found.setdefault((one.municipality_code, one.request_id), []).append(one)
        return found

    def known_public_keys(self, public_keys: Sequence[bytes]) -> set[bytes]:
        """Return those public keys for which a certificate exists or is planned."""
        indexes = {self._cipher.public_key(key): key for key in public_keys}
        return {
            indexes[index]
            for table in (CERTIFICATES, PLANS)
            for index in self._known(table.c.public_key_index, list(indexes))
        }

    def known_serials(self, kind: Kind, serials: Sequence[int]) -> set[int]:
        """Return those serial numbers that an authority has used or planned, for holders or for its own roots."""
        roots = self._connection.execute(select(ROOTS.c.certificate).where(ROOTS.c.kind == kind.value)).scalars()
        known = {serial_of(certificate) for certificate in roots}.intersection(serials)
        holders = [serial for serial in serials if serial.bit_length() < _COLUMN_BITS]
        for table in (CERTIFICATES, PLANS):
            known.update(self._known(table.c.serial, holders, table.c.kind == kind.value))
        return known

    def _known(self, column: ColumnElement[_V], values: Sequence[_V], *conditions: ColumnElement[bool]) -> Iterator[_V]:
        for chunk in chunks(values):
            yield from self._connection.execute(select(column).where(column.in_(chunk), *conditions)).scalars()

    def record_plans(self, plans: Iterable[tuple[CertificatePlan, bytes]]) -> None:
        """Store what is about to be signed with its public key; a serial or key met twice the database refuses."""
        rows = [
            {
                "kind": plan.kind.value,
                "serial": plan.serial,
                "municipality_code": plan.municipality_code,
                "request_id": plan.request_id,
                "public_key_index": self._cipher.public_key(public_key),
                "generation": plan.generation,
                "common_name": plan.common_name,
                "starts": plan.starts,
                "ends": plan.ends,
                "content": plan.content,
                "state": plan.state.value,
                "recorded_at": plan.recorded_at,
                "changed_at": plan.recorded_at,
            }
            for plan, public_key in plans
        ]
        if rows:
            self._connection.execute(PLANS.insert(), rows)

    def plans_of(self, keys: Sequence[RequestKey]) -> dict[RequestKey, list[CertificatePlan]]:
        """Return the plans of applications."""
        found: dict[RequestKey, list[CertificatePlan]] = {}
        for chunk in chunks(keys):
            query = select(PLANS).where(tuple_(PLANS.c.municipality_code, PLANS.c.request_id).in_(chunk))
            for row in self._connection.execute(query.order_by(PLANS.c.kind)):
                found.setdefault((row.municipality_code, row.request_id), []).append(plan_of(row))
        return found

    def given_up(self, keys: Sequence[RequestKey]) -> set[RequestKey]:
        """Return those applications of which a plan is void."""
        place, request = PLANS.c.municipality_code, PLANS.c.request_id
        query = select(place, request).where(PLANS.c.state == PlanState.VOID.value)
        return {
            (row.municipality_code, row.request_id)
            for chunk in chunks(keys)
            for row in self._connection.execute(query.where(tuple_(place, request).in_(chunk)))
        }

    def plans_signed(self, keys: Sequence[RequestKey], at: datetime) -> None:
        """Note that the plans of applications became certificates."""
        for chunk in chunks(keys):
            self._connection.execute(
                PLANS.update()
                .where(tuple_(PLANS.c.municipality_code, PLANS.c.request_id).in_(chunk))
                .values(state=PlanState.SIGNED.value, changed_at=at)
            )

    def insert_certificates(self, issued: Sequence[NewCertificate]) -> None:
        """Store issued certificates; a serial or public key met twice is refused by the database."""
        if not issued:
            return
        holders = {one.certificate.person: one.code for one in issued}
        for person in self._known(HOLDERS.c.person, list(holders)):
            del holders[person]
        if holders:
            rows = [
                {"person": person, "code_encrypted": self._cipher.encrypt_code(code, person)}
                for person, code in holders.items()
            ]
            self._connection.execute(HOLDERS.insert(), rows)
        self._connection.execute(CERTIFICATES.insert(), [self._row(one) for one in issued])
        self._connection.execute(
            CHANGES.insert(),
            [
                change_row(one, one.state, one.cause, one.changed_at, "")
                for one in (issued_one.certificate for issued_one in issued)
            ],
        )

    def _row(self, one: NewCertificate) -> dict[str, object]:
        certificate = one.certificate
        return {
            "kind": certificate.kind.value,
            "serial": certificate.serial,
            "person": certificate.person,
            "municipality_code": certificate.municipality_code,
            "request_id": certificate.request_id,
            "card_serial": certificate.card_serial,
            "public_key_index": self._cipher.public_key(one.public_key),
            "der_encrypted": self._cipher.encrypt_certificate(certificate.der, certificate.kind, certificate.serial),
            "items_digest": certificate.items,
            "starts": certificate.starts,
            "ends": certificate.ends,
            "state": certificate.state.value,
            "cause": certificate.cause.value,
            "changed_at": certificate.changed_at,
            "carrier": certificate.carrier.value,
            "generation": certificate.generation,
        }

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


def change_row(certificate: Certificate, state: State, cause: Cause, at: datetime, event: str) -> dict[str, object]:
    """Return the line of a certificate's history that says what became of it."""
    return {
        "kind": certificate.kind.value,
        "serial": certificate.serial,
        "state": state.value,
        "cause": cause.value,
        "event_id": event,
        "at": at,
    }


def plan_of(row: Row[tuple[object, ...]]) -> CertificatePlan:
    """Return the plan a row keeps."""
    return CertificatePlan(
        kind=Kind(row.kind),
        serial=row.serial,
        municipality_code=row.municipality_code,
        request_id=row.request_id,
        generation=row.generation,
        common_name=row.common_name,
        starts=row.starts,
        ends=row.ends,
        content=row.content,
        state=PlanState(row.state),
        recorded_at=row.recorded_at,
    )

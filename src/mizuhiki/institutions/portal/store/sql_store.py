"""The store port over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, select

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest, keyed_index
from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.institutions.portal.domain.accounts import Account, AccountState
from mizuhiki.institutions.portal.ports import Kept, Records
from mizuhiki.institutions.portal.store.tables import (
    ACCOUNTS,
    CARD_REQUESTS,
    CERTIFICATES,
    OPENED_HISTORIES,
    OPENINGS,
    READ_NOTICES,
)
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.grounds import context_of
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import InstitutionId

SERIAL_BYTES = 20
"""Longest serial RFC 5280 §4.1.2.2 allows."""


class PortalCipher:
    """Encrypts what is kept for a visit and indexes certificates."""

    def __init__(self, institution: InstitutionId, keystore: Keystore) -> None:
        self._institution = institution
        self._at_rest = keystore.secret(SecretPurpose.PERSON_AT_REST)
        self._index = keystore.secret(SecretPurpose.CERTIFICATE_INDEX)

    def certificate_index(self, serial: int) -> bytes:
        """Return the keyed index of a certificate."""
        return keyed_index(
            self._index,
            serial.to_bytes(SERIAL_BYTES, "big"),
            institution=self._institution,
            purpose="user-identification-certificate",
        )

    def encrypt(self, plaintext: bytes, table: str, column: str, row: bytes) -> bytes:
        """Encrypt a value for one row."""
        return encrypt_at_rest(
            self._at_rest, plaintext, institution=self._institution, table=table, column=column, row=row
        )

    def decrypt(self, ciphertext: bytes, table: str, column: str, row: bytes) -> bytes:
        """Read a value back."""
        return decrypt_at_rest(
            self._at_rest, ciphertext, institution=self._institution, table=table, column=column, row=row
        )


class SqlRecords:
    """Implements `ports.Records` on one open connection."""

    def __init__(self, connection: Connection, cipher: PortalCipher, audit: Audit) -> None:
        self._connection = connection
        self._cipher = cipher
        self._audit = audit

    def open_request(self, request_id: str, expires_at: datetime) -> None:
        """Remember that a request for a card signature was given out."""
        self._connection.execute(
            CARD_REQUESTS.insert().values(request_hash=sha256(request_id.encode()), expires_at=expires_at)
        )

    def keep_answer(self, request_id: str, token: str, answer: bytes, now: datetime) -> Kept:
        """Keep the posted answer of a request under `token`."""
        row = sha256(request_id.encode())
        known = self._connection.execute(select(CARD_REQUESTS).where(CARD_REQUESTS.c.request_hash == row)).one_or_none()
        if known is None or now >= known.expires_at:
            return Kept.UNKNOWN
        if known.token_hash is not None:
            return Kept.REPEATED
        self._connection.execute(
            CARD_REQUESTS.update()
            .where(CARD_REQUESTS.c.request_hash == row)
            .values(
                token_hash=sha256(token.encode()),
                answer_encrypted=self._cipher.encrypt(answer, CARD_REQUESTS.name, "answer_encrypted", row),
            )
        )
        return Kept.KEPT

    def take_answer(self, token: str, now: datetime) -> bytes | None:
        """Return the kept answer and forget it; the row stays until its time is over, so that no second one comes."""
        query = select(CARD_REQUESTS).where(CARD_REQUESTS.c.token_hash == sha256(token.encode()))
        found = self._connection.execute(query).one_or_none()
        if found is None or found.answer_encrypted is None or now >= found.expires_at:
            return None
        self._connection.execute(
            CARD_REQUESTS.update()
            .where(CARD_REQUESTS.c.request_hash == found.request_hash)
            .values(answer_encrypted=None)
        )
        return self._cipher.decrypt(
            found.answer_encrypted, CARD_REQUESTS.name, "answer_encrypted", bytes(found.request_hash)
        )

    def forget_old(self, now: datetime) -> int:
        """Delete requests and opened records whose time is over."""
        return sum(
            self._connection.execute(table.delete().where(table.c.expires_at <= now)).rowcount
            for table in (CARD_REQUESTS, OPENED_HISTORIES)
        )

    def account_of_certificate(self, serial: int) -> Account | None:
        """Return the account linked to a user identification certificate."""
        index = self._cipher.certificate_index(serial)
        number = self._connection.execute(
            select(CERTIFICATES.c.number).where(CERTIFICATES.c.certificate_index == index)
        ).scalar_one_or_none()
        return None if number is None else self.account(number)

    def link_certificate(self, serial: int, number: str, now: datetime) -> None:
        """Link a certificate to an account."""
        index = self._cipher.certificate_index(serial)
        self._connection.execute(CERTIFICATES.insert().values(certificate_index=index, number=number, linked_at=now))

    def account(self, number: str) -> Account | None:
        """Return an account."""
        row = self._connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.number == number)).one_or_none()
        return None if row is None else Account(row.number, AccountState(row.state), row.opened_at, row.asked_at)

    def put_account(self, account: Account) -> None:
        """Store or replace an account."""
        values = {"state": account.state.value, "opened_at": account.opened_at, "asked_at": account.asked_at}
        changed = self._connection.execute(ACCOUNTS.update().where(ACCOUNTS.c.number == account.number).values(values))
        if changed.rowcount == 0:
            self._connection.execute(ACCOUNTS.insert().values(number=account.number, **values))

    def read_notices(self, number: str) -> frozenset[str]:
        """Return the ids of notices the account has read."""
        query = select(READ_NOTICES.c.notice_id).where(READ_NOTICES.c.number == number)
        return frozenset(self._connection.execute(query).scalars())

    def mark_read(self, number: str, notice_id: str, now: datetime) -> None:
        """Mark a notice as read; nothing happens when it is."""
        if notice_id not in self.read_notices(number):
            self._connection.execute(READ_NOTICES.insert().values(number=number, notice_id=notice_id, read_at=now))

    def put_history(self, token: str, number: str, content: bytes, expires_at: datetime) -> None:
        """Keep an opened record encrypted until `expires_at`."""
        row = sha256(token.encode())
        self._connection.execute(
            OPENED_HISTORIES.insert().values(
                token_hash=row,
                number=number,
                expires_at=expires_at,
                content_encrypted=self._cipher.encrypt(content, OPENED_HISTORIES.name, "content_encrypted", row),
            )
        )

    def history(self, token: str, number: str, now: datetime) -> bytes | None:
        """Return an opened record of this account."""
        row = sha256(token.encode())
        found = self._connection.execute(
            select(OPENED_HISTORIES.c.content_encrypted).where(
                OPENED_HISTORIES.c.token_hash == row,
                OPENED_HISTORIES.c.number == number,
                OPENED_HISTORIES.c.expires_at > now,
            )
        ).scalar_one_or_none()
        if found is None:
            return None
        return self._cipher.decrypt(found, OPENED_HISTORIES.name, "content_encrypted", row)

    def note_opening(self, request_id: str, number: str, generation: int, now: datetime) -> None:
        """Remember that the record was opened for this account under a code of this generation."""
        row = {"number": number, "generation": generation, "opened_at": now}
        self._connection.execute(OPENINGS.insert().values(request_hash=sha256(request_id.encode()), **row))

    def openings(self, number: str) -> list[tuple[bytes, int]]:
        """Return the account's openings: SHA-256 of the request id, and the generation."""
        query = select(OPENINGS.c.request_hash, OPENINGS.c.generation).where(OPENINGS.c.number == number)
        return [(bytes(row.request_hash), row.generation) for row in self._connection.execute(query)]

    def close_history(self, number: str) -> int:
        """Delete every opened record of an account."""
        return self._connection.execute(OPENED_HISTORIES.delete().where(OPENED_HISTORIES.c.number == number)).rowcount

    def audit(self, grounds: Grounds, event: str, outcome: str) -> None:
        """Write an audit record."""
        self._audit.record(self._connection, context_of(grounds), event, outcome)


class SqlStore:
    """Tables of the portal."""

    def __init__(self, database: Database, institution: InstitutionId, keystore: Keystore, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        self._cipher = PortalCipher(institution, keystore)

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield SqlRecords(connection, self._cipher, self._audit)

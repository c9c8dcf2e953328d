"""The store port over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, func, select, true

from mizuhiki.crypto.at_rest import encrypt_at_rest, keyed_index
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.institutions.prefecture.domain.notices import IdentificationNotice
from mizuhiki.institutions.prefecture.ports import Records
from mizuhiki.institutions.prefecture.store.tables import CHANGES, IDENTIFICATIONS
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import ResidentRecordCode

PassOn = Callable[[Connection, Sequence[IdentificationNotice]], None]
"""Queues notices for the national register inside the given transaction."""


class SqlRecords:
    """Implements `ports.Records` on one open connection."""

    def __init__(self, connection: Connection, institution: InstitutionId, keystore: Keystore, pass_on: PassOn) -> None:
        self._connection = connection
        self._institution = institution
        self._at_rest = keystore.secret(SecretPurpose.NUMBER_AT_REST)
        self._index = keystore.secret(SecretPurpose.NUMBER_INDEX)
        self._pass_on = pass_on

    def _code_index(self, code: ResidentRecordCode) -> bytes:
        return keyed_index(
            self._index, code.reveal().encode(), institution=self._institution, purpose="resident-record-code"
        )

    def change_known(self, change_id: str) -> bool:
        """Say whether a notice was taken before."""
        query = select(CHANGES.c.change_id).where(CHANGES.c.change_id == change_id)
        return self._connection.execute(query).first() is not None

    def last_sequence(self, notice: IdentificationNotice) -> int:
        """Return the person's last sequence from the notice's municipality, 0 when none."""
        found = self._connection.execute(
            select(IDENTIFICATIONS.c.sequence).where(
                IDENTIFICATIONS.c.code_index == self._code_index(notice.code),
                IDENTIFICATIONS.c.municipality_code == notice.municipality_code,
            )
        ).scalar_one_or_none()
        return 0 if found is None else int(found)

    def keep(self, notice: IdentificationNotice, now: datetime) -> None:
        """Make the notice the person's identification information and keep it in the history."""
        index = self._code_index(notice.code)
        key = (IDENTIFICATIONS.c.code_index == index) & (
            IDENTIFICATIONS.c.municipality_code == notice.municipality_code
        )
        if notice.previous_code is not None:
            self._connection.execute(
                IDENTIFICATIONS.delete().where(
                    IDENTIFICATIONS.c.code_index == self._code_index(notice.previous_code),
                    IDENTIFICATIONS.c.municipality_code == notice.municipality_code,
                )
            )
        values = self._values(notice, index)
        known = self._connection.execute(IDENTIFICATIONS.update().where(key).values(**values))
        if known.rowcount == 0:
            self._connection.execute(
                IDENTIFICATIONS.insert().values(code_index=index, municipality_code=notice.municipality_code, **values)
            )
        self._connection.execute(
            CHANGES.insert().values(
                change_id=notice.change_id,
                code_index=index,
                municipality_code=notice.municipality_code,
                sequence=notice.sequence,
                reason=notice.reason.value,
                effective_on=notice.effective_on,
                in_register=notice.in_register,
                taken_at=now,
            )
        )

    def _values(self, notice: IdentificationNotice, index: bytes) -> dict[str, object]:
        items = notice.four_items
        return {
            "sequence": notice.sequence,
            "in_register": notice.in_register,
            "protected": notice.protected,
            "code_encrypted": self._encrypt(notice.code.reveal(), "code_encrypted", index, notice),
            "number_encrypted": self._encrypt(notice.number.reveal(), "number_encrypted", index, notice),
            "name": items.name,
            "name_kana": items.name_kana,
            "birth_date": items.birth_date,
            "sex": int(items.sex),
            "address": items.address,
        }

    def _encrypt(self, digits: str, column: str, index: bytes, notice: IdentificationNotice) -> bytes:
        return encrypt_at_rest(
            self._at_rest,
            digits.encode(),
            institution=self._institution,
            table=IDENTIFICATIONS.name,
            column=column,
            row=f"{index.hex()}/{notice.municipality_code}",
        )

    def pass_on(self, notices: Sequence[IdentificationNotice]) -> None:
        """Queue the notices for the national register in this transaction."""
        self._pass_on(self._connection, notices)


class SqlStore:
    """Tables of one prefecture's register server."""

    def __init__(self, database: Database, institution: InstitutionId, keystore: Keystore, pass_on: PassOn) -> None:
        self._database = database
        self._institution = institution
        self._keystore = keystore
        self._pass_on = pass_on

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield SqlRecords(connection, self._institution, self._keystore, self._pass_on)

    def person_count(self) -> int:
        """Return how many persons are held as being in a register."""
        query = select(func.count()).select_from(IDENTIFICATIONS).where(IDENTIFICATIONS.c.in_register == true())
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

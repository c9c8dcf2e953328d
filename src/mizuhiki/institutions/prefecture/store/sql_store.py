"""The store port over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, true

from mizuhiki.crypto.at_rest import decrypt_at_rest, encrypt_at_rest, keyed_index
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.institutions.prefecture.domain.holdings import Holding
from mizuhiki.institutions.prefecture.domain.notices import IdentificationNotice
from mizuhiki.institutions.prefecture.ports import Records
from mizuhiki.institutions.prefecture.store.tables import CHANGES, IDENTIFICATIONS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.grounds import context_of
from mizuhiki.runtime.ledger_store import Ledger, Submit
from mizuhiki.runtime.look_up_ledger import append_look_up
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.vocabulary.reconciliation import HeldRecord
from mizuhiki.vocabulary.register_access.look_ups import LookUp

PassOn = Callable[[Connection, Sequence[IdentificationNotice]], None]
"""Queues notices for the national register inside the given transaction."""


class SqlRecords:
    """Implements `ports.Records` on one open connection."""

    def __init__(
        self,
        connection: Connection,
        institution: InstitutionId,
        keystore: Keystore,
        pass_on: PassOn,
        *,
        ledger: Ledger,
        audit: Audit,
    ) -> None:
        self._connection = connection
        self._ledger = ledger
        self._audit = audit
        self._institution = institution
        self._at_rest = keystore.secret(SecretPurpose.NUMBER_AT_REST)
        self._index = keystore.secret(SecretPurpose.NUMBER_INDEX)
        self._pass_on = pass_on

    def _code_index(self, code: ResidentRecordCode) -> bytes:
        return keyed_index(
            self._index, code.reveal().encode(), institution=self._institution, purpose="resident-record-code"
        )

    def _number_index(self, number: IndividualNumber) -> bytes:
        return keyed_index(
            self._index, number.reveal().encode(), institution=self._institution, purpose="individual-number"
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
        person = self._chain(notice, index)
        if notice.previous_code is not None:
            self._connection.execute(
                IDENTIFICATIONS.delete().where(
                    IDENTIFICATIONS.c.code_index == self._code_index(notice.previous_code),
                    IDENTIFICATIONS.c.municipality_code == notice.municipality_code,
                )
            )
        values = self._values(notice, index) | {"person": person}
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

    def _chain(self, notice: IdentificationNotice, index: bytes) -> str:
        """Return the name of the person's chain of look-ups: it is that of the first code held here."""
        codes = [index] if notice.previous_code is None else [index, self._code_index(notice.previous_code)]
        query = select(IDENTIFICATIONS.c.person).where(IDENTIFICATIONS.c.code_index.in_(codes)).limit(1)
        known = self._connection.execute(query).scalar_one_or_none()
        return index.hex() if known is None else str(known)

    def _values(self, notice: IdentificationNotice, index: bytes) -> dict[str, object]:
        items = notice.four_items
        return {
            "sequence": notice.sequence,
            "in_register": notice.in_register,
            "protected": notice.protected,
            "number_index": self._number_index(notice.number),
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

    def by_number(self, number: IndividualNumber) -> Holding | None:
        """Return the holder of a number who is in a register now; the row that changed last, where two still say so."""
        i = IDENTIFICATIONS.c
        query = select(IDENTIFICATIONS).where(i.number_index == self._number_index(number), i.in_register == true())
        rows = self._connection.execute(query).all()
        if not rows:
            return None
        row = max(rows, key=lambda one: self._taken_last(one.code_index, one.municipality_code))
        protected = any(one.protected for one in rows)
        return Holding(row.person, row.municipality_code, _items(row), protected)

    def _taken_last(self, code_index: bytes, municipality_code: str) -> tuple[str, str]:
        query = (
            select(CHANGES.c.effective_on, CHANGES.c.taken_at)
            .where(CHANGES.c.code_index == code_index, CHANGES.c.municipality_code == municipality_code)
            .order_by(CHANGES.c.sequence.desc())
            .limit(1)
        )
        found = self._connection.execute(query).one_or_none()
        return ("", "") if found is None else (found.effective_on.isoformat(), found.taken_at.isoformat())

    def held(self, municipality_code: str) -> list[HeldRecord]:
        """Return everybody held as being in a municipality's register."""
        i = IDENTIFICATIONS.c
        query = select(IDENTIFICATIONS).where(i.municipality_code == municipality_code, i.in_register == true())
        return [self._held(row) for row in self._connection.execute(query)]

    def _held(self, row: Row[Any]) -> HeldRecord:
        return HeldRecord(
            code=ResidentRecordCode.parse(self._decrypt(row, "code_encrypted")),
            number=IndividualNumber.parse(self._decrypt(row, "number_encrypted")),
            four_items=_items(row),
            protected=row.protected,
        )

    def _decrypt(self, row: Row[Any], column: str) -> str:
        return decrypt_at_rest(
            self._at_rest,
            getattr(row, column),
            institution=self._institution,
            table=IDENTIFICATIONS.name,
            column=column,
            row=f"{bytes(row.code_index).hex()}/{row.municipality_code}",
        ).decode()

    def persons(self, codes: Sequence[ResidentRecordCode]) -> list[str]:
        """Return the chains of those codes, each once."""
        indexes = [self._code_index(code) for code in codes]
        query = select(IDENTIFICATIONS.c.person).where(IDENTIFICATIONS.c.code_index.in_(indexes)).distinct()
        return sorted(self._connection.execute(query).scalars())

    def record_look_up(self, look_up: LookUp) -> None:
        """Append the look-up to the person's chain."""
        append_look_up(self._ledger, self._connection, look_up)

    def audit(self, grounds: Grounds, event: str, outcome: str, *, count: int = 0) -> None:
        """Write an audit record."""
        self._audit.record(self._connection, context_of(grounds), event, outcome, count=count)


def _items(row: Row[Any]) -> FourItems:
    return FourItems(
        name=row.name, name_kana=row.name_kana, birth_date=row.birth_date, sex=Sex(row.sex), address=row.address
    )


class SqlStore:
    """Tables of one prefecture's register server."""

    def __init__(
        self,
        database: Database,
        institution: InstitutionId,
        keystore: Keystore,
        pass_on: PassOn,
        *,
        ledger: Ledger,
        audit: Audit,
        submit: Submit,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._audit = audit
        self._submit = submit
        self._institution = institution
        self._keystore = keystore
        self._pass_on = pass_on

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield SqlRecords(
                connection, self._institution, self._keystore, self._pass_on, ledger=self._ledger, audit=self._audit
            )

    def checkpoint(self) -> int:
        """Sign what the ledger of look-ups grew by and have it co-signed; return the number of co-signatures."""
        return self._ledger.checkpoint(self._submit)

    def bundle(self, person: str) -> str:
        """Return a person's look-ups with every proof, as JSON."""
        return self._ledger.bundle(person.encode()).to_json()

    def is_protected(self, person: str) -> bool:
        """Say whether a support measure stands on a person."""
        i = IDENTIFICATIONS.c
        query = select(i.person).where(i.person == person, i.protected == true(), i.in_register == true()).limit(1)
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def person_count(self) -> int:
        """Return how many persons are held as being in a register."""
        query = select(func.count()).select_from(IDENTIFICATIONS).where(IDENTIFICATIONS.c.in_register == true())
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

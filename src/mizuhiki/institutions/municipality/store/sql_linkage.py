"""Addressees and tax records on one open connection."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from mizuhiki.institutions.municipality.domain.addressees import Addressee, Linkage
from mizuhiki.institutions.municipality.domain.tax import HeldTaxRecord, TaxRecord
from mizuhiki.institutions.municipality.store.chunks import chunks
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.sql_resident_copies import mark_addressee_due
from mizuhiki.institutions.municipality.store.sql_support import marked_among
from mizuhiki.institutions.municipality.store.tables import ADDRESSEES, RESIDENTS, TAX_RECORDS
from mizuhiki.runtime.keyed_rows import change_rows, find_among
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems, Sex

TellServer = Callable[[Connection, Addressee], None]
"""Queues an addressee's protection for the own intermediate server inside the given transaction."""


_ADDRESSEE_COLUMNS = tuple(ADDRESSEES.c.keys())


class SqlLinkage:
    """Implements `ports.LinkageRecords`."""

    def __init__(self, connection: Connection, cipher: Cipher, tell_server: TellServer) -> None:
        self._connection = connection
        self._cipher = cipher
        self._tell_server = tell_server

    def _addressee(self, row: Row[Any]) -> Addressee:
        return Addressee(
            addressee_number=row.addressee_number,
            number=self._cipher.decrypt_number(row.number_encrypted, ADDRESSEES.name, row.addressee_number),
            four_items=FourItems(row.name, row.name_kana, row.birth_date, Sex(row.sex), row.address),
            linkage=Linkage(row.linkage),
            protected=row.protected,
        )

    def addressee(self, addressee_number: str) -> Addressee | None:
        """Return an addressee."""
        query = select(ADDRESSEES).where(ADDRESSEES.c.addressee_number == addressee_number)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else self._addressee(row)

    def addressee_of_number(self, number: IndividualNumber) -> Addressee | None:
        """Return the one addressee with a number."""
        return self.addressees_of_numbers([number]).get(number)

    def addressees_of_numbers(self, numbers: Sequence[IndividualNumber]) -> dict[IndividualNumber, Addressee]:
        """Return known addressees by number."""
        found: dict[IndividualNumber, Addressee] = {}
        for chunk in chunks(self._cipher.number_index(number) for number in numbers):
            for row in find_among(self._connection, ADDRESSEES, _ADDRESSEE_COLUMNS, ("number_index", chunk)):
                addressee = self._addressee(row)
                found[addressee.number] = addressee
        return found

    def renumber_addressee(self, old: IndividualNumber, new: IndividualNumber) -> None:
        """Keep the addressee of a number under the one that follows it."""
        addressee = self.addressee_of_number(old)
        if addressee is not None:
            name = addressee.addressee_number
            self._connection.execute(
                ADDRESSEES.update()
                .where(ADDRESSEES.c.addressee_number == name)
                .values(
                    number_index=self._cipher.number_index(new),
                    number_encrypted=self._cipher.encrypt_number(new, ADDRESSEES.name, name),
                )
            )

    def insert_addressees(self, addressees: Sequence[Addressee]) -> None:
        """Store addressees."""
        if addressees:
            self._connection.execute(
                ADDRESSEES.insert(),
                [
                    {
                        "addressee_number": addressee.addressee_number,
                        "number_index": self._cipher.number_index(addressee.number),
                        "number_encrypted": self._cipher.encrypt_number(
                            addressee.number, ADDRESSEES.name, addressee.addressee_number
                        ),
                        "linkage": addressee.linkage.value,
                        **_items(addressee),
                    }
                    for addressee in addressees
                ],
            )

    def update_addressees(self, addressees: Sequence[Addressee]) -> None:
        """Store changed four items or protection; copies about them are due again."""
        for addressee in addressees:
            number = addressee.addressee_number
            change_rows(self._connection, ADDRESSEES, _items(addressee), {"addressee_number": number})
            self._connection.execute(
                TAX_RECORDS.update()
                .where(TAX_RECORDS.c.addressee_number == number)
                .values(version=TAX_RECORDS.c.version + 1)
            )
            mark_addressee_due(self._connection, number)

    def tell_protection(self, addressee: Addressee) -> None:
        """Queue for the own intermediate server whether a measure of the person or the household stands."""
        index = self._cipher.number_index(addressee.number)
        query = select(RESIDENTS.c.resident).where(RESIDENTS.c.live_number_index == index)
        living = list(self._connection.execute(query).scalars())
        protected = addressee.protected or bool(marked_among(self._connection, living))
        self._tell_server(self._connection, dataclasses.replace(addressee, protected=protected))

    def requested(self) -> list[str]:
        """Return addressees whose pseudonyms were asked for, ordered."""
        query = select(ADDRESSEES.c.addressee_number).where(ADDRESSEES.c.linkage == Linkage.REQUESTED.value)
        return list(self._connection.execute(query.order_by(ADDRESSEES.c.addressee_number)).scalars())

    def set_linkage(self, addressee_numbers: Sequence[str], linkage: Linkage) -> None:
        """Note where addressees stand with linkage."""
        for chunk in chunks(addressee_numbers):
            self._connection.execute(
                ADDRESSEES.update().where(ADDRESSEES.c.addressee_number.in_(chunk)).values(linkage=linkage.value)
            )

    def put_tax_record(self, record: TaxRecord, addressee_number: str) -> None:
        """Store or replace a record of a year; its version rises when something changed."""
        known = self.tax_record(addressee_number, record.fiscal_year)
        values: dict[str, Any] = {
            "resident": record.resident,
            "total_income_yen": record.total_income_yen,
            "deductions_yen": record.deductions_yen,
            "dependents": record.dependents,
            "taxed_as_of": record.taxed_as_of,
        }
        if known is None:
            self._connection.execute(
                TAX_RECORDS.insert().values(
                    addressee_number=addressee_number,
                    fiscal_year=record.fiscal_year,
                    version=1,
                    published=0,
                    **values,
                )
            )
        elif known.record != record:
            self._connection.execute(
                TAX_RECORDS.update()
                .where(_key(addressee_number, record.fiscal_year))
                .values(version=known.version + 1, **values)
            )

    def tax_record(self, addressee_number: str, fiscal_year: int) -> HeldTaxRecord | None:
        """Return a person's record of a year."""
        query = select(TAX_RECORDS).where(_key(addressee_number, fiscal_year))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _held(row)

    def tax_records(self, addressee_number: str) -> list[HeldTaxRecord]:
        """Return a person's records, newest year first."""
        query = (
            select(TAX_RECORDS)
            .where(TAX_RECORDS.c.addressee_number == addressee_number)
            .order_by(TAX_RECORDS.c.fiscal_year.desc())
        )
        return [_held(row) for row in self._connection.execute(query)]

    def unpublished_tax_records(self, limit: int, after: tuple[str, int]) -> list[HeldTaxRecord]:
        """Return records whose newest version was not sent, beyond `after`."""
        t = TAX_RECORDS.c
        query = (
            select(TAX_RECORDS)
            .where(
                t.published < t.version,
                or_(
                    t.addressee_number > after[0],
                    and_(t.addressee_number == after[0], t.fiscal_year > after[1]),
                ),
            )
            .order_by(t.addressee_number, t.fiscal_year)
            .limit(limit)
        )
        return [_held(row) for row in self._connection.execute(query)]

    def mark_published(self, addressee_number: str, fiscal_year: int, version: int) -> None:
        """Note which version was sent."""
        self._connection.execute(
            TAX_RECORDS.update().where(_key(addressee_number, fiscal_year)).values(published=version)
        )


def _key(addressee_number: str, fiscal_year: int) -> Any:  # noqa: ANN401 - a condition on two columns
    return and_(TAX_RECORDS.c.addressee_number == addressee_number, TAX_RECORDS.c.fiscal_year == fiscal_year)


def _items(addressee: Addressee) -> dict[str, Any]:
    items = addressee.four_items
    return {
        "name": items.name,
        "name_kana": items.name_kana,
        "birth_date": items.birth_date,
        "sex": int(items.sex),
        "address": items.address,
        "protected": addressee.protected,
    }


def _held(row: Row[Any]) -> HeldTaxRecord:
    record = TaxRecord(
        row.resident,
        row.fiscal_year,
        row.total_income_yen,
        row.deductions_yen,
        row.dependents,
        row.taxed_as_of,
    )
    return HeldTaxRecord(record, row.addressee_number, row.version, row.published)

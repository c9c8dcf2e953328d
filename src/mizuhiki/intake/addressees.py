"""A body's file of people as casework sees it: whoever stands in a claim is kept in the same file, once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, select

from mizuhiki.casework.domain import Linkage, Person
from mizuhiki.casework.domain.errors import UnknownPerson
from mizuhiki.casework.store import CaseCipher
from mizuhiki.intake.persons import Shown
from mizuhiki.vocabulary.numbers import IndividualNumber

CHUNK = 500
"""Values in one IN list; SQLite allows 32,766 variables, PostgreSQL plans long lists badly."""


class SqlAddressees:
    """Implements `casework.ports.People` on a body's table of people, whose columns are those of `person_tables`."""

    def __init__(self, connection: Connection, persons: Table, cipher: CaseCipher) -> None:
        self._connection = connection
        self._persons = persons
        self._cipher = cipher

    def persons_of_numbers(self, numbers: Sequence[IndividualNumber]) -> dict[IndividualNumber, Person]:
        """Return the people known by their numbers."""
        by_index = {self._cipher.number_index(number): number for number in numbers}
        rows = self._rows(self._persons.c.number_index, list(by_index))
        return {by_index[bytes(row.number_index)]: self._person(row) for row in rows}

    def put(self, person: Person) -> None:
        """Store a new person, or what may change of a known one, under the record's next version where it did."""
        table, items = self._persons, self._cipher.encrypt_items(person.four_items, person.person)
        known = self.persons([person.person]).get(person.person)
        values = {
            "items_encrypted": items,
            "municipality_code": person.municipality_code,
            "protected": person.protected,
            "linkage": person.linkage.value,
        }
        if known is None:
            self._connection.execute(
                table.insert().values(
                    reference=person.person,
                    addressee_number=person.addressee_number,
                    number_index=self._cipher.number_index(person.number),
                    number_encrypted=self._cipher.encrypt_number(person.number, person.person),
                    shown=Shown.CLAIM.value,
                    version=1,
                    published_version=0,
                    **values,
                )
            )
            return
        changed = (known.four_items, known.protected) != (person.four_items, person.protected)
        self._connection.execute(
            table.update()
            .where(table.c.reference == person.person)
            .values(version=table.c.version + int(changed), **values)
        )

    def person(self, person: str) -> Person:
        """Return a person."""
        found = self.persons([person])
        if person not in found:
            raise UnknownPerson
        return found[person]

    def persons(self, persons: Collection[str]) -> dict[str, Person]:
        """Return people by their references."""
        rows = self._rows(self._persons.c.reference, sorted(set(persons)))
        return {row.reference: self._person(row) for row in rows}

    def set_linkage(self, addressee_numbers: Sequence[str], linkage: Linkage) -> None:
        """Note where people stand with linkage."""
        table = self._persons
        for start in range(0, len(addressee_numbers), CHUNK):
            chunk = addressee_numbers[start : start + CHUNK]
            changed = table.update().where(table.c.addressee_number.in_(chunk)).values(linkage=linkage.value)
            self._connection.execute(changed)

    def known_by_addressee(self, addressee_numbers: Sequence[str]) -> dict[str, str]:
        """Return the references of people by their addressee numbers."""
        rows = self._rows(self._persons.c.addressee_number, addressee_numbers)
        return {row.addressee_number: row.reference for row in rows}

    def forget(self, persons: Collection[str]) -> int:
        """Delete those who came with a claim only and whom no other row of the body names."""
        table, forgotten = self._persons, 0
        naming = _naming(self._persons)
        for person in sorted(set(persons)):
            queries = (select(column).where(column == person).limit(1) for column in naming)
            if not any(self._connection.execute(query).first() for query in queries):
                gone = table.delete().where(table.c.reference == person, table.c.shown == Shown.CLAIM.value)
                forgotten += self._connection.execute(gone).rowcount
        return forgotten

    def _rows(self, column: Column[Any], values: Sequence[object]) -> Iterator[Row[Any]]:
        for start in range(0, len(values), CHUNK):
            query = select(self._persons).where(column.in_(values[start : start + CHUNK]))
            yield from self._connection.execute(query)

    def _person(self, row: Row[Any]) -> Person:
        return Person(
            person=row.reference,
            addressee_number=row.addressee_number,
            number=self._cipher.decrypt_number(row.number_encrypted, row.reference),
            four_items=self._cipher.decrypt_items(row.items_encrypted, row.reference),
            municipality_code=row.municipality_code,
            protected=row.protected,
            linkage=Linkage(row.linkage),
        )


def _naming(persons: Table) -> list[Column[Any]]:
    """Return every column of the body's tables that names somebody of the file."""
    key = persons.c.reference
    return [
        column
        for table in persons.metadata.sorted_tables
        for column in table.columns
        if any(foreign.column is key for foreign in column.foreign_keys)
    ]

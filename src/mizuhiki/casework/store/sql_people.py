"""The addressees of a body on one open connection."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, select

from mizuhiki.casework.domain.errors import UnknownPerson
from mizuhiki.casework.domain.persons import Linkage, Person
from mizuhiki.casework.store.case_cipher import CaseCipher
from mizuhiki.casework.store.tables import CaseTables
from mizuhiki.vocabulary.numbers import IndividualNumber

CHUNK = 500
"""Values in one IN list; SQLite allows 32,766 variables, PostgreSQL plans long lists badly."""


class SqlPeople:
    """Implements `ports.People`; `naming` are columns of the body's own tables that name people."""

    def __init__(
        self,
        connection: Connection,
        tables: CaseTables,
        cipher: CaseCipher,
        naming: Sequence[Column[Any]] = (),
    ) -> None:
        self._connection = connection
        self._naming = (tables.subjects.c.person, *naming)
        self._people = tables.people
        self._cipher = cipher

    def persons_of_numbers(self, numbers: Sequence[IndividualNumber]) -> dict[IndividualNumber, Person]:
        """Return the people known by their numbers."""
        by_index = {self._cipher.number_index(number): number for number in numbers}
        found: dict[IndividualNumber, Person] = {}
        indexes = list(by_index)
        for start in range(0, len(indexes), CHUNK):
            query = select(self._people).where(self._people.c.number_index.in_(indexes[start : start + CHUNK]))
            for row in self._connection.execute(query):
                found[by_index[bytes(row.number_index)]] = self._person(row)
        return found

    def put(self, person: Person) -> None:
        """Store a new person, or what may change of a known one."""
        values = {
            "items_encrypted": self._cipher.encrypt_items(person.four_items, person.person),
            "municipality_code": person.municipality_code,
            "protected": person.protected,
            "linkage": person.linkage.value,
        }
        update = self._people.update().where(self._people.c.person == person.person).values(**values)
        if self._connection.execute(update).rowcount:
            return
        self._connection.execute(
            self._people.insert().values(
                person=person.person,
                addressee_number=person.addressee_number,
                number_index=self._cipher.number_index(person.number),
                number_encrypted=self._cipher.encrypt_number(person.number, person.person),
                **values,
            )
        )

    def person(self, person: str) -> Person:
        """Return a person."""
        found = self.persons([person])
        if person not in found:
            raise UnknownPerson
        return found[person]

    def persons(self, persons: Collection[str]) -> dict[str, Person]:
        """Return people by their names."""
        wanted = sorted(set(persons))
        found: dict[str, Person] = {}
        for start in range(0, len(wanted), CHUNK):
            query = select(self._people).where(self._people.c.person.in_(wanted[start : start + CHUNK]))
            found |= {row.person: self._person(row) for row in self._connection.execute(query)}
        return found

    def set_linkage(self, addressee_numbers: Sequence[str], linkage: Linkage) -> None:
        """Note where people stand with linkage."""
        for start in range(0, len(addressee_numbers), CHUNK):
            chunk = addressee_numbers[start : start + CHUNK]
            self._connection.execute(
                self._people.update().where(self._people.c.addressee_number.in_(chunk)).values(linkage=linkage.value)
            )

    def known_by_addressee(self, addressee_numbers: Sequence[str]) -> dict[str, str]:
        """Return the names of people by their addressee numbers."""
        people, found = self._people.c, dict[str, str]()
        for start in range(0, len(addressee_numbers), CHUNK):
            chunk = addressee_numbers[start : start + CHUNK]
            query = select(people.addressee_number, people.person).where(people.addressee_number.in_(chunk))
            found |= {row.addressee_number: row.person for row in self._connection.execute(query)}
        return found

    def forget(self, persons: Collection[str]) -> int:
        """Delete people whom no case and none of the body's own columns names."""
        forgotten = 0
        for person in sorted(set(persons)):
            queries = (select(column).where(column == person).limit(1) for column in self._naming)
            if not any(self._connection.execute(query).first() for query in queries):
                gone = self._people.delete().where(self._people.c.person == person)
                forgotten += self._connection.execute(gone).rowcount
        return forgotten

    def _person(self, row: Row[Any]) -> Person:
        return Person(
            person=row.person,
            addressee_number=row.addressee_number,
            number=self._cipher.decrypt_number(row.number_encrypted, row.person),
            four_items=self._cipher.decrypt_items(row.items_encrypted, row.person),
            municipality_code=row.municipality_code,
            protected=row.protected,
            linkage=Linkage(row.linkage),
        )

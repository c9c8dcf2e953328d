"""Numbers and codes that people have had, on one open connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from mizuhiki.institutions.national_register.domain.records import ChangeRequest, GivenNumber, NumberedPerson
from mizuhiki.institutions.national_register.ports import LineKey
from mizuhiki.institutions.national_register.store.person_cipher import PersonCipher
from mizuhiki.institutions.national_register.store.tables import CHANGE_REQUESTS, GIVEN_NUMBERS, PERSON_CODES, PERSONS
from mizuhiki.vocabulary.numbers import ResidentRecordCode

FIRST_GENERATION = 0


class SqlHistory:
    """Implements `ports.NumberHistory`."""

    def __init__(self, connection: Connection, cipher: PersonCipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def begin(self, persons: Sequence[NumberedPerson], now: datetime) -> None:
        """Keep first codes and numbers."""
        self._connection.execute(PERSON_CODES.insert(), [self._code(person, person.code, now) for person in persons])
        first = [self._number(person, GivenNumber(person.number, FIRST_GENERATION), now) for person in persons]
        self._connection.execute(GIVEN_NUMBERS.insert(), first)

    def _code(self, person: NumberedPerson, code: ResidentRecordCode, now: datetime) -> dict[str, object]:
        index = self._cipher.code_index(code)
        encrypted = self._cipher.encrypt_code(code, PERSON_CODES.name, index.hex())
        return {"code_index": index, "person": person.person, "code_encrypted": encrypted, "since": now}

    def _number(self, person: NumberedPerson, given: GivenNumber, now: datetime) -> dict[str, object]:
        index = self._cipher.number_index(given.number)
        return {
            "number_index": index,
            "person": person.person,
            "code_index": self._cipher.code_index(person.code),
            "generation": given.generation,
            "number_encrypted": self._cipher.encrypt_number(given.number, index.hex(), GIVEN_NUMBERS.name),
            "given_at": now,
        }

    def given(self, person: NumberedPerson) -> list[GivenNumber]:
        """Return every number given to a person, the newest last."""
        rows = self._connection.execute(
            select(GIVEN_NUMBERS)
            .where(GIVEN_NUMBERS.c.person == person.person)
            .order_by(GIVEN_NUMBERS.c.given_at, GIVEN_NUMBERS.c.generation)
        )
        return [
            GivenNumber(
                self._cipher.decrypt_number(row.number_encrypted, row.number_index.hex(), GIVEN_NUMBERS.name),
                row.generation,
            )
            for row in rows
        ]

    def next_generation(self, code: ResidentRecordCode) -> int:
        """Return the first generation of a code that no number was made of."""
        query = select(func.max(GIVEN_NUMBERS.c.generation)).where(
            GIVEN_NUMBERS.c.code_index == self._cipher.code_index(code)
        )
        highest = self._connection.execute(query).scalar_one()
        return FIRST_GENERATION if highest is None else int(highest) + 1

    def give_number(self, person: NumberedPerson, given: GivenNumber, now: datetime) -> None:
        """Keep a number made from the person's present code."""
        self._connection.execute(GIVEN_NUMBERS.insert().values(self._number(person, given, now)))

    def change_code(self, person: NumberedPerson, code: ResidentRecordCode, now: datetime) -> None:
        """Give a person another code."""
        self._connection.execute(PERSON_CODES.insert().values(self._code(person, code, now)))
        self._connection.execute(
            PERSONS.update()
            .where(PERSONS.c.person == person.person)
            .values(
                code_index=self._cipher.code_index(code),
                code_encrypted=self._cipher.encrypt_code(code, PERSONS.name, person.person),
            )
        )

    def codes(self, person: NumberedPerson) -> list[ResidentRecordCode]:
        """Return every code a person has had, the present one last."""
        rows = self._connection.execute(
            select(PERSON_CODES).where(PERSON_CODES.c.person == person.person).order_by(PERSON_CODES.c.since)
        )
        had = [self._cipher.decrypt_code(row.code_encrypted, PERSON_CODES.name, row.code_index.hex()) for row in rows]
        return [code for code in had if code != person.code] + [person.code]

    def request(self, key: LineKey) -> ChangeRequest | None:
        """Return what an earlier request led to."""
        row = self._connection.execute(
            select(CHANGE_REQUESTS).where(
                CHANGE_REQUESTS.c.municipality_code == key[0], CHANGE_REQUESTS.c.request_id == key[1]
            )
        ).one_or_none()
        if row is None:
            return None
        name = _row_name(key)
        if row.number_encrypted is not None:
            number = self._cipher.decrypt_number(row.number_encrypted, name, CHANGE_REQUESTS.name)
            return ChangeRequest(row.person, number=number)
        return ChangeRequest(row.person, code=self._cipher.decrypt_code(row.code_encrypted, CHANGE_REQUESTS.name, name))

    def keep_request(self, key: LineKey, change: ChangeRequest, now: datetime) -> None:
        """Remember what a request led to."""
        name, table = _row_name(key), CHANGE_REQUESTS.name
        number, code = change.number, change.code
        self._connection.execute(
            CHANGE_REQUESTS.insert().values(
                municipality_code=key[0],
                request_id=key[1],
                person=change.person,
                number_encrypted=None if number is None else self._cipher.encrypt_number(number, name, table),
                code_encrypted=None if code is None else self._cipher.encrypt_code(code, table, name),
                taken_at=now,
            )
        )


def _row_name(key: LineKey) -> str:
    return "/".join(key)

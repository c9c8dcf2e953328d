"""One write transaction on the national register's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Row, Select, func, select

from mizuhiki.institutions.national_register.domain.records import (
    CardRecord,
    CodeBundle,
    IdentificationNotice,
    NumberedPerson,
)
from mizuhiki.institutions.national_register.ports import CodeState
from mizuhiki.institutions.national_register.store.person_cipher import PersonCipher
from mizuhiki.institutions.national_register.store.sql_notices import SqlNotices
from mizuhiki.institutions.national_register.store.tables import (
    ACQUISITIONS,
    BUNDLES,
    CARDS,
    CHANGES,
    CODES,
    NUMBER_LINES,
    PERSONS,
)
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems, Sex

FIRST_GENERATION = 0
CHUNK = 500
"""Values in one IN list; SQLite allows 32,766 variables, PostgreSQL plans long lists badly."""


class SqlRecords:
    """Implements `ports.Records` on one open connection."""

    def __init__(
        self,
        connection: Connection,
        cipher: PersonCipher,
        tell: Callable[[Connection, Sequence[IdentificationNotice]], None],
    ) -> None:
        self._connection = connection
        self._cipher = cipher
        self._tell = tell
        self.notices = SqlNotices(connection, cipher, self._by_rows)

    def bundle_of_request(self, municipality_code: str, request_id: str) -> CodeBundle | None:
        """Return the bundle an earlier identical request got."""
        bundle_id = self._connection.execute(
            select(BUNDLES.c.bundle_id).where(
                BUNDLES.c.municipality_code == municipality_code, BUNDLES.c.request_id == request_id
            )
        ).scalar_one_or_none()
        if bundle_id is None:
            return None
        rows = self._connection.execute(
            select(CODES.c.code_index, CODES.c.code_encrypted).where(CODES.c.bundle_id == bundle_id)
        )
        codes = [self._cipher.decrypt_code(row.code_encrypted, CODES.name, row.code_index.hex()) for row in rows]
        return CodeBundle(bundle_id, municipality_code, tuple(codes))

    def reserve_codes(
        self, bundle: CodeBundle, request_id: str, candidates: Sequence[ResidentRecordCode]
    ) -> list[ResidentRecordCode]:
        """Store the candidates that are not taken yet under the bundle; return those stored."""
        exists = self._connection.execute(select(BUNDLES.c.bundle_id).where(BUNDLES.c.bundle_id == bundle.bundle_id))
        if exists.first() is None:
            self._connection.execute(
                BUNDLES.insert().values(
                    bundle_id=bundle.bundle_id, municipality_code=bundle.municipality_code, request_id=request_id
                )
            )
        by_index = {self._cipher.code_index(code): code for code in candidates}
        taken = set(self._known_codes(list(by_index)))
        free = {index: code for index, code in by_index.items() if index not in taken}
        if free:
            self._connection.execute(
                CODES.insert(),
                [
                    {
                        "code_index": index,
                        "bundle_id": bundle.bundle_id,
                        "municipality_code": bundle.municipality_code,
                        "code_encrypted": self._cipher.encrypt_code(code, CODES.name, index.hex()),
                    }
                    for index, code in free.items()
                ],
            )
        return list(free.values())

    def _known_codes(self, indexes: Sequence[bytes]) -> dict[bytes, str]:
        known: dict[bytes, str] = {}
        for start in range(0, len(indexes), CHUNK):
            rows = self._connection.execute(
                select(CODES.c.code_index, CODES.c.municipality_code).where(
                    CODES.c.code_index.in_(indexes[start : start + CHUNK])
                )
            )
            known |= {bytes(row.code_index): row.municipality_code for row in rows}
        return known

    def code_states(self, codes: Sequence[ResidentRecordCode]) -> dict[str, CodeState]:
        """Return the state of each known code, by its key."""
        indexes = [self._cipher.code_index(code) for code in codes]
        persons: dict[bytes, NumberedPerson] = {}
        for start in range(0, len(indexes), CHUNK):
            rows = self._connection.execute(
                select(PERSONS).where(PERSONS.c.code_index.in_(indexes[start : start + CHUNK]))
            )
            persons |= {bytes(row.code_index): self._person(row) for row in rows}
        return {
            index.hex(): CodeState(municipality, persons.get(index))
            for index, municipality in self._known_codes(indexes).items()
        }

    def code_key(self, code: ResidentRecordCode) -> str:
        """Return the key under which `code_states` lists a code."""
        return self._cipher.code_index(code).hex()

    def numbers_of_lines(self, municipality_code: str, line_ids: Sequence[str]) -> dict[str, NumberedPerson]:
        """Return persons numbered by earlier requests, by line id."""
        found: dict[str, NumberedPerson] = {}
        for start in range(0, len(line_ids), CHUNK):
            rows = self._connection.execute(
                select(PERSONS, NUMBER_LINES.c.line_id)
                .join(NUMBER_LINES, NUMBER_LINES.c.person == PERSONS.c.person)
                .where(
                    NUMBER_LINES.c.municipality_code == municipality_code,
                    NUMBER_LINES.c.line_id.in_(line_ids[start : start + CHUNK]),
                )
            )
            found |= {row.line_id: self._person(row) for row in rows}
        return found

    def insert_numbered(self, municipality_code: str, persons: Mapping[str, NumberedPerson], now: datetime) -> None:
        """Store newly numbered persons by line id; the UNIQUE indexes refuse a code or number met twice."""
        if not persons:
            return
        self._connection.execute(
            PERSONS.insert(),
            [
                {
                    "person": person.person,
                    "code_index": self._cipher.code_index(person.code),
                    "code_encrypted": self._cipher.encrypt_code(person.code, PERSONS.name, person.person),
                    "generation": FIRST_GENERATION,
                    "number_index": self._cipher.number_index(person.number),
                    "number_encrypted": self._cipher.encrypt_number(person.number, person.person),
                    "seed_encrypted": self._cipher.encrypt_seed(person.seed, person.person),
                    "municipality_code": person.municipality_code,
                    "sequence": person.sequence,
                    "in_register": person.in_register,
                    "protected": False,
                }
                for person in persons.values()
            ],
        )
        self._connection.execute(
            NUMBER_LINES.insert(),
            [
                {
                    "municipality_code": municipality_code,
                    "line_id": line_id,
                    "person": person.person,
                    "generated_at": now,
                }
                for line_id, person in persons.items()
            ],
        )

    def _one(self, query: Select[tuple[object, ...]]) -> NumberedPerson | None:
        row = self._connection.execute(query).one_or_none()
        return None if row is None else self._person(row)

    def _person(self, row: Row[tuple[object, ...]]) -> NumberedPerson:
        items = (
            None
            if row.name is None
            else FourItems(
                name=row.name,
                name_kana=row.name_kana,
                birth_date=row.birth_date,
                sex=Sex(row.sex),
                address=row.address,
            )
        )
        return NumberedPerson(
            person=row.person,
            code=self._cipher.decrypt_code(row.code_encrypted, PERSONS.name, row.person),
            number=self._cipher.decrypt_number(row.number_encrypted, row.person),
            seed=self._cipher.decrypt_seed(row.seed_encrypted, row.person),
            municipality_code=row.municipality_code,
            sequence=row.sequence,
            four_items=items,
            in_register=row.in_register,
        )

    def _by_rows(self, rows: Sequence[str]) -> list[NumberedPerson]:
        found: list[NumberedPerson] = []
        for start in range(0, len(rows), CHUNK):
            query = select(PERSONS).where(PERSONS.c.person.in_(list(rows[start : start + CHUNK])))
            found += [self._person(row) for row in self._connection.execute(query)]
        return found

    def person_by_code(self, code: ResidentRecordCode) -> NumberedPerson | None:
        """Return the person holding a code."""
        return self._one(select(PERSONS).where(PERSONS.c.code_index == self._cipher.code_index(code)))

    def person_by_number(self, number: IndividualNumber) -> NumberedPerson | None:
        """Return the person holding a number."""
        return self._one(select(PERSONS).where(PERSONS.c.number_index == self._cipher.number_index(number)))

    def change_known(self, change_id: str) -> bool:
        """Say whether a change was applied before."""
        query = select(CHANGES.c.change_id).where(CHANGES.c.change_id == change_id)
        return self._connection.execute(query).first() is not None

    def last_sequence(self, person: NumberedPerson, municipality_code: str) -> int:
        """Return the last sequence a municipality notified of a person, 0 when none."""
        query = select(func.max(CHANGES.c.sequence)).where(
            CHANGES.c.person == person.person, CHANGES.c.municipality_code == municipality_code
        )
        return int(self._connection.execute(query).scalar_one() or 0)

    def keep_change(self, person: NumberedPerson, notice: IdentificationNotice, now: datetime) -> None:
        """Keep the notice in the history."""
        self._connection.execute(
            CHANGES.insert().values(
                change_id=notice.change_id,
                person=person.person,
                municipality_code=notice.municipality_code,
                sequence=notice.sequence,
                reason=notice.reason.value,
                effective_on=notice.effective_on,
                in_register=notice.in_register,
                taken_at=now,
            )
        )

    def apply_change(self, person: NumberedPerson, notice: IdentificationNotice) -> None:
        """Make the notice the person's identification information."""
        items = notice.four_items
        self._connection.execute(
            PERSONS.update()
            .where(PERSONS.c.person == person.person)
            .values(
                municipality_code=notice.municipality_code,
                sequence=notice.sequence,
                in_register=notice.in_register,
                protected=notice.protected,
                name=items.name,
                name_kana=items.name_kana,
                birth_date=items.birth_date,
                sex=int(items.sex),
                address=items.address,
            )
        )

    def tell_certification_authority(self, notices: Sequence[IdentificationNotice]) -> None:
        """Queue the register events for the certification authorities in this transaction, as one message."""
        self._tell(self._connection, notices)

    def spend_acquisition(self, acquisition_hash: bytes, now: datetime) -> bool:
        """Remember an acquisition; false when it was spent before."""
        query = select(ACQUISITIONS.c.acquisition_hash).where(ACQUISITIONS.c.acquisition_hash == acquisition_hash)
        if self._connection.execute(query).first() is not None:
            return False
        self._connection.execute(ACQUISITIONS.insert().values(acquisition_hash=acquisition_hash, spent_at=now))
        return True

    def card_of_request(self, municipality_code: str, request_id: str) -> CardRecord | None:
        """Return the card an earlier identical request registered."""
        return self._card(
            select(CARDS).where(CARDS.c.municipality_code == municipality_code, CARDS.c.request_id == request_id)
        )

    def live_card(self, person: str, day: date) -> CardRecord | None:
        """Return the person's card that is valid on `day`."""
        return self._card(select(CARDS).where(CARDS.c.person == person, CARDS.c.expires_on >= day))

    def card(self, card_serial: str) -> CardRecord | None:
        """Return a card."""
        return self._card(select(CARDS).where(CARDS.c.card_serial == card_serial))

    def _card(self, query: Select[tuple[object, ...]]) -> CardRecord | None:
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return CardRecord(
            person=row.person,
            municipality_code=row.municipality_code,
            card_serial=row.card_serial,
            security_code=row.security_code,
            issued_on=row.issued_on,
            expires_on=row.expires_on,
        )

    def insert_card(self, request_id: str, card: CardRecord) -> None:
        """Store a card under the request of its municipality."""
        self._connection.execute(
            CARDS.insert().values(
                card_serial=card.card_serial,
                person=card.person,
                municipality_code=card.municipality_code,
                request_id=request_id,
                security_code=card.security_code,
                issued_on=card.issued_on,
                expires_on=card.expires_on,
            )
        )

"""One write transaction on the national register's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, true, tuple_

from mizuhiki.institutions.national_register.domain.card_moves import CardLapse
from mizuhiki.institutions.national_register.domain.look_ups import LookUp
from mizuhiki.institutions.national_register.domain.records import (
    CardRecord,
    CodeBundle,
    IdentificationNotice,
    NumberedPerson,
)
from mizuhiki.institutions.national_register.ports import CodeState, LineKey
from mizuhiki.institutions.national_register.store.person_cipher import PersonCipher
from mizuhiki.institutions.national_register.store.sql_card_moves import SqlCardMoves
from mizuhiki.institutions.national_register.store.sql_history import FIRST_GENERATION, SqlHistory
from mizuhiki.institutions.national_register.store.sql_notices import SqlNotices
from mizuhiki.institutions.national_register.store.tables import (
    ACQUISITIONS,
    BUNDLES,
    CARD_CHIPS,
    CARD_PLACES,
    CARDS,
    CHANGES,
    CODES,
    GIVEN_NUMBERS,
    LAPSED_CARDS,
    NUMBER_LINES,
    PERSON_CODES,
    PERSONS,
)
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.grounds import context_of
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.runtime.look_up_ledger import append_look_up
from mizuhiki.vocabulary.card_lapse import LapseCause
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, FourItems, Sex
from mizuhiki.vocabulary.reconciliation import HeldRecord

CHUNK = 500
"""Values in one IN list; SQLite allows 32,766 variables, PostgreSQL plans long lists badly."""

Tell = Callable[[Connection, Sequence[IdentificationNotice]], None]
"""Queues register events for the certification authorities inside the given transaction."""
TellLapses = Callable[[Connection, Sequence[CardLapse]], None]
"""Queues lapsed cards for whoever must know inside the given transaction."""


class SqlRecords:
    """Implements `ports.Records` on one open connection."""

    def __init__(
        self,
        connection: Connection,
        cipher: PersonCipher,
        tells: tuple[Tell, TellLapses],
        ledger: Ledger,
        audit: Audit,
    ) -> None:
        self._connection = connection
        self._cipher = cipher
        self._tell, tell_lapses = tells
        self._ledger = ledger
        self._audit = audit
        self.history = SqlHistory(connection, cipher)
        self.notices = SqlNotices(connection, cipher, self._by_rows)
        self.card_moves = SqlCardMoves(connection, self._by_rows, tell_lapses)

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
                select(PERSONS, PERSON_CODES.c.code_index.label("asked"))
                .join(PERSON_CODES, PERSON_CODES.c.person == PERSONS.c.person)
                .where(PERSON_CODES.c.code_index.in_(indexes[start : start + CHUNK]))
            )
            persons |= {bytes(row.asked): self._person(row) for row in rows}
        return {
            index.hex(): CodeState(municipality, persons.get(index))
            for index, municipality in self._known_codes(indexes).items()
        }

    def code_key(self, code: ResidentRecordCode) -> str:
        """Return the key under which `code_states` lists a code."""
        return self._cipher.code_index(code).hex()

    def numbers_of_lines(self, lines: Sequence[LineKey]) -> dict[LineKey, NumberedPerson]:
        """Return persons numbered by earlier requests, by municipality and line id."""
        found: dict[LineKey, NumberedPerson] = {}
        key = tuple_(NUMBER_LINES.c.municipality_code, NUMBER_LINES.c.line_id)
        for start in range(0, len(lines), CHUNK):
            rows = self._connection.execute(
                select(PERSONS, NUMBER_LINES.c.line_id, NUMBER_LINES.c.municipality_code.label("asker"))
                .join(NUMBER_LINES, NUMBER_LINES.c.person == PERSONS.c.person)
                .where(key.in_(lines[start : start + CHUNK]))
            )
            found |= {(row.asker, row.line_id): self._person(row) for row in rows}
        return found

    def insert_numbered(self, persons: Mapping[LineKey, NumberedPerson], now: datetime) -> None:
        """Store newly numbered persons; the UNIQUE indexes refuse a code or number met twice."""
        self.insert_persons(list(persons.values()), now)
        self.keep_lines(persons, now)

    def insert_persons(self, persons: Sequence[NumberedPerson], now: datetime) -> None:
        """Store persons numbered in bulk, whom no line of a municipality has asked for yet."""
        if persons:
            self._connection.execute(PERSONS.insert(), [self._columns(person) for person in persons])
            self.history.begin(persons, now)

    def keep_lines(self, lines: Mapping[LineKey, NumberedPerson], now: datetime) -> None:
        """Remember which line was given which stored person's number."""
        rows = [
            {"municipality_code": asker, "line_id": line_id, "person": person.person, "generated_at": now}
            for (asker, line_id), person in lines.items()
        ]
        if rows:
            self._connection.execute(NUMBER_LINES.insert(), rows)

    def asked_for(self, persons: Sequence[str]) -> set[str]:
        """Return those of the persons whom a line of a municipality has asked for."""
        found: set[str] = set()
        for start in range(0, len(persons), CHUNK):
            query = select(NUMBER_LINES.c.person).where(NUMBER_LINES.c.person.in_(persons[start : start + CHUNK]))
            found.update(self._connection.execute(query).scalars())
        return found

    def _columns(self, person: NumberedPerson) -> dict[str, object]:
        return {
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
            protected=row.protected,
        )

    def _by_rows(self, rows: Sequence[str]) -> list[NumberedPerson]:
        found: list[NumberedPerson] = []
        for start in range(0, len(rows), CHUNK):
            query = select(PERSONS).where(PERSONS.c.person.in_(list(rows[start : start + CHUNK])))
            found += [self._person(row) for row in self._connection.execute(query)]
        return found

    def person_by_code(self, code: ResidentRecordCode) -> NumberedPerson | None:
        """Return the person who has or had a code."""
        return self._one(
            select(PERSONS)
            .join(PERSON_CODES, PERSON_CODES.c.person == PERSONS.c.person)
            .where(PERSON_CODES.c.code_index == self._cipher.code_index(code))
        )

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

    def entered_on(self, person: NumberedPerson) -> date | None:
        """Return the last day on which the person's municipality entered them; None when it never told."""
        c = CHANGES.c
        entering = [reason.value for reason in ChangeReason if reason.enters]
        query = select(func.max(c.effective_on)).where(
            c.person == person.person, c.municipality_code == person.municipality_code, c.reason.in_(entering)
        )
        found: date | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def last_reason(self, person: NumberedPerson) -> ChangeReason | None:
        """Return why the person's record last changed, as their municipality told it; None when it never told."""
        c = CHANGES.c
        query = select(c.reason).where(
            c.person == person.person, c.municipality_code == person.municipality_code, c.sequence == person.sequence
        )
        found = self._connection.execute(query).scalar_one_or_none()
        return None if found is None else ChangeReason(found)

    def apply_change(self, person: NumberedPerson, notice: IdentificationNotice) -> None:
        """Make the notice the person's identification information."""
        items = notice.four_items
        number = {}
        if notice.reason is ChangeReason.NUMBER_CHANGE:
            number = {
                "number_index": self._cipher.number_index(notice.number),
                "number_encrypted": self._cipher.encrypt_number(notice.number, person.person),
                "generation": self._generation_of(notice.number),
            }
        self._connection.execute(
            PERSONS.update()
            .where(PERSONS.c.person == person.person)
            .values(
                **number,
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

    def _generation_of(self, number: IndividualNumber) -> int:
        query = select(GIVEN_NUMBERS.c.generation).where(
            GIVEN_NUMBERS.c.number_index == self._cipher.number_index(number)
        )
        return int(self._connection.execute(query).scalar_one())

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
        return self._card(_live(select(CARDS).where(CARDS.c.person == person, CARDS.c.expires_on >= day)))

    def card(self, card_serial: str, *, lapsed: bool = False) -> CardRecord | None:
        """Return a card unless it lapsed; with `lapsed` also then."""
        query = select(CARDS).where(CARDS.c.card_serial == card_serial)
        return self._card(query if lapsed else _live(query))

    def lapse_cards(self, person: NumberedPerson, day: date, cause: LapseCause) -> None:
        """End the validity of the person's cards on a day."""
        serials = self._connection.execute(_live(select(CARDS.c.card_serial).where(CARDS.c.person == person.person)))
        lapsed = [{"card_serial": serial, "lapsed_on": day, "cause": cause.value} for serial in serials.scalars()]
        if lapsed:
            self._connection.execute(LAPSED_CARDS.insert(), lapsed)

    def _card(self, query: Select[tuple[object, ...]]) -> CardRecord | None:
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        places = select(CARD_PLACES.c.municipality_code).where(CARD_PLACES.c.card_serial == row.card_serial)
        place = self._connection.execute(places.order_by(CARD_PLACES.c.place.desc()).limit(1)).scalar_one_or_none()
        return CardRecord(
            person=row.person,
            municipality_code=place or row.municipality_code,
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

    def chip_of(self, card_serial: str) -> str | None:
        """Return the number of the chip a card was made with."""
        query = select(CARD_CHIPS.c.card_number).where(CARD_CHIPS.c.card_serial == card_serial)
        return self._connection.execute(query).scalar_one_or_none()

    def card_of_chip(self, card_number: str) -> str | None:
        """Return the serial of the card that a chip is in."""
        query = select(CARD_CHIPS.c.card_serial).where(CARD_CHIPS.c.card_number == card_number)
        return self._connection.execute(query).scalar_one_or_none()

    def bind_chip(self, card_serial: str, card_number: str) -> None:
        """Keep which chip a card was made with."""
        self._connection.execute(CARD_CHIPS.insert().values(card_serial=card_serial, card_number=card_number))

    def continue_card(self, card_serial: str, municipality_code: str, day: date) -> None:
        """Keep that a card goes on being used in a municipality."""
        self._connection.execute(
            CARD_PLACES.insert().values(card_serial=card_serial, municipality_code=municipality_code, since=day)
        )

    def record_look_up(self, look_up: LookUp) -> None:
        """Append the look-up to the person's chain; the chain's key is the row's random name."""
        append_look_up(self._ledger, self._connection, look_up)

    def held(self, municipality_code: str) -> list[HeldRecord]:
        """Return everybody held as being in a municipality's register."""
        p = PERSONS.c
        query = select(PERSONS).where(p.municipality_code == municipality_code, p.in_register == true())
        return [self._held(row) for row in self._connection.execute(query.where(p.name.is_not(None)))]

    def _held(self, row: Row[Any]) -> HeldRecord:
        return HeldRecord(
            code=self._cipher.decrypt_code(row.code_encrypted, PERSONS.name, row.person),
            number=self._cipher.decrypt_number(row.number_encrypted, row.person),
            four_items=FourItems(row.name, row.name_kana, row.birth_date, Sex(row.sex), row.address),
            protected=row.protected,
        )

    def municipalities_of(self, person: NumberedPerson) -> set[str]:
        """Return every municipality that ever notified something of a person."""
        query = select(CHANGES.c.municipality_code).where(CHANGES.c.person == person.person).distinct()
        return {str(code) for code in self._connection.execute(query).scalars()}

    def audit(self, grounds: Grounds, event: str, outcome: str, *, count: int = 0) -> None:
        """Write an audit record."""
        self._audit.record(self._connection, context_of(grounds), event, outcome, count=count)


def _live(query: Select[Any]) -> Select[Any]:
    """Leave out cards that lapsed."""
    return query.where(CARDS.c.card_serial.not_in(select(LAPSED_CARDS.c.card_serial)))

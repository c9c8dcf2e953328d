"""The sections' cases on the municipality's own addressees (団体内統合宛名; R-255), and what was granted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Update, false, func, select, true

from mizuhiki.casework.domain import Linkage, Person
from mizuhiki.casework.domain.errors import UnknownPerson
from mizuhiki.casework.store import CaseCipher, SqlCaseRecords, SqlCaseStore
from mizuhiki.casework.store.sql_cases import SqlCases
from mizuhiki.institutions.municipality.domain.addressees import Addressee
from mizuhiki.institutions.municipality.domain.addressees import Linkage as AddresseeLinkage
from mizuhiki.institutions.municipality.domain.claims.assistance_changes import DecidedChange
from mizuhiki.institutions.municipality.domain.claims.awards import Award, HeldAward
from mizuhiki.institutions.municipality.domain.claims.investigation import RecordedInvestigation
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.institutions.municipality.store.chunks import chunks
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.claim_tables import (
    ASSISTANCE_CHANGES,
    AWARDS,
    CLAIM_PEOPLE,
    CLAIMS,
    INVESTIGATIONS,
)
from mizuhiki.institutions.municipality.store.sql_linkage import SqlLinkage, TellServer
from mizuhiki.institutions.municipality.store.sql_register import SqlRegister
from mizuhiki.institutions.municipality.store.sql_support import marked_among
from mizuhiki.institutions.municipality.store.tables import ADDRESSEES, RESIDENTS
from mizuhiki.runtime.audit import Audit
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.typed_values import read_json


class SqlClaimPeople:
    """Implements `casework.ports.People`; `new_name` makes a name for somebody who was in no case before."""

    def __init__(self, connection: Connection, addressees: SqlLinkage, new_name: Callable[[], str]) -> None:
        self._connection = connection
        self._addressees = addressees
        self._new_name = new_name

    def persons_of_numbers(self, numbers: Sequence[IndividualNumber]) -> dict[IndividualNumber, Person]:
        """Return addressees by their numbers, whichever department made them."""
        found = self._addressees.addressees_of_numbers(numbers)
        rows = self._rows(CLAIM_PEOPLE.c.addressee_number, [one.addressee_number for one in found.values()])
        known = {row.addressee_number: row for row in rows}
        people: dict[IndividualNumber, Person] = {}
        for number, one in found.items():
            row = known.get(one.addressee_number)
            name, place = (self._new_name(), "") if row is None else (row.person, row.municipality_code)
            people[number] = _person(one, name, place)
        return people

    def put(self, person: Person) -> None:
        """Store a person; items or protection that changed reach every department's addressee."""
        addressee = Addressee(
            person.addressee_number,
            person.number,
            person.four_items,
            AddresseeLinkage(person.linkage.value),
            person.protected,
        )
        before = self._addressees.addressee(person.addressee_number)
        if before is None:
            self._addressees.insert_addressees([addressee])
        elif (before.four_items, before.protected) != (addressee.four_items, addressee.protected):
            self._addressees.update_addressees([addressee])
            if before.protected != addressee.protected:
                self._addressees.tell_protection(addressee)
        self._addressees.set_linkage([person.addressee_number], addressee.linkage)
        values = {"municipality_code": person.municipality_code}
        update = CLAIM_PEOPLE.update().where(CLAIM_PEOPLE.c.person == person.person).values(**values)
        if not self._connection.execute(update).rowcount:
            self._connection.execute(
                CLAIM_PEOPLE.insert().values(person=person.person, addressee_number=person.addressee_number, **values)
            )

    def person(self, person: str) -> Person:
        """Return a person."""
        found = self.persons([person])
        if person not in found:
            raise UnknownPerson
        return found[person]

    def persons(self, persons: Collection[str]) -> dict[str, Person]:
        """Return people by their names."""
        found: dict[str, Person] = {}
        for row in self._rows(CLAIM_PEOPLE.c.person, sorted(set(persons))):
            addressee = self._addressees.addressee(row.addressee_number)
            if addressee is not None:
                found[row.person] = _person(addressee, row.person, row.municipality_code)
        return found

    def _rows(self, column: Any, values: Sequence[str]) -> list[Row[Any]]:  # noqa: ANN401 - a column of the table
        return [
            row
            for chunk in chunks(values)
            for row in self._connection.execute(select(CLAIM_PEOPLE).where(column.in_(chunk)))
        ]

    def set_linkage(self, addressee_numbers: Sequence[str], linkage: Linkage) -> None:
        """Note where people stand with linkage."""
        self._addressees.set_linkage(addressee_numbers, AddresseeLinkage(linkage.value))

    def known_by_addressee(self, addressee_numbers: Sequence[str]) -> dict[str, str]:
        """Return the names of people of the sections by their addressee numbers."""
        rows = self._rows(CLAIM_PEOPLE.c.addressee_number, addressee_numbers)
        return {row.addressee_number: row.person for row in rows}

    def forget(self, persons: Collection[str]) -> int:
        """Delete the names of people whom no case and no award names; addressees serve other departments."""
        forgotten = 0
        naming = (CLAIMS.subjects.c.person, AWARDS.c.person)
        for person in sorted(set(persons)):
            if not any(self._connection.execute(select(c).where(c == person).limit(1)).first() for c in naming):
                gone = CLAIM_PEOPLE.delete().where(CLAIM_PEOPLE.c.person == person)
                forgotten += self._connection.execute(gone).rowcount
        return forgotten


def _person(addressee: Addressee, person: str, municipality_code: str) -> Person:
    return Person(
        person=person,
        addressee_number=addressee.addressee_number,
        number=addressee.number,
        four_items=addressee.four_items,
        municipality_code=municipality_code,
        protected=addressee.protected,
        linkage=Linkage(addressee.linkage.value),
    )


class SqlAwards:
    """Implements `operations.claims.records.Awards`."""

    def __init__(self, connection: Connection, cipher: CaseCipher, new_name: Callable[[], str]) -> None:
        self._connection = connection
        self._cipher = cipher
        self._new_name = new_name

    def put(self, award: Award) -> None:
        """Store what was granted; it replaces what was granted before of the same kind."""
        row = self._row(award.person, award.kind)
        name = self._new_name() if row is None else row.award
        values = {
            "since": award.since,
            "content_encrypted": self._cipher.encrypt(
                msgspec.json.encode(dict(award.items)), table=AWARDS.name, column="content_encrypted", row=name
            ),
        }
        if row is None:
            fixed = {"award": name, "person": award.person, "kind": award.kind, "version": 1, "published": 0}
            self._connection.execute(AWARDS.insert().values(**fixed, **values))
        else:
            changed = AWARDS.update().where(AWARDS.c.award == name)
            self._connection.execute(changed.values(version=row.version + 1, **values))

    def _row(self, person: str, kind: str) -> Row[Any] | None:
        query = select(AWARDS).where(AWARDS.c.person == person, AWARDS.c.kind == kind)
        return self._connection.execute(query).one_or_none()

    def award(self, person: str, kind: str) -> Award | None:
        """Return what is granted to a person."""
        row = self._row(person, kind)
        return None if row is None else self._held(row).award

    def unpublished(self, limit: int, after: str) -> list[HeldAward]:
        """Return awards whose newest version was not told, by name, beyond `after`."""
        query = select(AWARDS).where(AWARDS.c.published < AWARDS.c.version, AWARDS.c.award > after)
        return [self._held(row) for row in self._connection.execute(query.order_by(AWARDS.c.award).limit(limit))]

    def mark_published(self, award: str, version: int) -> None:
        """Note which version was told."""
        self._connection.execute(AWARDS.update().where(AWARDS.c.award == award).values(published=version))

    def _held(self, row: Row[Any]) -> HeldAward:
        plain = self._cipher.decrypt(
            row.content_encrypted, table=AWARDS.name, column="content_encrypted", row=row.award
        )
        items = read_json(plain, dict[str, Scalar])
        return HeldAward(Award(row.person, row.kind, row.since, items), row.award, row.version)


class SqlInvestigations:
    """Implements `operations.claims.records.Investigations`."""

    def __init__(self, connection: Connection, cipher: CaseCipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def add(self, case: str, recorded: RecordedInvestigation) -> None:
        """Append a record."""
        held = INVESTIGATIONS.c
        newest = select(func.max(held.position)).where(held.case_token == case)
        last = self._connection.execute(newest).scalar_one_or_none()
        position = 0 if last is None else int(last) + 1
        content = self._cipher.encrypt(
            msgspec.json.encode(recorded),
            table=INVESTIGATIONS.name,
            column="content_encrypted",
            row=f"{case}/{position}",
        )
        self._connection.execute(
            INVESTIGATIONS.insert().values(case_token=case, position=position, content_encrypted=content)
        )

    def newest(self, case: str) -> RecordedInvestigation | None:
        """Return the record that counts."""
        held = INVESTIGATIONS.c
        query = select(INVESTIGATIONS).where(held.case_token == case).order_by(held.position.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        plain = self._cipher.decrypt(
            row.content_encrypted,
            table=INVESTIGATIONS.name,
            column="content_encrypted",
            row=f"{case}/{row.position}",
        )
        return read_json(plain, RecordedInvestigation)


class SqlAssistanceChanges:
    """Implements `operations.claims.records.AssistanceChanges`."""

    def __init__(self, connection: Connection, cipher: CaseCipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def changes(self, case: str) -> list[DecidedChange]:
        """Return the changes of a case in order."""
        held = ASSISTANCE_CHANGES.c
        query = select(ASSISTANCE_CHANGES).where(held.case_token == case).order_by(held.position)
        return [self._change(row) for row in self._connection.execute(query)]

    def _change(self, row: Row[Any]) -> DecidedChange:
        plain = self._cipher.decrypt(
            row.content_encrypted,
            table=ASSISTANCE_CHANGES.name,
            column="content_encrypted",
            row=f"{row.case_token}/{row.position}",
        )
        return read_json(plain, DecidedChange)

    def put(self, case: str, place: int, change: DecidedChange) -> None:
        """Store the change at a place; whether it was applied stays as it was."""
        values = {
            "from_day": change.change.from_day,
            "approved": bool(change.approved_by),
            "content_encrypted": self._cipher.encrypt(
                msgspec.json.encode(change),
                table=ASSISTANCE_CHANGES.name,
                column="content_encrypted",
                row=f"{case}/{place}",
            ),
        }
        if not self._connection.execute(_change_at(case, place).values(**values)).rowcount:
            fixed = {"case_token": case, "position": place, "applied": False}
            self._connection.execute(ASSISTANCE_CHANGES.insert().values(**fixed, **values))

    def due(self, day: date) -> list[str]:
        """Return the cases with an approved change that holds by `day` and was not applied."""
        held = ASSISTANCE_CHANGES.c
        query = select(held.case_token).where(held.applied == false(), held.approved == true(), held.from_day <= day)
        return list(self._connection.execute(query.distinct().order_by(held.case_token)).scalars())

    def mark_applied(self, case: str, place: int) -> bool:
        """Note that others are told of a change; false when that was noted before."""
        changed = _change_at(case, place).where(ASSISTANCE_CHANGES.c.applied == false()).values(applied=True)
        return self._connection.execute(changed).rowcount == 1


def _change_at(case: str, place: int) -> Update:
    held = ASSISTANCE_CHANGES.c
    return ASSISTANCE_CHANGES.update().where(held.case_token == case, held.position == place)


class SqlClaimCases(SqlCases):
    """Cases of the sections; with a case goes what a caseworker recorded about it."""

    def destroy(self, case: str) -> None:
        """Delete a case with everything about it."""
        self._connection.execute(INVESTIGATIONS.delete().where(INVESTIGATIONS.c.case_token == case))
        self._connection.execute(ASSISTANCE_CHANGES.delete().where(ASSISTANCE_CHANGES.c.case_token == case))
        super().destroy(case)


class SqlClaimRecords(SqlCaseRecords):
    """Implements `operations.claims.records.ClaimRecords` on one open connection."""

    def __init__(
        self,
        connection: Connection,
        cipher: Cipher,
        case_cipher: CaseCipher,
        audit: Audit,
        *,
        tell_server: TellServer,
        new_name: Callable[[], str],
    ) -> None:
        self.linkage = SqlLinkage(connection, cipher, tell_server)
        people = SqlClaimPeople(connection, self.linkage, new_name)
        super().__init__(connection, CLAIMS, case_cipher, audit, people=people)
        self.register = SqlRegister(connection, cipher, _tell_nobody, _tell_nobody, _tell_nobody)
        self.cases = SqlClaimCases(connection, CLAIMS, case_cipher)
        self.awards = SqlAwards(connection, case_cipher, new_name)
        self.investigations = SqlInvestigations(connection, case_cipher)
        self.assistance = SqlAssistanceChanges(connection, case_cipher)


def _tell_nobody(*_told: object) -> None:
    """Stand where the register would be told of changes; claims change no record."""


class SqlClaimStore(SqlCaseStore[ClaimRecords]):
    """Cases of the sections; a measure on the addressee or on the resident's record protects alike."""

    def is_protected(self, person: str) -> bool:
        """Say whether a support measure stands on a person."""
        query = (
            select(ADDRESSEES.c.protected, RESIDENTS.c.resident)
            .select_from(CLAIM_PEOPLE.join(ADDRESSEES))
            .outerjoin(RESIDENTS, RESIDENTS.c.live_number_index == ADDRESSEES.c.number_index)
            .where(CLAIM_PEOPLE.c.person == person)
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                return False
            return bool(row.protected) or bool(row.resident and marked_among(connection, [row.resident]))

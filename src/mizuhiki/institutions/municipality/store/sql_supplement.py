"""The supplement to the family register on one open connection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import Connection, select

from mizuhiki.institutions.municipality.domain.events.errors import NotInSupplement
from mizuhiki.institutions.municipality.domain.events.supplement import (
    SupplementAddress,
    SupplementNotice,
    SupplementView,
)
from mizuhiki.institutions.municipality.domain.moves import CarriedMeasure
from mizuhiki.institutions.municipality.domain.support_measures import MeasureReturn, WaitingReturn
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.event_tables import (
    SUPPLEMENT_ADDRESSES,
    SUPPLEMENT_PERSONS,
    SUPPLEMENT_RETURNS,
)
from mizuhiki.runtime.keyed_rows import change_rows, find_row, find_rows, insert_row
from mizuhiki.vocabulary.names import normalise_for_comparison
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import Sex

TellHomeRegistry = Callable[[Connection, str, SupplementNotice], bool]
"""Queues a notice for a municipality code inside the transaction; False when it is not connected."""


_UNMARKED: dict[str, object] = dict.fromkeys(("marked_by", "measure_started_on", "measure_until", "measure_reason"))


class SqlSupplement:
    """Implements `domain.events.storage.SupplementRecords`. A person's name here is the keyed index of their code."""

    def __init__(self, connection: Connection, cipher: Cipher, tell_home: TellHomeRegistry) -> None:
        self._connection = connection
        self._cipher = cipher
        self._tell_home = tell_home

    def take(self, notice: SupplementNotice, at: datetime) -> bool:
        """Add a notice's line and keep the person's items and mark as it states them; False when it was taken before.

        A notice that only sets or ends the mark repeats a line, which is not written twice.
        """
        if find_row(self._connection, SUPPLEMENT_ADDRESSES, ["id"], {"notice_id": notice.notice_id}) is not None:
            return False
        index = self._cipher.code_index(notice.code)
        person = index.hex()
        values = self._person_values(notice, person) | self._mark(notice, person)
        if not change_rows(self._connection, SUPPLEMENT_PERSONS, values, {"person": person}):
            code = self._cipher.encrypt_code(notice.code, SUPPLEMENT_PERSONS.name, person)
            fresh = {"person": person, "code_index": index, "code_encrypted": code, **values}
            insert_row(self._connection, SUPPLEMENT_PERSONS, fresh)
        line = {
            "person": person,
            "address": notice.address,
            "since": notice.address_since,
            "overseas": notice.overseas,
        }
        # Who dies or loses the nationality takes no address that day: the last line stays, and the entry is closed.
        same = {"person": person, "address": notice.address} if notice.closed else line
        if not find_rows(self._connection, SUPPLEMENT_ADDRESSES, ["id"], same):
            line |= {"notice_id": notice.notice_id, "municipality": notice.from_municipality, "taken_at": at}
            insert_row(self._connection, SUPPLEMENT_ADDRESSES, line)
        return True

    def _mark(self, notice: SupplementNotice, person: str) -> dict[str, object]:
        """Return the mark a notice sets; without a measure it ends what the same municipality set, nobody else's."""
        if notice.measure is not None:
            carried = notice.measure
            return {
                "marked_by": notice.from_municipality,
                "measure_started_on": carried.started_on,
                "measure_until": carried.until,
                "measure_reason": carried.reason,
            }
        held = find_row(self._connection, SUPPLEMENT_PERSONS, ["marked_by"], {"person": person})
        return _UNMARKED if held is not None and held.marked_by == notice.from_municipality else {}

    def _person_values(self, notice: SupplementNotice, person: str) -> dict[str, object]:
        values: dict[str, object] = {
            "name": notice.name,
            "name_key": normalise_for_comparison(notice.name),
            "name_kana": notice.name_kana,
            "birth_date": notice.birth_date,
            "sex": int(notice.sex),
            "registered_domicile": notice.registered_domicile,
            "head_of_family_register": notice.head_of_family_register,
            "closed_on": notice.address_since if notice.closed else None,
        }
        if notice.number is not None:
            values["number_encrypted"] = self._cipher.encrypt_number(notice.number, SUPPLEMENT_PERSONS.name, person)
        return values

    def view(self, person: str) -> SupplementView | None:
        """Return a person's supplement."""
        row = self._connection.execute(
            select(SUPPLEMENT_PERSONS).where(SUPPLEMENT_PERSONS.c.person == person)
        ).one_or_none()
        if row is None:
            return None
        a = SUPPLEMENT_ADDRESSES.c
        lines = self._connection.execute(select(SUPPLEMENT_ADDRESSES).where(a.person == person).order_by(a.since, a.id))
        return SupplementView(
            person=row.person,
            name=row.name,
            birth_date=row.birth_date,
            sex=Sex(row.sex),
            registered_domicile=row.registered_domicile,
            head_of_family_register=row.head_of_family_register,
            addresses=tuple(SupplementAddress(x.address, x.since, x.municipality, x.overseas) for x in lines),
            closed_on=row.closed_on,
            measure=None
            if row.marked_by is None
            else CarriedMeasure(row.measure_started_on, row.measure_until, row.measure_reason),
        )

    def persons_named(self, name: str, birth_date: date) -> list[str]:
        """Return persons whose entry is not closed, by name as written and birth date."""
        p = SUPPLEMENT_PERSONS.c
        query = select(p.person).where(
            p.name_key == normalise_for_comparison(name), p.birth_date == birth_date, p.closed_on.is_(None)
        )
        return list(self._connection.execute(query.order_by(p.person)).scalars())

    def identity(self, person: str) -> tuple[ResidentRecordCode, IndividualNumber | None]:
        """Return code and number of a person in the supplement."""
        row = self._connection.execute(
            select(SUPPLEMENT_PERSONS).where(SUPPLEMENT_PERSONS.c.person == person)
        ).one_or_none()
        if row is None:
            raise NotInSupplement
        code = self._cipher.decrypt_code(row.code_encrypted, SUPPLEMENT_PERSONS.name, person)
        if row.number_encrypted is None:
            return code, None
        return code, self._cipher.decrypt_number(row.number_encrypted, SUPPLEMENT_PERSONS.name, person)

    def person_of(self, code: ResidentRecordCode) -> str | None:
        """Return the supplement's name for the holder of a code."""
        p = SUPPLEMENT_PERSONS.c
        query = select(p.person).where(p.code_index == self._cipher.code_index(code))
        return self._connection.execute(query).scalar_one_or_none()

    def protected_abroad(self) -> list[WaitingReturn]:
        """Return protected people whose last line says that they moved abroad, with the officer's last decision.

        A decision about an earlier stay abroad is over: the person said where to then, not where to now.
        """
        p, r, a = SUPPLEMENT_PERSONS.c, SUPPLEMENT_RETURNS.c, SUPPLEMENT_ADDRESSES.c
        marked = self._connection.execute(
            select(p.person).where(p.marked_by.is_not(None), p.closed_on.is_(None)).order_by(p.name_key, p.person)
        ).scalars()
        views = [view for person in marked.all() if (view := self.view(person)) is not None]
        found = []
        for view in views:
            if not view.addresses or not view.addresses[-1].overseas:
                continue
            left = select(a.taken_at).where(a.person == view.person).order_by(a.since.desc(), a.id.desc()).limit(1)
            decisions = select(r.to_municipality).where(
                r.person == view.person, r.approved_at >= left.scalar_subquery()
            )
            decided = self._connection.execute(decisions.order_by(r.id.desc()).limit(1)).scalar_one_or_none()
            found.append(
                WaitingReturn(view.person, view.name, view.birth_date, view.addresses[-1].since, decided or "")
            )
        return found

    def put_return(self, decision: MeasureReturn) -> None:
        """Store the officer's decision about a person abroad."""
        self._connection.execute(
            SUPPLEMENT_RETURNS.insert().values(
                person=decision.person,
                to_municipality=decision.to_municipality,
                approved_by=decision.approved_by,
                approved_at=decision.approved_at,
            )
        )

    def tell(self, home_municipality: str, notice: SupplementNotice) -> bool:
        """Queue a notice for the municipality of the family register; False when it cannot be reached by wire."""
        return self._tell_home(self._connection, home_municipality, notice)

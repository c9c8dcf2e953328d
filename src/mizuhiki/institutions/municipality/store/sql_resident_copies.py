"""Copies of resident records that are due, on one open connection."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Insert,
    Row,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from mizuhiki.institutions.municipality.domain.resident_copies import DueCopy, Residence, ResidentCopy
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentRecord
from mizuhiki.institutions.municipality.store.chunks import chunks
from mizuhiki.institutions.municipality.store.resident_copy_tables import RESIDENT_COPIES, RESIDENT_COPY_MARKS
from mizuhiki.institutions.municipality.store.sql_support import marked_among, marked_beside
from mizuhiki.institutions.municipality.store.tables import ADDRESSEES, MEASURES, RESIDENTS
from mizuhiki.vocabulary.persons import ChangeReason, parse_position

_MARKS = RESIDENT_COPY_MARKS.c


def mark_due(connection: Connection, residents: Iterable[str]) -> None:
    """Mark records, and with them the present members of their households: their number of members may be another."""
    for chunk in chunks(sorted(set(residents))):
        connection.execute(_MARK_HOUSEHOLD, {"residents": chunk})


def _of_household(residents: Collection[str] | BindParameter[Any] | Select[tuple[str]]) -> ColumnElement[bool]:
    """Select records and the present members of their households."""
    mine = RESIDENTS.alias("mine")
    households = select(mine.c.household).where(mine.c.resident.in_(residents))
    living = and_(RESIDENTS.c.household.in_(households), RESIDENTS.c.state != RecordState.REMOVED.value)
    return or_(RESIDENTS.c.resident.in_(residents), living)


def mark_new_due(connection: Connection, records: Sequence[ResidentRecord]) -> None:
    """Mark records just stored, and the present members they join; asking by household alone reads each once."""
    for chunk in chunks(sorted({record.household for record in records})):
        _mark(connection, and_(RESIDENTS.c.household.in_(chunk), RESIDENTS.c.state != RecordState.REMOVED.value))
    for chunk in chunks(record.resident for record in records if record.state is RecordState.REMOVED):
        _mark(connection, RESIDENTS.c.resident.in_(chunk))


def mark_addressee_due(connection: Connection, addressee_number: str) -> None:
    """Mark the record of an addressee, whose protection may have changed."""
    connection.execute(_MARK_ADDRESSEE, {"addressee": addressee_number})


def _mark(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(_marking(which))


def _marking(which: ColumnElement[bool]) -> Insert:
    return RESIDENT_COPY_MARKS.insert().from_select(["resident"], select(RESIDENTS.c.resident).where(which))


_MARK_HOUSEHOLD = _marking(_of_household(bindparam("residents", expanding=True)))
_OF_ADDRESSEE = select(ADDRESSEES.c.number_index).where(ADDRESSEES.c.addressee_number == bindparam("addressee"))
_MARK_ADDRESSEE = _marking(RESIDENTS.c.number_index == _OF_ADDRESSEE.scalar_subquery())
"""Both made once: to build them anew costs several times what the database needs for them."""


@dataclass(frozen=True, slots=True)
class _Next:
    """The next version of a copy, and whether the one before was hidden; None when there was none."""

    version: int
    hidden_before: bool | None

    def turned(self, hidden: bool, *, own: bool) -> bool:  # noqa: FBT001 - the state compared with is the one argument, as in `turned(True)`
        """Whether the server has to be told; of somebody without a copy it knows their own measure."""
        return hidden is not (own if self.hidden_before is None else self.hidden_before)


class SqlResidentCopies:
    """Implements `domain.resident_copies.ResidentCopyRecords`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, limit: int, after: int, *, beside: Collection[str] = (), hidden: bool = False) -> list[DueCopy]:
        """Return records with marks whose persons have an addressee number, by newest mark, beyond `after`."""
        newest = func.max(_MARKS.id)
        query = (
            select(ADDRESSEES.c.addressee_number, _MARKS.resident, newest.label("newest"))
            .join(RESIDENTS, RESIDENTS.c.resident == _MARKS.resident)
            .join(ADDRESSEES, ADDRESSEES.c.number_index == RESIDENTS.c.number_index)
            .group_by(ADDRESSEES.c.addressee_number, _MARKS.resident)
            .having(newest > after)
            .order_by(newest)
            .limit(limit)
        )
        if beside:
            query = query.where(_of_household(beside))
        if hidden:
            # The few near a measure first: the exact condition looks a household up for each record it is asked of.
            near = _of_household(select(MEASURES.c.resident).where(MEASURES.c.ended_on.is_(None)))
            query = query.where(near, marked_beside(RESIDENTS.c.resident, RESIDENTS.c.household))
        return [DueCopy(row.addressee_number, row.resident, row.newest) for row in self._connection.execute(query)]

    def take(self, addressee_numbers: Sequence[str]) -> list[ResidentCopy]:
        """Return what the register says of persons now, each under the next version of their copy."""
        taken: list[ResidentCopy] = []
        for chunk in chunks(sorted(set(addressee_numbers))):
            rows = self._newest_records(chunk)
            marked = marked_among(self._connection, [row.resident for row in rows])
            hidden = {row.addressee_number: row.protected or row.resident in marked for row in rows}
            following = self._next_versions(hidden)
            sizes = self._sizes({row.household for row in rows})
            taken += [
                ResidentCopy(
                    row.addressee_number,
                    _residence(row, sizes.get(row.household, 0)),
                    hidden[row.addressee_number],
                    following[row.addressee_number].version,
                    following[row.addressee_number].turned(hidden[row.addressee_number], own=row.protected),
                )
                for row in rows
            ]
        return taken

    def _newest_records(self, addressee_numbers: Sequence[str]) -> list[Row[Any]]:
        """Return one record of each person: the living one, else the one that was removed last."""
        r = RESIDENTS.c
        query = (
            select(
                ADDRESSEES.c.addressee_number,
                ADDRESSEES.c.protected,
                r.resident,
                r.household,
                r.relationship,
                r.resident_since,
                r.removed_on,
                r.removal_reason,
            )
            .join(RESIDENTS, r.number_index == ADDRESSEES.c.number_index)
            .where(ADDRESSEES.c.addressee_number.in_(addressee_numbers))
            # What is ordered by comes the same way on both databases: no date is empty on the records compared.
            .order_by(r.state == RecordState.REMOVED.value, r.removed_on.desc(), r.resident)
        )
        newest: dict[str, Any] = {}
        for row in self._connection.execute(query):
            newest.setdefault(row.addressee_number, row)
        return list(newest.values())

    def _next_versions(self, hidden: Mapping[str, bool]) -> dict[str, _Next]:
        """Give each person's copy its next version, and keep whether it is hidden; return what it was before."""
        c = RESIDENT_COPIES.c
        mine = c.addressee_number.in_(list(hidden))
        known = {row.addressee_number: row for row in self._connection.execute(select(RESIDENT_COPIES).where(mine))}
        for state in (True, False):
            numbers = [number for number in known if hidden[number] is state]
            if numbers:
                self._connection.execute(
                    RESIDENT_COPIES.update()
                    .where(c.addressee_number.in_(numbers))
                    .values(version=c.version + 1, hidden=state)
                )
        new = [
            {"addressee_number": number, "version": 1, "hidden": state}
            for number, state in hidden.items()
            if number not in known
        ]
        if new:
            self._connection.execute(RESIDENT_COPIES.insert(), new)
        return {
            number: _Next(known[number].version + 1, known[number].hidden) if number in known else _Next(1, None)
            for number in hidden
        }

    def _sizes(self, households: Iterable[str]) -> dict[str, int]:
        r, sizes = RESIDENTS.c, dict[str, int]()
        for chunk in chunks(sorted(households)):
            query = (
                select(r.household, func.count().label("members"))
                .where(r.household.in_(chunk), r.state != RecordState.REMOVED.value)
                .group_by(r.household)
            )
            sizes |= {row.household: row.members for row in self._connection.execute(query)}
        return sizes

    def settle(self, sent: Sequence[DueCopy]) -> None:
        """Delete marks up to the newest one seen; what was marked since stays due."""
        for one in sent:
            seen = and_(_MARKS.resident == one.resident, _MARKS.id <= one.last_mark)
            self._connection.execute(RESIDENT_COPY_MARKS.delete().where(seen))


def _residence(row: Row[Any], size: int) -> Residence:
    return Residence(
        relationship=parse_position(row.relationship),
        since=row.resident_since,
        household_size=size,
        until=row.removed_on,
        reason=None if row.removal_reason is None else ChangeReason(row.removal_reason),
    )

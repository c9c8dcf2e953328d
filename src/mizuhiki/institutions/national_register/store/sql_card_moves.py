"""Moves told by municipalities, and cards that ended by them, in one write transaction (R-154)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, Select, and_, func, select, union

from mizuhiki.institutions.national_register.domain.card_moves import CardHistory, CardLapse, CardMove, MoveKind
from mizuhiki.institutions.national_register.domain.records import NumberedPerson
from mizuhiki.institutions.national_register.store.tables import (
    CARD_MOVES,
    CARD_PLACES,
    CARD_WATCHES,
    CARDS,
    CHANGES,
    LAPSED_CARDS,
    PERSONS,
)
from mizuhiki.vocabulary.dates import JST

_LIVE = CARDS.c.card_serial.not_in(select(LAPSED_CARDS.c.card_serial))


class SqlCardMoves:
    """Implements `ports.CardMoveRecords`; lists of people and cards are no longer than the caller's chunk."""

    def __init__(
        self,
        connection: Connection,
        persons: Callable[[Sequence[str]], list[NumberedPerson]],
        tell: Callable[[Connection, Sequence[CardLapse]], None],
    ) -> None:
        self._connection = connection
        self._persons = persons
        self._tell = tell

    def known(self, notice_ids: Sequence[str]) -> set[str]:
        """Return those of the notices that were taken before."""
        query = select(CARD_MOVES.c.notice_id).where(CARD_MOVES.c.notice_id.in_(notice_ids))
        return set(self._connection.execute(query).scalars())

    def keep(self, moves: Sequence[tuple[NumberedPerson, CardMove]], day: date) -> None:
        """Keep notices taken on a day."""
        rows = [
            {
                "notice_id": move.notice_id,
                "person": person.person,
                "municipality_code": move.municipality_code,
                "kind": move.kind.value,
                "happened_on": move.happened_on,
                "reported_on": move.reported_on,
                "abroad_allowed": move.abroad_allowed,
                "due_on": move.due_on,
                "taken_on": day,
            }
            for person, move in moves
        ]
        if rows:
            self._connection.execute(CARD_MOVES.insert(), rows)

    def last_watch(self) -> date | None:
        """Return the last day on which all cards were judged."""
        found: date | None = self._connection.execute(select(func.max(CARD_WATCHES.c.day))).scalar_one_or_none()
        return found

    def keep_watch(self, day: date, now: datetime) -> None:
        """Keep that all cards were judged on a day; once a day."""
        known = self._connection.execute(select(CARD_WATCHES.c.day).where(CARD_WATCHES.c.day == day)).first()
        if known is None:
            self._connection.execute(CARD_WATCHES.insert().values(day=day, finished_at=now))

    def concerned(self, since: date | None, day: date) -> list[str]:
        """Return whose cards may have ended since `since`.

        A notice came or fell due, word came that its municipality is one of the holder's, or a card's last day passed.
        """
        m, c = CARD_MOVES.c, CARDS.c
        moves, expired = [select(m.person).where(m.due_on <= day)], select(c.person).where(_LIVE, c.expires_on < day)
        if since is not None:
            # One select for each index: an OR of them would look at every notice ever taken.
            moves = [
                select(m.person).where(m.due_on <= day, m.due_on > since),
                select(m.person).where(m.taken_on >= since),
                _known_since(since),
            ]
            expired = expired.where(c.expires_on >= since - timedelta(days=1))
        moved = [select(c.person).where(_LIVE, c.person.in_(found)) for found in moves]
        return sorted(self._connection.execute(union(expired, *moved)).scalars())

    def histories(self, persons: Sequence[str]) -> list[CardHistory]:
        """Return the cards of some people that have not lapsed, with what happened to them."""
        c, p = CARDS.c, CARD_PLACES.c
        cards = self._connection.execute(select(CARDS).where(c.person.in_(persons), _LIVE).order_by(c.card_serial))
        rows = cards.all()
        shown: dict[str, list[tuple[str, date]]] = defaultdict(list)
        serials = [row.card_serial for row in rows]
        for place in self._connection.execute(select(CARD_PLACES).where(p.card_serial.in_(serials)).order_by(p.place)):
            shown[place.card_serial].append((place.municipality_code, place.since))
        moves, registers = self._moves(persons), self._registers(persons)
        return [
            CardHistory(
                card_serial=row.card_serial,
                person=row.person,
                issued_by=row.municipality_code,
                issued_on=row.issued_on,
                expires_on=row.expires_on,
                shown=tuple(shown[row.card_serial]),
                moves=tuple(moves[row.person]),
                registers=frozenset(registers[row.person]),
            )
            for row in rows
        ]

    def _moves(self, persons: Sequence[str]) -> dict[str, list[CardMove]]:
        m = CARD_MOVES.c
        found: dict[str, list[CardMove]] = defaultdict(list)
        for row in self._connection.execute(select(CARD_MOVES).where(m.person.in_(persons)).order_by(m.place)):
            move = CardMove(
                notice_id=row.notice_id,
                municipality_code=row.municipality_code,
                kind=MoveKind(row.kind),
                happened_on=row.happened_on,
                reported_on=row.reported_on,
                abroad_allowed=row.abroad_allowed,
            )
            found[row.person].append(move)
        return found

    def _registers(self, persons: Sequence[str]) -> dict[str, set[str]]:
        """Return the municipalities that numbered people or ever told identification information of them."""
        h, p = CHANGES.c, PERSONS.c
        told = select(h.person, h.municipality_code).where(h.person.in_(persons))
        present = select(p.person, p.municipality_code).where(p.person.in_(persons))
        found: dict[str, set[str]] = defaultdict(set)
        for row in self._connection.execute(told.union(present)):
            found[row.person].add(row.municipality_code)
        return found

    def holders(self, persons: Sequence[str]) -> dict[str, NumberedPerson]:
        """Return people by their rows."""
        return {person.person: person for person in self._persons(persons)}

    def lapse(self, lapses: Sequence[CardLapse]) -> None:
        """End cards, and queue that they ended for the certification authorities and the holders' municipalities."""
        if lapses:
            rows = [
                {"card_serial": one.card_serial, "lapsed_on": one.lapsed_on, "cause": one.cause.value} for one in lapses
            ]
            self._connection.execute(LAPSED_CARDS.insert(), rows)
            self._tell(self._connection, lapses)


def _known_since(since: date) -> Select[tuple[str]]:
    """Select who moved where a municipality told identification information of them on or after a day."""
    same = and_(CHANGES.c.person == CARD_MOVES.c.person, CHANGES.c.municipality_code == CARD_MOVES.c.municipality_code)
    told = select(CARD_MOVES.c.person).join(CHANGES, same)
    return told.where(CHANGES.c.taken_at >= datetime.combine(since, time(), JST))

"""Support measures and their lifts on one open connection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, true

from mizuhiki.institutions.municipality.domain.errors import UnknownLift, UnknownMeasure
from mizuhiki.institutions.municipality.domain.moves import Move
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.institutions.municipality.domain.support_measures import (
    Lift,
    LiftState,
    MeasureTransfer,
    SupportMeasure,
    Work,
)
from mizuhiki.institutions.municipality.store.chunks import chunks
from mizuhiki.institutions.municipality.store.resident_rows import move_of
from mizuhiki.institutions.municipality.store.tables import LIFT_USES, LIFTS, MEASURES, MOVES, RESIDENTS, TRANSFERS
from mizuhiki.vocabulary.grounds import Grounds

_CHUNK = 500


def marked_beside(resident: ColumnElement[str], household: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a measure stands on the record itself or on a present member of its household.

    Members share the address, so what is shown about one of them tells where all of them live.
    """
    other = RESIDENTS.alias("other")
    living = and_(other.c.household == household, other.c.state != RecordState.REMOVED.value)
    return select(other.c.resident).where(
        other.c.protected == true(), or_(other.c.resident == resident, living)
    ).exists()  # fmt: skip


_MARKED = select(RESIDENTS.c.resident).where(
    RESIDENTS.c.resident.in_(bindparam("residents", expanding=True)),
    marked_beside(RESIDENTS.c.resident, RESIDENTS.c.household),
)


def marked_among(connection: Connection, residents: Iterable[str]) -> frozenset[str]:
    """Return those records that are protected, by their own measure or that of somebody in the household."""
    found: set[str] = set()
    for chunk in chunks(sorted(set(residents))):
        found |= set(connection.execute(_MARKED, {"residents": chunk}).scalars())
    return frozenset(found)


def transfer_approved(connection: Connection, resident: str, asker: str) -> bool:
    """Say whether the officer let a person's certificate go to the municipality that asks, for a move still open."""
    query = (
        select(TRANSFERS.c.move)
        .join(MOVES, MOVES.c.reference == TRANSFERS.c.move)
        .where(
            TRANSFERS.c.resident == resident,
            TRANSFERS.c.to_municipality == asker,
            MOVES.c.cancelled_on.is_(None),
            or_(MOVES.c.completed_on.is_(None), MOVES.c.to_municipality == asker),
        )
    )
    return connection.execute(query).first() is not None


_OWN = RESIDENTS.alias("own")
_BESIDE = or_(
    RESIDENTS.c.resident == _OWN.c.resident,
    and_(RESIDENTS.c.household == _OWN.c.household, RESIDENTS.c.state != RecordState.REMOVED.value),
)
_MEASURES_BESIDE = (
    select(_OWN.c.resident, func.min(MEASURES.c.measure).label("measure"))
    .select_from(_OWN.join(RESIDENTS, _BESIDE).join(MEASURES, MEASURES.c.resident == RESIDENTS.c.resident))
    .where(_OWN.c.resident.in_(bindparam("residents", expanding=True)), MEASURES.c.ended_on.is_(None))
    .group_by(_OWN.c.resident)
)
"""Made once: to build it anew costs several times what the database needs for it."""


class SqlSupport:
    """Implements `ports.SupportRecords`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def measure(self, measure: str) -> SupportMeasure:
        """Return a measure."""
        row = self._connection.execute(select(MEASURES).where(MEASURES.c.measure == measure)).one_or_none()
        if row is None:
            raise UnknownMeasure
        return SupportMeasure(**row._mapping)  # noqa: SLF001 - the documented way to a row as a mapping

    def measures(self) -> list[SupportMeasure]:
        """Return all measures, active ones first, then by their last day."""
        rows = self._connection.execute(select(MEASURES).order_by(MEASURES.c.until, MEASURES.c.measure))
        found = [SupportMeasure(**row._mapping) for row in rows]  # noqa: SLF001 - see above
        return sorted(found, key=lambda one: not one.active)

    def active_of(self, resident: str) -> SupportMeasure | None:
        """Return the measure that stands on a record."""
        query = select(MEASURES).where(MEASURES.c.resident == resident, MEASURES.c.ended_on.is_(None))
        row = self._connection.execute(query).first()
        return None if row is None else SupportMeasure(**row._mapping)  # noqa: SLF001 - see above

    def measures_of(self, residents: Sequence[str]) -> dict[str, str]:
        """Return, for records that are withheld, one measure of the person or household by which that is so."""
        found: dict[str, str] = {}
        for start in range(0, len(residents), _CHUNK):
            asked = {"residents": list(residents[start : start + _CHUNK])}
            found |= {row.resident: row.measure for row in self._connection.execute(_MEASURES_BESIDE, asked)}
        return found

    def put_transfer(self, transfer: MeasureTransfer, residents: Sequence[str]) -> None:
        """Store the officer's decision about a move with everybody who moves."""
        values = {name: getattr(transfer, name) for name in ("move", "to_municipality", "approved_by", "approved_at")}
        self._connection.execute(TRANSFERS.insert(), [{**values, "resident": resident} for resident in residents])

    def transfer_of(self, move: str) -> MeasureTransfer | None:
        """Return the decision about a move."""
        row = self._connection.execute(select(TRANSFERS).where(TRANSFERS.c.move == move)).first()
        if row is None:
            return None
        return MeasureTransfer(row.move, row.to_municipality, row.approved_by, row.approved_at)

    def moves_under_measures(self) -> list[Move]:
        """Return open moves of which somebody is withheld, oldest first."""
        m = MOVES.c
        query = select(MOVES).where(m.completed_on.is_(None), m.cancelled_on.is_(None))
        moves = [move_of(row) for row in self._connection.execute(query.order_by(m.planned_on, m.reference))]
        marked = self.measures_of([resident for move in moves for resident in move.residents])
        return [move for move in moves if any(resident in marked for resident in move.residents)]

    def put_measure(self, measure: SupportMeasure) -> None:
        """Store a new or changed measure."""
        values = {name: getattr(measure, name) for name in MEASURES.c.keys()}  # noqa: SIM118 - names of columns
        self._put(MEASURES, MEASURES.c.measure == measure.measure, values)

    def lift(self, lift: str) -> Lift:
        """Return a lift."""
        found = self._lifts(LIFTS.c.lift == lift)
        if not found:
            raise UnknownLift
        return found[0]

    def lifts(self, measures: Sequence[str]) -> list[Lift]:
        """Return the lifts of measures, newest first."""
        return self._lifts(LIFTS.c.measure.in_(list(measures)))

    def _lifts(self, condition: ColumnElement[bool]) -> list[Lift]:
        used = (
            select(func.count()).select_from(LIFT_USES).where(LIFT_USES.c.lift == LIFTS.c.lift).scalar_subquery()
        ).label("used")
        rows = self._connection.execute(
            select(LIFTS, used).where(condition).order_by(LIFTS.c.asked_at.desc(), LIFTS.c.lift)
        )
        return [Lift(**{**row._mapping, "work": Work(row.work)}) for row in rows]  # noqa: SLF001 - see above

    def put_lift(self, lift: Lift) -> None:
        """Store a new or changed lift."""
        values = {name: getattr(lift, name) for name in LIFTS.c.keys()}  # noqa: SIM118 - names of columns
        self._put(LIFTS, LIFTS.c.lift == lift.lift, {**values, "work": lift.work.value})

    def _put(self, table: Any, condition: ColumnElement[bool], values: dict[str, Any]) -> None:  # noqa: ANN401 - a table
        changed = self._connection.execute(table.update().where(condition).values(**values))
        if changed.rowcount == 0:
            self._connection.execute(table.insert().values(**values))

    def use_lift(self, grounds: Grounds, resident: str, work: str) -> tuple[bool, bool]:
        """Say whether a lift covers this request, and whether the request is the first to be counted on it.

        A request (trace) that used a lift stays covered by it; another one uses one of the requests it is good for.
        """
        measures = self._measures_beside(resident)
        found = self._lifts(
            and_(LIFTS.c.measure.in_(measures), LIFTS.c.clerk == (grounds.person or ""), LIFTS.c.work == work)
        )
        for lift in found:
            query = select(LIFT_USES.c.lift).where(LIFT_USES.c.lift == lift.lift, LIFT_USES.c.trace == grounds.trace)
            if self._connection.execute(query).first() is not None:
                return lift.expires_at is not None and grounds.at < lift.expires_at and lift.closed_at is None, False
        for lift in found:
            if lift.state(grounds.at) is LiftState.OPEN:
                self._connection.execute(
                    LIFT_USES.insert().values(lift=lift.lift, trace=grounds.trace, used_at=grounds.at)
                )
                return True, True
        return False, False

    def _measures_beside(self, resident: str) -> list[str]:
        own = RESIDENTS.alias("own")
        query = (
            select(MEASURES.c.measure)
            .join(RESIDENTS, RESIDENTS.c.resident == MEASURES.c.resident)
            .join(
                own,
                or_(
                    own.c.resident == RESIDENTS.c.resident,
                    and_(own.c.household == RESIDENTS.c.household, RESIDENTS.c.state != RecordState.REMOVED.value),
                ),
            )
            .where(own.c.resident == resident, MEASURES.c.ended_on.is_(None))
        )
        return [str(found) for found in self._connection.execute(query).scalars()]

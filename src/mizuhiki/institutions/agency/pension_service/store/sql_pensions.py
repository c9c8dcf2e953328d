"""Premiums, standard monthly remuneration, pensions and their payments on one open connection."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select, true

from mizuhiki.institutions.agency.pension_service.domain.errors import UnknownPension
from mizuhiki.institutions.agency.pension_service.domain.pensions import Pension, PensionPayment, PensionStop, Stop
from mizuhiki.institutions.agency.pension_service.domain.premiums import PremiumMonth, StandardRemuneration
from mizuhiki.institutions.agency.pension_service.store.tables import (
    PENSION_PAYMENTS,
    PENSION_STOPS,
    PENSIONS,
    PREMIUM_MONTHS,
    STANDARD_REMUNERATION,
)
from mizuhiki.intake.rows import RecordRows, columns_of
from mizuhiki.vocabulary.typed_values import converted

_FIELDS = [field.name for field in dataclasses.fields(Pension) if field.name != "stops"]


class SqlPensions(RecordRows):
    """Implements `ports.PensionRecords`."""

    def premiums(self, reference: str) -> list[PremiumMonth]:
        """Return the months of which something is recorded, in order."""
        return self._of(PremiumMonth, PREMIUM_MONTHS, reference, PREMIUM_MONTHS.c.month)

    def put_premiums(self, months: Sequence[PremiumMonth]) -> None:
        """Store months, each in the place of what was recorded of it."""
        table = PREMIUM_MONTHS
        for reference in sorted({one.reference for one in months}):
            theirs = [one.month for one in months if one.reference == reference]
            self._connection.execute(table.delete().where(table.c.reference == reference, table.c.month.in_(theirs)))
        self._insert(table, *months)

    def pay(self, reference: str) -> list[StandardRemuneration]:
        """Return the standard monthly remuneration of an employee, in order."""
        return self._of(StandardRemuneration, STANDARD_REMUNERATION, reference, STANDARD_REMUNERATION.c.since)

    def put_pay(self, pay: StandardRemuneration) -> None:
        """Store a standard monthly remuneration, in the place of one from the same month."""
        table = STANDARD_REMUNERATION
        key = (table.c.reference == pay.reference, table.c.since == pay.since)
        self._connection.execute(table.delete().where(*key))
        self._insert(table, pay)

    def pensions(self, reference: str) -> list[Pension]:
        """Return the pensions of a person, oldest first."""
        return self._pensions(PENSIONS.c.reference == reference)

    def pension(self, pension: str) -> Pension:
        """Return a pension.

        Raises:
            UnknownPension: there is none.
        """
        found = self._pensions(PENSIONS.c.pension == pension)
        if not found:
            raise UnknownPension
        return found[0]

    def number_taken(self, pension: str) -> bool:
        """Say whether a number is in use."""
        query = select(PENSIONS.c.pension).where(PENSIONS.c.pension == pension)
        return self._connection.execute(query).first() is not None

    def insert_pension(self, pension: Pension) -> None:
        """Store a new pension."""
        self._connection.execute(PENSIONS.insert(), _row_of(pension))
        self._insert_stops(pension)

    def update_pension(self, pension: Pension) -> None:
        """Store what may change of a pension."""
        number = pension.pension
        self._connection.execute(PENSIONS.update().where(PENSIONS.c.pension == number), _row_of(pension))
        self._connection.execute(PENSION_STOPS.delete().where(PENSION_STOPS.c.pension == number))
        self._insert_stops(pension)

    def _insert_stops(self, pension: Pension) -> None:
        rows = [
            {
                "pension": pension.pension,
                "position": position,
                "stop": one.stop.value,
                "since": one.since,
                "until": one.until,
                "lifted_on": one.lifted_on,
            }
            for position, one in enumerate(pension.stops)
        ]
        if rows:
            self._connection.execute(PENSION_STOPS.insert(), rows)

    def _pensions(self, *where: ColumnElement[bool]) -> list[Pension]:
        """Return pensions with their stops, oldest first."""
        chosen = PENSION_STOPS.c.pension.in_(select(PENSIONS.c.pension).where(*where))
        stops: dict[str, list[PensionStop]] = {}
        for row in self._connection.execute(select(PENSION_STOPS).where(chosen).order_by(PENSION_STOPS.c.position)):
            kept = PensionStop(Stop(row.stop), row.since, row.until, row.lifted_on)
            stops.setdefault(row.pension, []).append(kept)
        query = select(*(PENSIONS.c[name] for name in _FIELDS)).where(*where).order_by(PENSIONS.c.id)
        rows = self._connection.execute(query)
        bare = [converted(dict(zip(_FIELDS, row, strict=True)), Pension) for row in rows]
        return [dataclasses.replace(one, stops=tuple(stops.get(one.pension, ()))) for one in bare]

    def income_limited(self, day: date) -> list[Pension]:
        """Return the pensions from before 20 that stand on a day, oldest first."""
        table = PENSIONS
        stands = or_(table.c.ended_on.is_(None), table.c.ended_on >= day)
        return self._pensions(table.c.income_limited == true(), table.c.entitled_on <= day, stands)

    def ending_or_stopped(self, since: date) -> list[Pension]:
        """Return pensions with an end, or with a stop that begins or ends, from a day on; oldest first."""
        stops = PENSION_STOPS.alias()
        turning = select(stops.c.pension).where(or_(stops.c.since >= since, stops.c.until >= since))
        return self._pensions(or_(PENSIONS.c.ended_on >= since, PENSIONS.c.pension.in_(turning)))

    def payments(self, pension: str) -> list[PensionPayment]:
        """Return the payments of a pension, oldest first."""
        query = select(*columns_of(PensionPayment, PENSION_PAYMENTS)).where(PENSION_PAYMENTS.c.pension == pension)
        return self._read(PensionPayment, query.order_by(PENSION_PAYMENTS.c.first_month))

    def insert_payment(self, payment: PensionPayment) -> None:
        """Store a payment; a month is paid once only."""
        self._insert(PENSION_PAYMENTS, payment)


def _row_of(pension: Pension) -> dict[str, object]:
    return {name: getattr(pension, name) for name in _FIELDS} | {"kind": pension.kind.value}

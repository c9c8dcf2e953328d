"""Premiums, standard monthly remuneration, pensions and their payments on one open connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select, true

from mizuhiki.institutions.agency.pension_service.domain.errors import UnknownPension
from mizuhiki.institutions.agency.pension_service.domain.pensions import Pension, PensionPayment
from mizuhiki.institutions.agency.pension_service.domain.premiums import PremiumMonth, StandardRemuneration
from mizuhiki.institutions.agency.pension_service.store.tables import (
    PENSION_PAYMENTS,
    PENSIONS,
    PREMIUM_MONTHS,
    STANDARD_REMUNERATION,
)
from mizuhiki.intake.rows import RecordRows, columns_of


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
        return self._of(Pension, PENSIONS, reference, PENSIONS.c.id)

    def pension(self, pension: str) -> Pension:
        """Return a pension.

        Raises:
            UnknownPension: there is none.
        """
        query = select(*columns_of(Pension, PENSIONS)).where(PENSIONS.c.pension == pension)
        found = self._read(Pension, query)
        if not found:
            raise UnknownPension
        return found[0]

    def number_taken(self, pension: str) -> bool:
        """Say whether a number is in use."""
        query = select(PENSIONS.c.pension).where(PENSIONS.c.pension == pension)
        return self._connection.execute(query).first() is not None

    def insert_pension(self, pension: Pension) -> None:
        """Store a new pension."""
        self._insert(PENSIONS, pension)

    def update_pension(self, pension: Pension) -> None:
        """Store what may change of a pension."""
        self._replace(PENSIONS, pension, "pension")

    def income_limited(self, day: date) -> list[Pension]:
        """Return the pensions from before 20 that stand on a day, oldest first."""
        table = PENSIONS
        query = select(*columns_of(Pension, table)).where(
            table.c.income_limited == true(),
            table.c.entitled_on <= day,
            or_(table.c.ended_on.is_(None), table.c.ended_on >= day),
        )
        return self._read(Pension, query.order_by(table.c.id))

    def ending_or_stopped(self, since: date) -> list[Pension]:
        """Return pensions with an end, or with a stop that begins or ends, from a day on; oldest first."""
        table = PENSIONS
        days = (table.c.ended_on, table.c.stopped_from, table.c.stopped_until)
        query = select(*columns_of(Pension, table)).where(or_(*(day >= since for day in days)))
        return self._read(Pension, query.order_by(table.c.id))

    def payments(self, pension: str) -> list[PensionPayment]:
        """Return the payments of a pension, oldest first."""
        query = select(*columns_of(PensionPayment, PENSION_PAYMENTS)).where(PENSION_PAYMENTS.c.pension == pension)
        return self._read(PensionPayment, query.order_by(PENSION_PAYMENTS.c.first_month))

    def insert_payment(self, payment: PensionPayment) -> None:
        """Store a payment; a month is paid once only."""
        self._insert(PENSION_PAYMENTS, payment)

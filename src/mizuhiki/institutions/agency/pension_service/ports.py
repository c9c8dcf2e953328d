"""What the pension service needs of storage; every other port is that of `casework.ports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from mizuhiki.institutions.agency.pension_service.domain.enrolments import Insured
from mizuhiki.institutions.agency.pension_service.domain.pensions import Pension, PensionPayment
from mizuhiki.institutions.agency.pension_service.domain.premiums import PremiumMonth, StandardRemuneration
from mizuhiki.institutions.agency.pension_service.domain.register_news import RegisterNews
from mizuhiki.intake.ports import FileStore, LinkedRecords, TakingRecords


class PensionRecords(Protocol):
    """Premiums, standard monthly remuneration, pensions and their payments, within one write transaction."""

    def premiums(self, reference: str) -> list[PremiumMonth]:
        """Return the months of which something is recorded, in order."""

    def put_premiums(self, months: Sequence[PremiumMonth]) -> None:
        """Store months, each in the place of what was recorded of it."""

    def pay(self, reference: str) -> list[StandardRemuneration]:
        """Return the standard monthly remuneration of an employee, in order."""

    def put_pay(self, pay: StandardRemuneration) -> None:
        """Store a standard monthly remuneration, in the place of one from the same month."""

    def pensions(self, reference: str) -> list[Pension]:
        """Return the pensions of a person, oldest first."""

    def pension(self, pension: str) -> Pension:
        """Return a pension.

        Raises:
            UnknownPension: there is none.
        """

    def number_taken(self, pension: str) -> bool:
        """Say whether a number is in use."""

    def insert_pension(self, pension: Pension) -> None:
        """Store a new pension."""

    def update_pension(self, pension: Pension) -> None:
        """Store what may change of a pension."""

    def income_limited(self, day: date) -> list[Pension]:
        """Return the pensions from before 20 that stand on a day, oldest first."""

    def ending_or_stopped(self, since: date) -> list[Pension]:
        """Return pensions with an end, or with a stop that begins or ends, from a day on; oldest first."""

    def payments(self, pension: str) -> list[PensionPayment]:
        """Return the payments of a pension, oldest first."""

    def insert_payment(self, payment: PensionPayment) -> None:
        """Store a payment; a month is paid once only."""


class Records(TakingRecords, LinkedRecords[Insured], Protocol):
    """One write transaction: the file of people, their enrolment and pensions, and the cases about them."""

    @property
    def pensions(self) -> PensionRecords:
        """Premiums and pensions."""

    def insert(self, insured: Sequence[Insured]) -> None:
        """Store new records; two with one number or reference are refused by the database."""

    def insured(self, reference: str) -> Insured:
        """Return a record.

        Raises:
            UnknownEnrolment: there is none.
        """

    def update(self, insured: Insured) -> None:
        """Store changed periods or protection under the record's next version."""

    def keep_news(self, news: RegisterNews) -> bool:
        """Store a message of a register; False when it came before."""

    def news(self) -> list[RegisterNews]:
        """Return the messages of registers, newest first."""


Store = FileStore[Records]
"""Storage of the pension service; who is counted is who is insured."""

"""Enrolment records: who is insured, under which own reference, and what is told about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from mizuhiki.casework.domain import Linkage
from mizuhiki.institutions.agency.pension_service.domain.errors import ItemsDoNotAgree, PeriodImplausible
from mizuhiki.institutions.agency.pension_service.domain.periods import Category, InsuredPeriod, Scheme
from mizuhiki.intake.persons import WrittenForm
from mizuhiki.vocabulary.layouts import AbsenceReason, Scalar
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems

KIND = "pension-enrolment"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentForm(WrittenForm):
    """A notification of enrolment (資格取得届) with the number and what the person wrote."""

    category: int
    scheme: str
    employer: str
    insured_from: date

    def texts(self) -> tuple[str, ...]:
        """Return everything that makes one form another than an earlier one with the same request id."""
        own = (str(self.category), self.scheme, self.employer, self.insured_from.isoformat())
        return (*WrittenForm.texts(self), *own)

    def period(self) -> InsuredPeriod:
        """Return the period asked for, checked on its own.

        Raises:
            PeriodImplausible: see there; also ``unknown-category`` and ``unknown-scheme``.
        """
        if self.category not in set(Category):
            raise PeriodImplausible(rule="unknown-category")
        if self.scheme not in set(Scheme):
            raise PeriodImplausible(rule="unknown-scheme")
        period = InsuredPeriod(
            category=Category(self.category),
            scheme=Scheme(self.scheme),
            employer=self.employer,
            insured_from=self.insured_from,
        )
        period.require_plausible(self.birth_date)
        return period


@dataclass(frozen=True, slots=True, kw_only=True)
class Insured:
    """One person of the file. `reference` is our own number (as 基礎年金番号), `version` rises with every change.

    Whoever only stood in a claim has no periods.
    """

    reference: str
    addressee_number: str
    number: IndividualNumber
    four_items: FourItems = field(repr=False)
    municipality_code: str
    periods: tuple[InsuredPeriod, ...]
    linkage: Linkage = Linkage.NONE
    protected: bool = False
    version: int = 1
    published_version: int = 0

    def period_on(self, day: date) -> InsuredPeriod | None:
        """Return the period that covers a day."""
        return next((period for period in self.periods if period.covers(day)), None)

    def latest(self) -> InsuredPeriod:
        """Return the period that began last."""
        return max(self.periods, key=lambda period: period.insured_from)


def require_agreement(written: FourItems, registered: FourItems) -> None:
    """Check that what was written agrees with the register (法16条; R-052).

    Raises:
        ItemsDoNotAgree: naming the items that differ.
    """
    differing = written.compare(registered)
    if differing:
        raise ItemsDoNotAgree(items=", ".join(differing))


def copy_items(insured: Insured, day: date) -> dict[str, Scalar]:
    """Return the items of the layout `pension-enrolment` as of `day`; absent ones carry their reason."""
    current = insured.period_on(day)
    told = current or insured.latest()
    values: dict[str, Scalar] = {
        "enrolled": current is not None,
        "category": str(int(told.category)),
        "scheme": told.scheme.value,
        "insured_from": told.insured_from.isoformat(),
        "insured_until": told.insured_until.isoformat() if told.insured_until else None,
        "workplace_name": told.employer or None,
    }
    absent = {
        "insured_until": AbsenceReason.NOT_YET_DETERMINED,
        "workplace_name": AbsenceReason.NOT_APPLICABLE,
    }
    return values | {f"{name}.absent": reason.value for name, reason in absent.items() if values[name] is None}

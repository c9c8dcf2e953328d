"""Local tax records and the copy that answers other institutions (地方税関係情報; layout ``local-tax``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.errors import TaxRecordImplausible
from mizuhiki.vocabulary.layouts import AbsenceReason, Layout, Scalar

KIND = "local-tax"


@dataclass(frozen=True, slots=True)
class TaxRecord:
    """One person's municipal tax of a fiscal year; amounts in yen. `taxed_as_of` is 1 January of that year.

    `deductions_yen` is the sum of all deductions from income; the parts are not held.
    """

    resident: str
    fiscal_year: int
    total_income_yen: int
    deductions_yen: int
    dependents: int
    taxed_as_of: date

    def require_plausible(self) -> None:
        """Check the amounts and the day.

        Raises:
            TaxRecordImplausible: a negative figure, or a day that is not 1 January of the year; field `item`.
        """
        for item in ("total_income_yen", "deductions_yen", "dependents"):
            if getattr(self, item) < 0:
                raise TaxRecordImplausible(item=item)
        if self.taxed_as_of != date(self.fiscal_year, 1, 1):
            raise TaxRecordImplausible(item="taxed_as_of")

    @property
    def taxable_income_yen(self) -> int:
        """Income less deductions, never below zero, in whole thousands (地方税法20条の4の2)."""
        return max(self.total_income_yen - self.deductions_yen, 0) // 1000 * 1000


@dataclass(frozen=True, slots=True)
class HeldTaxRecord:
    """A tax record with the state of its copy: `version` rises with each change, `published` is the version sent."""

    record: TaxRecord
    addressee_number: str
    version: int
    published: int


def copy_items(record: TaxRecord, layout: Layout) -> dict[str, Scalar]:
    """Return the items of the copy in `layout`; what this municipality does not hold is absent with that reason."""
    held: dict[str, Scalar] = {
        "fiscal_year": record.fiscal_year,
        "declared": True,
        "taxable": record.taxable_income_yen > 0,
        "total_income_yen": record.total_income_yen,
        "taxable_income_yen": record.taxable_income_yen,
        "dependents_count": record.dependents,
    }
    items: dict[str, Scalar] = {}
    for item in layout.items:
        items[item.name] = held.get(item.name)
        if item.name not in held:
            items[f"{item.name}.absent"] = AbsenceReason.NOT_HELD.value
    return items

"""Change, end, protect and read enrolment records (国民年金法12条; R-076)."""

from __future__ import annotations

import dataclasses
from datetime import date

from mizuhiki.casework.domain import Linkage
from mizuhiki.institutions.agency.pension_service.domain.enrolments import Insured
from mizuhiki.institutions.agency.pension_service.domain.periods import InsuredPeriod, with_change, with_end
from mizuhiki.institutions.agency.pension_service.operations.adapters import Adapters
from mizuhiki.intake.adapters import STAFF_PAGE
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure

CHANGE = "change-enrolment"
END = "end-enrolment"
PROTECT = "protect-insured"
READ = "read-enrolment"


def change_enrolment(context: Context, adapters: Adapters, reference: str, period: InsuredPeriod) -> Insured:
    """Begin a period of another category or employer; the open one ends the day before.

    Raises:
        UnknownEnrolment: there is no such record.
        PeriodImplausible, PeriodsOverlap: see `domain.periods`.
    """
    grounds = adapters.permit(context, CHANGE)
    with adapters.store.transaction() as records:
        insured = records.insured(reference)
        periods = with_change(insured.periods, period, insured.four_items.birth_date)
        records.update(dataclasses.replace(insured, periods=periods))
        records.audit(grounds, "enrolment-changed", "done", subject=reference)
        return records.insured(reference)


def end_enrolment(context: Context, adapters: Adapters, reference: str, until: date) -> Insured:
    """End the open period; `until` is the last insured day.

    Raises:
        UnknownEnrolment, NotInsuredNow, PeriodImplausible: see there.
    """
    grounds = adapters.permit(context, END)
    with adapters.store.transaction() as records:
        insured = records.insured(reference)
        records.update(dataclasses.replace(insured, periods=with_end(insured.periods, until)))
        records.audit(grounds, "enrolment-ended", "done", subject=reference)
        return records.insured(reference)


def protect_insured(context: Context, adapters: Adapters, reference: str, *, protected: bool) -> None:
    """Put a support measure on a record or lift it, here and at the own intermediate server; copies are sent again.

    Raises:
        UnknownEnrolment: there is no such record.
        PeerUnavailable: the intermediate server does not answer; here the mark stands, and it is told once more.
    """
    grounds = adapters.permit(context, PROTECT)
    with adapters.store.transaction() as records:
        insured = records.insured(reference)
        if insured.protected != protected:
            records.update(dataclasses.replace(insured, protected=protected))
        records.audit(grounds, "insured-protected" if protected else "protection-lifted", "done", subject=reference)
    if insured.linkage is Linkage.REQUESTED:
        adapters.linkage.mark(insured.addressee_number, protected=protected)


def enrolment(context: Context, adapters: Adapters, reference: str) -> Insured:
    """Return a record.

    Raises:
        UnknownEnrolment: there is no such record.
        Withheld: a support measure stands on it.
    """
    grounds = adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        insured = records.insured(reference)
    adapters.gate.check(context, Disclosure(reference, STAFF_PAGE, context.actor.role, "enrolment"))
    with adapters.store.transaction() as records:
        records.audit(grounds, "enrolment-viewed", "done", subject=reference)
    return insured

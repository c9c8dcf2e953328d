"""Read one person's case, and the work that waits today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.institutions.agency.hello_work.domain.benefits import Certification, Qualification
from mizuhiki.institutions.agency.hello_work.domain.employments import Employment, Separation, WageMonth
from mizuhiki.institutions.agency.hello_work.operations.adapters import Adapters
from mizuhiki.intake.keep import read_person
from mizuhiki.intake.persons import KeptPerson
from mizuhiki.runtime.context import Context

WORK = "read-work"


@dataclass(frozen=True, slots=True)
class Case:
    """Everything kept about one person."""

    person: KeptPerson
    employments: Sequence[Employment]
    separations: Sequence[Separation]
    months: Sequence[WageMonth]
    qualifications: Sequence[Qualification]
    certifications: Sequence[Certification]


@dataclass(frozen=True, slots=True)
class Work:
    """What waits: proposals to approve, and recipients whose certification day is today."""

    proposed: Sequence[Qualification]
    due: Sequence[Qualification]


def case(context: Context, adapters: Adapters, reference: str) -> Case:
    """Return a case.

    Raises:
        UnknownPersonRecord, Withheld: there is nobody, or a support measure stands on the record.
    """
    person = read_person(context, adapters, reference)
    with adapters.store.transaction() as records:
        separations = records.separations(reference)
        months = records.wage_months(reference, separations[-1].separated_on) if separations else []
        return Case(
            person,
            records.employments(reference),
            separations,
            months,
            records.qualifications(reference),
            records.certifications(reference),
        )


def work(context: Context, adapters: Adapters) -> Work:
    """Return the work of today without protected people."""
    adapters.permit(context, WORK)
    with adapters.store.transaction() as records:
        proposed, due = records.proposed(), records.due(context.today())
    shown = adapters.shown_in_lists(context, [one.reference for one in (*proposed, *due)])
    return Work([one for one in proposed if one.reference in shown], [one for one in due if one.reference in shown])

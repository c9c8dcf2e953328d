"""The adapters of Hello Work's operations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.institutions.agency.hello_work.domain.told import told
from mizuhiki.institutions.agency.hello_work.ports import Records
from mizuhiki.intake.adapters import BodyAdapters
from mizuhiki.intake.persons import KeptPerson, Told

Adapters = BodyAdapters[Records]


def told_of(records: Records, person: KeptPerson, day: date) -> Sequence[Told]:
    """Return what is told about a person through linkage."""
    one = person.reference
    return told(
        records.employments(one),
        records.separations(one),
        records.qualifications(one),
        records.certifications(one),
        day,
    )

"""The adapters of the society's operations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.institutions.agency.health_insurer.domain.members import insurer_number
from mizuhiki.institutions.agency.health_insurer.domain.told import told
from mizuhiki.institutions.agency.health_insurer.ports import Records
from mizuhiki.intake.adapters import BodyAdapters
from mizuhiki.intake.persons import KeptPerson, Told

Adapters = BodyAdapters[Records]
INSURER = insurer_number("13", 997)
"""The demo society: in Tokyo, with a serial number of its own."""


def told_of(records: Records, person: KeptPerson, day: date) -> Sequence[Told]:
    """Return what is told about a person through linkage."""
    one = person.reference
    return told(
        INSURER,
        person.four_items.birth_date,
        records.qualifications(one),
        records.certificates(one),
        records.paid(one),
        day,
    )

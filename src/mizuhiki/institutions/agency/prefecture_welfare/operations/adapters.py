"""The adapters of the welfare section's operations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.institutions.agency.prefecture_welfare.domain.told import told_allowance, told_certificate
from mizuhiki.institutions.agency.prefecture_welfare.ports import Records
from mizuhiki.intake.adapters import BodyAdapters
from mizuhiki.intake.persons import KeptPerson, Told
from mizuhiki.runtime.context import Context

Adapters = BodyAdapters[Records]


def told_of(records: Records, person: KeptPerson, day: date) -> Sequence[Told]:
    """Return what is told about a person through linkage."""
    one = person.reference
    return [
        *told_certificate(records.certificates(one), day),
        *told_allowance(records.allowances(one), records.children(one), day),
    ]


def who(context: Context) -> str:
    """Return the account that acts, or the role where no person does."""
    return context.actor.person or context.actor.role

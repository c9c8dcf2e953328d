"""Read one person's file, and the work that waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.institutions.agency.prefecture_welfare.domain.allowance import Allowance, SupportedChild
from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import (
    RENEWAL_MONTHS,
    Certificate,
)
from mizuhiki.institutions.agency.prefecture_welfare.operations.adapters import Adapters
from mizuhiki.intake.keep import read_person
from mizuhiki.intake.persons import KeptPerson
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import months_after

WORK = "read-work"


@dataclass(frozen=True, slots=True)
class PersonFile:
    """Everything kept about one person."""

    person: KeptPerson
    certificates: Sequence[Certificate]
    allowances: Sequence[Allowance]
    children: Sequence[SupportedChild]


@dataclass(frozen=True, slots=True)
class Work:
    """What waits: applications and claims to decide, certificates that end within three months."""

    applied: Sequence[Certificate]
    claimed: Sequence[Allowance]
    ending: Sequence[Certificate]


def person_file(context: Context, adapters: Adapters, reference: str) -> PersonFile:
    """Return a person's file.

    Raises:
        UnknownPersonRecord, Withheld: there is nobody, or a support measure stands on the record.
    """
    person = read_person(context, adapters, reference)
    with adapters.store.transaction() as records:
        return PersonFile(
            person, records.certificates(reference), records.allowances(reference), records.children(reference)
        )


def work(context: Context, adapters: Adapters) -> Work:
    """Return the work that waits, without protected people."""
    adapters.permit(context, WORK)
    today = context.today()
    with adapters.store.transaction() as records:
        applied, claimed = records.applied(), records.claimed()
        ending = records.ending(today, months_after(today, RENEWAL_MONTHS))
    shown = adapters.shown_in_lists(
        context, [*(one.reference for one in (*applied, *ending)), *(one.reference for one in claimed)]
    )
    return Work(
        [one for one in applied if one.reference in shown],
        [one for one in claimed if one.reference in shown],
        [one for one in ending if one.reference in shown],
    )

"""Read one person's insurance, and the certificates that run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.institutions.agency.health_insurer.domain.members import CeilingCertificate, Paid, Qualification
from mizuhiki.institutions.agency.health_insurer.operations.adapters import Adapters
from mizuhiki.intake.keep import read_person
from mizuhiki.intake.persons import KeptPerson
from mizuhiki.runtime.context import Context

WORK = "read-work"


@dataclass(frozen=True, slots=True)
class Member:
    """Everything kept about one person; `dependants` may be those of somebody protected and then are left out."""

    person: KeptPerson
    qualifications: Sequence[Qualification]
    dependants: Sequence[Qualification]
    certificates: Sequence[CeilingCertificate]
    paid: Sequence[Paid]


def member(context: Context, adapters: Adapters, reference: str) -> Member:
    """Return a person's insurance.

    Raises:
        UnknownPersonRecord, Withheld: there is nobody, or a support measure stands on the record.
    """
    person = read_person(context, adapters, reference)
    with adapters.store.transaction() as records:
        dependants = records.dependants(reference)
        qualifications, certificates = records.qualifications(reference), records.certificates(reference)
        paid = records.paid(reference)
    shown = adapters.shown_in_lists(context, [one.reference for one in dependants])
    return Member(person, qualifications, [one for one in dependants if one.reference in shown], certificates, paid)


def running_certificates(context: Context, adapters: Adapters) -> list[CeilingCertificate]:
    """Return certificates that are valid today, without protected people's."""
    adapters.permit(context, WORK)
    with adapters.store.transaction() as records:
        running = records.running_certificates(context.today())
    shown = adapters.shown_in_lists(context, [one.reference for one in running])
    return [one for one in running if one.reference in shown]

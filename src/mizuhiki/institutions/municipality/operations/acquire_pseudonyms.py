"""Have agency pseudonyms issued to the own intermediate server (番号法21条の2; R-222). They are never seen here."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.municipality.domain.addressees import Acquired, Linkage
from mizuhiki.institutions.municipality.domain.numbering import numbered
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.ensure_addressees import ensure_addressees
from mizuhiki.runtime.context import Context

BATCH = 500


def acquire_pseudonyms(context: Context, adapters: Adapters, residents: Sequence[str] | None) -> Acquired:
    """Ask for pseudonyms in batches; None stands for all residents that were never requested or were refused.

    Residents whose number is not designated yet, and addressees in an open case, are passed over.
    """
    grounds = adapters.permit(context, "acquire-pseudonyms")
    with adapters.store.transaction() as records:
        wanted = records.register.current_residents() if residents is None else list(residents)
    total = Acquired(0, 0)
    for start in range(0, len(wanted), BATCH):
        with adapters.store.transaction() as records:
            found = [r for r in records.register.residents(wanted[start : start + BATCH]) if numbered(r.stage)]
            addressees = [
                one
                for one in ensure_addressees(adapters, records, found)
                if not records.addressees.open_cases(one.addressee_number)
            ]
        if residents is None:
            addressees = [a for a in addressees if a.linkage is not Linkage.REQUESTED]
        if not addressees:
            continue
        requested, refused = adapters.linkage.acquire(context.affair, addressees)
        with adapters.store.transaction() as records:
            records.linkage.set_linkage([a.addressee_number for a in addressees], Linkage.REQUESTED)
            records.linkage.set_linkage(refused, Linkage.REFUSED)
            records.audit(grounds, "pseudonyms-requested", "done", count=len(requested))
        total = Acquired(total.requested + len(requested), total.refused + len(refused))
    return total


def linkage_ready(context: Context, adapters: Adapters, resident: str) -> bool:
    """Ask the own intermediate server whether it holds a usable pseudonym of the resident."""
    adapters.permit(context, "read-linkage")
    with adapters.store.transaction() as records:
        record = records.register.resident(resident)
        addressee = None if record.number is None else records.linkage.addressee_of_number(record.number)
    return addressee is not None and bool(adapters.linkage.held([addressee.addressee_number]))

"""A household at an address of this municipality, made for whoever moves there."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.errors import EmptyForm
from mizuhiki.institutions.municipality.domain.residence import require_here
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.ports import Records


def new_household(records: Records, adapters: Adapters, address: str) -> tuple[str, str]:
    """Make a household without members; return its token and the address as it is kept.

    Raises:
        EmptyForm: there is no address.
        AddressElsewhere: it lies in another municipality.
    """
    kept = address.strip()
    if not kept:
        raise EmptyForm(item="address")
    require_here(kept, adapters.code)
    household = adapters.randomness.token()
    records.register.insert_household(household, kept)
    return household, kept

"""Where a person lived on a given day, as far as the record says.

People are taxed where they live on 1 January (地方税法39条, 318条).
"""

from __future__ import annotations

import functools
from datetime import date

from mizuhiki.institutions.municipality.domain.errors import AddressElsewhere, PreviousMunicipalityUnknown
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.vocabulary.places import municipalities


@functools.cache
def _beginnings() -> tuple[dict[str, str], tuple[int, ...]]:
    """Return governing codes by how full addresses begin, and the lengths of these beginnings, longest first."""
    codes = {f"{place.prefecture}{place.full_name}": place.governing_code for place in municipalities()}
    return codes, tuple(sorted({len(begin) for begin in codes}, reverse=True))


def municipality_of_address(address: str) -> str | None:
    """Return the code of the municipality in law that a full address lies in; the longest name that fits decides."""
    codes, lengths = _beginnings()
    return next((codes[address[:length]] for length in lengths if address[:length] in codes), None)


def require_here(address: str, own_code: str) -> None:
    """Refuse an address that names another municipality; one that names none is taken for one of this.

    Raises:
        AddressElsewhere: it lies in another municipality, whose code is field `municipality`.
    """
    found = municipality_of_address(address)
    if found not in (None, own_code):
        raise AddressElsewhere(municipality=found)


def municipality_on(record: ResidentRecord, day: date, own_code: str) -> str:
    """Return the code of the municipality the person lived in on `day`.

    Raises:
        PreviousMunicipalityUnknown: the record says nothing about that day.
    """
    if record.resident_since <= day:
        return own_code
    found = municipality_of_address(record.previous_address)
    if found is None:
        raise PreviousMunicipalityUnknown(day=day.isoformat())
    return found

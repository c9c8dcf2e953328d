"""Where a person lived on a given day, as far as the record says.

People are taxed where they live on 1 January (地方税法39条, 318条).
"""

from __future__ import annotations

from datetime import date

from mizuhiki.institutions.municipality.domain.errors import PreviousMunicipalityUnknown
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.vocabulary.places import municipalities


def municipality_of_address(address: str) -> str | None:
    """Return the code of the municipality in law that a full address lies in; the longest name that fits decides."""
    best, code = 0, None
    for place in municipalities():
        begin = f"{place.prefecture}{place.full_name}"
        if len(begin) > best and address.startswith(begin):
            best, code = len(begin), place.governing_code
    return code


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

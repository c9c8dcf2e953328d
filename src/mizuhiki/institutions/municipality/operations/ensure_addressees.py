"""One addressee per person across departments (名寄せ; R-255): found by number, made when there is none."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from mizuhiki.institutions.municipality.domain.addressees import Addressee, new_addressee_number
from mizuhiki.institutions.municipality.domain.errors import LinkageNotReady
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.ports import Records


def ensure_addressees(adapters: Adapters, records: Records, residents: Sequence[ResidentRecord]) -> list[Addressee]:
    """Return the addressees of residents, in order, in the open transaction.

    Raises:
        LinkageNotReady: a resident has no designated number.
    """
    numbers = []
    for record in residents:
        if record.number is None:
            raise LinkageNotReady
        numbers.append(record.number)
    known = records.linkage.addressees_of_numbers(numbers)
    new = {
        number: Addressee(
            addressee_number=new_addressee_number(adapters.randomness.below),
            number=number,
            four_items=record.four_items,
            protected=record.protected,
        )
        for number, record in zip(numbers, residents, strict=True)
        if number not in known
    }
    records.linkage.insert_addressees(list(new.values()))
    # A person who came back or changed name or address is the same addressee with other items.
    changed = {
        number: dataclasses.replace(known[number], four_items=record.four_items, protected=record.protected)
        for number, record in zip(numbers, residents, strict=True)
        if number in known
        and (known[number].four_items != record.four_items or known[number].protected != record.protected)
    }
    records.linkage.update_addressees(list(changed.values()))
    known |= new | changed
    return [known[number] for number in numbers]

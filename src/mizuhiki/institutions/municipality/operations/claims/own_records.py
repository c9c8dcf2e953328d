"""What the municipality knows itself, asked within the body and not over a network (番号法9条2項; R-255)."""

from __future__ import annotations

from collections.abc import Mapping

from mizuhiki.casework.domain import Person
from mizuhiki.casework.ports import CaseStore, Register, Registered
from mizuhiki.institutions.municipality.domain.claims.awards import items_in
from mizuhiki.institutions.municipality.domain.resident_copies import KIND as RESIDENT
from mizuhiki.institutions.municipality.domain.resident_copies import residence_of
from mizuhiki.institutions.municipality.domain.tax import KIND as TAX
from mizuhiki.institutions.municipality.domain.tax import copy_items
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.runtime.clock import Clock
from mizuhiki.vocabulary.layouts import Scalar, layout, layouts_accepted
from mizuhiki.vocabulary.numbers import IndividualNumber


class OwnRegisterFirst:
    """Implements `casework.ports.Register`: our residents by our own register, others by the national one."""

    def __init__(self, store: CaseStore[ClaimRecords], code: str, elsewhere: Register) -> None:
        self._store = store
        self._code = code
        self._elsewhere = elsewhere

    def search(self, affair: str, number: IndividualNumber) -> Registered | None:
        """Return the holder of a number, or nothing."""
        with self._store.transaction() as records:
            found = records.register.by_number(number)
        if found is not None:
            return Registered(found.four_items, self._code)
        return self._elsewhere.search(affair, number)


class OwnRecords:
    """Implements `casework.ports.OwnRecords`: register, tax, and what the sections granted."""

    def __init__(self, store: CaseStore[ClaimRecords], clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def items(self, person: Person, kind: str, year: int) -> tuple[str, Mapping[str, Scalar]] | None:
        """Return layout version and items, or nothing."""
        if not layouts_accepted(kind, self._clock.today()):
            return None
        form = layout(kind, self._clock.today())
        with self._store.transaction() as records:
            if kind == TAX:
                tax = records.linkage.tax_record(person.addressee_number, year)
                return None if tax is None else (form.version, copy_items(tax.record, form))
            if kind == RESIDENT:
                found = records.register.by_number(person.number)
                if found is None:
                    return None
                size = len(records.register.members(found.household))
                return form.version, items_in(form, residence_of(found, size).items())
            award = records.awards.award(person.person, kind)
        return None if award is None else (form.version, items_in(form, award.items))

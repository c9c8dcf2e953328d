"""Derive a list from the register as of a day, with a reason per line (R-039); the gate is asked about every line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.derived_lists import BASES, Line, ListKind, Resident, line_for
from mizuhiki.institutions.municipality.domain.errors import DateImpossible
from mizuhiki.institutions.municipality.domain.events.facts import Fact, fold, standing
from mizuhiki.institutions.municipality.domain.events.items import record_with
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.disclose import withheld_of
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context

ACTION, CHANNEL = "derive-list", "derived-list"


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A line with the person as the register has them on the day."""

    line: Line
    record: ResidentRecord


@dataclass(frozen=True, slots=True)
class DerivedList:
    """A list as of a day. `withheld` people belong on it and are added by the officer for support measures."""

    kind: ListKind
    day: date
    basis: str
    lines: tuple[ListedPerson, ...]
    withheld: int


def derive_list(context: Context, adapters: Adapters, kind: ListKind, day: date) -> DerivedList:
    """Return a list as of a day up to today, by address and reading.

    Raises:
        DateImpossible: the day lies ahead, where nobody knows the register yet.
    """
    grounds = adapters.permit(context, ACTION)
    if day > context.today():
        raise DateImpossible(item="day")
    with adapters.store.transaction() as records:
        people = _as_of(records, day)
    found = [ListedPerson(line, one.record) for one in people if (line := line_for(kind, one, day)) is not None]
    withheld = withheld_of(context, adapters, [one.record.resident for one in found], CHANNEL)
    shown = [one for one in found if one.record.resident not in withheld]
    shown.sort(key=lambda one: (one.record.address, one.record.name.full_kana, one.record.resident))
    with adapters.store.transaction() as records:
        records.audit(grounds, "list-derived", kind.value, count=len(shown))
    return DerivedList(kind, day, BASES[kind], tuple(shown), len(withheld))


def _as_of(records: Records, day: date) -> list[Resident]:
    tokens = records.register.current_residents()
    tokens += [one.resident for one in records.events.removed_until(date.max)]
    facts = records.events.facts(tokens)
    return list(_folded(records.register.residents(tokens), facts, day))


def _folded(held: Iterable[ResidentRecord], facts: dict[str, list[Fact]], day: date) -> Iterable[Resident]:
    for record in held:
        own = facts[record.resident]
        items = fold(own, day)
        if items is None:
            continue
        as_of = record_with(record, items)
        left = as_of.removed_on if as_of.state is RecordState.REMOVED else None
        yield Resident(as_of, _made_on(own, as_of), left)


def _made_on(facts: list[Fact], record: ResidentRecord) -> date:
    """Return the day on which the record was made here: when the move in or the birth was notified."""
    made = next((fact for fact in standing(facts) if fact.entry), None)
    notified = None if made is None else made.items.get("reported_on")
    return date.fromisoformat(str(notified)) if notified else record.resident_since

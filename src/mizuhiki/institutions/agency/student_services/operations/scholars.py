"""Enter scholars as decided, list them, end their aid (R-236)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Case
from mizuhiki.casework.operations import CaseAdapters
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.agency.student_services.domain.scholars import Scholar, new_scholar_number, scholar_of
from mizuhiki.institutions.agency.student_services.ports import Records
from mizuhiki.runtime.context import Context

READ = "read-scholars"
END = "end-aid"
LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class ListedScholar:
    """A scholar with their name; name, school and why aid ended are empty while a support measure stands."""

    scholar: Scholar
    name: str


class EnterScholar:
    """Writes a decided case into the file of scholars, in the deciding transaction."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness

    def __call__(self, _context: Context, records: Records, case: Case) -> None:
        """Enter the scholar; a refusal enters nobody."""
        number = new_scholar_number(self._randomness.below)
        while records.scholars.taken(number):
            number = new_scholar_number(self._randomness.below)
        scholar = scholar_of(case, number)
        if scholar is not None:
            records.scholars.put(scholar)


def scholars(context: Context, adapters: CaseAdapters[Records]) -> list[ListedScholar]:
    """Return scholars, newest first.

    Where a support measure stands on anybody of the family, neither name nor school is told: they say where one lives.
    """
    grounds = adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        found = records.scholars.scholars(LONGEST_LIST)
        people = records.people.persons([one.person for one in found])
        named = records.cases.people_in([one.case for one in found])
        records.audit(grounds, "scholars-listed", "done", count=len(found))
    families = [named.get(one.case, frozenset()) | {one.person} for one in found]
    return [
        ListedScholar(dataclasses.replace(one, school_name="", ended_for=""), "")
        if hidden
        else ListedScholar(one, people[one.person].four_items.name)
        for one, hidden in zip(found, adapters.withheld(context, families, "scholars"), strict=True)
    ]


def end_aid(context: Context, adapters: CaseAdapters[Records], scholar: str, day: date, reason: str) -> Scholar:
    """End a scholar's aid before its time.

    Raises:
        UnknownScholar: there is none.
        AidEnded: ended already, no reason, or a day outside the aid.
    """
    grounds = adapters.permit(context, END)
    with adapters.store.transaction() as records:
        ended = records.scholars.scholar(scholar).end(day, reason)
        records.scholars.put(ended)
        records.audit(grounds, "aid-ended", "done", subject=scholar)
    return ended

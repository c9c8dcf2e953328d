"""Enter scholars as decided, list them, end their aid (R-236)."""

from __future__ import annotations

import dataclasses
from datetime import date

from mizuhiki.casework.domain import Case
from mizuhiki.casework.operations import CaseAdapters
from mizuhiki.casework.operations.listing import LONGEST_LIST, Listed, Listing, list_supported, unused
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.agency.student_services.domain.scholars import Scholar, new_scholar_number, scholar_of
from mizuhiki.institutions.agency.student_services.ports import Records
from mizuhiki.runtime.context import Context

READ = "read-scholars"
END = "end-aid"


class EnterScholar:
    """Writes a decided case into the file of scholars, in the deciding transaction."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness

    def __call__(self, _context: Context, records: Records, case: Case) -> None:
        """Enter the scholar; a refusal enters nobody."""
        number = unused(lambda: new_scholar_number(self._randomness.below), records.scholars.taken)
        scholar = scholar_of(case, number)
        if scholar is not None:
            records.scholars.put(scholar)


LISTING: Listing[Records, Scholar] = Listing(
    action=READ,
    event="scholars-listed",
    content="scholars",
    entries=lambda records: records.scholars.scholars(LONGEST_LIST),
    bare=lambda scholar: dataclasses.replace(scholar, school_name="", ended_for=""),
)


def scholars(context: Context, adapters: CaseAdapters[Records]) -> list[Listed[Scholar]]:
    """Return scholars, newest first.

    Where a support measure stands on anybody of the family, neither name nor school is told: they say where one lives.
    """
    return list_supported(context, adapters, LISTING)


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

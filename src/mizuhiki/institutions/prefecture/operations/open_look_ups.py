"""Give a person the look-ups about them, with every proof (住基法30条の32; R-026).

The register asks after the certification authority checked the person's card; only the portal can open the answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.prefecture.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode

ACTION = "open-look-ups"


def open_look_ups(
    context: Context, *, store: Store, authority: Authority, codes: Sequence[ResidentRecordCode]
) -> list[str]:
    """Return one bundle per chain of the person; none where the person was never held here."""
    authority.require(context, ACTION)
    with store.transaction() as records:
        persons = records.persons(codes)
        records.audit(grounds_of(context), "look-ups-opened", "done", count=len(persons))
    if persons:
        store.checkpoint()
    return [store.bundle(person) for person in persons]

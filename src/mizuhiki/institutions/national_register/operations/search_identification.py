"""Search identification information by number for a lawful affair (住基法30条の9, 30条の10; R-052, R-053)."""

from __future__ import annotations

from mizuhiki.institutions.national_register.domain.records import NumberedPerson
from mizuhiki.institutions.national_register.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate, Withheld
from mizuhiki.vocabulary.affairs import require_affair, require_user
from mizuhiki.vocabulary.ids import InstitutionId, kind_of
from mizuhiki.vocabulary.numbers import IndividualNumber

ACTION = "search-identification"


def search_identification(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    gate: ProtectionGate,
    asker: str,
    affair: str,
    number: IndividualNumber,
) -> NumberedPerson | None:
    """Return the holder of a number with identification information, or nothing.

    A person whom a support measure protects is nobody: the asker must not learn that there is something to hide.

    Raises:
        AffairNotLawful, AffairOfOthers: the affair may not use numbers on this day, or is not the asker's.
    """
    authority.require(context, ACTION)
    require_user(require_affair(affair, context.today()), kind_of(InstitutionId(asker)))
    with store.transaction() as records:
        person = records.person_by_number(number)
    if person is None or person.four_items is None or not person.in_register:
        return None
    disclosure = Disclosure(
        subject=person.person, channel="identification-search", recipient=asker, content="four-items"
    )
    try:
        gate.check(context, disclosure)
    except Withheld:
        return None
    return person

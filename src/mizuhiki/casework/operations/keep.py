"""Read, list, count, protect and destroy cases (R-076, R-218; 番号法20条: nothing is kept longer than needed)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from mizuhiki.casework.domain.cases import Case, CaseState
from mizuhiki.casework.domain.inquiry_files import HELD_SENT_FOR, HELD_UNSENT_FOR
from mizuhiki.casework.domain.persons import Person
from mizuhiki.casework.domain.procedures import Procedure
from mizuhiki.casework.domain.savings import ProcedureSaving, savings_of
from mizuhiki.casework.operations.adapters import CaseAdapters
from mizuhiki.casework.ports import RecordsT
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.layouts import Scalar

READ = "read-case-file"
PROTECT = "protect-case-person"
COUNT = "read-savings"
DESTROY = "destroy-expired-cases"
LONGEST_LIST = 200
FEBRUARY, LEAP_DAY = 2, 29


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its procedure and people, by name of the person; `facts` are what the body's own records say."""

    case: Case
    procedure: Procedure
    people: dict[str, Person]
    facts: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A line of the worklist; while a support measure stands, `applicant` is empty and `withheld` says so."""

    case: str
    procedure: Procedure
    received_on: date
    state: CaseState
    applicant: str
    proposed_by: str
    withheld: bool


def case_file(context: Context, adapters: CaseAdapters[RecordsT], case: str) -> CaseFile:
    """Return a case with its people.

    Raises:
        UnknownClaim: there is none.
        Withheld: a support measure stands on somebody in it.
    """
    grounds = adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        found = records.cases.case(case)
        people = records.people.persons([subject.person for subject in found.subjects])
        facts = adapters.facts(records, found)
    procedure = adapters.procedure(context, found.procedure)
    adapters.require_disclosure(context, found, "case file")
    with adapters.store.transaction() as records:
        records.audit(grounds, "case-file-viewed", "done", subject=case)
    return CaseFile(found, procedure, people, facts)


def worklist(
    context: Context, adapters: CaseAdapters[RecordsT], state: CaseState | None, procedure: str = ""
) -> list[ListedCase]:
    """Return the cases of the context's affair, oldest first; those of protected people without a name."""
    grounds = adapters.permit(context, READ)
    mine = {one.code: one for one in adapters.procedures if one.affair == context.affair}
    with adapters.store.transaction() as records:
        found = records.cases.cases(state=state, procedure=procedure, limit=LONGEST_LIST)
        found = [case for case in found if case.procedure in mine]
        people = records.people.persons([case.applicant.person for case in found])
        records.audit(grounds, "worklist-viewed", "done", count=len(found))
    families = [[subject.person for subject in case.subjects] for case in found]
    withheld = adapters.withheld(context, families, "worklist")
    return [
        ListedCase(
            case=case.case,
            procedure=mine[case.procedure],
            received_on=case.received_on,
            state=case.state,
            applicant="" if hidden else people[case.applicant.person].four_items.name,
            proposed_by=case.proposed_by,
            withheld=hidden,
        )
        for case, hidden in zip(found, withheld, strict=True)
    ]


def savings(context: Context, adapters: CaseAdapters[RecordsT]) -> tuple[ProcedureSaving, ...]:
    """Count papers and visits before and after for each procedure of this office, from its decided cases (R-218)."""
    adapters.permit(context, COUNT)
    with adapters.store.transaction() as records:
        found = records.cases.full_cases(state=CaseState.DECIDED)
    return savings_of(adapters.procedures, found)


def protect(context: Context, adapters: CaseAdapters[RecordsT], person: str, *, protected: bool) -> None:
    """Put on or lift a support measure; the own intermediate server is told first, so that it never knows less.

    Raises:
        UnknownPerson: there is none.
        PeerUnavailable: the own intermediate server does not answer; nothing changed.
    """
    grounds = adapters.permit(context, PROTECT)
    with adapters.store.transaction() as records:
        found = records.people.person(person)
    adapters.linkage.mark(found.addressee_number, protected=protected)
    with adapters.store.transaction() as records:
        records.people.put(dataclasses.replace(records.people.person(person), protected=protected))
        event = "case-person-protected" if protected else "case-protection-lifted"
        records.audit(grounds, event, "done", subject=person)


def destroy_expired(context: Context, adapters: CaseAdapters[RecordsT]) -> int:
    """Destroy every case whose retention ended, and the people nothing else needs; return how many cases.

    Files of inquiries go with them when their time is over.
    """
    grounds = adapters.permit(context, DESTROY)
    destroyed = 0
    for procedure in adapters.procedures:
        limit = _years_before(context.today(), procedure.retention_years)
        with adapters.store.transaction() as records:
            expired = records.cases.decided_before(procedure.code, limit)
            for case in expired:
                records.cases.destroy(case.case)
            persons = {subject.person for case in expired for subject in case.subjects}
            records.people.forget(persons)
            if expired:
                records.audit(grounds, "cases-destroyed", "done", count=len(expired))
        destroyed += len(expired)
    with adapters.store.transaction() as records:
        now = context.now()
        dropped = records.files.drop_old(unsent_before=now - HELD_UNSENT_FOR, sent_before=now - HELD_SENT_FOR)
        if dropped:
            records.audit(grounds, "inquiry-files-forgotten", "done", count=dropped)
    return destroyed


def _years_before(day: date, years: int) -> date:
    if (day.month, day.day) == (FEBRUARY, LEAP_DAY):
        return date(day.year - years, FEBRUARY, LEAP_DAY - 1)
    return day.replace(year=day.year - years)

"""Ask the holders instead of the person: each question under its statute row (番号法19条8号, 22条; R-217, R-362).

What was provided is not asked again. A refusal, missing data and an outage are answers, kept with their rule; after an
outage or while the holder's officer has not approved, the same question is put again. Only then is a paper taken.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from mizuhiki.casework.domain.cases import (
    NO_ANSWER,
    NO_DATA,
    PROVIDED,
    Case,
    CaseState,
    CaseStep,
    Evidence,
    PaperTaken,
    require_move,
)
from mizuhiki.casework.domain.errors import ClaimIncomplete, HolderUnknown, PseudonymAwaited
from mizuhiki.casework.domain.gathering import require_paper_wanted
from mizuhiki.casework.domain.persons import Person
from mizuhiki.casework.domain.procedures import Procedure, Required
from mizuhiki.casework.domain.questions import Question
from mizuhiki.casework.operations.adapters import CaseAdapters, actor_text
from mizuhiki.casework.operations.receive import request_pseudonyms
from mizuhiki.casework.ports import RecordsT
from mizuhiki.crypto.digests import framed, sha256
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, MalformedInstitutionId
from mizuhiki.vocabulary.layouts import Scalar, layout
from mizuhiki.vocabulary.statute import NoStatuteRow, StatuteRowNotInForce, row_out_of_force

GATHER = "gather-evidence"
PAPER = "record-paper"
WITHIN = "within this body (番号法9条2項)"


def gather(context: Context, adapters: CaseAdapters[RecordsT], case: str) -> tuple[Evidence, ...]:
    """Ask for each thing the procedure wants that was not provided yet; return what was asked now.

    Raises:
        UnknownClaim, ClaimNotInState: see there.
        PseudonymAwaited: somebody asked about has no usable pseudonym yet; nothing was asked.
        PeerUnavailable: the own intermediate server does not answer.
    """
    grounds = adapters.permit(context, GATHER)
    with adapters.store.transaction() as records:
        found = records.cases.case(case)
        people = records.people.persons([subject.person for subject in found.subjects])
    procedure = adapters.procedure(context, found.procedure)
    require_move(found.state, CaseState.EXAMINED)
    open_questions = [one for one in procedure.required(found) if not _provided(found, one)]
    holders = {one: _holder(one, people[one.subject.person], found) for one in open_questions}
    outside = {one.subject.person for one, holder in holders.items() if holder not in {None, adapters.institution}}
    request_pseudonyms(context, adapters, grounds, sorted(outside))
    _require_pseudonyms(adapters, [people[person] for person in sorted(outside)])
    asked: list[Evidence] = []
    for one, holder in holders.items():
        evidence = _ask(context, adapters, _Asking(procedure, found, one, people[one.subject.person], holder))
        with adapters.store.transaction() as records:
            records.cases.add_evidence(case, evidence)
            step = CaseStep(context.now(), f"asked-{one.kind}", actor_text(context), evidence.outcome)
            records.cases.add_step(case, step)
            records.audit(grounds, "evidence-asked", evidence.outcome, subject=case)
        asked.append(evidence)
    with adapters.store.transaction() as records:
        records.cases.update(dataclasses.replace(records.cases.case(case), state=CaseState.EXAMINED))
    return tuple(asked)


def _provided(case: Case, required: Required) -> bool:
    answers = case.asked(required.subject.person, required.kind, required.year)
    return any(one.outcome == PROVIDED for one in answers)


def _holder(required: Required, person: Person, case: Case) -> InstitutionId | None:
    try:
        return required.wanted.holder(person, required.subject, case.stated)
    except (HolderUnknown, MalformedInstitutionId):
        return None


def _require_pseudonyms(adapters: CaseAdapters[RecordsT], people: list[Person]) -> None:
    numbers = [person.addressee_number for person in people]
    if numbers and set(numbers) - adapters.linkage.held(numbers):
        raise PseudonymAwaited


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question on its way; without a holder it cannot be put."""

    procedure: Procedure
    case: Case
    required: Required
    person: Person
    holder: InstitutionId | None


def _ask(context: Context, adapters: CaseAdapters[RecordsT], asking: _Asking) -> Evidence:
    procedure, case, required = asking.procedure, asking.case, asking.required
    person, holder = asking.person, asking.holder
    blank = Evidence(
        person=person.person,
        kind=required.kind,
        year=required.year,
        provider=holder or "",
        outcome=HolderUnknown.code,
        asked_at=context.now(),
        detail=HolderUnknown.title,
    )
    if holder is None:
        return blank
    if holder == adapters.institution:
        return _from_ourselves(adapters, blank, person)
    earlier = case.asked(person.person, required.kind, required.year)
    settled = sum(one.outcome not in NO_ANSWER for one in earlier)
    answer = adapters.linkage.inquire(
        Question(
            request_id=_request_id(case, required, settled),
            addressee_number=person.addressee_number,
            provider=holder,
            affair=procedure.affair,
            procedure=procedure.code,
            kind=required.kind,
            fiscal_year=required.year,
            case_reference=case.case,
        )
    )
    statute, condition = _row(context, adapters, procedure, holder, required.kind)
    return dataclasses.replace(
        blank,
        outcome=answer.outcome,
        statute=statute,
        condition=condition,
        exchange_number=answer.exchange_number,
        layout_version=answer.layout_version,
        items=answer.items,
        receipt=answer.receipt,
        refused_by=answer.refused_by,
        detail="" if answer.outcome == PROVIDED else answer.detail,
    )


def _request_id(case: Case, required: Required, settled: int) -> str:
    """Return the same id for a question put again after an outage, and another one after an answer."""
    texts = (case.case, required.kind, required.subject.person, str(required.year), str(settled))
    return f"case-{sha256(framed('question', *(text.encode() for text in texts))).hex()[:40]}"


def _from_ourselves(adapters: CaseAdapters[RecordsT], blank: Evidence, person: Person) -> Evidence:
    held = None if adapters.own is None else adapters.own.items(person, blank.kind, blank.year)
    if held is None:
        return dataclasses.replace(blank, outcome=NO_DATA, statute=WITHIN, detail="")
    version, items = held
    return dataclasses.replace(blank, outcome=PROVIDED, statute=WITHIN, layout_version=version, items=items, detail="")


def _row(
    context: Context, adapters: CaseAdapters[RecordsT], procedure: Procedure, holder: InstitutionId, kind: str
) -> tuple[str, str]:
    """Return the row for the screen; whether the inquiry goes ahead is for the converters to say."""
    own = adapters.institution
    try:
        row = adapters.statute.about(own, procedure.affair).permit(
            own, procedure.affair, procedure.code, holder, kind, context.today()
        )
    except StatuteRowNotInForce as refusal:
        return row_out_of_force(refusal, context.today()), ""
    except (NoStatuteRow, Unavailable):
        return "", ""
    return f"{row.number} {row.citation}", row.condition


def substitute_paper(
    context: Context,
    adapters: CaseAdapters[RecordsT],
    case: str,
    *,
    person: str,
    kind: str,
    description: str,
    items: Mapping[str, Scalar],
) -> None:
    """Record a paper that stands for what linkage did not give, with what the clerk read from it.

    Raises:
        UnknownClaim, ClaimNotInState: see there.
        PaperNotWanted: not wanted, not asked yet, or provided.
        ClaimIncomplete: no description, or an item the rule needs is missing or is no value of the layout.
    """
    grounds = adapters.permit(context, PAPER)
    if not description.strip():
        raise ClaimIncomplete(item="description")
    with adapters.store.transaction() as records:
        found = records.cases.case(case)
        procedure = adapters.procedure(context, found.procedure)
        require_move(found.state, CaseState.EXAMINED)
        required = require_paper_wanted(procedure, found, person, kind)
        read = _read_items(context, required, items)
        paper = PaperTaken(
            person=person,
            kind=kind,
            description=description.strip(),
            items=read,
            recorded_at=context.now(),
            recorded_by=actor_text(context),
        )
        records.cases.add_paper(case, paper)
        records.cases.add_step(case, CaseStep(context.now(), f"paper-{kind}", actor_text(context)))
        records.cases.update(dataclasses.replace(found, state=CaseState.EXAMINED))
        records.audit(grounds, "paper-substituted", "done", subject=case)


def _read_items(context: Context, required: Required, items: Mapping[str, Scalar]) -> dict[str, Scalar]:
    known = {item.name: item for item in layout(required.kind, context.today()).items}
    read: dict[str, Scalar] = {}
    for name in required.wanted.paper_items:
        value = items.get(name)
        if value is None or name not in known or not known[name].accepts(value):
            raise ClaimIncomplete(item=name)
        read[name] = value
    return read

"""Take a claim with nothing attached: number and person proved, agreed by the register (番号法14条, 16条; R-217)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.casework.domain.cases import Application, Case, CaseStep
from mizuhiki.casework.domain.errors import ClaimantNotInRegister, ClaimIncomplete, ClaimRequestChanged
from mizuhiki.casework.domain.persons import Linkage, Person, PersonForm, Role, Subject, new_addressee_number
from mizuhiki.casework.operations.adapters import CaseAdapters, actor_text
from mizuhiki.casework.ports import People, RecordsT, Registered
from mizuhiki.crypto.digests import framed
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.numbers import IndividualNumber

RECEIVE = "receive-claim"


@dataclass(frozen=True, slots=True)
class _Checked:
    form: PersonForm
    number: IndividualNumber
    registered: Registered


def receive(context: Context, adapters: CaseAdapters[RecordsT], application: Application) -> str:
    """Open a case and have the pseudonyms it needs issued; a repeated claim returns the same case.

    Raises:
        ProcedureNotDoneHere, AffairOfAnotherProcedure: see `CaseAdapters.procedure`.
        ClaimIncomplete: not exactly one applicant, a person twice, or received in the future.
        IdentityNotProved, MalformedIndividualNumber, MalformedFourItems: a person's part breaks a rule on its own.
        ClaimRequestChanged: the request id was used for other content.
        ClaimantNotInRegister, ClaimantDoesNotAgree: the register knows nobody, or somebody else.
        PeerUnavailable: the register does not answer; nothing is stored.
    """
    grounds = adapters.permit(context, RECEIVE)
    procedure = adapters.procedure(context, application.procedure)
    _require_complete(context, application)
    digest = adapters.store.keyed_digest(_content(application))
    known = _earlier(adapters, application, digest)
    if known:
        return known
    checked = [_check(context, adapters, form) for form in application.people]
    if len({one.number for one in checked}) != len(checked):
        raise ClaimIncomplete(item="people")
    with adapters.store.transaction() as records:
        before = records.cases.request(application.request_id)
        if before is not None:
            return _same(before, digest)
        case = Case(
            case=adapters.randomness.token(),
            procedure=procedure.code,
            received_on=application.received_on,
            subjects=_subjects(adapters, records.people, checked),
            stated=dict(application.stated),
        )
        records.cases.insert(case, application.request_id, digest, context.now())
        records.cases.add_step(case.case, CaseStep(context.now(), "received", actor_text(context)))
        records.audit(grounds, "claim-received", "done", subject=case.case, count=len(checked))
    _request_pseudonyms(context, adapters, grounds, case)
    return case.case


def _require_complete(context: Context, application: Application) -> None:
    if not application.request_id:
        raise ClaimIncomplete(item="request-id")
    if sum(form.role is Role.APPLICANT for form in application.people) != 1:
        raise ClaimIncomplete(item="applicant")
    if application.received_on > context.today():
        raise ClaimIncomplete(item="received-on")
    for form in application.people:
        form.identity.require(form.role)


def _earlier(adapters: CaseAdapters[RecordsT], application: Application, digest: bytes) -> str:
    with adapters.store.transaction() as records:
        before = records.cases.request(application.request_id)
    return "" if before is None else _same(before, digest)


def _same(before: tuple[bytes, str], digest: bytes) -> str:
    if before[0] != digest:
        raise ClaimRequestChanged
    return before[1]


def _check(context: Context, adapters: CaseAdapters[RecordsT], form: PersonForm) -> _Checked:
    number = IndividualNumber.parse(form.number_text)
    registered = adapters.register.search(context.affair, number)
    if registered is None:
        raise ClaimantNotInRegister
    form.require_agreement(registered.four_items)
    return _Checked(form, number, registered)


def _subjects(adapters: CaseAdapters[RecordsT], people: People, checked: Sequence[_Checked]) -> tuple[Subject, ...]:
    known = people.persons_of_numbers([one.number for one in checked])
    subjects: list[Subject] = []
    for one in checked:
        person = known.get(one.number)
        code = one.registered.municipality_code
        if person is None:
            person = Person(
                person=adapters.randomness.token(),
                addressee_number=new_addressee_number(adapters.randomness.below),
                number=one.number,
                four_items=one.registered.four_items,
                municipality_code=code,
                protected=one.form.protected,
            )
        else:
            person = dataclasses.replace(
                person,
                four_items=one.registered.four_items,
                municipality_code=code,
                protected=person.protected or one.form.protected,
                linkage=person.linkage if person.four_items == one.registered.four_items else Linkage.NONE,
            )
        people.put(person)
        subjects.append(Subject(one.form.role, person.person, one.form.lived_on_1_january or code))
    return tuple(subjects)


def _request_pseudonyms(context: Context, adapters: CaseAdapters[RecordsT], grounds: Grounds, case: Case) -> None:
    """Ask for pseudonyms at once; while the register or our server is down, `gather` asks again."""
    try:
        request_pseudonyms(context, adapters, grounds, [subject.person for subject in case.subjects])
    except Unavailable as outage:
        with adapters.store.transaction() as records:
            records.audit(grounds, "case-pseudonyms-requested", "refused", subject=case.case, code=outage.code)


def request_pseudonyms(
    context: Context, adapters: CaseAdapters[RecordsT], grounds: Grounds, persons: Sequence[str]
) -> None:
    """Have pseudonyms issued for those of `persons` for whom none is on its way.

    Raises:
        PeerUnavailable: the own server or the register does not answer.
    """
    with adapters.store.transaction() as records:
        found = records.people.persons(persons)
    lacking = [one for one in found.values() if one.linkage is not Linkage.REQUESTED]
    if not lacking:
        return
    requested, refused = adapters.linkage.acquire(context.affair, lacking)
    with adapters.store.transaction() as records:
        records.people.set_linkage([one.addressee_number for one in lacking], Linkage.REQUESTED)
        records.people.set_linkage(refused, Linkage.REFUSED)
        records.audit(grounds, "case-pseudonyms-requested", "done", count=len(requested))


def _content(application: Application) -> bytes:
    """Return the unambiguous encoding of a claim; what is stored of it is a keyed digest."""
    texts = [application.procedure, application.received_on.isoformat()]
    for form in application.people:
        texts += [
            form.role.value,
            form.number_text,
            form.name,
            form.name_kana,
            form.birth_date.isoformat(),
            str(int(form.sex)),
            form.address,
            form.lived_on_1_january,
        ]
    texts += [f"{name}={application.stated[name]!r}" for name in sorted(application.stated)]
    return framed("claim", *(text.encode() for text in texts))

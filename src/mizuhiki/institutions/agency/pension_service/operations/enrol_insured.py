"""Enrol insured persons (国民年金法12条, 108条; 番号法14条, 16条; R-052).

Nothing is stored before the register confirmed the number and agreed with what the person wrote. A batch asks the
register for each person and stores everybody who passed in one transaction; the others come back with their rule.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.casework.domain import new_addressee_number
from mizuhiki.casework.ports import Registered
from mizuhiki.crypto.digests import framed
from mizuhiki.institutions.agency.pension_service.domain.enrolments import (
    EnrolmentForm,
    EnrolmentOutcome,
    Insured,
    require_agreement,
)
from mizuhiki.institutions.agency.pension_service.domain.errors import (
    AlreadyEnrolled,
    EnrolmentRequestChanged,
    PersonNotInRegister,
)
from mizuhiki.institutions.agency.pension_service.domain.periods import InsuredPeriod
from mizuhiki.institutions.agency.pension_service.operations.adapters import Adapters
from mizuhiki.institutions.agency.pension_service.ports import Records
from mizuhiki.intake.persons import new_reference
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import MizuhikiError, Unavailable
from mizuhiki.vocabulary.numbers import IndividualNumber

ACTION = "enrol-insured"


@dataclass(frozen=True, slots=True)
class _Checked:
    """A form the register agreed with; the items are those of the register."""

    form: EnrolmentForm
    digest: bytes
    number: IndividualNumber
    registered: Registered
    period: InsuredPeriod


def enrol_insured(context: Context, adapters: Adapters, form: EnrolmentForm) -> str:
    """Return the reference of the new record; the same request returns the same.

    Raises:
        EnrolmentRequestChanged: the request id was used for other content.
        MalformedIndividualNumber, PeriodImplausible: the form breaks a rule on its own.
        PersonNotInRegister, ItemsDoNotAgree: the register knows nobody, or somebody else.
        AlreadyEnrolled: the person has a record; whoever only stood in a claim is enrolled under the same reference.
    """
    outcome, error = _enrol(context, adapters, [form])[0]
    if error is not None:
        raise error
    return outcome.reference


def enrol_many(context: Context, adapters: Adapters, forms: Sequence[EnrolmentForm]) -> list[EnrolmentOutcome]:
    """Return one outcome per form, in order.

    Raises:
        PeerUnavailable: the register does not answer; nothing of the batch is stored.
    """
    return [outcome for outcome, _ in _enrol(context, adapters, forms)]


_Result = tuple[EnrolmentOutcome, MizuhikiError | None]


def _enrol(context: Context, adapters: Adapters, forms: Sequence[EnrolmentForm]) -> list[_Result]:
    grounds = adapters.permit(context, ACTION)
    with adapters.store.transaction() as records:
        known = records.requests([form.request_id for form in forms])
    results: dict[int, _Result] = {}
    checked: dict[int, _Checked] = {}
    for position, form in enumerate(forms):
        try:
            digest = adapters.store.keyed_digest(_content(form))
            earlier = _earlier(form, digest, known)
            if earlier:
                results[position] = (EnrolmentOutcome(form.request_id, earlier), None)
            else:
                checked[position] = _check(context, adapters, form, digest)
        except Unavailable:
            raise
        except MizuhikiError as error:
            results[position] = _refused(form, error)
    with adapters.store.transaction() as records:
        results |= _store(context, adapters, records, checked)
        refused = sum(1 for _, error in results.values() if error is not None)
        records.audit(grounds, "insured-enrolled", "done", count=len(forms) - refused)
        if refused:
            records.audit(grounds, "enrolment-refused", "refused", count=refused)
    return [results[position] for position in range(len(forms))]


def _refused(form: EnrolmentForm, error: MizuhikiError) -> _Result:
    return EnrolmentOutcome(form.request_id, "", error.code), error


def _earlier(form: EnrolmentForm, digest: bytes, known: dict[str, tuple[bytes, str]]) -> str:
    if form.request_id not in known:
        return ""
    before, reference = known[form.request_id]
    if digest != before:
        raise EnrolmentRequestChanged
    return reference


def _check(context: Context, adapters: Adapters, form: EnrolmentForm, digest: bytes) -> _Checked:
    number = IndividualNumber.parse(form.number_text)
    period = form.period()
    written = form.four_items()
    registered = adapters.register.search(context.affair, number)
    if registered is None:
        raise PersonNotInRegister
    require_agreement(written, registered.four_items)
    return _Checked(form, digest, number, registered, period)


def _store(context: Context, adapters: Adapters, records: Records, checked: dict[int, _Checked]) -> dict[int, _Result]:
    results: dict[int, _Result] = {}
    known = records.people.persons_of_numbers([one.number for one in checked.values()])
    claimed = {one.person for one in known.values() if not records.insured(one.person).periods}
    taken = {number for number, one in known.items() if one.person not in claimed}
    new: list[Insured] = []
    requests: dict[str, tuple[bytes, str]] = {}
    references: set[str] = set()
    for position, one in checked.items():
        if one.number in taken:
            results[position] = _refused(one.form, AlreadyEnrolled())
            continue
        taken.add(one.number)
        if one.number in known:
            reference = known[one.number].person
            records.update(dataclasses.replace(records.insured(reference), periods=(one.period,)))
            requests[one.form.request_id] = (one.digest, reference)
            results[position] = (EnrolmentOutcome(one.form.request_id, reference), None)
            continue
        reference = _free_reference(adapters, records, references)
        requests[one.form.request_id] = (one.digest, reference)
        new.append(
            Insured(
                reference=reference,
                addressee_number=new_addressee_number(adapters.randomness.below),
                number=one.number,
                four_items=one.registered.four_items,
                municipality_code=one.registered.municipality_code,
                periods=(one.period,),
            )
        )
        results[position] = (EnrolmentOutcome(one.form.request_id, reference), None)
    records.insert(new)
    records.keep_requests(requests, context.now())
    return results


def _free_reference(adapters: Adapters, records: Records, given: set[str]) -> str:
    while True:
        reference = new_reference(adapters.randomness.below)
        if reference not in given and not records.reference_taken(reference):
            given.add(reference)
            return reference


def _content(form: EnrolmentForm) -> bytes:
    """Return the unambiguous encoding of a form; what is stored of it is a keyed digest."""
    texts = (
        form.request_id,
        form.number_text,
        form.name,
        form.name_kana,
        form.birth_date.isoformat(),
        str(int(form.sex)),
        form.address,
        str(form.category),
        form.scheme,
        form.employer,
        form.insured_from.isoformat(),
    )
    return framed("enrolment-request", *(text.encode() for text in texts))

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
from mizuhiki.institutions.agency.pension_service.domain.enrolments import (
    EnrolmentForm,
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
from mizuhiki.intake.persons import TakenIn
from mizuhiki.intake.take_in import Batch, Result, free_reference, refused
from mizuhiki.runtime.context import Context
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


def enrol_many(context: Context, adapters: Adapters, forms: Sequence[EnrolmentForm]) -> list[TakenIn]:
    """Return one outcome per form, in order.

    Raises:
        PeerUnavailable: the register does not answer; nothing of the batch is stored.
    """
    return [outcome for outcome, _ in _enrol(context, adapters, forms)]


def _enrol(context: Context, adapters: Adapters, forms: Sequence[EnrolmentForm]) -> list[Result]:
    batch = Batch(adapters.store, "enrolment-request", "insured-enrolled", "enrolment-refused", EnrolmentRequestChanged)
    return batch.taken(
        adapters.permit(context, ACTION),
        forms,
        lambda form, digest: _check(context, adapters, form, digest),
        lambda records, checked: _store(context, adapters, records, checked),
    )


def _check(context: Context, adapters: Adapters, form: EnrolmentForm, digest: bytes) -> _Checked:
    number = IndividualNumber.parse(form.number_text)
    period = form.period()
    written = form.four_items()
    registered = adapters.register.search(context.affair, number)
    if registered is None:
        raise PersonNotInRegister
    require_agreement(written, registered.four_items)
    return _Checked(form, digest, number, registered, period)


def _store(context: Context, adapters: Adapters, records: Records, checked: dict[int, _Checked]) -> dict[int, Result]:
    results: dict[int, Result] = {}
    known = records.people.persons_of_numbers([one.number for one in checked.values()])
    claimed = {one.person for one in known.values() if not records.insured(one.person).periods}
    taken = {number for number, one in known.items() if one.person not in claimed}
    new: list[Insured] = []
    requests: dict[str, tuple[bytes, str]] = {}
    references: set[str] = set()
    for position, one in checked.items():
        if one.number in taken:
            results[position] = refused(one.form, AlreadyEnrolled())
            continue
        taken.add(one.number)
        if one.number in known:
            reference = known[one.number].person
            records.update(dataclasses.replace(records.insured(reference), periods=(one.period,)))
            requests[one.form.request_id] = (one.digest, reference)
            results[position] = (TakenIn(one.form.request_id, reference), None)
            continue
        reference = free_reference(adapters.randomness, records, references)
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
        results[position] = (TakenIn(one.form.request_id, reference), None)
    records.insert(new)
    records.keep_requests(requests, context.now())
    return results

"""Take people in (番号法14条, 16条; R-052).

Nothing is stored before the register confirmed the number and agreed with what was written. A batch asks the register
for each person and stores everybody who passed in one transaction; the others come back with their rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.casework.domain import new_addressee_number
from mizuhiki.casework.ports import Registered
from mizuhiki.crypto.digests import framed
from mizuhiki.intake.adapters import BodyAdapters, RecordsT
from mizuhiki.intake.errors import IntakeRequestChanged, PersonKeptAlready, PersonNotFound
from mizuhiki.intake.persons import (
    KeptPerson,
    PersonForm,
    Shown,
    TakenIn,
    new_reference,
    require_same_person,
)
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import MizuhikiError, Unavailable
from mizuhiki.vocabulary.numbers import IndividualNumber

ACTION = "take-in"


@dataclass(frozen=True, slots=True)
class _Checked:
    """A form the register agreed with; the items are those of the register."""

    form: PersonForm
    digest: bytes
    number: IndividualNumber
    registered: Registered
    shown: Shown


_Result = tuple[TakenIn, MizuhikiError | None]


def take_in(context: Context, adapters: BodyAdapters[RecordsT], form: PersonForm) -> str:
    """Return the reference of the new record; the same request returns the same.

    Raises:
        IntakeRequestChanged: the request id was used for other content.
        MalformedIndividualNumber, IdentityNotShown, MalformedFourItems: the form breaks a rule on its own.
        PersonNotFound, WrittenItemsDiffer: the register knows nobody, or somebody else.
        PersonKeptAlready: the person has a record.
    """
    outcome, error = _take(context, adapters, [form])[0]
    if error is not None:
        raise error
    return outcome.reference


def take_in_many(context: Context, adapters: BodyAdapters[RecordsT], forms: Sequence[PersonForm]) -> list[TakenIn]:
    """Return one outcome per form, in order.

    Raises:
        PeerUnavailable: the register does not answer; nothing of the batch is stored.
    """
    return [outcome for outcome, _ in _take(context, adapters, forms)]


def _take(context: Context, adapters: BodyAdapters[RecordsT], forms: Sequence[PersonForm]) -> list[_Result]:
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
                results[position] = (TakenIn(form.request_id, earlier), None)
            else:
                checked[position] = _check(context, adapters, form, digest)
        except Unavailable:
            raise
        except MizuhikiError as error:
            results[position] = _refused(form, error)
    with adapters.store.transaction() as records:
        results |= _store(context, adapters, records, checked)
        refused = sum(1 for _, error in results.values() if error is not None)
        records.audit(grounds, "person-taken-in", "done", count=len(forms) - refused)
        if refused:
            records.audit(grounds, "intake-refused", "refused", count=refused)
    return [results[position] for position in range(len(forms))]


def _refused(form: PersonForm, error: MizuhikiError) -> _Result:
    return TakenIn(form.request_id, "", error.code), error


def _earlier(form: PersonForm, digest: bytes, known: dict[str, tuple[bytes, str]]) -> str:
    if form.request_id not in known:
        return ""
    before, reference = known[form.request_id]
    if digest != before:
        raise IntakeRequestChanged
    return reference


def _check(context: Context, adapters: BodyAdapters[RecordsT], form: PersonForm, digest: bytes) -> _Checked:
    number = IndividualNumber.parse(form.number_text)
    shown = form.require_shown(adapters.shown)
    written = form.four_items()
    registered = adapters.register.search(context.affair, number)
    if registered is None:
        raise PersonNotFound
    require_same_person(written, registered.four_items)
    return _Checked(form, digest, number, registered, shown)


def _store(
    context: Context, adapters: BodyAdapters[RecordsT], records: RecordsT, checked: dict[int, _Checked]
) -> dict[int, _Result]:
    results: dict[int, _Result] = {}
    taken = set(records.people.persons_of_numbers([one.number for one in checked.values()]))
    new: list[KeptPerson] = []
    requests: dict[str, tuple[bytes, str]] = {}
    given: set[str] = set()
    for position, one in checked.items():
        if one.number in taken:
            results[position] = _refused(one.form, PersonKeptAlready())
            continue
        taken.add(one.number)
        reference = _free_reference(adapters, records, given)
        requests[one.form.request_id] = (one.digest, reference)
        new.append(
            KeptPerson(
                reference=reference,
                addressee_number=new_addressee_number(adapters.randomness.below),
                number=one.number,
                four_items=one.registered.four_items,
                municipality_code=one.registered.municipality_code,
                shown=one.shown,
            )
        )
        results[position] = (TakenIn(one.form.request_id, reference), None)
    records.insert_persons(new)
    records.keep_requests(requests, context.now())
    return results


def _free_reference(adapters: BodyAdapters[RecordsT], records: RecordsT, given: set[str]) -> str:
    while True:
        reference = new_reference(adapters.randomness.below)
        if reference not in given and not records.reference_taken(reference):
            given.add(reference)
            return reference


def _content(form: PersonForm) -> bytes:
    """Return the unambiguous encoding of a form; what is stored of it is a keyed digest."""
    texts = (
        form.request_id,
        form.number_text,
        form.name,
        form.name_kana,
        form.birth_date.isoformat(),
        str(int(form.sex)),
        form.address,
        form.shown,
    )
    return framed("intake-request", *(text.encode() for text in texts))

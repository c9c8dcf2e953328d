"""Take people in (番号法14条, 16条; R-052).

Nothing is stored before the register confirmed the number and agreed with what was written. A batch asks the register
for each person and stores everybody who passed in one transaction; the others come back with their rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from mizuhiki.casework.domain import new_addressee_number
from mizuhiki.casework.ports import Registered
from mizuhiki.crypto.digests import framed
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.intake.adapters import BodyAdapters, RecordsT
from mizuhiki.intake.errors import IntakeRequestChanged, PersonKeptAlready, PersonNotFound
from mizuhiki.intake.persons import (
    KeptPerson,
    PersonForm,
    Shown,
    TakenIn,
    WrittenForm,
    new_reference,
    require_same_person,
)
from mizuhiki.intake.ports import FileStore, TakingRecords, TakingT
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import MizuhikiError, Unavailable
from mizuhiki.vocabulary.grounds import Grounds
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


Result = tuple[TakenIn, MizuhikiError | None]
FormT = TypeVar("FormT", bound=WrittenForm)
CheckedT = TypeVar("CheckedT")


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


def _take(context: Context, adapters: BodyAdapters[RecordsT], forms: Sequence[PersonForm]) -> list[Result]:
    batch = Batch(adapters.store, "intake-request", "person-taken-in", "intake-refused", IntakeRequestChanged)
    return batch.taken(
        adapters.permit(context, ACTION),
        forms,
        lambda form, digest: _check(context, adapters, form, digest),
        lambda records, checked: _store(context, adapters, records, checked),
    )


@dataclass(frozen=True, slots=True)
class Batch(Generic[TakingT]):
    """How a body takes forms: under which label they are digested, which events it records, what a changed one is."""

    store: FileStore[TakingT]
    label: str
    done: str
    refused: str
    changed: type[MizuhikiError]

    def taken(
        self,
        grounds: Grounds,
        forms: Sequence[FormT],
        check: Callable[[FormT, bytes], CheckedT],
        keep: Callable[[TakingT, dict[int, CheckedT]], dict[int, Result]],
    ) -> list[Result]:
        """Return one result per form, in order: what passes `check` goes to `keep` in one transaction.

        `check` gets a form and its digest, `keep` what was checked, by the place of its form.

        Raises:
            Unavailable: the register does not answer; nothing of the batch is stored.
        """
        with self.store.transaction() as records:
            known = records.requests([form.request_id for form in forms])
        results: dict[int, Result] = {}
        checked: dict[int, CheckedT] = {}
        for position, form in enumerate(forms):
            try:
                digest = self.store.keyed_digest(framed(self.label, *(text.encode() for text in form.texts())))
                earlier = self._earlier(form, digest, known)
                if earlier:
                    results[position] = (TakenIn(form.request_id, earlier), None)
                else:
                    checked[position] = check(form, digest)
            except Unavailable:
                raise
            except MizuhikiError as error:
                results[position] = refused(form, error)
        with self.store.transaction() as records:
            results |= keep(records, checked)
            count = sum(1 for _, error in results.values() if error is not None)
            records.audit(grounds, self.done, "done", count=len(forms) - count)
            if count:
                records.audit(grounds, self.refused, "refused", count=count)
        return [results[position] for position in range(len(forms))]

    def _earlier(self, form: WrittenForm, digest: bytes, known: dict[str, tuple[bytes, str]]) -> str:
        if form.request_id not in known:
            return ""
        before, reference = known[form.request_id]
        if digest != before:
            raise self.changed
        return reference


def refused(form: WrittenForm, error: MizuhikiError) -> Result:
    """Return the result of a form that a rule refuses."""
    return TakenIn(form.request_id, "", error.code), error


def free_reference(randomness: Randomness, records: TakingRecords, given: set[str]) -> str:
    """Return a reference that nobody has, also not among those `given` in this transaction, which it joins."""
    while True:
        reference = new_reference(randomness.below)
        if reference not in given and not records.reference_taken(reference):
            given.add(reference)
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
) -> dict[int, Result]:
    results: dict[int, Result] = {}
    taken = set(records.people.persons_of_numbers([one.number for one in checked.values()]))
    new: list[KeptPerson] = []
    requests: dict[str, tuple[bytes, str]] = {}
    given: set[str] = set()
    for position, one in checked.items():
        if one.number in taken:
            results[position] = refused(one.form, PersonKeptAlready())
            continue
        taken.add(one.number)
        reference = free_reference(adapters.randomness, records, given)
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

"""Generate the number that follows one which leaked (番号法7条2項, 8条2項; R-009).

The mayor asks, on the person's request or of its own motion. The new number is made from the same code with the next
generation; the old one stays in the history and is never given again. It becomes the person's number when the
municipality notifies that it was designated (`take_identification`), and the cards that show the old one lapse then.
"""

from __future__ import annotations

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.number_generation import generate_number
from mizuhiki.institutions.national_register.domain.errors import (
    ChangeRequestChanged,
    NumberChangePending,
    NumberDoesNotMatchCode,
    PersonElsewhere,
    UnknownPerson,
)
from mizuhiki.institutions.national_register.domain.records import ChangeRequest, GivenNumber, NumberedPerson
from mizuhiki.institutions.national_register.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode

ACTION = "change-number"


def change_number(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    key: SecretKey,
    municipality_code: str,
    request_id: str,
    code: ResidentRecordCode,
    number: IndividualNumber,
) -> IndividualNumber:
    """Return the number to be designated instead of `number`; the same request gets the same one.

    Raises:
        UnknownPerson, PersonElsewhere: nobody there has the code.
        NumberDoesNotMatchCode: `number` is not the person's present one.
        NumberChangePending: an earlier change was not designated yet.
        ChangeRequestChanged: the request id was used for something else.
        NumberGenerationsExhausted: the code has had ten numbers; it has to be changed first.
    """
    authority.require(context, ACTION)
    with store.transaction() as records:
        person = person_in(records, code, municipality_code)
        known = records.history.request((municipality_code, request_id))
        if known is not None:
            if known.person != person.person or known.number is None:
                raise ChangeRequestChanged(field="request_id")
            return known.number
        if person.number != number:
            raise NumberDoesNotMatchCode
        if records.history.given(person)[-1].number != person.number:
            raise NumberChangePending
        generation = records.history.next_generation(person.code)
        new = generate_number(key, person.code, generation)
        records.history.give_number(person, GivenNumber(new, generation), context.now())
        records.history.keep_request(
            (municipality_code, request_id), ChangeRequest(person.person, number=new), context.now()
        )
        records.audit(grounds_of(context), "number-changed", "done", count=1)
    return new


def person_in(records: Records, code: ResidentRecordCode, municipality_code: str) -> NumberedPerson:
    """Return the person with a code who stands in a municipality's register.

    Raises:
        UnknownPerson: nobody has the code.
        PersonElsewhere: the person stands in another register or in none.
    """
    person = records.person_by_code(code)
    if person is None:
        raise UnknownPerson
    if person.municipality_code != municipality_code or not person.in_register:
        raise PersonElsewhere
    return person

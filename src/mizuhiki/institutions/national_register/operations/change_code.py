"""Take note that a person's resident record code is changed (住基法30条の4).

Anybody may ask for another code, without a reason. The municipality writes one of its own bundle; the old one is never
used again. The Individual Number does not change with it.
"""

from __future__ import annotations

from mizuhiki.institutions.national_register.domain.errors import (
    ChangeRequestChanged,
    CodeAlreadyNumbered,
    CodeNotInBundle,
)
from mizuhiki.institutions.national_register.domain.records import ChangeRequest
from mizuhiki.institutions.national_register.operations.change_number import person_in
from mizuhiki.institutions.national_register.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode

ACTION = "change-code"


def change_code(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    municipality_code: str,
    request_id: str,
    old: ResidentRecordCode,
    new: ResidentRecordCode,
) -> None:
    """Make `new` the code of the person who has `old`; the same request again changes nothing.

    Raises:
        UnknownPerson, PersonElsewhere: nobody there has the code.
        CodeNotInBundle: `new` is not of the municipality's bundles.
        CodeAlreadyNumbered: `new` is or was somebody's.
        ChangeRequestChanged: the request id was used for something else.
    """
    authority.require(context, ACTION)
    with store.transaction() as records:
        person = person_in(records, old, municipality_code)
        known = records.history.request((municipality_code, request_id))
        if known is not None:
            if known.person != person.person or known.code != new:
                raise ChangeRequestChanged(field="request_id")
            return
        state = records.code_states([new]).get(records.code_key(new))
        if state is None or state.municipality_code != municipality_code:
            raise CodeNotInBundle
        if state.person is not None:
            raise CodeAlreadyNumbered
        records.history.change_code(person, new, context.now())
        records.history.keep_request(
            (municipality_code, request_id), ChangeRequest(person.person, code=new), context.now()
        )
        records.audit(grounds_of(context), "code-changed", "done", count=1)

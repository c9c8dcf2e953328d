"""Current four items of a certificate's holder, for the certification authorities' services to verifiers (R-205).

The authority has checked the card and the holder's consent; the gate and the person's chain stand here, where it is
known who is protected.
"""

from __future__ import annotations

from mizuhiki.institutions.national_register.domain.look_ups import (
    CERTIFICATE_SERVICE,
    DISCLOSED,
    FOUR_ITEMS,
    NOT_REGISTERED,
    WITHHELD,
)
from mizuhiki.institutions.national_register.domain.records import NumberedPerson
from mizuhiki.institutions.national_register.operations.look_ups import look_up_of
from mizuhiki.institutions.national_register.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate, Withheld
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode

ACTION = "provide-current-identification"
WITH_ITEMS = frozenset({"current-items", "renewal-letter"})
"""Services that are told the items; the others learn only whether the holder may be spoken of."""


def current_identification(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    gate: ProtectionGate,
    code: ResidentRecordCode,
    service: str,
    verifier: str,
) -> NumberedPerson | None:
    """Return the holder of a code, or nothing for somebody protected, gone or unknown: the asker sees no difference.

    The entry in the person's chain, the audit record and the answer stand in one transaction.
    """
    authority.require(context, ACTION)
    with store.transaction() as records:
        before = records.person_by_code(code)
    permitted = before is not None and _permitted(context, gate, before, service, verifier)
    with store.transaction() as records:
        person = records.person_by_code(code)
        outcome = WITHHELD
        if person is None or person.four_items is None or not person.in_register:
            outcome = NOT_REGISTERED
        elif permitted and not person.protected:
            outcome = DISCLOSED
        disclosed = outcome == DISCLOSED
        items = FOUR_ITEMS if disclosed and service in WITH_ITEMS else ()
        records.record_look_up(look_up_of(context, CERTIFICATE_SERVICE, person, outcome, items))
        records.audit(grounds_of(context), "identification-searched", outcome, count=int(disclosed))
    return person if disclosed else None


def _permitted(context: Context, gate: ProtectionGate, person: NumberedPerson, service: str, verifier: str) -> bool:
    try:
        gate.check(
            context,
            Disclosure(subject=person.person, channel=service, recipient=verifier, content="four-items"),
        )
    except Withheld:
        return False
    return True

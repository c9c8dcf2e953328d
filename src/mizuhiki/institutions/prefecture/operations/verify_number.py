"""Check a number and the four items written beside it, for the prefecture's own affairs (R-050, R-052).

Residents of the prefecture are looked up at its own server, everybody else at the national server.
"""

from __future__ import annotations

from mizuhiki.institutions.prefecture.operations.search_identification import search_identification
from mizuhiki.institutions.prefecture.ports import NationalServer, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import ProtectionGate
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import IndividualNumber, MalformedIndividualNumber
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.register_access.routing import Route, route
from mizuhiki.vocabulary.register_access.verification import CheckStep, Method, NumberCheck

ACTION = "verify-number"
NUMBER_FORM, HOLDER_FOUND, ITEMS_AGREE = "number-form", "holder-found", "items-agree"


def verify_number(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    gate: ProtectionGate,
    national: NationalServer,
    institution: InstitutionId,
    number_text: str,
    written: FourItems,
) -> NumberCheck:
    """Return what the check came to; a step that fails ends it.

    Raises:
        AffairNotLawful, AffairOfOthers, NoSearchRow, SearchRowNotInForce: the affair may not be searched for.
    """
    authority.require(context, ACTION)
    try:
        number = IndividualNumber.parse(number_text)
    except MalformedIndividualNumber as error:
        return NumberCheck(Method.NETWORK, (CheckStep(NUMBER_FORM, passed=False, problem=error.code),))
    steps = [CheckStep(NUMBER_FORM, passed=True)]
    held = search_identification(
        context,
        store=store,
        authority=authority,
        gate=gate,
        asker=institution,
        affair=context.affair,
        number=number,
        action=ACTION,
    )
    asked = route(institution, None if held is None else held.municipality_code)
    items = held.four_items if held is not None else None
    if asked is Route.NATIONAL_SERVER:
        items = national.search(context.affair, number)
    if items is None:
        steps.append(CheckStep(HOLDER_FOUND, passed=False, problem="not-found"))
        return NumberCheck(Method.NETWORK, tuple(steps), asked)
    differing = items.compare(written)
    steps.append(CheckStep(HOLDER_FOUND, passed=True))
    steps.append(CheckStep(ITEMS_AGREE, passed=not differing, problem=", ".join(differing)))
    return NumberCheck(Method.NETWORK, tuple(steps), asked)

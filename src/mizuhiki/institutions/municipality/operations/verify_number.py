"""Check a number and the four items beside it by card or by the register network (番号法16条; R-051, R-052, R-140).

The steps are taken in order; the first that fails ends the check. Every check is recorded, with the steps and without
the number. A mistyped number fails at its check digit, at the chip (照合番号A) or at the register.
"""

from __future__ import annotations

from collections.abc import Callable

from mizuhiki.card.face import read_face
from mizuhiki.card.reader import Reader
from mizuhiki.institutions.municipality.domain.network import CardCheckForm, StoredCheck
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.disclose import withheld_of
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.affairs import require_user
from mizuhiki.vocabulary.errors import MizuhikiError, Refused
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import InstitutionKind
from mizuhiki.vocabulary.numbers import IndividualNumber, MalformedIndividualNumber
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.register_access import SearchLaw, permit_search
from mizuhiki.vocabulary.register_access.look_ups import (
    CONFIRMED,
    NOT_CONFIRMED,
    NUMBER_VERIFICATION,
    WITHHELD,
    LookUp,
)
from mizuhiki.vocabulary.register_access.routing import Route, route
from mizuhiki.vocabulary.register_access.verification import CheckOutcome, CheckStep, Method, NumberCheck

ACTION, READ = "verify-number", "read-number-checks"
EVENT = "number-verified"
CARD_STEPS = ("application", "card-shown", "face-checked", "chip-equals-face", "number-and-items-compared")


def verify_by_card(context: Context, adapters: Adapters, form: CardCheckForm, reader: Reader | None) -> NumberCheck:
    """Method 1: five steps with the card at hand. With a `reader` the chip is asked in the fourth one.

    Without a reader the clerk confirms what a stand-alone display shows of 券面事項確認AP. Other errors of the card
    (no card, another kind of card, last try) fail the fourth step with their code.
    """
    grounds = adapters.permit(context, ACTION)
    steps: list[CheckStep] = []
    problems: tuple[Callable[[], str], ...] = (
        lambda: "" if form.application else "not-done",
        lambda: "" if form.card_shown else "not-done",
        lambda: "" if form.face_checked else "not-done",
        lambda: _chip_problem(form, reader),
        lambda: _comparison_problem(form),
    )
    for name, problem_of in zip(CARD_STEPS, problems, strict=True):
        problem = problem_of()
        steps.append(CheckStep(name, passed=not problem, problem=problem))
        if problem:
            break
    result = NumberCheck(Method.CARD, tuple(steps))
    _record(adapters, grounds, result, "")
    return result


def _chip_problem(form: CardCheckForm, reader: Reader | None) -> str:
    if reader is not None:
        try:
            number = IndividualNumber.parse(form.card_number_text)
            face = read_face(reader, number)
        except MizuhikiError as error:
            return error.code
        if (face.birth_date, face.sex) != (form.printed.birth_date, form.printed.sex):
            return "birth_date, sex"
    return "" if form.chip_equals_face else "not-done"


def _comparison_problem(form: CardCheckForm) -> str:
    try:
        number = IndividualNumber.parse(form.number_text)
        printed = IndividualNumber.parse(form.card_number_text)
    except MalformedIndividualNumber as error:
        return error.code
    differing = form.printed.compare(form.written)
    return ", ".join(("number", *differing) if number != printed else differing)


def verify_by_network(context: Context, adapters: Adapters, number_text: str, written: FourItems) -> NumberCheck:
    """Method 2: the own register for an own resident, else the network (R-050); for the affair of `context`.

    Raises:
        AffairOfOthers, NoSearchRow, SearchRowNotInForce: the affair may not be searched for.
    """
    grounds = adapters.permit(context, ACTION)
    try:
        table = adapters.statute.about(adapters.institution, context.affair)
        require_user(table.affair(context.affair), context.actor.institution)
        row = permit_search(InstitutionKind.MUNICIPALITY, context.affair, context.today())
    except Refused as refusal:
        with adapters.store.transaction() as records:
            records.audit(grounds, EVENT, f"refused: {refusal.code}")
        raise
    try:
        number = IndividualNumber.parse(number_text)
    except MalformedIndividualNumber as error:
        result = NumberCheck(Method.NETWORK, (CheckStep("number-form", passed=False, problem=error.code),))
        _record(adapters, grounds, result, "")
        return result
    with adapters.store.transaction() as records:
        own = records.register.by_number(number)
    asked = route(adapters.institution, None if own is None else adapters.code)
    if own is not None and asked is Route.OWN_SYSTEM:
        return _by_own_register(context, adapters, grounds, own, written, row)
    items = adapters.network.search(context.affair, number)
    result = NumberCheck(Method.NETWORK, _compared(items, written), asked)
    _record(adapters, grounds, result, "")
    return result


def _by_own_register(  # noqa: PLR0917 - what one check of the own register needs
    context: Context,
    adapters: Adapters,
    grounds: Grounds,
    own: ResidentRecord,
    written: FourItems,
    row: SearchLaw,
) -> NumberCheck:
    withheld = bool(withheld_of(context, adapters, [own.resident], Work.CLAIM))
    steps = _compared(None if withheld else own.four_items, written)
    result = NumberCheck(Method.NETWORK, steps, Route.OWN_SYSTEM)
    agreed = CONFIRMED if result.outcome is CheckOutcome.VERIFIED else NOT_CONFIRMED
    look_up = LookUp(
        kind=NUMBER_VERIFICATION,
        person=own.resident,
        asker=adapters.institution,
        affair=context.affair,
        legal_basis=f"{context.legal_basis}; {row.citation}",
        outcome=WITHHELD if withheld else agreed,
        at=context.now(),
    )
    _record(adapters, grounds, result, own.resident, look_up)
    return result


def _compared(items: FourItems | None, written: FourItems) -> tuple[CheckStep, ...]:
    formed = CheckStep("number-form", passed=True)
    if items is None:
        return formed, CheckStep("holder-found", passed=False, problem="not-found")
    differing = items.compare(written)
    return (
        formed,
        CheckStep("holder-found", passed=True),
        CheckStep("items-agree", passed=not differing, problem=", ".join(differing)),
    )


def _record(
    adapters: Adapters, grounds: Grounds, result: NumberCheck, resident: str, look_up: LookUp | None = None
) -> None:
    """Keep the check, its audit line and its look-up in one transaction."""
    stored = StoredCheck(
        check=adapters.randomness.token(9),
        at=grounds.at,
        clerk=grounds.person or grounds.role,
        affair=grounds.affair,
        result=result,
    )
    with adapters.store.transaction() as records:
        records.network.add_check(stored, resident)
        if look_up is not None:
            records.network.record_look_up(look_up)
        records.audit(grounds, EVENT, f"{result.method.value}: {result.outcome.value}", subject=resident)

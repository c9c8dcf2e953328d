"""Take orders for cards and notices, note returned ones, make the contractor's file (R-097, R-114, R-121 to R-127)."""

from __future__ import annotations

from datetime import date

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.national_register.domain.errors import UnknownPerson
from mizuhiki.institutions.national_register.domain.notices import (
    APPLICATION_ID_DIGITS,
    MOVED_IN,
    MailingChanged,
    NoticeOrder,
    PrintRun,
    Sheet,
    SheetState,
    UnknownNoticeHere,
    WaitingEnvelope,
)
from mizuhiki.institutions.national_register.ports import ContractorFormat, ContractorMedium, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate, Withheld
from mizuhiki.runtime.grounds import grounds_of

PRINT_CHANNEL = "notice-print"
LARGEST_RUN = 10_000
"""Envelopes in one file."""


def take_notice_addresses(
    context: Context, *, store: Store, authority: Authority, randomness: Randomness, order: NoticeOrder
) -> int:
    """Store an order durably; return its sheets. The same order again changes nothing.

    The people need not be notified to the register yet: their sheets wait until they are.

    Raises:
        UnknownPerson: nobody was numbered under a code.
        MailingChanged: the mailing or a card id was used before with other values.
    """
    authority.require(context, "take-notice-addresses")
    with store.transaction() as records:
        known = records.notices.sheets_of_mailing(order.municipality_code, order.mailing)
        if known:
            if {one.number for one in known} != {one.number for one in order.sheets}:
                raise MailingChanged
            return len(known)
        sheets = []
        for ordered in order.sheets:
            person = records.person_by_code(ordered.code)
            if person is None:
                raise UnknownPerson
            if records.notices.sheet(ordered.number) is not None:
                raise MailingChanged
            sheets.append(
                Sheet(
                    number=ordered.number,
                    mailing=order.mailing,
                    municipality_code=order.municipality_code,
                    person=person.person,
                    form=ordered.form,
                    cause=ordered.cause,
                    responsible=ordered.responsible,
                    under_measure=ordered.under_measure,
                    application_id=_application_id(randomness),
                    state=SheetState.ORDERED,
                    ordered_at=context.now(),
                )
            )
        records.notices.insert_order(order, sheets)
        records.audit(grounds_of(context), "notices-ordered", "done", count=len(sheets))
    return len(sheets)


def _application_id(randomness: Randomness) -> str:
    """Return 23 random digits; 76 bits, so nobody guesses another person's form."""
    return f"{randomness.below(10**APPLICATION_ID_DIGITS):0{APPLICATION_ID_DIGITS}d}"


def register_returned_notice(
    context: Context, *, store: Store, authority: Authority, municipality_code: str, number: str, reason: str, on: date
) -> None:
    """Note that a card is not delivered any more (返還登録); again changes nothing.

    Raises:
        UnknownNoticeHere: the municipality ordered no such card.
    """
    authority.require(context, "register-returned-notice")
    with store.transaction() as records:
        sheet = records.notices.sheet(number)
        if sheet is None or sheet.municipality_code != municipality_code:
            raise UnknownNoticeHere
        if sheet.state is not SheetState.RETURNED:
            records.notices.mark_returned(number, reason, on)
            records.audit(grounds_of(context), "notice-returned", "done", count=1)


def make_contractor_file(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    gate: ProtectionGate,
    randomness: Randomness,
    contractor: ContractorFormat,
    medium: ContractorMedium,
) -> str:
    """Put everything that can be printed on the contractor's medium; return the run, empty when nothing can.

    An envelope waits as a whole while anything of it does: a person not notified by the ordering municipality yet, a
    card to be sent anew whose first one was not registered as returned, a support measure that came after the order.
    A run that a crash left between its file and its rows is settled first: handed over when its rows stand, else gone.
    """
    authority.require(context, "make-contractor-file")
    _settle(store, medium)
    with store.transaction() as records:
        waiting = [one for one in records.notices.waiting(LARGEST_RUN) if _printable(records, one)]
    allowed = [one for one in waiting if _permitted(context, gate, one)]
    if not allowed:
        return ""
    run = PrintRun(randomness.token(), context.today(), tuple(allowed))
    medium.prepare(run.run, contractor.encode(run))
    numbers = [sheet.number for one in allowed for sheet, _person in one.sheets]
    with store.transaction() as records:
        # Another worker may have taken the same envelopes meanwhile; only one file may hold them.
        printed = records.notices.mark_printed(numbers, run.run, context.today())
        if printed:
            records.audit(grounds_of(context), "notices-printed", "done", count=len(numbers))
    if not printed:
        medium.discard(run.run)
        return ""
    medium.hand_over(run.run)
    return run.run


def _settle(store: Store, medium: ContractorMedium) -> None:
    for run in medium.prepared():
        with store.transaction() as records:
            stands = records.notices.run_stands(run)
        if stands:
            medium.hand_over(run)
        else:
            medium.discard(run)


def _printable(records: Records, envelope: WaitingEnvelope) -> bool:
    for sheet, person in envelope.sheets:
        if person.four_items is None or person.municipality_code != sheet.municipality_code:
            return False
        if sheet.cause == MOVED_IN and not records.notices.returned_before(person.person, sheet.responsible):
            return False
    return True


def _permitted(context: Context, gate: ProtectionGate, envelope: WaitingEnvelope) -> bool:
    try:
        for _sheet, person in envelope.sheets:
            gate.check(
                context, Disclosure(person.person, PRINT_CHANNEL, "printing contractor", "face items and destination")
            )
    except Withheld:
        return False
    return True

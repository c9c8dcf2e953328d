"""Write changed items on a notification card (追記欄, 裏書; R-104)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.institutions.municipality.domain.notice_errors import (
    EndorsementEmpty,
    EndorsementsFull,
    NoticeNotUsable,
    NotificationCardAbolished,
)
from mizuhiki.institutions.municipality.domain.notice_forms import (
    ENDORSED_ITEMS,
    ENDORSEMENT_LINES,
    Endorsement,
    NoticeForm,
    require_cards_in_force,
)
from mizuhiki.institutions.municipality.domain.notices import IN_USE, Notice
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.prepare_notices import event_of
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.names import normalise_for_comparison
from mizuhiki.vocabulary.places import normalise_address

ENDORSED = "endorse"


def items_on(notice: Notice, lines: Sequence[Endorsement]) -> tuple[str, str]:
    """Return name and address as the card says them now, the last endorsement winning."""
    name, address = notice.printed_name, notice.printed_address
    for line in lines:
        if line.item == "name":
            name = line.content
        elif line.item == "address":
            address = line.content
    return name, address


def differing_items(notice: Notice, lines: Sequence[Endorsement], name: str, address: str) -> tuple[str, ...]:
    """Return which items of a card differ from a name and an address."""
    written_name, written_address = items_on(notice, lines)
    differing: list[str] = []
    if normalise_for_comparison(written_name) != normalise_for_comparison(name):
        differing.append("name")
    if normalise_address(written_address) != normalise_address(address):
        differing.append("address")
    return tuple(differing)


def pending_changes(records: Records, notice: Notice, record: ResidentRecord) -> list[tuple[str, str, date]]:
    """Return items of the record that the card does not say yet, with their content and the day of the change.

    The record has no day of a change of name: the day it was last reported stands for it.
    """
    lines = records.notices.endorsements(notice.notice)
    now = {
        "name": (record.name.full, record.reported_on),
        "address": (record.address, record.address_since),
    }
    return [(item, *now[item]) for item in differing_items(notice, lines, record.name.full, record.address)]


def endorse_in(context: Context, records: Records, notice: Notice, changes: Sequence[tuple[str, str, date]]) -> None:
    """Write lines on a card in the open transaction.

    Raises:
        NotificationCardAbolished: cards are not endorsed any more, or the paper is a notice without a column.
        EndorsementEmpty: nothing changed, or an item that no card has.
        EndorsementsFull: the column has too few lines left.
    """
    require_cards_in_force(context.today())
    if notice.form is NoticeForm.LETTER:
        raise NotificationCardAbolished
    if not changes or any(item not in ENDORSED_ITEMS or not content.strip() for item, content, _on in changes):
        raise EndorsementEmpty
    if len(records.notices.endorsements(notice.notice)) + len(changes) > ENDORSEMENT_LINES:
        raise EndorsementsFull
    today, actor = context.today(), actor_text(context)
    records.notices.endorse(
        notice.notice, [Endorsement(item, content, changed_on, today, actor) for item, content, changed_on in changes]
    )
    items = ", ".join(item for item, _content, _on in changes)
    records.notices.add_events([event_of(context, notice, ENDORSED, items)])


def endorse_notice(context: Context, adapters: Adapters, notice: str) -> list[Endorsement]:
    """Bring a shown card up to the register; return all lines of its column.

    Raises:
        UnknownNotice: there is no such card.
        NoticeNotUsable: it is not with the person.
        NotificationCardAbolished, EndorsementEmpty, EndorsementsFull: see `endorse_in`.
    """
    grounds = adapters.permit(context, "endorse-notice")
    with adapters.store.transaction() as records:
        held = records.notices.notice(notice)
        if held.state not in IN_USE:
            raise NoticeNotUsable(state=held.state.value)
        record = records.register.resident(held.resident)
        endorse_in(context, records, held, pending_changes(records, held, record))
        records.audit(grounds, "notice-endorsed", "done", subject=notice)
        return records.notices.endorsements(notice)

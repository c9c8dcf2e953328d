"""The special move with the card: one visit, no certificate carried (住基法24条の2; R-048)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.events.card_moves import require_special_move, resident_card_notices
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind, form_of
from mizuhiki.institutions.municipality.domain.events.forms import Notification, require_evidence
from mizuhiki.institutions.municipality.domain.events.requests import EventEntered
from mizuhiki.institutions.municipality.domain.moves import MoveInForm
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.move_residents import (
    fetch_moving_out_certificate,
    register_move_in,
)
from mizuhiki.runtime.context import Context


def enter_special(context: Context, adapters: Adapters, notification: Notification, form: MoveInForm) -> EventEntered:
    """Enter a special move with the card: one visit, no certificate carried (24条の2; R-048).

    Raises:
        SpecialMoveNotPossible: 30 days after the announced day or 14 days after the move have passed.
        EvidenceMissing: the card was not shown.
    """
    require_evidence(form_of(EventKind.MOVE_IN_SPECIAL), notification.documents)
    certificate = fetch_moving_out_certificate(
        context,
        adapters,
        from_municipality=form.from_municipality,
        move_reference=form.move_reference,
        resident_record_code=form.resident_record_code,
    )
    require_special_move(certificate.planned_on, form.moved_in_on, form.received_on)
    residents = register_move_in(context, adapters, form)
    return EventEntered(form.move_reference, tuple(residents), resident_card_notices(form.moved_in_on))

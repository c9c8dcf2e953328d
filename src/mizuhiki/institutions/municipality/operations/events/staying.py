"""People whose announced move does not happen: their records live on, and so does their card (番号法17条6項; R-154)."""

from __future__ import annotations

from collections.abc import Iterable

from mizuhiki.institutions.municipality.domain.card_moves import CardMove
from mizuhiki.institutions.municipality.domain.moves import Move
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentRecord
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context


def take_announcement_back(
    context: Context, records: Records, move: Move, residents: Iterable[str]
) -> list[ResidentRecord]:
    """Take a move's mark from those of its people who stay, and tell the issuer of cards; return whom it stood on.

    Without that their cards would end, because nobody enters them elsewhere within 30 days of the planned day.
    """
    found = records.register.residents(list(residents))
    staying = [record for record in found if record.state is RecordState.MOVING]
    records.events.clear_moving([record.resident for record in staying])
    records.register.tell_card_moves(
        [CardMove("cancelled", record.code, move.planned_on, context.today()) for record in staying]
    )
    return staying

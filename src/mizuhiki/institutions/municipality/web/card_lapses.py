"""Why a resident's card ended, on the household screen, in the list of tasks and as a letter (番号法17条6項; R-154)."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.municipality.domain.card_lapses import LapsedCard
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.web import event_words
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk
from mizuhiki.runtime.pages import Reply
from mizuhiki.ui.components import Answer, Cell
from mizuhiki.vocabulary.card_lapse import LapseCause

ACTION = "change-card"
RULE = "番号法17条6項; 番号法施行令14条"


class CardLapsePages:
    """The letter that tells a holder why the card ended."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/residents/<resident>/card-lapse")(self.letter)

    def letter(self, resident: str) -> Reply:
        """Show the letter for printing; it names the card by its serial and no number."""
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        desk.require(ACTION)
        context = desk.context(REGISTER, "print that a card ended")
        record = desk.operations.resident(context, resident, work=Work.CARD)
        lapses = desk.operations.events.card_lapses(context, resident)
        return desk.site.render(
            "card_lapse.html",
            back=f"/households/{record.household}",
            name=record.name.full,
            address=record.address,
            lapses=[
                [
                    Answer(_("Card serial"), one.card_serial),
                    Answer(_("Not valid from"), words.day(one.lapsed_on)),
                    Answer(_("Why"), cause(desk, one.cause)),
                    Answer(_("Rule"), RULE),
                ]
                for one in lapses
            ],
            office=words.office(desk.site.environment.institution),
            day=words.day(desk.today()),
        )


def cause(desk: Desk, why: LapseCause) -> str:
    """Return why a card ended."""
    return desk.site.translate(event_words.CARD_LAPSES[why.value])


def card_cell(desk: Desk, serials: Sequence[str], lapses: Sequence[LapsedCard]) -> Cell:
    """Return the cards of a resident that are valid; where none is, why the last one ended."""
    ended = {one.card_serial for one in lapses}
    valid = [serial for serial in serials if serial not in ended]
    if valid or not lapses:
        return desk.words.listed(valid) or None
    last = max(lapses, key=lambda one: one.lapsed_on)
    _ = desk.site.translate
    day = desk.words.short_day(last.lapsed_on)
    return _("Lapsed on %(day)s: %(why)s", day=day, why=cause(desk, last.cause))

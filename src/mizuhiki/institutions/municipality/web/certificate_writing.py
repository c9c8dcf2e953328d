"""How a signature certificate will write name and address, for the person to see before it is made (R-173)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.domain.substitutes import Target, write_for
from mizuhiki.institutions.municipality.web import event_words
from mizuhiki.institutions.municipality.web.desk import Desk
from mizuhiki.ui.components import Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.names.repertoires import written_units
from mizuhiki.vocabulary.names.substitution import SubstitutedText

CONFIRMED = "substitutes_confirmed"
Piece = tuple[str, bool]
"""A stretch of a text, and whether it differs between the two writings."""


@dataclass(frozen=True, slots=True)
class Writing:
    """An item as the register and as the certificate write it; `rules` says in words why."""

    item: str
    registered: tuple[Piece, ...]
    certified: tuple[Piece, ...]
    rules: str


def writings(desk: Desk, record: ResidentRecord) -> list[Writing]:
    """Return what the certificate writes otherwise than the register."""
    _ = desk.site.translate
    return [
        Writing(
            _(event_words.WRITTEN_ITEMS[item]),
            _pieces(written_units(text.original), text),
            _pieces(list(text.written), text),
            event_words.rules_of(text, _, desk.words.listed),
        )
        for item, text in write_for(Target.CERTIFICATE, record.four_items).changed.items()
    ]


def _pieces(units: list[str], text: SubstitutedText) -> tuple[Piece, ...]:
    """Return the characters joined to stretches; both writings have one unit a position."""
    replaced = {one.position for one in text.substitutions}
    found: list[Piece] = []
    for place, unit in enumerate(units):
        differs = place in replaced
        if found and found[-1][1] is differs:
            found[-1] = (found[-1][0] + unit, differs)
        else:
            found.append((unit, differs))
    return tuple(found)


def confirmed(form: Form) -> bool:
    """Whether the clerk ticked that the person saw it."""
    return "yes" in form.all(CONFIRMED)


def confirmation(desk: Desk) -> list[Choice]:
    """Return the box of the confirmation."""
    return [Choice("yes", desk.site.translate("The person saw how the certificate writes name and address"))]

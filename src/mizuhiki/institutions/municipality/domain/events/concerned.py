"""Whom an event can concern, by nationality and what the record bears; the counter offers nobody else.

The operations refuse on their own, with the rule: this only keeps a choice from the counter that cannot be entered.
"""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.residents import JAPANESE, RecordDetails

OF_FOREIGN_RESIDENTS = frozenset({K.ALIAS_ENTRY, K.NATURALISATION})
"""An alias is a foreign resident's (施行令30条の16第1項)."""
OF_JAPANESE_RESIDENTS = frozenset({K.FORMER_NAME_ENTRY, K.READING, K.LOSS_OF_NATIONALITY})
"""A former family name (施行令30条の13) and a reading (住基法7条1号の2) are taken from the family register."""


def can_concern(kind: K, nationality: str, details: RecordDetails) -> bool:
    """Whether an event of a kind can be entered for a living record; True for kinds that ask for no such thing."""
    if kind in OF_FOREIGN_RESIDENTS and nationality == JAPANESE:
        return False
    if kind in OF_JAPANESE_RESIDENTS and nationality != JAPANESE:
        return False
    borne = {
        K.ALIAS_ENTRY: not details.alias,
        K.ALIAS_REMOVAL: bool(details.alias),
        K.FORMER_NAME_REMOVAL: bool(details.former_name),
    }
    return borne.get(kind, True)

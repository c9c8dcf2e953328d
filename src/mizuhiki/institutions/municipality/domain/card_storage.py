"""Storage of the card desk; a part of the municipality's ports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mizuhiki.institutions.municipality.domain.card_lapses import LapsedCard
from mizuhiki.institutions.municipality.domain.cards import DeskRecord
from mizuhiki.institutions.municipality.domain.substitutes import KeptSubstitution


class DeskRecords(Protocol):
    """Cards issued here, in the open transaction."""

    def card_of_request(self, request_id: str) -> DeskRecord | None:
        """Return the card of an earlier identical request."""

    def card_of_serial(self, card_serial: str) -> DeskRecord | None:
        """Return a card that was issued here or went on being used here."""

    def put_card(self, card: DeskRecord) -> None:
        """Store or update a card."""

    def cards_of(self, resident: str) -> list[DeskRecord]:
        """Return a resident's cards, newest first."""

    def keep_lapse(self, lapse: LapsedCard, at: datetime) -> None:
        """Keep that a card ended by law."""

    def lapse_of(self, card_serial: str) -> LapsedCard | None:
        """Return how a card ended, None while nobody told that it did."""

    def lapses_of(self, resident: str) -> list[LapsedCard]:
        """Return a resident's cards that ended, the latest first."""

    def keep_written(self, kept: Sequence[tuple[str, KeptSubstitution]]) -> None:
        """Remember what was substituted for a system, by resident."""

    def substitutions(self, resident: str) -> list[KeptSubstitution]:
        """Return what was substituted in a person's items, oldest first."""

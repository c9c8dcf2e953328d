"""Storage of the card desk; a part of the municipality's ports."""

from __future__ import annotations

from typing import Protocol

from mizuhiki.institutions.municipality.domain.cards import DeskRecord


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

"""The reader on every municipality's counter in the world: a card of the drawer is laid on it by its serial."""

from __future__ import annotations

from pathlib import Path

from mizuhiki.card.reader import Reader
from mizuhiki.world.printed_cards import PrintedCards, order_file
from mizuhiki.world.stored_cards import StoredCards


class CounterReader:
    """Implements `DeskReader` of the municipality's pages."""

    def __init__(self, data: Path) -> None:
        self._cards = order_file(data, "any").parent
        self._stored = StoredCards(data)
        self._printed = PrintedCards(data)
        self._keys: dict[str, str] = {}

    def reader(self, card_serial: str) -> Reader | None:
        """Return a reader with the card of this serial on it; None when no drawer has it."""
        if card_serial not in self._keys:
            found = (file.stem for file in sorted(self._cards.glob("*.faces")))
            self._keys |= {self._printed.card_serial(key): key for key in found if key not in self._keys.values()}
        key = self._keys.get(card_serial)
        return None if key is None else self._stored.reader(key)

"""The reader on every municipality's counter in the world: a card of the drawer is laid on it by its serial."""

from __future__ import annotations

import threading
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
        self._serials: dict[tuple[str, int], str] = {}
        self._lock = threading.Lock()

    def reader(self, card_serial: str) -> Reader | None:
        """Return a reader with the card of this serial on it; None when no drawer has it."""
        with self._lock:
            found = {(file.stem, file.stat().st_mtime_ns): file.stem for file in sorted(self._cards.glob("*.faces"))}
            # A card that took another's place was printed anew: its order is read again.
            self._serials = {
                order: self._serials[order] if order in self._serials else self._printed.card_serial(key)
                for order, key in found.items()
            }
            keys = [key for (key, _), serial in self._serials.items() if serial == card_serial]
        return self._stored.reader(keys[0]) if keys else None

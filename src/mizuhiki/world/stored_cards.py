"""Cards that exist already, opened from their encrypted files."""

from __future__ import annotations

import threading
from pathlib import Path

from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.generation import card_generation
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.store import FileCardStore
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.vocabulary.errors import NotFound

GENERATION = "2016"
CARD_PASSPHRASE = "invented cards only"  # noqa: S105 - printed on purpose, it guards nothing


class NobodyOfThatName(NotFound):
    """There is no person of that key to act as, or no card of theirs."""

    code = "nobody-of-that-name"
    title = "There is no such person or card in this world"


def card_file(data: Path, key: str) -> Path:
    """Return where a person's card is kept."""
    return data / "cards" / f"{key}.card"


class StoredCards:
    """Opens cards by the key of their holder; each chip once, as one piece of plastic is one."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._chips: dict[str, Chip] = {}
        self._lock = threading.Lock()

    def open(self, key: str) -> CardClient:
        """Return a client on a person's card.

        Raises:
            NobodyOfThatName: the card was never issued.
        """
        return CardClient(self.reader(key), card_generation(GENERATION))

    def reader(self, key: str) -> InProcessReader:
        """Return a reader with a person's card on it, freshly powered: what another reader wrote is seen.

        Raises:
            NobodyOfThatName: the card was never issued.
        """
        with self._lock:
            if key in self._chips:
                self._chips[key].reset()
            else:
                path = card_file(self._data, key)
                if not path.exists():
                    raise NobodyOfThatName
                secret = CardSecret.from_passphrase(CARD_PASSPHRASE)
                generation = card_generation(GENERATION)
                self._chips[key] = Chip.open(FileCardStore(path), secret, SystemRandomness(), generation=generation)
            return InProcessReader(self._chips[key])

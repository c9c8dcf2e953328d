"""Cards that exist already, opened from their encrypted files."""

from __future__ import annotations

import threading
from pathlib import Path

from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.store import FileCardStore
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.vocabulary.errors import NotFound

_HEADER_LENGTH = 24
"""Magic and salt of a sealed image (spec/card.md §9)."""
CARD_PASSPHRASE = "invented cards only"  # noqa: S105 - printed on purpose, it guards nothing


class NobodyOfThatName(NotFound):
    """There is no person of that key to act as, or no card of theirs."""

    code = "nobody-of-that-name"
    title = "There is no such person or card in this world"


def card_file(data: Path, key: str) -> Path:
    """Return where a person's card is kept."""
    return data / "cards" / f"{key}.card"


class StoredCards:
    """Opens cards by the key of their holder; each chip once until another card takes its place."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._chips: dict[str, tuple[bytes, Chip]] = {}
        self._lock = threading.Lock()

    def open(self, key: str) -> CardClient:
        """Return a client on a person's card.

        Raises:
            NobodyOfThatName: the card was never issued.
        """
        return CardClient.of_card(self.reader(key))

    def reader(self, key: str) -> InProcessReader:
        """Return a reader with a person's card on it, freshly powered: what another reader wrote is seen.

        Raises:
            NobodyOfThatName: the card was never issued.
        """
        path = card_file(self._data, key)
        with self._lock:
            salt = _salt(path)
            known = self._chips.get(key)
            if known is not None and known[0] == salt:
                known[1].reset()
                return InProcessReader(known[1])
            secret = CardSecret.from_passphrase(CARD_PASSPHRASE)
            chip = Chip.open(FileCardStore(path), secret, SystemRandomness())
            self._chips[key] = (salt, chip)
            return InProcessReader(chip)


def _salt(path: Path) -> bytes:
    """Return what stays the same in the image of one card and differs in that of a card which took its place.

    Raises:
        NobodyOfThatName: there is no such card.
    """
    try:
        with path.open("rb") as file:
            return file.read(_HEADER_LENGTH)
    except FileNotFoundError:
        raise NobodyOfThatName from None

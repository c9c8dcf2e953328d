"""Very many cards on one machine: each a file, opened when it is used, at most so many in memory at once.

`KeyPool` is for load tests only; a card made with it says so for good (``MIZUHIKI-LOAD-TEST`` in its token file).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from mizuhiki.card.chip import Chip
from mizuhiki.card.store import FileCardStore
from mizuhiki.crypto.card_keys import CardKey, CardKeyAlgorithm, CardSecret
from mizuhiki.crypto.randomness import Randomness


class KeyPool:
    """Pre-made keys handed out again and again: cards of a load test share them, cards of people never do."""

    __slots__ = ("_keys", "_next")

    def __init__(self, size: int, algorithm: CardKeyAlgorithm = CardKeyAlgorithm.RSA_2048) -> None:
        self._keys = [CardKey.generate(algorithm) for _ in range(size)]
        self._next = 0

    def take(self, algorithm: CardKeyAlgorithm) -> CardKey:
        """Return the next key of the pool.

        Raises:
            ValueError: the pool is of another algorithm.
        """
        key = self._keys[self._next % len(self._keys)]
        if key.algorithm is not algorithm:
            raise ValueError("the pool is of another algorithm")
        self._next += 1
        return key


class CardCabinet:
    """Opens cards by name from a folder of sealed files and lets the longest unused one go."""

    def __init__(self, folder: Path, secret: CardSecret, randomness: Randomness, *, most_open: int = 64) -> None:
        self._folder = folder
        self._secret = secret
        self._randomness = randomness
        self._most_open = most_open
        self._open: OrderedDict[str, Chip] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def open_cards(self) -> int:
        """How many cards are in memory."""
        return len(self._open)

    def file(self, name: str) -> Path:
        """Return where a card lies; two levels of folders keep each small."""
        return self._folder / name[-2:] / f"{name}.card"

    def card(self, name: str) -> Chip:
        """Return the one open chip of a card; its session is lost when the card is let go, its state never.

        Raises:
            CardImageUnreadable: there is no such card, or the secret is another.
        """
        with self._lock:
            chip = self._open.pop(name, None)
            if chip is None:
                chip = Chip.open(FileCardStore(self.file(name)), self._secret, self._randomness)
            self._open[name] = chip
            while len(self._open) > self._most_open:
                self._open.popitem(last=False)
            return chip

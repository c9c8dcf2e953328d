"""The port between a client and any card: in this process, behind PC/SC, or across a virtual reader.

Three readers stand behind it: `InProcessReader` here, and in `runtime.card_readers` the system's PC/SC service and
a reader for cards that connect over TCP as they connect to vpcd.
"""

from __future__ import annotations

from typing import Protocol

from mizuhiki.card.chip import Chip


class Reader(Protocol):
    """A reader with a powered card in it."""

    @property
    def atr(self) -> bytes:
        """The card's answer to reset."""
        ...

    def reset(self) -> bytes:
        """Power the card off and on; return its answer to reset. Whatever PIN was verified is forgotten.

        Raises:
            Unavailable: no card, or it does not answer any more.
        """
        ...

    def transmit(self, apdu: bytes) -> bytes:
        """Send one command APDU and return the whole answer with its status word.

        Raises:
            Unavailable: no card, or it does not answer any more.
        """
        ...

    def close(self) -> None:
        """Give the card back without anything verified; the reader cannot be used any more."""
        ...


class InProcessReader:
    """A reader for a chip in this process; putting the chip in powers it on."""

    __slots__ = ("_chip",)

    def __init__(self, chip: Chip) -> None:
        self._chip = chip
        chip.reset()

    @property
    def atr(self) -> bytes:
        """The card's answer to reset."""
        return self._chip.atr

    def reset(self) -> bytes:
        """Power the card off and on; return its answer to reset."""
        return self._chip.reset()

    def transmit(self, apdu: bytes) -> bytes:
        """Send one command APDU."""
        return self._chip.transmit(apdu)

    def close(self) -> None:
        """Power the card off."""
        self._chip.reset()

"""The cards an agent offers: those in the readers of this computer, or the one in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.transport_errors import NoSuchReader, PcscNotRunning
from mizuhiki.runtime.card_readers.pcsc import PcscReader, connected_readers


@dataclass(frozen=True, slots=True)
class CardInReader:
    """Implements `web.view.OfferedCard`: the reader has a name, its holder is not known before the PIN."""

    name: str
    name_kana: str = ""
    municipality_ja: str = ""
    municipality_en: str = ""
    user_pin: str = ""
    signature_pin: str = ""

    @property
    def key(self) -> str:
        """The reader's name."""
        return self.name


class ConnectedCards:
    """The cards in PC/SC readers; with `only`, in readers whose name contains it."""

    def __init__(self, only: str = "") -> None:
        self._only = only.casefold()

    def holders(self) -> Sequence[CardInReader]:
        """Return one for each reader with a card in it; none while the PC/SC service is not running."""
        try:
            readers = connected_readers()
        except PcscNotRunning:
            return ()
        return [CardInReader(one.name) for one in readers if one.atr and self._only in one.name.casefold()]

    def open(self, key: str) -> CardClient:
        """Return a client that holds the card until it is closed.

        Raises:
            NoSuchReader, NoCardInReader, ReaderBusy: it cannot be had.
        """
        if self._only not in key.casefold():
            raise NoSuchReader(reader=key)
        return CardClient.of_card(PcscReader(key))


class OneCard:
    """One card of a file, whose chip runs in this process."""

    def __init__(self, name: str, chip: Chip) -> None:
        self._card = CardInReader(name)
        self._chip = chip

    def holders(self) -> Sequence[CardInReader]:
        """Return the one card."""
        return (self._card,)

    def open(self, key: str) -> CardClient:
        """Return a client on the card.

        Raises:
            NoSuchReader: it is asked for by another name.
        """
        if key != self._card.key:
            raise NoSuchReader(reader=key)
        return CardClient.of_card(InProcessReader(self._chip))

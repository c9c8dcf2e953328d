"""The card printer on every municipality's counter in the world, and the drawer that takes the cards made there.

A card made at the counter belongs to whom it was issued to: one of the people one can act as, whose older card it
replaces, or anybody else of the municipality, who then can be chosen at the reader as well. PINs typed at the counter
are kept nowhere, so no page shows them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from mizuhiki.card.chip import Chip
from mizuhiki.card.generation import card_generation_on
from mizuhiki.card.store import FileCardStore, MemoryCardStore
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.documents.photos import photo_needed
from mizuhiki.documents.portraits import portrait_jpeg
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.web.cards import FinishedCard
from mizuhiki.runtime.environment import Environment
from mizuhiki.vocabulary.dates import age_on
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import key_of
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.world.printed_cards import keep_order
from mizuhiki.world.roster import read_roster
from mizuhiki.world.stored_cards import CARD_PASSPHRASE, card_file

_SUFFIX = ".issued"
_MOST_BLANK = 64


class ChipNotFromThisPrinter(Unavailable):
    """The chip to be handed over was not given out by this device, or so long ago that it was thrown away."""

    code = "chip-not-from-this-printer"
    title = "The card printer does not have this chip any more; begin the card anew"


class CounterHolder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose card was made at a counter; no number and no PIN. `key` names the card in the drawer."""

    key: str
    resident: str
    municipality: str
    name: str
    name_kana: str
    birth_date: date
    card_serial: str


def counter_holders(data: Path) -> Iterator[CounterHolder]:
    """Give the holders of all cards that were made at counters, in the order of their keys."""
    for file in sorted(card_file(data, "any").parent.glob(f"*{_SUFFIX}")):
        yield read_json(file.read_bytes(), CounterHolder)


class CounterCardDesk:
    """Implements `CardDesk` of the municipality's pages over the drawer of `data`."""

    def __init__(self, environment: Environment, data: Path) -> None:
        self._environment = environment
        self._data = data
        self._blank: OrderedDict[str, MemoryCardStore] = OrderedDict()
        self._lock = threading.Lock()

    def blank_chip(self) -> Chip:
        """Return a chip of today's generation; it is kept in the device until it is handed over."""
        store, environment = MemoryCardStore(), self._environment
        chip = Chip.blank(
            card_generation_on(environment.clock.today()),
            environment.randomness,
            store=store,
            secret=CardSecret.from_passphrase(CARD_PASSPHRASE),
        )
        with self._lock:
            self._blank[chip.card_number] = store
            while len(self._blank) > _MOST_BLANK:
                self._blank.popitem(last=False)
        return chip

    def photograph(self, record: ResidentRecord) -> bytes:
        """Draw the portrait of the application; infants of the days without photograph get none."""
        born, day = record.birth_date, self._environment.clock.today()
        return portrait_jpeg(self._key(record.resident), age_on(born, day)) if photo_needed(born, day) else b""

    def hand_over(self, card: FinishedCard) -> None:
        """Put a finished card into its holder's drawer, with what is printed on it.

        Raises:
            ChipNotFromThisPrinter: this device did not give out its chip.
        """
        record, printed = card.record, card.printed
        key = self._key(record.resident)
        with self._lock:
            store = self._blank.pop(card.chip.card_number, None)
        sealed = store.load() if store is not None else None
        if sealed is None:
            if any(one.card_serial == printed.card_serial for one in counter_holders(self._data)):
                return
            raise ChipNotFromThisPrinter
        holder = CounterHolder(
            key=key,
            resident=record.resident,
            municipality=key_of(self._environment.institution),
            name=record.name.full,
            name_kana=record.name.full_kana,
            birth_date=record.birth_date,
            card_serial=printed.card_serial,
        )
        path = card_file(self._data, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        keep_order(self._data, key, printed, portrait=key, randomness=self._environment.randomness)
        FileCardStore(path).save(sealed)
        FileCardStore(path.with_suffix(_SUFFIX)).save(msgspec.json.encode(holder))

    def _key(self, resident: str) -> str:
        """Return the name of a resident's card in the drawer."""
        roster = read_roster(self._data)
        code = key_of(self._environment.institution)
        for person in roster.people if roster is not None else ():
            if (person.municipality, person.resident) == (code, resident):
                return person.key
        return f"{code}-{resident}"

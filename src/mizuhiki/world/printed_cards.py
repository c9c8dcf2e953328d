"""What is printed on the cards of the world, kept as the factory's order beside each chip, encrypted like the chip."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.store import FileCardStore
from mizuhiki.crypto.card_keys import CardSecret, CardVault
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.documents.card.faces import render_face, render_sheet
from mizuhiki.documents.card.form import Side, form_on
from mizuhiki.documents.card.record import CardRecord
from mizuhiki.documents.photos import Photo, check_photo, photo_needed
from mizuhiki.documents.portraits import portrait_jpeg
from mizuhiki.documents.typesetting import Output
from mizuhiki.institutions.municipality.domain.cards import IssuedCard
from mizuhiki.vocabulary.dates import age_on
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import Sex
from mizuhiki.vocabulary.places import municipality
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.world.roster import ActingPerson
from mizuhiki.world.stored_cards import CARD_PASSPHRASE, NobodyOfThatName, card_file

_MOST_KEPT = 64


class _Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One card's printing order; the portrait is drawn from `portrait` and the age."""

    name: str
    address: str
    birth_date: date
    sex: Sex
    number: str
    issued_on: date
    expires_on: date
    mayor: str
    card_serial: str
    security_code: str
    portrait: str


def order_file(data: Path, key: str) -> Path:
    """Return where the printing order of a person's card is kept."""
    return card_file(data, key).with_suffix(".faces")


def order_faces(
    data: Path, person: ActingPerson, chip: Chip, *, issued: IssuedCard, issued_on: date, randomness: Randomness
) -> None:
    """Keep what a card that was just issued shows; name, address and number are read from its own chip."""
    client = CardClient.of_card(InProcessReader(chip))
    items = client.read_four_items(person.user_pin)
    printed = CardRecord(
        name=items.name,
        address=items.address,
        birth_date=items.birth_date,
        sex=items.sex,
        number=client.read_individual_number(person.user_pin),
        issued_on=issued_on,
        expires_on=issued.expires_on,
        mayor=f"{municipality(person.municipality).name}長",
        card_serial=issued.card_serial,
        security_code=issued.security_code,
        photo=_portrait(person.key, items.birth_date, issued_on),
    )
    keep_order(data, person.key, printed, portrait=person.key, randomness=randomness)


def keep_order(data: Path, key: str, printed: CardRecord, *, portrait: str, randomness: Randomness) -> None:
    """Keep what is printed on a card; its photograph is drawn again from `portrait`."""
    order = _Order(
        name=printed.name,
        address=printed.address,
        birth_date=printed.birth_date,
        sex=printed.sex,
        number=printed.number.reveal(),
        issued_on=printed.issued_on,
        expires_on=printed.expires_on,
        mayor=printed.mayor,
        card_serial=printed.card_serial,
        security_code=printed.security_code,
        portrait=portrait,
    )
    vault = CardVault.create(CardSecret.from_passphrase(CARD_PASSPHRASE), randomness)
    FileCardStore(order_file(data, key)).save(vault.seal_image(msgspec.json.encode(order), randomness))


def _portrait(words: str, born: date, issued_on: date) -> Photo | None:
    """Draw the photograph of a card; None for infants of the days without one."""
    if not photo_needed(born, issued_on):
        return None
    return check_photo(portrait_jpeg(words, age_on(born, issued_on)), taken_on=issued_on, received_on=issued_on)


class PrintedCards:
    """Renders cards by the key of their holder; a picture is made once and kept as long as the process lives."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._rendered: dict[tuple[str, str, int], bytes] = {}
        self._lock = threading.Lock()

    def has_faces(self, key: str) -> bool:
        """Say whether it is known what is printed on a person's card."""
        return order_file(self._data, key).exists()

    def face(self, key: str, side: Side, *, in_sleeve: bool) -> bytes:
        """Return a side of a person's card as SVG.

        Raises:
            NobodyOfThatName: nobody of that key has a card.
            DoesNotFit, CharacterNotPrintable, FontsMissing: the card cannot be printed here.
        """
        return self._kept(key, f"{side.value}-{in_sleeve}", lambda record: _face(record, side, in_sleeve=in_sleeve))

    def sheet(self, key: str) -> bytes:
        """Return both sides in their true size on a sheet of paper, as PDF.

        Raises:
            as `face`.
        """
        return self._kept(key, "sheet", lambda record: render_sheet(record, form_on(record.issued_on)))

    def card_serial(self, key: str) -> str:
        """Return the serial on a person's card.

        Raises:
            NobodyOfThatName: nobody of that key has a card.
        """
        return self._order(key).card_serial

    def _order(self, key: str) -> _Order:
        sealed = FileCardStore(order_file(self._data, key)).load()
        if sealed is None:
            raise NobodyOfThatName
        vault = CardVault.of_image(CardSecret.from_passphrase(CARD_PASSPHRASE), sealed)
        return read_json(vault.open_image(sealed), _Order)

    def _kept(self, key: str, what: str, render: Callable[[CardRecord], bytes]) -> bytes:
        order = (key, what, _written(order_file(self._data, key)))
        with self._lock:
            if order not in self._rendered:
                made = render(self._record(key))
                if len(self._rendered) >= _MOST_KEPT:
                    self._rendered.clear()
                self._rendered[order] = made
            return self._rendered[order]

    def _record(self, key: str) -> CardRecord:
        order = self._order(key)
        return CardRecord(
            name=order.name,
            address=order.address,
            birth_date=order.birth_date,
            sex=order.sex,
            number=IndividualNumber.parse(order.number),
            issued_on=order.issued_on,
            expires_on=order.expires_on,
            mayor=order.mayor,
            card_serial=order.card_serial,
            security_code=order.security_code,
            photo=_portrait(order.portrait, order.birth_date, order.issued_on),
        )


def _written(order: Path) -> int:
    """Return when an order was written, so that a new card is not shown as the old one; 0 where there is none."""
    try:
        return order.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _face(record: CardRecord, side: Side, *, in_sleeve: bool) -> bytes:
    return render_face(record, form_on(record.issued_on), side, Output.SVG, in_sleeve=in_sleeve)

"""The cards of the people one can act as: made by the municipality's desk, kept in encrypted files."""

from __future__ import annotations

import threading
from pathlib import Path

from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.generation import card_generation
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.store import FileCardStore
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.institutions.municipality.domain.cards import CardForm, IssuedCard
from mizuhiki.vocabulary.errors import NotFound
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.world.nation.nation import Nation
from mizuhiki.world.roster import ActingPerson, Roster

GENERATION = "2016"
CARD_PASSPHRASE = "invented cards only"  # noqa: S105 - printed on purpose, it guards nothing


class NobodyOfThatName(NotFound):
    """There is no person of that key to act as."""

    code = "nobody-of-that-name"
    title = "There is no such person in this world"


class CardDrawer:
    """Opens people's cards; a card that does not exist yet is issued at the counter first."""

    def __init__(self, nation: Nation, roster: Roster) -> None:
        self._nation = nation
        self._roster = roster
        self._chips: dict[str, Chip] = {}
        self._lock = threading.RLock()
        self._folder = nation.settings.data / "cards"

    def holders(self) -> list[ActingPerson]:
        """Return everybody one can act as."""
        return list(self._roster.people)

    def has_card(self, key: str) -> bool:
        """Say whether a person's card exists already."""
        return self._path(key).exists()

    def open(self, key: str) -> CardClient:
        """Return a client on a person's card.

        Raises:
            NobodyOfThatName: nobody of that key.
            MizuhikiError: the card could not be issued; see the municipality's `issue_card`.
        """
        with self._lock:
            chip = self._chips.get(key) or self._insert(key)
            self._chips[key] = chip
        return CardClient(InProcessReader(chip), card_generation(GENERATION))

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.card"

    def _insert(self, key: str) -> Chip:
        person = next((one for one in self._roster.people if one.key == key), None)
        if person is None:
            raise NobodyOfThatName
        secret = CardSecret.from_passphrase(CARD_PASSPHRASE)
        path = self._path(key)
        store = FileCardStore(path)
        generation = card_generation(GENERATION)
        if path.exists():
            return Chip.open(store, secret, self._nation.settings.randomness, generation=generation)
        path.parent.mkdir(parents=True, exist_ok=True)
        chip = Chip.blank(generation, self._nation.settings.randomness, store=store, secret=secret)
        self.issue(person, chip)
        return chip

    def issue(self, person: ActingPerson, chip: Chip) -> IssuedCard:
        """Have the municipality's desk personalise a blank chip for a person."""
        city = institution_id(InstitutionKind.MUNICIPALITY, person.municipality)
        context = self._nation.context(city, "counter-clerk", "card-issue", "番号法17条", "issue a card")
        form = CardForm(
            request_id=f"card-{person.key}",
            resident=person.resident,
            user_pin=person.user_pin,
            signature_pin=person.signature_pin or None,
            juki_pin=person.user_pin,
            text_pin=person.user_pin,
            issued_on=context.today(),
        )
        issued: IssuedCard = self._nation.operations(city).issue_card(context, form, chip)
        return issued

"""The cards of the people one can act as: made by the municipality's desk, kept in encrypted files."""

from __future__ import annotations

import threading

from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.generation import card_generation_on
from mizuhiki.card.store import FileCardStore
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.documents.photos import photo_needed
from mizuhiki.documents.portraits import portrait_jpeg
from mizuhiki.institutions.municipality.domain.cards import CardForm, IssuedCard
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import age_on
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.world.nation.nation import Nation
from mizuhiki.world.printed_cards import order_faces
from mizuhiki.world.roster import ActingPerson, Roster
from mizuhiki.world.stored_cards import CARD_PASSPHRASE, NobodyOfThatName, StoredCards, card_file


class CardDrawer:
    """Opens people's cards; a card that does not exist yet is issued at the counter first."""

    def __init__(self, nation: Nation, roster: Roster) -> None:
        self._nation = nation
        self._roster = roster
        self._stored = StoredCards(nation.settings.data)
        self._lock = threading.RLock()

    def holders(self) -> list[ActingPerson]:
        """Return everybody one can act as."""
        return list(self._roster.people)

    def has_card(self, key: str) -> bool:
        """Say whether a person's card exists already."""
        return card_file(self._nation.settings.data, key).exists()

    def open(self, key: str) -> CardClient:
        """Return a client on a person's card.

        Raises:
            NobodyOfThatName: nobody of that key.
            MizuhikiError: the card could not be issued; see the municipality's `issue_card`.
        """
        with self._lock:
            if not self.has_card(key):
                self._issue(key)
            return self._stored.open(key)

    def _issue(self, key: str) -> IssuedCard:
        """Have the municipality's desk personalise a blank chip for a person."""
        person = next((one for one in self._roster.people if one.key == key), None)
        if person is None:
            raise NobodyOfThatName
        path = card_file(self._nation.settings.data, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        drafted = path.with_suffix(".new")
        drafted.unlink(missing_ok=True)
        chip = Chip.blank(
            card_generation_on(self._nation.settings.clock.today()),
            self._nation.settings.randomness,
            store=FileCardStore(drafted),
            secret=CardSecret.from_passphrase(CARD_PASSPHRASE),
        )
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
            photo=self._photo(city, person, context),
            substitutes_confirmed=True,  # invented people have seen their certificates
        )
        issued: IssuedCard = self._nation.operations(city).issue_card(context, form, chip)
        settings = self._nation.settings
        order_faces(
            settings.data, person, chip, issued=issued, issued_on=form.issued_on, randomness=settings.randomness
        )
        drafted.replace(path)
        return issued

    def _photo(self, city: InstitutionId, person: ActingPerson, context: Context) -> bytes:
        """Draw the portrait of the application; infants of the days without photograph get none."""
        reading = self._nation.context(city, "counter-clerk", "card-issue", "番号法17条", "prepare a card")
        born = self._nation.operations(city).resident(reading, person.resident, work=Work.CARD).birth_date
        day = context.today()
        return portrait_jpeg(person.key, age_on(born, day)) if photo_needed(born, day) else b""

"""From the counter to a verifier's status answer: a changed item ends the signature certificate within a minute.

Every institution on the way is real and does its timed work only after its whole period has passed, as at the worst.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from werkzeug.test import Client

from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.generation import card_generation
from mizuhiki.card.reader import InProcessReader
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.x509 import CertificateRevoked, build_ocsp_request, read_ocsp_status
from mizuhiki.documents.portraits import portrait_jpeg
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.status import StatusTimes
from mizuhiki.institutions.municipality.domain.cards import CardForm
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.events.forms import SeenDocument
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.runtime.wsgi import PEER_KEY
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from support.events import NORTH, clerk, events, mayor, note, office
from support.municipality import MIYAKONOJO, Country, family, make_country

WAY = (
    (MIYAKONOJO, "relay-outbox"),
    ("prefecture-45", "relay-outbox"),
    ("national-register", "relay-outbox"),
    ("jpki", "prepare-status-answers"),
)
JPKI = institution_id(InstitutionKind.JPKI)
MINUTE = timedelta(seconds=60)


@dataclass
class Holder:
    """Somebody with a card, and a verifier that asks about its certificates."""

    country: Country
    people: list[str]
    card: CardClient

    def certificates(self) -> dict[Kind, bytes]:
        return {
            Kind.SIGNATURE: self.card.signature_certificate("ABC123"),
            Kind.USER_IDENTIFICATION: self.card.user_identification_certificate(),
        }

    def wait(self) -> timedelta:
        """Let the longest time pass that a change may take on its way; return it."""
        started = self.country.clock.now()
        for institution, name in WAY:
            job = next(one for one in self.country.apps[institution].jobs if one.name == name)
            self.country.clock.advance(job.every)
            job.run()
        times = StatusTimes()
        self.country.clock.advance(times.catch_up_every + times.cached_at_most)
        return self.country.clock.now() - started

    def ask(self, kind: Kind) -> None:
        """Ask as the portal does; raises unless the certificate is good."""
        authorities = self.country.apps["jpki"].operations
        ca = authorities.ca_certificate(kind)
        request = build_ocsp_request(self.certificates()[kind], ca, None)
        answer = Client(self.country.apps["jpki"].wsgi).post(
            "/ocsp",
            data=request,
            content_type="application/ocsp-request",
            base_url=f"http://{self.country.directory.entry(JPKI).host}",
            environ_overrides={PEER_KEY: "portal"},
        )
        read_ocsp_status(answer.data, request, ca, self.country.clock.now())

    def require(self, *, signature: bool, user_identification: bool) -> None:
        """Check which certificates a verifier is told to be good."""
        for kind, good in ((Kind.SIGNATURE, signature), (Kind.USER_IDENTIFICATION, user_identification)):
            if good:
                self.ask(kind)
            else:
                with pytest.raises(CertificateRevoked):
                    self.ask(kind)


@pytest.fixture
def holder() -> Iterator[Holder]:
    country = make_country(certifies=True)
    people = office(country).import_existing_residents(country.context("registrar"), [family()])
    country.pump()
    chip = Chip.blank(card_generation("2016"), SeededRandomness(b"chip"))
    form = CardForm("c1", people[0], "8417", "ABC123", "8417", "8417", date(2019, 12, 2), portrait_jpeg("somebody", 34))
    office(country).issue_card(country.context("counter-clerk", "card-issue"), form, chip)
    country.pump()
    made = Holder(country, people, CardClient(InProcessReader(chip), card_generation("2016")))
    made.wait()
    made.require(signature=True, user_identification=True)
    yield made
    country.close()


def move(holder: Holder) -> None:
    note_of_move = note(EventKind.MOVE_WITHIN)
    events(holder.country).move_within(clerk(holder.country), note_of_move, holder.people, Place(NORTH))


def die(holder: Holder) -> None:
    told = note(EventKind.DEATH, documents=(SeenDocument("death-certificate"),))
    events(holder.country).enter_death(clerk(holder.country), told, holder.people[0])


def correct(holder: Holder) -> None:
    full = {one: {"address": "宮崎県都城市姫城町６－２１"} for one in holder.people}
    events(holder.country).correct_writing(mayor(holder.country), note(EventKind.MINOR_CORRECTION), full)


@pytest.mark.requirement("R-202")
@pytest.mark.parametrize(
    ("change", "signature", "user_identification"),
    [(move, False, True), (die, False, False), (correct, True, True)],
    ids=["move", "death", "corrected typing fault"],
)
def test_a_verifier_is_told_within_a_minute_what_the_register_changed(
    holder: Holder, change: Callable[[Holder], None], *, signature: bool, user_identification: bool
) -> None:
    change(holder)
    holder.require(signature=True, user_identification=True)
    assert holder.wait() <= MINUTE
    holder.require(signature=signature, user_identification=user_identification)

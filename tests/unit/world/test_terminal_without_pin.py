"""A clinic's terminal uses a card without PIN: approved by the authority, opened by the holder, recorded (R-209)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.support.documents import FONTS

from mizuhiki.card.certificates import issue_terminal_certificate
from mizuhiki.card.client import CardClient
from mizuhiki.card.commands.terminal import USE_WITHOUT_PIN
from mizuhiki.card.errors import CardAsksForPin, TerminalNotTrusted
from mizuhiki.crypto.card_keys import CardKey, CardKeyAlgorithm
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.institutions.jpki.operations.approve_terminals import PinlessUse
from mizuhiki.institutions.municipality.domain.cards import ShownCard
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import jpki
from mizuhiki.world.local import LocalStage, open_nation
from mizuhiki.world.printed_cards import PrintedCards
from mizuhiki.world.roster import read_roster
from mizuhiki.world.stored_cards import StoredCards
from support.nation import PORT, founded_folder

JPKI = institution_id(InstitutionKind.JPKI)
FIRST_DAY, LAST_DAY, AFTERWARDS = date(2021, 3, 8), date(2021, 3, 14), date(2021, 3, 15)
"""A certificate given on the first day holds for seven days."""
pytestmark = [pytest.mark.outside(*FONTS)]


@contextmanager
def country_on(data: Path, day: date) -> Iterator[LocalStage]:
    """Open the country of `data` at nine o'clock of a later day."""
    roster = read_roster(data)
    assert roster is not None
    stage = LocalStage(
        open_nation(data, day, port=PORT, randomness=SystemRandomness(), started_at=SystemClock().now()), roster
    )
    try:
        yield stage
    finally:
        stage.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(founded_folder(), tmp_path / "nation"))


class Terminal:
    """A device outside all institutions: it has a key, and reaches the authority through its municipality."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.key = CardKey.generate(CardKeyAlgorithm.P384)

    def fetch(self, stage: LocalStage, city: str) -> bytes:
        peers = Peers(stage.nation.environment(institution_id(InstitutionKind.MUNICIPALITY, city)))
        answer = peers.call(JPKI, jpki.TERMINAL_CERTIFICATE, jpki.TerminalCertificateRequest(terminal=self.name))
        return answer.certificate

    def report(self, stage: LocalStage, city: str, client: CardClient, use: str) -> None:
        said = PinlessUse(
            use=use,
            terminal=self.name,
            certificate=client.user_identification_certificate(),
            challenge=b"asked by the clinic",
            used_at=int(stage.clock.now().timestamp()),
            signature=b"",
        )
        peers = Peers(stage.nation.environment(institution_id(InstitutionKind.MUNICIPALITY, city)))
        values = {name: getattr(said, name) for name in ("use", "terminal", "certificate", "challenge", "used_at")}
        peers.call(
            JPKI,
            jpki.RECORD_PINLESS_USE,
            jpki.PinlessUseReport(**values, signature=self.key.sign_message(said.content())),
        )


def operator(stage: LocalStage, person: str) -> Context:
    return stage.context(JPKI, "operator", "card-issue", "公的個人認証法38条の4", "look after terminals", person=person)


def terminals(stage: LocalStage) -> Any:
    return stage.operations(JPKI).terminals


def propose(stage: LocalStage, terminal: Terminal, until: date = date(2021, 12, 31)) -> None:
    terminals(stage).propose(
        operator(stage, "first"),
        terminal=terminal.name,
        operator="海岸診療所(架空)",
        purpose="資格確認",
        key=terminal.key.public_key,
        until=until,
    )


def approve(stage: LocalStage, terminal: Terminal, until: date = date(2021, 12, 31)) -> None:
    propose(stage, terminal, until)
    terminals(stage).approve(operator(stage, "second"), terminal=terminal.name)


def holder(stage: LocalStage) -> Any:
    return next(one for one in stage.roster.people if one.signature_pin)


def let_terminals(stage: LocalStage, *, allowed: bool) -> None:
    """The holder asks for it at the counter, with the card on the desk's reader."""
    person = holder(stage)
    city = institution_id(InstitutionKind.MUNICIPALITY, person.municipality)
    shown = ShownCard(
        resident=person.resident,
        card_serial=PrintedCards(stage.nation.settings.data).card_serial(person.key),
        face_compared=True,
    )
    context = stage.context(city, "counter-clerk", "card-issue", "番号法17条", "open a card to terminals")
    reader = StoredCards(stage.nation.settings.data).reader(person.key)
    stage.operations(city).set_use_without_pin(context, shown, reader, allowed=allowed)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(PeerProblem) as caught:
        call()
    return caught.value.peer_code


def card_of(stage: LocalStage) -> CardClient:
    return StoredCards(stage.nation.settings.data).open(holder(stage).key)


@pytest.mark.requirement("R-209")
def test_only_an_approved_terminal_uses_a_card_its_holder_opened_and_the_use_is_recorded(data: Path) -> None:
    terminal = Terminal("clinic-reader-1")
    with country_on(data, FIRST_DAY) as stage:
        city = holder(stage).municipality
        for prepare in (lambda: None, lambda: propose(stage, terminal)):
            prepare()
            assert refused(lambda: terminal.fetch(stage, city)) == "terminal-not-approved"
        terminals(stage).approve(operator(stage, "second"), terminal=terminal.name)
        certificate = terminal.fetch(stage, city)
        with pytest.raises(CardAsksForPin):
            card_of(stage).sign_without_pin(certificate, terminal.key, b"asked by the clinic")
        let_terminals(stage, allowed=True)
        assert card_of(stage).sign_without_pin(certificate, terminal.key, b"asked by the clinic")
        terminal.report(stage, city, card_of(stage), "use-1")
        assert [(one.terminal, uses) for one, uses in terminals(stage).listed(operator(stage, "first"))] == [
            (terminal.name, 1)
        ]
        stranger = CardKey.generate(CardKeyAlgorithm.P384)
        own = issue_terminal_certificate(
            stranger,
            holder=terminal.name,
            public_key=stranger.public_key,
            role=USE_WITHOUT_PIN,
            effective_on=FIRST_DAY,
            expires_on=LAST_DAY,
        )
        for shown, key in ((own, stranger), (certificate, stranger)):
            with pytest.raises(TerminalNotTrusted):
                card_of(stage).sign_without_pin(shown, key, b"x")
        let_terminals(stage, allowed=False)
        with pytest.raises(CardAsksForPin):
            card_of(stage).sign_without_pin(certificate, terminal.key, b"x")


@pytest.mark.requirement("R-209")
def test_a_suspended_terminal_gets_no_certificate_and_its_last_one_ends_within_a_week(data: Path) -> None:
    terminal, other = Terminal("clinic-reader-1"), Terminal("clinic-reader-2")
    with country_on(data, FIRST_DAY) as stage:
        city = holder(stage).municipality
        approve(stage, terminal)
        approve(stage, other, LAST_DAY)
        let_terminals(stage, allowed=True)
        certificate = terminal.fetch(stage, city)
        terminals(stage).suspend(operator(stage, "first"), terminal=terminal.name)
        for call in (
            lambda: terminal.fetch(stage, city),
            lambda: terminal.report(stage, city, card_of(stage), "use-2"),
        ):
            assert refused(call) == "terminal-not-approved"
    with country_on(data, LAST_DAY) as stage:
        card_of(stage).sign_without_pin(other.fetch(stage, city), other.key, b"tells the chip the day")
        assert card_of(stage).sign_without_pin(certificate, terminal.key, b"x"), "the chip knows no list"
    with country_on(data, AFTERWARDS) as stage:
        assert refused(lambda: other.fetch(stage, city)) == "terminal-not-approved"
        terminals(stage).resume(operator(stage, "second"), terminal=terminal.name)
        fresh = terminal.fetch(stage, city)
        assert card_of(stage).sign_without_pin(fresh, terminal.key, b"x")
        with pytest.raises(TerminalNotTrusted):
            card_of(stage).sign_without_pin(certificate, terminal.key, b"x")

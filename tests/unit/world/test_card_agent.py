"""The reader agent for this computer's cards: a page hands over a request, the person agrees, the card signs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from mizuhiki.card.agent_protocol import SigningKind, SigningResponse
from mizuhiki.card.client import CardClient
from mizuhiki.card.generation import PinRole
from mizuhiki.card.reader import InProcessReader
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.world.card_agent.serve import NoSuchWorld, agent_environment, world_of
from mizuhiki.world.card_agent.site import narrowed
from support.card_agent import CARD, HERE, AgentPlace, Window
from support.environment import make_directory
from support.world_web import NOW, ORIGIN, SIGNATURE_PIN, USER_PIN, make_chip, posted_back, request_of, signed


@pytest.fixture
def place() -> Iterator[AgentPlace]:
    with agent_environment(FixedClock(NOW), make_directory()) as (environment, database):
        yield AgentPlace(environment, database, make_chip())


def _sign(window: Window, page_address: str, pin: str) -> tuple[str, dict[str, str]]:
    consent = window.get(page_address)
    pin_page = window.post(consent, card=CARD)
    return posted_back(window.post(pin_page, pin=pin))


@pytest.mark.parametrize(
    ("kind", "pin"), [(SigningKind.USER_IDENTIFICATION, USER_PIN), (SigningKind.SIGNATURE, SIGNATURE_PIN)]
)
def test_a_page_hands_over_a_request_and_the_answer_goes_to_its_return_address(
    place: AgentPlace, kind: SigningKind, pin: str
) -> None:
    asked = request_of(kind=kind)
    assert place.call("GET", "/v1/agent").json == {"agent": "mizuhiki", "version": 1}
    handed = place.hand_over(signed(asked))
    assert handed.status_code == 201
    ticket = {"Authorization": f"Bearer {handed.json['ticket']}"}
    assert place.call("GET", "/v1/requests", headers=ticket).json == {"state": "waiting"}
    window = Window(place)
    assert ORIGIN in window.get(handed.json["page"]).text
    assert place.call("GET", "/v1/requests", headers=ticket).json == {"state": "opened"}
    address, fields = _sign(window, f"/?request={signed(asked)}", pin)
    assert place.call("GET", "/v1/requests", headers=ticket).json == {"state": "answered"}
    assert address == asked.return_url
    answer = SigningResponse.from_form_fields(fields)
    key = x509.load_der_x509_certificate(answer.certificate).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(answer.signature, asked.challenge, padding.PKCS1v15(), SHA256())


def test_a_browser_may_also_bring_the_request_itself_as_in_the_demo_country(place: AgentPlace) -> None:
    address, fields = _sign(Window(place), f"/?request={signed(request_of())}", USER_PIN)
    assert address == request_of().return_url
    assert SigningResponse.from_form_fields(fields).refusal is None


def test_the_person_sees_who_asks_for_what_and_with_which_card(place: AgentPlace) -> None:
    page = Window(place).get(f"/?request={signed(request_of())}").text
    assert ORIGIN in page
    assert "Sign in to the citizen portal" in page
    assert CARD in page
    assert "PIN of this invented person" not in page


def test_nothing_stays_verified_in_the_card_after_a_signature(place: AgentPlace) -> None:
    chip = make_chip()
    with agent_environment(FixedClock(NOW), make_directory()) as (environment, database):
        place = AgentPlace(environment, database, chip)
        _sign(Window(place), f"/?request={signed(request_of())}", USER_PIN)
    select_key = "00A4040C0AD392F000260100000001", "00A4020C020017"
    for command in select_key:
        assert chip.transmit(bytes.fromhex(command)) == b"\x90\x00"
    assert chip.transmit(bytes.fromhex("802A008006010203040506" + "00")) == b"\x69\x82"


def test_the_last_try_is_used_only_after_the_person_ticks_the_box() -> None:
    chip = make_chip()
    with agent_environment(FixedClock(NOW), make_directory()) as (environment, database):
        place = AgentPlace(environment, database, chip)
        window = Window(place)
        page = window.post(window.get(f"/?request={signed(request_of())}"), card=CARD)
        for _ in range(2):
            page = window.post(page, pin="0000")
        page = window.post(page, pin="0000")
        assert CardClient(InProcessReader(chip)).pin_tries_left(PinRole.USER_IDENTIFICATION) == 1
        assert "Only one try is left" in page.text
        page = window.post(page, pin=USER_PIN, confirm="yes")
        assert posted_back(page)[0] == request_of().return_url


def test_the_start_page_lists_the_cards_in_the_readers(place: AgentPlace) -> None:
    assert CARD in Window(place).get("/").text


def test_a_request_that_is_over_is_not_taken(place: AgentPlace) -> None:
    place.move_to(NOW + timedelta(minutes=6))
    refused = place.hand_over(signed(request_of()))
    assert refused.json["error"] == "signing-request-expired"


def test_only_named_websites_of_the_directory_may_ask_where_some_are_named() -> None:
    kept = narrowed(make_directory(), [ORIGIN])
    assert [entry.institution for entry in kept] == ["portal"]
    assert len(list(narrowed(make_directory(), []))) == len(list(make_directory()))


def test_a_folder_without_a_world_is_named_as_such(tmp_path: object) -> None:
    with pytest.raises(NoSuchWorld):
        world_of(tmp_path)  # type: ignore[arg-type]


def test_the_windows_address_is_the_agents_own(place: AgentPlace) -> None:
    assert place.hand_over(signed(request_of())).json["page"].startswith(f"{HERE}/open/")

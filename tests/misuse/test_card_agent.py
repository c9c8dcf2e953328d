"""What websites, programs and other people's pages may not do with the reader agent on somebody's computer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mizuhiki.runtime.clock import FixedClock
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.world.card_agent.serve import agent_environment
from support.card_agent import CARD, HERE, AgentPlace, Window
from support.environment import make_directory
from support.world_web import NOW, ORIGIN, USER_PIN, make_chip, request_of, signed

COMMISSION = parse_institution_id("commission")
COMMISSION_ORIGIN = "https://commission.localhost"
FOREIGN = ("https://evil.example", "null", "http://portal.localhost", "https://portal.localhost.evil.example", "")


@pytest.fixture(scope="module")
def chip_image() -> object:
    return make_chip()


@pytest.fixture
def place(chip_image: object) -> Iterator[AgentPlace]:
    with agent_environment(FixedClock(NOW), make_directory()) as (environment, database):
        yield AgentPlace(environment, database, chip_image)  # type: ignore[arg-type]


@pytest.mark.parametrize("origin", [*FOREIGN, None])
def test_a_foreign_website_learns_nothing_not_even_that_the_agent_is_there(
    place: AgentPlace, origin: str | None
) -> None:
    for method, path in (("GET", "/v1/agent"), ("POST", "/v1/requests"), ("GET", "/v1/requests")):
        answer = place.call(method, path, origin=origin, json={"request": signed(request_of())})
        assert answer.status_code == 403
        assert answer.json["error"] == "agent-foreign-origin"
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("origin", FOREIGN)
def test_the_preflight_of_a_foreign_website_is_refused(place: AgentPlace, origin: str) -> None:
    headers = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Private-Network": "true"}
    answer = place.call("OPTIONS", "/v1/requests", origin=origin, headers=headers)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name[0].startswith("Access-Control")]


def test_the_preflight_of_an_allowed_website_names_it_alone(place: AgentPlace) -> None:
    headers = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Private-Network": "true"}
    answer = place.call("OPTIONS", "/v1/requests", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("host", ["http://evil.example", "http://evil.example:8421", "http://localhost.evil.example"])
def test_a_name_that_is_made_to_point_here_is_not_served(place: AgentPlace, host: str) -> None:
    """DNS rebinding: the browser thinks it talks to its own site, but the Host header says which."""
    for path in ("/", "/cards", "/v1/agent", f"/?request={signed(request_of())}"):
        answer = place.call("GET", path, host=host)
        assert answer.status_code == 400
        assert CARD not in answer.text


def test_a_website_cannot_hand_over_the_request_of_another(place: AgentPlace) -> None:
    refused = place.hand_over(signed(request_of()), origin=COMMISSION_ORIGIN)
    assert refused.status_code == 403
    assert refused.json["error"] == "agent-request-of-another-origin"


def test_a_website_cannot_sign_a_request_in_anothers_name(place: AgentPlace) -> None:
    for text in (signed(request_of(), by=COMMISSION), signed(request_of(COMMISSION), by=COMMISSION)):
        refused = place.hand_over(text, origin=COMMISSION_ORIGIN)
        assert refused.status_code in {400, 403}
        assert "ticket" not in refused.json


@pytest.mark.parametrize(
    "options",
    [
        {"data": "request=abc", "content_type": "application/x-www-form-urlencoded"},
        {"data": '{"request": "abc"}', "content_type": "text/plain"},
        {"data": "{", "content_type": "application/json"},
        {"data": '{"request": "a", "more": 1}', "content_type": "application/json"},
        {"data": '{"request": "' + "a" * 40_000 + '"}', "content_type": "application/json"},
        {"data": "[]", "content_type": "application/json"},
    ],
)
def test_only_a_json_document_with_the_request_is_taken(place: AgentPlace, options: dict[str, object]) -> None:
    refused = place.call("POST", "/v1/requests", **options)
    assert refused.status_code == 400
    assert refused.json["error"] == "malformed-agent-hand-over"


def test_a_request_is_handed_over_once(place: AgentPlace) -> None:
    assert place.hand_over(signed(request_of())).status_code == 201
    assert place.hand_over(signed(request_of())).json["error"] == "agent-request-brought"


def test_a_request_that_was_answered_is_not_taken_again(place: AgentPlace) -> None:
    window = Window(place)
    page = window.post(window.get(f"/?request={signed(request_of())}"), card=CARD)
    assert "The card has signed" in window.post(page, pin=USER_PIN).text
    again = place.hand_over(signed(request_of()))
    assert again.status_code == 409
    assert again.json["error"] == "signing-request-answered"
    assert Window(place).get(f"/?request={signed(request_of())}").status_code == 409


def test_the_opening_of_the_window_works_once_and_not_after_its_time(place: AgentPlace) -> None:
    page = place.hand_over(signed(request_of())).json["page"]
    assert Window(place).get(page).status_code == 200
    assert Window(place).get(page).status_code == 404
    late = place.hand_over(signed(request_of(request_id="r-2"))).json["page"]
    place.move_to(NOW + timedelta(minutes=6))
    assert Window(place).get(late).status_code == 404
    assert Window(place).get("/open/").status_code == 404


def test_a_ticket_is_needed_and_is_worth_nothing_to_another_website(place: AgentPlace) -> None:
    ticket = place.hand_over(signed(request_of())).json["ticket"]
    for headers in (
        {},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {ticket}"},
        {"Authorization": "Bearer x"},
    ):
        assert place.call("GET", "/v1/requests", headers=headers).status_code == 404
    bearer = {"Authorization": f"Bearer {ticket}"}
    assert place.call("GET", "/v1/requests", origin=COMMISSION_ORIGIN, headers=bearer).status_code == 404
    assert place.call("GET", "/v1/requests", headers=bearer).status_code == 200


def test_another_websites_form_cannot_agree_or_enter_a_pin(place: AgentPlace) -> None:
    window = Window(place)
    consent = window.get(f"/?request={signed(request_of())}")
    assert window.post(consent, site="cross-site", card=CARD).status_code == 403
    assert window.post(consent, site="same-site", card=CARD).status_code == 403
    pin_page = window.post(consent, card=CARD)
    assert window.post(pin_page, site="cross-site", pin=USER_PIN).status_code == 403


def test_a_window_that_did_not_bring_the_request_cannot_answer_it(place: AgentPlace) -> None:
    consent = Window(place).get(f"/?request={signed(request_of())}")
    assert Window(place).get(consent.request.path).status_code == 404


def test_the_pin_is_in_no_answer_and_the_pages_may_not_be_framed(place: AgentPlace) -> None:
    window = Window(place)
    consent = window.get(f"/?request={signed(request_of())}")
    pin_page = window.post(consent, card=CARD)
    wrong = window.post(pin_page, pin="9182")
    done = window.post(wrong, pin=USER_PIN)
    for page in (consent, pin_page, wrong, done):
        for pin in (USER_PIN, "9182"):
            # As a word of its own: digits of an address or a token are nobody's PIN.
            assert not re.search(rf"(?<![\w+/=-]){pin}(?![\w+/=-])", page.text)
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in page.headers


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "OPTIONS", "PUT", "DELETE", "HEAD"]),
    path=st.sampled_from(["/v1/agent", "/v1/requests", "/open/x", "/ask/x", "/ask/x/pin", "/ask/x/return", "/cards"])
    | st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=20).map(lambda text: "/" + text),
    body=st.binary(max_size=200),
    kind=st.sampled_from(["application/json", "text/plain", "application/x-www-form-urlencoded"]),
    authorization=st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40),
)
def test_nothing_a_page_sends_makes_the_agent_fail_or_sign(
    place: AgentPlace, *, method: str, path: str, body: bytes, kind: str, authorization: str
) -> None:
    answer = place.call(method, path, data=body, content_type=kind, headers={"Authorization": authorization})
    assert answer.status_code < 500
    assert '"ticket"' not in answer.text
    assert "signature" not in answer.headers.get("Location", "")


def test_the_agent_answers_on_its_own_address_only(place: AgentPlace) -> None:
    assert place.call("GET", "/v1/agent", host=HERE).status_code == 200
    assert place.site.environment.settings.host == "127.0.0.1"

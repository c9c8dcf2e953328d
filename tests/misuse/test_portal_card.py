"""Attempts to sign in as somebody else, or with a card that may not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from werkzeug.test import Client

from mizuhiki.card.agent_protocol import RefusalCode, SigningRequest, SigningResponse, check_request
from mizuhiki.card.challenge import Challenge, ChallengeForAnotherOrigin, SigningKind, compose_challenge
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire.national_register import RefusedLine
from unit.institutions.portal.kit import ORIGIN, Browser, Card, PortalPlace, refusal


@pytest.fixture
def place() -> Iterator[PortalPlace]:
    place = PortalPlace()
    yield place
    place.close()


@pytest.fixture
def card() -> Card:
    return Card()


def answer_of(place: PortalPlace, card: Card, **changes: object) -> tuple[Browser, str, int]:
    """Sign in with a changed response; return the browser, the page and its status."""
    browser = place.browser()
    response = msgspec.structs.replace(card.answer(browser.ask("/sign-in")), **changes)
    page = browser.follow(browser.send(response))
    return browser, page.text, page.status_code


def signed_out(browser: Browser) -> bool:
    return browser.get("/home").location == "/sign-in"


def challenge(requester: str = "portal", origin: str = ORIGIN) -> bytes:
    return compose_challenge(
        Challenge(
            kind=SigningKind.USER_IDENTIFICATION,
            requester=InstitutionId(requester),
            origin=origin,
            nonce=b"n" * 32,
            context_hash=b"h" * 32,
        )
    )


def test_a_signature_over_another_sites_challenge_does_not_sign_in(place: PortalPlace, card: Card) -> None:
    elsewhere = card.sign(challenge("pension-service", "https://pension-service.localhost"))
    browser, page, status = answer_of(place, card, signature=elsewhere)
    assert status == 403
    assert "card-signature-invalid" in page
    assert signed_out(browser)


def test_a_request_for_another_origin_is_refused_before_its_signature_is_looked_at(
    place: PortalPlace, card: Card
) -> None:
    asked: SigningRequest = place.browser().ask("/sign-in")
    forged = msgspec.structs.replace(asked, challenge=challenge(origin="https://evil.example"))
    with pytest.raises(ChallengeForAnotherOrigin):
        check_request(forged, requester=InstitutionId("portal"), origin=ORIGIN)


def test_a_response_to_another_request_of_the_portal_does_not_sign_in(place: PortalPlace, card: Card) -> None:
    earlier = place.browser().ask("/sign-in")
    browser, page, status = answer_of(place, card, signature=card.sign(earlier.challenge))
    assert (status, "card-signature-invalid" in page) == (403, True)
    assert signed_out(browser)


def test_a_replayed_response_is_refused_and_its_page_cannot_be_opened_twice(place: PortalPlace, card: Card) -> None:
    browser = place.browser()
    response = card.answer(browser.ask("/sign-in"))
    posted = browser.send(response)
    again = place.browser().send(response)
    assert again.status_code == 409
    assert "card-answer-repeated" in again.text
    assert browser.follow(posted).status_code == 303
    other = place.browser()
    other.ask("/sign-in")
    assert "card-answer-missing" in other.follow(posted).text
    assert signed_out(other)


def test_an_attacker_cannot_let_a_victim_answer_the_attackers_request(place: PortalPlace, card: Card) -> None:
    attacker, victim = place.browser(), place.browser()
    victim.get("/")
    asked = attacker.ask("/sign-in")
    posted = victim.send(card.answer(asked))
    page = victim.follow(posted)
    assert page.status_code == 403
    assert "This browser did not ask for that signature" in page.text
    for guess in ("", asked.request_id):
        assert "card-answer-missing" in attacker.get(f"/card-answer?answer={guess}").text
        attacker.ask("/sign-in")
    assert signed_out(attacker)
    assert signed_out(victim)


def test_a_victim_with_a_request_of_their_own_is_not_signed_in_by_anothers(place: PortalPlace, card: Card) -> None:
    attacker, victim = place.browser(), place.browser()
    victim.ask("/sign-in")
    page = victim.follow(attacker.send(Card("attacker", serial=2**27).answer(attacker.ask("/sign-in"))))
    assert page.status_code == 403
    assert "response-for-another-request" in page.text
    assert signed_out(victim)


def test_an_expired_challenge_is_refused_at_the_post_and_at_the_page(place: PortalPlace, card: Card) -> None:
    browser = place.browser()
    late = card.answer(browser.ask("/sign-in"))
    posted = browser.send(card.answer(browser.ask("/sign-in")))
    place.clock.advance(timedelta(minutes=5))
    assert "no-card-request" in browser.send(late).text
    assert browser.follow(posted).status_code in {403, 404}
    assert signed_out(browser)


def test_a_request_that_was_never_given_out_is_refused(place: PortalPlace, card: Card) -> None:
    response = SigningResponse(request_id="invented", certificate=card.identification, signature=b"s" * 256)
    assert place.browser().send(response).status_code == 403


@pytest.mark.requirement("R-204")
def test_a_revoked_certificate_does_not_sign_in(place: PortalPlace, card: Card) -> None:
    place.outside.revoked[card.serial] = place.clock.now() - timedelta(days=1)
    browser, page, status = answer_of(place, card)
    assert (status, "certificate-revoked" in page) == (403, True)
    assert "counter of your municipality" in page
    assert signed_out(browser)


def test_a_stale_status_does_not_sign_in(place: PortalPlace, card: Card) -> None:
    place.outside.status_down = True
    browser, page, _ = answer_of(place, card)
    assert "certificate-status-stale" in page
    assert signed_out(browser)


def test_an_expired_certificate_does_not_sign_in(place: PortalPlace) -> None:
    browser, page, _ = answer_of(place, Card("old", last_day=date(2019, 12, 1)))
    assert "certificate-expired" in page
    assert signed_out(browser)


def test_the_signature_certificate_does_not_sign_in(place: PortalPlace, card: Card) -> None:
    browser = place.browser()
    asked = browser.ask("/sign-in")
    response = SigningResponse(
        request_id=asked.request_id,
        certificate=card.signing,
        signature=card.sign(asked.challenge, with_signing_key=True),
    )
    page = browser.follow(browser.send(response))
    assert "The wrong certificate of the card was used" in page.text
    assert signed_out(browser)


@pytest.mark.parametrize("reason", list(RefusalCode))
def test_every_refusal_of_the_reader_is_explained(place: PortalPlace, reason: RefusalCode) -> None:
    browser = place.browser()
    page = browser.follow(browser.send(refusal(browser.ask("/sign-in"), reason)))
    assert page.status_code == 403
    assert "card-signing-refused" in page.text
    assert "Start again" in page.text


def test_garbage_from_the_reader_is_a_page_not_a_failure(place: PortalPlace) -> None:
    answer = Client(place.app.wsgi).post("/card-response", data={"request_id": "x"}, base_url=ORIGIN)
    assert answer.status_code == 400


def test_another_card_can_neither_open_the_account_nor_its_history(place: PortalPlace, card: Card) -> None:
    stranger = Card("stranger", serial=2**28)
    browser = place.browser().signed_in(card)
    assert "another-card" in browser.sign("/account", stranger).text
    assert place.outside.pseudonym_requests == []
    browser.with_account(card)
    assert "another-card" in browser.sign("/history", stranger).text
    assert place.outside.openings == []


def test_a_register_that_refuses_leaves_the_account_closed(place: PortalPlace, card: Card) -> None:
    place.outside.refused = [RefusedLine("a1", "unknown-person")]
    browser = place.browser().signed_in(card)
    assert "portal-account-refused" in browser.sign("/account", card).text
    assert browser.get("/home").location == "/account"


def test_a_sign_in_posted_from_another_site_or_without_its_token_is_refused(place: PortalPlace) -> None:
    browser = place.browser()
    browser.get("/sign-in")
    assert browser.client.post("/sign-in", base_url=ORIGIN).status_code == 400
    crossed = browser.client.post("/sign-in", base_url=ORIGIN, headers={"Sec-Fetch-Site": "same-site"})
    assert crossed.status_code == 403


def test_the_store_holds_no_serial_and_no_certificate(place: PortalPlace, card: Card) -> None:
    place.browser().with_account(card)
    path = place.environment.settings.database_url.removeprefix("sqlite:///")
    stored = Path(path).read_bytes()
    assert card.serial.to_bytes(4, "big") not in stored
    assert card.identification[:64] not in stored

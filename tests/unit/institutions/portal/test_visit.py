"""A visit from the start page to the verified record."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, timedelta

import pytest
import sqlalchemy as sa

from mizuhiki.crypto.digests import sha256
from mizuhiki.institutions.portal.operations.ask_card import CardPurpose
from mizuhiki.institutions.portal.operations.sign_in import sign_in_hash
from mizuhiki.institutions.portal.store.tables import AUDIT
from mizuhiki.ledger.verify import verify
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.wire.commission import history_opening_hash
from mizuhiki.wire.intermediate_server import NoticeContent
from support.environment import TEST_INSTANT
from unit.institutions.portal.kit import ACQUISITION, Browser, Card, CoreLog, PortalPlace, exchange


def open_history(place: PortalPlace, card: Card, language: str = "en") -> Browser:
    browser = place.browser(language).with_account(card)
    assert browser.sign("/history", card).location == "/history"
    return browser


@pytest.mark.requirement("R-208")
@pytest.mark.requirement("R-291")
def test_a_person_signs_in_with_the_card_and_no_page_asks_for_a_password(place: PortalPlace, card: Card) -> None:
    browser = place.browser()
    for path in ("/", "/sign-in", "/about"):
        page = browser.get(path)
        assert page.status_code == 200
        assert 'type="password"' not in page.text
    assert browser.get("/home").location == "/sign-in"
    assert browser.sign("/sign-in", card).location == "/account"
    assert "Open your account" in browser.get("/account").text


@pytest.mark.requirement("R-363")
def test_the_account_is_linked_by_a_signature_over_the_acquisition(place: PortalPlace, card: Card) -> None:
    browser = place.browser().signed_in(card)
    asked = browser.ask("/account")
    assert asked.challenge[-32:] == sha256(ACQUISITION.encode())
    assert browser.follow(browser.send(card.answer(asked))).location == "/account/progress"
    sent = place.outside.pseudonym_requests[0]
    assert (sent.acquisition, sent.certificate, sent.challenge) == (ACQUISITION, card.identification, asked.challenge)
    assert place.outside.addressees[0].four_items is None
    assert "is being opened" in browser.get("/account/progress").text
    for path in ("/home", "/notices", "/history"):
        assert browser.get(path).location == "/account"
    place.outside.held = True
    assert "Your account is open" in browser.get("/account/progress").text
    assert browser.get("/home").status_code == 200


def test_the_same_card_finds_its_account_again_and_another_card_does_not(place: PortalPlace, card: Card) -> None:
    place.browser().with_account(card)
    assert place.browser().sign("/sign-in", card).location == "/home"
    assert place.browser().sign("/sign-in", Card(serial=2**26)).location == "/account"


def test_an_account_that_the_server_knows_already_needs_no_second_issue(place: PortalPlace, card: Card) -> None:
    place.outside.acquisition = ""
    browser = place.browser().signed_in(card)
    assert browser.post("/account").location == "/account/progress"
    assert browser.get("/home").status_code == 200


def test_a_register_that_disagrees_is_explained(place: PortalPlace, card: Card) -> None:
    browser = place.browser().signed_in(card)
    browser.sign("/account", card)
    place.outside.mismatched = True
    assert "The registers do not agree" in browser.get("/account/progress").text


def test_an_overdue_opening_can_be_started_again(place: PortalPlace, card: Card) -> None:
    browser = place.browser().signed_in(card)
    browser.sign("/account", card)
    assert browser.get("/account").location == "/account/progress"
    place.clock.advance(timedelta(hours=1, minutes=1))
    again = place.browser().signed_in(card)
    assert "Start again" in again.get("/account/progress").text
    assert again.ask("/account").request_id


@pytest.mark.requirement("R-276")
def test_notices_are_listed_counted_and_marked_as_read(place: PortalPlace, card: Card) -> None:
    sent = TEST_INSTANT.astimezone(UTC)
    place.outside.notices = [
        NoticeContent("n2", "municipality-452025", "児童手当の結果", "決定しました。\n<b>", sent, date(2020, 1, 31)),
        NoticeContent("n1", "pension-service", "年金", "お知らせ", sent, None),
    ]
    browser = place.browser().with_account(card)
    assert "You have 2 new notices." in browser.get("/home").text
    assert "児童手当の結果" in browser.get("/notices").text
    page = browser.get("/notices/n2").text
    assert "決定しました。" in page
    assert "&lt;b&gt;" in page
    assert "January 31, 2020" in page
    assert "You have 1 new notice." in browser.get("/home").text
    assert browser.get("/notices/other").status_code == 404


@pytest.mark.requirement("R-026")
@pytest.mark.requirement("R-033")
@pytest.mark.requirement("R-274")
def test_every_exchange_is_shown_in_words_and_the_record_is_verified(
    place: PortalPlace, card: Card, log: CoreLog
) -> None:
    log.record(exchange("x1"), exchange("x2", outcome="no-statute-row", items=[]))
    place.outside.bundle = log.bundle()
    browser = open_history(place, card)
    page = browser.get("/history").text
    assert "This record is verified" in page
    assert "2 entries are recorded about you" in page
    assert "Claim for child allowance" in page
    assert "Local tax information" in page
    assert "Refused (no-statute-row)" in page
    assert "--key mizuhiki/commission=" in page
    entry = browser.get("/history/entries/1").text
    assert "Total income" in entry
    assert "municipality-131130" in entry
    assert "The law allows" in entry
    assert browser.get("/history/entries/3").status_code == 404


def test_the_opening_carries_a_fresh_signature_that_names_it(place: PortalPlace, card: Card, log: CoreLog) -> None:
    log.record(exchange())
    place.outside.bundle = log.bundle()
    browser = place.browser().with_account(card)
    asked = browser.ask("/history")
    browser.follow(browser.send(card.answer(asked)))
    opening = place.outside.openings[0]
    assert opening.request_id == asked.request_id
    assert opening.card_proof.challenge == asked.challenge
    assert asked.challenge[-32:] == history_opening_hash(asked.request_id)


def test_the_files_to_take_home_hold_what_the_page_shows(place: PortalPlace, card: Card, log: CoreLog) -> None:
    log.record(exchange("x1"), exchange("x2"))
    place.outside.bundle = log.bundle()
    browser = open_history(place, card)
    assert verify(browser.get("/history/bundle.json").text).entries == 2
    rows = list(csv.reader(io.StringIO(browser.get("/history/table.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == 3
    assert rows[1][4] == "Claim for child allowance"
    assert json.loads(browser.get("/history/bundle.json").text)["shards"]


def test_entries_of_one_year_can_be_chosen(place: PortalPlace, card: Card, log: CoreLog) -> None:
    earlier = exchange().requested_at - timedelta(days=400)
    log.record(exchange("x1", requested_at=earlier, completed_at=earlier), exchange("x2"))
    place.outside.bundle = log.bundle()
    browser = open_history(place, card)
    assert "/history/entries/1" not in browser.get("/history?year=2019").text
    assert "/history/entries/1" in browser.get("/history?year=2018").text
    assert "/history/entries/1" in browser.get("/history").text


def test_a_closed_history_needs_the_card_again(place: PortalPlace, card: Card, log: CoreLog) -> None:
    log.record(exchange())
    place.outside.bundle = log.bundle()
    browser = open_history(place, card)
    assert browser.post("/history/close", shown_on="/history").location == "/home"
    assert "Open your history with your card" in browser.get("/history").text
    for path in ("/history/entries/1", "/history/bundle.json", "/history/table.csv"):
        assert browser.get(path).location == "/history"


def test_an_opened_history_is_forgotten_after_the_visit(place: PortalPlace, card: Card, log: CoreLog) -> None:
    log.record(exchange())
    place.outside.bundle = log.bundle()
    browser = open_history(place, card)
    for _ in range(4):
        place.clock.advance(timedelta(minutes=8))
        browser.get("/home")
    assert "Open your history with your card" in browser.get("/history").text


def test_the_session_ends_after_ten_minutes(place: PortalPlace, card: Card) -> None:
    browser = place.browser().with_account(card)
    assert 'data-seconds="600"' in browser.get("/home").text
    place.clock.advance(timedelta(minutes=10))
    assert browser.get("/home").location == "/sign-in"


def test_an_assessment_is_handed_to_the_commission(place: PortalPlace) -> None:
    actor = Actor(place.environment.institution, "linkage-officer", "officer")
    context = Context(actor, "portal-account", "番号法28条", "hand in the assessment", place.clock, "t")
    receipt = place.app.operations.submit_assessment(
        context, "portal-account", "Portal", 1000, 10, serious_accident=False, document=b"document"
    )
    assert receipt.state == "received"
    assert place.outside.assessments[0].document_digest == sha256(b"document")


def test_the_request_names_the_address_of_the_pages_where_people_use_another_than_peers(card: Card) -> None:
    place = PortalPlace(page_url="http://portal.localhost:8000")
    asked, _ = place.app.operations.card.ask(
        Context(Actor(place.environment.institution, "visitor"), "portal-account", "b", "p", place.clock, "t"),
        purpose=CardPurpose.SIGN_IN,
        statement="Sign in",
        context_hash=sign_in_hash,
    )
    assert asked.request.origin == "http://portal.localhost:8000"
    assert asked.request.return_url == "http://portal.localhost:8000/card-response"
    place.close()


def test_other_steps_are_recorded_as_done_not_as_information_given(
    place: PortalPlace, card: Card, log: CoreLog
) -> None:
    log.record(exchange(kind="history-opening", inquirer="portal", provider="linkage-core", procedure="", items=[]))
    place.outside.bundle = log.bundle()
    page = open_history(place, card).get("/history").text
    assert "You opened this history" in page
    assert ">Done<" in page
    assert ">Provided<" not in page


@pytest.mark.requirement("R-026")
@pytest.mark.parametrize("whole", [True, False])
def test_a_record_of_two_generations_of_codes_is_one_list_and_shown_as_verified_only_whole(
    place: PortalPlace, card: Card, log: CoreLog, *, whole: bool
) -> None:
    old, new = b"hanako", b"hanako's new code"
    log.record(exchange("x1"), person=old)
    log.join(old, new)
    log.record(exchange("x2"), person=new)
    place.outside.bundle = log.bundle(new, old) if whole else log.bundle(new)
    page = open_history(place, card).get("/history").text
    assert ("Your record goes on under a new code" in page) == whole
    assert ("NotVerified" in page or "not" in page.lower()) if not whole else ">Done<" in page
    assert page.count("Information was asked for") == (2 if whole else 0)
    assert "pseudonym-renewal" not in page


def test_signing_in_and_every_look_into_the_record_are_audited(place: PortalPlace, card: Card) -> None:
    browser = open_history(place, card)
    browser.get("/history")
    browser.get("/notices")
    database = Database(place.environment.settings.database_url)
    with database.read() as connection:
        rows = connection.execute(sa.select(AUDIT.events).order_by(AUDIT.events.c.id)).all()
    database.dispose()
    events = [(row.event, row.outcome) for row in rows]
    assert events.count(("signed-in", "account-begun")) == 1
    assert [outcome for event, outcome in events if event == "history-opened"] == ["MalformedBundle"]
    assert ("history-viewed", "done") in events
    assert ("notices-read", "ready") in events
    assert len({row.actor_person for row in rows}) == 1
    assert card.identification.hex() not in str(rows)

"""A card on the desk's reader: every change goes to its operation, and no PIN comes back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from mizuhiki.card.errors import PinNotAllowed
from mizuhiki.card.generation import KeyRole, PinRole
from mizuhiki.card.memory import LifeState
from mizuhiki.institutions.municipality.domain.cards import EndorsedItem, OwnApplication
from mizuhiki.institutions.municipality.domain.errors import SubstitutesNotConfirmed
from mizuhiki.institutions.municipality.domain.notice_forms import IdentityDocument
from unit.institutions.municipality.web.kit import CounterPlace, FakeReader

PAGE = "/residents/mother/card-change"
SERIAL = "ABCDEF0123456789"
FIELDS: dict[str, Any] = {"request_id": "card-change-1", "card_serial": SERIAL, "face_compared": "yes"}
PINS = {"pin": "4821", "pin_again": "4821"}


@pytest.fixture
def counter() -> Iterator[CounterPlace]:
    place = CounterPlace(desk_reader=FakeReader(SERIAL))
    yield place
    place.close()


@pytest.mark.requirement("R-145")
@pytest.mark.parametrize(
    ("change", "role"),
    [
        ("pin-user-identification", PinRole.USER_IDENTIFICATION),
        ("pin-signature", PinRole.SIGNATURE),
        ("pin-items", PinRole.ITEMS),
        ("pin-resident-register", PinRole.RESIDENT_REGISTER),
    ],
)
def test_a_pin_is_set_anew(counter: CounterPlace, change: str, role: PinRole) -> None:
    visitor = counter.client()
    answer = visitor.post(PAGE, {**FIELDS, **PINS, "change": change, "documents": "passport"}, shown=PAGE)
    ((shown, reader, asked, pin),) = counter.operations.called("reset_pin")
    assert (shown.resident, shown.card_serial, shown.face_compared) == ("mother", SERIAL, True)
    assert shown.documents == (IdentityDocument.PASSPORT,)
    assert (asked, pin) == (role, "4821")
    assert isinstance(reader, FakeReader)
    page = visitor.follow(answer).text
    assert "The card is changed" in page
    assert "4821" not in page


@pytest.mark.requirement("R-155")
def test_an_endorsement_shows_the_lines_to_print(counter: CounterPlace) -> None:
    visitor = counter.client()
    answer = visitor.post(PAGE, {**FIELDS, "change": "endorse", "items": ["address", "name"]}, shown=PAGE)
    ((_shown, _reader, items),) = counter.operations.called("endorse_card")
    assert set(items) == {EndorsedItem.ADDRESS, EndorsedItem.NAME}
    assert "姫城町2-2" in visitor.follow(answer).text


@pytest.mark.requirement("R-155")
@pytest.mark.parametrize(
    ("change", "role"),
    [("renew", KeyRole.SIGNATURE), ("renew-user-identification", KeyRole.USER_IDENTIFICATION)],
)
def test_a_certificate_is_renewed(counter: CounterPlace, change: str, role: KeyRole) -> None:
    counter.client().post(PAGE, {**FIELDS, "change": change, "pin": "ABC123", "pin_again": "ABC123"}, shown=PAGE)
    ((_shown, _reader, asked, pin),) = counter.operations.called("renew_certificate")
    assert (asked, pin) == (role, "ABC123")


@pytest.mark.requirement("R-173")
def test_a_renewal_shows_the_substitutes_of_the_certificate_and_hands_on_their_confirmation(
    counter: CounterPlace,
) -> None:
    visitor = counter.client()
    assert "substitutes_confirmed" not in visitor.get(PAGE).text
    mother = counter.operations.records["mother"]
    name = dataclasses.replace(mother.name, family="辻\U000e0100")
    counter.operations.records["mother"] = dataclasses.replace(mother, name=name)
    assert "<mark>辻\U000e0100</mark>　花子</dd>" in visitor.get(PAGE).text
    fields = {**FIELDS, "change": "renew", "pin": "ABC123", "pin_again": "ABC123"}
    counter.operations.refusals["renew_certificate"] = SubstitutesNotConfirmed()
    refused = visitor.post(PAGE, fields, shown=PAGE)
    assert 'href="#substitutes_confirmed"' in refused.text
    counter.operations.refusals.clear()
    visitor.post(PAGE, {**fields, "substitutes_confirmed": "yes"}, shown=PAGE)
    assert [call[0].substitutes_confirmed for call in counter.operations.called("renew_certificate")] == [False, True]


@pytest.mark.requirement("R-167")
@pytest.mark.parametrize(
    ("change", "role"),
    [("no-signature", KeyRole.SIGNATURE), ("no-user-identification", KeyRole.USER_IDENTIFICATION)],
)
def test_a_certificate_that_is_not_wanted_is_ended(counter: CounterPlace, change: str, role: KeyRole) -> None:
    counter.client().post(PAGE, {**FIELDS, "change": change}, shown=PAGE)
    ((shown, _reader, asked),) = counter.operations.called("decline_certificate")
    assert (shown.card_serial, asked) == (SERIAL, role)


@pytest.mark.parametrize(
    ("change", "state"),
    [("suspend", LifeState.SUSPENDED), ("resume", LifeState.PERSONALISED), ("abolish", LifeState.ABOLISHED)],
)
def test_the_life_cycle_is_changed(counter: CounterPlace, change: str, state: LifeState) -> None:
    counter.client().post(PAGE, {**FIELDS, "change": change}, shown=PAGE)
    ((_shown, _reader, asked),) = counter.operations.called("set_card_state")
    assert asked is state


@pytest.mark.requirement("R-209")
@pytest.mark.parametrize(("change", "allowed"), [("allow-without-pin", True), ("end-without-pin", False)])
def test_a_holder_lets_terminals_use_the_card_without_pin_or_no_longer(
    counter: CounterPlace, change: str, *, allowed: bool
) -> None:
    counter.client().post(PAGE, {**FIELDS, "change": change}, shown=PAGE)
    ((shown, _reader, asked),) = counter.operations.called("set_use_without_pin")
    assert (shown.card_serial, asked) == (SERIAL, allowed)


@pytest.mark.requirement("R-147")
def test_an_application_of_the_municipality_is_installed_on_its_ordinance_and_removed(counter: CounterPlace) -> None:
    fields = {**FIELDS, **PINS, "change": "install-library", "ordinance": "図書館条例第3号", "content": "L-0001"}
    page = counter.client().post(PAGE, fields, shown=PAGE)
    ((shown, _reader, wanted, pin),) = counter.operations.called("install_application")
    assert shown.card_serial == SERIAL
    assert (wanted, pin) == (OwnApplication("library", "図書館条例第3号", "L-0001"), "4821")
    assert page.headers["Location"] == f"{PAGE}/done"
    counter.client().post(PAGE, {**FIELDS, "change": "remove-library"}, shown=PAGE)
    ((_shown, _reader, removed),) = counter.operations.called("remove_application")
    assert removed == "library"


@pytest.mark.requirement("R-147")
def test_the_page_offers_applications_of_municipalities_only(counter: CounterPlace) -> None:
    page = counter.client().get(PAGE).text
    assert "Install: Library card" in page
    assert "Install: Seal registration card" in page
    assert "Point card" not in page
    assert "搭載：図書館利用カード" in counter.client(language="ja").get(PAGE).text
    refused = counter.client().post(PAGE, {**FIELDS, **PINS, "change": "install-points", "ordinance": "x"}, shown=PAGE)
    assert refused.status_code == 422
    assert counter.operations.called("install_application") == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"change": "install-library", **PINS}, "Name the ordinance that lets the municipality use the card."),
        ({"change": "install-library", "ordinance": "no. 3"}, "Let the person type the new PIN."),
        ({"change": "nothing"}, "Choose what is to be done."),
        ({"change": "suspend", "card_serial": "1"}, "Type the 16 characters"),
        ({"change": "suspend", "card_serial": "0" * 16}, "No card lies on the reader."),
        ({"change": "endorse"}, "Choose which items changed."),
        ({"change": "pin-items"}, "Let the person type the new PIN."),
        ({"change": "pin-items", "pin": "4821", "pin_again": "4822"}, "The two entries differ."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_done(
    counter: CounterPlace, fields: dict[str, str], message: str
) -> None:
    answer = counter.client().post(PAGE, {**FIELDS, **fields}, shown=PAGE)
    assert answer.status_code == 422
    assert message in answer.text
    assert "4821" not in answer.text
    for name in (
        "reset_pin",
        "renew_certificate",
        "decline_certificate",
        "endorse_card",
        "set_card_state",
        "install_application",
    ):
        assert counter.operations.called(name) == []


def test_a_refusal_of_the_chip_is_shown_without_the_pin(counter: CounterPlace) -> None:
    counter.operations.refusals["reset_pin"] = PinNotAllowed(pin="items", reason="card")
    answer = counter.client().post(PAGE, {**FIELDS, **PINS, "change": "pin-items"}, shown=PAGE)
    assert answer.status_code == 422
    assert "This PIN is not allowed" in answer.text
    assert 'value="4821"' not in answer.text


def test_the_page_speaks_japanese(counter: CounterPlace) -> None:
    page = counter.client(language="ja").get(PAGE).text
    for text in ("読み取り機のカード", "署名用電子証明書の更新", "カードの廃止"):
        assert text in page


def test_without_a_reader_the_page_says_so() -> None:
    place = CounterPlace()
    assert "No card printer is connected" in place.client().get(PAGE).text
    place.close()

"""The card desk: PIN rules, the chip, and that no PIN comes back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date

import pytest

from mizuhiki.card.errors import CertificateForAnotherKey, PinNotAllowed
from unit.institutions.municipality.web.kit import CounterPlace, FakeCardDesk, hidden_fields

CARD = "/residents/mother/card"
PINS = {"user_pin": "4821", "text_pin": "4821", "juki_pin": "9035", "signature_pin": "ABC123"}
FIELDS = {"request_id": "card-request-1", **PINS, **{f"{name}_again": pin for name, pin in PINS.items()}}


@pytest.fixture
def bare_place() -> Iterator[CounterPlace]:
    place = CounterPlace()
    yield place
    place.close()


def test_a_card_is_issued_with_the_typed_pins_and_handed_over(place: CounterPlace) -> None:
    visitor = place.client()
    answer = visitor.post(CARD, FIELDS, shown=CARD)
    ((form, chip),) = place.operations.called("issue_card")
    assert (form.user_pin, form.text_pin, form.juki_pin, form.signature_pin) == ("4821", "4821", "9035", "ABC123")
    assert isinstance(place.card_desk, FakeCardDesk)
    (handed,) = place.card_desk.handed
    record = place.operations.records["mother"]
    assert handed.chip is chip
    assert handed.record == record
    printed = handed.printed
    assert (printed.card_serial, printed.security_code, printed.number) == ("CD98765ABCDEFGHJ", "4821", record.number)
    assert (printed.name, printed.address, printed.mayor) == (record.name.full, record.address, "都城市長")
    assert printed.photo is not None
    page = visitor.follow(answer).text
    assert "CD98765ABCDEFGHJ" in page
    assert "March 4, 2029" in page
    assert not any(pin in page for pin in PINS.values())


def test_a_card_sent_twice_is_issued_once(place: CounterPlace) -> None:
    visitor = place.client()
    for _round in range(2):
        assert visitor.post(CARD, FIELDS, shown=CARD).headers["Location"] == f"{CARD}/issued"
    assert len(place.operations.called("issue_card")) == 1


@pytest.mark.requirement("R-141")
@pytest.mark.parametrize(
    ("field", "pin", "message"),
    [
        ("user_pin", "", "Let the person type"),
        ("user_pin", "482", "wrong length"),
        ("text_pin", "48a1", "character that is not allowed"),
        ("juki_pin", "0304", "birth date"),
        ("user_pin", "1988", "birth date"),
        ("signature_pin", "ABC12", "wrong length"),
        ("signature_pin", "ABCDEF", "at least one letter and one digit"),
        ("signature_pin", "abc123", "character that is not allowed"),
    ],
)
def test_a_pin_against_the_rules_is_refused_at_its_field(
    place: CounterPlace, field: str, pin: str, message: str
) -> None:
    answer = place.client().post(CARD, {**FIELDS, field: pin, f"{field}_again": pin}, shown=CARD)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert message in answer.text
    assert place.operations.called("issue_card") == []


def test_two_different_entries_of_a_pin_are_refused_and_no_pin_comes_back(place: CounterPlace) -> None:
    answer = place.client().post(CARD, {**FIELDS, "user_pin_again": "4822"}, shown=CARD)
    assert answer.status_code == 422
    assert "the two entries differ" in answer.text
    assert not any(f'value="{pin}"' in answer.text for pin in PINS.values())


def test_a_pin_that_the_chip_refuses_is_asked_for_again_with_the_same_chip(place: CounterPlace) -> None:
    place.operations.refusals["issue_card"] = PinNotAllowed(pin="items", reason="birth-date-or-security-code")
    visitor = place.client()
    refused = visitor.post(CARD, FIELDS, shown=CARD)
    assert refused.status_code == 422
    assert 'id="text_pin-error"' in refused.text
    place.operations.refusals.clear()
    again = {**FIELDS, **hidden_fields(refused.text)}
    visitor.post(CARD, again, shown=CARD)
    first, second = place.operations.called("issue_card")
    assert first[1] is second[1]
    assert second[0].request_id == first[0].request_id


def test_a_chip_of_another_attempt_is_replaced_by_a_blank_one_under_a_new_request(place: CounterPlace) -> None:
    place.operations.refusals["issue_card"] = CertificateForAnotherKey()
    visitor = place.client()
    refused = visitor.post(CARD, FIELDS, shown=CARD)
    place.operations.refusals.clear()
    visitor.post(CARD, {**FIELDS, **hidden_fields(refused.text)}, shown=CARD)
    first, second = place.operations.called("issue_card")
    assert first[1] is not second[1]
    assert second[0].request_id != first[0].request_id


@pytest.mark.requirement("R-201")
def test_a_child_under_fifteen_is_asked_for_no_signature_password(place: CounterPlace) -> None:
    records = place.operations.records
    records["child"] = dataclasses.replace(records["child"], birth_date=date(2004, 12, 4))
    visitor = place.client()
    assert 'name="signature_pin"' not in visitor.get("/residents/child/card").text
    visitor.post("/residents/child/card", FIELDS, shown="/residents/child/card")
    assert place.operations.called("issue_card")[0][0].signature_pin is None
    records["child"] = dataclasses.replace(records["child"], birth_date=date(2004, 12, 3))
    assert 'name="signature_pin"' in visitor.get("/residents/child/card").text


def test_without_a_card_printer_the_page_says_so(bare_place: CounterPlace) -> None:
    visitor = bare_place.client()
    assert "No card printer is connected" in visitor.get(CARD).text
    visitor.post(CARD, FIELDS, shown="/")
    assert bare_place.operations.called("issue_card") == []


@pytest.mark.requirement("R-173")
def test_the_person_is_shown_the_substitutes_of_the_certificate_and_confirms_them(place: CounterPlace) -> None:
    assert "substitute characters" not in place.client().get(CARD).text
    mother = place.operations.records["mother"]
    name = dataclasses.replace(mother.name, family="辻\U000e0100")
    place.operations.records["mother"] = dataclasses.replace(mother, name=name)
    visitor = place.client()
    page = visitor.get(CARD).text
    assert "The signature certificate has substitute characters" in page
    assert "<mark>辻\U000e0100</mark>　花子</dd>" in page
    assert "<mark>辻</mark>　花子</dd>" in page
    assert "辻\U000e0100 (U+8FBB U+E0100) → 辻 (U+8FBB): the form of the character cannot be written there" in page
    assert page.index("substitutes_confirmed") < page.index("user_pin"), "seen before any PIN is typed"
    refused = visitor.post(CARD, {**FIELDS, "user_pin_again": ""}, shown=CARD)
    assert refused.status_code == 422
    assert 'id="substitutes_confirmed-error"' in refused.text
    assert 'id="user_pin_again-error"' in refused.text
    visitor.post(CARD, FIELDS, shown=CARD)
    assert place.operations.called("issue_card") == []
    visitor.post(CARD, {**FIELDS, "substitutes_confirmed": "yes"}, shown=CARD)
    assert [form.substitutes_confirmed for form, _chip in place.operations.called("issue_card")] == [True]
    young = dataclasses.replace(place.operations.records["child"], name=name)
    place.operations.records["child"] = young
    assert "substitute characters" not in visitor.get("/residents/child/card").text

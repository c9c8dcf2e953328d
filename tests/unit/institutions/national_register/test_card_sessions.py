"""What the register gives a desk for a card: keys and signatures when it is made, single sessions afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from mizuhiki.card.certificates import encode_key, issuer_key_of, read_install_permit
from mizuhiki.card.faces import check_items, read_face
from mizuhiki.card.free_area import ProviderKind
from mizuhiki.card.items import encode_four_items, encode_individual_number
from mizuhiki.card.tlv import MalformedTlv
from mizuhiki.crypto.card_session import IssuerKeys, SecureSession
from mizuhiki.institutions.national_register.api.reading import read_four_items
from mizuhiki.institutions.national_register.domain.errors import ApplicationNotPermitted
from mizuhiki.institutions.national_register.operations.permit_application import WantedApplication
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.wire import national_register as wire
from unit.institutions.national_register.kit import HOME, ITEMS, OTHER, REGISTER, Nation, open_nation

CHIP = "600000000000017"
PICTURES = wire.CardPictures(name=b"n", address=b"a", photo=b"p", security_code=b"s", number=b"i")
HOST, CARD = b"h" * 8, b"c" * 8


@pytest.fixture
def nation() -> Iterator[Nation]:
    nation = open_nation()
    yield nation
    nation.close()


def make(nation: Nation, code: str, serial: str, chip: str = CHIP, **changes: Any) -> wire.CardMade:
    request = wire.CardMaking(
        municipality_code=HOME,
        resident_record_code=code,
        card_serial=serial,
        card_number=chip,
        four_items=ITEMS,
        pictures=PICTURES,
    )
    peers = nation.peers[f"municipality-{HOME}"]
    return peers.call_sealed(REGISTER, wire.MAKE_CARD, msgspec.structs.replace(request, **changes), wire.CardMade)


def open_session(
    nation: Nation, code: str, serial: str, keys: IssuerKeys, caller: str = HOME, **changes: Any
) -> wire.CardSessionOpened:
    request = wire.CardSessionOpening(
        municipality_code=caller,
        resident_record_code=code,
        card_serial=serial,
        card_number=CHIP,
        operation="reset-pin",
        host_challenge=HOST,
        card_challenge=CARD,
        card_cryptogram=keys.open_session(HOST, CARD).card_cryptogram,
        four_items=ITEMS,
    )
    return nation.peers[f"municipality-{caller}"].call_sealed(
        REGISTER, wire.OPEN_CARD_SESSION, msgspec.structs.replace(request, **changes), wire.CardSessionOpened
    )


def refused(call: Any, *arguments: Any, **changes: Any) -> str:
    with pytest.raises(PeerProblem) as caught:
        call(*arguments, **changes)
    return caught.value.peer_code


@pytest.mark.requirement("R-133", "R-136")
def test_a_registered_card_gets_keys_and_contents_signed_by_the_issuer(nation: Nation) -> None:
    code = nation.resident("first")
    serial = nation.card(code).card_serial
    made = make(nation, code, serial)
    key = issuer_key_of(made.issuer_certificate, None)
    number = encode_individual_number(IndividualNumber.parse(nation.numbers[code]))
    items = read_four_items(ITEMS)
    check_items(made.items_signature, key, number_file=number, items_file=encode_four_items(items))
    face = read_face(made.face, key)
    assert (face.birth_date, face.photo, face.expires_on) == (date(1985, 4, 1), b"p", date(2029, 4, 1))
    assert make(nation, code, serial).issuer_keys == made.issuer_keys
    with pytest.raises(MalformedTlv):
        check_items(
            made.items_signature, key, items_file=encode_four_items(replace(items, address="宮崎県都城市姫城町2番2号"))
        )


def test_a_chip_is_in_one_card_and_a_card_has_one_chip(nation: Nation) -> None:
    first, second = nation.resident("first"), nation.resident("second")
    one, two = nation.card(first).card_serial, nation.card(second, "other").card_serial
    make(nation, first, one)
    assert refused(make, nation, first, one, "600000000000025") == "card-made-already"
    assert refused(make, nation, second, two) == "card-made-already"
    assert make(nation, second, two, "600000000000025").issuer_keys != make(nation, first, one).issuer_keys


def test_no_card_is_made_for_somebody_else_with_other_items_or_late(nation: Nation) -> None:
    code, stranger = nation.resident("first"), nation.resident("second")
    serial = nation.card(code).card_serial
    assert refused(make, nation, stranger, serial) == "card-not-of-this-resident"
    assert refused(make, nation, code, "0" * 16) == "card-not-of-this-resident"
    other = msgspec.structs.replace(ITEMS, address="宮崎県都城市姫城町2番2号")
    assert refused(make, nation, code, serial, four_items=other) == "card-items-differ"
    assert refused(make, nation, code, serial, municipality_code=OTHER) == "other-municipality"
    nation.clock.advance(timedelta(days=7))
    make(nation, code, serial)
    nation.clock.advance(timedelta(days=1))
    assert refused(make, nation, code, serial) == "card-not-of-this-resident"


@pytest.mark.requirement("R-145")
def test_a_session_is_opened_for_a_card_that_lies_at_its_own_municipality(nation: Nation) -> None:
    code = nation.resident("first")
    serial = nation.card(code).card_serial
    keys = IssuerKeys.of_bytes(make(nation, code, serial).issuer_keys)
    opened = open_session(nation, code, serial, keys)
    session = SecureSession.of_keys(opened.session_keys, HOST, CARD)
    expected = keys.open_session(HOST, CARD)
    assert session.host_cryptogram == expected.host_cryptogram
    assert session.mac_command(b"\x84\x2c\x02\x98", b"x") == expected.mac_command(b"\x84\x2c\x02\x98", b"x")
    assert opened.items_signature == b""
    assert refused(open_session, nation, code, serial, keys, card_cryptogram=b"\0" * 8) == "card-not-of-this-resident"
    assert refused(open_session, nation, code, serial, keys, operation="read") == "card-operation-unknown"
    assert refused(open_session, nation, code, serial, keys, OTHER) == "card-not-of-this-resident"
    assert refused(open_session, nation, code, serial, keys, card_number="600000000000025") == (
        "card-not-of-this-resident"
    )


@pytest.mark.requirement("R-155")
def test_after_a_move_the_new_municipality_endorses_and_then_the_card_is_its_own(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    serial = card.card_serial
    keys = IssuerKeys.of_bytes(make(nation, code, serial).issuer_keys)
    moved = msgspec.structs.replace(ITEMS, address="北海道札幌市中央区北1条西2丁目")
    nation.notify(code, 1, moved, municipality=OTHER, reason="move-in")
    assert refused(open_session, nation, code, serial, keys) == "card-not-of-this-resident"
    assert refused(open_session, nation, code, serial, keys, OTHER) == "card-not-of-this-resident"
    assert refused(open_session, nation, code, serial, keys, OTHER, operation="endorse") == "card-items-differ"
    opened = open_session(nation, code, serial, keys, OTHER, operation="endorse", four_items=moved)
    key = issuer_key_of(opened.issuer_certificate, None)
    check_items(opened.items_signature, key, items_file=encode_four_items(read_four_items(moved)))
    assert open_session(nation, code, serial, keys, OTHER).session_keys
    assert nation.confirmed(code, card, municipality_code=OTHER, four_items=moved)


def test_an_expired_card_can_only_be_ended(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    keys = IssuerKeys.of_bytes(make(nation, code, card.card_serial).issuer_keys)
    assert card.expires_on == date(2029, 4, 1)
    nation.clock.advance(timedelta(days=3409))
    assert refused(open_session, nation, code, card.card_serial, keys) == "card-not-of-this-resident"
    assert open_session(nation, code, card.card_serial, keys, operation="set-state").session_keys


@pytest.mark.requirement("R-147")
def test_the_register_permits_a_municipality_its_own_applications_on_its_ordinance_only(nation: Nation) -> None:
    code = nation.resident("first")
    serial = nation.card(code).card_serial
    made = make(nation, code, serial)
    keys = IssuerKeys.of_bytes(made.issuer_keys)
    asked = {"operation": "install-application", "application": "library", "ordinance": "no. 3"}
    permit = read_install_permit(
        open_session(nation, code, serial, keys, **asked).permit, encode_key(made.permit_authority)
    )
    assert (permit.provider, permit.actor, permit.ground) == (f"municipality-{HOME}", 1, 1)
    assert (permit.ground_text, permit.layout.aid) == ("no. 3", "F0414D494E001002")
    for changes in ({"application": "points"}, {"application": ""}, {"application": "x"}, {"ordinance": "  "}):
        assert refused(open_session, nation, code, serial, keys, **{**asked, **changes}) == "application-not-permitted"
    assert open_session(nation, code, serial, keys, application="library", ordinance="no. 3").permit == b""


def official(nation: Nation, role: str) -> Context:
    return Context(Actor(REGISTER, role, "someone"), "card-issue", "番号法18条", "permit", nation.clock, "trace")


@pytest.mark.requirement("R-147")
def test_the_issuers_official_permits_others_on_the_decision_their_kind_needs(nation: Nation) -> None:
    operations = nation.register.operations
    context = official(nation, "permit-officer")
    key = encode_key(operations.card_issuer.permit_authority)
    signed = operations.permit_application(
        context, provider="A firm", kind=ProviderKind.PRIVATE, wanted=WantedApplication("points", "総務大臣決定第7号")
    )
    permit = read_install_permit(signed, key)
    assert (permit.provider, permit.actor, permit.ground, permit.ground_text) == ("A firm", 4, 2, "総務大臣決定第7号")
    for kind, application, decision in (
        (ProviderKind.PRIVATE, "library", "no. 3"),
        (ProviderKind.PREFECTURE, "points", "no. 3"),
        (ProviderKind.PRIVATE, "points", ""),
    ):
        with pytest.raises(ApplicationNotPermitted):
            operations.permit_application(
                context, provider="A firm", kind=kind, wanted=WantedApplication(application, decision)
            )
    with pytest.raises(ActionNotPermitted):
        operations.permit_application(
            official(nation, "card-maker"),
            provider="A firm",
            kind=ProviderKind.PRIVATE,
            wanted=WantedApplication("points", "no. 7"),
        )

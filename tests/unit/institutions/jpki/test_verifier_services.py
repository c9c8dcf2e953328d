"""Handles in place of serials, linking of old and new, current items by consent; each authorised by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from mizuhiki.card.challenge import Challenge, SigningKind, compose_challenge
from mizuhiki.crypto.x509 import serial_of
from mizuhiki.institutions.jpki.domain.verifier_registry import Service, VerifierApplication
from mizuhiki.institutions.jpki.operations.serve_verifiers import consent_hash
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.wire import jpki as wire
from mizuhiki.wire import national_register
from support.card_authority import rsa_key
from unit.institutions.jpki.kit import ITEMS, JPKI, Desk
from unit.institutions.jpki.test_verifier_registry import BANK, registrar

ALL = frozenset(Service)
PURPOSE = "住所変更の確認"


def authorise(desk: Desk, institution: str, services: frozenset[Service] = ALL) -> str:
    registry = desk.app.operations.verifiers
    stated: VerifierApplication = replace(BANK, institution=institution, services=services, per_second=1000)
    name: str = registry.apply(registrar(desk), application=stated).verifier
    until = desk.clock.today() + timedelta(days=365)
    registry.recognise(registrar(desk, "second"), verifier=name, recognition="第2号", until=until)
    registry.agree(registrar(desk), verifier=name, agreement="協定書第2号")
    return name


def handle(desk: Desk, certificate: bytes, by: str = "portal") -> str:
    request = wire.HandleRequest(certificate=certificate)
    return desk.peers[by].call(JPKI, wire.CERTIFICATE_HANDLE, request).handle


def link(desk: Desk, certificate: bytes, earlier: str, by: str = "portal") -> str:
    request = wire.LinkRequest(certificate=certificate, earlier_handle=earlier)
    return desk.peers[by].call(JPKI, wire.LINK_CERTIFICATES, request).handle


def code_of(caught: pytest.ExceptionInfo[PeerProblem]) -> str:
    return caught.value.peer_code


@pytest.mark.requirement("R-205")
def test_a_handle_is_the_verifiers_own_and_tells_no_serial(desk: Desk) -> None:
    issued = desk.issue()
    first, again = (handle(desk, issued.signature_certificate) for _ in range(2))
    other = handle(desk, issued.signature_certificate, "commission")
    assert first == again != other
    serial = serial_of(issued.signature_certificate)
    assert format(serial, "x") not in first
    assert handle(desk, issued.user_identification_certificate) != first
    with pytest.raises(PeerProblem) as caught:
        handle(desk, issued.signature_ca)
    assert code_of(caught) == "no-such-certificate"


@pytest.mark.requirement("R-206")
def test_an_authorised_verifier_links_its_own_old_handle_to_the_new_certificate(desk: Desk) -> None:
    old = desk.issue()
    earlier = handle(desk, old.signature_certificate)
    new = desk.issue(desk.application("card-2"))
    with pytest.raises(PeerProblem) as caught:
        link(desk, new.signature_certificate, earlier)
    assert code_of(caught) == "verifier-not-recognised"
    authorise(desk, "portal", frozenset({Service.STATUS, Service.SERIAL_LINKING}))
    assert link(desk, new.signature_certificate, earlier) == handle(desk, new.signature_certificate)
    assert [(one.service, one.verifier) for one in desk.told] == [("serial-linking", "portal")]
    for certificate, shown in (
        (old.signature_certificate, earlier),
        (new.user_identification_certificate, earlier),
        (new.signature_certificate, "0" * 64),
    ):
        with pytest.raises(PeerProblem) as caught:
            link(desk, certificate, shown)
        assert code_of(caught) in {"no-such-certificate", "certificate-handle-unknown"}


@pytest.mark.requirement("R-205")
def test_a_handle_of_another_verifier_is_refused_and_the_attempt_recorded(desk: Desk) -> None:
    issued = desk.issue()
    name = authorise(desk, "portal")
    others = handle(desk, issued.signature_certificate, "commission")
    with pytest.raises(PeerProblem) as caught:
        link(desk, issued.signature_certificate, others)
    assert code_of(caught) == "certificate-handle-unknown"
    _, history = desk.app.operations.verifiers.one(registrar(desk), verifier=name)
    assert history[0].event == "matching-attempted"
    assert desk.told == []
    with pytest.raises(PeerProblem):
        link(desk, issued.signature_certificate, "0" * 64)
    _, history = desk.app.operations.verifiers.one(registrar(desk), verifier=name)
    assert [line.event for line in history].count("matching-attempted") == 1


def test_a_protected_holders_link_looks_like_none(desk: Desk) -> None:
    issued = desk.issue()
    authorise(desk, "portal")
    desk.current = national_register.FoundIdentification(found=False)
    with pytest.raises(PeerProblem) as caught:
        link(desk, issued.signature_certificate, handle(desk, issued.signature_certificate))
    assert code_of(caught) == "certificate-handle-unknown"


def items_request(desk: Desk, certificate: bytes, **changes: object) -> wire.CurrentItemsRequest:
    told = {
        "kind": SigningKind.SIGNATURE,
        "requester": "portal",
        "day": desk.clock.today(),
        "purpose": PURPOSE,
    } | changes
    challenge = compose_challenge(
        Challenge(
            kind=SigningKind(str(told["kind"])),
            requester=parse_institution_id(str(told["requester"])),
            origin="https://portal.example",
            nonce=b"n" * 32,
            context_hash=consent_hash("portal", str(told["day"]), str(told["purpose"])),
        )
    )
    signature = rsa_key("sign card-1").sign(challenge, padding.PKCS1v15(), SHA256())
    return wire.CurrentItemsRequest(certificate=certificate, challenge=challenge, signature=signature, purpose=PURPOSE)


def ask_items(desk: Desk, request: wire.CurrentItemsRequest) -> wire.CurrentItems:
    return desk.peers["portal"].call_sealed(JPKI, wire.CURRENT_FOUR_ITEMS, request, wire.CurrentItems)


@pytest.mark.requirement("R-204")
def test_current_items_need_the_day_of_the_law_an_authorisation_and_the_holders_consent(desk: Desk) -> None:
    with pytest.raises(PeerProblem) as caught:
        ask_items(desk, items_request(desk, b"any"))
    assert code_of(caught) == "verifier-service-not-yet-lawful"
    desk.clock.advance(timedelta(days=(date(2023, 5, 16) - desk.clock.today()).days))
    issued = desk.issue()
    certificate = issued.signature_certificate
    with pytest.raises(PeerProblem) as caught:
        ask_items(desk, items_request(desk, certificate))
    assert code_of(caught) == "verifier-not-recognised"
    authorise(desk, "portal")
    desk.current = national_register.FoundIdentification(found=True, municipality_code="452025", four_items=ITEMS)
    assert ask_items(desk, items_request(desk, certificate)).four_items == ITEMS
    assert [(one.service, one.verifier) for one in desk.told] == [("current-items", "portal")]
    yesterday = desk.clock.today() - timedelta(days=1)
    for changes, refusal in (
        ({"purpose": "広告"}, "consent-for-other-use"),
        ({"day": yesterday}, "consent-for-other-use"),
        ({"requester": "commission"}, "challenge-for-another-requester"),
        ({"kind": SigningKind.USER_IDENTIFICATION}, "challenge-for-another-kind"),
    ):
        with pytest.raises(PeerProblem) as caught:
            ask_items(desk, items_request(desk, certificate, **changes))
        assert code_of(caught) == refusal
    desk.current = national_register.FoundIdentification(found=False)
    with pytest.raises(PeerProblem) as caught:
        ask_items(desk, items_request(desk, certificate))
    assert code_of(caught) == "no-such-certificate"
    desk.event("event-1", "move-within", address="宮崎県都城市上町一番地")
    with pytest.raises(PeerProblem) as caught:
        ask_items(desk, items_request(desk, certificate))
    assert code_of(caught) == "certificate-status-unknown"

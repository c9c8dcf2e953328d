"""Phones, holders abroad, certificates not wanted, renewal notices and approved terminals, each from its day on."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from mizuhiki.card.challenge import Challenge, SigningKind, compose_challenge
from mizuhiki.crypto.certificates import read_card_certificate
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import (
    PinlessUseNotYetLawful,
    SecondPersonNeeded,
    TerminalKnown,
    TerminalNotApproved,
)
from mizuhiki.institutions.jpki.domain.issuance import renewal_opens
from mizuhiki.institutions.jpki.operations.approve_terminals import PinlessUse
from mizuhiki.institutions.jpki.operations.issue_phone_certificates import phone_application_digest
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.wire import jpki as wire
from mizuhiki.wire.endpoint import Acknowledgement
from support.card_authority import rsa_key, spki
from unit.institutions.jpki.kit import ITEMS, JPKI, Desk, resident_code
from unit.institutions.jpki.test_status import states

PHONES = datetime(2023, 5, 11, 9, 0, tzinfo=JST)
TERMINAL_KEY = "terminal"


def as_person(desk: Desk, person: str, role: str = "operator") -> Context:
    return Context(Actor(JPKI, role, person), "card-issue", "公的個人認証法38条の4", "test", desk.clock, "trace")


def phone(
    card: wire.IssuedCertificates, request_id: str = "phone-1", **changes: Any
) -> wire.PhoneCertificateApplication:
    """An application signed by the card's signature key; `changes` alter it after it was signed."""
    ui, sign = spki(rsa_key(f"ui {request_id}")), spki(rsa_key(f"sign {request_id}"))
    challenge = compose_challenge(
        Challenge(
            kind=changes.pop("kind", SigningKind.SIGNATURE),
            requester=parse_institution_id(changes.pop("requester", "portal")),
            origin="https://portal.example",
            nonce=b"n" * 32,
            context_hash=phone_application_digest(request_id, "phone-of-yuiko", ui, sign),
        )
    )
    values: dict[str, Any] = {
        "request_id": request_id,
        "phone": "phone-of-yuiko",
        "user_identification_public_key": ui,
        "signature_public_key": sign,
        "certificate": card.signature_certificate,
        "challenge": challenge,
        "signature": rsa_key("sign card-1").sign(challenge, padding.PKCS1v15(), SHA256()),
    }
    return wire.PhoneCertificateApplication(**{**values, **changes})


def apply(desk: Desk, application: wire.PhoneCertificateApplication) -> wire.IssuedCertificates:
    return desk.peers["portal"].call(JPKI, wire.ISSUE_PHONE_CERTIFICATES, application)


def refusal(desk: Desk, application: wire.PhoneCertificateApplication) -> str:
    with pytest.raises(PeerProblem) as caught:
        apply(desk, application)
    return caught.value.peer_code


@pytest.mark.requirement("R-211")
def test_phones_carry_certificates_from_their_day_on(desk: Desk) -> None:
    card = desk.issue(desk.application(card_expires_on=date(2029, 4, 1)))
    desk.clock.set(PHONES - timedelta(days=1))
    assert refusal(desk, phone(card)) == "certificate-carrier-not-yet-lawful"
    desk.clock.set(PHONES)
    issued = apply(desk, phone(card))
    said = read_card_certificate(issued.signature_certificate)
    assert (said.name, said.address) == (ITEMS.name, ITEMS.address)
    assert said.valid_until == read_card_certificate(card.signature_certificate).valid_until
    assert apply(desk, phone(card)) == issued
    assert states(desk, issued) == states(desk, card) == ("good", "good")


def test_a_phone_has_states_of_its_own_and_ends_with_the_card(desk: Desk) -> None:
    card, cards = desk.issue(), desk.app.operations.cards
    desk.clock.set(PHONES)
    issued = apply(desk, phone(card))
    cards.suspend(desk.operator(), card_serial="phone-of-yuiko")
    assert (states(desk, issued), states(desk, card)) == (("suspended", "suspended"), ("good", "good"))
    cards.resume(desk.operator(), card_serial="phone-of-yuiko")
    cards.revoke(desk.operator(), card_serial="SERIALcard-1")
    assert states(desk, issued) == ("revoked", "revoked")


def test_a_lost_phone_ends_without_the_card(desk: Desk) -> None:
    card = desk.issue()
    desk.clock.set(PHONES)
    issued = apply(desk, phone(card))
    desk.app.operations.cards.revoke(desk.operator(), card_serial="phone-of-yuiko")
    assert (states(desk, issued), states(desk, card)) == (("revoked", "revoked"), ("good", "good"))


def test_a_renewed_card_ends_what_stood_on_the_old_one(desk: Desk) -> None:
    card = desk.issue()
    desk.clock.set(PHONES)
    issued = apply(desk, phone(card))
    renewed = desk.issue(desk.application("card-2"))
    assert states(desk, issued) == ("revoked", "revoked")
    assert states(desk, renewed) == ("good", "good")


def test_a_move_ends_the_phones_signature_certificate_too(desk: Desk) -> None:
    card = desk.issue()
    desk.clock.set(PHONES)
    issued = apply(desk, phone(card))
    desk.event("same", "ex-officio-correction")
    assert states(desk, issued) == ("good", "good")
    desk.event("moved", "move-within", address="宮崎県都城市上町一番地")
    assert states(desk, issued) == ("good", "revoked")


def test_a_phone_gets_only_what_the_card_signed_for(desk: Desk) -> None:
    card = desk.issue()
    desk.clock.set(PHONES)
    foreign = spki(rsa_key("foreign"))
    assert refusal(desk, phone(card, signature_public_key=foreign)) == "phone-application-signed-for-other"
    assert refusal(desk, phone(card, kind=SigningKind.USER_IDENTIFICATION)) == "challenge-for-another-kind"
    assert refusal(desk, phone(card, requester="commission")) == "challenge-for-another-requester"
    assert refusal(desk, phone(card, signature=bytes(256))) == "card-signature-invalid"
    desk.app.operations.cards.suspend(desk.operator(), card_serial="SERIALcard-1")
    assert refusal(desk, phone(card)) == "card-certificates-missing"


@pytest.mark.requirement("R-210")
@pytest.mark.parametrize(
    ("day", "expected"), [(date(2024, 5, 26), ("revoked", "revoked")), (date(2024, 5, 27), ("good", "revoked"))]
)
def test_a_move_abroad_ends_both_before_the_change_of_the_law(desk: Desk, day: date, expected: tuple[str, str]) -> None:
    desk.clock.set(datetime(2024, 5, 1, 9, 0, tzinfo=JST))
    issued = desk.issue()
    message = wire.RegisterEvent(
        event_id="abroad",
        resident_record_code=desk.application().resident_record_code,
        reason="move-abroad",
        effective_on=day,
        four_items=ITEMS,
        in_register=False,
    )
    desk.events([message])
    assert states(desk, issued) == expected


@pytest.mark.requirement("R-210")
def test_people_abroad_get_certificates_from_the_change_of_the_law_on(desk: Desk) -> None:
    desk.clock.set(datetime(2024, 5, 26, 9, 0, tzinfo=JST))
    with pytest.raises(PeerProblem) as caught:
        desk.issue(desk.application(abroad=True))
    assert caught.value.peer_code == "holder-abroad-not-yet-lawful"
    desk.clock.set(datetime(2024, 5, 27, 9, 0, tzinfo=JST))
    assert desk.issue(desk.application(abroad=True)).signature_certificate


@pytest.mark.requirement("R-167")
@pytest.mark.parametrize(
    ("kind", "expected"), [(Kind.SIGNATURE, ("good", "revoked")), (Kind.USER_IDENTIFICATION, ("revoked", "good"))]
)
def test_a_certificate_that_is_not_wanted_ends_alone(desk: Desk, kind: Kind, expected: tuple[str, str]) -> None:
    issued = desk.issue()
    assert desk.app.operations.declined.by_operator(desk.operator(), card_serial="SERIALcard-1", kind=kind) == 1
    assert states(desk, issued) == expected


def declined(desk: Desk, by: str = "municipality-452025", **changes: Any) -> str:
    asked = desk.application()
    values: dict[str, Any] = {
        "kind": "signature",
        "municipality_code": "452025",
        "resident_record_code": asked.resident_record_code,
        "four_items": ITEMS,
        "card_serial": asked.card_serial,
        "card_expires_on": asked.card_expires_on,
    }
    message = wire.CertificateDeclined(**{**values, **changes})
    return desk.peers[by].call_sealed(JPKI, wire.DECLINE_CERTIFICATE, message, Acknowledgement).reference


@pytest.mark.requirement("R-167")
def test_a_desk_ends_a_certificate_that_a_confirmed_holder_does_not_want_once(desk: Desk) -> None:
    issued = desk.issue()
    assert [declined(desk), declined(desk)] == ["1", "0"]
    assert states(desk, issued) == ("good", "revoked")
    claim = desk.claims[-1]
    assert (claim.card_serial, claim.municipality_code) == ("SERIALcard-1", "452025")


@pytest.mark.requirement("R-167")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"municipality_code": "011002"}, "applicant-of-other-municipality"),
        ({"kind": "both"}, "unknown-certificate-kind"),
        ({"card_serial": "SERIALother"}, "no-certificate-on-card"),
        ({"resident_record_code": resident_code("5555555555")}, "no-certificate-on-card"),
        ({"resident_record_code": "12345678901"}, "malformed-resident-record-code"),
    ],
)
def test_nobody_elses_certificate_is_ended_at_a_desk(desk: Desk, changes: dict[str, Any], code: str) -> None:
    issued = desk.issue()
    with pytest.raises(PeerProblem) as caught:
        declined(desk, **changes)
    assert caught.value.peer_code == code
    assert states(desk, issued) == ("good", "good")


@pytest.mark.requirement("R-167")
def test_a_desk_ends_nothing_for_a_card_that_the_register_does_not_confirm(desk: Desk) -> None:
    issued = desk.issue()
    desk.confirms = False
    with pytest.raises(PeerProblem) as caught:
        declined(desk)
    assert caught.value.peer_code == "card-holder-not-confirmed"
    assert states(desk, issued) == ("good", "good")


def test_an_application_may_leave_out_either_kind_but_not_both(desk: Desk) -> None:
    issued = desk.issue(desk.application(user_identification_public_key=b""))
    assert (issued.user_identification_certificate, issued.user_identification_ca) == (b"", b"")
    assert issued.signature_certificate
    with pytest.raises(PeerProblem) as caught:
        desk.issue(desk.application("none", user_identification_public_key=b"", signature_public_key=b""))
    assert caught.value.peer_code == "certificate-application-empty"


@pytest.mark.parametrize(
    ("last_day", "opens"),
    [
        (date(2024, 4, 1), date(2024, 1, 1)),
        (date(2024, 5, 31), date(2024, 2, 29)),
        (date(2023, 5, 31), date(2023, 2, 28)),
        (date(2024, 3, 31), date(2023, 12, 31)),
        (date(2024, 1, 15), date(2023, 10, 15)),
        (date(2024, 2, 29), date(2023, 11, 29)),
    ],
)
def test_renewal_opens_three_months_before_the_last_day(last_day: date, opens: date) -> None:
    assert renewal_opens(last_day) == opens


def approved(desk: Desk, name: str = "reader-1") -> bytes:
    terminals = desk.app.operations.terminals
    terminals.propose(
        as_person(desk, "first"),
        terminal=name,
        operator="都城病院",
        purpose="資格確認",
        key=spki(rsa_key(TERMINAL_KEY)),
        until=date(2026, 3, 31),
    )
    return bytes(terminals.approve(as_person(desk, "second"), terminal=name))


def use_of(desk: Desk, certificate: bytes, **changes: Any) -> wire.PinlessUseReport:
    use = PinlessUse(
        use="use-1",
        terminal="reader-1",
        certificate=certificate,
        challenge=b"challenge",
        used_at=int(desk.clock.now().timestamp()),
        signature=b"",
    )
    use = replace(use, **{name: value for name, value in changes.items() if name in ("use", "used_at")})
    signature = rsa_key(TERMINAL_KEY).sign(use.content(), padding.PKCS1v15(), SHA256())
    values = {name: getattr(use, name) for name in ("use", "terminal", "certificate", "challenge", "used_at")}
    return wire.PinlessUseReport(**{**values, "signature": signature, **changes})


def report(desk: Desk, use: wire.PinlessUseReport) -> Acknowledgement:
    return desk.peers["municipality-452025"].call(JPKI, wire.RECORD_PINLESS_USE, use)


@pytest.mark.requirement("R-209")
def test_only_approved_terminals_use_certificates_without_a_pin(desk: Desk) -> None:
    certificate = desk.issue().user_identification_certificate
    with pytest.raises(PinlessUseNotYetLawful):
        approved(desk)
    desk.clock.set(datetime(2021, 3, 4, 9, 0, tzinfo=JST))

    def refused(use: wire.PinlessUseReport) -> str:
        with pytest.raises(PeerProblem) as caught:
            report(desk, use)
        return caught.value.peer_code

    assert refused(use_of(desk, certificate)) == "terminal-not-approved"
    approved(desk)
    report(desk, use_of(desk, certificate))
    assert refused(use_of(desk, certificate)) == "terminal-signature-invalid"
    assert refused(use_of(desk, certificate, use="use-2", signature=bytes(256))) == "terminal-proof-invalid"
    stale = int(desk.clock.now().timestamp()) - 301
    assert refused(use_of(desk, certificate, use="use-3", used_at=stale)) == "terminal-signature-invalid"
    [(terminal, uses)] = desk.app.operations.terminals.listed(desk.operator())
    assert (terminal.terminal, uses) == ("reader-1", 1)
    desk.app.operations.terminals.withdraw(as_person(desk, "second"), terminal="reader-1")
    assert refused(use_of(desk, certificate, use="use-4")) == "terminal-not-approved"


@pytest.mark.requirement("R-209")
def test_a_terminal_is_approved_by_another_person_and_gets_a_certificate_that_is_no_persons(desk: Desk) -> None:
    desk.clock.set(datetime(2021, 3, 4, 9, 0, tzinfo=JST))
    terminals = desk.app.operations.terminals
    certificate = approved(desk)
    x509.load_der_x509_certificate(certificate).verify_directly_issued_by(
        x509.load_der_x509_certificate(terminals.root())
    )
    issuer = x509.load_der_x509_certificate(certificate).issuer
    assert all(
        issuer != x509.load_der_x509_certificate(desk.app.operations.ca_certificate(kind)).subject for kind in Kind
    )
    with pytest.raises(TerminalNotApproved):
        terminals.approve(as_person(desk, "second"), terminal="reader-1")
    with pytest.raises(TerminalKnown):
        approved(desk)
    terminals.propose(
        as_person(desk, "first"),
        terminal="reader-2",
        operator="x",
        purpose="y",
        key=spki(rsa_key("other terminal")),
        until=date(2026, 3, 31),
    )
    with pytest.raises(SecondPersonNeeded):
        terminals.approve(as_person(desk, "first"), terminal="reader-2")


def test_a_pinless_use_names_no_certificate_in_the_database(desk: Desk) -> None:
    certificate = desk.issue().user_identification_certificate
    desk.clock.set(datetime(2021, 3, 4, 9, 0, tzinfo=JST))
    approved(desk)
    report(desk, use_of(desk, certificate))
    [line] = [one for one in desk.dump().splitlines() if one.startswith('INSERT INTO "pinless_uses"')]
    assert str(read_card_certificate(certificate).serial) not in line
    assert base64.b16encode(certificate).decode() not in line
    assert desk.clock.now().astimezone(UTC).date() == date(2021, 3, 4)

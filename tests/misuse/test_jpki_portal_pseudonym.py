"""Attempts to get a portal pseudonym for somebody who did not agree to it with their card."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from mizuhiki.card.challenge import Challenge, SigningKind, compose_challenge
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.wire import jpki as wire
from mizuhiki.wire import national_register
from support.card_authority import CardAuthority, CertificateKind, rsa_key
from unit.institutions.jpki.kit import CODE, JPKI, Desk, open_desk

PORTAL_SERVER = "intermediate-portal"


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = open_desk()
    yield desk
    desk.app.close()


def acquisition(desk: Desk, *, signer: str = PORTAL_SERVER, holder: str = PORTAL_SERVER, persons: int = 1) -> str:
    payload = national_register.PseudonymAcquisition(
        batch_id="batch",
        nonce="nonce",
        holder=holder,
        affair="portal-account",
        acquisition_numbers=[f"acquisition-{number}" for number in range(persons)],
        expires_at=int(desk.clock.now().timestamp()) + 600,
    )
    return desk.peers[signer].sign(national_register.PSEUDONYM_ACQUISITION_TYPE, payload)


def challenge_about(text: str, *, requester: str = "portal", kind: str = "user-identification") -> bytes:
    return compose_challenge(
        Challenge(
            kind=SigningKind(kind),
            requester=parse_institution_id(requester),
            origin="https://portal.example",
            nonce=b"n" * 32,
            context_hash=object_hash(text),
        )
    )


def request(
    text: str, certificate: bytes, key: str = "ui card-1", about: str = "", challenge: bytes | None = None
) -> wire.PortalPseudonymRequest:
    challenge = challenge_about(about or text) if challenge is None else challenge
    signature = rsa_key(key).sign(challenge, padding.PKCS1v15(), SHA256())
    return wire.PortalPseudonymRequest(
        acquisition=text, certificate=certificate, challenge=challenge, signature=signature
    )


def refusal(desk: Desk, message: wire.PortalPseudonymRequest) -> str:
    with pytest.raises(PeerProblem) as caught:
        desk.peers["portal"].call(JPKI, wire.REQUEST_PORTAL_PSEUDONYM, message)
    assert desk.handed_on == []
    return caught.value.peer_code


@pytest.mark.requirement("R-363")
def test_the_holders_code_goes_to_the_register_and_the_portal_learns_nothing_of_it(desk: Desk) -> None:
    certificate = desk.issue().user_identification_certificate
    text = acquisition(desk)
    answer = desk.peers["portal"].call(JPKI, wire.REQUEST_PORTAL_PSEUDONYM, request(text, certificate))
    assert (answer.accepted, answer.refused) == (1, [])
    [(handed, subjects)] = desk.handed_on
    assert handed == text
    [subject] = subjects.subjects
    assert (subject.acquisition_number, subject.resident_record_code) == ("acquisition-0", CODE)
    assert CODE not in repr(answer)


def test_a_signature_made_for_another_acquisition_is_refused(desk: Desk) -> None:
    certificate = desk.issue().user_identification_certificate
    text = acquisition(desk)
    other = acquisition(desk, persons=2)
    assert refusal(desk, request(text, certificate, about=other)) == "challenge-for-other-acquisition"


def test_a_log_in_challenge_without_an_acquisition_is_refused(desk: Desk) -> None:
    certificate = desk.issue().user_identification_certificate
    empty = request(acquisition(desk), certificate, challenge=b"")
    assert refusal(desk, empty) == "malformed-card-challenge"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"requester": "municipality-452025"}, "challenge-for-another-requester"),
        ({"kind": "signature"}, "challenge-for-another-kind"),
    ],
)
def test_a_challenge_of_another_requester_or_for_the_other_key_is_refused(
    desk: Desk, change: dict[str, str], code: str
) -> None:
    certificate = desk.issue().user_identification_certificate
    text = acquisition(desk)
    assert refusal(desk, request(text, certificate, challenge=challenge_about(text, **change))) == code


def test_bytes_that_only_end_in_the_acquisitions_hash_are_refused(desk: Desk) -> None:
    certificate = desk.issue().user_identification_certificate
    text = acquisition(desk)
    made_up = b"signed elsewhere" + object_hash(text)
    assert refusal(desk, request(text, certificate, challenge=made_up)) == "malformed-card-challenge"


def test_a_signature_of_another_key_is_refused(desk: Desk) -> None:
    certificate = desk.issue().user_identification_certificate
    assert refusal(desk, request(acquisition(desk), certificate, key="stolen")) == "card-signature-invalid"


def test_the_signature_certificate_does_not_log_in(desk: Desk) -> None:
    certificate = desk.issue().signature_certificate
    assert refusal(desk, request(acquisition(desk), certificate, key="sign card-1")) == "certificate-unknown-issuer"


def test_a_certificate_of_an_authority_of_the_same_name_is_refused(desk: Desk) -> None:
    forged = CardAuthority(CertificateKind.USER_IDENTIFICATION, "forged").issue(name="forged card")
    code = refusal(desk, request(acquisition(desk), forged, key="forged card"))
    assert code == "certificate-unknown-issuer"


@pytest.mark.requirement("R-202")
def test_a_revoked_or_suspended_card_starts_nothing(desk: Desk) -> None:
    certificate = desk.issue().user_identification_certificate
    cards = desk.app.operations.cards
    cards.suspend(desk.operator(), card_serial="SERIALcard-1")
    assert refusal(desk, request(acquisition(desk), certificate)) == "certificate-suspended"
    desk.event("event-1", "death", in_register=False)
    assert refusal(desk, request(acquisition(desk), certificate)) == "certificate-revoked"


@pytest.mark.parametrize(
    "change",
    [
        {"signer": "municipality-452025"},
        {"holder": "intermediate-municipality-452025"},
        {"persons": 2},
        {"persons": 0},
    ],
)
def test_only_the_portals_own_request_for_one_person_is_passed_on(desk: Desk, change: dict[str, object]) -> None:
    certificate = desk.issue().user_identification_certificate
    text = acquisition(desk, **change)  # type: ignore[arg-type]  # a table of arguments
    assert refusal(desk, request(text, certificate)) == "acquisition-not-portals"


def test_nobody_but_the_portal_may_ask(desk: Desk) -> None:
    certificate = desk.issue().user_identification_certificate
    with pytest.raises(PeerProblem) as caught:
        desk.peers["commission"].call(JPKI, wire.REQUEST_PORTAL_PSEUDONYM, request(acquisition(desk), certificate))
    assert caught.value.peer_code == "caller-not-listed"

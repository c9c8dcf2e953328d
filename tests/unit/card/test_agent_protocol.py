from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.card.agent import answer_request, refuse_request
from mizuhiki.card.agent_protocol import (
    REQUEST_PARAMETER,
    REQUEST_TYPE,
    MalformedSigningRequest,
    MalformedSigningResponse,
    RefusalCode,
    ResponseForAnotherRequest,
    SigningRefused,
    SigningRequest,
    SigningRequestExpired,
    SigningResponse,
    agent_address,
    check_request,
    check_response,
    origin_of,
    read_signing_request,
)
from mizuhiki.card.challenge import (
    Challenge,
    ChallengeForAnotherContext,
    ChallengeForAnotherKind,
    ChallengeForAnotherOrigin,
    ChallengeForAnotherRequester,
    ChallengeNotOurs,
    MalformedChallenge,
    SigningKind,
    check_challenge,
    compose_challenge,
    parse_challenge,
)
from mizuhiki.card.client import CardClient
from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.keystore import MemoryKeystore, SigningPurpose
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.signed_objects import SignatureInvalid, UnknownSigner, WrongObjectType, sign_object
from mizuhiki.vocabulary.errors import Malformed, MizuhikiError, NotFound
from mizuhiki.vocabulary.ids import InstitutionId

NOW = datetime(2019, 12, 2, 0, 0, tzinfo=UTC)
PORTAL, JPKI, ROGUE = InstitutionId("portal"), InstitutionId("jpki"), InstitutionId("pension-service")
ORIGINS = {
    PORTAL: "https://portal.example",
    JPKI: "https://jpki.example",
    ROGUE: "https://pension-service.example",
}
SIGNERS = {name: MemoryKeystore(SeededRandomness(name.encode())).signer(SigningPurpose.OBJECT) for name in ORIGINS}


class NotListed(NotFound):
    code = "test-not-listed"


def key_of(institution: InstitutionId) -> bytes:
    if institution not in SIGNERS:
        raise NotListed
    return SIGNERS[institution].public_key


def challenge_of(requester: InstitutionId = PORTAL, **changes: object) -> Challenge:
    made = Challenge(
        kind=SigningKind.USER_IDENTIFICATION,
        requester=requester,
        origin=ORIGINS[requester],
        nonce=b"n" * 32,
        context_hash=sha256(b"log in"),
    )
    return msgspec.structs.replace(made, **changes)


def request_of(requester: InstitutionId = PORTAL, **changes: object) -> SigningRequest:
    made = SigningRequest(
        version=1,
        request_id="r-1",
        requester=requester,
        origin=ORIGINS[requester],
        return_url=ORIGINS[requester] + "/sign-in/card",
        purpose="portal.sign-in",
        kind=SigningKind.USER_IDENTIFICATION,
        challenge=compose_challenge(challenge_of(requester)),
        statement="ポータルに利用者としてログインします",
        issued_at=NOW,
        expires_at=NOW + timedelta(minutes=5),
    )
    return msgspec.structs.replace(made, **changes)


def signed(request: msgspec.Struct, by: InstitutionId = PORTAL, object_type: str = REQUEST_TYPE) -> str:
    return sign_object(request, object_type=object_type, institution=by, signer=SIGNERS[by])


def read(text: str, now: datetime = NOW) -> SigningRequest:
    return read_signing_request(text, key_of=key_of, origin_of_institution=lambda name: ORIGINS[name], now=now)


def test_a_challenge_has_the_stated_layout_and_ends_in_the_context_hash() -> None:
    raw = compose_challenge(challenge_of())
    label = b"mizuhiki/v1/card-challenge/user-identification"
    assert raw == (
        len(label).to_bytes(2, "big") + label + b"\x00\x06portal\x00\x16https://portal.example"
        + b"n" * 32 + sha256(b"log in")
    )  # fmt: skip
    assert raw[-32:] == sha256(b"log in")


@given(
    st.sampled_from(SigningKind),
    st.sampled_from(list(ORIGINS)),
    st.text(min_size=1, max_size=60),
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=32, max_size=32),
)
def test_what_is_composed_reads_back(
    kind: SigningKind, requester: InstitutionId, origin: str, nonce: bytes, context: bytes
) -> None:
    made = Challenge(kind=kind, requester=requester, origin=origin, nonce=nonce, context_hash=context)
    assert parse_challenge(compose_challenge(made)) == made


@given(st.binary(max_size=250))
def test_no_bytes_are_read_as_a_challenge_that_composes_to_others(raw: bytes) -> None:
    try:
        found = parse_challenge(raw)
    except MalformedChallenge:
        return
    assert compose_challenge(found) == raw


@given(st.integers(0, 200), st.integers(1, 255))
def test_every_changed_byte_of_a_challenge_is_noticed(position: int, change: int) -> None:
    raw = bytearray(compose_challenge(challenge_of()))
    raw[position % len(raw)] ^= change
    with pytest.raises(MizuhikiError):
        check_challenge(bytes(raw), challenge_of())


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"kind": SigningKind.SIGNATURE}, ChallengeForAnotherKind),
        ({"requester": JPKI}, ChallengeForAnotherRequester),
        ({"origin": "https://other.example"}, ChallengeForAnotherOrigin),
        ({"nonce": b"m" * 32}, ChallengeNotOurs),
        ({"context_hash": sha256(b"something else")}, ChallengeForAnotherContext),
    ],
)
def test_each_difference_has_its_own_name(changes: dict[str, object], error: type[MizuhikiError]) -> None:
    with pytest.raises(error):
        check_challenge(compose_challenge(challenge_of(**changes)), challenge_of())


@pytest.mark.parametrize("changes", [{"nonce": b"short"}, {"context_hash": b""}, {"origin": ""}, {"origin": "x" * 256}])
def test_a_challenge_that_could_not_be_read_is_not_composed(changes: dict[str, object]) -> None:
    with pytest.raises(MalformedChallenge):
        compose_challenge(challenge_of(**changes))


def test_a_page_asks_and_gets_a_signature_over_its_own_challenge(client: CardClient) -> None:
    address = agent_address("http://localhost:9000/sign?lang=ja", signed(request_of()))
    text = parse_qs(urlsplit(address).query)[REQUEST_PARAMETER][0]
    request = read(text)
    fields = answer_request(request, client, "2468").form_fields()
    response = check_response(SigningResponse.from_form_fields(fields), request_of(), now=NOW)
    check_challenge(request_of().challenge, challenge_of())
    key = load_der_x509_certificate(response.certificate).public_key()
    key.verify(response.signature, request_of().challenge, padding.PKCS1v15(), SHA256())


def test_the_signature_key_is_used_where_it_is_asked_for(client: CardClient, template: SimpleNamespace) -> None:
    challenge = compose_challenge(challenge_of(kind=SigningKind.SIGNATURE))
    request = read(signed(request_of(kind=SigningKind.SIGNATURE, challenge=challenge)))
    response = answer_request(request, client, "ABC123")
    assert response.certificate == template.certificates.signature
    key = load_der_x509_certificate(response.certificate).public_key()
    key.verify(response.signature, challenge, padding.PKCS1v15(), SHA256())


def test_a_response_made_for_one_site_cannot_be_used_at_another(client: CardClient) -> None:
    request = read(signed(request_of(ROGUE), by=ROGUE))
    response = answer_request(request, client, "2468")
    expected = challenge_of(PORTAL)
    with pytest.raises(ChallengeForAnotherRequester):
        check_challenge(request.challenge, expected)
    key = load_der_x509_certificate(response.certificate).public_key()
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - the oracle's own error

    with pytest.raises(InvalidSignature):
        key.verify(response.signature, compose_challenge(expected), padding.PKCS1v15(), SHA256())


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"challenge": compose_challenge(challenge_of(PORTAL))}, ChallengeForAnotherRequester),
        ({"requester": "portal"}, ChallengeForAnotherRequester),
        ({"origin": "https://portal.example"}, ChallengeForAnotherOrigin),
        ({"return_url": "https://portal.example/sign-in/card"}, ChallengeForAnotherOrigin),
        ({"return_url": "https://pension-service.example@portal.example/"}, MalformedSigningRequest),
        ({"return_url": "javascript:alert(1)"}, MalformedSigningRequest),
        ({"kind": SigningKind.SIGNATURE}, ChallengeForAnotherKind),
        (
            {"challenge": compose_challenge(challenge_of(ROGUE, origin="https://portal.example"))},
            ChallengeForAnotherOrigin,
        ),
        ({"challenge": sha256(b"a document to be signed")}, MalformedChallenge),
        ({"version": 2}, MalformedSigningRequest),
        ({"request_id": ""}, MalformedSigningRequest),
        ({"expires_at": NOW}, MalformedSigningRequest),
    ],
)
def test_the_agent_refuses_a_site_that_passes_on_what_is_not_its_own(
    changes: dict[str, object], error: type[MizuhikiError]
) -> None:
    with pytest.raises(error):
        read(signed(msgspec.structs.replace(request_of(ROGUE), **changes), by=ROGUE))


def test_the_agent_believes_only_the_signature_about_who_asks() -> None:
    forged = sign_object(request_of(), object_type=REQUEST_TYPE, institution=PORTAL, signer=SIGNERS[ROGUE])
    with pytest.raises(SignatureInvalid):
        read(forged)
    with pytest.raises(ChallengeForAnotherRequester):
        read(signed(request_of(PORTAL), by=ROGUE))
    with pytest.raises(WrongObjectType):
        read(signed(request_of(), object_type="inquiry"))
    unlisted = InstitutionId("municipality-452025")
    with pytest.raises(UnknownSigner):
        read(sign_object(request_of(), object_type=REQUEST_TYPE, institution=unlisted, signer=SIGNERS[ROGUE]))


@pytest.mark.parametrize("offset", [timedelta(minutes=5), timedelta(days=1), timedelta(minutes=-3)])
def test_requests_are_answered_only_in_their_time(offset: timedelta) -> None:
    with pytest.raises(SigningRequestExpired):
        read(signed(request_of()), now=NOW + offset)


def test_a_clock_may_be_two_minutes_behind() -> None:
    assert read(signed(request_of()), now=NOW - timedelta(minutes=2)).request_id == "r-1"


def test_times_without_zone_are_refused() -> None:
    naive = request_of(issued_at=datetime(2019, 12, 2))  # noqa: DTZ001 - what is refused
    with pytest.raises(MalformedSigningRequest):
        check_request(naive, requester=PORTAL, origin=ORIGINS[PORTAL])


def test_a_refusal_carries_its_reason_and_no_signature() -> None:
    fields = refuse_request(request_of(), RefusalCode.CANCELLED).form_fields()
    assert fields["signature"] == fields["certificate"] == ""
    with pytest.raises(SigningRefused) as caught:
        check_response(SigningResponse.from_form_fields(fields), request_of(), now=NOW)
    assert caught.value.fields["reason"] == "cancelled"


def test_a_response_answers_its_own_request_in_time() -> None:
    response = SigningResponse(request_id="r-1", certificate=b"c", signature=b"s")
    with pytest.raises(ResponseForAnotherRequest):
        check_response(msgspec.structs.replace(response, request_id="r-2"), request_of(), now=NOW)
    with pytest.raises(SigningRequestExpired):
        check_response(response, request_of(), now=NOW + timedelta(minutes=5))


GOOD: dict[str, str] = SigningResponse(request_id="r", certificate=b"c", signature=b"s").form_fields()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        GOOD | {"request_id": ""},
        GOOD | {"signature": ""},
        GOOD | {"certificate": ""},
        GOOD | {"refusal": "cancelled"},
        GOOD | {"signature": "", "refusal": "cancelled"},
        GOOD | {"refusal": "because"},
        GOOD | {"signature": "***"},
        GOOD | {"signature": "cw=="},
        GOOD | {"signature": "é"},
        GOOD | {"signature": "A" * 20_000},
        {name: value for name, value in GOOD.items() if name != "certificate"},
    ],
)
def test_fields_that_are_no_response_are_refused(fields: dict[str, str]) -> None:
    with pytest.raises(MalformedSigningResponse):
        SigningResponse.from_form_fields(fields)


@given(st.dictionaries(st.sampled_from(["request_id", "certificate", "signature", "refusal"]), st.text(max_size=40)))
def test_any_posted_fields_are_a_response_or_a_named_error(fields: dict[str, str]) -> None:
    try:
        response = SigningResponse.from_form_fields(fields)
    except Malformed:
        return
    assert SigningResponse.from_form_fields(response.form_fields()) == response


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Portal.Example/a?b", "https://portal.example"),
        ("https://portal.example:443/", "https://portal.example"),
        ("http://portal.localhost:8000/x", "http://portal.localhost:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_origins_are_compared_in_one_form(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "url", ["", "portal.example", "ftp://a.example", "https://", "https://a:b@c.example", "http://a:x/"]
)
def test_addresses_without_an_origin_are_refused(url: str) -> None:
    with pytest.raises(MalformedSigningRequest):
        origin_of(url)


def test_the_pin_never_enters_the_protocol(client: CardClient) -> None:
    make: Callable[[], SigningResponse] = lambda: answer_request(read(signed(request_of())), client, "2468")  # noqa: E731 - one use
    assert "2468" not in repr(make().form_fields()["request_id"])
    assert set(SigningResponse.__struct_fields__) == {"request_id", "certificate", "signature", "refusal"}

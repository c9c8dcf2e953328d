"""Our own form of hop signatures against the library: the same bytes when made, the same judgement when read."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from http_message_signatures import HTTPMessageSigner, algorithms
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.crypto import http_signatures, own_hop_form
from mizuhiki.crypto.http_signatures import SignedRequest, sign_request, verify_request
from mizuhiki.crypto.keystore import MemoryKeystore, SigningPurpose
from mizuhiki.crypto.own_hop_form import HopFields
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId

AT = datetime(2019, 12, 2, 0, 0, tzinfo=UTC)
CALLER = InstitutionId("portal")
SIGNER = MemoryKeystore(SeededRandomness(b"hop")).signer(SigningPurpose.HOP)
HOST = "jpki.mizuhiki.localhost:8443"
PLAIN = SignedRequest("POST", f"https://{HOST}/v1/key-set", {"Content-Type": "application/json"}, b'{"a":1}')
_NAME = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)
_PATH = st.text(string.ascii_letters + string.digits + "/._~-", max_size=30).map(lambda rest: f"/{rest}")
_URLS = st.builds(
    lambda scheme, names, port, path: f"{scheme}://{'.'.join(names)}{port}{path}",
    st.sampled_from(("https", "http")),
    st.lists(_NAME, min_size=1, max_size=3),
    st.one_of(st.just(""), st.integers(1, 65_535).map(lambda port: f":{port}")),
    _PATH,
)


class Message:
    """What the library signs."""

    def __init__(self, request: SignedRequest) -> None:
        self.method, self.url, self.headers = request.method, request.url, dict(request.headers)


class Nonces:
    def first_seen(self, *_: object) -> bool:
        return True


def by_the_library(request: SignedRequest, nonce: str) -> dict[str, str]:
    message = Message(request)
    library = HTTPMessageSigner(signature_algorithm=algorithms.ED25519)
    prepared = library.prepare(
        message,
        key_id=CALLER,
        created=AT,
        expires=AT + timedelta(minutes=2),
        nonce=nonce,
        label="hop",
        tag="mizuhiki-hop",
        covered_component_ids=http_signatures.COVERED,
        body=request.body,
    )
    library.apply(message, prepared, SIGNER.sign(prepared.signature_base))
    return message.headers


def by_us(request: SignedRequest) -> dict[str, str]:
    return sign_request(request, institution=CALLER, signer=SIGNER, at=AT, randomness=SeededRandomness(b"n"))


def judged(request: SignedRequest, *, host: str = HOST) -> str:
    """Who sent the request, or why it is refused."""
    try:
        return verify_request(request, host=host, key_of=lambda _: SIGNER.public_key, nonces=Nonces(), at=AT)
    except MizuhikiError as error:
        return error.code


def judged_by_the_library(request: SignedRequest) -> str:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(own_hop_form, "read", lambda *_: None)
        return judged(request)


@given(_URLS, st.binary(max_size=200), st.sampled_from(("application/json", "text/plain; charset=utf-8")))
def test_what_is_made_is_what_the_library_makes(url: str, body: bytes, content_type: str) -> None:
    request = SignedRequest("POST", url, {"Content-Type": content_type, "Request-Id": "x" * 22}, body)
    nonce = SeededRandomness(b"n").token(16)
    assert by_us(request) == by_the_library(request, nonce)


@given(_URLS)
def test_what_the_library_makes_of_a_usual_request_is_read_as_our_own(url: str) -> None:
    request = replace(PLAIN, url=url)
    headers = {name.lower(): value for name, value in by_the_library(request, "n" * 22).items()}
    own = own_hop_form.read(request.method, url, headers)
    if own is None:  # a default port, or a name that ends in a mark, is left to the library
        assert url.split("/")[2].endswith((":80", ":443"))
        return
    at = int(AT.timestamp())
    assert own.fields == HopFields(CALLER, at, at + 120, "n" * 22)
    assert own.is_over(PLAIN.body)
    assert not own.is_over(PLAIN.body + b" ")


def test_a_usual_request_does_not_reach_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_signatures, "HTTPMessageSigner", None)
    monkeypatch.setattr(http_signatures, "_Verifier", None)
    assert judged(replace(PLAIN, headers=by_us(PLAIN))) == CALLER


@pytest.mark.parametrize(
    "url",
    [
        f"https://{HOST}/v1/key-set?a=b",
        f"https://{HOST}/v1/%41",
        "https://JPKI.mizuhiki.localhost:8443/v1/key-set",
        "https://jpki:443/v1/key-set",
        f"https://{HOST}",
    ],
)
def test_unusual_targets_are_signed_and_checked_by_the_library(url: str) -> None:
    request = replace(PLAIN, url=url)
    headers = by_us(request)
    assert own_hop_form.read("POST", url, {name.lower(): value for name, value in headers.items()}) is None
    assert judged(replace(request, headers=headers), host=url.split("/")[2]) == CALLER


def test_a_field_of_a_signature_that_stands_there_before_is_not_written_over() -> None:
    with pytest.raises(Exception, match="Content-Digest is already present"):
        by_us(replace(PLAIN, headers={**PLAIN.headers, "content-digest": "x"}))


@given(st.data())
def test_a_changed_request_is_judged_as_the_library_judges_it(data: st.DataObject) -> None:
    """One octet changed, dropped or doubled, in any covered or signing field."""
    headers = by_us(PLAIN)
    name = data.draw(st.sampled_from(("Signature-Input", "Signature", "Content-Digest", "Content-Type")))
    value = headers[name]
    place = data.draw(st.integers(0, len(value) - 1))
    put = data.draw(st.sampled_from(("", value[place] * 2, *string.ascii_letters[:4], *'0=;:" ()', "\t")))
    changed = value[:place] + put + value[place + 1 :]
    request = replace(PLAIN, headers={**headers, name: changed})
    assert judged(request) == judged_by_the_library(request)


@pytest.mark.parametrize(
    ("header", "old", "new"),
    [
        ("Signature-Input", "created=1", "created=01"),
        ("Signature-Input", "hop=(", "hop= ("),
        ("Signature-Input", 'tag="mizuhiki-hop"', 'tag="mizuhiki-hop", hop=()'),
        ("Signature", "hop=:", "hop2=:"),
        ("Signature", "==:", "==:, hop=::"),
        ("Content-Digest", "sha-256=", "sha-512="),
        ("Content-Digest", "=:", "=:, sha-256=:AAAA:"),
        ("Content-Type", "application/json", "application/json, text/html"),
    ],
)
def test_what_differs_from_the_form_is_left_to_the_library(header: str, old: str, new: str) -> None:
    headers = by_us(PLAIN)
    changed = replace(PLAIN, headers={**headers, header: headers[header].replace(old, new)})
    read = own_hop_form.read("POST", PLAIN.url, {name.lower(): value for name, value in changed.headers.items()})
    assert read is None
    assert judged(changed) == judged_by_the_library(changed)


def test_numbers_and_names_of_the_form_are_those_that_were_signed() -> None:
    """A changed parameter changes the base, so that nothing of it is believed."""
    headers = by_us(PLAIN)
    for old, new in (("created=15", "created=16"), ('keyid="portal"', 'keyid="portals"'), ('nonce="', 'nonce="x')):
        stated = headers["Signature-Input"]
        assert old in stated
        changed = {**headers, "Signature-Input": stated.replace(old, new)}
        lowered = {name.lower(): value for name, value in changed.items()}
        own = own_hop_form.read("POST", PLAIN.url, lowered)
        assert own is not None
        assert new.encode() in own.base
        assert judged(replace(PLAIN, headers=changed)) != CALLER

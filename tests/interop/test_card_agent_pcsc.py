"""The reader agent with the system's PC/SC service: what a website gets is the card's own signature."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from mizuhiki.card.agent_protocol import SigningKind, SigningResponse
from mizuhiki.runtime.clock import SystemClock
from support.card_stack import DRIVER, READER, CardStack
from support.environment import make_directory
from support.world_web import ORIGIN, request_of, signed

pytestmark = [pytest.mark.outside("pcscd", DRIVER, "opensc-tool", "python:smartcard", "namespaces")]
PINS = {SigningKind.USER_IDENTIFICATION: "1234", SigningKind.SIGNATURE: "ABC123"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CardStack, str]]:
    """The service with a card on its reader, and the address of an agent that works with it."""
    folder: Path = tmp_path_factory.mktemp("agent")
    stack = CardStack(folder)
    try:
        (folder / "directory.json").write_bytes(make_directory().to_json())
        stack.mizuhiki("card", "new", "--out", str(folder / "test.card"), check=True)
        stack.plug(folder / "test.card")
        line = stack.start("card", "agent", "--directory", "directory.json", "--port", "0", "--json")
        yield stack, json.loads(line)["url"]
    finally:
        stack.close()


@pytest.mark.parametrize("kind", list(SigningKind))
def test_the_website_gets_a_signature_of_the_card_in_the_reader(
    place: tuple[CardStack, str], kind: SigningKind
) -> None:
    stack, address = place
    now = SystemClock().now()
    asked = request_of(
        kind=kind, request_id=f"r-{kind}", issued_at=now - timedelta(seconds=5), expires_at=now + timedelta(minutes=5)
    )
    done = stack.python("support.agent_window", address, ORIGIN, READER, PINS[kind], feed=signed(asked))
    answered = json.loads(done.stdout)
    assert answered["address"] == asked.return_url
    response = SigningResponse.from_form_fields(answered["fields"])
    certificate = x509.load_der_x509_certificate(response.certificate)
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(response.signature, asked.challenge, padding.PKCS1v15(), SHA256())
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment is (kind is SigningKind.SIGNATURE)


def test_the_agent_listens_on_loopback_alone(place: tuple[CardStack, str]) -> None:
    stack, address = place
    port = int(address.rstrip("/").rpartition(":")[2])
    listening = [
        line.split()[1]
        for line in stack.run("cat", "/proc/net/tcp", check=True).stdout.splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    ]
    assert listening == [f"0100007F:{port:04X}"]

"""Card software nobody wrote for us judges the card: Debian's pcscd, vpcd, OpenSC and pcsc-tools, and openssl."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.card_stack import DRIVER, OPENSC_MODULE, READER, CardStack, opensc_module

pytestmark = [
    pytest.mark.outside(
        "pcscd",
        DRIVER,
        "opensc-tool",
        "pkcs15-tool",
        "pkcs11-tool",
        OPENSC_MODULE,
        "pcsc_scan",
        "ATR_analysis",
        "openssl",
        "namespaces",
    )
]
USER = ("--token-label", "JPKI (User Authentication PIN)")
SIGNATURE = ("--token-label", "JPKI (Digital Signature PIN)")
USER_PIN, SIGNATURE_PIN = "1234", "ABC123"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardStack]:
    """A PC/SC service with one new card in its first reader."""
    folder = tmp_path_factory.mktemp("stack")
    stack = CardStack(folder)
    try:
        _new_card(stack, folder / "test.card")
        stack.plug(folder / "test.card")
        yield stack
    finally:
        stack.close()


@pytest.fixture
def fresh_stack(tmp_path: Path) -> Iterator[CardStack]:
    """A service of its own, for tests that spoil the card."""
    stack = CardStack(tmp_path)
    try:
        _new_card(stack, tmp_path / "test.card")
        yield stack
    finally:
        stack.close()


def _new_card(stack: CardStack, path: Path) -> None:
    pins = ("--user-pin", USER_PIN, "--signature-pin", SIGNATURE_PIN)
    stack.mizuhiki("card", "new", "--out", str(path), *pins, check=True)


def _pkcs11(stack: CardStack, *arguments: str) -> subprocess.CompletedProcess[str]:
    return stack.run("pkcs11-tool", "--module", opensc_module(), *arguments)


def _public_key(stack: CardStack, name: str, *arguments: str) -> str:
    pem = stack.run("pkcs15-tool", *arguments, check=True).stdout
    (stack.folder / f"{name}.pem").write_text(pem[pem.index("-----BEGIN") :])
    key = stack.run("openssl", "x509", "-in", f"{name}.pem", "-noout", "-pubkey", check=True).stdout
    (stack.folder / f"{name}.pub").write_text(key)
    return f"{name}.pub"


def test_opensc_recognises_the_card_by_itself_as_a_jpki_card(stack: CardStack) -> None:
    assert stack.run("opensc-tool", "--name", check=True).stdout.strip() == "jpki"


def test_pcsc_tools_see_the_card_and_name_it_from_its_answer_to_reset(stack: CardStack) -> None:
    assert READER in stack.run("pcsc_scan", "-r", check=True).stdout
    said = stack.run("pcsc_scan", "-c", seconds=30).stdout
    seen = re.search(r"ATR: ([0-9A-F ]+)", re.sub(r"\x1b\[[0-9;]*m", "", said))
    assert seen is not None
    assert seen[1].strip() == "3B E0 00 FF 81 31 FE 45 14"
    named = stack.run("ATR_analysis", seen[1].strip()).stdout
    assert "correct checksum" in named
    assert "JUKICARD" in named  # the name its list has for this answer to reset, shared with the older card


def test_pkcs15_tool_dumps_two_pins_two_keys_and_four_certificates(stack: CardStack) -> None:
    said = stack.run("pkcs15-tool", "--dump", check=True).stdout
    assert re.findall(r"^PIN \[(.*)\]", said, re.MULTILINE) == ["User Authentication PIN", "Digital Signature PIN"]
    assert len(re.findall(r"^Private RSA Key", said, re.MULTILINE)) == 2
    assert len(re.findall(r"^X\.509 Certificate", said, re.MULTILINE)) == 4
    assert re.findall(r"Tries left\s*: (\d+)", said) == ["3", "5"]


def test_pkcs15_tool_reads_the_certificates_that_need_no_pin(stack: CardStack) -> None:
    for number in ("01", "03", "04"):
        pem = stack.run("pkcs15-tool", "--read-certificate", number, check=True).stdout
        (stack.folder / f"free-{number}.pem").write_text(pem[pem.index("-----BEGIN") :])
    said = stack.run("openssl", "verify", "-x509_strict", "-CAfile", "free-03.pem", "free-01.pem").stdout
    assert "free-01.pem: OK" in said


def test_pkcs15_tool_reads_the_signature_certificate_only_after_its_pin(stack: CardStack) -> None:
    read = ("pkcs15-tool", "--read-certificate", "02")
    refused = stack.run(*read)
    assert "BEGIN CERTIFICATE" not in refused.stdout
    opened = stack.run(*read, "--verify-pin", "--auth-id", "02", "--pin", SIGNATURE_PIN, check=True)
    assert "BEGIN CERTIFICATE" in opened.stdout


@pytest.mark.parametrize("mechanism", ["SHA256-RSA-PKCS", "SHA384-RSA-PKCS", "SHA512-RSA-PKCS"])
@pytest.mark.parametrize("key", ["01", "02"])
def test_openssl_verifies_what_pkcs11_tool_has_each_key_sign(stack: CardStack, key: str, mechanism: str) -> None:
    token, pin = (USER, USER_PIN) if key == "01" else (SIGNATURE, SIGNATURE_PIN)
    (stack.folder / "message").write_text("架空の申請書\n", encoding="utf-8")
    done = _pkcs11(
        stack, *token, "--login", "--pin", pin, "--id", key, "--sign", "--mechanism", mechanism,
        "--input-file", "message", "--output-file", f"{key}.sig",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    login = ("--verify-pin", "--auth-id", "02", "--pin", SIGNATURE_PIN) if key == "02" else ()
    public = _public_key(stack, f"key-{key}", "--read-certificate", key, *login)
    digest = mechanism.partition("-")[0].lower()
    verified = stack.run("openssl", "dgst", f"-{digest}", "-verify", public, "-signature", f"{key}.sig", "message")
    assert verified.stdout.strip() == "Verified OK"


@pytest.mark.parametrize(("token", "pin"), [(USER, USER_PIN), (SIGNATURE, SIGNATURE_PIN)])
def test_the_self_test_of_pkcs11_tool_ends_without_errors(stack: CardStack, token: tuple[str, str], pin: str) -> None:
    done = _pkcs11(stack, *token, "--test", "--login", "--pin", pin)
    assert done.returncode == 0
    assert done.stdout.rstrip().endswith("No errors")


@pytest.mark.requirement("R-144")
@pytest.mark.requirement("R-145")
def test_wrong_pins_count_down_and_lock_as_on_a_real_card(fresh_stack: CardStack) -> None:
    stack = fresh_stack
    stack.plug(stack.folder / "test.card")

    def tries() -> list[str]:
        said = stack.run("pkcs15-tool", "--list-pins", check=True).stdout
        return re.findall(r"Tries left\s*: (\d+)", said)

    assert tries() == ["3", "5"]
    for left in ("2", "1", "0"):
        wrong = _pkcs11(stack, *USER, "--login", "--pin", "0000", "--id", "01", "--test")
        assert "CKR_PIN_INCORRECT" in wrong.stderr
        assert tries() == [left, "5"]
    # A real card answers 6984 now, for which OpenSC has no better name.
    assert "CKR_GENERAL_ERROR" in _pkcs11(stack, *USER, "--login", "--pin", USER_PIN, "--test").stderr
    assert tries() == ["0", "5"]
    # The counter outlives power: the card is taken out and put in again.
    assert stack.unplug() == 0
    stack.plug(stack.folder / "test.card")
    assert tries() == ["0", "5"]
    assert _pkcs11(stack, *SIGNATURE, "--login", "--pin", SIGNATURE_PIN, "--test").returncode == 0


def test_a_right_pin_gives_all_tries_back(fresh_stack: CardStack) -> None:
    stack = fresh_stack
    stack.plug(stack.folder / "test.card")
    for _ in range(2):
        _pkcs11(stack, *USER, "--login", "--pin", "0000", "--test")
    assert _pkcs11(stack, *USER, "--login", "--pin", USER_PIN, "--test").returncode == 0
    assert "Tries left     : 3" in stack.run("pkcs15-tool", "--list-pins", check=True).stdout


@pytest.mark.outside("python:smartcard")
def test_our_own_commands_work_through_the_pcsc_service(stack: CardStack) -> None:
    listed = json.loads(stack.mizuhiki("card", "list", "--json", check=True).stdout)
    assert listed["readers"][0] == {"name": READER, "card": True, "atr": "3BE000FF8131FE4514"}
    assert listed["readers"][1]["card"] is False
    info = json.loads(stack.mizuhiki("card", "info", "--reader", READER, "--json", check=True).stdout)
    assert info["kind"] == "JPKIAPICCTOKEN2"
    (stack.folder / "challenge").write_bytes(b"challenge" * 100)
    for command, pin, key in (("auth", USER_PIN, "user-identification"), ("sign", SIGNATURE_PIN, "signature")):
        stack.mizuhiki(
            "card", command, "challenge", "--out", f"{command}.sig", "--pin-file", "-", feed=pin + "\n", check=True
        )
        stack.mizuhiki("card", "certs", "--signature", "--test-pin", SIGNATURE_PIN, "--out", "certs", check=True)
        public = stack.run("openssl", "x509", "-in", f"certs/{key}.pem", "-noout", "-pubkey", check=True).stdout
        (stack.folder / "our.pub").write_text(public)
        said = stack.run(
            "openssl", "dgst", "-sha256", "-verify", "our.pub", "-signature", f"{command}.sig", "challenge"
        ).stdout
        assert said.strip() == "Verified OK"


@pytest.mark.outside("python:smartcard")
@pytest.mark.requirement("R-135")
@pytest.mark.parametrize(
    ("generation", "day", "algorithm", "digest"),
    [
        ("2016", "2018-06-01", "rsa-2048", "-sha256"),
        ("2019", "2021-06-01", "rsa-2048", "-sha256"),
        ("next", "2021-06-01", "p-384", "-sha384"),
    ],
)
def test_each_generation_is_recognised_and_signs_through_the_pcsc_service(
    fresh_stack: CardStack, generation: str, day: str, algorithm: str, digest: str
) -> None:
    stack = fresh_stack
    card = stack.folder / f"{generation}.card"
    pins = ("--user-pin", USER_PIN, "--signature-pin", SIGNATURE_PIN)
    made = ("--generation", generation, "--issued-on", day)
    stack.mizuhiki("card", "new", "--out", str(card), *pins, *made, check=True)
    stack.plug(card)
    info = json.loads(stack.mizuhiki("card", "info", "--json", check=True).stdout)
    assert (info["generation"], info["possible_generations"]) == (generation, [generation])
    assert info["key_algorithm"] == algorithm
    read = json.loads(stack.mizuhiki("card", "read", "--test-pin", USER_PIN, "--json", check=True).stdout)
    assert read["name"] == "水引　試子"
    (stack.folder / "text").write_bytes(b"text")
    stack.mizuhiki("card", "auth", "text", "--out", "text.sig", "--test-pin", USER_PIN, check=True)
    stack.mizuhiki("card", "certs", "--out", "certs", check=True)
    public = stack.run("openssl", "x509", "-in", "certs/user-identification.pem", "-noout", "-pubkey", check=True)
    (stack.folder / "text.pub").write_text(public.stdout)
    said = stack.run("openssl", "dgst", digest, "-verify", "text.pub", "-signature", "text.sig", "text").stdout
    assert said.strip() == "Verified OK"


@pytest.mark.outside("python:smartcard")
def test_a_pin_verified_by_us_is_not_open_for_the_next_program(stack: CardStack) -> None:
    stack.mizuhiki("card", "verify-pin", "--pin", "signature", "--test-pin", SIGNATURE_PIN, check=True)
    read = ("opensc-tool", "--send-apdu")
    said = stack.run(*read, "00:A4:02:0C:02:00:01", "--send-apdu", "00:B0:00:00:04").stdout
    assert "SW1=0x69" in said or "SW1=0x6A" in said
    assert "30 82" not in said


@pytest.mark.outside("python:smartcard")
def test_an_empty_reader_an_unknown_name_and_no_service_are_told_apart(stack: CardStack) -> None:
    def code(*arguments: str) -> str:
        return str(json.loads(stack.mizuhiki("card", "info", *arguments, "--json").stdout)["error"])

    assert code("--reader", "Virtual PCD 00 01") == "no-card-in-reader"
    assert code("--reader", "Somebody else's") == "no-such-card-reader"
    hidden = stack.run(
        "env", "PCSCLITE_CSOCK_NAME=/nowhere", sys.executable, "-m", "mizuhiki", "card", "list", "--json"
    )
    assert json.loads(hidden.stdout)["error"] == "pcsc-not-running"


def test_the_service_sees_the_card_go_and_come_back(fresh_stack: CardStack) -> None:
    stack = fresh_stack
    stack.plug(stack.folder / "test.card")
    assert stack.sees_card()
    assert stack.unplug() == 0
    assert not stack.sees_card()
    stack.plug(stack.folder / "test.card")
    assert stack.sees_card()

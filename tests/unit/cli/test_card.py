"""``mizuhiki card`` on a card file: every command, its JSON, its refusals, and no PIN lost by surprise."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from PIL import Image
from typer.testing import CliRunner, Result

from mizuhiki.card.chip import Chip
from mizuhiki.card.store import FileCardStore
from mizuhiki.cli import app
from mizuhiki.cli.card.make import _moment
from mizuhiki.cli.card.options import TEST_PASSPHRASE
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.vocabulary.dates import JST

USER_PIN, SIGNATURE_PIN = "1234", "ABC123"
Call = Callable[..., Result]


def _call(*arguments: str, feed: str | None = None) -> Result:
    return CliRunner().invoke(app, ["card", *arguments], input=feed)


def _json(result: Result) -> dict[str, Any]:
    return dict(json.loads(result.stdout))


@pytest.fixture(scope="module")
def new_card(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    path = tmp_path_factory.mktemp("card") / "test.card"
    made = _call(
        "new", "--out", str(path), "--user-pin", USER_PIN, "--signature-pin", SIGNATURE_PIN, "--items-pin", "2580",
        "--name", "水引　試", "--json",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    return path, _json(made)


@pytest.fixture
def card(new_card: tuple[Path, dict[str, Any]], tmp_path: Path) -> str:
    """A copy of a new card, so that tests may spoil it."""
    return str(shutil.copy(new_card[0], tmp_path / "test.card"))


def test_a_new_card_is_private_encrypted_and_says_what_its_passphrase_is(
    new_card: tuple[Path, dict[str, Any]],
) -> None:
    path, made = new_card
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert made["passphrase"] == "test default"
    assert "水引".encode() not in path.read_bytes()
    Chip.open(FileCardStore(path), CardSecret.from_passphrase(TEST_PASSPHRASE), SeededRandomness(b"x"))


def test_a_new_card_never_replaces_a_file(card: str) -> None:
    before = Path(card).read_bytes()
    refused = _call("new", "--out", card, "--json")
    assert refused.exit_code == 1
    assert _json(refused)["error"] == "card-file-exists"
    assert Path(card).read_bytes() == before


@pytest.mark.parametrize("option", [("--user-pin", "12345"), ("--user-pin", "0401"), ("--signature-pin", "ABCDEF")])
def test_a_pin_the_rules_forbid_makes_no_card(tmp_path: Path, option: tuple[str, str]) -> None:
    refused = _call("new", "--out", str(tmp_path / "no.card"), *option, "--json")
    assert refused.exit_code == 1
    assert _json(refused)["error"] == "card-pin-not-allowed"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def card_without_signature(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("card") / "plain.card")
    made = _call("new", "--out", path, "--signature-pin", "", "--json")
    assert made.exit_code == 0, made.output
    assert _json(made)["signature_key"] is False
    return path


def test_a_card_without_signature_key_has_no_signature_certificate(card_without_signature: str) -> None:
    shown = _json(_call("certs", "--card", card_without_signature, "--json"))["certificates"]
    assert set(shown) == {"user-identification", "user-identification-ca"}
    assert "signature" not in _json(_call("info", "--card", card_without_signature, "--json"))["tries_left"]


@pytest.mark.parametrize(
    "command",
    [
        ("sign", __file__, "--out", "signature"),
        ("verify-pin", "--pin", "signature"),
        ("certs", "--signature"),
        ("apdu-trace", "sign"),
    ],
)
def test_a_card_without_signature_key_says_so_and_remains_an_individual_number_card(
    card_without_signature: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = _call(*command, "--card", card_without_signature, "--test-pin", SIGNATURE_PIN, "--json")
    assert refused.exit_code == 1
    told = _json(refused)
    assert told["error"] == "card-without-signature-certificate"
    assert told["message"] == "This card has no signature certificate"
    assert list(tmp_path.iterdir()) == []
    ended = _call("verify-pin", "--card", card_without_signature, "--test-pin", USER_PIN, "--json")
    assert _json(ended)["verified"] is True


def _made(path: Path, birth: str, day: str) -> dict[str, Any]:
    made = _call("new", "--out", str(path), "--birth", birth, "--issued-on", day, "--json")
    assert made.exit_code == 0, made.output
    return _json(made)


@pytest.mark.requirement("R-152")
@pytest.mark.requirement("R-153")
@pytest.mark.parametrize(
    ("birth", "day", "card_ends", "certificates_end", "check_number"),
    [
        ("1990-04-01", "2021-06-01", "2031-04-01", "2026-04-01", "0204012031"),  # 平成2年
        ("2010-05-05", "2021-06-01", "2026-05-05", "2026-05-05", "2205052026"),  # 平成22年
        ("2002-06-15", "2022-03-31", "2026-06-15", "2026-06-15", "1406152026"),  # 19, when adults were 20
        ("2002-06-15", "2022-04-01", "2031-06-15", "2026-06-15", "1406152031"),
        ("2000-02-29", "2021-02-28", "2031-02-28", "2026-02-28", "1202292031"),  # issued on a birthday
    ],
)
def test_card_and_certificates_end_on_the_holders_birthdays(
    tmp_path: Path, birth: str, day: str, *, card_ends: str, certificates_end: str, check_number: str
) -> None:
    path = tmp_path / "one.card"
    made = _made(path, birth, day)
    assert made["expires_on"] == card_ends
    assert made["items_check_number"] == check_number + made["security_code"]
    pin = ("--signature", "--test-pin", SIGNATURE_PIN) if made["signature_key"] else ()
    shown = _json(_call("certs", "--card", str(path), *pin, "--json"))["certificates"]
    own = [shown[kind]["not_after"] for kind in ("user-identification", "signature") if kind in shown]
    assert own == [f"{certificates_end}T14:59:59+00:00"] * (2 if made["signature_key"] else 1)
    assert _call("read", "--card", str(path), "--check-number", "--test-pin", made["items_check_number"]).exit_code == 0


@pytest.mark.parametrize(("birth", "signature"), [("2006-06-02", True), ("2006-06-03", False)])
def test_the_signature_key_comes_with_the_age_of_fifteen_which_is_full_on_the_eve_of_the_birthday(
    tmp_path: Path, birth: str, *, signature: bool
) -> None:
    assert _made(tmp_path / "one.card", birth, "2021-06-01")["signature_key"] is signature


def _refused(tmp_path: Path, *options: str) -> dict[str, Any]:
    refused = _call("new", "--out", str(tmp_path / "no.card"), *options, "--json")
    assert refused.exit_code == 1, refused.output
    assert list(tmp_path.iterdir()) == []
    return _json(refused)


def test_a_signature_pin_for_a_child_is_refused_with_the_rule(tmp_path: Path) -> None:
    told = _refused(tmp_path, "--birth", "2006-06-03", "--issued-on", "2021-06-01", "--signature-pin", SIGNATURE_PIN)
    assert told["error"] == "card-signature-key-under-age"
    assert "under 15" in told["message"]


@pytest.mark.parametrize("option", ["--name", "--address"])
@pytest.mark.parametrize("text", ["一行\n二行", "一行\u2028二行", "試\x07子", "試\u202e子"])
def test_a_name_or_address_is_one_line_of_text(tmp_path: Path, option: str, text: str) -> None:
    told = _refused(tmp_path, option, text)
    assert (told["error"], told["option"]) == ("card-text-not-one-line", option)


def test_no_card_is_of_a_day_to_come_or_before_its_holder_was_born(tmp_path: Path) -> None:
    coming = (SystemClock().now() + timedelta(days=2)).date().isoformat()
    told = _refused(tmp_path, "--issued-on", coming)
    assert (told["error"], told["option"]) == ("card-day-impossible", "--issued-on")
    told = _refused(tmp_path, "--issued-on", "2021-06-01", "--birth", "2021-06-02")
    assert (told["error"], told["option"]) == ("card-day-impossible", "--birth")


def test_a_card_of_today_is_made_now_and_not_at_a_noon_to_come() -> None:
    asked = datetime(2026, 11, 21)  # noqa: DTZ001 - as the command line gives a day
    early = datetime(2026, 11, 21, 8, tzinfo=JST)
    assert _moment(early, asked) == early
    assert _moment(early + timedelta(days=1), asked) == datetime(2026, 11, 21, 12, tzinfo=JST)


@pytest.mark.parametrize("words", ["PKCS#1 v1.5 with SHA-256", "P-384 with SHA-384"])
def test_the_help_of_sign_names_both_digests(words: str) -> None:
    assert words in " ".join(_call("sign", "--help").output.replace("│", " ").split())


def test_a_passphrase_of_ones_own_is_needed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, secret = str(tmp_path / "own.card"), tmp_path / "passphrase"
    secret.write_text("correct horse\n")
    assert "your passphrase" in _call("new", "--out", path, "--passphrase-file", str(secret)).output
    refused = _call("info", "--card", path, "--json")
    assert _json(refused)["error"] == "card-image-unreadable"
    assert "MIZUHIKI_CARD_PASSPHRASE" in _json(refused)["message"]
    monkeypatch.setenv("MIZUHIKI_CARD_PASSPHRASE", "correct horse")
    assert _call("info", "--card", path).exit_code == 0


def test_info_tells_kind_applications_and_tries_and_spends_none(card: str) -> None:
    for _ in range(5):
        shown = _json(_call("info", "--card", card, "--json"))
    assert shown["kind"] == "JPKIAPICCTOKEN2"
    assert {"jpki", "items", "resident-register"} <= set(shown["applications"])
    assert shown["tries_left"]["user-identification"] == 3
    assert shown["tries_left"]["signature"] == 5


@pytest.mark.parametrize(
    ("command", "pin", "certificate"), [("auth", USER_PIN, "user-identification"), ("sign", SIGNATURE_PIN, "signature")]
)
def test_another_implementation_verifies_each_keys_signature_with_the_cards_certificate(
    card: str, tmp_path: Path, command: str, pin: str, certificate: str
) -> None:
    (tmp_path / "message").write_bytes(b"message")
    (tmp_path / "pin").write_text(pin)
    paths = (str(tmp_path / "message"), "--out", str(tmp_path / "signature"), "--pin-file", str(tmp_path / "pin"))
    assert _json(_call(command, *paths, "--card", card, "--json"))["bytes"] == 256
    out = ("--out", str(tmp_path / "certs"))
    assert (
        _call("certs", "--card", card, "--signature", "--pin-file", "-", *out, feed=f"{SIGNATURE_PIN}\n").exit_code == 0
    )
    read = x509.load_pem_x509_certificate((tmp_path / "certs" / f"{certificate}.pem").read_bytes())
    root = x509.load_pem_x509_certificate((tmp_path / "certs" / f"{certificate}-ca.pem").read_bytes())
    read.verify_directly_issued_by(root)
    key = read.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify((tmp_path / "signature").read_bytes(), b"message", padding.PKCS1v15(), SHA256())


@pytest.mark.requirement("R-138")
def test_read_shows_the_items_by_pin_and_by_check_number(card: str, new_card: tuple[Path, dict[str, Any]]) -> None:
    by_pin = _json(_call("read", "--card", card, "--test-pin", "2580", "--json"))
    assert by_pin["name"] == "水引　試"
    check = new_card[1]["items_check_number"]
    assert _json(_call("read", "--card", card, "--check-number", "--test-pin", check, "--json")) == by_pin
    number = _json(_call("read", "individual-number", "--card", card, "--test-pin", "2580", "--json"))
    again = _call("read", "individual-number", "--card", card, "--check-number", "--test-pin",
                  number["individual_number"], "--json")  # fmt: skip
    assert _json(again) == number
    assert len(_json(_call("read", "resident-record-code", "--card", card, "--test-pin", USER_PIN, "--json"))[
        "resident_record_code"
    ]) == 11  # fmt: skip


def test_wrong_pins_tell_the_tries_left_and_the_last_one_is_not_spent_by_surprise(card: str) -> None:
    def verify(pin: str, *more: str) -> dict[str, Any]:
        return _json(_call("verify-pin", "--card", card, "--test-pin", pin, "--json", *more))

    assert verify("0000")["tries_left"] == 2
    assert verify("0000")["tries_left"] == 1
    for _ in range(3):
        assert verify("0000")["error"] == "card-last-try"
    assert verify("0000", "--last-try") == {
        "error": "card-wrong-pin",
        "message": "The PIN is wrong and now blocked; only the municipality can reset it",
        "pin": "user-identification",
        "tries_left": 0,
    }
    assert verify(USER_PIN, "--last-try")["error"] == "card-pin-blocked"
    assert _json(_call("info", "--card", card, "--json"))["tries_left"]["user-identification"] == 0


def test_a_pin_that_cannot_be_right_by_its_form_costs_no_try(card: str) -> None:
    refused = _json(_call("verify-pin", "--card", card, "--test-pin", "12", "--json"))
    assert refused["error"] == "card-pin-not-allowed"
    assert _json(_call("info", "--card", card, "--json"))["tries_left"]["user-identification"] == 3


def test_without_terminal_and_file_no_pin_is_made_up(card: str) -> None:
    refused = _call("verify-pin", "--card", card, "--json")
    assert refused.exit_code == 1
    assert _json(refused)["error"] == "pin-not-given"
    missing = _json(_call("verify-pin", "--card", card, "--pin-file", card + ".none", "--json"))
    assert missing["error"] == "secret-file-unreadable"


def test_change_pin_changes_the_pin_and_obeys_the_rules(card: str, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("8642\n")
    change = ("change-pin", "--card", card, "--new-pin-file", str(tmp_path / "new"), "--pin-file", "-", "--json")
    assert _json(_call(*change, feed=f"{USER_PIN}\n"))["changed"] is True
    assert _json(_call("verify-pin", "--card", card, "--test-pin", "8642", "--json"))["verified"] is True
    (tmp_path / "new").write_text("0401\n")  # the holder's birthday
    assert _json(_call(*change, feed="8642\n"))["error"] == "card-pin-not-allowed"


def test_a_trace_shows_every_command_and_no_pin(card: str) -> None:
    traced = _json(_call("apdu-trace", "sign", "--card", card, "--test-pin", SIGNATURE_PIN, "--json"))["exchanges"]
    assert [one["name"] for one in traced][-1] == "COMPUTE DIGITAL SIGNATURE"
    assert SIGNATURE_PIN.encode().hex(" ").upper() not in json.dumps(traced)
    own = _call("apdu-trace", "--card", card, "--apdu", "00 A4 04 0C 05 A000000001", "--apdu", "00200080")
    assert "6A82   there is no such application or file on the card" in own.output
    assert _call("apdu-trace", "--card", card).exit_code == 2
    assert _json(_call("apdu-trace", "--card", card, "--apdu", "xyz", "--json"))["error"] == "malformed-apdu"


def test_a_card_file_is_used_by_one_program_at_a_time(card: str) -> None:
    from mizuhiki.runtime.card_readers.file_lock import hold_card_file  # noqa: PLC0415 - the other program

    with hold_card_file(Path(card)):
        assert _json(_call("info", "--card", card, "--json"))["error"] == "card-reader-busy"
    assert _call("info", "--card", card).exit_code == 0


def test_reader_and_card_exclude_each_other_and_addresses_are_checked(card: str) -> None:
    assert _json(_call("info", "--card", card, "--reader", "x", "--json"))["error"] == "two-cards-named"
    for address in ("127.0.0.1", "127.0.0.1:0", ":35963", "127.0.0.1:99999", "127.0.0.1:x"):
        assert _call("emulate", "--card", card, "--vpcd", address).exit_code == 2


def test_without_the_python_package_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "smartcard.scard", None)
    refused = _json(_call("list", "--json"))
    assert refused["error"] == "pcsc-not-installed"
    assert "pyscard" in refused["message"]


def test_the_photograph_needs_a_check_number(card: str, tmp_path: Path) -> None:
    out = tmp_path / "photo.jp2"
    refused = _json(_call("photo", "--card", card, "--out", str(out), "--test-pin", "1234", "--json"))
    assert refused["error"] == "card-pin-not-allowed"
    assert not out.exists()


@pytest.mark.requirement("R-136")
@pytest.mark.parametrize("which", ["A", "B"])
def test_the_photograph_of_a_test_card_is_written_to_a_file(
    card: str, new_card: tuple[Path, dict[str, Any]], tmp_path: Path, which: str
) -> None:
    read = _json(_call("read", "individual-number", "--card", card, "--test-pin", "2580", "--json"))
    number = {"A": read["individual_number"], "B": new_card[1]["items_check_number"]}[which]
    out = tmp_path / "photo.jp2"
    written = _call("photo", "--card", card, "--out", str(out), "--test-pin", number, "--json")
    assert written.exit_code == 0, written.output
    assert _json(written)["bytes"] == out.stat().st_size
    with Image.open(out) as picture:
        assert picture.format == "JPEG2000"
        assert picture.height > picture.width > 50


@pytest.mark.outside("openssl")
def test_the_certificates_have_the_real_profile_and_verify(card: str, tmp_path: Path) -> None:
    _call("certs", "--card", card, "--signature", "--test-pin", SIGNATURE_PIN, "--out", str(tmp_path))
    for kind in ("signature", "user-identification"):
        done = subprocess.run(
            ["openssl", "verify", "-x509_strict", "-CAfile", f"{kind}-ca.pem", f"{kind}.pem"],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert f"{kind}.pem: OK" in done.stdout
    text = subprocess.run(
        ["openssl", "x509", "-in", "signature.pem", "-noout", "-text"],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    assert "Mizuhiki-TEST" in text
    assert "Non Repudiation" in text


@pytest.mark.parametrize(
    ("generation", "day", "said"),
    [
        ("2016", "2018-06-01", "generation: 2016, keys rsa-2048"),
        ("2019", "2019-11-05", "generation: 2019, keys rsa-2048"),
        ("next", "2019-11-05", "generation: next, keys p-384"),
    ],
)
def test_info_says_the_generation_it_found_on_the_card(tmp_path: Path, generation: str, day: str, said: str) -> None:
    path = str(tmp_path / "one.card")
    made = _call("new", "--out", path, "--generation", generation, "--issued-on", day)
    assert made.exit_code == 0, made.output
    assert said in _call("info", "--card", path).stdout


@pytest.mark.parametrize(
    ("generation", "day", "code"),
    [
        ("2016", "2019-11-05", "card-generation-not-issued-then"),
        ("2019", "2019-11-04", "card-generation-not-issued-then"),
        ("2016", "2015-12-31", "unknown-card-generation"),
    ],
)
def test_a_card_of_a_generation_that_was_not_issued_then_is_not_made(
    tmp_path: Path, generation: str, day: str, code: str
) -> None:
    path = tmp_path / "one.card"
    refused = _call("new", "--out", str(path), "--generation", generation, "--issued-on", day, "--json")
    assert refused.exit_code == 1
    assert _json(refused)["error"] == code
    assert list(tmp_path.iterdir()) == []

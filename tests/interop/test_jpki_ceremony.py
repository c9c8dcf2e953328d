"""The scripted key ceremony in SoftHSM2: its transcript is the same again, and openssl agrees with every line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from mizuhiki.crypto.keystore import MemoryKeystore
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.institutions.jpki.domain.certificates import AuthorityRoot, Kind
from mizuhiki.institutions.jpki.domain.errors import CeremonyScriptRefused
from mizuhiki.institutions.jpki.operations.hold_key_ceremony import authorities_of
from mizuhiki.institutions.jpki.operations.own_cards import verify_own_card
from mizuhiki.jpki_verify import CardSignatureShown
from mizuhiki.world.ceremony import CeremonyFileMalformed, hold_ceremony
from support.card_authority import AT, CardAuthority, CertificateKind, card_sign

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "1234"
SCRIPT = """
held_at: 2019-09-14T10:00:00+09:00
place: Room 3 (invented)
basis: 公的個人認証法39条
database: sqlite:///{folder}/jpki.sqlite
device: {{module: {module}, token: ceremony, pin_variable: CEREMONY_PIN}}
officers:
  - {{name: 鍵守 一郎, part: holds the PIN}}
  - {{name: 立会 二子, part: witness}}
roots:
  - {{kind: signature, generation: "02", serial: 5D7C1A0F, starts_on: 2019-09-14}}
  - {{kind: user-identification, generation: "02", serial: 5D7C1A10, starts_on: 2019-09-14}}
"""


def ceremony(folder: Path, script: str, *options: str) -> subprocess.CompletedProcess[str]:
    path = folder / "ceremony.yaml"
    path.write_text(script, encoding="utf-8")
    environ = {**os.environ, "SOFTHSM2_CONF": str(folder / "softhsm2.conf"), "CEREMONY_PIN": PIN}
    command = [sys.executable, "-m", "mizuhiki", "jpki", "ceremony", "--config", str(path), *options]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tokens").mkdir()
    settings = tmp_path / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tmp_path}/tokens\nobjectstore.backend = file\n", encoding="utf-8")
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "ceremony", "--so-pin", "12345678", "--pin", PIN],
        check=True,
        capture_output=True,
        timeout=60,
        env={**os.environ, "SOFTHSM2_CONF": str(settings)},
    )
    return tmp_path


@pytest.mark.outside("softhsm2-util", MODULE)
@pytest.mark.requirement("R-196")
def test_the_ceremony_in_a_device_gives_the_same_transcript_again_and_refuses_another_script(folder: Path) -> None:
    script = SCRIPT.format(folder=folder, module=MODULE)
    first, again = ceremony(folder, script), ceremony(folder, script)
    assert first.returncode == 0, first.stderr
    assert first.stdout == again.stdout
    assert "signature certification authority, generation 02" in first.stdout
    assert "Valid from 2019-09-13T15:00:00+00:00 to 2029-09-14T14:59:59+00:00" in first.stdout
    other = ceremony(folder, script.replace("5D7C1A0F", "5D7C1A11"))
    assert other.returncode == 1
    assert "ceremony-held-with-other-content" in other.stdout + other.stderr


REHEARSAL = "keystore: {{path: {folder}/keys, passphrase_variable: CEREMONY_PIN}}"


def rehearsal(folder: Path) -> str:
    """The script with a keystore file in place of the device."""
    device = f"device: {{module: {MODULE}, token: ceremony, pin_variable: CEREMONY_PIN}}"
    script = SCRIPT.format(folder=folder, module=MODULE)
    assert device in script
    return script.replace(device, REHEARSAL.format(folder=folder))


@pytest.mark.requirement("R-196")
@pytest.mark.parametrize(
    "broken",
    [
        ("  - {name: 立会 二子, part: witness}\n", "", "officers", "two-officers"),
        ("10:00:00+09:00", "10:00:00", "held_at", "held-at-with-zone"),
        ("2019-09-14T10:00:00", "1949-09-14T10:00:00", "held_at", "year-of-a-certificate"),
        ("Room 3 (invented)", "' '", "place", "place-named"),
        ("公的個人認証法39条", "''", "basis", "basis-named"),
        ('"02", serial: 5D7C1A0F', '"2", serial: 5D7C1A0F', "roots[0].generation", "generation-of-two-digits"),
        ("user-identification, ", "signature, ", "roots[1].generation", "one-root-a-generation"),
        ("5D7C1A0F", "xyz", "roots[0].serial", "serial-in-hexadecimal"),
        ("5D7C1A10", "'00'", "roots[1].serial", "serial-positive"),
        ("2019-09-14}", "2018-09-14}", "roots[0].starts_on", "not-before-the-ceremony"),
        ("2019-09-14}", "9999-09-14}", "roots[0].starts_on", "year-of-a-certificate"),
        ("2019-09-14}", "2019-09-14, years: 11}", "roots[0].years", "ten-years-at-most"),
        ("5D7C1A0F", "12345678", "roots[0].serial", "Expected `str`, got `int`"),
        ("2019-09-14}", "2019-02-30}", "roots[0].starts_on", "Invalid RFC3339 encoded date"),
        ("2019-09-14T10", "2019-09-14T99", "held_at", "Invalid RFC3339 encoded datetime"),
        ("place:", "plaice:", "file", "Object contains unknown field `plaice`"),
        ("officers:", "officers: [", "line 8", "yaml"),
        ("sqlite:///", "nonsense ", "database", "url-of-sqlite-or-postgresql"),
        ("/keys", "/missing/keys", "keystore.path", "file-that-can-be-written"),
        ("CEREMONY_PIN", "UNSET_PIN", "keystore.passphrase_variable", "environment-variable-set"),
        (
            "keystore:",
            "device: {module: m, token: t, pin_variable: p}\nkeystore:",
            "device, keystore",
            "exactly-one-is-given",
        ),
    ],
)
def test_a_script_that_breaks_a_rule_is_refused_by_field_and_rule_before_any_key_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: tuple[str, str, str, str]
) -> None:
    old, new, where, rule = broken
    monkeypatch.setenv("CEREMONY_PIN", "a long enough passphrase")
    monkeypatch.delenv("UNSET_PIN", raising=False)
    script, path = rehearsal(tmp_path), tmp_path / "ceremony.yaml"
    assert old in script
    path.write_text(script.replace(old, new, 1), encoding="utf-8")
    with pytest.raises((CeremonyScriptRefused, CeremonyFileMalformed)) as refused:
        hold_ceremony(path)
    assert (refused.value.fields["where"], refused.value.fields["rule"]) == (where, rule)
    assert not (tmp_path / "jpki.sqlite").exists()
    assert not (tmp_path / "keys").exists()


def test_the_command_shows_the_field_and_the_rule_as_text_and_as_json(tmp_path: Path) -> None:
    script = rehearsal(tmp_path).replace("5D7C1A0F", "'00'")
    said = ceremony(tmp_path, script)
    assert said.returncode == 1
    for part in ("ceremony-script-refused", "where: roots[0].serial", "rule: serial-positive"):
        assert part in said.stderr
    document = ceremony(tmp_path, script, "--json")
    assert document.returncode == 1
    assert json.loads(document.stdout) == {
        "error": "ceremony-script-refused",
        "message": "The script of the ceremony cannot be held",
        "rule": "serial-positive",
        "where": "roots[0].serial",
    }


@pytest.mark.outside("openssl")
def test_openssl_reads_from_the_root_what_the_transcript_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEREMONY_PIN", "a long enough passphrase")
    path = tmp_path / "ceremony.yaml"
    path.write_text(rehearsal(tmp_path), encoding="utf-8")
    for root in hold_ceremony(path):
        (tmp_path / "root.der").write_bytes(root.certificate)
        shown = ["-inform", "DER", "-in", "root.der", "-noout", "-fingerprint", "-sha256", "-serial"]
        said = subprocess.run(
            ["openssl", "x509", *shown], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
        ).stdout
        fingerprint, serial = said.splitlines()
        assert f"SHA-256 of the certificate: {fingerprint.partition('=')[2]}." in root.transcript
        assert f"Serial number {serial.partition('=')[2]}." in root.transcript


def test_the_newest_generation_issues_and_the_former_is_chosen_by_its_key() -> None:
    at = datetime(2019, 9, 14, tzinfo=UTC)
    old, new = CardAuthority(CertificateKind.SIGNATURE), CardAuthority(CertificateKind.SIGNATURE, "02")
    roots = [
        AuthorityRoot(Kind.SIGNATURE, old.certificate, "", at, "01"),
        AuthorityRoot(Kind.SIGNATURE, new.certificate, "", at, "02"),
    ]
    authorities = authorities_of(roots, MemoryKeystore(SeededRandomness(b"x" * 32)), at)
    subjects = {x509.load_der_x509_certificate(root.certificate).subject for root in roots}
    assert len(subjects) == 1
    assert authorities.root(Kind.SIGNATURE) == new.certificate
    for one in (old, new):
        shown = CardSignatureShown(one.issue(), b"asked", card_sign(b"asked"))
        assert verify_own_card(authorities, Kind.SIGNATURE, shown, AT + timedelta(days=1)) == 0x12345678

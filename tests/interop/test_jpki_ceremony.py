"""The scripted key ceremony in SoftHSM2: its transcript is the same again, and openssl agrees with every line."""

from __future__ import annotations

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
from mizuhiki.institutions.jpki.operations.hold_key_ceremony import authorities_of
from mizuhiki.institutions.jpki.operations.own_cards import verify_own_card
from mizuhiki.jpki_verify import CardSignatureShown
from mizuhiki.world.ceremony import hold_ceremony
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


def ceremony(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    path = folder / "ceremony.yaml"
    path.write_text(script, encoding="utf-8")
    environ = {**os.environ, "SOFTHSM2_CONF": str(folder / "softhsm2.conf"), "CEREMONY_PIN": PIN}
    command = [sys.executable, "-m", "mizuhiki", "jpki", "ceremony", "--config", str(path)]
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


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        ("  - {name: 立会 二子, part: witness}\n", "", "ceremony-script-refused"),
        ("2019-09-14T10:00:00+09:00", "2019-09-14T10:00:00", "ceremony-script-refused"),
        ("serial: 5D7C1A0F", "serial: xyz", "ceremony-script-refused"),
        ("starts_on: 2019-09-14", "starts_on: 2018-09-14", "ceremony-script-refused"),
        ("place:", "plaice:", "ceremony-file-malformed"),
    ],
)
def test_a_script_that_breaks_a_rule_is_refused_before_any_key_is_touched(
    tmp_path: Path, old: str, new: str, refused: str
) -> None:
    script = SCRIPT.format(folder=tmp_path, module=MODULE)
    assert old in script
    done = ceremony(tmp_path, script.replace(old, new))
    assert done.returncode == 1
    assert refused in done.stdout + done.stderr
    assert not (tmp_path / "jpki.sqlite").exists()


@pytest.mark.outside("openssl")
def test_openssl_reads_from_the_root_what_the_transcript_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEREMONY_PIN", "a long enough passphrase")
    device = f"device: {{module: {MODULE}, token: ceremony, pin_variable: CEREMONY_PIN}}"
    file = f"keystore: {{path: {tmp_path}/keys, passphrase_variable: CEREMONY_PIN}}"
    path = tmp_path / "ceremony.yaml"
    path.write_text(SCRIPT.format(folder=tmp_path, module=MODULE).replace(device, file), encoding="utf-8")
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

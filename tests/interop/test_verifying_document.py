"""docs/verifying.md is followed to the letter by a stranger with openssl, a demo card's signature and nothing else."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from architecture.source_tree import ROOT
from mizuhiki.card.chip import CardCertificates, Chip
from mizuhiki.card.generation import card_generation
from mizuhiki.card.store import FileCardStore
from mizuhiki.cli import app
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.x509 import (
    TEST_PROFILE,
    CertificateKind,
    CrlEntry,
    ListPlan,
    RevocationReason,
    Validity,
    build_crl,
    issue_signature_certificate,
    issue_user_identification_certificate,
    signature_common_name,
    user_identification_common_name,
)
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode, resident_record_code_check_digit
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.world.stored_cards import CARD_PASSPHRASE, card_file
from support.card_authority import AT, SUBJECT, CardAuthority
from support.relying_party import HOUR

pytestmark = [pytest.mark.outside("openssl")]
SERIAL = 4711
PIN = "MIZUHIKI7364"


def blocks(language: str) -> list[str]:
    text = (ROOT / "docs" / "verifying.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


@functools.cache
def authority() -> CardAuthority:
    return CardAuthority(CertificateKind.SIGNATURE)


def personalise(data: Path) -> None:
    """Put a card into a world's folder as the desk of a municipality makes it."""
    card_file(data, "yuiko").parent.mkdir(parents=True)
    randomness = SeededRandomness(b"desk")
    chip = Chip.blank(
        card_generation("2016"),
        randomness,
        store=FileCardStore(card_file(data, "yuiko")),
        secret=CardSecret.from_passphrase(CARD_PASSPHRASE),
    )
    keys = chip.generate_keys()
    validity, login = Validity.until_day(AT, date(2024, 3, 31)), CardAuthority(CertificateKind.USER_IDENTIFICATION)
    chip.install_certificates(
        CardCertificates(
            user_identification=issue_user_identification_certificate(
                ca_certificate=login.certificate, ca_key=login.key, public_key=keys.user_identification, serial=SERIAL,
                common_name=user_identification_common_name("452025", randomness), validity=validity,
                prefecture="Miyazaki-ken", city="Kobayashi-shi",
            ),
            user_identification_ca=login.certificate,
            signature=issue_signature_certificate(
                ca_certificate=authority().certificate, ca_key=authority().key, public_key=keys.signature,
                serial=SERIAL, common_name=signature_common_name(AT, "452025", randomness), validity=validity,
                subject=SUBJECT,
            ),
            signature_ca=authority().certificate,
        )
    )  # fmt: skip
    code = "1234567890"
    chip.write_items(
        individual_number=IndividualNumber.parse("621498320257"),
        four_items=FourItems(SUBJECT.name, "ミズヒキ　ユイコ", SUBJECT.birth_date, Sex.FEMALE, SUBJECT.address),
        resident_record_code=ResidentRecordCode.parse(code + resident_record_code_check_digit(code)),
        security_code="4821",
        expires_on=date(2029, 4, 1),
    )
    chip.set_pins(user_identification="7364", signature=PIN, items="7364", resident_register="7364")
    chip.close_personalisation()


def publish_list(folder: Path, entries: list[CrlEntry]) -> None:
    der = build_crl(
        entries,
        ca_certificate=authority().certificate,
        ca_key=authority().key,
        plan=ListPlan(
            number=1,
            this_update=AT,
            next_update=AT + 24 * HOUR,
            distribution_point=TEST_PROFILE.distribution_point(
                CertificateKind.SIGNATURE, "Miyazaki-ken", "Kobayashi-shi"
            ),
        ),
    )
    subprocess.run(
        ["openssl", "crl", "-inform", "DER", "-out", "list.pem"], cwd=folder, input=der, timeout=60, check=True
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a stranger holds after a demo card signed."""
    personalise(tmp_path / "world")
    (tmp_path / "application.txt").write_text("転入届の写しを一通申請します。\n", encoding="utf-8")
    done = sign(tmp_path, PIN)
    assert done.exit_code == 0, done.output
    publish_list(tmp_path, [])
    return tmp_path


def sign(folder: Path, pin: str, person: str = "yuiko") -> object:
    arguments = ["world", "sign", person, str(folder / "application.txt"), "--data", str(folder / "world")]
    return CliRunner().invoke(app, [*arguments, "--pin", pin, "--out", str(folder)])


def follow(folder: Path) -> str:
    """Run every shell block, then the program, and return what they print."""
    time = str(int((AT + HOUR).timestamp()))
    environment = {**os.environ, "WORLD_TIME": time}
    said = ""
    for block in blocks("sh"):
        done = subprocess.run(
            ["bash", "-c", block], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        said += done.stdout + done.stderr
    (folder / "verifier.toml").write_text(blocks("toml")[0], encoding="utf-8")
    (folder / "verify.py").write_text(blocks("python")[0], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "verify.py", time], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    return said + done.stdout + done.stderr


def test_a_stranger_who_follows_the_page_verifies_a_demo_cards_signature(folder: Path) -> None:
    said = follow(folder)
    assert "sha256 Fingerprint=" in said
    assert "Verified OK" in said
    assert "certificate.pem: OK" in said
    assert "Digital Signature, Non Repudiation" in said
    assert "verified now" in said
    assert f"1.2.392.200149.8.5.5.1::{SUBJECT.name}" in said


def test_following_the_page_tells_a_changed_file_from_a_signed_one(folder: Path) -> None:
    (folder / "application.txt").write_text("別の内容\n", encoding="utf-8")
    said = follow(folder)
    assert "Verification failure" in said
    assert "CardSignatureInvalid" in said
    assert "verified now" not in said


@pytest.mark.requirement("R-203")
def test_following_the_page_finds_a_revoked_certificate(folder: Path) -> None:
    publish_list(folder, [CrlEntry(SERIAL, AT, RevocationReason.AFFILIATION_CHANGED)])
    said = follow(folder)
    assert "certificate revoked" in said
    assert "CertificateRevoked" in said
    assert "verified now" not in said


def test_a_wrong_pin_or_an_unknown_person_signs_nothing(folder: Path) -> None:
    (folder / "signature.bin").unlink()
    for pin, person in (("WRONGPIN1", "yuiko"), (PIN, "nobody")):
        done = sign(folder, pin, person)
        assert done.exit_code == 1
        assert not (folder / "signature.bin").exists()

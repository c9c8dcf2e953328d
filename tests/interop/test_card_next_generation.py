"""The next card's elliptic-curve keys, end to end: chip, authority, signature, and openssl's opinion (R-135)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mizuhiki.card.chip import CardCertificates, Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.generation import card_generation
from mizuhiki.card.reader import InProcessReader
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.x509 import certificate_pem
from mizuhiki.institutions.jpki.api.endpoints import read_four_items
from mizuhiki.vocabulary.numbers import (
    IndividualNumber,
    ResidentRecordCode,
    individual_number_check_digit,
    resident_record_code_check_digit,
)
from unit.institutions.jpki.kit import ITEMS, START, Desk, open_desk

pytestmark = [pytest.mark.outside("openssl")]
MESSAGE = b"to be signed by the next card"


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = open_desk()
    yield desk
    desk.app.close()


def _openssl(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, timeout=60, check=False, text=True)
    return done.stdout + done.stderr


def _handed_over(desk: Desk) -> Chip:
    chip = Chip.blank(card_generation("next"), SeededRandomness(b"next"))
    keys = chip.generate_keys()
    issued = desk.issue(
        desk.application(user_identification_public_key=keys.user_identification, signature_public_key=keys.signature)
    )
    chip.install_certificates(
        CardCertificates(
            user_identification=issued.user_identification_certificate,
            user_identification_ca=issued.user_identification_ca,
            signature=issued.signature_certificate,
            signature_ca=issued.signature_ca,
        )
    )
    number, code = "12345678901", "1234567890"
    chip.write_items(
        individual_number=IndividualNumber.parse(number + individual_number_check_digit(number)),
        four_items=read_four_items(ITEMS),
        resident_record_code=ResidentRecordCode.parse(code + resident_record_code_check_digit(code)),
        security_code="7391",
        expires_on=date(2029, 4, 1),
    )
    chip.set_pins(user_identification="2580", items="2580", resident_register="2580", signature="ABC123")
    chip.close_personalisation()
    return chip


def test_openssl_verifies_certificates_and_signatures_of_both_elliptic_curve_keys(desk: Desk, tmp_path: Path) -> None:
    client = CardClient(InProcessReader(_handed_over(desk)), card_generation("next"))
    signed = {
        "user": (client.user_identification_certificate(), client.sign_for_user_identification("2580", MESSAGE)),
        "sign": (client.signature_certificate("ABC123"), client.sign("ABC123", MESSAGE)),
    }
    (tmp_path / "message").write_bytes(MESSAGE)
    (tmp_path / "other").write_bytes(MESSAGE + b".")
    roots = desk.issue(desk.application("card-2"))
    for name, ca in (("user", roots.user_identification_ca), ("sign", roots.signature_ca)):
        certificate, signature = signed[name]
        (tmp_path / "card.pem").write_bytes(certificate_pem(certificate))
        (tmp_path / "ca.pem").write_bytes(certificate_pem(ca))
        (tmp_path / "signature").write_bytes(signature)
        now = str(int(START.timestamp()))
        assert "card.pem: OK" in _openssl(
            tmp_path, "verify", "-x509_strict", "-attime", now, "-CAfile", "ca.pem", "card.pem"
        )
        assert "P-384" in _openssl(tmp_path, "x509", "-in", "card.pem", "-noout", "-text")
        (tmp_path / "key.pem").write_text(_openssl(tmp_path, "x509", "-in", "card.pem", "-noout", "-pubkey"))
        check = ("dgst", "-sha384", "-verify", "key.pem", "-signature", "signature")
        assert "Verified OK" in _openssl(tmp_path, *check, "message")
        assert "Verified OK" not in _openssl(tmp_path, *check, "other")

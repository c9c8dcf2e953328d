"""openssl judges what the certification authorities issue, answer and list."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mizuhiki.crypto.x509 import certificate_pem
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.wire import jpki as wire
from unit.institutions.jpki.kit import JPKI, START, Desk, open_desk

pytestmark = [pytest.mark.outside("openssl")]
NOW = str(int(START.timestamp()))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An issued card: its certificates and their roots as PEM files, by kind."""
    desk = open_desk()
    issued = desk.issue()
    files = {
        "user-identification": issued.user_identification_certificate,
        "user-identification-ca": issued.user_identification_ca,
        "signature": issued.signature_certificate,
        "signature-ca": issued.signature_ca,
    }
    for name, der in files.items():
        (tmp_path / f"{name}.pem").write_bytes(certificate_pem(der))
    yield desk
    desk.app.close()


def _openssl(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, timeout=60, check=False, text=True)
    return done.stdout + done.stderr


@pytest.mark.requirement("R-201")
@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_openssl_verifies_both_chains(desk: Desk, tmp_path: Path, kind: str) -> None:
    del desk
    said = _openssl(tmp_path, "verify", "-x509_strict", "-attime", NOW, "-CAfile", f"{kind}-ca.pem", f"{kind}.pem")
    assert f"{kind}.pem: OK" in said


@pytest.mark.requirement("R-195")
def test_openssl_prints_no_items_of_the_user_identification_certificate(desk: Desk, tmp_path: Path) -> None:
    del desk
    text = _openssl(tmp_path, "x509", "-in", "user-identification.pem", "-noout", "-text")
    assert "Subject Alternative Name" not in text
    assert "TLS Web Client Authentication" in text
    assert "Subject Alternative Name" in _openssl(tmp_path, "x509", "-in", "signature.pem", "-noout", "-text")


@pytest.mark.requirement("R-203")
def test_openssl_reads_good_and_then_revoked_from_the_status_answers(desk: Desk, tmp_path: Path) -> None:
    assert "signature.pem: good" in _status(desk, tmp_path)
    desk.event("event-1", "move-within", address="宮崎県都城市上町一番地")
    said = _status(desk, tmp_path)
    assert "signature.pem: revoked" in said
    assert "affiliationChanged" in said


def _status(desk: Desk, folder: Path) -> str:
    pair = ("-issuer", "signature-ca.pem", "-sha256", "-cert", "signature.pem", "-no_nonce")
    _openssl(folder, "ocsp", *pair, "-reqout", "request.der")
    answer = desk.peers["portal"].call(
        JPKI, wire.CERTIFICATE_STATUS, wire.StatusRequest(ocsp_request=(folder / "request.der").read_bytes())
    )
    (folder / "answer.der").write_bytes(answer.ocsp_response)
    said = _openssl(
        folder, "ocsp", *pair, "-respin", "answer.der",
        "-CAfile", "signature-ca.pem", "-attime", NOW, "-validity_period", "1000000000",
    )  # fmt: skip
    assert "Response verify OK" in said
    return said


@pytest.mark.requirement("R-203")
def test_openssl_verifies_the_list_and_finds_the_revoked_certificate_in_it(desk: Desk, tmp_path: Path) -> None:
    desk.event("event-1", "death", in_register=False)
    crl = desk.app.operations.lists.full(desk.operator(), kind=Kind.SIGNATURE).der
    (tmp_path / "list.der").write_bytes(crl)
    said = _openssl(
        tmp_path, "crl", "-inform", "DER", "-in", "list.der", "-CAfile", "signature-ca.pem", "-noout", "-text"
    )
    assert "verify OK" in said
    assert "Cessation Of Operation" in said
    _openssl(tmp_path, "crl", "-inform", "DER", "-in", "list.der", "-out", "list.pem")
    arguments = ("-crl_check", "-attime", NOW, "-CAfile", "signature-ca.pem", "-CRLfile", "list.pem", "signature.pem")
    assert "certificate revoked" in _openssl(tmp_path, "verify", *arguments)

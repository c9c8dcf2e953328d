"""pkilint and openssl judge every list and status answer of the authorities as they are served."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from mizuhiki.crypto.x509 import certificate_pem
from mizuhiki.institutions.jpki.domain.certificates import Kind
from unit.institutions.jpki.kit import START, Desk, open_desk
from unit.institutions.jpki.test_status_room import Asker, work

CARDS = {
    "good": ("card-1", "12345678900"),
    "held": ("card-2", "00000000019"),
    "revoked": ("card-3", "00000000027"),
}
BEFORE, AFTER = "prepare-status-answers", "publish-lists"


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False, text=True)
    return done.stdout + done.stderr


def lint(folder: Path, tool: str, *arguments: str) -> str:
    code = f"import sys; from pkilint.bin.{tool} import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "lint", "-s", "WARNING", "-f", "CSV", *arguments],
        cwd=folder, capture_output=True, timeout=120, check=False, text=True,
    )  # fmt: skip
    assert not done.stderr, done.stderr
    return done.stdout


def findings(text: str) -> list[str]:
    lines = text.strip().splitlines()
    assert lines, "pkilint printed nothing"
    return lines[1:]


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    from mizuhiki.vocabulary.numbers import resident_record_code_check_digit  # noqa: PLC0415 - for this fixture only

    desk = open_desk()
    for name, (request_id, code) in CARDS.items():
        body = code[:10]
        desk.issue(desk.application(request_id, resident_record_code=body + resident_record_code_check_digit(body)))
        if name != "good":
            step = desk.app.operations.cards.suspend if name == "held" else desk.app.operations.cards.revoke
            step(desk.operator(), card_serial=f"SERIAL{request_id}")
    work(desk, BEFORE)
    work(desk, AFTER)
    desk.clock.advance(timedelta(minutes=45))
    desk.app.operations.cards.resume(desk.operator(), card_serial="SERIALcard-2")
    desk.app.operations.cards.suspend(desk.operator(), card_serial="SERIALcard-1")
    work(desk, BEFORE)
    work(desk, AFTER)
    yield desk
    desk.app.close()


def questions(desk: Desk, kind: Kind) -> Iterator[tuple[str, bytes]]:
    ca = x509.load_der_x509_certificate(desk.app.operations.ca_certificate(kind))
    for request_id, _ in CARDS.values():
        issued = desk.issue(_again(desk, request_id))
        der = issued.signature_certificate if kind is Kind.SIGNATURE else issued.user_identification_certificate
        card = x509.load_der_x509_certificate(der)
        for algorithm in (SHA1(), SHA256()):  # noqa: S303 - what old clients put into their questions
            for nonce in (None, b"n" * 32):
                builder = ocsp.OCSPRequestBuilder().add_certificate(card, ca, algorithm)
                if nonce is not None:
                    builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
                name = f"{request_id}-{algorithm.name}-{'nonce' if nonce else 'ahead'}"
                yield name, builder.build().public_bytes(Encoding.DER)
    never = ocsp.OCSPRequestBuilder().add_certificate(ca, ca, SHA256()).build()
    unknown = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        never.issuer_name_hash, never.issuer_key_hash, 5, SHA256()
    )
    yield "unknown", unknown.build().public_bytes(Encoding.DER)


def _again(desk: Desk, request_id: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - the kit's message
    from mizuhiki.vocabulary.numbers import resident_record_code_check_digit  # noqa: PLC0415 - as above

    body = next(code for known, code in CARDS.values() if known == request_id)[:10]
    return desk.application(request_id, resident_record_code=body + resident_record_code_check_digit(body))


@pytest.mark.requirement("R-203")
@pytest.mark.parametrize("kind", list(Kind))
def test_pkilint_and_openssl_accept_every_answer(desk: Desk, kind: Kind, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(certificate_pem(desk.app.operations.ca_certificate(kind)))
    seen = set()
    for name, request in questions(desk, kind):
        answer = Asker(desk).post(request).data
        (tmp_path / f"{name}.req").write_bytes(request)
        (tmp_path / f"{name}.der").write_bytes(answer)
        seen.add(ocsp.load_der_ocsp_response(answer).certificate_status.name)
        assert findings(lint(tmp_path, "lint_ocsp_response", f"{name}.der")) == [], name
        said = run(
            tmp_path, "openssl", "ocsp", "-reqin", f"{name}.req", "-respin", f"{name}.der", "-CAfile", "ca.pem",
            "-issuer", "ca.pem", "-attime", str(int(desk.clock.now().timestamp())), "-validity_period", "1000000000",
        )  # fmt: skip
        assert "Response verify OK" in said, name
    assert seen == {"GOOD", "REVOKED", "UNKNOWN"}


@pytest.mark.requirement("R-203")
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("name", ["all", "all-delta", "452025", "452025-delta"])
def test_pkilint_and_openssl_accept_every_list(desk: Desk, kind: Kind, name: str, tmp_path: Path) -> None:
    der = Asker(desk).get(f"/crl/{kind.value}/{name}.crl").data
    (tmp_path / "list.der").write_bytes(der)
    (tmp_path / "ca.pem").write_bytes(certificate_pem(desk.app.operations.ca_certificate(kind)))
    assert findings(lint(tmp_path, "lint_crl", "-t", "CRL", "-p", "PKIX", "list.der")) == []
    said = run(tmp_path, "openssl", "crl", "-inform", "DER", "-in", "list.der", "-CAfile", "ca.pem", "-noout", "-text")
    assert "verify OK" in said
    assert ("Delta CRL Indicator: critical" in said) == name.endswith("delta")
    assert ("Issuing Distribution Point: critical" in said) == name.startswith("452025")
    assert ("Remove From CRL" in said) == name.endswith("delta")


@pytest.mark.requirement("R-196")
@pytest.mark.parametrize("kind", list(Kind))
def test_openssl_verifies_the_responders_certificate(desk: Desk, kind: Kind, tmp_path: Path) -> None:
    name, request = next(questions(desk, kind))
    responder = ocsp.load_der_ocsp_response(Asker(desk).post(request).data).certificates[0]
    (tmp_path / "ca.pem").write_bytes(certificate_pem(desk.app.operations.ca_certificate(kind)))
    (tmp_path / f"{name}.pem").write_bytes(responder.public_bytes(Encoding.PEM))
    at = str(int((START + timedelta(hours=1)).timestamp()))
    said = run(
        tmp_path, "openssl", "verify", "-x509_strict", "-purpose", "ocsphelper", "-attime", at,
        "-CAfile", "ca.pem", f"{name}.pem",
    )  # fmt: skip
    assert "OK" in said

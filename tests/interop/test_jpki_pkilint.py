"""pkilint finds no error in any certificate of the authorities: roots, both kinds, and those of a phone."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from mizuhiki.institutions.jpki.domain.certificates import Kind
from unit.institutions.jpki.kit import open_desk
from unit.institutions.jpki.test_carriers import PHONES, apply, approved, phone

LINT = "import sys; from pkilint.bin.lint_pkix_cert import main; sys.exit(main(sys.argv[1:]))"


def errors(folder: Path, name: str, der: bytes) -> list[str]:
    """Errors and fatal findings, by code; lower severities are printed when the test fails."""
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    path = folder / f"{name}.pem"
    path.write_text(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n", encoding="ascii")
    command = [sys.executable, "-c", LINT, "lint", str(path), "-f", "JSON", "-s", "ERROR"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    found = json.loads(done.stdout)
    return [description["code"] for one in found["results"] for description in one["finding_descriptions"]]


@pytest.mark.requirement("R-196")
def test_no_certificate_has_an_error(tmp_path: Path) -> None:
    desk = open_desk()
    try:
        card = desk.issue()
        desk.clock.set(PHONES)
        mobile = apply(desk, phone(card))
        certificates = {
            "root-signature": desk.app.operations.ca_certificate(Kind.SIGNATURE),
            "root-user-identification": desk.app.operations.ca_certificate(Kind.USER_IDENTIFICATION),
            "card-signature": card.signature_certificate,
            "card-user-identification": card.user_identification_certificate,
            "phone-signature": mobile.signature_certificate,
            "phone-user-identification": mobile.user_identification_certificate,
            "terminal": approved(desk),
            "root-terminal": desk.app.operations.terminals.root(),
        }
    finally:
        desk.app.close()
    assert {name: errors(tmp_path, name, der) for name, der in certificates.items()} == {
        name: [] for name in certificates
    }

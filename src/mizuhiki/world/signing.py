"""Signing a file with a demo card, so that somebody outside has something to verify."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mizuhiki.crypto.x509 import certificate_pem
from mizuhiki.world.stored_cards import StoredCards

SIGNATURE: Final = "signature.bin"
CERTIFICATE: Final = "certificate.pem"
AUTHORITY: Final = "authority.pem"


def sign_file(*, data: Path, person: str, document: Path, pin: str, out: Path) -> list[Path]:
    """Write signature, certificate and authority of a file signed by a person's card into `out`; return their paths.

    Raises:
        NobodyOfThatName: no such card in this world.
        WrongPin, PinBlocked…: see `card.client.CardClient.verify`; nothing is written.
    """
    card = StoredCards(data).open(person)
    signature = card.sign(pin, document.read_bytes())
    certificate = card.signature_certificate(pin)
    authority = card.signature_authority()
    out.mkdir(parents=True, exist_ok=True)
    contents = {
        out / SIGNATURE: signature,
        out / CERTIFICATE: certificate_pem(certificate),
        out / AUTHORITY: certificate_pem(authority),
    }
    for path, content in contents.items():
        path.write_bytes(content)
    return list(contents)

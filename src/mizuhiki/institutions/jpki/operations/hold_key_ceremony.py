"""Make the roots of both authorities once, and write down how (公的個人認証法39条; R-196)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.keystore import Keystore
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import Validity, load_certificate, make_jpki_root, new_certificate_serial
from mizuhiki.crypto.x509.jpki_profile import CertificateKind
from mizuhiki.institutions.jpki.domain.certificates import AuthorityRoot, Kind
from mizuhiki.institutions.jpki.operations.authorities import Authorities, ca_key_name
from mizuhiki.institutions.jpki.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import JST, birthday_in

ACTION = "hold-key-ceremony"
ROOT_YEARS = 10


def hold_key_ceremony(
    context: Context, *, store: Store, authority: Authority, keystore: Keystore, randomness: Randomness
) -> Authorities:
    """Return the authorities; their roots are made when there are none, and never again."""
    authority.require(context, ACTION)
    known = store.roots()
    if not known:
        known = {kind: _establish(kind, context, keystore, randomness) for kind in Kind}
        store.keep_roots(known.values())
    return Authorities(keystore, known)


def _establish(kind: Kind, context: Context, keystore: Keystore, randomness: Randomness) -> AuthorityRoot:
    day = context.today()
    validity = Validity.until_day(datetime.combine(day, time(), JST).astimezone(UTC), _last_day(day))
    certificate = make_jpki_root(
        CertificateKind(kind.value),
        keystore.certification_key(ca_key_name(kind)),
        validity=validity,
        serial=new_certificate_serial(randomness),
    )
    return AuthorityRoot(kind, certificate, _transcript(kind, certificate, context), context.now())


def _last_day(day: date) -> date:
    return birthday_in(day, day.year + ROOT_YEARS)


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _transcript(kind: Kind, der: bytes, context: Context) -> str:
    """Return what was done, in order; it holds nothing secret and may be published."""
    certificate = load_certificate(der)
    fingerprint = sha256(der).hex().upper()
    lines = (
        f"Key ceremony of the {kind.value} certification authority (invented authority, for tests)",
        f"Held at {context.now().isoformat(timespec='seconds')} on the basis of {context.legal_basis}.",
        f"1. A key pair (RSA 2048, e=65537) was made in the keystore under the name {ca_key_name(kind)}.",
        "2. The key was used to sign its own certificate with SHA-256; it has not left the keystore.",
        f"3. Serial number {certificate.serial_number:X}.",
        f"4. Valid from {_instant(certificate.not_valid_before_utc)} to {_instant(certificate.not_valid_after_utc)}.",
        f"5. SHA-256 of the certificate: {':'.join(fingerprint[i : i + 2] for i in range(0, len(fingerprint), 2))}.",
    )
    return "\n".join(lines)

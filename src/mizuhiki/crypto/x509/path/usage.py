"""For what a certificate may be used: key usage and extended key usage (RFC 5280 §4.2.1.3, §4.2.1.12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from mizuhiki.crypto.x509.path.reading import PathCertificate
from mizuhiki.crypto.x509.refusals import CertificateUsageRefused


@dataclass(frozen=True, slots=True)
class _Use:
    """Key usages that must be there; the extended usage that one present must include; whether it must be present."""

    non_repudiation: bool
    extended: x509.ObjectIdentifier | None
    exclusive: bool = False


_USES: Final = {
    "signature": _Use(non_repudiation=True, extended=None),
    "user-identification": _Use(non_repudiation=False, extended=ExtendedKeyUsageOID.CLIENT_AUTH),
    "time-stamping": _Use(non_repudiation=False, extended=ExtendedKeyUsageOID.TIME_STAMPING, exclusive=True),
}


def check_usage(certificate: PathCertificate, purpose: str) -> None:
    """Check that a certificate may be used for ``signature``, ``user-identification`` or ``time-stamping``.

    Raises:
        CertificateUsageRefused: it is an authority's, or for something else; field `extension` says which part.
    """
    use = _USES[purpose]
    if certificate.authority:
        raise CertificateUsageRefused(extension="basicConstraints")
    usage = certificate.extension(x509.KeyUsage)
    if usage is None or not usage.digital_signature or usage.key_cert_sign:
        raise CertificateUsageRefused(extension="keyUsage")
    if usage.content_commitment != use.non_repudiation and not use.exclusive:
        raise CertificateUsageRefused(extension="keyUsage")
    extended = certificate.extension(x509.ExtendedKeyUsage)
    if use.extended is None:
        return
    if extended is None:
        if use.exclusive:
            raise CertificateUsageRefused(extension="extKeyUsage")
        return
    if use.extended not in extended or (use.exclusive and len(list(extended)) != 1):
        raise CertificateUsageRefused(extension="extKeyUsage")

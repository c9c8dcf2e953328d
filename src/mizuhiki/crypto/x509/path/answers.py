"""Status answers as a verifier believes them (RFC 6960 §3.2): whose, about what, by whom, when."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from mizuhiki.crypto.digests import equal
from mizuhiki.crypto.x509.encoding import CertificateMalformed
from mizuhiki.crypto.x509.path.algorithms import PublicKey, SignatureMismatch, SignatureParameters, check_signature
from mizuhiki.crypto.x509.path.freshness import StatusTime
from mizuhiki.crypto.x509.path.names import comparable
from mizuhiki.crypto.x509.path.reading import PathCertificate, check_issued, read_certificate
from mizuhiki.crypto.x509.path.validation import PathSettings, check_critical, check_time
from mizuhiki.crypto.x509.refusals import CertificateSignatureInvalid, ResponderNotAuthorised
from mizuhiki.crypto.x509.status import StatusAnswerInvalid, StatusUnknown, refuse_revoked

_IDENTIFIER_HASHES: Final[dict[str, Callable[[], HashAlgorithm]]] = {
    "sha1": SHA1,  # identifies, protects nothing
    "sha256": SHA256,
    "sha384": SHA384,
    "sha512": SHA512,
}
ConfirmResponder = Callable[[PathCertificate, PathCertificate], None]
"""Checks that a responder's own certificate, issued by the second one, is not revoked; raises if that is not known."""


@dataclass(frozen=True, slots=True)
class BelievedAnswer:
    """What a good answer confirms: the certificate held at `this_update`, stated at `produced_at`."""

    this_update: datetime
    produced_at: datetime


@functools.lru_cache(maxsize=256)
def _identifier_hashes(issuer: PathCertificate, hash_name: str) -> tuple[bytes, bytes]:
    request = (
        ocsp.OCSPRequestBuilder().add_certificate(issuer.parsed, issuer.parsed, _IDENTIFIER_HASHES[hash_name]()).build()
    )
    return request.issuer_name_hash, request.issuer_key_hash


def read_answer(der: bytes) -> ocsp.OCSPResponse:
    """Return the answer `der` encodes.

    Raises:
        StatusAnswerInvalid: it cannot be read, or the responder refused to answer.
    """
    try:
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise StatusAnswerInvalid(part="response-status", status=response.response_status.name.lower())
        critical = [extension.oid for extension in response.extensions if extension.critical]
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as cause:
        raise StatusAnswerInvalid(part="encoding") from cause
    if critical:
        raise StatusAnswerInvalid(part="extension", extension=critical[0].dotted_string)
    return response


def answer_about(
    response: ocsp.OCSPResponse, certificate: PathCertificate, issuer: PathCertificate
) -> ocsp.OCSPSingleResponse | None:
    """Return the part of an answer that speaks about a certificate of that issuer, None if none does.

    Raises:
        StatusAnswerInvalid: a part cannot be read.
    """
    try:
        for single in response.responses:
            name = single.hash_algorithm.name
            if single.serial_number != certificate.serial or name not in _IDENTIFIER_HASHES:
                continue
            name_hash, key_hash = _identifier_hashes(issuer, name)
            if equal(name_hash, single.issuer_name_hash) and equal(key_hash, single.issuer_key_hash):
                return single
    except (ValueError, UnsupportedAlgorithm) as cause:
        raise StatusAnswerInvalid(part="encoding") from cause
    return None


def _parameters(response: ocsp.OCSPResponse, key: PublicKey) -> SignatureParameters:
    if response.signature_algorithm_oid == SignatureAlgorithmOID.RSASSA_PSS:
        raise StatusAnswerInvalid(part="algorithm")
    if isinstance(key, rsa.RSAPublicKey):
        return padding.PKCS1v15()
    digest = response.signature_hash_algorithm
    return ec.ECDSA(digest) if isinstance(key, ec.EllipticCurvePublicKey) and digest is not None else None


def _check_signature(response: ocsp.OCSPResponse, key: PublicKey, settings: PathSettings) -> None:
    try:
        digest = response.signature_hash_algorithm
        check_signature(
            key,
            response.signature,
            response.tbs_response_bytes,
            algorithm=(_parameters(response, key), digest),
            policy=settings.algorithms,
        )
    except UnsupportedAlgorithm as cause:
        raise StatusAnswerInvalid(part="algorithm") from cause
    except SignatureMismatch as cause:
        raise StatusAnswerInvalid(part="signature") from cause


@functools.lru_cache(maxsize=256)
def _key_identifier(certificate: PathCertificate) -> bytes:
    """SHA-1 of the key bits, by which a responder names itself (RFC 6960 §4.2.1)."""
    return _identifier_hashes(certificate, "sha1")[1]


def _is_responder(response: ocsp.OCSPResponse, certificate: PathCertificate) -> bool:
    if response.responder_key_hash is not None:
        return equal(response.responder_key_hash, _key_identifier(certificate))
    return response.responder_name is not None and comparable(response.responder_name) == certificate.subject


def _check_delegate(
    delegate: PathCertificate, issuer: PathCertificate, settings: PathSettings, confirm: ConfirmResponder
) -> None:
    """Check that the issuer itself delegated answering to a certificate (RFC 6960 §4.2.2.2)."""
    usages, key_usage = delegate.extension(x509.ExtendedKeyUsage), delegate.extension(x509.KeyUsage)
    if (
        delegate.issuer != issuer.subject
        or usages is None
        or ExtendedKeyUsageOID.OCSP_SIGNING not in usages
        or delegate.authority
        or (key_usage is not None and not key_usage.digital_signature)
    ):
        raise ResponderNotAuthorised
    try:
        check_issued(delegate, issuer.key, settings.algorithms)
    except CertificateSignatureInvalid as cause:
        raise ResponderNotAuthorised from cause
    check_critical(delegate)
    check_time(delegate, settings)
    if delegate.extension(x509.OCSPNoCheck) is None:
        confirm(delegate, issuer)


def _check_responder(
    response: ocsp.OCSPResponse, issuer: PathCertificate, settings: PathSettings, confirm: ConfirmResponder
) -> None:
    if _is_responder(response, issuer):
        _check_signature(response, issuer.key, settings)
        return
    for parsed in response.certificates:
        try:
            delegate = read_certificate(parsed.public_bytes(Encoding.DER))
        except CertificateMalformed as cause:
            raise StatusAnswerInvalid(part="certificates") from cause
        if _is_responder(response, delegate):
            _check_delegate(delegate, issuer, settings, confirm)
            _check_signature(response, delegate.key, settings)
            return
    raise ResponderNotAuthorised


def check_nonce(response: ocsp.OCSPResponse, nonce: bytes) -> None:
    """Check that an answer repeats the nonce of the question, so that it is no recording.

    Raises:
        StatusAnswerInvalid: it does not.
    """
    answered = next((e.value.nonce for e in response.extensions if isinstance(e.value, x509.OCSPNonce)), None)
    if answered is None or not equal(answered, nonce):
        raise StatusAnswerInvalid(part="nonce")


def believe_answer(
    response: ocsp.OCSPResponse,
    single: ocsp.OCSPSingleResponse,
    issuer: PathCertificate,
    *,
    settings: PathSettings,
    time: StatusTime,
    confirm: ConfirmResponder,
) -> BelievedAnswer:
    """Return what an answer confirms, after checking its signer and its times.

    Raises:
        ResponderNotAuthorised: signed by somebody the issuer did not delegate.
        StatusAnswerInvalid: the signature does not verify, or its times contradict each other.
        StatusStale, StatusFromTheFuture: not current.
        CertificateRevoked, CertificateSuspended, StatusUnknown: what it says.
    """
    _check_responder(response, issuer, settings, confirm)
    produced, this_update = response.produced_at_utc, single.this_update_utc
    time.check(this_update, single.next_update_utc)
    time.check_produced(produced, this_update)
    if single.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        since = single.revocation_time_utc
        if since is None or time.revoked_in_time(since):
            refuse_revoked(single.revocation_reason, since.isoformat() if since else "")
    elif single.certificate_status is not ocsp.OCSPCertStatus.GOOD:
        raise StatusUnknown
    return BelievedAnswer(this_update, produced)

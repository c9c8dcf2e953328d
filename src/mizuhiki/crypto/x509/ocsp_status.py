"""The verifier's side of OCSP (RFC 6960 §3.2): asking, and believing an answer only after every check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from mizuhiki.crypto.digests import equal
from mizuhiki.crypto.x509.encoding import load_certificate
from mizuhiki.crypto.x509.ocsp_answers import OcspQuestion, read_ocsp_request
from mizuhiki.crypto.x509.responder import is_responder_of
from mizuhiki.crypto.x509.status import StatusAnswerInvalid, StatusStale, StatusUnknown, refuse_revoked

_SKEW: Final = timedelta(minutes=5)
_OLDEST: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ConfirmedStatus:
    """The authority said at `this_update` that the certificate `serial` holds."""

    serial: int
    this_update: datetime


def build_ocsp_request(certificate: bytes, ca: bytes, nonce: bytes | None) -> bytes:
    """Return an OCSP request (DER) about `certificate`; a nonce of 16 to 32 random bytes stops replayed answers.

    Raises:
        CertificateMalformed: a certificate cannot be read.
    """
    builder = ocsp.OCSPRequestBuilder().add_certificate(load_certificate(certificate), load_certificate(ca), SHA256())
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def _check_signature(response: ocsp.OCSPResponse, ca: x509.Certificate, at: datetime) -> None:
    signer = _signer(response, ca, at)
    key, digest = signer.public_key(), response.signature_hash_algorithm
    if not isinstance(key, rsa.RSAPublicKey) or not isinstance(digest, SHA256 | SHA384 | SHA512):
        raise StatusAnswerInvalid(part="algorithm")
    try:
        key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), digest)
    except InvalidSignature as cause:
        raise StatusAnswerInvalid(part="signature") from cause


def _signer(response: ocsp.OCSPResponse, ca: x509.Certificate, at: datetime) -> x509.Certificate:
    """Return who must have signed: the authority, or the responder it appointed whose certificate came along."""
    if not response.certificates or response.certificates[0] == ca:
        return ca
    responder = response.certificates[0]
    current = responder.not_valid_before_utc - _SKEW <= at <= responder.not_valid_after_utc + _SKEW
    if not current or not is_responder_of(responder, ca):
        raise StatusAnswerInvalid(part="responder")
    return responder


def _check_question(response: ocsp.OCSPResponse, question: OcspQuestion) -> None:
    asked = (question.serial, question.issuer_name_hash, question.issuer_key_hash, question.hash_name)
    answered = (
        response.serial_number,
        response.issuer_name_hash,
        response.issuer_key_hash,
        response.hash_algorithm.name,
    )
    if asked != answered:
        raise StatusAnswerInvalid(part="certificate")
    nonce = next((e.value.nonce for e in response.extensions if isinstance(e.value, x509.OCSPNonce)), None)
    if question.nonce is not None and (nonce is None or not equal(nonce, question.nonce)):
        raise StatusAnswerInvalid(part="nonce")


def _check_time(response: ocsp.OCSPResponse, at: datetime) -> None:
    until = response.next_update_utc or response.this_update_utc + _OLDEST
    if response.this_update_utc > at + _SKEW or until < at - _SKEW:
        raise StatusStale


def _load(der: bytes) -> ocsp.OCSPResponse:
    try:
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise StatusAnswerInvalid(part="response-status", status=response.response_status.name.lower())
        _ = (response.serial_number, response.signature_hash_algorithm, response.extensions, response.certificates)
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as cause:
        raise StatusAnswerInvalid(part="encoding") from cause
    return response


def read_ocsp_status(response_der: bytes, request_der: bytes, ca: bytes, at: datetime) -> ConfirmedStatus:
    """Return what an answer confirms.

    Checked before it is believed: (1) it is an answer, (2) `ca` or a responder it appointed signed it, (3) it is for
    the certificate asked about, with the nonce sent, (4) it is current at `at`.

    Raises:
        CertificateRevoked: revoked for good.
        CertificateSuspended: on hold.
        StatusUnknown: the authority does not know the certificate.
        StatusStale: the answer is not current.
        StatusAnswerInvalid: a check failed, or the answer carries no status.
    """
    question = read_ocsp_request(request_der)
    response = _load(response_der)
    _check_signature(response, load_certificate(ca), at)
    _check_question(response, question)
    _check_time(response, at)
    status = response.certificate_status
    if status is ocsp.OCSPCertStatus.REVOKED:
        since = response.revocation_time_utc
        refuse_revoked(response.revocation_reason, since.isoformat() if since else "")
    if status is not ocsp.OCSPCertStatus.GOOD:
        raise StatusUnknown
    return ConfirmedStatus(response.serial_number, response.this_update_utc)

"""The authority's side of OCSP (RFC 6960): reading a question, signing the answer with the authority's own key."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from mizuhiki.crypto.digests import equal
from mizuhiki.crypto.x509.encoding import load_certificate
from mizuhiki.crypto.x509.status import RevocationReason
from mizuhiki.vocabulary.errors import Malformed

_MAX_NONCE = 32
_HASHES: dict[str, type[HashAlgorithm]] = {"sha1": SHA1, "sha256": SHA256}


class OcspRequestMalformed(Malformed):
    """Not a request for one certificate that we can answer."""

    code = "ocsp-request-malformed"
    title = "The OCSP request cannot be read"


class OcspFault(enum.Enum):
    """Unsigned answers without a status (RFC 6960 §2.3)."""

    MALFORMED_REQUEST = ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    INTERNAL_ERROR = ocsp.OCSPResponseStatus.INTERNAL_ERROR
    TRY_LATER = ocsp.OCSPResponseStatus.TRY_LATER
    UNAUTHORIZED = ocsp.OCSPResponseStatus.UNAUTHORIZED


@dataclass(frozen=True, slots=True)
class OcspQuestion:
    """Which certificate of which issuer, and the nonce to repeat. `hash_name` is ``sha1`` or ``sha256``."""

    serial: int
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    hash_name: str
    nonce: bytes | None


@dataclass(frozen=True, slots=True)
class OcspState:
    """What the authority says: `known` False is unknown; `revoked_at` None is good."""

    known: bool = True
    revoked_at: datetime | None = None
    reason: RevocationReason = RevocationReason.UNSPECIFIED


def read_ocsp_request(der: bytes) -> OcspQuestion:
    """Return the question of an OCSP request.

    Raises:
        OcspRequestMalformed: unreadable, for several certificates, with another hash, or with a long nonce.
    """
    try:
        request = ocsp.load_der_ocsp_request(der)
        extensions = request.extensions
        hash_name = request.hash_algorithm.name
        question = OcspQuestion(
            serial=request.serial_number,
            issuer_name_hash=request.issuer_name_hash,
            issuer_key_hash=request.issuer_key_hash,
            hash_name=hash_name,
            nonce=next((e.value.nonce for e in extensions if isinstance(e.value, x509.OCSPNonce)), None),
        )
    except (ValueError, NotImplementedError, UnsupportedAlgorithm, x509.DuplicateExtension) as cause:
        raise OcspRequestMalformed from cause
    unknown = any(e.critical and not isinstance(e.value, x509.OCSPNonce) for e in extensions)
    if hash_name not in _HASHES or unknown or len(question.nonce or b"") > _MAX_NONCE:
        raise OcspRequestMalformed
    return question


def question_concerns(question: OcspQuestion, ca_certificate: bytes) -> bool:
    """Say whether the question is about a certificate of this authority; an authority answers no other."""
    ca = load_certificate(ca_certificate)
    ours = ocsp.OCSPRequestBuilder().add_certificate(ca, ca, _HASHES[question.hash_name]()).build()
    return equal(ours.issuer_name_hash, question.issuer_name_hash) and equal(
        ours.issuer_key_hash, question.issuer_key_hash
    )


def build_ocsp_response(
    question: OcspQuestion,
    state: OcspState,
    *,
    ca_certificate: bytes,
    ca_key: rsa.RSAPrivateKey,
    this_update: datetime,
    next_update: datetime,
) -> bytes:
    """Return the signed answer (DER) that repeats the question's nonce."""
    ca = load_certificate(ca_certificate)
    if not state.known:
        status = ocsp.OCSPCertStatus.UNKNOWN
    else:
        status = ocsp.OCSPCertStatus.GOOD if state.revoked_at is None else ocsp.OCSPCertStatus.REVOKED
    revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            question.issuer_name_hash,
            question.issuer_key_hash,
            question.serial,
            _HASHES[question.hash_name](),
            status,
            this_update,
            next_update,
            state.revoked_at if revoked else None,
            state.reason.flag if revoked and state.reason is not RevocationReason.UNSPECIFIED else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, ca)
    )
    if question.nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(question.nonce), critical=False)
    return builder.sign(ca_key, SHA256()).public_bytes(Encoding.DER)


def build_ocsp_error(fault: OcspFault) -> bytes:
    """Return an unsigned answer (DER) that says why there is no status."""
    return ocsp.OCSPResponseBuilder.build_unsuccessful(fault.value).public_bytes(Encoding.DER)

"""The authority's side of OCSP (RFC 6960, RFC 9919, RFC 9654): reading a question, signing the answer.

Answers are signed by a delegated responder (RFC 6960 §4.2.2.2) whose certificate they carry, so that the authority's
own key is not in use all day; without a responder the authority signs itself.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
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

_SHORTEST_NONCE, _LONGEST_NONCE = 16, 128
"""RFC 9654 §2.1: shorter ones are answered without a nonce; none at all or a longer one is malformed."""
_HASHES: dict[str, type[HashAlgorithm]] = {"sha1": SHA1, "sha256": SHA256}


_LONGEST_SERIAL = 20
_SIGN_BIT = 0x80


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
    nonce = question.nonce
    unknown = any(e.critical and not isinstance(e.value, x509.OCSPNonce) for e in extensions)
    if hash_name not in _HASHES or unknown or (nonce is not None and not 0 < len(nonce) <= _LONGEST_NONCE):
        raise OcspRequestMalformed
    if nonce is not None and len(nonce) < _SHORTEST_NONCE:
        return replace(question, nonce=None)
    return question


def plain_request_heads(ca_certificate: bytes) -> dict[bytes, str]:
    """Return what a request without extensions begins with, up to its serial number, with the name of its hash.

    One for each hash and length of a serial number. Whoever finds such a beginning knows the whole request: the rest is
    the serial number, which `plain_serial` reads.

    Raises:
        CertificateMalformed: `ca_certificate` cannot be read.
    """
    heads: dict[bytes, str] = {}
    for name, (name_hash, key_hash) in issuer_hashes(ca_certificate).items():
        for size in range(1, _LONGEST_SERIAL + 1):
            serial = 1 << (8 * size - 2)
            builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(name_hash, key_hash, serial, _HASHES[name]())
            der = builder.build().public_bytes(Encoding.DER)
            heads[der[:-size]] = name
    return heads


def plain_serial(request: bytes, head_length: int) -> int | None:
    """Return the serial number after the beginning of a plain request, None where it is not one in DER."""
    octets = request[head_length:]
    if len(octets) != request[head_length - 1] or octets[0] >= _SIGN_BIT:
        return None
    if octets[0] == 0 and (len(octets) == 1 or octets[1] < _SIGN_BIT):
        return None
    return int.from_bytes(octets, "big")


def issuer_hashes(ca_certificate: bytes) -> dict[str, tuple[bytes, bytes]]:
    """Return the hashes of an authority's name and key by hash name, as a question about its certificates has them.

    Raises:
        CertificateMalformed: `ca_certificate` cannot be read.
    """
    ca = load_certificate(ca_certificate)
    built = {
        name: ocsp.OCSPRequestBuilder().add_certificate(ca, ca, algorithm()).build()
        for name, algorithm in _HASHES.items()
    }
    return {name: (one.issuer_name_hash, one.issuer_key_hash) for name, one in built.items()}


def question_concerns(question: OcspQuestion, ca_certificate: bytes) -> bool:
    """Say whether the question is about a certificate of this authority; an authority answers no other."""
    name_hash, key_hash = issuer_hashes(ca_certificate)[question.hash_name]
    return equal(name_hash, question.issuer_name_hash) and equal(key_hash, question.issuer_key_hash)


@dataclass(frozen=True, slots=True)
class StatusSigner:
    """Who signs answers: certificate (DER) and key of a delegated responder, or of the authority itself."""

    certificate: bytes
    key: rsa.RSAPrivateKey


def build_ocsp_response(
    question: OcspQuestion,
    state: OcspState,
    *,
    ca_certificate: bytes,
    ca_key: rsa.RSAPrivateKey,
    this_update: datetime,
    next_update: datetime,
) -> bytes:
    """Return the answer (DER) signed by the authority itself; it repeats the question's nonce."""
    signer = StatusSigner(ca_certificate, ca_key)
    return sign_ocsp_response(question, state, signer=signer, this_update=this_update, next_update=next_update)


def sign_ocsp_response(
    question: OcspQuestion,
    state: OcspState,
    *,
    signer: StatusSigner,
    this_update: datetime,
    next_update: datetime,
) -> bytes:
    """Return the signed answer (DER) that repeats the question's nonce; the authority itself may be the `signer`."""
    responder = load_certificate(signer.certificate)
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
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
    )
    if responder.issuer != responder.subject:
        builder = builder.certificates([responder])
    if question.nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(question.nonce), critical=False)
    return builder.sign(signer.key, SHA256()).public_bytes(Encoding.DER)


def build_ocsp_error(fault: OcspFault) -> bytes:
    """Return an unsigned answer (DER) that says why there is no status."""
    return ocsp.OCSPResponseBuilder.build_unsuccessful(fault.value).public_bytes(Encoding.DER)

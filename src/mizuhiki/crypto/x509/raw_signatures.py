"""Signatures as the card makes them: over a DigestInfo (RFC 8017 §9.2), or a bare digest where a verifier takes it."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, Hash, HashAlgorithm

from mizuhiki.crypto.digests import equal
from mizuhiki.crypto.x509.path.algorithms import (
    AlgorithmPolicy,
    PublicKey,
    SignatureMismatch,
    SignatureParameters,
    check_signature,
)
from mizuhiki.crypto.x509.path.reading import PathCertificate
from mizuhiki.crypto.x509.refusals import AlgorithmRefused, BareDigestRefused, CardSignatureInvalid

_DIGESTS: Final[dict[str, HashAlgorithm]] = {"sha256": SHA256(), "sha384": SHA384(), "sha512": SHA512()}
_DIGEST_OF_CURVE: Final = {"secp256r1": "sha256", "secp384r1": "sha384", "secp521r1": "sha512"}


def digest_of(name: str, content: bytes) -> bytes:
    """Return the digest of `content` with one of the accepted functions.

    Raises:
        AlgorithmRefused: another function.
    """
    if name not in _DIGESTS:
        raise AlgorithmRefused(algorithm=name)
    state = Hash(_DIGESTS[name])
    state.update(content)
    return state.finalize()


def _form(key: PublicKey, digest: str | None) -> tuple[SignatureParameters, str]:
    """Return padding and digest: of RSA as stated, else SHA-256; of a curve the one of its strength."""
    if isinstance(key, rsa.RSAPublicKey):
        return padding.PKCS1v15(), digest or "sha256"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _DIGEST_OF_CURVE:
        name = digest or _DIGEST_OF_CURVE[key.curve.name]
        return ec.ECDSA(_DIGESTS.get(name, SHA256())), name
    raise AlgorithmRefused(algorithm=type(key).__name__.strip("_"))


def check_raw_signature(
    certificate: PathCertificate,
    content: bytes,
    signature: bytes,
    policy: AlgorithmPolicy,
    *,
    digest: str | None = None,
    bare_digest: bool = False,
) -> None:
    """Check that the key of a certificate signed `content`.

    `digest` is ``sha256``, ``sha384`` or ``sha512``; None is SHA-256 for RSA, the curve's own for ECDSA.

    Raises:
        CardSignatureInvalid: it does not verify.
        BareDigestRefused: the digest was signed without its identifier, and `bare_digest` is False.
        AlgorithmRefused, WeakKey: not accepted by `policy`.
    """
    key = certificate.key
    parameters, name = _form(key, digest)
    if name not in policy.digests or name not in _DIGESTS:
        raise AlgorithmRefused(algorithm=name)
    try:
        check_signature(key, signature, content, algorithm=(parameters, _DIGESTS[name]), policy=policy)
    except SignatureMismatch as cause:
        if not isinstance(key, rsa.RSAPublicKey) or not _signs_bare_digest(key, digest_of(name, content), signature):
            raise CardSignatureInvalid from cause
        if not bare_digest:
            raise BareDigestRefused from cause


def _signs_bare_digest(key: rsa.RSAPublicKey, digest: bytes, signature: bytes) -> bool:
    try:
        return equal(key.recover_data_from_signature(signature, padding.PKCS1v15(), None), digest)
    except InvalidSignature:
        return False

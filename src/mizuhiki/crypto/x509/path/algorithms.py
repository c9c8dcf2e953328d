"""Which signatures and keys are strong enough, and checking a signature under any accepted key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPublicKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.hashes import HashAlgorithm

from mizuhiki.crypto.x509.refusals import AlgorithmRefused, WeakKey

PublicKey = PublicKeyTypes | CertificateIssuerPublicKeyTypes
SignatureParameters = padding.PKCS1v15 | padding.PSS | ec.ECDSA | None
_DEFAULT_DIGESTS: Final = frozenset({"sha256", "sha384", "sha512"})
_DEFAULT_CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgorithmPolicy:
    """What a verifier accepts. The defaults are what the CRYPTREC list and today's card allow: no SHA-1, no DSA."""

    digests: frozenset[str] = field(default=_DEFAULT_DIGESTS)
    curves: frozenset[str] = field(default=_DEFAULT_CURVES)
    least_rsa_bits: int = 2048
    least_rsa_exponent: int = 65537
    ed25519: bool = True


DEFAULT_ALGORITHMS: Final = AlgorithmPolicy()


class SignatureMismatch(Exception):
    """The signature is not by this key over these bytes."""


def check_key(key: PublicKey, policy: AlgorithmPolicy) -> None:
    """Check that a key is of an accepted kind and length.

    Raises:
        WeakKey: too short, or with too small an exponent.
        AlgorithmRefused: of another kind.
    """
    if isinstance(key, rsa.RSAPublicKey):
        exponent = key.public_numbers().e
        if key.key_size < policy.least_rsa_bits or exponent < policy.least_rsa_exponent or exponent % 2 == 0:
            raise WeakKey(bits=key.key_size)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        if key.curve.name not in policy.curves:
            raise AlgorithmRefused(algorithm=key.curve.name)
    elif not (policy.ed25519 and isinstance(key, ed25519.Ed25519PublicKey)):
        raise AlgorithmRefused(algorithm=type(key).__name__.strip("_"))


def _digest(digest: HashAlgorithm | None, policy: AlgorithmPolicy) -> HashAlgorithm:
    if digest is None or digest.name not in policy.digests:
        raise AlgorithmRefused(algorithm=digest.name if digest else "none")
    return digest


def check_signature(
    key: PublicKey,
    signature: bytes,
    message: bytes,
    *,
    algorithm: tuple[SignatureParameters, HashAlgorithm | None],
    policy: AlgorithmPolicy,
) -> None:
    """Check a signature whose algorithm, padding and digest, is stated beside it.

    Raises:
        SignatureMismatch: it does not verify, or its algorithm is not one of this kind of key.
        AlgorithmRefused: digest or kind of key not accepted.
        WeakKey: the key is too short.
    """
    check_key(key, policy)
    parameters, digest = algorithm
    try:
        if isinstance(key, rsa.RSAPublicKey) and isinstance(parameters, padding.PKCS1v15 | padding.PSS):
            key.verify(signature, message, parameters, _digest(digest, policy))
        elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(parameters, ec.ECDSA):
            key.verify(signature, message, ec.ECDSA(_digest(digest, policy)))
        elif isinstance(key, ed25519.Ed25519PublicKey) and parameters is None:
            key.verify(signature, message)
        else:
            raise SignatureMismatch
    except InvalidSignature as cause:
        raise SignatureMismatch from cause

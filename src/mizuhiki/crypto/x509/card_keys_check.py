"""Public keys a card may bring: read, and refused one distinct way each when weak or of another kind.

Checks without the private half, as public certification authorities make them before they sign: size and exponent
(CA/Browser Forum Baseline Requirements §6.1.5, §6.1.6), small factors, primes too close together (Fermat), and the
fingerprint of the smart card library whose primes are k·M + (65537^a mod M) (CVE-2017-15361, "ROCA": Nemec, Sys,
Svenda, Klinec, Matyas, "The Return of Coppersmith's Attack", CCS 2017, §3).
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from mizuhiki.vocabulary.errors import Malformed

RSA_BITS: Final = 2048
EXPONENT: Final = 65537
FERMAT_ROUNDS: Final = 100
_LARGEST_SMALL_FACTOR: Final = 751
_LARGEST_FINGERPRINT_PRIME: Final = 167
_SQUARE_MODULUS: Final = 64 * 63 * 65 * 11
"""The filter's modulus: under one in a hundred residues is that of a square."""


class PublicKeyUnreadable(Malformed):
    """The bytes are no DER SubjectPublicKeyInfo, carry more than one, or name a point that is not on its curve."""

    code = "card-key-unreadable"
    title = "The public key cannot be read"


class PublicKeyOfAnotherKind(Malformed):
    """The key is of a type, size or curve no card generation has; field `kind` names it."""

    code = "card-key-of-another-kind"
    title = "No card makes a key of this kind"


class PublicKeyTooSmall(Malformed):
    """The modulus has fewer than 2048 bits; field `bits`."""

    code = "card-key-too-small"
    title = "The public key is too small"


class PublicKeyExponentRefused(Malformed):
    """The public exponent is not 65537."""

    code = "card-key-exponent-refused"
    title = "The public key has an exponent no card uses"


class PublicKeyFactorable(Malformed):
    """Anybody can factor the modulus; field `why`: `small-factor` or `close-primes`."""

    code = "card-key-factorable"
    title = "The public key can be broken"


class PublicKeyOfFaultyGenerator(Malformed):
    """The modulus carries the fingerprint of the faulty key generator of CVE-2017-15361."""

    code = "card-key-of-faulty-generator"
    title = "The public key was made by a faulty generator"


def _primes_to(last: int) -> list[int]:
    return [n for n in range(2, last + 1) if all(n % d for d in range(2, math.isqrt(n) + 1))]


_SMALL: Final = math.prod(_primes_to(_LARGEST_SMALL_FACTOR))


@cache
def _generated() -> tuple[tuple[int, frozenset[int]], ...]:
    """Return odd primes with the residues that powers of 65537 take, for those where they are not all residues."""
    rows: list[tuple[int, frozenset[int]]] = []
    for prime in _primes_to(_LARGEST_FINGERPRINT_PRIME)[1:]:
        residues = frozenset(pow(EXPONENT, exponent, prime) for exponent in range(prime - 1))
        if len(residues) < prime - 1:
            rows.append((prime, residues))
    return tuple(rows)


@cache
def _square_residues() -> frozenset[int]:
    return frozenset(n * n % _SQUARE_MODULUS for n in range(_SQUARE_MODULUS // 2 + 1))  # n and -n have one square


def has_faulty_fingerprint(modulus: int) -> bool:
    """Say whether a modulus carries the fingerprint; of sound moduli fewer than one in a hundred million do."""
    return all(modulus % prime in residues for prime, residues in _generated())


def has_close_primes(modulus: int, rounds: int = FERMAT_ROUNDS) -> bool:
    """Say whether Fermat's method factors an odd modulus within `rounds` steps."""
    root = math.isqrt(modulus)
    root += root * root < modulus
    rest = root * root - modulus
    squares = _square_residues()
    for _ in range(rounds):
        if rest % _SQUARE_MODULUS in squares and math.isqrt(rest) ** 2 == rest:
            return True
        rest += 2 * root + 1
        root += 1
    return False


def _require_sound_modulus(modulus: int) -> None:
    if math.gcd(modulus, _SMALL) != 1:
        raise PublicKeyFactorable(why="small-factor")
    if has_faulty_fingerprint(modulus):
        raise PublicKeyOfFaultyGenerator
    if has_close_primes(modulus):
        raise PublicKeyFactorable(why="close-primes")


def require_card_public_key(spki: bytes) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    """Return the chip's public key (DER SubjectPublicKeyInfo): RSA-2048, or P-384 of the next card generation.

    Raises:
        PublicKeyUnreadable: no key, or not written the one way DER allows.
        PublicKeyOfAnotherKind: another algorithm, curve or a larger modulus than the card's.
        PublicKeyTooSmall, PublicKeyExponentRefused: an RSA key with other parameters than the card's.
        PublicKeyFactorable, PublicKeyOfFaultyGenerator: an RSA key whose private half can be found.
    """
    try:
        key = load_der_public_key(spki)
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise PublicKeyUnreadable from cause
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < RSA_BITS:
            raise PublicKeyTooSmall(bits=str(key.key_size))
        if key.key_size > RSA_BITS:
            raise PublicKeyOfAnotherKind(kind=f"rsa-{key.key_size}")
        numbers = key.public_numbers()
        if numbers.e != EXPONENT:
            raise PublicKeyExponentRefused
        _require_sound_modulus(numbers.n)
    elif not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP384R1):
        kind = key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else type(key).__name__
        raise PublicKeyOfAnotherKind(kind=kind)
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != spki:
        raise PublicKeyUnreadable
    return key

"""Public keys that no card may bring: each is refused under its own name."""

from __future__ import annotations

import math

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mizuhiki.crypto.x509 import (
    PublicKeyExponentRefused,
    PublicKeyFactorable,
    PublicKeyOfAnotherKind,
    PublicKeyOfFaultyGenerator,
    PublicKeyTooSmall,
    PublicKeyUnreadable,
    require_card_public_key,
)
from mizuhiki.crypto.x509.card_keys_check import has_close_primes, has_faulty_fingerprint
from support.card_authority import rsa_key, spki

PRIMORIAL = math.prod(p for p in range(2, 702) if all(p % d for d in range(2, math.isqrt(p) + 1)))
"""The constant M of the faulty generator for 2048-bit keys: product of the first 126 primes (paper, table 1)."""


def encoded(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined, no-any-return]  # any public key


def of_modulus(modulus: int, exponent: int = 65537) -> bytes:
    return encoded(rsa.RSAPublicNumbers(exponent, modulus).public_key())


def is_prime(number: int) -> bool:
    return all(pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7, 11))


def next_prime(number: int) -> int:
    number |= 1
    while not is_prime(number):
        number += 2
    return number


def faulty_prime(exponent: int) -> int:
    """A prime as the faulty library makes them: k·M + (65537^a mod M)."""
    k = (13 * 2**1020) // PRIMORIAL
    while True:
        candidate = k * PRIMORIAL + pow(65537, exponent, PRIMORIAL)
        if is_prime(candidate):
            return candidate
        k += 1


def test_sound_keys_of_both_card_generations_are_taken() -> None:
    assert require_card_public_key(spki(rsa_key("sound")))
    assert require_card_public_key(encoded(ec.generate_private_key(ec.SECP384R1()).public_key()))


@pytest.mark.parametrize(
    "other",
    [
        ec.generate_private_key(ec.SECP256R1()).public_key(),
        ed25519.Ed25519PrivateKey.generate().public_key(),
        dsa.generate_private_key(2048).public_key(),
        rsa.generate_private_key(65537, 3072).public_key(),
    ],
    ids=["p-256", "ed25519", "dsa", "rsa-3072"],
)
def test_keys_of_another_kind_are_refused(other: object) -> None:
    with pytest.raises(PublicKeyOfAnotherKind):
        require_card_public_key(encoded(other))


@pytest.mark.parametrize("bits", [1024, 2047])
def test_small_moduli_are_refused(bits: int) -> None:
    with pytest.raises(PublicKeyTooSmall):
        require_card_public_key(of_modulus(2 ** (bits - 1) + 1))


def test_an_exponent_of_three_is_refused() -> None:
    with pytest.raises(PublicKeyExponentRefused):
        require_card_public_key(of_modulus(rsa_key("sound").public_key().public_numbers().n, 3))


def test_a_modulus_with_a_small_factor_is_refused() -> None:
    modulus = 751 * next_prime(2**2038 + 12345)
    with pytest.raises(PublicKeyFactorable) as caught:
        require_card_public_key(of_modulus(modulus))
    assert caught.value.fields["why"] == "small-factor"


def test_primes_that_lie_close_together_are_refused() -> None:
    first = next_prime(3 * 2**1022 + 1)
    modulus = first * next_prime(first + 2)
    assert has_close_primes(modulus)
    with pytest.raises(PublicKeyFactorable) as caught:
        require_card_public_key(of_modulus(modulus))
    assert caught.value.fields["why"] == "close-primes"


def test_the_fingerprint_of_the_faulty_generator_is_refused() -> None:
    modulus = faulty_prime(1234567) * faulty_prime(7654321)
    assert modulus.bit_length() == 2048
    with pytest.raises(PublicKeyOfFaultyGenerator):
        require_card_public_key(of_modulus(modulus))
    assert not has_faulty_fingerprint(rsa_key("sound").public_key().public_numbers().n)


@pytest.mark.parametrize("broken", [b"", b"no key", spki(rsa_key("sound"))[:-1], spki(rsa_key("sound")) + b"\0"])
def test_what_is_no_key_in_der_is_refused(broken: bytes) -> None:
    with pytest.raises(PublicKeyUnreadable):
        require_card_public_key(broken)

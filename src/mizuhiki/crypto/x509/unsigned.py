"""A key that signs nothing: it lets a certificate be encoded and read back before any authority signs it."""

from __future__ import annotations

from typing import Any, NoReturn

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["RSAPrivateKey", "UnsignedKey"]


class UnsignedKey(rsa.RSAPrivateKey):
    """Stands where the builders take an RSA key; the signature value is all zero, so it verifies under no key."""

    def __init__(self, public_key: rsa.RSAPublicKey) -> None:
        self._public = public_key

    @property
    def key_size(self) -> int:
        """Bits of the modulus of the key it stands for."""
        return self._public.key_size

    def public_key(self) -> rsa.RSAPublicKey:
        """Return the public half of the key it stands for."""
        return self._public

    def sign(self, data: Any, padding: Any, algorithm: Any) -> bytes:  # noqa: ANN401 - the interface's own types
        """Return zeroes in the length of a signature."""
        del data, padding, algorithm
        return bytes(self.key_size // 8)

    def _refuse(self) -> NoReturn:
        raise TypeError("an unsigned key has no private half")

    def decrypt(self, ciphertext: bytes, padding: object) -> bytes:
        """Refused: there is nothing to decrypt with."""
        del ciphertext, padding
        self._refuse()

    def private_numbers(self) -> rsa.RSAPrivateNumbers:
        """Refused: there are none."""
        self._refuse()

    def private_bytes(self, encoding: object, format: object, encryption_algorithm: object) -> bytes:  # noqa: A002 - the interface's name
        """Refused: there are none."""
        del encoding, format, encryption_algorithm
        self._refuse()

    def __copy__(self) -> UnsignedKey:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> UnsignedKey:
        return self

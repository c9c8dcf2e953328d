"""Keystores whose keys are used in this process's memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from mizuhiki.crypto.digests import equal, framed, hmac_sha512
from mizuhiki.crypto.keystore.purposes import (
    SealingKeyUnknown,
    SealingPublicKey,
    SecretKey,
    SecretPurpose,
    ShareTaken,
    ShareUnknown,
    SigningPurpose,
    WrongPurpose,
)
from mizuhiki.crypto.keystore.state import (
    SECRET_BYTES,
    KeyState,
    rotate_sealing_keys,
    sealing_keys_at,
    sealing_private_keys,
    sealing_seed,
)
from mizuhiki.crypto.randomness import Randomness

T = TypeVar("T")
_RSA_BITS = 2048
_RSA_EXPONENT = 65537


class SoftwareSigner:
    """An Ed25519 key in memory."""

    __slots__ = ("_key", "public_key")

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key: bytes = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over `message`."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"<SoftwareSigner {self.public_key.hex()[:16]}>"


class SoftwareKeystore:
    """Keys made on first use and held in memory; what `_change` does with them decides how they are kept.

    RSA keys come from the system's generator even where `randomness` is seeded.
    """

    def __init__(self, randomness: Randomness, state: KeyState) -> None:
        self._randomness = randomness
        self._state = state
        self._lock = threading.RLock()
        self._signers: dict[SigningPurpose, SoftwareSigner] = {}
        self._rsa: dict[str, rsa.RSAPrivateKey] = {}
        self._openers: dict[str, MLKEM768X25519PrivateKey] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def _fresh(self, name: str, length: int) -> bytes:
        """Return the random bytes of the new key `name`."""
        del name
        return self._randomness.bytes(length)

    def _change(self, change: Callable[[KeyState], T]) -> T:
        """Apply a change to the keys; a subclass makes it durable before returning."""
        return change(self._state)

    def _refresh(self) -> None:
        """Read again what another process may have added; nothing to do in memory."""

    def _made(self, kept: Callable[[KeyState], dict[str, bytes]], name: str, make: Callable[[], bytes]) -> bytes:
        """Return the key under `name`, making it first where there is none."""
        found = kept(self._state).get(name)
        return found if found is not None else self._change(lambda state: kept(state).setdefault(name, make()))

    def signer(self, purpose: SigningPurpose) -> SoftwareSigner:
        """Return the signer for `purpose`, made on first use."""
        if not isinstance(purpose, SigningPurpose):
            raise WrongPurpose(purpose=str(purpose))
        with self._lock:
            if purpose not in self._signers:
                seed = self._made(
                    lambda s: s.signing, purpose.value, lambda: self._fresh(f"signing/{purpose}", SECRET_BYTES)
                )
                self._signers[purpose] = SoftwareSigner(seed)
            return self._signers[purpose]

    def secret(self, purpose: SecretPurpose) -> SecretKey:
        """Return the 32-byte secret for `purpose`, made on first use."""
        if not isinstance(purpose, SecretPurpose):
            raise WrongPurpose(purpose=str(purpose))
        with self._lock:
            return SecretKey(
                self._made(lambda s: s.secrets, purpose.value, lambda: self._fresh(f"secret/{purpose}", SECRET_BYTES))
            )

    def sealing_keys(self, now: datetime) -> list[SealingPublicKey]:
        """Return the sealing keys to publish at `now`, making them when their day has come."""
        with self._lock:
            keys = sealing_keys_at(self._state, now)
            if keys is None:
                self._change(lambda state: rotate_sealing_keys(state, now, self._fresh))
                self._drop_openers()
                keys = sealing_keys_at(self._state, now)
            return keys or []

    def sealing_private(self, key_id: str) -> SecretKey:
        """Return the private seed of a published sealing key.

        Raises:
            SealingKeyUnknown: never ours, or its eight days have passed.
        """
        with self._lock:
            try:
                return sealing_seed(self._state, key_id)
            except SealingKeyUnknown:
                self._refresh()
                return sealing_seed(self._state, key_id)

    def sealing_opener(self, key_id: str) -> MLKEM768X25519PrivateKey:
        """Return the private key of a published sealing key, worked out of its seed once.

        Raises:
            SealingKeyUnknown: never ours, or its eight days have passed.
        """
        with self._lock:
            seed = self.sealing_private(key_id)
            self._drop_openers()
            if key_id not in self._openers:
                self._openers[key_id] = MLKEM768X25519PrivateKey(*sealing_private_keys(seed.reveal()))
            return self._openers[key_id]

    def _drop_openers(self) -> None:
        """Keep no private key whose seed was destroyed, by this process or by another one."""
        for key_id in self._openers.keys() - self._state.sealing.keys():
            del self._openers[key_id]

    def certification_key(self, name: str) -> rsa.RSAPrivateKey:
        """Return the RSA-2048 key under `name`, made on first use."""
        with self._lock:
            if name not in self._rsa:
                der = self._made(lambda s: s.certification, name, _new_rsa)
                key = serialization.load_der_private_key(der, password=None)
                if not isinstance(key, rsa.RSAPrivateKey):
                    raise WrongPurpose(purpose=name)
                self._rsa[name] = key
            return self._rsa[name]

    def store_share(self, name: str, share: bytes) -> None:
        """Keep `share` under `name`; the same value again changes nothing.

        Raises:
            ShareTaken: another value is kept under `name`.
        """
        with self._lock:
            kept = self._made(lambda s: s.shares, name, lambda: share)
            if not equal(kept, share):
                raise ShareTaken(name=name)

    def share(self, name: str) -> SecretKey:
        """Return the share under `name`.

        Raises:
            ShareUnknown: nothing is kept under `name`.
        """
        with self._lock:
            if name not in self._state.shares:
                self._refresh()
            kept = self._state.shares.get(name)
            if kept is None:
                raise ShareUnknown(name=name)
            return SecretKey(kept)


def _new_rsa() -> bytes:
    key = rsa.generate_private_key(public_exponent=_RSA_EXPONENT, key_size=_RSA_BITS)
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class MemoryKeystore(SoftwareKeystore):
    """Keys that vanish with the process: tests and worlds that need no yesterday.

    Every key derives from one draw of `randomness` and its own name: with a seeded source an institution has the same
    keys whatever order they are first used in. RSA keys are the exception.
    """

    def __init__(self, randomness: Randomness) -> None:
        super().__init__(randomness, KeyState())
        self._root = SecretKey(randomness.bytes(SECRET_BYTES))

    def _fresh(self, name: str, length: int) -> bytes:
        """Return `length` bytes derived for the key `name`."""
        blocks = (
            hmac_sha512(self._root.reveal(), framed("memory-keystore", name.encode(), counter.to_bytes(4, "big")))
            for counter in range(-(-length // 64))
        )
        return b"".join(blocks)[:length]

"""A keystore in one encrypted file: scrypt (RFC 7914) from a passphrase, AES-256-GCM over the whole content.

File: magic and version ‖ JSON header length and header (scrypt cost and salt) ‖ nonce ‖ ciphertext; everything before
the ciphertext is associated data. Each change rewrites the file beside the old one and renames it into place, durable
before the key is used; a lock file lets several processes of one institution share the store.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from mizuhiki.crypto.keystore.purposes import (
    KeystoreExists,
    KeystoreMissing,
    KeystoreOfAnotherVersion,
    KeystorePassphraseWrong,
    SecretKey,
)
from mizuhiki.crypto.keystore.software import SoftwareKeystore
from mizuhiki.crypto.keystore.state import KeyState
from mizuhiki.crypto.randomness import Randomness, SystemRandomness
from mizuhiki.vocabulary.typed_values import read_json, read_msgpack

T = TypeVar("T")
_MAGIC: Final = b"MIZUHIKI-KEYS\x00"
_VERSION: Final = b"\x01"
_LENGTH_BYTES = 4
_NONCE_BYTES = 12
_SALT_BYTES = 16
_MOST_MEMORY = 2**30


class KdfCost(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """scrypt parameters; the default needs 128 MiB and about half a second once per start."""

    n: int = 2**17
    r: int = 8
    p: int = 1


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    cost: KdfCost
    salt: bytes


class _Sealed:
    """The file format: reads and writes a `KeyState` under one derived key."""

    __slots__ = ("_key", "_prefix")

    def __init__(self, header: _Header, passphrase: str) -> None:
        cost = header.cost
        kdf = Scrypt(salt=header.salt, length=32, n=cost.n, r=cost.r, p=cost.p)
        self._key = SecretKey(kdf.derive(passphrase.encode("utf-8")))
        encoded = msgspec.json.encode(header)
        self._prefix = _MAGIC + _VERSION + len(encoded).to_bytes(_LENGTH_BYTES, "big") + encoded

    def encode(self, state: KeyState, nonce: bytes) -> bytes:
        plaintext = msgspec.msgpack.encode(state)
        return self._prefix + nonce + AESGCM(self._key.reveal()).encrypt(nonce, plaintext, self._prefix)

    def decode(self, content: bytes) -> KeyState:
        start = len(self._prefix)
        nonce, ciphertext = content[start : start + _NONCE_BYTES], content[start + _NONCE_BYTES :]
        if not content.startswith(self._prefix) or len(nonce) != _NONCE_BYTES:
            raise KeystorePassphraseWrong
        try:
            plaintext = AESGCM(self._key.reveal()).decrypt(nonce, ciphertext, self._prefix)
        except InvalidTag as cause:
            raise KeystorePassphraseWrong from cause
        try:
            return read_msgpack(plaintext, KeyState)
        except msgspec.DecodeError as cause:
            raise KeystoreOfAnotherVersion from cause


def _read_header(content: bytes) -> _Header:
    start = len(_MAGIC) + len(_VERSION)
    if content[:start] != _MAGIC + _VERSION:
        raise KeystoreOfAnotherVersion
    length = int.from_bytes(content[start : start + _LENGTH_BYTES], "big")
    try:
        header = read_json(content[start + _LENGTH_BYTES :][:length], _Header)
    except (msgspec.DecodeError, UnicodeDecodeError) as cause:
        raise KeystoreOfAnotherVersion from cause
    cost = header.cost
    power_of_two = cost.n > 1 and cost.n & (cost.n - 1) == 0
    if not power_of_two or min(cost.r, cost.p) < 1 or 128 * cost.n * cost.r * cost.p > _MOST_MEMORY:
        raise KeystoreOfAnotherVersion
    return header


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as cause:
        raise KeystoreMissing from cause


def _write_durably(path: Path, content: bytes) -> None:
    """Replace `path` by `content`: the file is either the old or the new one whenever power fails."""
    beside = path.with_name(path.name + ".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb", closefd=False) as stream:
            stream.write(content)
        os.fsync(handle)
    finally:
        os.close(handle)
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Hold the lock that makes read-change-write one step between processes."""
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class FileKeystore(SoftwareKeystore):
    """An institution's keys in one encrypted file; made by `create`, found again by `open`."""

    def __init__(self, path: Path, sealed: _Sealed, state: KeyState, randomness: Randomness) -> None:
        super().__init__(randomness, state)
        self._path = path
        self._sealed = sealed

    @classmethod
    def create(cls, path: Path, passphrase: str, randomness: Randomness, cost: KdfCost | None = None) -> FileKeystore:
        """Make an empty keystore at `path` (mode 0600).

        Raises:
            KeystoreExists: there is a file already.
        """
        header = _Header(cost=cost or KdfCost(), salt=SystemRandomness().bytes(_SALT_BYTES))
        sealed = _Sealed(header, passphrase)
        with _exclusive(path):
            if path.exists():
                raise KeystoreExists
            _write_durably(path, sealed.encode(KeyState(), SystemRandomness().bytes(_NONCE_BYTES)))
        return cls(path, sealed, KeyState(), randomness)

    @classmethod
    def open(cls, path: Path, passphrase: str, randomness: Randomness | None = None) -> FileKeystore:
        """Open the keystore at `path`; new keys come from `randomness`, by default the system's.

        Raises:
            KeystoreMissing: there is no file.
            KeystoreOfAnotherVersion: not a keystore of this version.
            KeystorePassphraseWrong: wrong passphrase, or the file was altered.
        """
        content = _read(path)
        sealed = _Sealed(_read_header(content), passphrase)
        return cls(path, sealed, sealed.decode(content), randomness or SystemRandomness())

    def _change(self, change: Callable[[KeyState], T]) -> T:
        """Apply a change to the newest state on disk and write it back before anybody sees the result.

        The nonce is the system's own: a seeded generator must never repeat one under the file's key.
        """
        with _exclusive(self._path):
            state = self._sealed.decode(_read(self._path))
            result = change(state)
            _write_durably(self._path, self._sealed.encode(state, SystemRandomness().bytes(_NONCE_BYTES)))
        self._state = state
        return result

    def _refresh(self) -> None:
        self._state = self._sealed.decode(_read(self._path))

"""What keys are for. A key lives under its purpose and cannot be fetched for another one."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from mizuhiki.vocabulary.errors import Corrupt, Malformed, NotFound
from mizuhiki.vocabulary.sensitive import Sensitive


class SigningPurpose(enum.StrEnum):
    """Uses of an institution's Ed25519 keys."""

    OBJECT = "object"
    """Objects that count in law: inquiries, tickets, statements, sealed envelopes."""
    HOP = "hop"
    """HTTP message signatures between neighbours."""
    CHECKPOINT = "checkpoint"
    """Ledger checkpoints and co-signatures."""


class SecretPurpose(enum.StrEnum):
    """Uses of an institution's 32-byte symmetric secrets."""

    NUMBER_AT_REST = "number-at-rest"
    NUMBER_INDEX = "number-index"
    NUMBER_GENERATION = "number-generation"
    """FF1 key of the number; can never rotate, because numbers made under a second key would collide."""
    PERSON_SEED = "person-seed"
    """The register's `k_reg`."""
    PERSON_SEED_AT_REST = "person-seed-at-rest"
    CODE_AT_REST = "code-at-rest"
    CODE_INDEX = "code-index"
    CONVERTER_MASTER = "converter-master"
    CONVERTER_KEY = "converter-key"
    LEDGER_INDEX = "ledger-index"
    LEDGER_AT_REST = "ledger-at-rest"
    SESSION = "session"
    ADDRESSEE_INDEX = "addressee-index"
    ADDRESSEE_AT_REST = "addressee-at-rest"
    OUTBOX_AT_REST = "outbox-at-rest"
    INBOX_AT_REST = "inbox-at-rest"
    PSEUDONYM_AT_REST = "pseudonym-at-rest"
    PSEUDONYM_INDEX = "pseudonym-index"
    PERSON_AT_REST = "person-at-rest"
    PERSON_INDEX = "person-index"
    CERTIFICATE_INDEX = "certificate-index"
    CARD_ISSUER = "card-issuer"
    """The master from which the keys of every card's issuer session are derived; nationwide, since people move."""
    CASE_REFERENCE = "case-reference"
    """Code of the business system's file number in a case, so that who guesses a number cannot see that it is right."""
    PROOF_DRAW = "proof-draw"
    """Which sections this institution wants proved; a converter must not foresee it."""


class SecretKey(Sensitive[bytes]):
    """Secret bytes: a symmetric key or a scalar."""

    __slots__ = ()


class SealingPublicKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One HPKE public key (ML-KEM-768 1184 bytes ‖ X25519 32 bytes) and when senders may seal to it."""

    key_id: str
    public_key: bytes
    valid_from: datetime
    valid_until: datetime


class Signer(Protocol):
    """Signs with one Ed25519 key that may live in a device."""

    @property
    def public_key(self) -> bytes:
        """The raw 32-byte Ed25519 public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature over `message`."""
        ...


class Keystore(Protocol):
    """An institution's keys. Keys are made on first use and kept under their purpose."""

    def signer(self, purpose: SigningPurpose) -> Signer:
        """Return the signer for `purpose`."""
        ...

    def secret(self, purpose: SecretPurpose) -> SecretKey:
        """Return the 32-byte secret for `purpose`."""
        ...

    def sealing_keys(self, now: datetime) -> list[SealingPublicKey]:
        """Return the keys to publish at `now`: the day's (JST), and from 18:00 JST the next day's as well."""
        ...

    def sealing_private(self, key_id: str) -> SecretKey:
        """Return the 96-byte private seed (ML-KEM-768 64 ‖ X25519 32) of a published key.

        Raises:
            SealingKeyUnknown: never ours, or its eight days have passed.
        """
        ...

    def sealing_opener(self, key_id: str) -> MLKEM768X25519PrivateKey:
        """Return the private key of a published key, ready to open envelopes with; it is kept no longer than its seed.

        Raises:
            SealingKeyUnknown: never ours, or its eight days have passed.
        """
        ...

    def certification_key(self, name: str) -> RSAPrivateKey:
        """Return the RSA-2048 key under `name`, usable with the builders of `cryptography.x509`."""
        ...

    def store_share(self, name: str, share: bytes) -> None:
        """Keep a 32-byte share or pseudonym key under `name`; storing another value under the name is refused."""
        ...

    def share(self, name: str) -> SecretKey:
        """Return what `store_share` kept.

        Raises:
            ShareUnknown: nothing is kept under `name`.
        """
        ...


class SealingKeyUnknown(NotFound):
    """The envelope names a sealing key that is not ours or no longer kept."""

    code = "sealing-key-unknown"
    title = "The sealing key is not known here"


class ShareUnknown(NotFound):
    """No key share is kept under that name."""

    code = "key-share-unknown"
    title = "No key share under that name"


class ShareTaken(Corrupt):
    """Another value is already kept under that name; a share is never overwritten."""

    code = "key-share-taken"
    title = "Another key share is kept under that name"


class WrongPurpose(Malformed):
    """A key was asked for under something that is no purpose of its kind."""

    code = "wrong-key-purpose"
    title = "That is not a purpose of this kind of key"


class KeystorePassphraseWrong(Corrupt):
    """The passphrase does not open the file, or the file was altered; the two cannot be told apart."""

    code = "keystore-passphrase-wrong"
    title = "The keystore does not open with this passphrase"


class KeystoreOfAnotherVersion(Corrupt):
    """The file was written by another version of the format, or is not a keystore."""

    code = "keystore-of-another-version"
    title = "The keystore is of another version"


class KeystoreExists(Corrupt):
    """There is a keystore at that path already; creating would destroy its keys."""

    code = "keystore-exists"
    title = "A keystore exists there already"


class KeystoreMissing(NotFound):
    """There is no keystore at that path."""

    code = "keystore-missing"
    title = "There is no keystore there"


class KeystoreDeviceUnavailable(Corrupt):
    """The key device does not open, or lacks what the keystore needs."""

    code = "keystore-device-unavailable"
    title = "The key device cannot be used"

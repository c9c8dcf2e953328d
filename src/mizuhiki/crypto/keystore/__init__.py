"""An institution's keys, each under its purpose: in memory, in an encrypted file, or in a PKCS#11 device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mizuhiki.crypto.keystore.file import FileKeystore, KdfCost
from mizuhiki.crypto.keystore.purposes import (
    Keystore,
    KeystoreDeviceUnavailable,
    KeystoreExists,
    KeystoreMissing,
    KeystoreOfAnotherVersion,
    KeystorePassphraseWrong,
    SealingKeyUnknown,
    SealingPublicKey,
    SecretKey,
    SecretPurpose,
    ShareTaken,
    ShareUnknown,
    Signer,
    SigningPurpose,
    WrongPurpose,
)
from mizuhiki.crypto.keystore.software import MemoryKeystore

if TYPE_CHECKING:
    from mizuhiki.crypto.keystore.pkcs11_store import Pkcs11Keystore

__all__ = [
    "FileKeystore",
    "KdfCost",
    "Keystore",
    "KeystoreDeviceUnavailable",
    "KeystoreExists",
    "KeystoreMissing",
    "KeystoreOfAnotherVersion",
    "KeystorePassphraseWrong",
    "MemoryKeystore",
    "Pkcs11Keystore",
    "SealingKeyUnknown",
    "SealingPublicKey",
    "SecretKey",
    "SecretPurpose",
    "ShareTaken",
    "ShareUnknown",
    "Signer",
    "SigningPurpose",
    "WrongPurpose",
]


def __getattr__(name: str) -> object:
    """Load the device keystore only when it is asked for: its binding takes a fifth of a second to import."""
    if name == "Pkcs11Keystore":
        from mizuhiki.crypto.keystore.pkcs11_store import Pkcs11Keystore  # noqa: PLC0415 - loaded on demand

        return Pkcs11Keystore
    raise AttributeError(name)

"""An institution's keys, each under its purpose: in memory, in an encrypted file, or in a PKCS#11 device."""

from __future__ import annotations

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

"""Objects of a PKCS#11 device that this system uses (OASIS PKCS #11 v3.0): signing keys and one wrapping key.

Private keys are generated inside the device, sensitive and not extractable. The binding initialises the device library
without locking, so every call of this process holds one lock. A token is logged into once per process: a second
keystore on it in the same process is refused; several processes share it. The first start on a new token is made by
one process alone: two that generate one key at once leave a token that is refused.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

import pkcs11
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm

from mizuhiki.crypto.keystore.purposes import KeystoreDeviceUnavailable
from mizuhiki.crypto.randomness import SystemRandomness

_ED25519: Final = bytes.fromhex("06032b6570")
"""DER of the object identifier 1.3.101.112 (RFC 8410)."""
_RSA_BITS: Final = 2048
_WRAPPING_LABEL: Final = "mizuhiki/wrapping"
_NONCE_BYTES: Final = 12
_TAG_BITS: Final = 128
_POINT_BYTES: Final = 32
_library_lock = threading.RLock()


class Device:
    """One opened token."""

    def __init__(self, module: str, token_label: str, pin: str) -> None:
        with _library_lock:
            try:
                library = pkcs11.lib(module)
                self._session: Any = library.get_token(token_label=token_label).open(user_pin=pin, rw=True)
            except (pkcs11.exceptions.PKCS11Error, RuntimeError) as cause:
                raise KeystoreDeviceUnavailable(token=token_label, error=type(cause).__name__) from cause

    def close(self) -> None:
        """End the session; keys fetched from it can no longer be used."""
        with self.calls():
            self._session.close()

    @contextmanager
    def calls(self) -> Iterator[Any]:
        """Hold the device for some calls and name its errors.

        Raises:
            KeystoreDeviceUnavailable: the device refused or failed.
        """
        with _library_lock:
            try:
                yield self._session
            except pkcs11.exceptions.PKCS11Error as cause:
                raise KeystoreDeviceUnavailable(error=type(cause).__name__) from cause

    def _key_pair(self, label: str, key_type: pkcs11.KeyType) -> tuple[Any, Any] | None:
        try:
            private = self._session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, key_type=key_type, label=label)
            public = self._session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, key_type=key_type, label=label)
        except pkcs11.exceptions.NoSuchKey:
            return None
        return public, private

    def ed25519(self, label: str) -> DeviceSigner:
        """Return the signer of the Ed25519 key `label`, generated inside on first use."""
        with self.calls() as session:
            pair = self._key_pair(label, pkcs11.KeyType.EC_EDWARDS)
            if pair is None:
                curve = session.create_domain_parameters(
                    pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: _ED25519}, local=True
                )
                pair = curve.generate_keypair(
                    mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label=label
                )
            public, private = pair
            # The device gives the point inside an OCTET STRING; some give it bare.
            return DeviceSigner(self, private, bytes(public[pkcs11.Attribute.EC_POINT])[-_POINT_BYTES:])

    def rsa(self, label: str) -> DeviceRsaKey:
        """Return the RSA-2048 key `label`, generated inside on first use."""
        with self.calls() as session:
            pair = self._key_pair(label, pkcs11.KeyType.RSA)
            if pair is None:
                pair = session.generate_keypair(pkcs11.KeyType.RSA, _RSA_BITS, store=True, label=label)
            public, private = pair
            numbers = rsa.RSAPublicNumbers(
                e=int.from_bytes(public[pkcs11.Attribute.PUBLIC_EXPONENT], "big"),
                n=int.from_bytes(public[pkcs11.Attribute.MODULUS], "big"),
            )
            return DeviceRsaKey(self, private, numbers.public_key())

    def _wrapping_key(self) -> Any:  # noqa: ANN401 - the binding ships no types
        try:
            return self._session.get_key(object_class=pkcs11.ObjectClass.SECRET_KEY, label=_WRAPPING_LABEL)
        except pkcs11.exceptions.NoSuchKey:
            return self._session.generate_key(
                pkcs11.KeyType.AES, 256, store=True, label=_WRAPPING_LABEL, mechanism=pkcs11.Mechanism.AES_KEY_GEN
            )

    def store(self, label: str, content: bytes) -> None:
        """Keep `content` under `label`, encrypted by the device's wrapping key (AES-256-GCM, bound to the label)."""
        nonce = SystemRandomness().bytes(_NONCE_BYTES)
        with self.calls() as session:
            wrapped = self._wrapping_key().encrypt(
                content,
                mechanism=pkcs11.Mechanism.AES_GCM,
                mechanism_param=pkcs11.GCMParams(nonce, label.encode(), _TAG_BITS),
            )
            session.create_object(
                {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.DATA,
                    pkcs11.Attribute.TOKEN: True,
                    pkcs11.Attribute.PRIVATE: True,
                    pkcs11.Attribute.LABEL: label,
                    pkcs11.Attribute.VALUE: nonce + wrapped,
                }
            )

    def stored(self) -> dict[str, bytes]:
        """Return everything `store` kept, decrypted inside the device.

        Of two contents under one label, which two processes can make at once, the same one wins everywhere: the least.

        Raises:
            KeystoreDeviceUnavailable: also where a content was altered or moved to another label.
        """
        found: dict[str, bytes] = {}
        with self.calls() as session:
            # The search ends before anything else is asked: a session has one search at a time.
            for entry in list(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.DATA})):
                label, value = str(entry[pkcs11.Attribute.LABEL]), bytes(entry[pkcs11.Attribute.VALUE])
                parameters = pkcs11.GCMParams(value[:_NONCE_BYTES], label.encode(), _TAG_BITS)
                content = self._wrapping_key().decrypt(
                    value[_NONCE_BYTES:], mechanism=pkcs11.Mechanism.AES_GCM, mechanism_param=parameters
                )
                found[label] = min(bytes(content), found.get(label, bytes(content)))
        return found

    def destroy(self, label: str) -> None:
        """Destroy what is kept under `label`."""
        with self.calls() as session:
            wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.DATA, pkcs11.Attribute.LABEL: label}
            for entry in list(session.get_objects(wanted)):
                entry.destroy()


class DeviceSigner:
    """An Ed25519 key that stays in the device."""

    __slots__ = ("_device", "_private", "public_key")

    def __init__(self, device: Device, private: Any, public_key: bytes) -> None:  # noqa: ANN401 - untyped binding
        self._device = device
        self._private = private
        self.public_key: bytes = public_key

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over `message`, made in the device."""
        with self._device.calls():
            return bytes(self._private.sign(message, mechanism=pkcs11.Mechanism.EDDSA))


class DeviceRsaKey(rsa.RSAPrivateKey):
    """An RSA key that stays in the device, in the shape the X.509 builders take; PKCS#1 v1.5 with SHA-256 only."""

    def __init__(self, device: Device, private: Any, public: rsa.RSAPublicKey) -> None:  # noqa: ANN401 - untyped binding
        self._device = device
        self._private = private
        self._public = public

    @property
    def key_size(self) -> int:
        """Bits of the modulus."""
        return self._public.key_size

    def public_key(self) -> rsa.RSAPublicKey:
        """Return the public half."""
        return self._public

    def sign(self, data: Any, padding_: AsymmetricPadding, algorithm: Prehashed | HashAlgorithm | object) -> bytes:  # noqa: ANN401 - buffer
        """Return the signature over `data`, made in the device."""
        if not isinstance(padding_, padding.PKCS1v15) or not isinstance(algorithm, SHA256):
            self._refuse()
        with self._device.calls():
            return bytes(self._private.sign(bytes(data), mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))

    def _refuse(self) -> NoReturn:
        raise TypeError("a device key signs PKCS#1 v1.5 with SHA-256 and does nothing else")

    def decrypt(self, ciphertext: bytes, padding: AsymmetricPadding) -> bytes:
        """Refused: certification keys sign."""
        del ciphertext, padding
        self._refuse()

    def private_numbers(self) -> rsa.RSAPrivateNumbers:
        """Refused: the key does not leave the device."""
        self._refuse()

    def private_bytes(self, encoding: object, format: object, encryption_algorithm: object) -> bytes:  # noqa: A002 - the interface's name
        """Refused: the key does not leave the device."""
        del encoding, format, encryption_algorithm
        self._refuse()

    def __copy__(self) -> DeviceRsaKey:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> DeviceRsaKey:
        return self

"""Private keys of a card's chip, and the encryption of the chip's own stored state.

A `CardKey` signs and shows its public half; it has no export, copies only to itself and refuses to be pickled. The
key objects live in a registry of this module, not in the `CardKey`, so walking a chip's attributes never meets one. The
only bytes that carry a private key are made by `CardVault.wrap_key`, encrypted for the chip's own store, and only
`CardVault.unwrap_key` turns them back, into another `CardKey` (R-146, R-197).

A software chip cannot resist somebody who reads this process's memory; hardware does. What is promised here is that
no code path hands a private key to a caller.
"""

from __future__ import annotations

import enum
from typing import NoReturn, SupportsIndex
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from cryptography.x509 import load_der_x509_certificate

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.errors import Corrupt, Malformed, Refused

SHA256_DIGEST_INFO_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
"""DER of DigestInfo up to the 32-byte SHA-256 value (RFC 8017 §9.2 note 1)."""

_MAGIC = b"MZCARD1\x00"
_SALT_LENGTH = 16
_NONCE_LENGTH = 12
_SCRYPT_COST = 2**14
_KEY_SECRET_LENGTH = 32
_LEAST_RSA_BITS = 2048


class CardKeyAlgorithm(enum.StrEnum):
    """Key types a card generation may name."""

    RSA_2048 = "rsa-2048"
    P384 = "p-384"
    """The next generation's: ECDSA with SHA-384."""


class CardKeyInputRefused(Malformed):
    """The bytes to sign are empty, too long for the key (PKCS#1 v1.5 needs eleven bytes), or no digest of its curve."""

    code = "card-key-input-refused"
    title = "The card cannot sign a message of this length"


class CardSignatureInvalid(Refused):
    """The signature is not by this key over this message, or the key cannot be read."""

    code = "chip-signature-invalid"
    title = "The signature does not verify"


class CardImageUnreadable(Corrupt):
    """The stored card state is damaged, belongs to another card format, or the secret is wrong."""

    code = "card-image-unreadable"
    title = "The stored card cannot be opened"


class CardKey:
    """A private key inside a chip: made there, used there, never taken out."""

    __slots__ = ("__weakref__", "_public")

    def __init__(self, public_key: bytes) -> None:
        self._public = public_key

    @classmethod
    def generate(cls, algorithm: CardKeyAlgorithm) -> CardKey:
        """Make a new key; the operating system's generator is used, because the library accepts no other."""
        if algorithm is CardKeyAlgorithm.RSA_2048:
            return _hold(rsa.generate_private_key(public_exponent=65537, key_size=2048))
        if algorithm is CardKeyAlgorithm.P384:
            return _hold(ec.generate_private_key(ec.SECP384R1()))
        raise ValueError(f"no such card key algorithm: {algorithm}")

    @property
    def algorithm(self) -> CardKeyAlgorithm:
        """What kind of key it is."""
        return CardKeyAlgorithm.RSA_2048 if isinstance(_KEYS[self], rsa.RSAPrivateKey) else CardKeyAlgorithm.P384

    @property
    def public_key(self) -> bytes:
        """The public half as DER SubjectPublicKeyInfo."""
        return self._public

    def sign_raw(self, message: bytes) -> bytes:
        """Return the PKCS#1 v1.5 signature over `message` as given (a DigestInfo, or what the caller answers for).

        A P-384 key signs `message` as the 48 bytes of a SHA-384 and returns the DER form.

        Raises:
            CardKeyInputRefused: `message` is empty or longer than the modulus less eleven bytes (245 for RSA-2048), or
                for P-384 not 48 bytes.
        """
        key = _KEYS[self]
        if isinstance(key, ec.EllipticCurvePrivateKey):
            if len(message) != SHA384.digest_size:
                raise CardKeyInputRefused(length=len(message))
            return key.sign(message, ec.ECDSA(Prehashed(SHA384())))
        if not 1 <= len(message) <= key.key_size // 8 - 11:
            raise CardKeyInputRefused(length=len(message))
        return key.sign(message, padding.PKCS1v15(), NoDigestInfo())

    def sign_pss(self, digest: bytes) -> bytes:
        """Return the RSASSA-PSS signature over a SHA-256 `digest`, salt of 32 bytes.

        Raises:
            CardKeyInputRefused: not 32 bytes, or the key is no RSA key.
        """
        key = _KEYS[self]
        if not isinstance(key, rsa.RSAPrivateKey) or len(digest) != SHA256.digest_size:
            raise CardKeyInputRefused(length=len(digest))
        scheme = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=SHA256.digest_size)
        return key.sign(digest, scheme, Prehashed(SHA256()))

    def sign_message(self, message: bytes) -> bytes:
        """Return what `verify_card_signature` accepts: PKCS#1 v1.5 with SHA-256, or ECDSA with SHA-384."""
        key = _KEYS[self]
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(message, ec.ECDSA(SHA384()))
        return key.sign(message, padding.PKCS1v15(), SHA256())

    def __repr__(self) -> str:
        return "CardKey(<private>)"

    def __copy__(self) -> CardKey:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> CardKey:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a card key cannot be serialised")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a card key cannot be serialised")


_KEYS: WeakKeyDictionary[CardKey, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey] = WeakKeyDictionary()


class DeskSigner:
    """An issuer's RSA key of a keystore that signs what chips check; the key stays where it is."""

    __slots__ = ("_key",)

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key

    @property
    def public_key(self) -> bytes:
        """The public half as DER SubjectPublicKeyInfo."""
        return self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign_message(self, message: bytes) -> bytes:
        """Return what `verify_card_signature` accepts: PKCS#1 v1.5 with SHA-256."""
        return self._key.sign(message, padding.PKCS1v15(), SHA256())

    def __repr__(self) -> str:
        return "DeskSigner(<private>)"


def verify_card_signature(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Check what `CardKey.sign_message` makes; `public_key` is DER SubjectPublicKeyInfo.

    Raises:
        CardSignatureInvalid: it does not verify, or the key is neither RSA of 2048 bits or more nor P-384.
    """
    try:
        key = load_der_public_key(public_key)
        if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
            key.verify(signature, message, padding.PKCS1v15(), SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1):
            key.verify(signature, message, ec.ECDSA(SHA384()))
        else:
            raise CardSignatureInvalid
    except (InvalidSignature, ValueError, UnsupportedAlgorithm) as error:
        raise CardSignatureInvalid from error


def algorithm_of_certificate(certificate: bytes) -> CardKeyAlgorithm | None:
    """Return what kind of card key a certificate (DER) is for; None for a kind no card has.

    Raises:
        ValueError: it is no certificate.
    """
    key = load_der_x509_certificate(certificate).public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size == _LEAST_RSA_BITS:
        return CardKeyAlgorithm.RSA_2048
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1):
        return CardKeyAlgorithm.P384
    return None


def public_key_elements(public_key: bytes) -> dict[int, bytes]:
    """Return a DER public key as card elements: 90 exponent and 91 modulus, or 86 uncompressed point.

    Raises:
        CardSignatureInvalid: it is neither RSA nor P-384.
    """
    key = load_der_public_key(public_key)
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return {0x90: numbers.e.to_bytes(3, "big"), 0x91: numbers.n.to_bytes(key.key_size // 8, "big")}
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1):
        return {0x86: key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)}
    raise CardSignatureInvalid


def public_key_of_elements(elements: dict[int, bytes]) -> bytes:
    """Return the DER public key of card elements.

    Raises:
        CardSignatureInvalid: they are no key.
    """
    try:
        key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey
        if set(elements) == {0x90, 0x91}:
            exponent, modulus = (int.from_bytes(elements[tag], "big") for tag in (0x90, 0x91))
            key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
        elif set(elements) == {0x86}:
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), elements[0x86])
        else:
            raise CardSignatureInvalid
    except ValueError as error:
        raise CardSignatureInvalid from error
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _hold(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> CardKey:
    """Register `key` and return the handle that is all a caller sees of it."""
    handle = CardKey(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    _KEYS[handle] = key
    return handle


class CardSecret:
    """What opens one card's store: a passphrase (stretched with scrypt) or 32 random bytes (used through HKDF)."""

    __slots__ = ("_secret", "_stretched")

    def __init__(self, secret: bytes, *, stretched: bool) -> None:
        self._secret = secret
        self._stretched = stretched

    @classmethod
    def from_passphrase(cls, passphrase: str) -> CardSecret:
        """Use a passphrase of a person; opening costs some tens of milliseconds on purpose."""
        if not passphrase:
            raise ValueError("the passphrase is empty")
        return cls(passphrase.encode("utf-8"), stretched=True)

    @classmethod
    def from_key(cls, key: bytes) -> CardSecret:
        """Use 32 random bytes from a keystore."""
        if len(key) != _KEY_SECRET_LENGTH:
            raise ValueError("the card store key must have 32 bytes")
        return cls(key, stretched=False)

    def __repr__(self) -> str:
        return "CardSecret(<redacted>)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a card secret cannot be serialised")

    def vault(self, salt: bytes) -> CardVault:
        """Derive the vault of the card whose store carries `salt`."""
        base = self._secret
        if self._stretched:
            base = Scrypt(salt=salt, length=32, n=_SCRYPT_COST, r=8, p=1).derive(base)
        derived = HKDF(algorithm=SHA256(), length=64, salt=salt, info=b"mizuhiki/v1/card-vault").derive(base)
        return CardVault(salt, derived[:32], derived[32:])


class CardVault:
    """Encrypts one card's state and wraps its keys, under two different AES-256-GCM keys."""

    __slots__ = ("_image", "_salt", "_wrap")

    def __init__(self, salt: bytes, image_key: bytes, wrap_key: bytes) -> None:
        self._salt = salt
        self._image = AESGCM(image_key)
        self._wrap = AESGCM(wrap_key)

    @classmethod
    def create(cls, secret: CardSecret, randomness: Randomness) -> CardVault:
        """Make the vault of a new card."""
        return secret.vault(randomness.bytes(_SALT_LENGTH))

    @classmethod
    def of_image(cls, secret: CardSecret, sealed: bytes) -> CardVault:
        """Find the vault that made `sealed`.

        Raises:
            CardImageUnreadable: this is no card image.
        """
        if not sealed.startswith(_MAGIC) or len(sealed) < len(_MAGIC) + _SALT_LENGTH + _NONCE_LENGTH:
            raise CardImageUnreadable
        return secret.vault(sealed[len(_MAGIC) : len(_MAGIC) + _SALT_LENGTH])

    def __repr__(self) -> str:
        return "CardVault(<redacted>)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a card vault cannot be serialised")

    def seal_image(self, image: bytes, randomness: Randomness) -> bytes:
        """Encrypt the chip's state: magic ‖ salt ‖ nonce ‖ ciphertext, the first two authenticated."""
        header = _MAGIC + self._salt
        nonce = randomness.bytes(_NONCE_LENGTH)
        return header + nonce + self._image.encrypt(nonce, image, header)

    def open_image(self, sealed: bytes) -> bytes:
        """Decrypt the chip's state.

        Raises:
            CardImageUnreadable: damaged, of another card, or the secret is wrong.
        """
        header = _MAGIC + self._salt
        body = sealed.removeprefix(header)
        try:
            return self._image.decrypt(body[:_NONCE_LENGTH], body[_NONCE_LENGTH:], header)
        except (InvalidTag, ValueError) as error:
            raise CardImageUnreadable from error

    def wrap_key(self, key: CardKey, *, name: str, randomness: Randomness) -> bytes:
        """Encrypt `key` for the chip's store, bound to its place `name`."""
        plain = _KEYS[key].private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        nonce = randomness.bytes(_NONCE_LENGTH)
        return nonce + self._wrap.encrypt(nonce, plain, name.encode("utf-8"))

    def unwrap_key(self, wrapped: bytes, *, name: str) -> CardKey:
        """Turn a wrapped key back into a usable one that is as closed as the first.

        Raises:
            CardImageUnreadable: damaged, of another card or of another place in it.
        """
        try:
            plain = self._wrap.decrypt(wrapped[:_NONCE_LENGTH], wrapped[_NONCE_LENGTH:], name.encode("utf-8"))
        except (InvalidTag, ValueError) as error:
            raise CardImageUnreadable from error
        # Our own authenticated bytes: the costly consistency check of the primes was made when the key was.
        key = load_der_private_key(plain, password=None, unsafe_skip_rsa_key_validation=True)
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise CardImageUnreadable
        return _hold(key)

"""Stored verifiers of staff passphrases: scrypt (RFC 7914) with a salt of its own each.

The stored text is ``scrypt$<n>$<r>$<p>$<salt>$<hash>``, so the cost can be raised later without losing old accounts.
Default cost: 32 MiB and three passes, one of the equivalent settings of the OWASP password storage advice.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.errors import Corrupt, Refused

_SALT_BYTES = 16
_HASH_BYTES = 32
_PARTS = 6


class PassphraseWrong(Refused):
    """The passphrase is not the one stored."""

    code = "passphrase-wrong"
    title = "The account or the passphrase is wrong"


class PassphraseRecordDamaged(Corrupt):
    """A stored verifier cannot be read."""

    code = "passphrase-record-damaged"
    title = "A stored passphrase record cannot be read"


@dataclass(frozen=True, slots=True)
class ScryptCost:
    """Cost parameters of RFC 7914 §2: N (a power of two), r, p."""

    n: int = 2**15
    r: int = 8
    p: int = 3


OF_PRINTED = ScryptCost(n=2**12, r=8, p=1)
"""For passphrases that the demo country prints for everybody: what a cost guards is known already (decision 94)."""


def hash_passphrase(passphrase: str, randomness: Randomness, cost: ScryptCost | None = None) -> str:
    """Return the text to store for a passphrase."""
    chosen = cost or ScryptCost()
    salt = randomness.bytes(_SALT_BYTES)
    digest = _scrypt(salt, chosen).derive(passphrase.encode())
    return "$".join(("scrypt", str(chosen.n), str(chosen.r), str(chosen.p), _text(salt), _text(digest)))


def unmatched_passphrase(randomness: Randomness, cost: ScryptCost | None = None) -> str:
    """Return a text that no passphrase fits and that takes as long to check as a real one.

    What it claims to be the hash is drawn, so nothing has to be derived to make it.
    """
    chosen = cost or ScryptCost()
    salt, digest = randomness.bytes(_SALT_BYTES), randomness.bytes(_HASH_BYTES)
    return "$".join(("scrypt", str(chosen.n), str(chosen.r), str(chosen.p), _text(salt), _text(digest)))


def verify_passphrase(passphrase: str, stored: str) -> None:
    """Check a passphrase against its stored text, in the same time whether right or wrong.

    Raises:
        PassphraseWrong: it is another one.
        PassphraseRecordDamaged: `stored` was not made by `hash_passphrase`.
    """
    parts = stored.split("$")
    if len(parts) != _PARTS or parts[0] != "scrypt":
        raise PassphraseRecordDamaged
    try:
        cost = ScryptCost(*(int(number) for number in parts[1:4]))
        salt, digest = (base64.b64decode(part, validate=True) for part in parts[4:])
    except ValueError as error:
        raise PassphraseRecordDamaged from error
    try:
        _scrypt(salt, cost).verify(passphrase.encode(), digest)
    except InvalidKey as error:
        raise PassphraseWrong from error


def _scrypt(salt: bytes, cost: ScryptCost) -> Scrypt:
    return Scrypt(salt=salt, length=_HASH_BYTES, n=cost.n, r=cost.r, p=cost.p)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")

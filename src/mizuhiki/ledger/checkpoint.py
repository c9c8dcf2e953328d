"""Checkpoints and co-signatures in the C2SP text forms `tlog-checkpoint`, `signed-note` and `tlog-cosignature` v1.

The log signs under its origin as key name (Ed25519, type 0x01); a witness adds a line with the time at which it checked
the log (Ed25519, type 0x04). A reader ignores lines of keys it does not know, as the note form demands.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.signatures import Ed25519Invalid, verify_ed25519
from mizuhiki.vocabulary.errors import Malformed, Refused
from mizuhiki.vocabulary.ids import InstitutionId

LOG_KEY = 0x01
WITNESS_KEY = 0x04

_DASH = "\u2014"
_NAME = r"[^\s+]+"
_LINE = re.compile(rf"{_DASH} ({_NAME}) ([A-Za-z0-9+/]+=*)")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_ROOT_SIZE = 32
_SIGNATURE_SIZE = 64
_KEY_ID_SIZE = 4
_TIME_SIZE = 8
_BODY_LINES = 3


class CheckpointMalformed(Malformed):
    """Not a checkpoint or signature line in the C2SP form."""

    code = "ledger-checkpoint-malformed"
    title = "The checkpoint cannot be read"


class CheckpointNotSigned(Refused):
    """No valid signature of the log's key, or another log's checkpoint."""

    code = "ledger-checkpoint-not-signed"
    title = "The checkpoint does not carry the signature of the log"


class CosignatureNotValid(Refused):
    """The line is not a valid co-signature of the named witness."""

    code = "ledger-cosignature-not-valid"
    title = "The co-signature is not valid"


class CheckpointSigner(Protocol):
    """What signs: the part of `crypto.keystore.Signer` needed here."""

    @property
    def public_key(self) -> bytes:
        """The raw Ed25519 public key."""

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of `message`."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one size."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The signed text, with its final newline."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line below a note; `signature` is what follows the key id."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH} {self.name} {base64.b64encode(self.key_id + self.signature).decode()}"


def key_name(institution: InstitutionId) -> str:
    """Return the name under which an institution signs logs and co-signs those of others."""
    return f"mizuhiki/{institution}"


def origin_of(institution: InstitutionId, shard: int) -> str:
    """Return the origin of an institution's log for one year."""
    return f"{key_name(institution)}/{shard}"


def key_id(name: str, key_type: int, public_key: bytes) -> bytes:
    """Return the four bytes that name a key in a signature line."""
    return sha256(name.encode() + b"\n" + bytes([key_type]) + public_key)[:_KEY_ID_SIZE]


def parse_line(text: str) -> SignatureLine:
    """Read one signature line, with or without its newline.

    Raises:
        CheckpointMalformed: it is not one.
    """
    found = _LINE.fullmatch(text.removesuffix("\n"))
    if found is None:
        raise CheckpointMalformed(part="signature")
    try:
        raw = base64.b64decode(found[2], validate=True)
    except binascii.Error as error:
        raise CheckpointMalformed(part="signature") from error
    if len(raw) <= _KEY_ID_SIZE:
        raise CheckpointMalformed(part="signature")
    return SignatureLine(found[1], raw[:_KEY_ID_SIZE], raw[_KEY_ID_SIZE:])


def parse_checkpoint(text: str) -> tuple[Checkpoint, tuple[SignatureLine, ...]]:
    """Read a checkpoint and its lines without checking any signature. Extension lines are refused: nobody signs them.

    Raises:
        CheckpointMalformed: the text has another form.
    """
    body, separator, below = text.rpartition("\n\n")
    lines = body.split("\n")
    if not separator or not below.endswith("\n") or len(lines) != _BODY_LINES or not lines[0]:
        raise CheckpointMalformed(part="body")
    if _SIZE.fullmatch(lines[1]) is None:
        raise CheckpointMalformed(part="size")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error as error:
        raise CheckpointMalformed(part="root") from error
    checkpoint = Checkpoint(lines[0], int(lines[1]), root)
    if len(root) != _ROOT_SIZE or checkpoint.body != body + "\n":
        raise CheckpointMalformed(part="root")
    return checkpoint, tuple(parse_line(line) for line in below.removesuffix("\n").split("\n"))


def sign_checkpoint(checkpoint: Checkpoint, signer: CheckpointSigner) -> str:
    """Return the checkpoint text with the log's own signature line."""
    line = SignatureLine(
        checkpoint.origin,
        key_id(checkpoint.origin, LOG_KEY, signer.public_key),
        signer.sign(checkpoint.body.encode()),
    )
    return f"{checkpoint.body}\n{line}\n"


def verify_checkpoint(text: str, *, origin: str, public_key: bytes) -> Checkpoint:
    """Return the checkpoint of the log `origin` after checking the log's signature.

    Raises:
        CheckpointMalformed: the text has another form.
        CheckpointNotSigned: it is another log's, unsigned, or the signature is wrong.
    """
    checkpoint, lines = parse_checkpoint(text)
    if checkpoint.origin != origin:
        raise CheckpointNotSigned(reason="origin")
    wanted = (origin, key_id(origin, LOG_KEY, public_key))
    for line in lines:
        if (line.name, line.key_id) == wanted:
            try:
                verify_ed25519(public_key, checkpoint.body.encode(), line.signature)
            except Ed25519Invalid as error:
                raise CheckpointNotSigned(reason="signature") from error
            return checkpoint
    raise CheckpointNotSigned(reason="no-line")


def _cosigned_message(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.body}".encode()


def cosign(checkpoint: Checkpoint, *, name: str, signer: CheckpointSigner, at: datetime) -> str:
    """Return the co-signature line of the witness `name`; `at` is when it checked the log, in whole seconds."""
    seconds = int(at.timestamp())
    signature = signer.sign(_cosigned_message(checkpoint, seconds))
    identity = key_id(name, WITNESS_KEY, signer.public_key)
    return str(SignatureLine(name, identity, seconds.to_bytes(_TIME_SIZE, "big") + signature))


def verify_cosignature(checkpoint: Checkpoint, line: str, *, name: str, public_key: bytes) -> datetime:
    """Check one co-signature line and return the time it states.

    Raises:
        CheckpointMalformed: it is not a signature line.
        CosignatureNotValid: another witness, another key, or a wrong signature.
    """
    parsed = parse_line(line)
    if (parsed.name, parsed.key_id) != (name, key_id(name, WITNESS_KEY, public_key)):
        raise CosignatureNotValid(reason="key")
    if len(parsed.signature) != _TIME_SIZE + _SIGNATURE_SIZE:
        raise CosignatureNotValid(reason="size")
    seconds = int.from_bytes(parsed.signature[:_TIME_SIZE], "big")
    try:
        verify_ed25519(public_key, _cosigned_message(checkpoint, seconds), parsed.signature[_TIME_SIZE:])
    except Ed25519Invalid as error:
        raise CosignatureNotValid(reason="signature") from error
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise CosignatureNotValid(reason="time") from error

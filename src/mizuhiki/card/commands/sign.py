"""COMPUTE DIGITAL SIGNATURE (CLA 80, INS 2A) in its six forms, and INTERNAL AUTHENTICATE (INS 88)."""

from __future__ import annotations

from collections.abc import Callable

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.commands.terminal import USE_WITHOUT_PIN
from mizuhiki.card.core import AnsweredWith, ChipCore
from mizuhiki.card.generation import KeyLayout, KeyRole
from mizuhiki.card.status import StatusWord
from mizuhiki.crypto.card_keys import SHA256_DIGEST_INFO_PREFIX, CardKey, CardKeyAlgorithm, CardKeyInputRefused
from mizuhiki.crypto.digests import sha256, sha384

_HASH_LENGTH = 32
_MOST_AUTHENTICATED = 245


def _digest(data: bytes) -> bytes:
    if len(data) != _HASH_LENGTH:
        raise AnsweredWith(StatusWord.WRONG_LENGTH)
    return data


_RSA: dict[int, Callable[[CardKey, bytes], bytes]] = {
    0x00: lambda key, data: key.sign_raw(data),
    0x01: lambda key, data: key.sign_raw(sha256(data)),
    0x02: lambda key, data: key.sign_raw(SHA256_DIGEST_INFO_PREFIX + _digest(data)),
    0x03: lambda key, data: key.sign_raw(SHA256_DIGEST_INFO_PREFIX + sha256(data)),
    0x04: lambda key, data: key.sign_pss(_digest(data)),
    0x05: lambda key, data: key.sign_pss(sha256(data)),
}
_CURVE: dict[int, Callable[[CardKey, bytes], bytes]] = {
    0x00: lambda key, data: key.sign_raw(data),
    0x01: lambda key, data: key.sign_raw(sha384(data)),
    0x02: lambda key, data: key.sign_raw(data),
    0x03: lambda key, data: key.sign_raw(sha384(data)),
}


def sign(core: ChipCore, command: Command) -> Answer:
    """Sign inside the chip after the key's PIN; the private key is never an answer to anything."""
    forms = _RSA if core.generation.algorithm is CardKeyAlgorithm.RSA_2048 else _CURVE
    if command.p1 not in forms:
        return Answer(StatusWord.WRONG_P1_P2)
    entry = core.referenced(command.p2)
    if not isinstance(entry, KeyLayout) or entry.role is KeyRole.CARD_AUTHENTICATION:
        return Answer(StatusWord.WRONG_FILE_TYPE)
    core.require_active()
    if not _without_pin(core, entry):
        core.require_any((entry.pin,))
    if not command.data or not command.expected:
        return Answer(StatusWord.WRONG_LENGTH)
    try:
        signature = forms[command.p1](_key(core, entry), command.data)
    except CardKeyInputRefused as error:
        raise AnsweredWith(StatusWord.WRONG_LENGTH) from error
    if command.expected < len(signature):
        return Answer(StatusWord.WRONG_LE)
    return Answer(StatusWord.OK, signature)


def internal_authenticate(core: ChipCore, command: Command) -> Answer:
    """Sign the reader's challenge with the key that proves the chip genuine; it says nothing of the holder."""
    if command.p1:
        return Answer(StatusWord.WRONG_P1_P2)
    entry = core.referenced(command.p2)
    if not isinstance(entry, KeyLayout) or entry.role is not KeyRole.CARD_AUTHENTICATION:
        return Answer(StatusWord.WRONG_FILE_TYPE)
    core.require_active()
    if not 1 <= len(command.data) <= _MOST_AUTHENTICATED or not command.expected:
        return Answer(StatusWord.WRONG_LENGTH)
    signature = _key(core, entry).sign_message(command.data)
    if command.expected < len(signature):
        return Answer(StatusWord.WRONG_LE)
    return Answer(StatusWord.OK, signature)


def _key(core: ChipCore, entry: KeyLayout) -> CardKey:
    key = core.memory.key(core.application().place(entry.fid))
    if key is None:
        raise AnsweredWith(StatusWord.REFERENCE_NOT_FOUND)
    return key


def _without_pin(core: ChipCore, entry: KeyLayout) -> bool:
    """Whether an approved terminal stands in for the PIN, on a card that is in that mode (R-209)."""
    return entry.terminal and core.memory.image.use_without_pin and core.session.terminal_role == USE_WITHOUT_PIN

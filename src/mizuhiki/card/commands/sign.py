"""COMPUTE DIGITAL SIGNATURE (CLA 80, INS 2A, P1 00): PKCS#1 v1.5 over the caller's bytes, normally a DigestInfo."""

from __future__ import annotations

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.core import AnsweredWith, ChipCore
from mizuhiki.card.generation import KeyLayout
from mizuhiki.card.status import StatusWord
from mizuhiki.crypto.card_keys import CardKeyInputRefused

_AS_SENT = 0x00


def sign(core: ChipCore, command: Command) -> Answer:
    """Sign inside the chip after the key's PIN; the private key is never an answer to anything."""
    if command.p1 != _AS_SENT:
        return Answer(StatusWord.WRONG_P1_P2)
    entry = core.referenced(command.p2)
    if not isinstance(entry, KeyLayout):
        return Answer(StatusWord.WRONG_FILE_TYPE)
    core.require_any((entry.pin,))
    if not command.data or not command.expected:
        return Answer(StatusWord.WRONG_LENGTH)
    key = core.memory.key(core.application().place(entry.fid))
    if key is None:
        raise AnsweredWith(StatusWord.REFERENCE_NOT_FOUND)
    try:
        signature = key.sign_raw(command.data)
    except CardKeyInputRefused as error:
        raise AnsweredWith(StatusWord.WRONG_LENGTH) from error
    if command.expected < len(signature):
        return Answer(StatusWord.WRONG_LE)
    return Answer(StatusWord.OK, signature)

"""The issuer's and provider's secure session: INITIALIZE UPDATE, EXTERNAL AUTHENTICATE, and every command inside it.

The session belongs to the application it was opened in and ends with SELECT of an application, a reset, a wrong MAC, or
any command without MAC: nobody can slip a command between the desk's (``spec/card.md`` §7).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.core import AnsweredWith, Authority, ChipCore
from mizuhiki.card.status import StatusWord
from mizuhiki.crypto.card_session import (
    C_ENC,
    CHALLENGE_LENGTH,
    LEVELS,
    MAC_LENGTH,
    R_ENC,
    R_MAC,
    IssuerKeys,
    SessionMacWrong,
)
from mizuhiki.crypto.digests import equal

ISSUER_KEYS, PROVIDER_KEYS = 0x30, 0x41
SECURE = 0x04
_SCP03, _RANDOM_CHALLENGE_AND_ANSWERS = 0x03, 0x60
_CRYPTOGRAM_AND_MAC = 16


def initialize_update(core: ChipCore, command: Command) -> Answer:
    """Answer the desk's challenge with the card's number, challenge and cryptogram."""
    core.session.end_secure()
    if command.p2:
        return Answer(StatusWord.WRONG_P1_P2)
    if len(command.data) != CHALLENGE_LENGTH or not command.expected:
        return Answer(StatusWord.WRONG_LENGTH)
    keys, version, authority = _keys(core, command.p1)
    challenge = core.randomness.bytes(CHALLENGE_LENGTH)
    session = keys.open_session(command.data, challenge)
    core.session.opening = (session, authority)
    number = key_number(core.memory.image.card_number)
    info = bytes((version, _SCP03, _RANDOM_CHALLENGE_AND_ANSWERS))
    return Answer(StatusWord.OK, number + info + challenge + session.card_cryptogram)


def key_number(card_number: str) -> bytes:
    """Return the ten bytes that name a card's keys: its fifteen digits two to a byte, F, and two zero bytes."""
    return bytes.fromhex(card_number + "F") + bytes(2)


def _keys(core: ChipCore, version: int) -> tuple[IssuerKeys, int, Authority]:
    image, application = core.memory.image, core.application()
    if version in {0, ISSUER_KEYS} and image.issuer_keys:
        return IssuerKeys.of_bytes(image.issuer_keys), ISSUER_KEYS, Authority.ISSUER
    installed = next((one for one in image.installed if one.layout == application), None)
    if version == PROVIDER_KEYS and installed is not None:
        return IssuerKeys.of_bytes(installed.provider_keys), PROVIDER_KEYS, Authority.PROVIDER
    raise AnsweredWith(StatusWord.REFERENCE_NOT_FOUND)


def authenticate_desk(core: ChipCore, command: Command) -> Answer:
    """Check the desk's cryptogram and MAC; P1 is the security level. Wrong: 6300, and the whole opening is void."""
    opening = core.session.opening
    core.session.end_secure()
    if opening is None:
        return Answer(StatusWord.CONDITIONS_NOT_MET)
    if command.p1 not in LEVELS or command.p2:
        return Answer(StatusWord.WRONG_P1_P2)
    if len(command.data) != _CRYPTOGRAM_AND_MAC:
        return Answer(StatusWord.WRONG_LENGTH)
    session, authority = opening
    cryptogram, mac = command.data[:MAC_LENGTH], command.data[MAC_LENGTH:]
    try:
        session.check_command(_header(command), cryptogram, mac)
    except SessionMacWrong as error:
        raise AnsweredWith(StatusWord.AUTHENTICATION_FAILED) from error
    if not equal(session.host_cryptogram, cryptogram):
        return Answer(StatusWord.AUTHENTICATION_FAILED)
    session.level = command.p1
    core.session.secure, core.session.authority = session, authority
    return Answer(StatusWord.OK)


def in_session(core: ChipCore, command: Command, run: Callable[[ChipCore, Command], Answer]) -> Answer:
    """Check and open a command of the session, run it, and seal its answer; a wrong MAC ends the session (6982)."""
    session = core.session.secure
    if session is None:
        return Answer(StatusWord.NOT_AUTHORISED if command.cla & 0x80 else StatusWord.SECURE_MESSAGING_NOT_SUPPORTED)
    if len(command.data) < MAC_LENGTH:
        core.session.end_secure()
        return Answer(StatusWord.SESSION_DATA_WRONG)
    session.next_command()
    data, mac = command.data[:-MAC_LENGTH], command.data[-MAC_LENGTH:]
    try:
        session.check_command(_header(command), data, mac)
        plain = session.decrypt_command(data) if session.level & C_ENC else data
    except SessionMacWrong as error:
        core.session.end_secure()
        raise AnsweredWith(StatusWord.NOT_AUTHORISED) from error
    answer = _answered(core, dataclasses.replace(command, cla=command.cla & ~SECURE, data=plain), run)
    if answer.word != StatusWord.OK or not session.level & R_MAC:
        return answer
    sealed = session.encrypt_answer(answer.data) if session.level & R_ENC else answer.data
    return Answer(answer.word, sealed + session.mac_answer(sealed, answer.word))


def _answered(core: ChipCore, command: Command, run: Callable[[ChipCore, Command], Answer]) -> Answer:
    try:
        return run(core, command)
    except AnsweredWith as ended:
        return Answer(ended.word)


def _header(command: Command) -> bytes:
    return bytes((command.cla, command.ins, command.p1, command.p2))

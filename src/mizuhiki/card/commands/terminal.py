"""A terminal proves what it may do: SET PUBLIC KEY (CLA 80, INS A2), then EXTERNAL AUTHENTICATE (INS 82).

1. The chip checks the terminal's certificate under the key in the application's terminal CA file. 2. The terminal signs
the chip's last challenge. A challenge serves once, whatever comes of it.
"""

from __future__ import annotations

import msgspec

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.certificates import MalformedCardCertificate, read_terminal_certificate
from mizuhiki.card.core import AnsweredWith, ChipCore, Terminal
from mizuhiki.card.generation import FileRole
from mizuhiki.card.status import StatusWord
from mizuhiki.crypto.card_keys import CardSignatureInvalid, verify_card_signature
from mizuhiki.crypto.digests import framed

USE_WITHOUT_PIN = 0x01
"""Role of a terminal that may use the user-identification key without PIN (R-209)."""
CHALLENGE_LENGTH = 8


def terminal_message(challenge: bytes, card_number: str) -> bytes:
    """Return what a terminal signs: the chip's challenge and the number of the card, so that no other card takes it."""
    return framed("card-terminal", challenge, card_number.encode("ascii"))


def set_public_key(core: ChipCore, command: Command) -> Answer:
    """Take a terminal's certificate: 6A88 without a terminal CA, 6A80 when it is not one of that CA's or is over."""
    if command.p1 or command.p2:
        return Answer(StatusWord.WRONG_P1_P2)
    if not command.data:
        return Answer(StatusWord.WRONG_LENGTH)
    core.session.terminal, core.session.terminal_role = None, None
    application = core.application()
    place = next((application.place(one.fid) for one in application.file if one.role is FileRole.TERMINAL_CA), None)
    image = core.memory.image
    if place is None or place not in image.files:
        return Answer(StatusWord.REFERENCE_NOT_FOUND)
    core.require_active()
    try:
        certificate = read_terminal_certificate(command.data, image.files[place])
    except (MalformedCardCertificate, CardSignatureInvalid) as error:
        raise AnsweredWith(StatusWord.BAD_DATA) from error
    if certificate.expires_on < image.latest_day:
        return Answer(StatusWord.BAD_DATA)
    core.session.terminal = Terminal(certificate.public_key, certificate.role, certificate.effective_on)
    return Answer(StatusWord.OK)


def external_authenticate(core: ChipCore, command: Command) -> Answer:
    """Check a terminal's signature over the last challenge: 6985 without certificate or challenge, 6300 when wrong."""
    if command.p1 or command.p2:
        return Answer(StatusWord.WRONG_P1_P2)
    if not command.data:
        return Answer(StatusWord.WRONG_LENGTH)
    session = core.session
    challenge, session.challenge = session.challenge, b""
    session.terminal_role = None
    if session.terminal is None or len(challenge) < CHALLENGE_LENGTH:
        return Answer(StatusWord.CONDITIONS_NOT_MET)
    image = core.memory.image
    message = terminal_message(challenge, image.card_number)
    try:
        verify_card_signature(session.terminal.public_key, message, command.data)
    except CardSignatureInvalid as error:
        raise AnsweredWith(StatusWord.AUTHENTICATION_FAILED) from error
    if session.terminal.effective_on > image.latest_day:
        core.memory.replace(msgspec.structs.replace(image, latest_day=session.terminal.effective_on))
    session.terminal_role = session.terminal.role
    return Answer(StatusWord.OK)

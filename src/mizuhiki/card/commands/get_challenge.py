"""GET CHALLENGE (INS 84): random bytes from the chip."""

from __future__ import annotations

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.core import ChipCore
from mizuhiki.card.status import StatusWord

_MOST = 256


def get_challenge(core: ChipCore, command: Command) -> Answer:
    """Return Ne random bytes, at most 256; a terminal may answer to the last ones (EXTERNAL AUTHENTICATE)."""
    if command.p1 or command.p2:
        return Answer(StatusWord.WRONG_P1_P2)
    if command.data or not 1 <= command.expected <= _MOST:
        return Answer(StatusWord.WRONG_LENGTH)
    core.session.challenge = core.randomness.bytes(command.expected)
    return Answer(StatusWord.OK, core.session.challenge)

"""From bytes to a command and back: class byte, instruction byte, one status word for whatever comes in."""

from __future__ import annotations

from collections.abc import Callable

from mizuhiki.card.apdu import Answer, Command, MalformedApdu, parse_command
from mizuhiki.card.commands.change_reference import change_reference
from mizuhiki.card.commands.get_challenge import get_challenge
from mizuhiki.card.commands.read_binary import read_binary
from mizuhiki.card.commands.select import select
from mizuhiki.card.commands.sign import sign
from mizuhiki.card.commands.verify import verify
from mizuhiki.card.core import AnsweredWith, ChipCore
from mizuhiki.card.status import StatusWord

_INTERINDUSTRY, _PROPRIETARY = 0x00, 0x80

_COMMANDS: dict[int, tuple[int, Callable[[ChipCore, Command], Answer]]] = {
    0x20: (_INTERINDUSTRY, verify),
    0x24: (_INTERINDUSTRY, change_reference),
    0x2A: (_PROPRIETARY, sign),
    0x84: (_INTERINDUSTRY, get_challenge),
    0xA4: (_INTERINDUSTRY, select),
    0xB0: (_INTERINDUSTRY, read_binary),
}


def process(core: ChipCore, raw: bytes) -> bytes:
    """Answer one command; any bytes get a status word. Only a failing store or a mute chip raises."""
    try:
        command = parse_command(raw)
        _check_class(command.cla)
        cla, execute = _COMMANDS.get(command.ins) or _unknown()
        if command.cla != cla:
            return Answer(StatusWord.UNKNOWN_CLA).encode()
        return execute(core, command).encode()
    except MalformedApdu:
        return Answer(StatusWord.WRONG_LENGTH).encode()
    except AnsweredWith as ended:
        return Answer(ended.word).encode()


def _unknown() -> tuple[int, Callable[[ChipCore, Command], Answer]]:
    raise AnsweredWith(StatusWord.UNKNOWN_INS)


def _check_class(cla: int) -> None:
    """Refuse chaining, secure messaging and channels by name (ISO/IEC 7816-4 §5.4.1), other classes as unknown."""
    if cla in {_INTERINDUSTRY, _PROPRIETARY}:
        return
    kind = cla & 0x70
    if kind not in {0x00, 0x10}:
        raise AnsweredWith(StatusWord.UNKNOWN_CLA)
    if kind:
        raise AnsweredWith(StatusWord.CHAINING_NOT_SUPPORTED)
    if cla & 0x0C:
        raise AnsweredWith(StatusWord.SECURE_MESSAGING_NOT_SUPPORTED)
    raise AnsweredWith(StatusWord.CHANNEL_NOT_SUPPORTED)

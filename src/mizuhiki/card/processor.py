"""From bytes to a command and back: class byte, instruction byte, chains, one status word for whatever comes in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from mizuhiki.card.apdu import Answer, Command, MalformedApdu, parse_command
from mizuhiki.card.commands.change_reference import change_reference
from mizuhiki.card.commands.free_area import delete, get_data, install
from mizuhiki.card.commands.get_challenge import get_challenge
from mizuhiki.card.commands.issuer import (
    activate,
    destroy_key,
    generate_key_pair,
    reset_retry_counter,
    set_status,
    update_binary,
)
from mizuhiki.card.commands.read_binary import read_binary, read_record
from mizuhiki.card.commands.select import select
from mizuhiki.card.commands.session import SECURE, authenticate_desk, in_session, initialize_update
from mizuhiki.card.commands.sign import internal_authenticate, sign
from mizuhiki.card.commands.terminal import external_authenticate, set_public_key
from mizuhiki.card.commands.verify import verify
from mizuhiki.card.core import AnsweredWith, ChipCore
from mizuhiki.card.status import StatusWord

_INTERINDUSTRY, _PROPRIETARY, _CHAIN = 0x00, 0x80, 0x10
_AUTHENTICATE = 0x82
_MOST_CHAINED = 4096
_CHAINABLE = frozenset({0x2A, 0x82, 0x88, 0xA2})

_COMMANDS: dict[int, tuple[int, Callable[[ChipCore, Command], Answer]]] = {
    0x20: (_INTERINDUSTRY, verify),
    0x24: (_INTERINDUSTRY, change_reference),
    0x2A: (_PROPRIETARY, sign),
    0x2C: (_INTERINDUSTRY, reset_retry_counter),
    0x44: (_INTERINDUSTRY, activate),
    0x46: (_INTERINDUSTRY, generate_key_pair),
    0x50: (_PROPRIETARY, initialize_update),
    0x82: (_INTERINDUSTRY, external_authenticate),
    0x84: (_INTERINDUSTRY, get_challenge),
    0x88: (_INTERINDUSTRY, internal_authenticate),
    0xA2: (_PROPRIETARY, set_public_key),
    0xA4: (_INTERINDUSTRY, select),
    0xB0: (_INTERINDUSTRY, read_binary),
    0xB2: (_INTERINDUSTRY, read_record),
    0xCA: (_INTERINDUSTRY, get_data),
    0xD6: (_INTERINDUSTRY, update_binary),
    0xE4: (_PROPRIETARY, delete),
    0xE6: (_PROPRIETARY, install),
    0xE8: (_INTERINDUSTRY, destroy_key),
    0xF0: (_PROPRIETARY, set_status),
}


def process(core: ChipCore, raw: bytes) -> bytes:
    """Answer one command; any bytes get a status word. Only a failing store or a mute chip raises."""
    try:
        command = parse_command(raw)
        if command.cla in {_INTERINDUSTRY | SECURE, _PROPRIETARY | SECURE}:
            return _secured(core, command).encode()
        core.session.end_secure()
        whole = _chained(core, command)
        return (Answer(StatusWord.OK) if whole is None else _execute(core, whole)).encode()
    except MalformedApdu:
        core.session.interrupt()
        return Answer(StatusWord.WRONG_LENGTH).encode()
    except AnsweredWith as ended:
        return Answer(ended.word).encode()


def _secured(core: ChipCore, command: Command) -> Answer:
    core.session.chain = None
    if command.ins == _AUTHENTICATE and command.cla == _PROPRIETARY | SECURE:
        return authenticate_desk(core, command)
    return in_session(core, command, _execute_any_class)


def _execute(core: ChipCore, command: Command) -> Answer:
    _check_class(command.cla)
    cla, execute = _COMMANDS.get(command.ins) or _unknown()
    if command.cla != cla:
        return Answer(StatusWord.UNKNOWN_CLA)
    return execute(core, command)


def _execute_any_class(core: ChipCore, command: Command) -> Answer:
    """Inside a session both classes name the same commands; a second session cannot be opened inside."""
    _, execute = _COMMANDS.get(command.ins) or _unknown()
    if execute is initialize_update:
        raise AnsweredWith(StatusWord.CONDITIONS_NOT_MET)
    return execute(core, command)


def _chained(core: ChipCore, command: Command) -> Command | None:
    """Collect a chain (ISO/IEC 7816-4 §5.3.3); None while more is to come, the whole command at its end."""
    begun, core.session.chain = core.session.chain, None
    more = command.cla in {_INTERINDUSTRY | _CHAIN, _PROPRIETARY | _CHAIN}
    if begun is None and not more:
        return command
    here = dataclasses.replace(command, cla=command.cla & ~_CHAIN)
    if begun is not None and (begun.cla, begun.ins, begun.p1, begun.p2) != (here.cla, here.ins, here.p1, here.p2):
        raise AnsweredWith(StatusWord.LAST_OF_CHAIN_EXPECTED)
    if here.ins not in _COMMANDS:
        raise AnsweredWith(StatusWord.UNKNOWN_INS)
    if here.ins not in _CHAINABLE:
        raise AnsweredWith(StatusWord.CHAINING_NOT_SUPPORTED)
    whole = dataclasses.replace(here, data=(begun.data if begun else b"") + here.data)
    if len(whole.data) > _MOST_CHAINED:
        raise AnsweredWith(StatusWord.WRONG_LENGTH)
    if not more:
        return whole
    core.session.chain = whole
    return None


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

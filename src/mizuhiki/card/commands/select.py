"""SELECT (INS A4): an application by its AID, whole or by its beginning, or a file of the current application."""

from __future__ import annotations

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.core import AnsweredWith, ChipCore
from mizuhiki.card.generation import ApplicationLayout
from mizuhiki.card.memory import LifeState
from mizuhiki.card.status import StatusWord
from mizuhiki.card.tlv import encode_tlv

_MASTER_FILE, _FILE, _APPLICATION = 0x00, 0x02, 0x04
_WITH_FCI, _NEXT, _WITHOUT_FCI = 0x00, 0x02, 0x0C
_SHORTEST_AID, _FID_LENGTH = 5, 2


def select(core: ChipCore, command: Command) -> Answer:
    """Select an application (P1 04) or a file (P1 02); there is no master file (P1 00)."""
    if command.p1 == _APPLICATION:
        return _select_application(core, command)
    if command.p1 == _FILE:
        return _select_file(core, command)
    if command.p1 == _MASTER_FILE and command.data:
        return Answer(StatusWord.FILE_NOT_FOUND)
    return Answer(StatusWord.WRONG_P1_P2)


def _select_application(core: ChipCore, command: Command) -> Answer:
    if command.p2 not in {_WITH_FCI, _NEXT, _WITHOUT_FCI}:
        return Answer(StatusWord.WRONG_P1_P2)
    found = _matching(core, command)
    if found is None:
        return Answer(StatusWord.FILE_NOT_FOUND)
    core.session.select(found)
    state = core.memory.image.state
    if state is not LifeState.PERSONALISED:
        return Answer(StatusWord.SUSPENDED if state is LifeState.SUSPENDED else StatusWord.ABOLISHED)
    if command.p2 == _WITHOUT_FCI or not command.expected:
        return Answer(StatusWord.OK)
    return Answer(StatusWord.OK, encode_tlv(0x6F, encode_tlv(0x84, found.aid_bytes))[: command.expected])


def _matching(core: ChipCore, command: Command) -> ApplicationLayout | None:
    if len(command.data) < _SHORTEST_AID:
        return None
    matching = [app for app in core.applications if app.aid_bytes.startswith(command.data)]
    if command.p2 == _NEXT and core.session.application in matching:
        matching = matching[matching.index(core.session.application) + 1 :]
    return matching[0] if matching else None


def _select_file(core: ChipCore, command: Command) -> Answer:
    if command.p2 not in {_WITH_FCI, _WITHOUT_FCI}:
        return Answer(StatusWord.WRONG_P1_P2)
    if len(command.data) != _FID_LENGTH:
        return Answer(StatusWord.WRONG_LENGTH)
    if core.session.application is None:
        return Answer(StatusWord.FILE_NOT_FOUND)
    entry = core.entry(command.data.hex().upper())
    if entry is None:
        raise AnsweredWith(StatusWord.FILE_NOT_FOUND)
    core.session.fid = entry.fid
    return Answer(StatusWord.OK)

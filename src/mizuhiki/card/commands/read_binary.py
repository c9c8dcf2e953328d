"""READ BINARY (INS B0) with a 15-bit offset or a short identifier and 8 bits; READ RECORD (INS B2) by number."""

from __future__ import annotations

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.core import AnsweredWith, ChipCore
from mizuhiki.card.generation import FileLayout, Layout
from mizuhiki.card.status import StatusWord

_SHORT_FORM = 0x80
_BY_NUMBER = 0x04


def read_binary(core: ChipCore, command: Command) -> Answer:
    """Return at most Ne bytes from the offset; what is left may be less. Reading at the end answers 6B00."""
    if command.data or not command.expected:
        return Answer(StatusWord.WRONG_LENGTH)
    entry, offset = _addressed(core, command)
    if not isinstance(entry, FileLayout) or entry.record:
        return Answer(StatusWord.WRONG_FILE_TYPE)
    core.require_any(entry.read)
    content = core.memory.image.files[core.application().place(entry.fid)]
    if offset >= len(content):
        return Answer(StatusWord.OFFSET_PAST_END)
    return Answer(StatusWord.OK, content[offset : offset + command.expected])


def read_record(core: ChipCore, command: Command) -> Answer:
    """Return a record by its number (P1); P2 is the short identifier (or 0: current file) and 100 in binary."""
    if command.p2 & 0x07 != _BY_NUMBER or not command.p1:
        return Answer(StatusWord.WRONG_P1_P2)
    if command.data or not command.expected:
        return Answer(StatusWord.WRONG_LENGTH)
    short = command.p2 >> 3
    entry = core.entry(core.application().fid_of_short(short) if short else core.session.fid)
    if entry is None:
        return Answer(StatusWord.FILE_NOT_FOUND if short else StatusWord.NO_CURRENT_FILE)
    if not isinstance(entry, FileLayout) or not entry.record:
        return Answer(StatusWord.WRONG_FILE_TYPE)
    core.session.fid = entry.fid
    core.require_any(entry.read)
    if command.p1 != 1:
        return Answer(StatusWord.RECORD_NOT_FOUND)
    content = core.memory.image.files[core.application().place(entry.fid)]
    return Answer(StatusWord.OK, content[: command.expected])


def _addressed(core: ChipCore, command: Command) -> tuple[Layout, int]:
    if not command.p1 & _SHORT_FORM:
        entry = core.entry(core.session.fid)
        if entry is None:
            raise AnsweredWith(StatusWord.NO_CURRENT_FILE)
        return entry, command.p1 << 8 | command.p2
    short = command.p1 & 0x1F
    if command.p1 & 0x60 or not short:
        raise AnsweredWith(StatusWord.WRONG_P1_P2)
    entry = core.entry(core.application().fid_of_short(short))
    if entry is None:
        raise AnsweredWith(StatusWord.FILE_NOT_FOUND)
    core.session.fid = entry.fid
    return entry, command.p2

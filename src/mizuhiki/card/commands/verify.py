"""VERIFY (INS 20): try a PIN, or ask without data how many tries are left.

Order, so that cutting the power gains nothing (R-145): 1. a blocked PIN answers 6984; 2. one try is taken and saved;
3. only then is the PIN compared; 4. a right PIN's tries are restored and saved; 5. only then is the session told.
"""

from __future__ import annotations

import msgspec

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.core import ChipCore
from mizuhiki.card.memory import PinRecord
from mizuhiki.card.status import StatusWord, tries_left_word
from mizuhiki.crypto.digests import equal


def verify(core: ChipCore, command: Command) -> Answer:
    """Answer 9000, 63Cx or 6984; without data always 63Cx, 63C0 for a blocked PIN, and never a comparison."""
    if command.p1:
        return Answer(StatusWord.WRONG_P1_P2)
    pin = core.referenced_pin(command.p2)
    place = core.application().place(pin.fid)
    record = core.memory.image.pins[place]
    if not command.data:
        return Answer(tries_left_word(record.tries_left))
    core.require_active()
    core.session.verified.discard(pin.fid)
    if record.tries_left < 1:  # 1
        return Answer(StatusWord.PIN_BLOCKED)
    left = record.tries_left - 1
    save_pin(core, place, PinRecord(record.verifier, left))  # 2
    if not equal(core.memory.image.pin_verifier(place, command.data), record.verifier):  # 3
        return Answer(tries_left_word(left))
    save_pin(core, place, PinRecord(record.verifier, pin.tries))  # 4
    core.session.verified.add(pin.fid)  # 5
    return Answer(StatusWord.OK)


def save_pin(core: ChipCore, place: str, record: PinRecord) -> None:
    """Replace one PIN's record in the chip's memory, durably."""
    image = core.memory.image
    core.memory.replace(msgspec.structs.replace(image, pins={**image.pins, place: record}))

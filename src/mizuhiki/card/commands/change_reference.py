"""CHANGE REFERENCE DATA (INS 24, P1 01): a new PIN in place of the one verified in this session."""

from __future__ import annotations

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.commands.verify import save_pin
from mizuhiki.card.core import ChipCore
from mizuhiki.card.memory import PinRecord
from mizuhiki.card.pins import broken_rule, is_forbidden
from mizuhiki.card.status import StatusWord

_NEW_PIN_ONLY = 0x01


def change_reference(core: ChipCore, command: Command) -> Answer:
    """Set the new PIN: 6982 without the old one, 6A80 when the rules forbid the new one, 6985 for check numbers."""
    if command.p1 != _NEW_PIN_ONLY:
        return Answer(StatusWord.WRONG_P1_P2)
    if not command.data:
        return Answer(StatusWord.WRONG_LENGTH)
    pin = core.referenced_pin(command.p2)
    if not pin.changeable:
        return Answer(StatusWord.CONDITIONS_NOT_MET)
    core.require_any((pin.fid,))
    form = core.generation.format[pin.format]
    image = core.memory.image
    if broken_rule(form, command.data) or is_forbidden(form, image, command.data):
        return Answer(StatusWord.BAD_DATA)
    place = core.application().place(pin.fid)
    save_pin(core, place, PinRecord(image.pin_verifier(place, command.data), pin.tries))
    return Answer(StatusWord.OK)

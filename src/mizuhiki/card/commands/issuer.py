"""Commands that only a secure session may use: changing files and keys, PINs, life cycle and the free area.

Changes of files and keys are staged and put into effect together by ACTIVATE, in one write, after the chip has checked
that the card would be whole: a cut of power before it leaves the old card, after it the new one.
"""

from __future__ import annotations

import msgspec

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.certificates import encode_key
from mizuhiki.card.contents import MOST_BYTES, require_recordable
from mizuhiki.card.core import AnsweredWith, Authority, ChipCore
from mizuhiki.card.errors import ItemNotRecordable
from mizuhiki.card.generation import FileLayout, KeyLayout, KeyRole, PinLayout
from mizuhiki.card.memory import LifeState, PinRecord
from mizuhiki.card.pins import broken_rule, is_forbidden
from mizuhiki.card.renewal import renewed, without_signature
from mizuhiki.card.status import StatusWord
from mizuhiki.card.tlv import encode_tlv
from mizuhiki.crypto.card_keys import CardKey
from mizuhiki.crypto.card_session import C_ENC

_SHORT_FORM = 0x80
_NEW_PIN, _COUNTER_ONLY = 0x02, 0x03
_CARD, _MODE = 0x80, 0x10
_PUBLIC_KEY = 0x7F49


def update_binary(core: ChipCore, command: Command) -> Answer:
    """Stage content of a file, in pieces that follow one another; offset 0 begins anew."""
    core.require_authority(Authority.ISSUER, Authority.PROVIDER)
    core.require_active()
    if not command.data:
        return Answer(StatusWord.WRONG_LENGTH)
    if command.p1 & _SHORT_FORM:
        entry, offset = core.addressed(_SHORT_FORM | (command.p1 & 0x7F)), command.p2
    else:
        entry, offset = core.addressed(_SHORT_FORM), command.p1 << 8 | command.p2
    if not isinstance(entry, FileLayout):
        return Answer(StatusWord.WRONG_FILE_TYPE)
    _require_writable(core, entry)
    place = core.application().place(entry.fid)
    staged = core.session.staged_files.get(place, b"") if offset else b""
    if offset != len(staged):
        return Answer(StatusWord.OFFSET_PAST_END)
    if offset + len(command.data) > MOST_BYTES:
        return Answer(StatusWord.NO_ROOM)
    core.session.staged_files[place] = staged + command.data
    return Answer(StatusWord.OK)


def _require_writable(core: ChipCore, entry: FileLayout) -> None:
    """The issuer changes the card's own files, a provider those of its application, nobody those not meant for it."""
    built_in = core.application() in core.generation.application
    wanted = Authority.ISSUER if built_in else Authority.PROVIDER
    if core.session.authority is not wanted:
        raise AnsweredWith(StatusWord.NOT_AUTHORISED)
    if not entry.update:
        raise AnsweredWith(StatusWord.CONDITIONS_NOT_MET)


def generate_key_pair(core: ChipCore, command: Command) -> Answer:
    """Make a key beside the one in use and answer its public half; it serves after ACTIVATE with its certificate."""
    core.require_authority(Authority.ISSUER)
    core.require_active()
    if command.p1:
        return Answer(StatusWord.WRONG_P1_P2)
    if command.data or not command.expected:
        return Answer(StatusWord.WRONG_LENGTH)
    entry = core.addressed(command.p2)
    if not isinstance(entry, KeyLayout):
        return Answer(StatusWord.WRONG_FILE_TYPE)
    if entry.role is KeyRole.CARD_AUTHENTICATION:
        return Answer(StatusWord.CONDITIONS_NOT_MET)
    key = CardKey.generate(core.generation.algorithm)
    answer = encode_tlv(_PUBLIC_KEY, encode_key(key.public_key))
    if command.expected < len(answer):
        return Answer(StatusWord.WRONG_LE)
    core.session.staged_keys[core.application().place(entry.fid)] = key
    return Answer(StatusWord.OK, answer)


def destroy_key(core: ChipCore, command: Command) -> Answer:
    """Destroy the signature key with its certificate, its authority's and its PIN in one write (破棄, R-167).

    The other keys stay: the certificate of the user identification key is ended by its authority alone.
    """
    core.require_authority(Authority.ISSUER)
    core.require_active()
    if command.p1:
        return Answer(StatusWord.WRONG_P1_P2)
    if command.data:
        return Answer(StatusWord.WRONG_LENGTH)
    entry = core.addressed(command.p2)
    if not isinstance(entry, KeyLayout):
        return Answer(StatusWord.WRONG_FILE_TYPE)
    if entry.role is not KeyRole.SIGNATURE:
        return Answer(StatusWord.CONDITIONS_NOT_MET)
    image, application = core.memory.image, core.application()
    place = application.place(entry.fid)
    if place not in image.keys:
        return Answer(StatusWord.REFERENCE_NOT_FOUND)
    core.session.verified.discard(entry.pin)
    core.session.staged_files, core.session.staged_keys = {}, {}
    core.memory.destroy_key(without_signature(core.generation, image, application.place(entry.pin)), place)
    return Answer(StatusWord.OK)


def activate(core: ChipCore, command: Command) -> Answer:
    """Put everything staged into effect in one write; 6A80 and nothing of it where the card would not be whole."""
    core.require_authority(Authority.ISSUER, Authority.PROVIDER)
    core.require_active()
    if command.p1 or command.p2:
        return Answer(StatusWord.WRONG_P1_P2)
    if command.data:
        return Answer(StatusWord.WRONG_LENGTH)
    files, keys = core.session.staged_files, core.session.staged_keys
    core.session.staged_files, core.session.staged_keys = {}, {}
    if not files and not keys:
        return Answer(StatusWord.CONDITIONS_NOT_MET)
    application = core.application()
    try:
        for entry in application.file:
            if application.place(entry.fid) in files:
                require_recordable(entry.role, files[application.place(entry.fid)])
        image = renewed(core, files, keys)
    except ItemNotRecordable as error:
        raise AnsweredWith(StatusWord.BAD_DATA) from error
    core.memory.replace_with_keys(image, keys)
    return Answer(StatusWord.OK)


def reset_retry_counter(core: ChipCore, command: Command) -> Answer:  # noqa: PLR0911 - one word for each refusal
    """Give a PIN its tries back (P1 03), or a new value too (P1 02), by the municipality alone (R-145).

    A new value is taken only in a session that encrypts; check numbers get their tries back and never a new value.
    """
    core.require_authority(Authority.ISSUER)
    core.require_active()
    if command.p1 not in {_NEW_PIN, _COUNTER_ONLY}:
        return Answer(StatusWord.WRONG_P1_P2)
    if bool(command.data) is (command.p1 == _COUNTER_ONLY):
        return Answer(StatusWord.WRONG_LENGTH)
    entry = core.addressed(command.p2)
    if not isinstance(entry, PinLayout):
        return Answer(StatusWord.WRONG_FILE_TYPE)
    image, place = core.memory.image, core.application().place(entry.fid)
    core.session.verified.discard(entry.fid)
    if command.p1 == _COUNTER_ONLY:
        if place not in image.pins:
            return Answer(StatusWord.REFERENCE_NOT_FOUND)
        record = PinRecord(image.pins[place].verifier, entry.tries)
    else:
        if not entry.changeable or not _encrypted(core):
            return Answer(StatusWord.CONDITIONS_NOT_MET)
        form = core.generation.format[entry.format]
        if broken_rule(form, command.data) or is_forbidden(form, image, command.data):
            return Answer(StatusWord.BAD_DATA)
        record = PinRecord(image.pin_verifier(place, command.data), entry.tries)
    core.memory.replace(msgspec.structs.replace(image, pins={**image.pins, place: record}))
    return Answer(StatusWord.OK)


def _encrypted(core: ChipCore) -> bool:
    return core.session.secure is not None and bool(core.session.secure.level & C_ENC)


def set_status(core: ChipCore, command: Command) -> Answer:
    """Change the life cycle (P1 80: 0F in use, 7F suspended, FF abolished) or use without PIN (P1 10: 00, 01)."""
    core.require_authority(Authority.ISSUER)
    if command.data:
        return Answer(StatusWord.WRONG_LENGTH)
    image = core.memory.image
    if image.state is LifeState.ABOLISHED:
        return Answer(StatusWord.CONDITIONS_NOT_MET)
    if command.p1 == _MODE and command.p2 in {0, 1}:
        core.require_active()
        core.memory.replace(msgspec.structs.replace(image, use_without_pin=bool(command.p2)))
        return Answer(StatusWord.OK)
    if command.p1 != _CARD or command.p2 not in set(LifeState):
        return Answer(StatusWord.WRONG_P1_P2)
    core.session.verified.clear()
    core.session.staged_files, core.session.staged_keys = {}, {}
    if command.p2 == LifeState.ABOLISHED:
        core.memory.erase()
    else:
        core.memory.replace(msgspec.structs.replace(image, state=LifeState(command.p2)))
    return Answer(StatusWord.OK)

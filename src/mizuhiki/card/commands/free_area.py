"""INSTALL (INS E6), DELETE (INS E4) and GET DATA (INS CA): the free area and what the card says of itself (R-147)."""

from __future__ import annotations

import msgspec

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.certificates import InstallPermit, MalformedCardCertificate, read_install_permit
from mizuhiki.card.core import AnsweredWith, Authority, ChipCore
from mizuhiki.card.free_area import lawful_ground, layout_problem
from mizuhiki.card.generation import FileRole
from mizuhiki.card.memory import InstalledApplication, PinRecord
from mizuhiki.card.pins import broken_rule
from mizuhiki.card.status import StatusWord
from mizuhiki.card.tlv import MalformedTlv, encode_tlv, read_children
from mizuhiki.crypto.card_keys import CardSignatureInvalid
from mizuhiki.crypto.card_session import C_ENC

_PERMIT, _KEYS, _PIN = 0x7F21, 0x80, 0x81
_PROVIDER_KEYS_LENGTH = 64
_MANAGER = "card-manager"
_MOST_INSTALLED = 8


def _require_manager(core: ChipCore, command: Command) -> None:
    core.require_authority(Authority.ISSUER)
    core.require_active()
    if core.application().name != _MANAGER:
        raise AnsweredWith(StatusWord.CONDITIONS_NOT_MET)
    if command.p1 or command.p2:
        raise AnsweredWith(StatusWord.WRONG_P1_P2)


def install(core: ChipCore, command: Command) -> Answer:  # noqa: PLR0911 - one word for each refusal
    """Install one application by a permit the authority signed: 80 provider keys, 81 first PIN, 7F21 permit."""
    _require_manager(core, command)
    session = core.session.secure
    if session is None or not session.level & C_ENC:
        return Answer(StatusWord.CONDITIONS_NOT_MET)
    keys, pin, permit = _read(core, command)
    image = core.memory.image
    if not lawful_ground(permit.actor, permit.ground):
        return Answer(StatusWord.CONDITIONS_NOT_MET)
    if layout_problem(permit.layout, core.applications, core.generation.format):
        return Answer(StatusWord.BAD_DATA)
    if len(image.installed) >= _MOST_INSTALLED:
        return Answer(StatusWord.NO_ROOM)
    pins = dict(image.pins)
    if bool(permit.layout.pin) is not bool(pin):
        return Answer(StatusWord.BAD_DATA)
    for entry in permit.layout.pin:
        if broken_rule(core.generation.format[entry.format], pin):
            return Answer(StatusWord.BAD_DATA)
        place = permit.layout.place(entry.fid)
        pins[place] = PinRecord(image.pin_verifier(place, pin), entry.tries)
    installed = (*image.installed, InstalledApplication(permit.layout, keys))
    core.memory.replace(msgspec.structs.replace(image, installed=installed, pins=pins))
    return Answer(StatusWord.OK)


def _read(core: ChipCore, command: Command) -> tuple[bytes, bytes, InstallPermit]:
    authority = core.generation.file_place(FileRole.PERMIT_AUTHORITY)
    files = core.memory.image.files
    if authority is None or authority[0].place(authority[1].fid) not in files:
        raise AnsweredWith(StatusWord.REFERENCE_NOT_FOUND)
    try:
        found = read_children(command.data)
        keys, pin = found[_KEYS], found.get(_PIN, b"")
        permit = read_install_permit(encode_tlv(_PERMIT, found[_PERMIT]), files[authority[0].place(authority[1].fid)])
    except (MalformedTlv, MalformedCardCertificate, CardSignatureInvalid, KeyError) as error:
        raise AnsweredWith(StatusWord.BAD_DATA) from error
    if len(keys) != _PROVIDER_KEYS_LENGTH:
        raise AnsweredWith(StatusWord.BAD_DATA)
    return keys, pin, permit


def delete(core: ChipCore, command: Command) -> Answer:
    """Take an application of the free area away with its files and PIN; those of the card itself cannot be."""
    _require_manager(core, command)
    image = core.memory.image
    gone = next((one for one in image.installed if one.layout.aid_bytes == command.data), None)
    if gone is None:
        return Answer(StatusWord.REFERENCE_NOT_FOUND)
    prefix = gone.layout.place("")
    core.memory.replace(
        msgspec.structs.replace(
            image,
            installed=tuple(one for one in image.installed if one is not gone),
            files={place: content for place, content in image.files.items() if not place.startswith(prefix)},
            pins={place: record for place, record in image.pins.items() if not place.startswith(prefix)},
        )
    )
    return Answer(StatusWord.OK)


def get_data(core: ChipCore, command: Command) -> Answer:
    """Return a data object of the card manager: 45 card number, 5F51 answer to reset, 9F70 state, F0 and F2 record."""
    if core.session.application is None or core.session.application.name != _MANAGER:
        return Answer(StatusWord.UNKNOWN_INS)
    if command.data or not command.expected:
        return Answer(StatusWord.WRONG_LENGTH)
    image = core.memory.image
    place = core.generation.file_place(FileRole.CARD_RECORD)
    record = image.files.get(place[0].place(place[1].fid), b"") if place else b""
    objects = {
        0x0045: image.card_number.encode("ascii"),
        0x00F0: record[17:22],
        0x00F2: record[22:30],
        0x5F51: core.generation.atr_bytes[1:],
        0x9F70: bytes((image.state,)),
    }
    found = objects.get(command.p1 << 8 | command.p2, b"")
    return Answer(StatusWord.OK, found[: command.expected]) if found else Answer(StatusWord.REFERENCE_NOT_FOUND)

"""Whether a card with an issuer's changes would be whole: keys fit certificates, items are signed, birth date stays."""

from __future__ import annotations

import msgspec

from mizuhiki.card.certificates import issuer_key_of
from mizuhiki.card.core import ChipCore
from mizuhiki.card.errors import ItemNotRecordable
from mizuhiki.card.faces import check_items
from mizuhiki.card.generation import CardGeneration, FileRole, KeyRole
from mizuhiki.card.items import certificate_presence, decode_four_items
from mizuhiki.card.memory import ChipImage
from mizuhiki.card.tlv import MalformedTlv
from mizuhiki.crypto.card_keys import CardKey, CardSignatureInvalid

_CERTIFICATE_OF = {
    KeyRole.SIGNATURE: FileRole.SIGNATURE_CERTIFICATE,
    KeyRole.USER_IDENTIFICATION: FileRole.USER_IDENTIFICATION_CERTIFICATE,
}


def renewed(core: ChipCore, files: dict[str, bytes], keys: dict[str, CardKey]) -> ChipImage:
    """Return the image with `files`, ready for `keys` to be saved with it.

    Raises:
        ItemNotRecordable: a key has no certificate, a certificate another key; the items' signature does not fit; or
            the birth date is another one, which needs a new card because its face and check numbers say the old one.
    """
    image = core.memory.image
    changed = {**image.files, **files}
    for key_role, file_role in _CERTIFICATE_OF.items():
        _require_pair(core, files, keys, key_role, file_role)
    _require_signed_items(core, image, changed, files)
    presence = core.generation.file_place(FileRole.CERTIFICATE_PRESENCE)
    if presence is not None and presence[0].place(presence[1].fid) in changed:
        signed = _place(core, FileRole.SIGNATURE_CERTIFICATE) in changed
        changed[presence[0].place(presence[1].fid)] = certificate_presence(signature=signed)
    return msgspec.structs.replace(image, files=changed)


def without_signature(generation: CardGeneration, image: ChipImage, pin: str) -> ChipImage:
    """Return the image without the signature certificate, its authority's and the PIN at place `pin`."""
    gone = {_place_in(generation, role) for role in (FileRole.SIGNATURE_CERTIFICATE, FileRole.SIGNATURE_CA)}
    files = {place: content for place, content in image.files.items() if place not in gone}
    presence = _place_in(generation, FileRole.CERTIFICATE_PRESENCE)
    if presence in files:
        files[presence] = certificate_presence(signature=False)
    pins = {place: record for place, record in image.pins.items() if place != pin}
    return msgspec.structs.replace(image, files=files, pins=pins)


def _place(core: ChipCore, role: FileRole) -> str:
    return _place_in(core.generation, role)


def _place_in(generation: CardGeneration, role: FileRole) -> str:
    found = generation.file_place(role)
    return found[0].place(found[1].fid) if found else ""


def _require_pair(
    core: ChipCore, files: dict[str, bytes], keys: dict[str, CardKey], key_role: KeyRole, file_role: FileRole
) -> None:
    application, entry = core.generation.key_place(key_role)
    key_place, file_place = application.place(entry.fid), _place(core, file_role)
    if key_place not in keys and file_place not in files:
        return
    key = keys.get(key_place) or core.memory.key(key_place)
    certificate = files.get(file_place)
    if key is None or certificate is None or key.public_key not in certificate:
        raise ItemNotRecordable(item=file_role.value)
    if key_role is KeyRole.SIGNATURE and application.place(entry.pin) not in core.memory.image.pins:
        raise ItemNotRecordable(item="signature-pin")


def _require_signed_items(core: ChipCore, image: ChipImage, changed: dict[str, bytes], files: dict[str, bytes]) -> None:
    items, number, signature, issuer = (
        _place(core, role)
        for role in (
            FileRole.FOUR_ITEMS,
            FileRole.INDIVIDUAL_NUMBER,
            FileRole.ITEMS_SIGNATURE,
            FileRole.ITEMS_ISSUER_CERTIFICATE,
        )
    )
    if not {items, signature, issuer} & files.keys():
        return
    if items in image.files and items in files:
        before, after = decode_four_items(image.files[items]), decode_four_items(files[items])
        if before.birth_date != after.birth_date:
            raise ItemNotRecordable(item="birth-date")
    if issuer not in changed and signature not in changed:
        return
    try:
        key = issuer_key_of(changed[issuer], None)
        check_items(changed[signature], key, number_file=changed[number], items_file=changed[items])
    except (KeyError, MalformedTlv, CardSignatureInvalid) as error:
        raise ItemNotRecordable(item=FileRole.ITEMS_SIGNATURE.value) from error

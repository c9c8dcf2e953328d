"""Contents of the 券面事項確認AP and the signatures over items and faces (``spec/card.md`` §5; R-136, R-137)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import msgspec

from mizuhiki.card.certificates import CardSigner
from mizuhiki.card.generation import FileRole
from mizuhiki.card.tlv import MalformedTlv, encode_tlv, read_children, read_file_tlv
from mizuhiki.crypto.card_keys import verify_card_signature
from mizuhiki.crypto.digests import sha256
from mizuhiki.vocabulary.persons import Sex

_ITEMS, _NUMBER_HASH, _ITEMS_HASH, _ITEMS_SIGNATURE = 0xFF30, 0xDF31, 0xDF32, 0xDF33
_BIRTH, _FACE, _NUMBER, _ENDORSEMENTS = 0xFF10, 0xFF20, 0xFF40, 0xFF70
_OFFSETS_LENGTH = 11  # tag, length and four offsets of the four-items file
_ENDORSEMENT = 0xDF71
_DAY_LENGTH = 8


class FaceImages(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures of the card's face as the chip keeps them: texts and number as PNG, the photo as the desk has it."""

    name: bytes
    address: bytes
    photo: bytes
    security_code: bytes
    number: bytes


class ItemsIssuer(msgspec.Struct, frozen=True):
    """Who signs items and faces: a key and its certificate for EF 0004."""

    signer: CardSigner
    certificate: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFace:
    """The face as the chip keeps it: images as PNG, the photograph as JPEG 2000 (empty on cards without one)."""

    birth_date: date
    sex: Sex
    expires_on: date
    photo: bytes = field(repr=False)
    name_image: bytes = field(repr=False)
    address_image: bytes = field(repr=False)
    security_code_image: bytes = field(repr=False)
    number_image: bytes = field(default=b"", repr=False)


class Endorsement(msgspec.Struct, frozen=True):
    """One line of the 追記欄 (R-155): the day it was written and its text."""

    day: date
    text: str


def sign_items(number_file: bytes, items_file: bytes, issuer: CardSigner) -> bytes:
    """Return the items signature file: hashes of both text files and the issuer's signature over the two elements."""
    hashes = _items_hashes(number_file, items_file)
    return encode_tlv(_ITEMS, hashes + encode_tlv(_ITEMS_SIGNATURE, issuer.sign_message(hashes)))


def check_items(signature_file: bytes, public_key: bytes, *, number_file: bytes = b"", items_file: bytes = b"") -> None:
    """Check the text files that were read (either may be left out) against the signature file.

    Raises:
        MalformedTlv: a file cannot be read, or a hash is of another file.
        CardSignatureInvalid: the issuer did not sign the hashes.
    """
    found = read_children(read_file_tlv(signature_file, _ITEMS))
    try:
        number, items, signature = found[_NUMBER_HASH], found[_ITEMS_HASH], found[_ITEMS_SIGNATURE]
    except KeyError as error:
        raise MalformedTlv(tag=f"{_ITEMS:04X}") from error
    verify_card_signature(public_key, encode_tlv(_NUMBER_HASH, number) + encode_tlv(_ITEMS_HASH, items), signature)
    if (number_file and sha256(number_file) != number) or (items_file and _items_hash(items_file) != items):
        raise MalformedTlv(tag=f"{_ITEMS:04X}")


def _items_hashes(number_file: bytes, items_file: bytes) -> bytes:
    return encode_tlv(_NUMBER_HASH, sha256(number_file)) + encode_tlv(_ITEMS_HASH, _items_hash(items_file))


def _items_hash(items_file: bytes) -> bytes:
    return sha256(read_file_tlv(items_file, _FACE)[_OFFSETS_LENGTH:])


def birth_file(birth: date, issuer: CardSigner) -> bytes:
    """Return the file for age checks: the birth date alone, with the issuer's signature."""
    element = encode_tlv(0xDF11, f"{birth:%Y%m%d}".encode("ascii"))
    key = encode_tlv(0xDF12, issuer.public_key)
    return encode_tlv(_BIRTH, element + key + encode_tlv(0xDF13, issuer.sign_message(element + key)))


def face_file(birth: date, sex: Sex, expires_on: date, images: FaceImages, issuer: CardSigner) -> bytes:
    """Return the front: items, pictures and a signature over the hashes of three groups; expiry and code unsigned."""
    elements = [
        encode_tlv(0xDF22, f"{birth:%Y%m%d}".encode("ascii")),
        encode_tlv(0xDF23, str(int(sex)).encode("ascii")),
        encode_tlv(0xDF24, issuer.public_key),
        encode_tlv(0xDF25, images.name),
        encode_tlv(0xDF26, images.address),
        encode_tlv(0xDF27, images.photo),
    ]
    elements.append(encode_tlv(0xDF28, issuer.sign_message(_face_message(elements))))
    elements.append(encode_tlv(0xDF29, f"{expires_on:%Y%m%d}".encode("ascii")))
    elements.append(encode_tlv(0xDF2A, images.security_code))
    offsets, position = b"", 0
    for element in elements:
        offsets += position.to_bytes(2, "big")
        position += len(element)
    return encode_tlv(_FACE, encode_tlv(0xDF21, offsets) + b"".join(elements))


def read_face(content: bytes, public_key: bytes) -> CardFace:
    """Read the front and check its signature (R-136: tampering is found).

    Raises:
        MalformedTlv: an element is missing or the key inside is another one.
        CardSignatureInvalid: the issuer did not sign this face.
    """
    found = read_children(read_file_tlv(content, _FACE))
    try:
        if found[0xDF24] != public_key:
            raise MalformedTlv(tag="DF24")
        elements = [encode_tlv(tag, found[tag]) for tag in range(0xDF22, 0xDF28)]
        verify_card_signature(public_key, _face_message(elements), found[0xDF28])
    except KeyError as error:
        raise MalformedTlv(tag=f"{_FACE:04X}") from error
    return decode_face(content)


def decode_face(face: bytes, number: bytes = b"") -> CardFace:
    """Read the face file, and the number file where it was read.

    Raises:
        MalformedTlv: an element is missing or not what it should be.
    """
    found = read_children(read_file_tlv(face, _FACE))
    try:
        return CardFace(
            birth_date=date.fromisoformat(found[0xDF22].decode("ascii")),
            sex=Sex(int(found[0xDF23].decode("ascii"))),
            expires_on=date.fromisoformat(found[0xDF29].decode("ascii")),
            photo=found.get(0xDF27, b""),
            name_image=found[0xDF25],
            address_image=found[0xDF26],
            security_code_image=found[0xDF2A],
            number_image=read_children(read_file_tlv(number, _NUMBER))[0xDF41] if number else b"",
        )
    except (KeyError, ValueError) as error:
        raise MalformedTlv(tag=f"{_FACE:04X}") from error


def number_image_file(image: bytes, issuer: CardSigner) -> bytes:
    """Return the back: the picture of the Individual Number with the issuer's signature."""
    elements = encode_tlv(0xDF41, image) + encode_tlv(0xDF42, issuer.public_key)
    return encode_tlv(_NUMBER, elements + encode_tlv(0xDF43, issuer.sign_message(sha256(elements))))


def read_number_image(content: bytes, public_key: bytes) -> bytes:
    """Return the picture of the number after checking its signature.

    Raises:
        MalformedTlv, CardSignatureInvalid: as in `read_face`.
    """
    found = read_children(read_file_tlv(content, _NUMBER))
    try:
        if found[0xDF42] != public_key:
            raise MalformedTlv(tag="DF42")
        elements = encode_tlv(0xDF41, found[0xDF41]) + encode_tlv(0xDF42, found[0xDF42])
        verify_card_signature(public_key, sha256(elements), found[0xDF43])
        return found[0xDF41]
    except KeyError as error:
        raise MalformedTlv(tag=f"{_NUMBER:04X}") from error


def endorsements_file(lines: tuple[Endorsement, ...]) -> bytes:
    """Return the lines of the 追記欄 in the order they were written."""
    raw = b"".join(
        encode_tlv(_ENDORSEMENT + place, f"{line.day:%Y%m%d}".encode("ascii") + line.text.encode("utf-8"))
        for place, line in enumerate(lines)
    )
    return encode_tlv(_ENDORSEMENTS, raw)


def read_endorsements(content: bytes) -> tuple[Endorsement, ...]:
    """Read the lines of the 追記欄.

    Raises:
        MalformedTlv: the file holds something else.
    """
    try:
        return tuple(
            Endorsement(date.fromisoformat(raw[:_DAY_LENGTH].decode("ascii")), raw[_DAY_LENGTH:].decode("utf-8"))
            for raw in read_children(read_file_tlv(content, _ENDORSEMENTS)).values()
        )
    except ValueError as error:
        raise MalformedTlv(tag=f"{_ENDORSEMENTS:04X}") from error


def application_infos() -> dict[FileRole, bytes]:
    """Return the information files of both text and face application; key ids begin with 6 as on test cards."""
    items = encode_tlv(0xDF41, bytes.fromhex("01030E01")) + encode_tlv(0xDF42, b"6000020".ljust(16, b"\x00"))
    face = encode_tlv(0xDF31, bytes.fromhex("06030E01")) + encode_tlv(0xDF32, b"6000023".ljust(16, b"\x00"))
    return {FileRole.ITEMS_INFO: encode_tlv(0xFF40, items), FileRole.FACE_INFO: encode_tlv(0xFF30, face)}


def _face_message(elements: list[bytes]) -> bytes:
    return b"".join(sha256(b"".join(elements[start:end])) for start, end in ((0, 3), (3, 5), (5, 6)))

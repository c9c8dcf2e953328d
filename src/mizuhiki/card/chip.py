"""The chip: commands in, answers out, and the desk's interface until it is closed.

Keys are generated inside and never leave; the desk sees public keys only (R-146, R-197). The desk's steps, in order:
1. `generate_keys`, 2. `install_certificates`, 3. `write_items`, 4. `set_pins`, 5. `close_personalisation`; and
`set_issuer_keys`, `install_trust` and `write_face` at any time before 5. All but the first may be taken again while the
card is open; writing the items again forgets the PINs. After step 5 every one of them raises `PersonalisationClosed`
(status word 6985), and the only ways in are the commands of ``spec/card.md``: the holder's, and those of an issuer's
secure session (`card.issuer`).

A chip is not copied and not serialised; what survives is the sealed image in its store.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from typing import NoReturn, Protocol, SupportsIndex

import msgspec

from mizuhiki.card.certificates import encode_key, issuer_key_of
from mizuhiki.card.contents import require_recordable
from mizuhiki.card.core import ChipCore, Session
from mizuhiki.card.errors import (
    CertificateForAnotherKey,
    ItemNotRecordable,
    PersonalisationClosed,
    PersonalisationIncomplete,
    PersonalisationOutOfOrder,
    PinNotAllowed,
)
from mizuhiki.card.faces import (
    FaceImages,
    ItemsIssuer,
    application_infos,
    birth_file,
    check_items,
    face_file,
    number_image_file,
    sign_items,
)
from mizuhiki.card.generation import CardGeneration, FileLayout, FileRole, KeyRole, PinRole, card_generation
from mizuhiki.card.items import (
    birth_check_number,
    card_record,
    certificate_presence,
    encode_four_items,
    encode_individual_number,
    encode_resident_record_code,
    items_check_number,
    name_with_former,
    token_file,
)
from mizuhiki.card.memory import ChipImage, ChipMemory, LifeState, PinRecord
from mizuhiki.card.pins import PinText, broken_rule, guessable_pins, is_forbidden, pin_bytes
from mizuhiki.card.processor import process
from mizuhiki.card.store import CardStore, MemoryCardStore
from mizuhiki.crypto.card_keys import CardKey, CardKeyAlgorithm, CardSecret, CardSignatureInvalid
from mizuhiki.crypto.card_session import IssuerKeys
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems

_SIGNED_ELSEWHERE = frozenset(
    {
        FileRole.ITEMS_SIGNATURE,
        FileRole.ITEMS_ISSUER_CERTIFICATE,
        FileRole.FACE_BIRTH,
        FileRole.FACE,
        FileRole.NUMBER_IMAGE,
        FileRole.FACE_ISSUER_CERTIFICATE,
    }
)


class PublicKeys(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk gets of new keys: DER SubjectPublicKeyInfo; `signature` is empty when none was asked for."""

    user_identification: bytes
    signature: bytes = b""
    card_authentication: bytes = b""


class CardCertificates(msgspec.Struct, frozen=True, kw_only=True):
    """DER certificates to be installed; the signature pair is empty where no signature key was made."""

    user_identification: bytes
    user_identification_ca: bytes
    signature: bytes = b""
    signature_ca: bytes = b""


class CardTrust(msgspec.Struct, frozen=True, kw_only=True):
    """DER public keys the chip trusts: for terminals without PIN, for permits of the free area; empty: none."""

    terminal_ca: bytes = b""
    permit_authority: bytes = b""


class KeySource(Protocol):
    """Where a chip of a load test takes its keys; a chip of anybody makes its own."""

    def take(self, algorithm: CardKeyAlgorithm) -> CardKey:
        """Return a key."""
        ...


class Chip:
    """One card's chip. Safe between threads: one command at a time."""

    __slots__ = ("_core", "_lock")

    def __init__(self, core: ChipCore) -> None:
        self._core = core
        self._lock = threading.RLock()

    @classmethod
    def blank(
        cls,
        generation: CardGeneration,
        randomness: Randomness,
        *,
        store: CardStore | None = None,
        secret: CardSecret | None = None,
    ) -> Chip:
        """Make a chip without keys or content.

        Without a store it lives as long as the process; without a secret it can be opened by nobody again.
        """
        secret = secret or CardSecret.from_key(randomness.bytes(32))
        memory = ChipMemory.create(generation.name, store or MemoryCardStore(), secret, randomness)
        return cls(ChipCore(generation, memory, randomness))

    @classmethod
    def open(
        cls,
        store: CardStore,
        secret: CardSecret,
        randomness: Randomness,
        *,
        generation: CardGeneration | None = None,
    ) -> Chip:
        """Power on a chip that exists; `generation` is needed only when it does not come with this package.

        Raises:
            CardImageUnreadable: nothing stored, damaged, or the secret is wrong.
            UnknownGeneration: the card is of a generation that is not known here.
        """
        memory = ChipMemory.open(store, secret, randomness)
        return cls(ChipCore(generation or card_generation(memory.image.generation), memory, randomness))

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a chip cannot be copied or serialised")

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._core.generation.atr_bytes

    @property
    def personalised(self) -> bool:
        """Whether personalisation was closed."""
        return self._core.memory.image.closed

    @property
    def state(self) -> LifeState:
        """The life cycle: in use, suspended or abolished."""
        return self._core.memory.image.state

    @property
    def card_number(self) -> str:
        """The chip's own fifteen digits; they name its issuer keys and say nothing of the holder."""
        return self._core.memory.image.card_number

    def reset(self) -> bytes:
        """Power off and on: the session is forgotten, the memory read again; return the answer to reset."""
        with self._lock:
            self._core.memory.reload()
            self._core.session = Session()
            return self.atr

    def transmit(self, apdu: bytes) -> bytes:
        """Answer one command APDU: data and two bytes of status word, for any input.

        Raises:
            CardMute: the card lost power in a write and was not reset; or whatever the store raised at that moment.
        """
        with self._lock:
            return process(self._core, apdu)

    def generate_keys(self, *, signature: bool = True, pool: KeySource | None = None) -> PublicKeys:
        """Make the private keys inside the chip, once; without a signature key for those who may have none.

        A `pool` marks the card for good as one of a load test.

        Raises:
            PersonalisationClosed: the card was handed over.
            PersonalisationOutOfOrder: it has keys already.
        """
        with self._lock:
            image = self._open_image()
            if image.keys:
                raise PersonalisationOutOfOrder(needs="a blank card")
            make = pool.take if pool is not None else CardKey.generate
            keys = {
                entry.role: (application.place(entry.fid), make(self._core.generation.algorithm))
                for application in self._core.generation.application
                for entry in application.key
                if signature or entry.role is not KeyRole.SIGNATURE
            }
            image = msgspec.structs.replace(image, pooled_keys=pool is not None)
            self._core.memory.replace_with_keys(image, dict(keys.values()))
            public = {role: key.public_key for role, (_, key) in keys.items()}
            return PublicKeys(
                user_identification=public[KeyRole.USER_IDENTIFICATION],
                signature=public.get(KeyRole.SIGNATURE, b""),
                card_authentication=public.get(KeyRole.CARD_AUTHENTICATION, b""),
            )

    def set_issuer_keys(self, keys: IssuerKeys) -> None:
        """Give the card the keys of its issuer's secure session; without them it can never be changed again.

        Raises:
            PersonalisationClosed: the card was handed over.
        """
        with self._lock:
            self._core.memory.replace(msgspec.structs.replace(self._open_image(), issuer_keys=keys.to_bytes()))

    def install_trust(self, trust: CardTrust) -> None:
        """Write the keys under which terminals and permits of the free area are certified.

        Raises:
            PersonalisationClosed: the card was handed over.
        """
        with self._lock:
            contents = {
                FileRole.TERMINAL_CA: encode_key(trust.terminal_ca) if trust.terminal_ca else b"",
                FileRole.PERMIT_AUTHORITY: encode_key(trust.permit_authority) if trust.permit_authority else b"",
            }
            self._write_files(self._open_image(), contents)

    def write_face(self, *, four_items: FourItems, expires_on: date, images: FaceImages, issuer: ItemsIssuer) -> None:
        """Write the pictures of both sides, signed by the issuer, into the 券面事項確認AP (R-136).

        Raises:
            PersonalisationClosed: the card was handed over.
            ItemNotRecordable: a picture is none, or this generation has no place for it.
        """
        with self._lock:
            image = self._open_image()
            signer, birth = issuer.signer, four_items.birth_date
            contents = {
                FileRole.FACE_BIRTH: birth_file(birth, signer),
                FileRole.FACE: face_file(birth, four_items.sex, expires_on, images, signer),
                FileRole.NUMBER_IMAGE: number_image_file(images.number, signer),
                FileRole.FACE_ISSUER_CERTIFICATE: issuer.certificate,
            }
            for role, content in contents.items():
                require_recordable(role, content)
            self._write_files(image, contents)

    def write_signed(self, contents: dict[FileRole, bytes]) -> None:
        """Write the files of items and faces that an issuer elsewhere signed; after `write_items`.

        Raises:
            PersonalisationClosed: the card was handed over.
            ItemNotRecordable: a file is none of these or not what it should be, or the items' signature does not fit.
        """
        with self._lock:
            image = self._open_image()
            for role, content in contents.items():
                if role not in _SIGNED_ELSEWHERE:
                    raise ItemNotRecordable(item=role.value)
                require_recordable(role, content)
            if FileRole.ITEMS_SIGNATURE in contents:
                self._require_items_signature(image, contents)
            self._write_files(image, contents)

    def _require_items_signature(self, image: ChipImage, contents: dict[FileRole, bytes]) -> None:
        layout = self._core.generation.file_place
        texts = []
        for role in (FileRole.INDIVIDUAL_NUMBER, FileRole.FOUR_ITEMS):
            place = layout(role)
            texts.append(image.files.get(place[0].place(place[1].fid), b"") if place else b"")
        try:
            key = issuer_key_of(contents[FileRole.ITEMS_ISSUER_CERTIFICATE], None)
            check_items(contents[FileRole.ITEMS_SIGNATURE], key, number_file=texts[0], items_file=texts[1])
        except (KeyError, Malformed, CardSignatureInvalid) as error:
            raise ItemNotRecordable(item=FileRole.ITEMS_SIGNATURE.value) from error

    def install_certificates(self, certificates: CardCertificates) -> None:
        """Write the certificates the certification authorities issued for this chip's keys.

        Raises:
            PersonalisationClosed: the card was handed over.
            PersonalisationOutOfOrder: there are no keys yet.
            CertificateForAnotherKey: a certificate does not carry this chip's key, or is there without its key.
        """
        with self._lock:
            image = self._open_image()
            self._require_own(KeyRole.USER_IDENTIFICATION, certificates.user_identification)
            with_signature = self._key_place(KeyRole.SIGNATURE) in image.keys
            if with_signature:
                self._require_own(KeyRole.SIGNATURE, certificates.signature)
            elif certificates.signature or certificates.signature_ca:
                raise CertificateForAnotherKey(key=KeyRole.SIGNATURE.value)
            contents = {
                FileRole.USER_IDENTIFICATION_CERTIFICATE: certificates.user_identification,
                FileRole.USER_IDENTIFICATION_CA: certificates.user_identification_ca,
                FileRole.SIGNATURE_CERTIFICATE: certificates.signature,
                FileRole.SIGNATURE_CA: certificates.signature_ca,
                FileRole.CERTIFICATE_PRESENCE: certificate_presence(signature=with_signature),
                FileRole.TOKEN: token_file(pooled_keys=image.pooled_keys),
            }
            self._write_files(image, contents)

    def write_items(
        self,
        *,
        individual_number: IndividualNumber,
        four_items: FourItems,
        resident_record_code: ResidentRecordCode,
        security_code: str,
        expires_on: date,
        former_surname: str = "",
        municipality_code: str = "",
        issuer: ItemsIssuer | None = None,
    ) -> None:
        """Write the texts the law lets the chip record, set the check numbers, and learn which PINs nobody may choose.

        With an issuer the texts are signed; with a municipality code the card's record names it.

        Raises:
            PersonalisationClosed: the card was handed over.
            ItemNotRecordable: this generation has no place for one of them, or the security code is not four digits.
        """
        with self._lock:
            image = self._open_image()
            if len(security_code) != 4 or not (security_code.isascii() and security_code.isdigit()):  # noqa: PLR2004 - length of the printed code
                raise ItemNotRecordable(item="security-code")
            if former_surname and not self._core.generation.former_surname:
                raise ItemNotRecordable(item="former-surname")
            if former_surname:
                four_items = replace(four_items, name=name_with_former(four_items.name, former_surname))
            contents = {
                FileRole.INDIVIDUAL_NUMBER: encode_individual_number(individual_number),
                FileRole.FOUR_ITEMS: encode_four_items(four_items),
                FileRole.RESIDENT_RECORD_CODE: encode_resident_record_code(resident_record_code),
                **application_infos(),
            }
            if municipality_code:
                contents[FileRole.CARD_RECORD] = card_record(image.card_number, municipality_code, expires_on)
            if issuer is not None:
                number_file, items_file = contents[FileRole.INDIVIDUAL_NUMBER], contents[FileRole.FOUR_ITEMS]
                contents[FileRole.ITEMS_SIGNATURE] = sign_items(number_file, items_file, issuer.signer)
                contents[FileRole.ITEMS_ISSUER_CERTIFICATE] = issuer.certificate
            guessable = guessable_pins(four_items.birth_date, security_code)
            forbidden = tuple(sorted(image.forbidden_verifier(pin) for pin in guessable))
            number = individual_number.reveal().encode("ascii")
            check_b = items_check_number(four_items.birth_date, expires_on, security_code)
            checks = {
                PinRole.NUMBER_CHECK: number,
                PinRole.ITEMS_CHECK: check_b,
                PinRole.FACE_NUMBER_CHECK: number,
                PinRole.FACE_ITEMS_CHECK: check_b,
                PinRole.FACE_BIRTH: birth_check_number(four_items.birth_date),
            }
            # PINs set before were checked against another birth date: they are not kept.
            pins = self._pin_records(image, checks)
            self._write_files(msgspec.structs.replace(image, forbidden_pins=forbidden, pins=pins), contents)

    def set_pins(
        self,
        *,
        user_identification: PinText,
        items: PinText,
        resident_register: PinText,
        signature: PinText | None = None,
    ) -> None:
        """Set the PINs the holder entered at the desk; the four-digit ones may be equal to each other (R-143).

        Raises:
            PersonalisationClosed: the card was handed over.
            PersonalisationOutOfOrder: the items are not written, so the birth date is not known; or a signature PIN
                is missing or given without its key.
            PinNotAllowed: a PIN breaks a rule; none was set.
        """
        with self._lock:
            image = self._open_image()
            if not image.forbidden_pins:
                raise PersonalisationOutOfOrder(needs="items")
            if (signature is None) is (self._key_place(KeyRole.SIGNATURE) in image.keys):
                raise PersonalisationOutOfOrder(needs="signature-key-and-pin")
            chosen = {
                PinRole.USER_IDENTIFICATION: user_identification,
                PinRole.ITEMS: items,
                PinRole.RESIDENT_REGISTER: resident_register,
                **({PinRole.SIGNATURE: signature} if signature is not None else {}),
            }
            raw = {role: pin_bytes(pin) for role, pin in chosen.items()}
            for role, pin in raw.items():
                form = self._core.generation.pin_format(role)
                reason = broken_rule(form, pin)
                if reason is None and is_forbidden(form, image, pin):
                    reason = "birth-date-or-security-code"
                if reason:
                    raise PinNotAllowed(pin=role.value, reason=reason)
            pins = {**image.pins, **self._pin_records(image, raw)}
            self._core.memory.replace(msgspec.structs.replace(image, pins=pins))

    def close_personalisation(self) -> None:
        """Hand the card over: from now on the desk can write nothing.

        Raises:
            PersonalisationClosed: it was closed before.
            PersonalisationIncomplete: something of the card is missing; the field `missing` names it.
        """
        with self._lock:
            image = self._open_image()
            missing = self._missing(image)
            if missing:
                raise PersonalisationIncomplete(missing=", ".join(missing))
            self._core.memory.replace(msgspec.structs.replace(image, closed=True))
            self._core.session = Session()

    def _open_image(self) -> ChipImage:
        image = self._core.memory.image
        if image.closed:
            raise PersonalisationClosed
        return image

    def _missing(self, image: ChipImage) -> list[str]:
        signature = {FileRole.SIGNATURE_CERTIFICATE.value, FileRole.SIGNATURE_CA.value, PinRole.SIGNATURE.value}
        optional = set() if self._key_place(KeyRole.SIGNATURE) in image.keys else signature
        present = image.files.keys() | image.pins.keys() | image.keys.keys()
        return [
            entry.role.value
            for application in self._core.generation.application
            for entry in application.entries
            if application.place(entry.fid) not in present
            and entry.role.value not in optional
            and not (isinstance(entry, FileLayout) and entry.optional)
        ]

    def _key_place(self, role: KeyRole) -> str:
        application, entry = self._core.generation.key_place(role)
        return application.place(entry.fid)

    def _require_own(self, role: KeyRole, certificate: bytes) -> None:
        key = self._core.memory.key(self._key_place(role))
        if key is None:
            raise PersonalisationOutOfOrder(needs="keys")
        # A certificate carries its SubjectPublicKeyInfo byte for byte (RFC 5280 §4.1); the desk checks the rest.
        if key.public_key not in certificate:
            raise CertificateForAnotherKey(key=role.value)

    def _pin_records(self, image: ChipImage, pins: dict[PinRole, bytes]) -> dict[str, PinRecord]:
        records = {}
        for role, pin in pins.items():
            application, entry = self._core.generation.pin_place(role)
            place = application.place(entry.fid)
            records[place] = PinRecord(image.pin_verifier(place, pin), entry.tries)
        return records

    def _write_files(self, image: ChipImage, contents: dict[FileRole, bytes]) -> None:
        files = dict(image.files)
        for role, content in contents.items():
            found = self._core.generation.file_place(role)
            if found is None and content:
                raise ItemNotRecordable(item=role.value)
            if found is not None and content:
                files[found[0].place(found[1].fid)] = content
        self._core.memory.replace(msgspec.structs.replace(image, files=files))

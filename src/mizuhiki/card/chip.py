"""The chip: commands in, answers out, and the desk's interface until it is closed.

Keys are generated inside and never leave; the desk sees public keys only (R-146, R-197). The desk's steps, in order:
1. `generate_keys`, 2. `install_certificates`, 3. `write_items`, 4. `set_pins`, 5. `close_personalisation`. All but the
first may be taken again while the card is open; writing the items again forgets the PINs. After step 5 every one of
them raises `PersonalisationClosed` (status word 6985), and the only ways in are the commands of ``spec/card.md``.

A chip is not copied and not serialised; what survives is the sealed image in its store.
"""

from __future__ import annotations

import threading
from datetime import date
from typing import NoReturn, SupportsIndex

import msgspec

from mizuhiki.card.core import ChipCore, Session
from mizuhiki.card.errors import (
    CertificateForAnotherKey,
    ItemNotRecordable,
    PersonalisationClosed,
    PersonalisationIncomplete,
    PersonalisationOutOfOrder,
    PinNotAllowed,
)
from mizuhiki.card.generation import CardGeneration, FileRole, KeyRole, PinRole, card_generation
from mizuhiki.card.items import (
    certificate_presence,
    encode_four_items,
    encode_individual_number,
    encode_resident_record_code,
    items_check_number,
    token_file,
)
from mizuhiki.card.memory import ChipImage, ChipMemory, PinRecord
from mizuhiki.card.pins import PinText, broken_rule, guessable_pins, is_forbidden, pin_bytes
from mizuhiki.card.processor import process
from mizuhiki.card.store import CardStore, MemoryCardStore
from mizuhiki.crypto.card_keys import CardKey, CardSecret
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems


class PublicKeys(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk gets of new keys: DER SubjectPublicKeyInfo; `signature` is empty when none was asked for."""

    user_identification: bytes
    signature: bytes = b""


class CardCertificates(msgspec.Struct, frozen=True, kw_only=True):
    """DER certificates to be installed; the signature pair is empty where no signature key was made."""

    user_identification: bytes
    user_identification_ca: bytes
    signature: bytes = b""
    signature_ca: bytes = b""


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

    def generate_keys(self, *, signature: bool = True) -> PublicKeys:
        """Make the private keys inside the chip, once; without a signature key for those who may have none.

        Raises:
            PersonalisationClosed: the card was handed over.
            PersonalisationOutOfOrder: it has keys already.
        """
        with self._lock:
            if self._open_image().keys:
                raise PersonalisationOutOfOrder(needs="a blank card")
            roles = [KeyRole.USER_IDENTIFICATION, *([KeyRole.SIGNATURE] if signature else [])]
            keys = {role: CardKey.generate(self._core.generation.algorithm) for role in roles}
            self._core.memory.add_keys({self._key_place(role): key for role, key in keys.items()})
            return PublicKeys(
                user_identification=keys[KeyRole.USER_IDENTIFICATION].public_key,
                signature=keys[KeyRole.SIGNATURE].public_key if signature else b"",
            )

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
                FileRole.TOKEN: token_file(),
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
    ) -> None:
        """Write the texts the law lets the chip record, set both check numbers, and learn which PINs nobody may choose.

        Raises:
            PersonalisationClosed: the card was handed over.
            ItemNotRecordable: this generation has no place for one of them, or the security code is not four digits.
        """
        with self._lock:
            image = self._open_image()
            if len(security_code) != 4 or not (security_code.isascii() and security_code.isdigit()):  # noqa: PLR2004 - length of the printed code
                raise ItemNotRecordable(item="security-code")
            contents = {
                FileRole.INDIVIDUAL_NUMBER: encode_individual_number(individual_number),
                FileRole.FOUR_ITEMS: encode_four_items(four_items),
                FileRole.RESIDENT_RECORD_CODE: encode_resident_record_code(resident_record_code),
            }
            guessable = guessable_pins(four_items.birth_date, security_code)
            forbidden = tuple(sorted(image.forbidden_verifier(pin) for pin in guessable))
            checks = {
                PinRole.NUMBER_CHECK: individual_number.reveal().encode("ascii"),
                PinRole.ITEMS_CHECK: items_check_number(four_items.birth_date, expires_on, security_code),
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
            if application.place(entry.fid) not in present and entry.role.value not in optional
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

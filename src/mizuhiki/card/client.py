"""What a program beside a card reader does with a card, whatever reader it is: certificates, signatures, texts, PINs.

Before a PIN is sent, its form is checked and the tries left are asked for: no PIN is ever blocked by surprise. One try
left raises `LastTryNeedsConfirmation` unless the caller says `confirm_last_try`, after asking the person.
"""

from __future__ import annotations

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.errors import (
    CardRefused,
    LastTryNeedsConfirmation,
    NoCertificateOnCard,
    NotAnIndividualNumberCard,
    PinBlocked,
    PinNotAllowed,
    WrongPin,
)
from mizuhiki.card.generation import CardGeneration, FileRole, KeyRole, PinRole, card_generation
from mizuhiki.card.items import decode_four_items, decode_individual_number, decode_resident_record_code
from mizuhiki.card.pins import PinText, broken_rule, pin_bytes
from mizuhiki.card.reader import Reader
from mizuhiki.card.status import StatusWord, tries_left_of
from mizuhiki.crypto.card_keys import SHA256_DIGEST_INFO_PREFIX
from mizuhiki.crypto.digests import sha256
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems

_CHUNK = 256
_DER_HEADER_LENGTH = 4
_DER_SEQUENCE_LONG = b"\x30\x82"


class CardClient:
    """Speaks to the card in `reader`; `generation` says where that card keeps what."""

    __slots__ = ("_generation", "_reader")

    def __init__(self, reader: Reader, generation: CardGeneration | None = None) -> None:
        self._reader = reader
        self._generation = generation or card_generation("2016")

    def user_identification_certificate(self) -> bytes:
        """Return the user-identification certificate (DER); it needs no PIN.

        Raises:
            NoCertificateOnCard: there is none.
        """
        return self._certificate(FileRole.USER_IDENTIFICATION_CERTIFICATE)

    def signature_certificate(self, pin: PinText, *, confirm_last_try: bool = False) -> bytes:
        """Return the signature certificate (DER), which names the person and so needs the signature PIN.

        Raises:
            NoCertificateOnCard: there is none. PIN errors as in `verify`.
        """
        self.verify(PinRole.SIGNATURE, pin, confirm_last_try=confirm_last_try)
        return self._certificate(FileRole.SIGNATURE_CERTIFICATE, select=False)

    def signature_authority(self) -> bytes:
        """Return the certificate (DER) of the authority that issued the signature certificate; it needs no PIN.

        Whoever verifies takes it from the authority itself: a card may carry any.

        Raises:
            NoCertificateOnCard: there is none.
        """
        return self._certificate(FileRole.SIGNATURE_CA)

    def sign_for_user_identification(self, pin: PinText, data: bytes, *, confirm_last_try: bool = False) -> bytes:
        """Return the card's PKCS#1 v1.5 SHA-256 signature over `data` by the user-identification key.

        Raises:
            PIN errors as in `verify`.
        """
        self.verify(PinRole.USER_IDENTIFICATION, pin, confirm_last_try=confirm_last_try)
        return self._sign(KeyRole.USER_IDENTIFICATION, data)

    def sign(self, pin: PinText, data: bytes, *, confirm_last_try: bool = False) -> bytes:
        """Return the card's PKCS#1 v1.5 SHA-256 signature over `data` by the signature key.

        Raises:
            PIN errors as in `verify`.
        """
        self.verify(PinRole.SIGNATURE, pin, confirm_last_try=confirm_last_try)
        return self._sign(KeyRole.SIGNATURE, data)

    def read_individual_number(self, pin: PinText, *, confirm_last_try: bool = False) -> IndividualNumber:
        """Return the number with the items PIN; lawful only for affairs of the Act (R-139).

        Raises:
            PIN errors as in `verify`.
        """
        self.verify(PinRole.ITEMS, pin, confirm_last_try=confirm_last_try)
        return decode_individual_number(self._read(FileRole.INDIVIDUAL_NUMBER))

    def confirm_individual_number(self, typed: IndividualNumber, *, confirm_last_try: bool = False) -> IndividualNumber:
        """Return the card's number where `typed`, keyed in by eye, is right (照合番号A; R-140).

        Raises:
            WrongPin: it is another number. Others as in `verify`.
        """
        self.verify(PinRole.NUMBER_CHECK, typed, confirm_last_try=confirm_last_try)
        return decode_individual_number(self._read(FileRole.INDIVIDUAL_NUMBER))

    def read_four_items(self, pin: PinText, *, confirm_last_try: bool = False) -> FourItems:
        """Return the four items with the items PIN.

        Raises:
            PIN errors as in `verify`.
        """
        self.verify(PinRole.ITEMS, pin, confirm_last_try=confirm_last_try)
        return decode_four_items(self._read(FileRole.FOUR_ITEMS))

    def read_four_items_by_check_number(self, check_number: PinText, *, confirm_last_try: bool = False) -> FourItems:
        """Return the four items with 照合番号B, the 14 digits readable on the card's front (R-138).

        Raises:
            PIN errors as in `verify`.
        """
        self.verify(PinRole.ITEMS_CHECK, check_number, confirm_last_try=confirm_last_try)
        return decode_four_items(self._read(FileRole.FOUR_ITEMS))

    def read_resident_record_code(self, pin: PinText, *, confirm_last_try: bool = False) -> ResidentRecordCode:
        """Return the resident record code with the 住基 PIN; for the register's own work only.

        Raises:
            PIN errors as in `verify`.
        """
        self.verify(PinRole.RESIDENT_REGISTER, pin, confirm_last_try=confirm_last_try)
        return decode_resident_record_code(self._read(FileRole.RESIDENT_RECORD_CODE))

    def pin_tries_left(self, which: PinRole) -> int:
        """Return the tries left (0: blocked) without spending one.

        Raises:
            NotAnIndividualNumberCard: no such application or PIN on this card.
        """
        self._select_pin(which)
        answer = self._send(Command(0x00, 0x20, 0x00, 0x80))
        left = tries_left_of(answer.word)
        if left is None:
            raise _refused(answer)
        return left

    def verify(self, which: PinRole, pin: PinText, *, confirm_last_try: bool = False) -> None:
        """Open what the PIN guards until the next application is selected.

        Raises:
            PinNotAllowed: it cannot be the PIN by its form; nothing was sent.
            PinBlocked: no try was left before.
            LastTryNeedsConfirmation: one try is left and the caller did not confirm; nothing was sent.
            WrongPin: the card compared and refused; `tries_left` says what remains.
            NotAnIndividualNumberCard: no such application or PIN on this card.
        """
        self._require_form(which, pin)
        left = self.pin_tries_left(which)
        if left == 0:
            raise PinBlocked(pin=which.value)
        if left == 1 and not confirm_last_try:
            raise LastTryNeedsConfirmation(pin=which.value)
        answer = self._send(Command(0x00, 0x20, 0x00, 0x80, pin_bytes(pin)))
        if answer.word == StatusWord.PIN_BLOCKED:
            raise PinBlocked(pin=which.value)
        remaining = tries_left_of(answer.word)
        if remaining is not None:
            raise WrongPin(pin=which.value, tries_left=remaining)
        _require_ok(answer)

    def change_pin(self, which: PinRole, current: PinText, new: PinText, *, confirm_last_try: bool = False) -> None:
        """Replace a PIN by a new one.

        Raises:
            PinNotAllowed: `new` breaks the rules of its form, or the chip's own (``card``: birth date, security code).
            PIN errors as in `verify` for `current`.
        """
        self._require_form(which, new)
        self.verify(which, current, confirm_last_try=confirm_last_try)
        answer = self._send(Command(0x00, 0x24, 0x01, 0x80, pin_bytes(new)))
        if answer.word == StatusWord.BAD_DATA:
            raise PinNotAllowed(pin=which.value, reason="card")
        _require_ok(answer)

    def _require_form(self, which: PinRole, pin: PinText) -> None:
        reason = broken_rule(self._generation.pin_format(which), pin_bytes(pin))
        if reason:
            raise PinNotAllowed(pin=which.value, reason=reason)

    def _send(self, command: Command) -> Answer:
        return Answer.decode(self._reader.transmit(command.encode()))

    def _select_application(self, aid: bytes) -> None:
        answer = self._send(Command(0x00, 0xA4, 0x04, 0x0C, aid))
        if answer.word == StatusWord.FILE_NOT_FOUND:
            raise NotAnIndividualNumberCard
        _require_ok(answer)

    def _select_file(self, fid: str) -> Answer:
        return self._send(Command(0x00, 0xA4, 0x02, 0x0C, bytes.fromhex(fid)))

    def _select_pin(self, which: PinRole) -> None:
        application, entry = self._generation.pin_place(which)
        self._select_application(application.aid_bytes)
        answer = self._select_file(entry.fid)
        if answer.word == StatusWord.FILE_NOT_FOUND:
            raise NotAnIndividualNumberCard(pin=which.value)
        _require_ok(answer)

    def _certificate(self, role: FileRole, *, select: bool = True) -> bytes:
        found = self._generation.file_place(role)
        if found is None:
            raise NoCertificateOnCard(file=role.value)
        if select:
            self._select_application(found[0].aid_bytes)
        content = self._read(role)
        if not content.startswith(_DER_SEQUENCE_LONG):
            raise NoCertificateOnCard(file=role.value)
        # Real cards pad certificate files to a fixed size.
        return content[: _DER_HEADER_LENGTH + int.from_bytes(content[2:4], "big")]

    def _read(self, role: FileRole) -> bytes:
        """Read a whole file of the application that is selected."""
        found = self._generation.file_place(role)
        answer = self._select_file(found[1].fid) if found else Answer(StatusWord.FILE_NOT_FOUND)
        if answer.word == StatusWord.FILE_NOT_FOUND:
            raise NoCertificateOnCard(file=role.value)
        _require_ok(answer)
        content = b""
        while True:
            chunk = self._send(Command(0x00, 0xB0, len(content) >> 8, len(content) & 0xFF, expected=_CHUNK))
            if chunk.word == StatusWord.OFFSET_PAST_END:
                return content
            _require_ok(chunk)
            content += chunk.data
            if len(chunk.data) < _CHUNK:
                return content

    def _sign(self, role: KeyRole, data: bytes) -> bytes:
        """Sign with a key of the selected application, whose PIN was verified."""
        answer = self._select_file(self._generation.key_place(role)[1].fid)
        _require_ok(answer)
        digest_info = SHA256_DIGEST_INFO_PREFIX + sha256(data)
        signed = self._send(Command(0x80, 0x2A, 0x00, 0x80, digest_info, expected=_CHUNK))
        _require_ok(signed)
        return signed.data


def _refused(answer: Answer) -> CardRefused:
    return CardRefused(word=f"{answer.word:04X}")


def _require_ok(answer: Answer) -> None:
    if not answer.ok:
        raise _refused(answer)

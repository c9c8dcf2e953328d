"""What a program beside a card reader does with a card, whatever reader it is: certificates, signatures, texts, PINs.

Before a PIN is sent, its form is checked and the tries left are asked for: no PIN is ever blocked by surprise. One try
left raises `LastTryNeedsConfirmation` unless the caller says `confirm_last_try`, after asking the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mizuhiki.card.apdu import Answer, Command
from mizuhiki.card.certificates import CardSigner, issuer_key_of
from mizuhiki.card.commands.terminal import CHALLENGE_LENGTH, terminal_message
from mizuhiki.card.conversation import CHUNK, Conversation, require_ok
from mizuhiki.card.errors import (
    CardAsksForPin,
    CardRefused,
    NoCertificateOnCard,
    NoSignatureCertificateOnCard,
    NoSuchCardFile,
    NotAnIndividualNumberCard,
    PinNotAllowed,
    TerminalNotTrusted,
)
from mizuhiki.card.faces import check_items
from mizuhiki.card.generation import ApplicationLayout, CardGeneration, FileRole, KeyRole, PinRole, card_generation
from mizuhiki.card.items import decode_four_items, decode_individual_number, decode_resident_record_code
from mizuhiki.card.pins import PinText, broken_rule, pin_bytes
from mizuhiki.card.reader import Reader
from mizuhiki.card.recognise import recognise_generation
from mizuhiki.card.status import StatusWord
from mizuhiki.crypto.card_keys import SHA256_DIGEST_INFO_PREFIX, CardKeyAlgorithm
from mizuhiki.crypto.digests import sha256, sha384
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems

_DER_HEADER_LENGTH = 4
_DER_SEQUENCE_LONG = b"\x30\x82"
_LABEL_LENGTH = 32


@dataclass(frozen=True, slots=True)
class CardDescription:
    """What a card tells anybody; `kind` is its token label (``JPKIAPICCTOKEN2``: Individual Number Card)."""

    atr: bytes
    kind: str
    applications: tuple[str, ...]
    tries_left: Mapping[PinRole, int]
    generation: str
    algorithm: CardKeyAlgorithm


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedItems:
    """Files of the items application: the texts, the signature over both, and its issuer's certificate."""

    number_file: bytes = field(repr=False)
    items_file: bytes = field(repr=False)
    signature_file: bytes
    issuer_certificate: bytes

    def check(self, root_key: bytes) -> tuple[IndividualNumber, FourItems]:
        """Return number and items of one card, both as the issuer certified by `root_key` (DER) wrote them.

        Raises:
            MalformedTlv, MalformedIndividualNumber: a file cannot be read, or is of another card.
            MalformedCardCertificate, CardSignatureInvalid: another issuer, or none, signed.
        """
        issuer = issuer_key_of(self.issuer_certificate, root_key)
        check_items(self.signature_file, issuer, number_file=self.number_file, items_file=self.items_file)
        return decode_individual_number(self.number_file), decode_four_items(self.items_file)


class CardClient:
    """Speaks to the card in `reader`; `generation` says where that card keeps what (not given: the first)."""

    __slots__ = ("_card", "_generation")

    def __init__(self, reader: Reader, generation: CardGeneration | None = None) -> None:
        self._card = Conversation(reader)
        self._generation = generation or card_generation("2016")

    @classmethod
    def of_card(cls, reader: Reader) -> CardClient:
        """Return a client that asks the card first of which generation it is.

        Raises:
            NotAnIndividualNumberCard: it is of none that is known.
        """
        return cls(reader, recognise_generation(reader).generation)

    @property
    def generation(self) -> CardGeneration:
        """Where the card keeps what, and what its keys are."""
        return self._generation

    def close(self) -> None:
        """Give the card back; no PIN stays verified."""
        self._card.reader.close()

    def describe(self) -> CardDescription:
        """Return what a card tells anybody: answer to reset, kind, applications, tries left. Spends no try.

        Raises:
            NotAnIndividualNumberCard: the card has none of the applications.
        """
        applications = tuple(
            app.name for app in self._generation.application if self._card.has_application(app.aid_bytes)
        )
        if not applications:
            raise NotAnIndividualNumberCard
        pins = [entry.role for app in self._generation.application if app.name in applications for entry in app.pin]
        return CardDescription(
            atr=self._card.reader.atr,
            kind=self._token_label(),
            applications=applications,
            tries_left={role: left for role in pins if (left := self._tries_or_none(role)) is not None},
            generation=self._generation.name,
            algorithm=self._generation.algorithm,
        )

    def authority_certificate(self, role: KeyRole) -> bytes:
        """Return the certificate (DER) of the authority that issued one of the two certificates; it needs no PIN.

        Raises:
            NoCertificateOnCard: there is none.
        """
        user = role is KeyRole.USER_IDENTIFICATION
        return self._certificate(FileRole.USER_IDENTIFICATION_CA if user else FileRole.SIGNATURE_CA)

    def user_identification_certificate(self) -> bytes:
        """Return the user-identification certificate (DER); it needs no PIN.

        Raises:
            NoCertificateOnCard: there is none.
        """
        return self._certificate(FileRole.USER_IDENTIFICATION_CERTIFICATE)

    def signature_certificate(self, pin: PinText, *, confirm_last_try: bool = False) -> bytes:
        """Return the signature certificate (DER), which names the person and so needs the signature PIN.

        Raises:
            NoSignatureCertificateOnCard: there is none. PIN errors as in `verify`.
        """
        self.verify(PinRole.SIGNATURE, pin, confirm_last_try=confirm_last_try)
        return self._certificate(FileRole.SIGNATURE_CERTIFICATE, select=False)

    def signature_authority(self) -> bytes:
        """Return the certificate (DER) of the authority that issued the signature certificate; it needs no PIN.

        Whoever verifies takes it from the authority itself: a card may carry any.

        Raises:
            NoSignatureCertificateOnCard: there is none.
        """
        return self._certificate(FileRole.SIGNATURE_CA)

    def sign_for_user_identification(self, pin: PinText, data: bytes, *, confirm_last_try: bool = False) -> bytes:
        """Return the card's signature over `data` by the user-identification key.

        It is PKCS#1 v1.5 with SHA-256 or ECDSA with SHA-384, as its generation has it.

        Raises:
            PIN errors as in `verify`.
        """
        self.verify(PinRole.USER_IDENTIFICATION, pin, confirm_last_try=confirm_last_try)
        return self._sign(KeyRole.USER_IDENTIFICATION, data)

    def sign_without_pin(self, certificate: bytes, terminal: CardSigner, data: bytes) -> bytes:
        """Sign `data` with the user-identification key as an approved terminal, without PIN (R-209).

        `certificate` is the terminal's (``spec/card.md`` §8), `terminal` signs with its key.

        Raises:
            TerminalNotTrusted: another authority's certificate, one that is over, or a proof by another key.
            CardAsksForPin: the holder did not open the card to such use.
        """
        self._card.select_application(_manager_of(self._generation).aid_bytes)
        number = self._card.send(Command(0x00, 0xCA, 0x00, 0x45, expected=CHUNK))
        require_ok(number)
        self._card.select_application(self._generation.key_place(KeyRole.USER_IDENTIFICATION)[0].aid_bytes)
        _require_trust(self._card.send(Command(0x80, 0xA2, 0x00, 0x00, certificate)))
        challenge = self._card.send(Command(0x00, 0x84, 0x00, 0x00, expected=CHALLENGE_LENGTH))
        require_ok(challenge)
        proof = terminal.sign_message(terminal_message(challenge.data, number.data.decode("ascii")))
        _require_trust(self._card.send(Command(0x00, 0x82, 0x00, 0x00, proof)))
        try:
            return self._sign(KeyRole.USER_IDENTIFICATION, data)
        except CardRefused as error:
            if error.fields.get("word") == f"{StatusWord.NOT_AUTHORISED:04X}":
                raise CardAsksForPin from error
            raise

    def sign(self, pin: PinText, data: bytes, *, confirm_last_try: bool = False) -> bytes:
        """Return the card's signature over `data` by the signature key, of the kind its generation makes.

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

    def read_signed_items(self, pin: PinText, *, confirm_last_try: bool = False) -> SignedItems:
        """Return number and four items as the card's files with their issuer's signature, for somebody far away.

        Raises:
            NoCertificateOnCard: this card's items are not signed. PIN errors as in `verify`.
        """
        self.verify(PinRole.ITEMS, pin, confirm_last_try=confirm_last_try)
        return SignedItems(
            number_file=self._read(FileRole.INDIVIDUAL_NUMBER),
            items_file=self._read(FileRole.FOUR_ITEMS),
            signature_file=self._read(FileRole.ITEMS_SIGNATURE),
            issuer_certificate=self._read(FileRole.ITEMS_ISSUER_CERTIFICATE),
        )

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
            NoSignatureCertificateOnCard: the signature PIN of a card without signature key.
            NotAnIndividualNumberCard: no such application or other PIN on this card.
        """
        self._select_pin(which)
        return self._card.tries_left()

    def verify(self, which: PinRole, pin: PinText, *, confirm_last_try: bool = False) -> None:
        """Open what the PIN guards until the next application is selected.

        Raises:
            PinNotAllowed: it cannot be the PIN by its form; nothing was sent.
            PinBlocked: no try was left before.
            LastTryNeedsConfirmation: one try is left and the caller did not confirm; nothing was sent.
            WrongPin: the card compared and refused; `tries_left` says what remains.
            NoSignatureCertificateOnCard: the signature PIN of a card without signature key.
            NotAnIndividualNumberCard: no such application or other PIN on this card.
        """
        self._require_form(which, pin)
        self._select_pin(which)
        self._card.try_pin(which.value, pin_bytes(pin), confirm_last_try=confirm_last_try)

    def change_pin(self, which: PinRole, current: PinText, new: PinText, *, confirm_last_try: bool = False) -> None:
        """Replace a PIN by a new one.

        Raises:
            PinNotAllowed: `new` breaks the rules of its form, or the chip's own (``card``: birth date, security code).
            PIN errors as in `verify` for `current`.
        """
        self._require_form(which, new)
        self.verify(which, current, confirm_last_try=confirm_last_try)
        answer = self._card.send(Command(0x00, 0x24, 0x01, 0x80, pin_bytes(new)))
        if answer.word == StatusWord.BAD_DATA:
            raise PinNotAllowed(pin=which.value, reason="card")
        require_ok(answer)

    def _token_label(self) -> str:
        """Return the label PKCS#11 programs tell kinds of cards by, empty where the card has no such file."""
        found = self._generation.file_place(FileRole.TOKEN)
        if found is None or not self._card.has_application(found[0].aid_bytes):
            return ""
        try:
            content = self._card.read_file(found[1].fid)
        except NoSuchCardFile:
            return ""
        return content[:_LABEL_LENGTH].decode("ascii", "replace").rstrip()

    def _tries_or_none(self, which: PinRole) -> int | None:
        try:
            return self.pin_tries_left(which)
        except (NotAnIndividualNumberCard, NoSignatureCertificateOnCard):
            return None

    def _require_form(self, which: PinRole, pin: PinText) -> None:
        reason = broken_rule(self._generation.pin_format(which), pin_bytes(pin))
        if reason:
            raise PinNotAllowed(pin=which.value, reason=reason)

    def _select_pin(self, which: PinRole) -> None:
        application, entry = self._generation.pin_place(which)
        self._card.select_application(application.aid_bytes)
        try:
            self._card.select_file(entry.fid)
        except NoSuchCardFile as error:
            if which is PinRole.SIGNATURE:
                raise NoSignatureCertificateOnCard(pin=which.value) from error
            raise NotAnIndividualNumberCard(pin=which.value) from error

    def _certificate(self, role: FileRole, *, select: bool = True) -> bytes:
        found = self._generation.file_place(role)
        if found is None:
            raise _no_certificate(role)
        if select:
            self._card.select_application(found[0].aid_bytes)
        content = self._read(role)
        if not content.startswith(_DER_SEQUENCE_LONG):
            raise _no_certificate(role)
        # Real cards pad certificate files to a fixed size.
        return content[: _DER_HEADER_LENGTH + int.from_bytes(content[2:4], "big")]

    def _read(self, role: FileRole) -> bytes:
        """Read a whole file of the application that is selected."""
        found = self._generation.file_place(role)
        if found is None:
            raise _no_certificate(role)
        try:
            return self._card.read_file(found[1].fid)
        except NoSuchCardFile as error:
            raise _no_certificate(role) from error

    def _sign(self, role: KeyRole, data: bytes) -> bytes:
        """Sign with a key of the selected application, whose PIN was verified."""
        self._card.select_file(self._generation.key_place(role)[1].fid)
        rsa = self._generation.algorithm is CardKeyAlgorithm.RSA_2048
        to_sign = SHA256_DIGEST_INFO_PREFIX + sha256(data) if rsa else sha384(data)
        signed = self._card.send(Command(0x80, 0x2A, 0x00, 0x80, to_sign, expected=CHUNK))
        require_ok(signed)
        return signed.data


def _no_certificate(role: FileRole) -> NoCertificateOnCard:
    """Return the error for a file that is not there or empty, by whose certificate it would hold."""
    if role in {FileRole.SIGNATURE_CERTIFICATE, FileRole.SIGNATURE_CA}:
        return NoSignatureCertificateOnCard(file=role.value)
    return NoCertificateOnCard(file=role.value)


def _manager_of(generation: CardGeneration) -> ApplicationLayout:
    return next(one for one in generation.application if one.name == "card-manager")


def _require_trust(answer: Answer) -> None:
    """Check that the card took what a terminal showed."""
    if not answer.ok:
        raise TerminalNotTrusted(word=f"{answer.word:04X}")

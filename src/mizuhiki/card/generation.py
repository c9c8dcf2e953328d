"""A card generation as data: ATR, algorithm, applications, files, PIN table. No code assumes one generation.

The code speaks of roles (which file holds the signature certificate); a generation says where that role lives.
"""

from __future__ import annotations

import enum
from datetime import date
from functools import cache
from importlib import resources

import msgspec

from mizuhiki.crypto.card_keys import CardKeyAlgorithm
from mizuhiki.vocabulary.errors import NotFound


class FileRole(enum.StrEnum):
    """What a transparent file holds; nothing else can be recorded in the chip (R-133)."""

    SIGNATURE_CERTIFICATE = "signature-certificate"
    SIGNATURE_CA = "signature-ca"
    TOKEN = "token"  # noqa: S105 - a file's role, not a secret
    CERTIFICATE_PRESENCE = "certificate-presence"
    USER_IDENTIFICATION_CERTIFICATE = "user-identification-certificate"
    USER_IDENTIFICATION_CA = "user-identification-ca"
    INDIVIDUAL_NUMBER = "individual-number"
    FOUR_ITEMS = "four-items"
    RESIDENT_RECORD_CODE = "resident-record-code"
    TERMINAL_CA = "terminal-ca"
    """Public key that terminals for use without PIN are certified under."""
    PERMIT_AUTHORITY = "permit-authority"
    """Public key that permits to install an application of the free area are signed under (R-147)."""
    ITEMS_SIGNATURE = "items-signature"
    ITEMS_ISSUER_CERTIFICATE = "items-issuer-certificate"
    ITEMS_INFO = "items-info"
    FACE_BIRTH = "face-birth"
    FACE = "face"
    FACE_INFO = "face-info"
    FACE_ISSUER_CERTIFICATE = "face-issuer-certificate"
    NUMBER_IMAGE = "number-image"
    ENDORSEMENTS = "endorsements"
    CARD_RECORD = "card-record"
    FREE_AREA = "free-area"
    """A file of an application in the free area, whose content its provider answers for."""


class PinRole(enum.StrEnum):
    """What a PIN opens; `…NUMBER_CHECK` is 照合番号A, `…ITEMS_CHECK` 照合番号B, each with its own tries."""

    USER_IDENTIFICATION = "user-identification"
    SIGNATURE = "signature"
    ITEMS = "items"
    RESIDENT_REGISTER = "resident-register"
    NUMBER_CHECK = "number-check"
    ITEMS_CHECK = "items-check"
    FACE_BIRTH = "face-birth"
    FACE_ITEMS_CHECK = "face-items-check"
    FACE_NUMBER_CHECK = "face-number-check"
    FREE_AREA = "free-area"


class KeyRole(enum.StrEnum):
    """What a private key signs for."""

    USER_IDENTIFICATION = "user-identification"
    SIGNATURE = "signature"
    CARD_AUTHENTICATION = "card-authentication"
    """Proves that the chip is the one that was issued (INTERNAL AUTHENTICATE); no PIN, says nothing of the holder."""


class UnknownGeneration(NotFound):
    """No card generation has that name."""

    code = "unknown-card-generation"
    title = "There is no card generation of that name"


class PinFormat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand in a PIN (R-141, R-143)."""

    shortest: int
    longest: int
    alphabet: str
    needs_letter_and_digit: bool = False
    not_birth_date_or_security_code: bool = False


class FileLayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A transparent file, or with `record` a file of one record.

    `read` lists the PIN files of which one must have been verified; empty: free. `update` lets an issuer's session
    replace the content after the card was handed over; in the free area, the provider's session. `optional` files need
    not be there when the card is handed over.
    """

    fid: str
    role: FileRole
    read: tuple[str, ...] = ()
    update: bool = False
    optional: bool = False
    record: bool = False


class PinLayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A PIN file with the tries that a right PIN restores."""

    fid: str
    role: PinRole
    format: str
    tries: int
    changeable: bool = False


class KeyLayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A private key file and the PIN file that opens it (none: free).

    `terminal`: an approved terminal may use it without PIN where the card is in that mode (R-209).
    """

    fid: str
    role: KeyRole
    pin: str = ""
    terminal: bool = False


Layout = FileLayout | PinLayout | KeyLayout


class ApplicationLayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One application: its AID (hex) and what is in it."""

    name: str
    aid: str
    file: tuple[FileLayout, ...] = ()
    pin: tuple[PinLayout, ...] = ()
    key: tuple[KeyLayout, ...] = ()

    @property
    def aid_bytes(self) -> bytes:
        """The AID as bytes."""
        return bytes.fromhex(self.aid)

    @property
    def entries(self) -> tuple[Layout, ...]:
        """Files, PINs and keys."""
        return (*self.file, *self.pin, *self.key)

    def layout(self, fid: str) -> Layout | None:
        """Return what stands at a file identifier (four upper-case hex digits)."""
        return next((entry for entry in self.entries if entry.fid == fid), None)

    def fid_of_short(self, short: int) -> str | None:
        """Return the file identifier whose five low bits are the short one."""
        return next((entry.fid for entry in self.entries if int(entry.fid, 16) & 0x1F == short), None)

    def place(self, fid: str) -> str:
        """Return the name under which the chip's memory keeps the content of a file."""
        return f"{self.name}/{fid}"


class CardGeneration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One generation of the card; None for `issued_from` is one that is not issued to anybody."""

    name: str
    algorithm: CardKeyAlgorithm
    atr: str
    application: tuple[ApplicationLayout, ...]
    format: dict[str, PinFormat]
    issued_from: date | None = None
    former_surname: bool = False

    @property
    def atr_bytes(self) -> bytes:
        """The answer to reset."""
        return bytes.fromhex(self.atr)

    def file_place(self, role: FileRole) -> tuple[ApplicationLayout, FileLayout] | None:
        """Return where a file lives, or None if this generation has none of that role."""
        return next(((app, entry) for app in self.application for entry in app.file if entry.role is role), None)

    def pin_place(self, role: PinRole) -> tuple[ApplicationLayout, PinLayout]:
        """Return where a PIN lives.

        Raises:
            KeyError: this generation has no such PIN.
        """
        for app in self.application:
            for entry in app.pin:
                if entry.role is role:
                    return app, entry
        raise KeyError(role)

    def key_place(self, role: KeyRole) -> tuple[ApplicationLayout, KeyLayout]:
        """Return where a key lives.

        Raises:
            KeyError: this generation has no such key.
        """
        for app in self.application:
            for entry in app.key:
                if entry.role is role:
                    return app, entry
        raise KeyError(role)

    def pin_format(self, role: PinRole) -> PinFormat:
        """Return what may stand in a PIN."""
        return self.format[self.pin_place(role)[1].format]


def parse_generation(text: str) -> CardGeneration:
    """Read a generation from TOML."""
    return msgspec.toml.decode(text.encode("utf-8"), type=CardGeneration)


@cache
def card_generation(name: str) -> CardGeneration:
    """Return a generation that comes with this package; ``2016`` is the first.

    Raises:
        UnknownGeneration: there is none of that name.
    """
    source = resources.files("mizuhiki.card.generations").joinpath(f"{name}.toml")
    if not name.isalnum() or not source.is_file():
        raise UnknownGeneration(generation=name)
    return parse_generation(source.read_text(encoding="utf-8"))


def card_generations() -> tuple[CardGeneration, ...]:
    """Return every generation that comes with this package in the order of issue; those not issued yet come last."""
    names = (entry.name.removesuffix(".toml") for entry in resources.files("mizuhiki.card.generations").iterdir())
    known = [card_generation(name) for name in names if name.isalnum()]
    return tuple(sorted(known, key=lambda one: (one.issued_from or date.max, one.name)))


def card_generation_on(day: date) -> CardGeneration:
    """Return the generation that is issued on `day`.

    Raises:
        UnknownGeneration: no Individual Number Card was issued yet (before 2016).
    """
    issued = [one for one in card_generations() if one.issued_from is not None and one.issued_from <= day]
    if not issued:
        raise UnknownGeneration(day=day.isoformat())
    return issued[-1]

"""The card desk (番号法17条; 公的個人認証法3条, 22条; R-128)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date

from mizuhiki.institutions.municipality.domain.errors import CardHolderNotVerified
from mizuhiki.institutions.municipality.domain.notice_forms import IdentityDocument
from mizuhiki.vocabulary.persons import FourItems

PLAIN_DOCUMENTS = 2
"""Documents without photograph that stand for one with it."""


class CardState(enum.StrEnum):
    """How far the desk is with a card; a repeated request goes on from here."""

    REGISTERED = "registered"
    CERTIFIED = "certified"
    HANDED_OVER = "handed-over"


@dataclass(frozen=True, slots=True)
class CardForm:
    """A card to be issued; PINs are typed by the person and kept no longer than the call.

    Without a signature PIN there is no signature certificate.
    """

    request_id: str
    resident: str
    user_pin: str = field(repr=False)
    signature_pin: str | None = field(repr=False)
    juki_pin: str = field(repr=False)
    text_pin: str = field(repr=False)
    issued_on: date
    photo: bytes = field(default=b"", repr=False)
    """The photograph of the application, JPEG; empty only for infants, whose card bears none."""
    substitutes_confirmed: bool = False
    """Whether the person saw how the signature certificate writes name and address; needed where it differs (R-173)."""


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """What is printed on the card; `expires_on` is its last valid day."""

    card_serial: str
    security_code: str = field(repr=False)
    expires_on: date


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """An application for both certificates, keys made in the chip (DER SubjectPublicKeyInfo).

    The items are written as a certificate can hold them; the marks carry one digit a character, 1 for a substitute.
    """

    request_id: str
    four_items: FourItems
    name_marks: str
    address_marks: str
    card_serial: str
    card_expires_on: date
    user_identification_public_key: bytes
    signature_public_key: bytes


@dataclass(frozen=True, slots=True)
class IssuedCertificates:
    """DER certificates; the signature pair is empty where none was asked for."""

    user_identification: bytes
    user_identification_ca: bytes
    signature: bytes
    signature_ca: bytes


@dataclass(frozen=True, slots=True)
class DeskRecord:
    """The desk's own record of one card."""

    request_id: str
    resident: str
    card_serial: str
    issued_on: date
    expires_on: date
    state: CardState
    certificates: IssuedCertificates | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclinedCertificate:
    """A certificate of a card that its holder does not want: ``signature`` or ``user-identification`` (R-167)."""

    kind: str
    four_items: FourItems = field(repr=False)
    card_serial: str
    card_expires_on: date


class CardChange(enum.StrEnum):
    """What the desk may do to a card that was handed over, each with a session of its own."""

    RESET_PIN = "reset-pin"
    RENEW_CERTIFICATES = "renew-certificates"
    ENDORSE = "endorse"
    SET_STATE = "set-state"
    INSTALL_APPLICATION = "install-application"
    REMOVE_APPLICATION = "remove-application"
    SET_USE_WITHOUT_PIN = "set-use-without-pin"
    DESTROY_KEY = "destroy-key"


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """An application of the municipality for the free area: its name in the catalogue and the ordinance (R-147).

    `content` is what its first file says, such as the number of a library card.
    """

    application: str
    ordinance: str
    content: str = field(default="", repr=False)


class EndorsedItem(enum.StrEnum):
    """What may change on a card that goes on; sex and birth date need a new card."""

    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """A card on the desk's reader; `card_serial` is read from its face, `face_compared` says that the clerk did.

    `substitutes_confirmed`: the person saw how the signature certificate writes name and address (R-173).
    """

    resident: str
    card_serial: str
    face_compared: bool
    documents: tuple[IdentityDocument, ...] = ()
    substitutes_confirmed: bool = False

    def require_holder(self) -> None:
        """Check who stands at the desk: the card itself when the face was compared, or documents (R-182).

        Raises:
            CardHolderNotVerified: too little was shown.
        """
        with_photo = any(document.has_photo for document in self.documents)
        if not self.face_compared and not with_photo and len(set(self.documents)) < PLAIN_DOCUMENTS:
            raise CardHolderNotVerified


@dataclass(frozen=True, slots=True, kw_only=True)
class CardContents:
    """What the register gives for the chip of a new card: its issuer keys and what the issuer signed."""

    issuer_keys: bytes = field(repr=False)
    items_signature: bytes
    face_birth: bytes = field(repr=False)
    face: bytes = field(repr=False)
    number_image: bytes = field(repr=False)
    issuer_certificate: bytes
    permit_authority: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSession:
    """Keys of one session with a card; signature and certificate only where the card is endorsed."""

    session_keys: bytes = field(repr=False)
    issued_on: date
    expires_on: date
    items_signature: bytes = b""
    issuer_certificate: bytes = b""
    permit: bytes = b""

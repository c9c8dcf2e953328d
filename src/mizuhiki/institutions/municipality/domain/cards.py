"""The card desk (番号法17条; 公的個人認証法3条, 22条; R-128)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date

from mizuhiki.vocabulary.persons import FourItems

SIGNATURE_AGE = 15
"""Below this age no signature certificate is issued."""


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


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """What is printed on the card; `expires_on` is its last valid day."""

    card_serial: str
    security_code: str = field(repr=False)
    expires_on: date


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """An application for both certificates, keys made in the chip (DER SubjectPublicKeyInfo)."""

    request_id: str
    four_items: FourItems
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

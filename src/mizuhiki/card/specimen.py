"""Makes a finished test card for an invented person: real keys, real profile, certificates of throw-away authorities.

Only for trying programs out: nobody issued this card, no register knows its number, and the municipality's desk is not
asked. Cards of a world's residents come from that desk (`institutions.municipality`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from mizuhiki.card.certificates import issue_issuer_certificate
from mizuhiki.card.chip import CardCertificates, Chip, PublicKeys
from mizuhiki.card.errors import SignatureKeyUnderAge
from mizuhiki.card.faces import FaceImages, ItemsIssuer
from mizuhiki.card.generation import CardGeneration, card_generation_on
from mizuhiki.card.items import items_check_number
from mizuhiki.card.pins import PinText
from mizuhiki.card.store import CardStore
from mizuhiki.crypto.card_keys import CardKey, CardKeyAlgorithm, CardSecret
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import CertificateKind, CertificateSubject, ThrowawayAuthorities, Validity
from mizuhiki.vocabulary.dates import (
    JST,
    birthday_in,
    card_expiry,
    certificate_expiry,
    may_have_signature_certificate,
)
from mizuhiki.vocabulary.numbers import (
    IndividualNumber,
    ResidentRecordCode,
    individual_number_check_digit,
    resident_record_code_check_digit,
)
from mizuhiki.vocabulary.persons import FourItems, Sex

_BODY_11, _BODY_10 = 10**11, 10**10
_ROOT_YEARS = 10
_EARLIER = timedelta(minutes=5)
_SERIAL, _SERIAL_LENGTH = "0123456789ABCDEFGHJKLMNPQRSTUVWX", 16
_ISSUER = b"6000099".ljust(16, b"\x00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """The invented person, and where the certificates say the card was issued (five digits, romanised names)."""

    items: FourItems = field(
        default_factory=lambda: FourItems(
            "水引　試子", "ミズヒキ　タメシコ", date(1990, 4, 1), Sex.FEMALE, "宮崎県小林市細野三百番地の架空"
        )
    )
    municipality: str = "45205"
    prefecture: str = "Miyazaki-ken"
    city: str = "Kobayashi-shi"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecimenPins:
    """The PINs of a test card; without `signature` it has no signature key, as those of people under 15."""

    user_identification: PinText
    signature: PinText | None
    items: PinText
    resident_register: PinText


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecimenCard:
    """A finished test card and what is printed on its face; `items_check_number` is 照合番号B."""

    chip: Chip
    number: IndividualNumber = field(repr=False)
    security_code: str = field(repr=False)
    items_check_number: str = field(repr=False)
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecimenPrint:
    """What is printed on a test card, for whoever draws its face."""

    items: FourItems
    number: IndividualNumber = field(repr=False)
    security_code: str = field(repr=False)
    card_serial: str
    issued_on: date
    expires_on: date


DrawFace = Callable[[SpecimenPrint], FaceImages]
"""Draws the pictures of a test card's face."""


def make_specimen(
    store: CardStore,
    secret: CardSecret,
    randomness: Randomness,
    *,
    now: datetime,
    pins: SpecimenPins,
    specimen: Specimen | None = None,
    generation: CardGeneration | None = None,
    draw_face: DrawFace | None = None,
) -> SpecimenCard:
    """Personalise a blank chip in `store`; takes six RSA key generations, about a second.

    The generation, when none is given, is the one that was issued at `now`.
    Card and certificates are valid as long as the law has it for somebody of that birth date (R-152, R-153).
    Items are signed by an issuer that is thrown away; with `draw_face` the chip has pictures of its face as well.

    Raises:
        SignatureKeyUnderAge: a signature PIN for somebody under 15 at `now`.
        PinNotAllowed: a PIN breaks a rule; the store may hold an unfinished chip.
    """
    specimen = specimen or Specimen()
    today, born = now.astimezone(JST).date(), specimen.items.birth_date
    if pins.signature is not None and not may_have_signature_certificate(born, today):
        raise SignatureKeyUnderAge
    generation = generation or card_generation_on(today)
    expires_on = card_expiry(born, today)
    chip = Chip.blank(generation, randomness, store=store, secret=secret)
    keys = chip.generate_keys(signature=pins.signature is not None)
    chip.install_certificates(_certificates(keys, specimen, randomness, now=now, card_expires_on=expires_on))
    body = f"{randomness.below(_BODY_11):011}"
    number = IndividualNumber.parse(body + individual_number_check_digit(body))
    code_body = f"{randomness.below(_BODY_10):010}"
    security_code = f"{randomness.below(10_000):04}"
    issuer = _items_issuer()
    chip.write_items(
        individual_number=number,
        four_items=specimen.items,
        resident_record_code=ResidentRecordCode.parse(code_body + resident_record_code_check_digit(code_body)),
        security_code=security_code,
        expires_on=expires_on,
        municipality_code=specimen.municipality,
        issuer=issuer,
    )
    if draw_face is not None:
        printed = SpecimenPrint(
            items=specimen.items,
            number=number,
            security_code=security_code,
            card_serial="".join(_SERIAL[randomness.below(len(_SERIAL))] for _ in range(_SERIAL_LENGTH)),
            issued_on=today,
            expires_on=expires_on,
        )
        chip.write_face(four_items=specimen.items, expires_on=expires_on, images=draw_face(printed), issuer=issuer)
    chip.set_pins(
        user_identification=pins.user_identification,
        signature=pins.signature,
        items=pins.items,
        resident_register=pins.resident_register,
    )
    chip.close_personalisation()
    return SpecimenCard(
        chip=chip,
        number=number,
        security_code=security_code,
        items_check_number=items_check_number(specimen.items.birth_date, expires_on, security_code).decode("ascii"),
        expires_on=expires_on,
    )


def _items_issuer() -> ItemsIssuer:
    """Return an issuer of items and faces whose key is forgotten with the call."""
    key = CardKey.generate(CardKeyAlgorithm.RSA_2048)
    certificate = issue_issuer_certificate(key, root_id=_ISSUER, issuer_id=_ISSUER, public_key=key.public_key)
    return ItemsIssuer(key, certificate)


def _certificates(
    keys: PublicKeys, specimen: Specimen, randomness: Randomness, *, now: datetime, card_expires_on: date
) -> CardCertificates:
    today = now.astimezone(JST).date()
    # A reader whose clock is a little behind would find a certificate of this very second not valid yet.
    starts = now - _EARLIER
    authorities = ThrowawayAuthorities(
        Validity.until_day(starts, birthday_in(today, today.year + _ROOT_YEARS)), randomness
    )
    validity = Validity.until_day(starts, certificate_expiry(specimen.items.birth_date, today, card_expires_on))
    identification = authorities.user_identification(
        keys.user_identification,
        municipality=specimen.municipality,
        prefecture=specimen.prefecture,
        city=specimen.city,
        validity=validity,
    )
    if not keys.signature:
        return CardCertificates(
            user_identification=identification,
            user_identification_ca=authorities.root(CertificateKind.USER_IDENTIFICATION),
        )
    items = specimen.items
    subject = CertificateSubject(
        name=items.name,
        birth_date=items.birth_date,
        sex=items.sex,
        address=items.address,
        name_substituted="0" * len(items.name),
        address_substituted="0" * len(items.address),
        prefecture=specimen.prefecture,
        city=specimen.city,
    )
    return CardCertificates(
        user_identification=identification,
        user_identification_ca=authorities.root(CertificateKind.USER_IDENTIFICATION),
        signature=authorities.signature(
            keys.signature, subject, municipality=specimen.municipality, validity=validity, issued_at=now
        ),
        signature_ca=authorities.root(CertificateKind.SIGNATURE),
    )

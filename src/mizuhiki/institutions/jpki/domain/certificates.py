"""Certificates as the authorities keep them, and what an application asks for."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime

from mizuhiki.institutions.jpki.domain.carriers import Carrier, require_carrier, require_holder_abroad
from mizuhiki.institutions.jpki.domain.errors import (
    CardPastItsTime,
    NoCertificateWanted,
    SignatureCertificateUnderAge,
    StateChangeNotAllowed,
    UnknownCertificateKind,
)
from mizuhiki.institutions.jpki.domain.issuers import require_own_issuer
from mizuhiki.vocabulary.dates import certificate_expiry, may_have_signature_certificate
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems

FIRST_GENERATION = "01"
"""Generations of an authority share its name and differ in key; the number is theirs, as in ``signca01``."""


class Kind(enum.StrEnum):
    """The two certificates of a card (公的個人認証法3条, 22条)."""

    USER_IDENTIFICATION = "user-identification"
    SIGNATURE = "signature"

    @classmethod
    def of(cls, text: str) -> Kind:
        """Return the kind of that name.

        Raises:
            UnknownCertificateKind: there is none.
        """
        try:
            return cls(text)
        except ValueError as cause:
            raise UnknownCertificateKind from cause


class State(enum.StrEnum):
    """What the authority says about a certificate; `revoked` is for good."""

    GOOD = "good"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Cause(enum.StrEnum):
    """Why a certificate changed its state."""

    ISSUED = "issued"
    ITEMS_CHANGED = "items-changed"
    LEFT_REGISTER = "left-register"
    SUPERSEDED = "superseded"
    CARD_LOST = "card-lost"
    CARD_FOUND = "card-found"
    HOLDER_ASKED = "holder-asked"
    MOVED_ABROAD = "moved-abroad"
    NUMBER_CHANGED = "number-changed"
    NOT_WANTED = "not-wanted"
    CARD_ENDED = "card-ended"
    KEY_INCIDENT = "key-incident"


_NEXT = {
    State.GOOD: frozenset({State.SUSPENDED, State.REVOKED}),
    State.SUSPENDED: frozenset({State.GOOD, State.REVOKED}),
    State.REVOKED: frozenset[State](),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a municipality's desk asks for; public keys are DER, made inside the chip (R-197, R-200).

    Flags carry one digit per character, 1 for a substituted one. An empty key asks for no certificate of its kind, as
    when only the signature certificate is renewed after a move (R-155). A phone's application carries the phone's name
    in `card_serial`. `abroad` says that the holder lives abroad (R-210).
    """

    request_id: str
    municipality_code: str
    code: ResidentRecordCode = field(repr=False)
    four_items: FourItems = field(repr=False)
    name_substituted: str
    address_substituted: str
    card_serial: str
    card_expires_on: date
    user_identification_key: bytes
    signature_key: bytes
    carrier: Carrier = Carrier.CARD
    abroad: bool = False

    def require_issuable(self, day: date) -> None:
        """Check what the law allows for this person on `day`.

        Raises:
            SignatureCertificateUnderAge: a signature certificate for somebody under 15.
            CardPastItsTime: the card's last day is over.
            CarrierNotYetLawful, HolderAbroadNotYetLawful: no rule of that day allows it.
            NoCertificateWanted: neither kind is asked for.
        """
        require_own_issuer(day)
        require_carrier(self.carrier, day)
        if self.abroad:
            require_holder_abroad(day)
        if not self.public_keys():
            raise NoCertificateWanted
        if self.signature_key and not may_have_signature_certificate(self.four_items.birth_date, day):
            raise SignatureCertificateUnderAge
        if self.card_expires_on < day:
            raise CardPastItsTime(expires_on=self.card_expires_on.isoformat())

    def ends(self, old: Certificate) -> Cause | None:
        """Return why a live certificate of the same holder ends when this application is granted; None if it lives on.

        A card's certificates end those of the same kind on any card and all of another card, and with them the
        phone's, which stood on the one that ends. A phone's end the same kind on any phone.
        """
        if old.carrier is self.carrier:
            other_card = self.carrier is Carrier.CARD and old.card_serial != self.card_serial
            return Cause.SUPERSEDED if other_card or old.kind in self.public_keys() else None
        return Cause.CARD_ENDED if self.carrier is Carrier.CARD and old.kind in self.public_keys() else None

    def last_day(self, issued_on: date) -> date:
        """Return the last valid day of certificates issued on `issued_on` (R-153)."""
        return certificate_expiry(self.four_items.birth_date, issued_on, self.card_expires_on)

    def public_keys(self) -> dict[Kind, bytes]:
        """Return the public keys to certify, by kind."""
        keys = {Kind.USER_IDENTIFICATION: self.user_identification_key, Kind.SIGNATURE: self.signature_key}
        return {kind: key for kind, key in keys.items() if key}


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One issued certificate. `person` is a keyed index, `items` a keyed digest of the four items it states."""

    kind: Kind
    serial: int
    person: bytes
    municipality_code: str
    request_id: str
    card_serial: str
    der: bytes = field(repr=False)
    items: bytes
    starts: datetime
    ends: datetime
    state: State = State.GOOD
    cause: Cause = Cause.ISSUED
    changed_at: datetime
    carrier: Carrier = Carrier.CARD
    generation: str = FIRST_GENERATION

    def may_become(self, to: State) -> bool:
        """Say whether the state may change to `to`."""
        return to in _NEXT[self.state]

    def require_change(self, to: State) -> None:
        """Check that the state may change to `to`.

        Raises:
            StateChangeNotAllowed: it may not; a revoked certificate never comes back.
        """
        if not self.may_become(to):
            raise StateChangeNotAllowed(state=self.state.value, wanted=to.value)


@dataclass(frozen=True, slots=True)
class CertificateSet:
    """DER certificates of one card with those of the authorities; empty where none was asked."""

    user_identification: bytes
    user_identification_ca: bytes
    signature: bytes
    signature_ca: bytes


@dataclass(frozen=True, slots=True)
class AuthorityRoot:
    """The self-signed certificate of one authority and the record of the ceremony that made it."""

    kind: Kind
    certificate: bytes
    transcript: str
    established_at: datetime
    generation: str = FIRST_GENERATION


@dataclass(frozen=True, slots=True)
class KindCounts:
    """Figures of one kind for the operator's page; `expiring` counts good ones that end within three months."""

    kind: Kind
    good: int
    suspended: int
    revoked: int
    expired: int
    expiring: int

"""What the register holds for every card of the country: issuer keys and the signature over items and faces.

The master key is national because a card goes on being used after a move: the municipality that endorses it, resets its
PINs or renews its certificates is another than the one that made it (番号法17条2項-5項; R-145, R-155). A municipality
holds a card's keys while it makes the card; afterwards it gets the keys of single sessions, each for one named
operation on a card that proves to lie at its desk. Every session stands in the holder's chain of the ledger.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from mizuhiki.card.certificates import issue_issuer_certificate
from mizuhiki.card.faces import FaceImages, birth_file, face_file, number_image_file, sign_items
from mizuhiki.card.free_area import ProviderKind
from mizuhiki.card.issuer import IssuerMaster
from mizuhiki.card.items import encode_four_items, encode_individual_number
from mizuhiki.crypto.card_keys import DeskSigner
from mizuhiki.crypto.digests import equal
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.institutions.national_register.domain.errors import (
    CardItemsDiffer,
    CardMadeAlready,
    CardNotHere,
    CardOperationUnknown,
)
from mizuhiki.institutions.national_register.domain.look_ups import CARD_SESSION, CONFIRMED, NOT_CONFIRMED, LookUp
from mizuhiki.institutions.national_register.domain.records import CardAtDesk, CardRecord, NumberedPerson
from mizuhiki.institutions.national_register.operations.permit_application import WantedApplication, permit_of
from mizuhiki.institutions.national_register.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

MAKE, OPEN = "make-card", "open-card-session"
MAKING_TIME = timedelta(days=7)
"""How long after its day of issue a card may be made; afterwards its keys are given to nobody."""
_ROOT_ID, _ISSUER_ID = b"6000010".ljust(16, b"\x00"), b"6000020".ljust(16, b"\x00")


class CardOperation(enum.StrEnum):
    """What a session with a card may be opened for."""

    RESET_PIN = "reset-pin"
    RENEW_CERTIFICATES = "renew-certificates"
    ENDORSE = "endorse"
    SET_STATE = "set-state"
    INSTALL_APPLICATION = "install-application"
    REMOVE_APPLICATION = "remove-application"
    SET_USE_WITHOUT_PIN = "set-use-without-pin"
    DESTROY_KEY = "destroy-key"


@dataclass(frozen=True, slots=True)
class CardProof:
    """Both challenges of a session and the card's answer to them, eight bytes each."""

    host_challenge: bytes
    card_challenge: bytes
    card_cryptogram: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCard:
    """What the chip of a new card is to hold; `permit_authority` is a DER public key the chip trusts."""

    issuer_keys: bytes = field(repr=False)
    items_signature: bytes
    face_birth: bytes = field(repr=False)
    face: bytes = field(repr=False)
    number_image: bytes = field(repr=False)
    issuer_certificate: bytes
    permit_authority: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSession:
    """Keys of one session; where the card is endorsed, the signature over its new items."""

    session_keys: bytes = field(repr=False)
    issued_on: date
    expires_on: date
    items_signature: bytes = b""
    issuer_certificate: bytes = b""
    permit: bytes = b""


class CardIssuer:
    """The issuer's keys, each under its own name in the register's keystore and made on first use."""

    def __init__(self, keystore: Keystore) -> None:
        self._keystore = keystore

    @property
    def master(self) -> IssuerMaster:
        """The master of all cards' issuer keys."""
        return IssuerMaster(self._keystore.secret(SecretPurpose.CARD_ISSUER).reveal())

    @property
    def signer(self) -> DeskSigner:
        """Who signs items and faces."""
        return self._signer("card-items")

    @property
    def permit_authority(self) -> bytes:
        """The key that signs permits of the free area (番号法18条)."""
        return self.permits.public_key

    @property
    def permits(self) -> DeskSigner:
        """Who signs permits of the free area."""
        return self._signer("card-permits")

    @property
    def certificate(self) -> bytes:
        """The signer's certificate in the form cards hold."""
        root = self._signer("card-items-root")
        return issue_issuer_certificate(root, root_id=_ROOT_ID, issuer_id=_ISSUER_ID, public_key=self.signer.public_key)

    def _signer(self, name: str) -> DeskSigner:
        return DeskSigner(self._keystore.certification_key(name))


def make_card(
    context: Context, *, store: Store, authority: Authority, issuer: CardIssuer, card: CardAtDesk, pictures: FaceImages
) -> MadeCard:
    """Bind a chip to a registered card and return what it is to hold; the same chip again gets the same.

    Raises:
        CardNotHere: no live card of this resident registered by this municipality within `MAKING_TIME`.
        CardItemsDiffer: the four items are not the register's.
        CardMadeAlready: the card was made with another chip, or the chip is another card's.
    """
    authority.require(context, MAKE)
    with store.transaction() as records:
        found = _found(records, card)
        if found is None or not _live(found[1], found[0], context):
            raise CardNotHere
        person, record = found
        if context.today() > record.issued_on + MAKING_TIME or record.municipality_code != card.municipality_code:
            raise CardNotHere
        _require_items(person, card)
        bound = records.chip_of(card.card_serial)
        if bound is None and records.card_of_chip(card.card_number) is None:
            records.bind_chip(card.card_serial, card.card_number)
        elif bound != card.card_number:
            raise CardMadeAlready
        records.audit(grounds_of(context), "card-made", "done", count=1)
    signer, items = issuer.signer, card.four_items
    return MadeCard(
        issuer_keys=issuer.master.keys_of(card.card_number).to_bytes(),
        items_signature=sign_items(encode_individual_number(person.number), encode_four_items(items), signer),
        face_birth=birth_file(items.birth_date, signer),
        face=face_file(items.birth_date, items.sex, record.expires_on, pictures, signer),
        number_image=number_image_file(pictures.number, signer),
        issuer_certificate=issuer.certificate,
        permit_authority=issuer.permit_authority,
    )


def open_card_session(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    issuer: CardIssuer,
    card: CardAtDesk,
    operation: str,
    proof: CardProof,
    wanted: WantedApplication | None = None,
) -> OpenedSession:
    """Return the keys of one session with a card that proves to lie at the desk.

    Endorsing a card after a move makes it a card of the municipality its holder lives in now; the day on which it was
    shown is kept each time, also to somebody who came back to a place (R-154). A card may be suspended
    or abolished also after it lapsed or its holder left the register.

    Raises:
        CardOperationUnknown: no session is opened for this.
        CardNotHere: not a valid card of this resident of the asking municipality, or the card did not answer.
        CardItemsDiffer: items to be endorsed are not the register's.
        ApplicationNotPermitted: an application is to be installed that the municipality may not offer.
    """
    authority.require(context, OPEN)
    if operation not in set(CardOperation):
        raise CardOperationUnknown(operation=operation)
    installs = operation == CardOperation.INSTALL_APPLICATION
    permit = permit_of(issuer, str(context.actor.institution), ProviderKind.MUNICIPALITY, wanted) if installs else b""
    session = issuer.master.keys_of(card.card_number).open_session(proof.host_challenge, proof.card_challenge)
    endorses = operation == CardOperation.ENDORSE
    with store.transaction() as records:
        found = _attempt(records, card, CardOperation(operation), context)
        proven = found is not None and equal(session.card_cryptogram, proof.card_cryptogram)
        if found is not None and proven and endorses:
            records.continue_card(card.card_serial, card.municipality_code, context.today())
        records.record_look_up(
            LookUp(
                kind=CARD_SESSION,
                person=None if found is None else found[0].person,
                asker=str(context.actor.institution),
                affair=context.affair,
                legal_basis=context.legal_basis,
                outcome=CONFIRMED if proven else NOT_CONFIRMED,
                at=context.now(),
                items=(operation,),
            )
        )
        outcome = "done" if proven else "refused"
        records.audit(grounds_of(context), "card-session-opened", outcome, count=int(proven))
    if found is None or not proven:
        raise CardNotHere
    person, record = found
    opened = OpenedSession(
        session_keys=session.to_bytes(), issued_on=record.issued_on, expires_on=record.expires_on, permit=permit
    )
    if not endorses:
        return opened
    number = encode_individual_number(person.number)
    return replace(
        opened,
        items_signature=sign_items(number, encode_four_items(card.four_items), issuer.signer),
        issuer_certificate=issuer.certificate,
    )


def _attempt(
    records: Records, card: CardAtDesk, operation: CardOperation, context: Context
) -> tuple[NumberedPerson, CardRecord] | None:
    """Return holder and card, or None where they do not fit, so that the refusal is recorded too."""
    ending = operation is CardOperation.SET_STATE
    found = _found(records, card, lapsed=ending)
    if found is None or records.chip_of(card.card_serial) != card.card_number:
        return None
    person, record = found
    if not ending and not _live(record, person, context):
        return None
    if operation is CardOperation.ENDORSE:
        _require_items(person, card)
        return found
    return found if record.municipality_code == card.municipality_code else None


def _found(records: Records, card: CardAtDesk, *, lapsed: bool = False) -> tuple[NumberedPerson, CardRecord] | None:
    """Return the holder, of the asking municipality, and the card."""
    person, record = records.person_by_code(card.code), records.card(card.card_serial, lapsed=lapsed)
    if person is None or record is None or record.person != person.person:
        return None
    return (person, record) if person.municipality_code == card.municipality_code else None


def _live(record: CardRecord, person: NumberedPerson, context: Context) -> bool:
    return record.expires_on >= context.today() and person.in_register


def _require_items(person: NumberedPerson, card: CardAtDesk) -> None:
    if person.four_items is None or person.four_items.compare(card.four_items) != ():
        raise CardItemsDiffer

"""A customer with a software card issued by the authority, and firms that the Minister recognised as verifiers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import httpx

from mizuhiki.card.certificates import issue_issuer_certificate
from mizuhiki.card.chip import CardCertificates, Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.faces import ItemsIssuer
from mizuhiki.card.generation import card_generation
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.store import MemoryCardStore
from mizuhiki.crypto.card_keys import CardKey, CardKeyAlgorithm, CardSecret
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.verifier_registry import Service, VerifierApplication
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.numbers import (
    IndividualNumber,
    ResidentRecordCode,
    individual_number_check_digit,
)
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.world.card_services.signing_desk import SigningDesk, StatusDoor
from unit.institutions.jpki.kit import CODE, ITEMS, JPKI, Desk

SIGN_PIN, ITEMS_PIN = "ABC123", "1234"
ROOT, ISSUER = b"6000099".ljust(16, b"\x00"), b"6000001".ljust(16, b"\x00")
OWN_ITEMS = FourItems(ITEMS.name, ITEMS.name_kana, ITEMS.birth_date, Sex.FEMALE, ITEMS.address)


def number(body: str = "12345678901") -> IndividualNumber:
    return IndividualNumber.parse(body + individual_number_check_digit(body))


@dataclass
class Customer:
    """A card on the customer's own reader."""

    client: CardClient
    certificate: bytes
    items_root: bytes

    def sign(self, document: bytes) -> bytes:
        return self.client.sign(SIGN_PIN, document)


def customer(
    desk: Desk, card: str = "card-1", *, items: FourItems = OWN_ITEMS, own: IndividualNumber | None = None, **said: str
) -> Customer:
    """A finished chip with certificates of the authority at the desk and items signed by an issuer of its own."""
    randomness = SeededRandomness(card.encode())
    chip = Chip.blank(
        card_generation("2016"), randomness, store=MemoryCardStore(), secret=CardSecret.from_key(b"k" * 32)
    )
    keys = chip.generate_keys()
    issued = desk.issue(
        desk.application(
            card,
            user_identification_public_key=keys.user_identification,
            signature_public_key=keys.signature,
            **said,
        )
    )
    chip.install_certificates(
        CardCertificates(
            user_identification=issued.user_identification_certificate,
            user_identification_ca=issued.user_identification_ca,
            signature=issued.signature_certificate,
            signature_ca=issued.signature_ca,
        )
    )
    root, issuer = (CardKey.generate(CardKeyAlgorithm.RSA_2048) for _ in range(2))
    certificate = issue_issuer_certificate(root, root_id=ROOT, issuer_id=ISSUER, public_key=issuer.public_key)
    chip.write_items(
        individual_number=own or number(),
        four_items=items,
        resident_record_code=ResidentRecordCode.parse(CODE),
        security_code="4711",
        expires_on=date(2029, 4, 1),
        municipality_code="45202",
        issuer=ItemsIssuer(issuer, certificate),
    )
    chip.set_pins(user_identification="2468", signature=SIGN_PIN, items=ITEMS_PIN, resident_register="1357")
    chip.close_personalisation()
    client = CardClient(InProcessReader(chip))
    return Customer(client, client.signature_certificate(SIGN_PIN), root.public_key)


def registrar(desk: Desk, person: str) -> Context:
    return Context(Actor(JPKI, "registrar", person), "card-issue", "公的個人認証法17条", "test", desk.clock, "trace")


BANK = VerifierApplication(
    name_ja="架空銀行",
    name_en="Invented bank",
    responsible="検証 花子",
    purpose="契約の締結",
    services=frozenset({Service.STATUS}),
)


def recognised(desk: Desk, name: str = "架空銀行") -> tuple[str, SigningDesk]:
    """Let a firm apply, be recognised by another person, and open its desk; return its name in the registry too."""
    registry = desk.app.operations.verifiers
    verifier: str = registry.apply(registrar(desk, "first"), application=replace(BANK, name_ja=name)).verifier
    until = desk.clock.today().replace(year=desk.clock.today().year + 1)
    registry.recognise(registrar(desk, "second"), verifier=verifier, recognition="告示（架空）第1号", until=until)
    registry.agree(registrar(desk, "first"), verifier=verifier, agreement="協定書（架空）第1号")
    return verifier, desk_with(desk, name, registry.make_credential(registrar(desk, "first"), verifier=verifier))


def desk_with(desk: Desk, name: str, credential: str) -> SigningDesk:
    """A firm that shows this credential, recognised or not."""
    base = f"http://{desk.environment.settings.host}"
    client = httpx.Client(transport=httpx.WSGITransport(app=desk.app.wsgi), base_url=base)
    roots = tuple(desk.app.operations.ca_certificates(Kind.SIGNATURE))
    return SigningDesk.of_verifier(name, roots, StatusDoor(client, credential), SeededRandomness(name.encode()))

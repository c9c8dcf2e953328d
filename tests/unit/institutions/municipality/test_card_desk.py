"""The card desk with a real chip, the real register, and a certification authority that signs nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date

import pytest

from mizuhiki.card.chip import Chip
from mizuhiki.card.errors import PinNotAllowed
from mizuhiki.card.generation import card_generation
from mizuhiki.crypto.card_keys import CardKey, CardKeyAlgorithm
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.documents.portraits import portrait_jpeg
from mizuhiki.institutions.municipality.domain.cards import (
    CardForm,
    CertificateRequest,
    DeclinedCertificate,
    IssuedCertificates,
)
from mizuhiki.institutions.municipality.domain.errors import (
    SignatureCertificateTooYoung,
    SubstitutesNotConfirmed,
    UnknownCard,
)
from mizuhiki.institutions.municipality.domain.substitutes import Target
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from support.municipality import ADDRESS, MIYAKONOJO, Country, family, make_country

PHOTO = portrait_jpeg("somebody", 34)


class EnvelopeAuthority:
    """Certificates that are nothing but the key between two words."""

    def __init__(self) -> None:
        self.requests: list[CertificateRequest] = []
        self.declined: list[DeclinedCertificate] = []
        self.refuses = False

    def issue(self, request: CertificateRequest, code: ResidentRecordCode) -> IssuedCertificates:
        self.requests.append(request)
        user, signature = request.user_identification_public_key, request.signature_public_key
        return IssuedCertificates(
            envelope(b"user" + user) if user else b"",
            envelope(b"user-ca") if user else b"",
            envelope(b"sign" + signature) if signature else b"",
            envelope(b"sign-ca") if signature else b"",
        )

    def decline(self, declined: DeclinedCertificate, code: ResidentRecordCode) -> None:
        del code
        if self.refuses:
            raise UnknownCard
        self.declined.append(declined)

    def terminal_authority(self) -> bytes:
        return CardKey.generate(CardKeyAlgorithm.P384).public_key


def envelope(content: bytes) -> bytes:
    return b"\x30\x82" + len(content).to_bytes(2, "big") + content


@dataclasses.dataclass
class Desk:
    country: Country
    operations: MunicipalityOperations
    authority: EnvelopeAuthority
    residents: list[str]

    def context(self) -> object:
        return self.country.context("counter-clerk", "card-issue")


@pytest.fixture
def desk() -> Iterator[Desk]:
    country = make_country()
    authority = EnvelopeAuthority()
    real = country.apps[MIYAKONOJO].operations
    operations = dataclasses.replace(real, adapters=dataclasses.replace(real.adapters, certificates=authority))
    residents = operations.import_existing_residents(country.context("registrar"), [family()])
    country.pump()
    yield Desk(country, operations, authority, residents)
    country.close()


def blank(seed: bytes = b"chip") -> Chip:
    return Chip.blank(card_generation("2016"), SeededRandomness(seed))


def form(resident: str, **changes: object) -> CardForm:
    made = CardForm("c1", resident, "8417", "ABC123", "8417", "8417", date(2019, 12, 2), PHOTO)
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]  # test values


def test_a_card_is_registered_certified_written_and_closed_once(desk: Desk) -> None:
    chip = blank()
    card = desk.operations.issue_card(desk.context(), form(desk.residents[0]), chip)
    assert chip.personalised
    assert card.expires_on == date(2029, 2, 3)
    assert desk.operations.issue_card(desk.context(), form(desk.residents[0]), chip) == card
    assert len(desk.authority.requests) == 1
    with pytest.raises(PeerProblem) as caught:
        desk.operations.issue_card(desk.context(), form(desk.residents[0], request_id="c2"), blank())
    assert caught.value.peer_code == "card-already-live"


def test_a_pin_that_breaks_a_rule_is_chosen_anew_with_the_same_chip_and_certificates(desk: Desk) -> None:
    chip = blank()
    with pytest.raises(PinNotAllowed):
        desk.operations.issue_card(desk.context(), form(desk.residents[0], user_pin="0203"), chip)
    desk.operations.issue_card(desk.context(), form(desk.residents[0]), chip)
    assert chip.personalised
    assert len(desk.authority.requests) == 1


def test_a_child_gets_no_signature_certificate(desk: Desk) -> None:
    child = desk.residents[2]
    with pytest.raises(SignatureCertificateTooYoung):
        desk.operations.issue_card(desk.context(), form(child), blank())
    chip = blank()
    desk.operations.issue_card(desk.context(), form(child, signature_pin=None), chip)
    assert chip.personalised
    assert desk.authority.requests[0].signature_public_key == b""


def test_no_pin_shows_in_a_form(desk: Desk) -> None:
    shown = repr(form(desk.residents[0]))
    assert "8417" not in shown
    assert "ABC123" not in shown


def with_selector(desk: Desk) -> list[str]:
    """A family whose members bear a character with a variation selector."""
    entry = family("h2", ADDRESS + "2")
    members = tuple(
        dataclasses.replace(one, name=dataclasses.replace(one.name, given="辻\U000e0100")) for one in entry.members
    )
    residents: list[str] = desk.operations.import_existing_residents(
        desk.country.context("registrar"), [dataclasses.replace(entry, members=members)]
    )
    desk.country.pump()
    return residents


@pytest.mark.requirement("R-173")
def test_a_signature_certificate_with_substitutes_waits_for_the_person_to_confirm_them(desk: Desk) -> None:
    father, _mother, child = with_selector(desk)
    with pytest.raises(SubstitutesNotConfirmed):
        desk.operations.issue_card(desk.context(), form(father), blank())
    assert desk.authority.requests == []
    assert desk.operations.substitutions(desk.context(), father) == []
    desk.operations.issue_card(desk.context(), form(father, substitutes_confirmed=True), blank())
    (request,) = desk.authority.requests
    assert (request.four_items.name, request.name_marks) == ("山田　辻", "0001")
    (kept,) = desk.operations.substitutions(desk.context(), father)
    assert (kept.target, kept.item, kept.by) == (Target.CERTIFICATE, "name", "counter-clerk/clerk-1")
    desk.operations.issue_card(desk.context(), form(child, request_id="c3", signature_pin=None), blank(b"child"))
    assert desk.authority.requests[-1].name_marks == "0001"

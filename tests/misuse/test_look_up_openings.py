"""Who looked me up: only the card's holder opens it, only the portal reads it, a silent tier is named (R-026)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from mizuhiki.card.challenge import Challenge, SigningKind, compose_challenge
from mizuhiki.crypto.envelopes import EnvelopeNotForUs, EnvelopeSignatureInvalid, EnvelopeUnreadable
from mizuhiki.institutions.portal.domain.look_ups import SealedTier
from mizuhiki.institutions.portal.peers.register_network import JpkiRegisterNetwork, read_lines
from mizuhiki.institutions.portal.ports import CardSignature
from mizuhiki.institutions.prefecture.app import build as build_prefecture
from mizuhiki.ledger.verify import verify
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id
from mizuhiki.wire import jpki, prefecture
from mizuhiki.wire import national_register as wire
from mizuhiki.wire import register_network as network
from mizuhiki.wire.endpoint import Acknowledgement
from support.card_authority import rsa_key
from support.environment import make_environment
from unit.institutions.national_register.kit import HOME, ITEMS, JPKI, REGISTER, TODAY, Nation, open_nation

PREFECTURE = InstitutionId("prefecture-45")
REQUEST = "request-1"


@dataclass
class Place:
    """A nation with a real prefecture, somebody with a card, and one search at each upper tier."""

    nation: Nation
    code: str
    certificate: bytes

    @property
    def portal(self) -> Peers:
        return self.nation.peers["portal"]

    def signed(self, request_id: str = REQUEST, *, requester: str = "portal", key: str = "ui card") -> CardSignature:
        challenge = compose_challenge(
            Challenge(
                kind=SigningKind.USER_IDENTIFICATION,
                requester=parse_institution_id(requester),
                origin="https://portal.example",
                nonce=b"n" * 32,
                context_hash=network.look_ups_hash(request_id),
            )
        )
        signature = rsa_key(key).sign(challenge, padding.PKCS1v15(), SHA256())
        return CardSignature(self.certificate, challenge, signature)

    def open(self, card: CardSignature, request_id: str = REQUEST) -> dict[str, SealedTier]:
        return {tier.tier: tier for tier in JpkiRegisterNetwork(self.portal).open_look_ups(request_id, card)}


@pytest.fixture
def place() -> Iterator[Place]:
    servers: list[App] = []

    def build(environment: Environment) -> App:
        servers.append(build_prefecture(environment))
        return servers[-1]

    nation = open_nation(("prefecture-45", build))
    code = nation.resident("r")
    town = nation.peers[f"municipality-{HOME}"]
    change = wire.IdentificationChange(
        change_id="first",
        sequence=1,
        municipality_code=HOME,
        reason="initial",
        effective_on=TODAY,
        resident_record_code=code,
        individual_number=nation.numbers[code],
        four_items=ITEMS,
        in_register=True,
    )
    changes = wire.IdentificationChanges(changes=[change])
    town.call_sealed(PREFECTURE, prefecture.NOTIFY_IDENTIFICATION, changes, Acknowledgement)
    search = wire.IdentificationSearch(affair="local-tax", individual_number=nation.numbers[code])
    town.call_sealed(PREFECTURE, prefecture.SEARCH_IDENTIFICATION, search, wire.FoundIdentification)
    other = nation.peers["municipality-011002"]
    other.call_sealed(REGISTER, wire.SEARCH_IDENTIFICATION, search, wire.FoundIdentification)
    issued = nation.certificates(code, nation.card(code))
    yield Place(nation, code, issued.user_identification_certificate)
    for server in servers:
        server.close()
    nation.close()


def keys(tier: str) -> dict[str, bytes]:
    directory = make_environment("portal").directory
    return {f"mizuhiki/{name}": directory.entry(InstitutionId(name)).checkpoint_key for name in (tier, "commission")}


@pytest.mark.requirement("R-026")
@pytest.mark.requirement("R-053")
def test_the_holder_of_the_card_sees_every_look_up_of_every_tier_with_proofs(place: Place) -> None:
    tiers = place.open(place.signed())
    seen = {}
    for tier in (str(REGISTER), str(PREFECTURE)):
        [bundle] = tiers[tier].bundles
        lines = read_lines(bundle)
        assert verify(bundle, keys(tier)).entries == len(lines)
        seen[tier] = [(line.kind, line.asker, line.outcome) for line in lines]
    assert seen == {
        "national-register": [
            ("identification-search", "municipality-011002", "disclosed"),
            ("card-holder-confirmation", "jpki", "confirmed"),
        ],
        "prefecture-45": [("identification-search", f"municipality-{HOME}", "disclosed")],
    }
    [searched, _] = read_lines(tiers[str(REGISTER)].bundles[0])
    assert "地方税法" in searched.legal_basis


def test_a_tier_that_does_not_answer_is_named_and_hides_nothing_of_the_others(place: Place) -> None:
    silent = place.open(place.signed())[f"municipality-{HOME}"]
    assert silent.refusal
    assert silent.bundles == ()


@pytest.mark.parametrize(
    ("changes", "request_id", "code"),
    [
        ({}, "request-2", "challenge-for-other-acquisition"),
        ({"requester": "municipality-452025"}, REQUEST, "challenge-for-another-requester"),
        ({"key": "ui somebody else"}, REQUEST, "card-signature-invalid"),
    ],
)
def test_a_signature_for_something_else_or_of_another_card_opens_nothing(
    place: Place, changes: dict[str, str], request_id: str, code: str
) -> None:
    with pytest.raises(PeerProblem) as refused:
        place.open(place.signed(**changes), request_id)
    assert refused.value.peer_code == code


def test_neither_the_authority_nor_another_request_can_read_what_was_sealed(place: Place) -> None:
    card = place.signed()
    consent = jpki.LookUpsConsent(
        request_id=REQUEST, certificate=card.certificate, challenge=card.challenge, signature=card.signature
    )
    answer = place.portal.call(JPKI, jpki.OPEN_LOOK_UPS, consent)
    envelope = answer.tiers[0].envelope
    assert envelope is not None
    assert place.code not in json.dumps(str(answer))
    with pytest.raises(EnvelopeNotForUs):
        place.nation.peers["jpki"].open(envelope, REGISTER, network.LookUpBundles, network.look_ups_context(REQUEST))
    with pytest.raises((EnvelopeSignatureInvalid, EnvelopeUnreadable)):
        place.portal.open(envelope, REGISTER, network.LookUpBundles, network.look_ups_context("request-2"))

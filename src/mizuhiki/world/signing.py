"""Signing a file with a demo card, and everything else that somebody outside needs to verify it (docs/verifying.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from mizuhiki.crypto.randomness import Randomness, SystemRandomness
from mizuhiki.crypto.x509 import (
    CertificateRevoked,
    CertificateSuspended,
    build_ocsp_request,
    certificate_pem,
    read_ocsp_status,
    revocation_list_pem,
)
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.operations.service import CertificationAuthorities
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.world.errors import NoWorldThere
from mizuhiki.world.local import open_nation
from mizuhiki.world.nation.nation import Nation
from mizuhiki.world.roster import ActingPerson, Roster, read_roster
from mizuhiki.world.stored_cards import NobodyOfThatName, StoredCards, card_file

MESSAGE: Final = "message.bin"
SIGNATURE: Final = "signature.bin"
CERTIFICATE: Final = "certificate.pem"
AUTHORITY: Final = "authority.pem"
LIST: Final = "list.pem"
ANSWER: Final = "answer.der"
INSTANT: Final = "instant.txt"

_JPKI: Final = institution_id(InstitutionKind.JPKI)
_NONCE_LENGTH: Final = 32
_NO_PORT: Final = 0
"""Nothing is served while a file is signed."""

State = Literal["good", "suspended", "revoked"]


@dataclass(frozen=True, slots=True)
class Signed:
    """What was written, and what the authority says about the certificate."""

    written: list[Path]
    state: State


@dataclass(frozen=True, slots=True)
class _Statement:
    """What the authority says at `at`: its newest list (DER) and its OCSP answer (DER)."""

    at: datetime
    revocation_list: bytes
    answer: bytes
    state: State


def holders(data: Path) -> list[ActingPerson]:
    """Return the people of a world who have a card, by their keys.

    Raises:
        NoWorldThere: the folder holds no founded world.
        WorldOfAnotherVersion: it holds one that this version cannot open.
    """
    return [person for person in _roster(data).people if card_file(data, person.key).exists()]


def sign_file(*, data: Path, person: str, document: Path, pin: str, out: Path) -> Signed:
    """Write into `out` a file, its signature by a person's card, and what a stranger needs to verify it.

    The authority publishes its full list for this and answers about the certificate, both at the world's time, which is
    written beside them; so it is also said to whom a good signature is of no use.

    Raises:
        NoWorldThere, WorldOfAnotherVersion: see `holders`.
        NobodyOfThatName: no such card in this world; the message names those there are.
        WrongPin, PinBlocked…: see `card.client.CardClient.verify`; nothing is written.
    """
    roster = _roster(data)
    holder = _holder(data, person)
    card = StoredCards(data).open(holder.key)
    message = document.read_bytes()
    signature = card.sign(pin, message)
    certificate = card.signature_certificate(pin)
    authority = card.signature_authority()
    randomness = SystemRandomness()
    nation = open_nation(data, roster.world_date, port=_NO_PORT, randomness=randomness, started_at=roster.started_at)
    try:
        said = _ask(nation, holder, certificate, authority, randomness)
    finally:
        nation.close()
    out.mkdir(parents=True, exist_ok=True)
    contents = {
        MESSAGE: message,
        SIGNATURE: signature,
        CERTIFICATE: certificate_pem(certificate),
        AUTHORITY: certificate_pem(authority),
        LIST: revocation_list_pem(said.revocation_list),
        ANSWER: said.answer,
        INSTANT: f"{int(said.at.timestamp())}\n".encode(),
    }
    for name, content in contents.items():
        (out / name).write_bytes(content)
    return Signed([out / name for name in contents], said.state)


def _roster(data: Path) -> Roster:
    roster = read_roster(data)
    if roster is None:
        raise NoWorldThere
    return roster


def _holder(data: Path, key: str) -> ActingPerson:
    known = {person.key: person for person in holders(data)}
    if key not in known:
        raise NobodyOfThatName(f"there is no card of {key!r} in this world; there are those of {', '.join(known)}")
    return known[key]


def _ask(
    nation: Nation, holder: ActingPerson, certificate: bytes, authority: bytes, randomness: Randomness
) -> _Statement:
    """Have the authority state the status. The holder's municipality asks: it may (公的個人認証法17条1項1号)."""
    jpki: CertificationAuthorities = nation.operations(_JPKI)
    basis, purpose = "公的個人認証法18条", "let somebody outside verify a signature"
    (generation,) = [
        root.generation for root in jpki.authorities.generations(Kind.SIGNATURE) if root.certificate == authority
    ]
    publisher = nation.context(_JPKI, "timed-work", "card-issue", basis, purpose)
    published = jpki.lists.full(publisher, kind=Kind.SIGNATURE, generation=generation)
    request = build_ocsp_request(certificate, authority, randomness.bytes(_NONCE_LENGTH))
    asker = nation.context(_JPKI, "verifier", "card-issue", basis, purpose)
    reply = jpki.status.ask(
        asker, verifier=institution_id(InstitutionKind.MUNICIPALITY, holder.municipality), request=request
    )
    at = nation.settings.clock.now()
    return _Statement(at, published.der, reply.der, _state(reply.der, request, authority, at))


def _state(answer: bytes, request: bytes, authority: bytes, at: datetime) -> State:
    try:
        read_ocsp_status(answer, request, authority, at)
    except CertificateRevoked:
        return "revoked"
    except CertificateSuspended:
        return "suspended"
    return "good"

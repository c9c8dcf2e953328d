"""Issue certificates for a phone on the strength of the card's own (公的個人認証法16条の2, 35条の2; R-211).

The holder signs the phone's two public keys with the card's signature key, so no desk is needed. What is issued ends no
later than the card's certificates, ends with them, and has a state of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.card.challenge import (
    ChallengeForAnotherKind,
    ChallengeForAnotherRequester,
    SigningKind,
    parse_challenge,
)
from mizuhiki.crypto.certificates import read_card_certificate
from mizuhiki.crypto.digests import equal, framed, sha256
from mizuhiki.crypto.x509 import substitute_flags
from mizuhiki.institutions.jpki.domain.carriers import Carrier, require_carrier
from mizuhiki.institutions.jpki.domain.certificates import Application, Certificate, CertificateSet, Kind, State
from mizuhiki.institutions.jpki.domain.errors import ApplicationSignedForOther, CardCertificatesMissing
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.operations.issue_certificates import IssueCertificates
from mizuhiki.institutions.jpki.operations.own_cards import verify_own_card
from mizuhiki.institutions.jpki.ports import Store
from mizuhiki.jpki_verify import CardSignatureShown
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.persons import FourItems

ACTION = "issue-phone-certificates"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneApplication:
    """What a phone asks for: its name and two public keys, and the card's signature over all of it."""

    request_id: str
    phone: str
    user_identification_key: bytes
    signature_key: bytes
    certificate: bytes
    challenge: bytes
    signature: bytes


def phone_application_digest(
    request_id: str, phone: str, user_identification_key: bytes, signature_key: bytes
) -> bytes:
    """Return what the card signs as the challenge's context: a digest of everything the phone asks for."""
    return sha256(
        framed(
            "phone-certificate-application",
            request_id.encode(),
            phone.encode(),
            user_identification_key,
            signature_key,
        )
    )


@dataclass(frozen=True, slots=True)
class IssuePhoneCertificates:
    """The issue of both kinds for one phone."""

    store: Store
    authority: Authority
    authorities: Authorities
    issue: IssueCertificates

    def __call__(self, context: Context, *, application: PhoneApplication) -> CertificateSet:
        """Return the phone's certificates.

        Raises:
            CarrierNotYetLawful: before the day phones may carry certificates.
            MalformedChallenge, ChallengeForAnotherKind, ChallengeForAnotherRequester: see `card.challenge`.
            ApplicationSignedForOther: the card signed for other keys or another phone.
            UnknownIssuer, CertificateExpired, CardSignatureInvalid: see `crypto.certificates`.
            CardCertificatesMissing: the card's certificate is not good here, or not a card's.
            PublicKeyUsedBefore and the others of `IssueCertificates`.
        """
        self.authority.require(context, ACTION)
        require_carrier(Carrier.PHONE, context.today())
        _require_for_phone(context, application)
        with self.store.transaction() as records:
            found = records.certificate(Kind.SIGNATURE, _serial_of(self.authorities, application, context))
            card = _require_good_card(found, application.certificate)
            code = records.code_of(card)
        said = read_card_certificate(card.der)
        if said.name is None or said.birth_date is None or said.sex is None or said.address is None:
            raise CardCertificatesMissing
        name_flags, address_flags = substitute_flags(card.der)
        return self.issue.issue_confirmed(
            context,
            Application(
                request_id=application.request_id,
                municipality_code=card.municipality_code,
                code=code,
                four_items=FourItems(said.name, "", said.birth_date, said.sex, said.address),
                name_substituted=name_flags,
                address_substituted=address_flags,
                card_serial=application.phone,
                card_expires_on=card.ends.astimezone(JST).date(),
                user_identification_key=application.user_identification_key,
                signature_key=application.signature_key,
                carrier=Carrier.PHONE,
            ),
        )


def _require_for_phone(context: Context, application: PhoneApplication) -> None:
    challenge = parse_challenge(application.challenge)
    if challenge.kind is not SigningKind.SIGNATURE:
        raise ChallengeForAnotherKind
    if challenge.requester != context.actor.institution:
        raise ChallengeForAnotherRequester
    digest = phone_application_digest(
        application.request_id, application.phone, application.user_identification_key, application.signature_key
    )
    if not equal(challenge.context_hash, digest):
        raise ApplicationSignedForOther


def _serial_of(authorities: Authorities, application: PhoneApplication, context: Context) -> int:
    shown = CardSignatureShown(application.certificate, application.challenge, application.signature)
    return verify_own_card(authorities, Kind.SIGNATURE, shown, context.now())


def _require_good_card(certificate: Certificate | None, der: bytes) -> Certificate:
    good = certificate is not None and certificate.state is State.GOOD and certificate.carrier is Carrier.CARD
    if certificate is None or not good or not equal(certificate.der, der):
        raise CardCertificatesMissing
    return certificate

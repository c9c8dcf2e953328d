"""Services to verifiers beside the status: own handles, linking of old and new, current items (R-204 to R-206).

Each needs its own authorisation in the registry, except the handle, which every verifier gets in place of the serial.
What somebody protected would be answered looks as if there were nothing: the register's gate decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.card.challenge import (
    ChallengeForAnotherKind,
    ChallengeForAnotherRequester,
    SigningKind,
    parse_challenge,
)
from mizuhiki.crypto.digests import equal, sha256
from mizuhiki.crypto.x509 import StatusUnknown, serial_of
from mizuhiki.institutions.jpki.domain.certificates import Certificate, Kind, State
from mizuhiki.institutions.jpki.domain.errors import ConsentForOtherUse, HandleUnknown, NoSuchCertificate
from mizuhiki.institutions.jpki.domain.verifier_registry import Service, VerifierEvent
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.operations.own_cards import verify_own_card
from mizuhiki.institutions.jpki.operations.verifier_access import VerifierAccess
from mizuhiki.institutions.jpki.ports import CurrentIdentification, Records, Store, VerifierStore
from mizuhiki.jpki_verify import CardSignatureShown
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.ids import InstitutionKind
from mizuhiki.vocabulary.persons import FourItems

HANDLE = "give-certificate-handle"
LINK = "link-serials"
ITEMS = "provide-current-items"
NAMED_BY_LAW = (InstitutionKind.PORTAL.value, InstitutionKind.COMMISSION.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsConsent:
    """A card's signature by its signature key over a challenge that names verifier, day and purpose."""

    certificate: bytes
    challenge: bytes
    signature: bytes
    purpose: str


def consent_hash(verifier: str, day: str, purpose: str) -> bytes:
    """Return the context hash of the challenge that the holder signs."""
    return sha256(f"current-items/{verifier}/{day}/{purpose}".encode())


@dataclass(frozen=True, slots=True)
class ServeVerifiers:
    """Handles, links and items."""

    store: Store
    authority: Authority
    authorities: Authorities
    access: VerifierAccess
    registry: VerifierStore
    register: CurrentIdentification

    def handle(self, context: Context, *, certificate: bytes) -> str:
        """Return the acting verifier's own name of a certificate it was shown.

        Raises:
            VerifierNotRecognised: the asker is no verifier on this day.
            NoSuchCertificate: it was not issued here.
        """
        self.authority.require(context, HANDLE)
        verifier = self._require(context, Service.STATUS)
        with self.store.transaction() as records:
            handle = records.handle(verifier, _issued(records, certificate))
            records.audit(grounds_of(context), "certificate-handle-given", "done", count=1)
        return handle

    def link(self, context: Context, *, certificate: bytes, earlier_handle: str) -> str:
        """Return the handle of a certificate whose holder also has the one behind `earlier_handle`.

        A handle of another verifier is refused like an unknown one, and the attempt stands in the history of the
        verifier that showed it: matching is forbidden (R-205).

        Raises:
            VerifierNotRecognised, ServiceNotYetLawful: the asker is not authorised to link.
            NoSuchCertificate: the certificate was not issued here, or is not good.
            HandleUnknown: no certificate of this holder has that handle at this verifier, or the holder is protected.
        """
        self.authority.require(context, LINK)
        verifier = self._require(context, Service.SERIAL_LINKING)
        # Read before the transaction: a thread has one at a time.
        others = self._others(verifier)
        with self.store.transaction() as records:
            shown = _issued(records, certificate)
            if shown.state is not State.GOOD:
                raise NoSuchCertificate
            owned = [one for one in records.of_person(shown.person) if one.kind is shown.kind]
            linked = any(records.handle(verifier, one) == earlier_handle for one in owned)
            matched = not linked and any(
                records.handle(other, one) == earlier_handle for other in others for one in owned
            )
            code = records.code_of(shown)
            handle = records.handle(verifier, shown)
        if matched:
            self._note_matching(context, verifier)
        if not linked or not self.register.may_be_linked(code, verifier):
            raise HandleUnknown
        with self.store.transaction() as records:
            records.audit(grounds_of(context), "serials-linked", "done", count=1)
        return handle

    def current_items(self, context: Context, *, consent: ItemsConsent) -> FourItems:
        """Return the holder's current four items.

        Raises:
            VerifierNotRecognised, ServiceNotYetLawful: the asker is not authorised for items.
            ChallengeForAnotherKind, ChallengeForAnotherRequester, ConsentForOtherUse: consent to another use.
            UnknownIssuer, CertificateExpired, CardSignatureInvalid: see `own_cards`.
            StatusUnknown: the certificate is not good.
            NoSuchCertificate: the holder left the register or is protected.
        """
        self.authority.require(context, ITEMS)
        verifier = self._require(context, Service.CURRENT_ITEMS)
        challenge = parse_challenge(consent.challenge)
        if challenge.kind is not SigningKind.SIGNATURE:
            raise ChallengeForAnotherKind
        if challenge.requester != verifier:
            raise ChallengeForAnotherRequester
        today = context.today().isoformat()
        if not consent.purpose.strip() or not equal(
            challenge.context_hash, consent_hash(verifier, today, consent.purpose)
        ):
            raise ConsentForOtherUse
        shown = CardSignatureShown(consent.certificate, consent.challenge, consent.signature)
        serial = verify_own_card(self.authorities, Kind.SIGNATURE, shown, context.now())
        with self.store.transaction() as records:
            found = records.certificate(Kind.SIGNATURE, serial)
            if found is None or found.state is not State.GOOD or not equal(found.der, consent.certificate):
                raise StatusUnknown
            code = records.code_of(found)
        items = self.register.current_items(code, verifier)
        if items is None:
            raise NoSuchCertificate
        with self.store.transaction() as records:
            records.audit(grounds_of(context), "current-items-provided", "done", count=1)
        return items

    def _require(self, context: Context, service: Service) -> str:
        verifier = str(context.actor.institution)
        self.access.require(verifier, service, context.today(), context.now())
        return verifier

    def _others(self, verifier: str) -> set[str]:
        known = {one.application.institution or one.verifier for one in self.registry.all()}
        return (known | set(NAMED_BY_LAW)) - {verifier}

    def _note_matching(self, context: Context, verifier: str) -> None:
        entry = next((one for one in self.registry.all() if one.application.institution == verifier), None)
        if entry is not None:
            event = VerifierEvent(entry.verifier, "matching-attempted", verifier, "-", context.now())
            self.registry.note(event)
        with self.store.transaction() as records:
            records.audit(grounds_of(context), "matching-attempted", "refused", count=1)


def _issued(records: Records, der: bytes) -> Certificate:
    serial = serial_of(der)
    for kind in Kind:
        found = records.certificate(kind, serial)
        if found is not None and equal(found.der, der):
            return found
    raise NoSuchCertificate

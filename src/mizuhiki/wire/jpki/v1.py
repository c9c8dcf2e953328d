"""The certification authorities' interface, version 1 (公的個人認証法; RFC 5280, RFC 6960)."""

from __future__ import annotations

from datetime import date

from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint, Message
from mizuhiki.wire.national_register.v1 import AcquisitionResult, CardSerialText, FourItemsMessage
from mizuhiki.wire.register_network import OpenedLookUps
from mizuhiki.wire.sealed import Sealed
from mizuhiki.wire.types import Identifier, MunicipalityCodeText, SignedObject


class CertificateApplication(Message, frozen=True):
    """Inner request: issue both certificates for keys generated inside the chip at the municipality's desk.

    Public keys are DER SubjectPublicKeyInfo. `signature_public_key` is empty when the person wants none or is under
    15; `user_identification_public_key` is empty when the person wants none. `name_substituted` and
    `address_substituted` carry one digit per character (1 = substitute character). `abroad`: the person lives abroad.
    """

    request_id: Identifier
    municipality_code: MunicipalityCodeText
    resident_record_code: str
    four_items: FourItemsMessage
    name_substituted: str
    address_substituted: str
    card_serial: str
    card_expires_on: date
    user_identification_public_key: bytes
    signature_public_key: bytes = b""
    abroad: bool = False


class CertificateDeclined(Message, frozen=True):
    """Inner request: end a certificate that a card's holder does not want, ``signature`` or ``user-identification``.

    The register confirms card, holder, municipality and items as it does for an application. A certificate that ended
    before stays as it is and is acknowledged again.
    """

    kind: Identifier
    resident_record_code: str
    municipality_code: MunicipalityCodeText
    four_items: FourItemsMessage
    card_serial: str
    card_expires_on: date


class PhoneCertificateApplication(Message, frozen=True):
    """Ask for certificates of two keys made in a phone's secure element (移動端末設備用電子証明書).

    `signature` is the card's PKCS#1 v1.5 SHA-256 signature over `challenge`, a challenge of `spec/card.md` §6 for the
    signature key and the caller, whose context hash is the SHA-256 of the framed texts
    ``phone-certificate-application``, `request_id`, `phone` and both public keys (DER SubjectPublicKeyInfo).
    `certificate` is the card's signature certificate; `phone` names the secure element.
    """

    request_id: Identifier
    phone: Identifier
    user_identification_public_key: bytes
    signature_public_key: bytes
    certificate: bytes
    challenge: bytes
    signature: bytes


class PinlessUseReport(Message, frozen=True):
    """A terminal used a user identification certificate without its PIN.

    `signature` is the terminal's, over the framed text ``pinless-use``, `use`, `terminal`, the SHA-256 of `certificate`
    and of `challenge`, and `used_at` in seconds since 1970.
    """

    use: Identifier
    terminal: Identifier
    certificate: bytes
    challenge: bytes
    used_at: int
    signature: bytes


class TerminalCertificateRequest(Message, frozen=True):
    """Ask for the certificate that an approved terminal shows to chips."""

    terminal: Identifier


class TerminalCertificateAnswer(Message, frozen=True):
    """A card-verifiable certificate of `spec/card.md` §8; `expires_on` is its last day."""

    certificate: bytes
    expires_on: date


class IssuedCertificates(Message, frozen=True):
    """Inner answer: DER certificates and the two CA certificates; empty where none was asked."""

    user_identification_certificate: bytes
    user_identification_ca: bytes
    signature_certificate: bytes
    signature_ca: bytes


class RegisterEvent(Message, frozen=True):
    """A change in the register that bears on certificates (異動等情報). `reason` as in IdentificationChange."""

    event_id: Identifier
    resident_record_code: str
    reason: str
    effective_on: date
    four_items: FourItemsMessage
    in_register: bool


class RegisterEvents(Message, frozen=True):
    """Inner request: events in order."""

    events: list[RegisterEvent]


class CardLapses(Message, frozen=True):
    """Inner request: cards that ended by law; nothing is said but that they did. Idempotent by card."""

    card_serials: list[CardSerialText]


class StatusRequest(Message, frozen=True):
    """A DER OCSPRequest (RFC 6960)."""

    ocsp_request: bytes


class StatusAnswer(Message, frozen=True):
    """A DER OCSPResponse signed for the CA asked about."""

    ocsp_response: bytes


class PortalPseudonymRequest(Message, frozen=True):
    """Ask that the holder of a user-identification certificate gets a pseudonym at the portal's intermediate server.

    `signature` is the card's PKCS#1 v1.5 SHA-256 signature over `challenge`, a challenge of `spec/card.md` §6 for the
    user identification key and the portal, whose context hash is the SHA-256 of `acquisition`, so a signature made
    for something or somebody else cannot be used here.
    """

    acquisition: SignedObject
    certificate: bytes
    challenge: bytes
    signature: bytes


class HandleRequest(Message, frozen=True):
    """A certificate (DER) whose handle is asked for."""

    certificate: bytes


class CertificateHandle(Message, frozen=True):
    """The asking verifier's own name of a certificate, 64 hexadecimal digits; of no use to any other verifier."""

    handle: str


class LinkRequest(Message, frozen=True):
    """Whether the certificate (DER) now shown and the one behind an earlier handle are one holder's."""

    certificate: bytes
    earlier_handle: str


class LinkAnswer(Message, frozen=True):
    """`handle` is the new certificate's; a pair that does not belong together is refused instead."""

    handle: str


class CurrentItemsRequest(Message, frozen=True):
    """Inner request: a holder's current four items, by consent.

    The consent is the card's signature by the signature key over a challenge of `spec/card.md` §6 for the asking
    verifier, whose context hash is SHA-256 of the UTF-8 text ``current-items/<verifier>/<day>/<purpose>`` with the
    day in Japan as YYYY-MM-DD; so it holds on its day and for its purpose only.
    """

    certificate: bytes
    challenge: bytes
    signature: bytes
    purpose: str


class CurrentItems(Message, frozen=True):
    """Inner answer."""

    four_items: FourItemsMessage


class LookUpsConsent(Message, frozen=True):
    """A card's consent that its holder's look-ups in the register network are opened for one request of the portal.

    The challenge is one of `spec/card.md` §6 for the user identification key and the portal, whose context hash is
    `register_network.look_ups_hash` of `request_id`.
    """

    request_id: Identifier
    certificate: bytes
    challenge: bytes
    signature: bytes


class CaCertificatesRequest(Message, frozen=True):
    """Ask for the current CA certificates."""


class CaCertificates(Message, frozen=True):
    """DER certificates of the two certification authorities: the generation that issues now, and the earlier ones.

    A card keeps its certificate when a new generation begins, so a verifier trusts all of them (R-196).
    `terminal_authority` is the key under which chips check terminals, a DER SubjectPublicKeyInfo, empty where no chip
    is to be used without its PIN.
    """

    user_identification_ca: bytes
    signature_ca: bytes
    terminal_authority: bytes = b""
    former_user_identification_cas: tuple[bytes, ...] = ()
    former_signature_cas: tuple[bytes, ...] = ()


ISSUE_CERTIFICATES = Endpoint(
    name="jpki.issue_certificates",
    path="/v1/certificates",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Issue certificates for a card (CertificateApplication → IssuedCertificates).",
    basis="公的個人認証法3条, 22条; R-200, R-201",
)
DECLINE_CERTIFICATE = Endpoint(
    name="jpki.decline_certificate",
    path="/v1/declined-certificates",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="End a certificate that a card's holder does not want (CertificateDeclined).",
    basis="公的個人認証法9条, 28条; R-167",
)
NOTIFY_REGISTER_EVENTS = Endpoint(
    name="jpki.notify_register_events",
    path="/v1/register-events",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.NATIONAL_REGISTER}),
    summary="Take register changes that revoke certificates (RegisterEvents).",
    basis="公的個人認証法12条, 31条; R-202",
)
NOTIFY_CARD_LAPSES = Endpoint(
    name="jpki.notify_card_lapses",
    path="/v1/card-lapses",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.NATIONAL_REGISTER}),
    summary="End the certificates of cards that ended by law (CardLapses).",
    basis="番号法17条6項; 公的個人認証法15条, 34条; R-154",
)
CERTIFICATE_STATUS = Endpoint(
    name="jpki.certificate_status",
    path="/v1/certificate-status",
    request=StatusRequest,
    answer=StatusAnswer,
    callers=frozenset({Kind.PORTAL, Kind.COMMISSION, Kind.MUNICIPALITY}),
    summary="Status of a certificate by OCSP, for recognised verifiers.",
    basis="公的個人認証法18条, 37条; R-203, R-204",
)
ISSUE_PHONE_CERTIFICATES = Endpoint(
    name="jpki.issue_phone_certificates",
    path="/v1/phone-certificates",
    request=PhoneCertificateApplication,
    answer=IssuedCertificates,
    callers=frozenset({Kind.PORTAL}),
    summary="Issue certificates for a phone, applied for with the card (from 2023-05-11).",
    basis="公的個人認証法16条の2, 35条の2; R-211",
)
RECORD_PINLESS_USE = Endpoint(
    name="jpki.record_pinless_use",
    path="/v1/pinless-uses",
    request=PinlessUseReport,
    answer=Acknowledgement,
    callers=frozenset({Kind.PORTAL, Kind.MUNICIPALITY}),
    summary="Record the use of a certificate without its PIN by an approved terminal.",
    basis="公的個人認証法38条の4; R-209",
)
TERMINAL_CERTIFICATE = Endpoint(
    name="jpki.terminal_certificate",
    path="/v1/terminal-certificates",
    request=TerminalCertificateRequest,
    answer=TerminalCertificateAnswer,
    callers=frozenset({Kind.PORTAL, Kind.MUNICIPALITY}),
    summary="The certificate of a few days that an approved terminal shows to chips.",
    basis="公的個人認証法38条の4; R-209",
)
REQUEST_PORTAL_PSEUDONYM = Endpoint(
    name="jpki.request_portal_pseudonym",
    path="/v1/portal-pseudonym-requests",
    request=PortalPseudonymRequest,
    answer=AcquisitionResult,
    callers=frozenset({Kind.PORTAL}),
    summary="Start the issue of the portal's pseudonym for the person who just logged in.",
    basis="番号法附則6条3項; R-363",
)
CA_CERTIFICATES = Endpoint(
    name="jpki.ca_certificates",
    path="/v1/ca-certificates",
    request=CaCertificatesRequest,
    answer=CaCertificates,
    callers=frozenset(Kind),
    summary="CA certificates of every generation.",
    basis="R-196",
)
_VERIFIERS = frozenset({Kind.PORTAL, Kind.COMMISSION, Kind.MUNICIPALITY})
CERTIFICATE_HANDLE = Endpoint(
    name="jpki.certificate_handle",
    path="/v1/certificate-handles",
    request=HandleRequest,
    answer=CertificateHandle,
    callers=_VERIFIERS,
    summary="The asking verifier's own handle of a certificate, in place of its serial.",
    basis="公的個人認証法; R-205, R-206",
)
LINK_CERTIFICATES = Endpoint(
    name="jpki.link_certificates",
    path="/v1/certificate-links",
    request=LinkRequest,
    answer=LinkAnswer,
    callers=_VERIFIERS,
    summary="Whether an old and a new certificate are one holder's; for verifiers authorised to link.",
    basis="公的個人認証法18条, 37条; R-205, R-206",
)
CURRENT_FOUR_ITEMS = Endpoint(
    name="jpki.current_four_items",
    path="/v1/current-four-items",
    request=Sealed,
    answer=Sealed,
    callers=_VERIFIERS,
    summary="A holder's current four items by consent (CurrentItemsRequest → CurrentItems), where authorised.",
    basis="公的個人認証法18条; R-204",
)
OPEN_LOOK_UPS = Endpoint(
    name="jpki.open_look_ups",
    path="/v1/look-up-openings",
    request=LookUpsConsent,
    answer=OpenedLookUps,
    callers=frozenset({Kind.PORTAL}),
    summary="Have the register network's look-ups about a card's holder sealed to the portal.",
    basis="住基法30条の32; 番号法附則6条3項; R-026",
)
ENDPOINTS = (
    CERTIFICATE_HANDLE,
    LINK_CERTIFICATES,
    CURRENT_FOUR_ITEMS,
    ISSUE_CERTIFICATES,
    NOTIFY_REGISTER_EVENTS,
    NOTIFY_CARD_LAPSES,
    CERTIFICATE_STATUS,
    REQUEST_PORTAL_PSEUDONYM,
    CA_CERTIFICATES,
    ISSUE_PHONE_CERTIFICATES,
    RECORD_PINLESS_USE,
    TERMINAL_CERTIFICATE,
    OPEN_LOOK_UPS,
    DECLINE_CERTIFICATE,
)

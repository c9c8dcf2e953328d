"""Handlers of the certification authorities' endpoints: read, call the operation, write."""

from __future__ import annotations

from mizuhiki.institutions.jpki.domain.certificates import Application, CertificateSet, Kind
from mizuhiki.institutions.jpki.domain.errors import ApplicantOfOtherMunicipality
from mizuhiki.institutions.jpki.domain.register_events import RegisterChange
from mizuhiki.institutions.jpki.operations.approve_terminals import PinlessUse
from mizuhiki.institutions.jpki.operations.issue_phone_certificates import PhoneApplication
from mizuhiki.institutions.jpki.operations.open_look_ups import LookUpConsent, OpenLookUps
from mizuhiki.institutions.jpki.operations.request_portal_pseudonym import CardConsent
from mizuhiki.institutions.jpki.operations.serve_verifiers import ItemsConsent
from mizuhiki.institutions.jpki.operations.service import CertificationAuthorities
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.ids import key_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, FourItems, Sex
from mizuhiki.wire import jpki as wire
from mizuhiki.wire.endpoint import Acknowledgement
from mizuhiki.wire.national_register import AcquisitionResult, FourItemsMessage, RefusedLine
from mizuhiki.wire.register_network import OpenedLookUps


def read_four_items(message: FourItemsMessage) -> FourItems:
    """Return the four items of a message."""
    return FourItems(
        name=message.name,
        name_kana=message.name_kana,
        birth_date=message.birth_date,
        sex=Sex(message.sex),
        address=message.address,
    )


def read_application(message: wire.CertificateApplication) -> Application:
    """Return an application.

    Raises:
        MalformedResidentRecordCode: the code has a wrong length or check digit.
    """
    return Application(
        request_id=message.request_id,
        municipality_code=message.municipality_code,
        code=ResidentRecordCode.parse(message.resident_record_code),
        four_items=read_four_items(message.four_items),
        name_substituted=message.name_substituted,
        address_substituted=message.address_substituted,
        card_serial=message.card_serial,
        card_expires_on=message.card_expires_on,
        user_identification_key=message.user_identification_public_key,
        signature_key=message.signature_public_key,
        abroad=message.abroad,
    )


def read_change(message: wire.RegisterEvent) -> RegisterChange:
    """Return one register event.

    Raises:
        MalformedResidentRecordCode: the code has a wrong length or check digit.
    """
    return RegisterChange(
        event_id=message.event_id,
        code=ResidentRecordCode.parse(message.resident_record_code),
        reason=ChangeReason(message.reason),
        effective_on=message.effective_on,
        four_items=read_four_items(message.four_items),
        in_register=message.in_register,
    )


def _issued(issued: CertificateSet) -> wire.IssuedCertificates:
    return wire.IssuedCertificates(
        user_identification_certificate=issued.user_identification,
        user_identification_ca=issued.user_identification_ca,
        signature_certificate=issued.signature,
        signature_ca=issued.signature_ca,
    )


class Handlers:
    """One method per endpoint."""

    def __init__(self, authorities: CertificationAuthorities, look_ups: OpenLookUps[OpenedLookUps]) -> None:
        self._authorities = authorities
        self._look_ups = look_ups

    def issue(self, call: Call, request: wire.CertificateApplication) -> wire.IssuedCertificates:
        """Issue certificates for a card of the calling municipality."""
        if request.municipality_code != key_of(call.peer):
            raise ApplicantOfOtherMunicipality
        context = call.context("card-issue", "公的個人認証法3条, 22条", "issue the certificates of a card")
        return _issued(self._authorities.issue(context, application=read_application(request)))

    def decline(self, call: Call, request: wire.CertificateDeclined) -> Acknowledgement:
        """End a certificate that the holder of a card at the calling municipality's desk does not want."""
        if request.municipality_code != key_of(call.peer):
            raise ApplicantOfOtherMunicipality
        context = call.context("card-issue", "公的個人認証法9条, 28条", "end a certificate that is not wanted")
        ended = self._authorities.declined.at_desk(
            context,
            kind=Kind.of(request.kind),
            holder=Application(
                request_id="",
                municipality_code=request.municipality_code,
                code=ResidentRecordCode.parse(request.resident_record_code),
                four_items=read_four_items(request.four_items),
                name_substituted="",
                address_substituted="",
                card_serial=request.card_serial,
                card_expires_on=request.card_expires_on,
                user_identification_key=b"",
                signature_key=b"",
            ),
        )
        return Acknowledgement(reference=str(ended))

    def issue_for_phone(self, call: Call, request: wire.PhoneCertificateApplication) -> wire.IssuedCertificates:
        """Issue certificates for a phone of the card's holder."""
        context = call.context("card-issue", "公的個人認証法16条の2, 35条の2", "issue the certificates of a phone")
        return _issued(
            self._authorities.issue_for_phone(
                context,
                application=PhoneApplication(
                    request_id=request.request_id,
                    phone=request.phone,
                    user_identification_key=request.user_identification_public_key,
                    signature_key=request.signature_public_key,
                    certificate=request.certificate,
                    challenge=request.challenge,
                    signature=request.signature,
                ),
            )
        )

    def record_pinless_use(self, call: Call, request: wire.PinlessUseReport) -> Acknowledgement:
        """Record one use without a PIN."""
        context = call.context("card-issue", "公的個人認証法38条の4", "record a use without a PIN")
        self._authorities.terminals.record(
            context,
            use=PinlessUse(
                use=request.use,
                terminal=request.terminal,
                certificate=request.certificate,
                challenge=request.challenge,
                used_at=request.used_at,
                signature=request.signature,
            ),
        )
        return Acknowledgement(reference=request.use)

    def terminal_certificate(
        self, call: Call, request: wire.TerminalCertificateRequest
    ) -> wire.TerminalCertificateAnswer:
        """Give an approved terminal its next certificate for chips."""
        context = call.context("card-issue", "公的個人認証法38条の4", "let an approved terminal use cards")
        certificate, last = self._authorities.terminals.card_certificate(context, terminal=request.terminal)
        return wire.TerminalCertificateAnswer(certificate=certificate, expires_on=last)

    def take_events(self, call: Call, request: wire.RegisterEvents) -> Acknowledgement:
        """Take register changes."""
        context = call.context("resident-register", "公的個人認証法12条, 31条", "end certificates of changed records")
        taken = self._authorities.register_events(context, changes=[read_change(one) for one in request.events])
        return Acknowledgement(reference=str(taken))

    def status(self, call: Call, request: wire.StatusRequest) -> wire.StatusAnswer:
        """Answer a status request."""
        context = call.context("card-issue", "公的個人認証法18条, 37条", "confirm that a certificate holds")
        reply = self._authorities.status.ask(context, verifier=call.peer, request=request.ocsp_request)
        return wire.StatusAnswer(ocsp_response=reply.der)

    def end_with_cards(self, call: Call, request: wire.CardLapses) -> Acknowledgement:
        """End the certificates of cards that ended by law."""
        context = call.context("card-issue", "番号法17条6項; 公的個人認証法15条, 34条", "end certificates with cards")
        ended = self._authorities.cards.end_with_cards(context, card_serials=request.card_serials)
        return Acknowledgement(reference=str(ended))

    def handle(self, call: Call, request: wire.HandleRequest) -> wire.CertificateHandle:
        """Give a verifier its own handle of a certificate."""
        context = call.context("card-issue", "公的個人認証法18条, 37条", "name a certificate without its serial")
        return wire.CertificateHandle(
            handle=self._authorities.services.handle(context, certificate=request.certificate)
        )

    def link(self, call: Call, request: wire.LinkRequest) -> wire.LinkAnswer:
        """Link an old and a new certificate of one holder."""
        context = call.context("card-issue", "公的個人認証法18条, 37条", "link an old and a new certificate")
        linked = self._authorities.services.link(
            context, certificate=request.certificate, earlier_handle=request.earlier_handle
        )
        return wire.LinkAnswer(handle=linked)

    def current_items(self, call: Call, request: wire.CurrentItemsRequest) -> wire.CurrentItems:
        """Tell a holder's current items by consent."""
        context = call.context("card-issue", "公的個人認証法18条", "current four items by consent")
        items = self._authorities.services.current_items(
            context,
            consent=ItemsConsent(
                certificate=request.certificate,
                challenge=request.challenge,
                signature=request.signature,
                purpose=request.purpose,
            ),
        )
        return wire.CurrentItems(
            four_items=FourItemsMessage(
                name=items.name,
                name_kana=items.name_kana,
                birth_date=items.birth_date,
                sex=int(items.sex),
                address=items.address,
            )
        )

    def portal_pseudonym(self, call: Call, request: wire.PortalPseudonymRequest) -> AcquisitionResult:
        """Start the portal's pseudonym of a card's holder."""
        context = call.context("portal-account", "番号法附則6条3項", "start the portal's pseudonym")
        outcome = self._authorities.portal_pseudonym(
            context,
            consent=CardConsent(
                acquisition=request.acquisition,
                certificate=request.certificate,
                challenge=request.challenge,
                signature=request.signature,
            ),
        )
        return AcquisitionResult(
            accepted=outcome.accepted,
            refused=[RefusedLine(acquisition_number=number, refusal=code) for number, code in outcome.refused],
        )

    def look_ups(self, call: Call, request: wire.LookUpsConsent) -> OpenedLookUps:
        """Have a card holder's look-ups sealed to the portal."""
        context = call.context("portal-account", "番号法附則6条3項", "show a person who looked them up")
        return self._look_ups(
            context,
            consent=LookUpConsent(
                request_id=request.request_id,
                certificate=request.certificate,
                challenge=request.challenge,
                signature=request.signature,
            ),
        )

    def ca_certificates(self, _call: Call, _request: wire.CaCertificatesRequest) -> wire.CaCertificates:
        """Return the roots."""
        user_identification, *former_user_identification = self._authorities.ca_certificates(Kind.USER_IDENTIFICATION)
        signature, *former_signature = self._authorities.ca_certificates(Kind.SIGNATURE)
        return wire.CaCertificates(
            user_identification_ca=user_identification,
            signature_ca=signature,
            terminal_authority=self._authorities.terminals.card_authority(),
            former_user_identification_cas=tuple(former_user_identification),
            former_signature_cas=tuple(former_signature),
        )


def serve(api: Api, authorities: CertificationAuthorities, look_ups: OpenLookUps[OpenedLookUps]) -> None:
    """Register every endpoint with its handler."""
    handlers = Handlers(authorities, look_ups)
    api.serve_sealed(wire.ISSUE_CERTIFICATES, wire.CertificateApplication, handlers.issue)
    api.serve_sealed(wire.NOTIFY_REGISTER_EVENTS, wire.RegisterEvents, handlers.take_events)
    api.serve_sealed(wire.NOTIFY_CARD_LAPSES, wire.CardLapses, handlers.end_with_cards)
    api.serve(wire.CERTIFICATE_STATUS, handlers.status)
    api.serve(wire.CERTIFICATE_HANDLE, handlers.handle)
    api.serve(wire.LINK_CERTIFICATES, handlers.link)
    api.serve_sealed(wire.CURRENT_FOUR_ITEMS, wire.CurrentItemsRequest, handlers.current_items)
    api.serve(wire.REQUEST_PORTAL_PSEUDONYM, handlers.portal_pseudonym)
    api.serve(wire.CA_CERTIFICATES, handlers.ca_certificates)
    api.serve(wire.ISSUE_PHONE_CERTIFICATES, handlers.issue_for_phone)
    api.serve(wire.RECORD_PINLESS_USE, handlers.record_pinless_use)
    api.serve(wire.TERMINAL_CERTIFICATE, handlers.terminal_certificate)
    api.serve_sealed(wire.DECLINE_CERTIFICATE, wire.CertificateDeclined, handlers.decline)
    api.serve(wire.OPEN_LOOK_UPS, handlers.look_ups)

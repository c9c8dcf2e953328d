"""Handlers of the national register's endpoints: read, call the operation, write."""

from __future__ import annotations

from datetime import UTC, datetime

from mizuhiki.institutions.national_register.api import reading
from mizuhiki.institutions.national_register.domain.errors import AcquisitionNotYours, OtherMunicipality
from mizuhiki.institutions.national_register.operations.card_sessions import CardProof
from mizuhiki.institutions.national_register.operations.current_identification import WITH_ITEMS
from mizuhiki.institutions.national_register.operations.permit_application import WantedApplication
from mizuhiki.institutions.national_register.operations.request_pseudonyms import CheckedAcquisition
from mizuhiki.institutions.national_register.operations.service import NationalRegister
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.ids import (
    InstitutionKind,
    institution_id,
    intermediate_server_of,
    key_of,
    parse_institution_id,
)
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.wire import national_register as wire
from mizuhiki.wire.endpoint import Acknowledgement

JPKI = institution_id(InstitutionKind.JPKI)
PORTAL = institution_id(InstitutionKind.PORTAL)


class Handlers:
    """One method per endpoint."""

    def __init__(self, register: NationalRegister, peers: Peers) -> None:
        self._register = register
        self._peers = peers

    def _context(self, call: Call, affair: str, basis: str, purpose: str) -> Context:
        return call.context(affair=affair, basis=basis, purpose=purpose)

    def allocate(self, call: Call, request: wire.AllocateCodes) -> wire.SealedCodes:
        """Assign a bundle; the codes travel sealed to the municipality."""
        if request.municipality_code != key_of(call.peer):
            raise OtherMunicipality
        context = self._context(call, "number-assignment", "住民基本台帳法30条の2", "assign resident record codes")
        bundle = self._register.allocate_resident_record_codes(
            context,
            municipality_code=request.municipality_code,
            request_id=request.request_id,
            count=request.count,
        )
        inner = wire.AllocatedCodes(bundle_id=bundle.bundle_id, codes=[code.reveal() for code in bundle.codes])
        context_bytes = f"{wire.ALLOCATE_RESIDENT_RECORD_CODES.name}/answer".encode()
        return wire.SealedCodes(envelope=self._peers.seal(call.peer, inner, context_bytes))

    def generate(self, call: Call, request: wire.NumberGenerationRequest) -> wire.GeneratedNumbers:
        """Generate numbers for the calling municipality's lines."""
        if request.municipality_code != key_of(call.peer):
            raise OtherMunicipality
        context = self._context(call, "number-assignment", "番号法8条2項", "generate numbers to be designated")
        outcomes = self._register.generate_numbers(
            context, municipality_code=request.municipality_code, lines=reading.read_lines(request)
        )
        return wire.GeneratedNumbers(
            lines=[
                wire.GeneratedNumber(
                    line_id=outcome.line_id,
                    individual_number="" if outcome.number is None else outcome.number.reveal(),
                    refusal=outcome.refusal,
                )
                for outcome in outcomes
            ]
        )

    def notify(self, call: Call, request: wire.IdentificationChanges) -> Acknowledgement:
        """Take a prefecture's notices."""
        context = self._context(call, "resident-register", "住民基本台帳法30条の7", "take identification information")
        taken = self._register.take_identification(
            context,
            prefecture_code=key_of(call.peer),
            notices=[reading.read_notice(change) for change in request.changes],
        )
        return Acknowledgement(reference=str(taken))

    def search(self, call: Call, request: wire.IdentificationSearch) -> wire.FoundIdentification:
        """Search by number for the caller's affair."""
        context = self._context(call, request.affair, "住民基本台帳法30条の9", "confirm number and four items")
        person = self._register.search_identification(
            context,
            asker=call.peer,
            affair=request.affair,
            number=IndividualNumber.parse(request.individual_number),
        )
        if person is None or person.four_items is None:
            return wire.FoundIdentification(found=False)
        return wire.FoundIdentification(
            found=True,
            municipality_code=person.municipality_code,
            four_items=reading.write_four_items(person.four_items),
        )

    def ask_later_record(self, call: Call, request: wire.LaterRecordQuestion) -> wire.LaterRecordAnswer:
        """Tell the calling municipality whether its record of a person is still the newest."""
        context = self._context(call, "resident-register", "住民基本台帳法30条の10", "keep one living record a person")
        number = IndividualNumber.parse(request.individual_number)
        elsewhere = self._register.ask_later_record(context, municipality_code=key_of(call.peer), number=number)
        return wire.LaterRecordAnswer(elsewhere=elsewhere)

    def current_identification(self, call: Call, request: wire.CurrentIdentification) -> wire.FoundIdentification:
        """Tell the certification authorities a holder's current items for a verifier."""
        context = self._context(call, "card-issue", "公的個人認証法18条", "current items for a verifier")
        person = self._register.current_identification(
            context,
            code=ResidentRecordCode.parse(request.resident_record_code),
            service=request.service,
            verifier=request.verifier,
        )
        if person is None or person.four_items is None:
            return wire.FoundIdentification(found=False)
        if request.service not in WITH_ITEMS:
            return wire.FoundIdentification(found=True)
        return wire.FoundIdentification(
            found=True,
            municipality_code=person.municipality_code,
            four_items=reading.write_four_items(person.four_items),
        )

    def request_pseudonyms(self, call: Call, request: wire.RequestedPseudonyms) -> wire.AcquisitionResult:
        """Check whose acquisition it is, open the subjects and start the issue."""
        verified = self._peers.verify(request.acquisition, wire.PseudonymAcquisition, wire.PSEUDONYM_ACQUISITION_TYPE)
        owner = PORTAL if call.peer == JPKI else call.peer
        server = intermediate_server_of(owner)
        if verified.signer != server or verified.payload.holder != server:
            raise AcquisitionNotYours
        payload = verified.payload
        subjects = self._peers.open(
            request.envelope,
            call.peer,
            wire.PseudonymSubjects,
            f"{wire.REQUEST_PSEUDONYMS.name}/request".encode(),
        )
        context = self._context(call, payload.affair, "番号法21条の2", "acquire agency pseudonyms")
        outcome = self._register.request_pseudonyms(
            context,
            acquisition=CheckedAcquisition(
                text=request.acquisition,
                text_hash=verified.hash,
                holder=parse_institution_id(payload.holder),
                affair=payload.affair,
                batch_id=payload.batch_id,
                acquisition_numbers=tuple(payload.acquisition_numbers),
                expires_at=datetime.fromtimestamp(payload.expires_at, UTC),
            ),
            subjects=[reading.read_subject(subject) for subject in subjects.subjects],
        )
        return wire.AcquisitionResult(
            accepted=outcome.accepted,
            refused=[wire.RefusedLine(acquisition_number=number, refusal=code) for number, code in outcome.refused],
        )

    def register_card(self, call: Call, request: wire.CardRegistration) -> wire.CardRegistered:
        """Register a card for a resident of the calling municipality."""
        if request.municipality_code != key_of(call.peer):
            raise OtherMunicipality
        context = self._context(call, "card-issue", "番号法17条", "register a card")
        card = self._register.register_card(
            context,
            municipality_code=request.municipality_code,
            request_id=request.request_id,
            code=ResidentRecordCode.parse(request.resident_record_code),
            issued_on=request.issue_date,
        )
        return wire.CardRegistered(
            card_serial=card.card_serial, security_code=card.security_code, expires_on=card.expires_on
        )

    def make_card(self, call: Call, request: wire.CardMaking) -> wire.CardMade:
        """Give a card of the calling municipality its issuer keys and signed contents."""
        if request.municipality_code != key_of(call.peer):
            raise OtherMunicipality
        context = self._context(call, "card-issue", "番号法17条, 18条", "make a card")
        pictures = reading.read_pictures(request.pictures)
        made = self._register.make_card(context, card=reading.read_card_at_desk(request), pictures=pictures)
        return wire.CardMade(
            issuer_keys=made.issuer_keys,
            items_signature=made.items_signature,
            face_birth=made.face_birth,
            face=made.face,
            number_image=made.number_image,
            issuer_certificate=made.issuer_certificate,
            permit_authority=made.permit_authority,
        )

    def open_card_session(self, call: Call, request: wire.CardSessionOpening) -> wire.CardSessionOpened:
        """Open a session with a card at the calling municipality's desk."""
        if request.municipality_code != key_of(call.peer):
            raise OtherMunicipality
        context = self._context(call, "card-issue", "番号法17条4項, 5項", "open a session with a card")
        opened = self._register.open_card_session(
            context,
            card=reading.read_card_at_desk(request),
            operation=request.operation,
            proof=CardProof(request.host_challenge, request.card_challenge, request.card_cryptogram),
            wanted=WantedApplication(request.application, request.ordinance),
        )
        return wire.CardSessionOpened(
            session_keys=opened.session_keys,
            issued_on=opened.issued_on,
            expires_on=opened.expires_on,
            items_signature=opened.items_signature,
            issuer_certificate=opened.issuer_certificate,
            permit=opened.permit,
        )

    def confirm_card_holder(self, call: Call, request: wire.CardHolderClaim) -> wire.CardHolderConfirmed:
        """Confirm a municipality's claim to the certification authorities."""
        context = self._context(call, "card-issue", "公的個人認証法3条, 22条", "confirm whose card it is")
        confirmed = self._register.confirm_card_holder(context, claim=reading.read_claim(request))
        return wire.CardHolderConfirmed(confirmed=confirmed)

    def change_number(self, call: Call, request: wire.NumberChangeRequest) -> wire.ChangedNumber:
        """Generate a number instead of one that leaked, for a resident of the calling municipality."""
        if request.municipality_code != key_of(call.peer):
            raise OtherMunicipality
        context = self._context(
            call, "number-assignment", "番号法7条2項, 8条2項", "generate a number to follow another"
        )
        number = self._register.change_number(
            context,
            municipality_code=request.municipality_code,
            request_id=request.request_id,
            code=ResidentRecordCode.parse(request.resident_record_code),
            number=IndividualNumber.parse(request.individual_number),
        )
        return wire.ChangedNumber(individual_number=number.reveal())

    def change_code(self, call: Call, request: wire.CodeChangeRequest) -> Acknowledgement:
        """Take note of a new code of a resident of the calling municipality."""
        if request.municipality_code != key_of(call.peer):
            raise OtherMunicipality
        context = self._context(call, "resident-register", "住民基本台帳法30条の4", "change a resident record code")
        self._register.change_code(
            context,
            municipality_code=request.municipality_code,
            request_id=request.request_id,
            old=ResidentRecordCode.parse(request.old_resident_record_code),
            new=ResidentRecordCode.parse(request.new_resident_record_code),
        )
        return Acknowledgement()

    def take_notice_addresses(self, call: Call, request: wire.NoticeAddresses) -> Acknowledgement:
        """Take a municipality's order for cards or notices."""
        if request.municipality_code != key_of(call.peer):
            raise OtherMunicipality
        context = self._context(call, "number-assignment", "番号法7条1項; 省令35条", "print and send notices")
        taken = self._register.take_notice_addresses(context, order=reading.read_order(request))
        return Acknowledgement(reference=str(taken))

    def register_returned_notice(self, call: Call, request: wire.ReturnedNotice) -> Acknowledgement:
        """Note a municipality's returned card."""
        if request.municipality_code != key_of(call.peer):
            raise OtherMunicipality
        context = self._context(call, "number-assignment", "番号法7条1項", "note a returned notice")
        self._register.register_returned_notice(
            context,
            municipality_code=request.municipality_code,
            number=request.notice_number,
            reason=request.reason,
            on=request.registered_on,
        )
        return Acknowledgement(reference=request.notice_number)

    def take_card_moves(self, call: Call, request: wire.CardMoves) -> Acknowledgement:
        """Take what the calling municipality tells of moves that bear on cards."""
        context = self._context(call, "card-issue", "番号法17条6項; 施行令14条", "keep moves that bear on cards")
        moves = [reading.read_card_move(move, key_of(call.peer)) for move in request.moves]
        taken = self._register.take_card_moves(context, municipality_code=key_of(call.peer), moves=moves)
        return Acknowledgement(reference=str(taken))


def serve(api: Api, register: NationalRegister, peers: Peers) -> None:
    """Register every endpoint with its handler."""
    handlers = Handlers(register, peers)
    api.serve(wire.ALLOCATE_RESIDENT_RECORD_CODES, handlers.allocate)
    api.serve_sealed(wire.GENERATE_NUMBERS, wire.NumberGenerationRequest, handlers.generate)
    api.serve_sealed(wire.NOTIFY_IDENTIFICATION, wire.IdentificationChanges, handlers.notify)
    api.serve_sealed(wire.SEARCH_IDENTIFICATION, wire.IdentificationSearch, handlers.search)
    api.serve_sealed(wire.ASK_LATER_RECORD, wire.LaterRecordQuestion, handlers.ask_later_record)
    api.serve(wire.REQUEST_PSEUDONYMS, handlers.request_pseudonyms)
    api.serve_sealed(wire.REGISTER_CARD, wire.CardRegistration, handlers.register_card)
    api.serve_sealed(wire.MAKE_CARD, wire.CardMaking, handlers.make_card)
    api.serve_sealed(wire.OPEN_CARD_SESSION, wire.CardSessionOpening, handlers.open_card_session)
    api.serve_sealed(wire.TAKE_CARD_MOVES, wire.CardMoves, handlers.take_card_moves)
    api.serve_sealed(wire.CURRENT_IDENTIFICATION, wire.CurrentIdentification, handlers.current_identification)
    api.serve_sealed(wire.CONFIRM_CARD_HOLDER, wire.CardHolderClaim, handlers.confirm_card_holder)
    api.serve_sealed(wire.CHANGE_NUMBER, wire.NumberChangeRequest, handlers.change_number)
    api.serve_sealed(wire.CHANGE_CODE, wire.CodeChangeRequest, handlers.change_code)
    api.serve_sealed(wire.TAKE_NOTICE_ADDRESSES, wire.NoticeAddresses, handlers.take_notice_addresses)
    api.serve_sealed(wire.REGISTER_RETURNED_NOTICE, wire.ReturnedNotice, handlers.register_returned_notice)

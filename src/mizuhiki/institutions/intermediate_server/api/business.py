"""Endpoints for the owner's business systems: read, call the operation, write."""

from __future__ import annotations

from mizuhiki.institutions.intermediate_server.domain.addressees import Addressee
from mizuhiki.institutions.intermediate_server.domain.exchanges import InquiryRequest, InquiryResult, LocalCopy
from mizuhiki.institutions.intermediate_server.operations.notices import NoticeRequest
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.endpoint import Acknowledgement
from mizuhiki.wire.national_register import FourItemsMessage

NOT_ASKED = "none"


def read_four_items(message: FourItemsMessage) -> FourItems:
    """Return the four items of a message."""
    return FourItems(
        name=message.name,
        name_kana=message.name_kana,
        birth_date=message.birth_date,
        sex=Sex(message.sex),
        address=message.address,
    )


def _read_addressee(message: wire.Addressee) -> Addressee:
    items = None if message.four_items is None else read_four_items(message.four_items)
    return Addressee(message.addressee_number, items, message.protected)


def read_copy(message: wire.LocalCopy) -> LocalCopy:
    """Return a copy of a message."""
    return LocalCopy(
        addressee_number=message.addressee_number,
        kind=message.kind,
        layout_version=message.layout_version,
        fiscal_year=message.fiscal_year,
        valid_from=message.valid_from,
        valid_until=message.valid_until,
        items=message.items,
        not_disclosed=message.not_disclosed,
        source_version=message.source_version,
        as_of=message.as_of,
    )


def read_inquiry(message: wire.BusinessInquiry) -> InquiryRequest:
    """Return what a business system asks."""
    return InquiryRequest(
        request_id=message.request_id,
        addressee_number=message.addressee_number,
        provider=parse_institution_id(message.provider),
        affair=message.affair,
        procedure=message.procedure,
        kinds=tuple(message.kinds),
        fiscal_year=message.fiscal_year,
        period_from=message.period_from,
        period_until=message.period_until,
        case_reference=message.case_reference,
        not_disclosed=message.not_disclosed,
    )


def write_result(result: InquiryResult) -> wire.BusinessAnswer:
    """Return a result as the business system gets it; `exchange_number` is ``none`` for what was never asked."""
    waiting = result.waiting
    return wire.BusinessAnswer(
        exchange_number=result.exchange_number or NOT_ASKED,
        outcome=result.outcome,
        information=[
            wire.ProvidedInformation(kind=part.kind, layout_version=part.layout_version, items=part.items)
            for part in result.information
        ],
        receipt=result.receipt,
        statute=result.statute,
        refused_by=result.refused_by,
        refusal_detail=result.refusal_detail,
        waiting_for="" if waiting is None else waiting.target,
        waiting_code="" if waiting is None else waiting.code,
        waiting_since=None if waiting is None else waiting.since,
    )


class BusinessHandlers:
    """One method per endpoint; every one is `own_only`."""

    def __init__(self, server: IntermediateServer) -> None:
        self._server = server

    @staticmethod
    def _context(call: Call, affair: str, purpose: str, basis: str = "番号法19条8号") -> Context:
        return call.context(affair=affair, basis=basis, purpose=purpose, role="owner")

    def prepare(self, call: Call, request: wire.AcquisitionRequest) -> wire.PreparedAcquisition:
        """Register addressees and sign an acquisition."""
        context = self._context(call, request.affair, "acquire pseudonyms", "番号法21条の2")
        prepared = self._server.prepare_acquisition(
            context, affair=request.affair, addressees=[_read_addressee(one) for one in request.addressees]
        )
        return wire.PreparedAcquisition(
            acquisition=prepared.acquisition,
            lines=[
                wire.PreparedLine(addressee_number=addressee, acquisition_number=number)
                for addressee, number in prepared.lines
            ],
        )

    def held(self, call: Call, request: wire.HeldPseudonymsRequest) -> wire.HeldPseudonyms:
        """Tell which addressees are ready."""
        context = self._context(call, "information-provision", "which addressees are ready", "番号法21条の2")
        held, mismatched = self._server.prepare_acquisition.held(context, addressee_numbers=request.addressee_numbers)
        return wire.HeldPseudonyms(held=held, mismatched=mismatched)

    def mark(self, call: Call, request: wire.AddresseeMark) -> Acknowledgement:
        """Put a support measure on an addressee or lift it."""
        context = self._context(call, "resident-register", "protect an addressee", "住民基本台帳事務処理要領第6")
        self._server.mark_addressee(context, addressee_number=request.addressee_number, protected=request.protected)
        return Acknowledgement()

    def register_copies(self, call: Call, request: wire.LocalCopies) -> Acknowledgement:
        """Store local copies."""
        context = self._context(call, "information-provision", "keep copies for answers", "番号法22条")
        stored = self._server.register_local_copies(context, copies=[read_copy(copy) for copy in request.copies])
        return Acknowledgement(reference=str(stored))

    def inquire(self, call: Call, request: wire.BusinessInquiry) -> wire.BusinessAnswer:
        """Ask another institution."""
        context = self._context(call, request.affair, request.procedure)
        return write_result(self._server.inquire(context, request=read_inquiry(request)))

    def fetch(self, call: Call, request: wire.ResultRequest) -> wire.BusinessAnswer:
        """Return a stored answer."""
        context = self._context(call, "information-provision", "fetch a result", "番号法22条2項")
        return write_result(self._server.inquire.fetch(context, request_id=request.request_id))

    def send_notice(self, call: Call, request: wire.BusinessNotice) -> Acknowledgement:
        """Send a push notice."""
        context = self._context(call, request.affair, request.procedure, "番号法附則6条")
        notice = NoticeRequest(
            request_id=request.request_id,
            addressee_number=request.addressee_number,
            affair=request.affair,
            procedure=request.procedure,
            subject=request.subject,
            body=request.body,
            respond_by=request.respond_by,
        )
        return Acknowledgement(reference=self._server.notices.send(context, request=notice))

    def collect_notices(self, call: Call, request: wire.NoticesRequest) -> wire.Notices:
        """Return notices of a portal account."""
        context = self._context(call, "portal-account", "show notices", "番号法附則6条")
        found = self._server.notices.collect(context, addressee_number=request.addressee_number)
        return wire.Notices(
            notices=[
                wire.NoticeContent(
                    notice_id=notice.notice_id,
                    sender=notice.sender,
                    subject=notice.subject,
                    body=notice.body,
                    sent_at=notice.sent_at,
                    respond_by=notice.respond_by,
                )
                for notice in found
            ]
        )

    def open_history(self, call: Call, request: wire.HistoryOpening) -> wire.OpenedHistory:
        """Open the record of exchanges of a portal account."""
        context = self._context(call, "portal-account", "open the record of exchanges", "番号法附則6条3項")
        opened = self._server.notices.open_history(
            context,
            request_id=request.request_id,
            addressee_number=request.addressee_number,
            card_proof=request.card_proof,
        )
        changes = [wire.CodeChange(one.earlier, one.later) for one in opened.changes]
        return wire.OpenedHistory(bundle=opened.bundle, generation=opened.generation, changes=changes)


def serve_business(api: Api, server: IntermediateServer) -> None:
    """Register the endpoints of the owner."""
    handlers = BusinessHandlers(server)
    api.serve_sealed(wire.PREPARE_ACQUISITION, wire.AcquisitionRequest, handlers.prepare)
    api.serve(wire.HELD_PSEUDONYMS, handlers.held)
    api.serve_sealed(wire.MARK_ADDRESSEE, wire.AddresseeMark, handlers.mark)
    api.serve_sealed(wire.REGISTER_LOCAL_COPIES, wire.LocalCopies, handlers.register_copies)
    api.serve_sealed(wire.INQUIRE, wire.BusinessInquiry, handlers.inquire)
    api.serve_sealed(wire.FETCH_RESULT, wire.ResultRequest, handlers.fetch)
    api.serve_sealed(wire.SEND_NOTICE, wire.BusinessNotice, handlers.send_notice)
    api.serve_sealed(wire.COLLECT_NOTICES, wire.NoticesRequest, handlers.collect_notices)
    api.serve_sealed(wire.OPEN_HISTORY, wire.HistoryOpening, handlers.open_history)

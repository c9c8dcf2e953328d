"""Serves what municipalities offer each other (住基法9条, 24条の2)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.api.certificate_message import write_certificate
from mizuhiki.institutions.municipality.domain.errors import ActorOfOtherInstitution
from mizuhiki.institutions.municipality.domain.moves import MoveInNotice
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.ids import key_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.wire import municipality as wire
from mizuhiki.wire.endpoint import Acknowledgement


def serve(api: Api, operations: MunicipalityOperations) -> None:
    """Register both endpoints with their handlers."""

    def certificate(call: Call, request: wire.MovingOutCertificateRequest) -> wire.MovingOutCertificate:
        context = call.context(
            affair="resident-register", basis="住民基本台帳法24条の2", purpose="moving-out certificate over the network"
        )
        return write_certificate(
            operations.give_moving_out_certificate(
                context,
                asker=key_of(call.peer),
                move_reference=request.move_reference,
                code=ResidentRecordCode.parse(request.resident_record_code),
            )
        )

    def move_in(call: Call, request: wire.MoveInNotice) -> Acknowledgement:
        if request.to_municipality != key_of(call.peer):
            raise ActorOfOtherInstitution
        context = call.context(affair="resident-register", basis="住民基本台帳法9条1項", purpose="notice of a move in")
        notice = MoveInNotice(
            notice_id=request.notice_id,
            move_reference=request.move_reference,
            to_municipality=request.to_municipality,
            moved_in_on=request.moved_in_on,
            codes=tuple(ResidentRecordCode.parse(code) for code in request.resident_record_codes),
        )
        return Acknowledgement(reference=operations.take_move_in_notice(context, notice))

    api.serve_sealed(wire.GET_MOVING_OUT_CERTIFICATE, wire.MovingOutCertificateRequest, certificate)
    api.serve_sealed(wire.NOTIFY_MOVE_IN, wire.MoveInNotice, move_in)

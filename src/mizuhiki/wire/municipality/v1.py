"""What municipalities offer each other, version 1 (住基法9条, 24条の2)."""

from __future__ import annotations

from datetime import date

from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint, Message
from mizuhiki.wire.national_register.v1 import FourItemsMessage
from mizuhiki.wire.sealed import Sealed
from mizuhiki.wire.types import Identifier, MunicipalityCodeText


class MovingOutCertificateRequest(Message, frozen=True):
    """Inner request: the moving-out certificate of everybody who moves with the holder of this code.

    `move_reference` is the reference the person got when moving out.
    """

    resident_record_code: str
    move_reference: Identifier


class MovingOutPerson(Message, frozen=True):
    """One line of a moving-out certificate (転出証明書, 住基法施行令23条)."""

    resident_record_code: str
    individual_number: str
    four_items: FourItemsMessage
    relationship: str
    registered_domicile: str
    head_of_family_register: str
    resident_since: date


class MovingOutCertificate(Message, frozen=True):
    """Inner answer: who moves, from where, when it was planned."""

    move_reference: Identifier
    from_municipality: MunicipalityCodeText
    planned_on: date
    planned_address: str
    persons: list[MovingOutPerson]


class MoveInNotice(Message, frozen=True):
    """Inner request: notice that persons were entered elsewhere (転入通知, 住基法9条1項)."""

    notice_id: Identifier
    move_reference: Identifier
    to_municipality: MunicipalityCodeText
    moved_in_on: date
    resident_record_codes: list[str]


GET_MOVING_OUT_CERTIFICATE = Endpoint(
    name="municipality.get_moving_out_certificate",
    path="/v1/moving-out-certificates",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Moving-out certificate over the network (MovingOutCertificateRequest → MovingOutCertificate).",
    basis="住基法24条の2; R-048",
)
NOTIFY_MOVE_IN = Endpoint(
    name="municipality.notify_move_in",
    path="/v1/move-in-notices",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Confirm a move so that the old record is removed (MoveInNotice).",
    basis="住基法9条1項",
)
ENDPOINTS = (GET_MOVING_OUT_CERTIFICATE, NOTIFY_MOVE_IN)

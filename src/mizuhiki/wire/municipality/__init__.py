"""Interfaces municipalities serve to each other and to the Immigration Services Agency."""

from mizuhiki.wire.municipality.v1 import (
    ENDPOINTS,
    FIND_IN_SUPPLEMENT,
    GET_MOVING_OUT_CERTIFICATE,
    NOTIFY_MOVE_IN,
    NOTIFY_RESIDENCE,
    NOTIFY_SUPPLEMENT,
    OPEN_LOOK_UPS,
    MoveInNotice,
    MovingOutCertificate,
    MovingOutCertificateRequest,
    MovingOutPerson,
    ResidenceMessage,
    ResidenceNotice,
    SupplementAnswer,
    SupplementNotice,
    SupplementQuestion,
)

__all__ = [
    "ENDPOINTS",
    "FIND_IN_SUPPLEMENT",
    "GET_MOVING_OUT_CERTIFICATE",
    "NOTIFY_MOVE_IN",
    "NOTIFY_RESIDENCE",
    "NOTIFY_SUPPLEMENT",
    "OPEN_LOOK_UPS",
    "MoveInNotice",
    "MovingOutCertificate",
    "MovingOutCertificateRequest",
    "MovingOutPerson",
    "ResidenceMessage",
    "ResidenceNotice",
    "SupplementAnswer",
    "SupplementNotice",
    "SupplementQuestion",
]

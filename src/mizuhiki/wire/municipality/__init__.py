"""Interfaces municipalities serve to each other."""

from mizuhiki.wire.municipality.v1 import (
    ENDPOINTS,
    GET_MOVING_OUT_CERTIFICATE,
    NOTIFY_MOVE_IN,
    MoveInNotice,
    MovingOutCertificate,
    MovingOutCertificateRequest,
    MovingOutPerson,
)

__all__ = [
    "ENDPOINTS",
    "GET_MOVING_OUT_CERTIFICATE",
    "NOTIFY_MOVE_IN",
    "MoveInNotice",
    "MovingOutCertificate",
    "MovingOutCertificateRequest",
    "MovingOutPerson",
]

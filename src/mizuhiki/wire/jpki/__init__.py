"""Interfaces served by the certification authorities (J-LIS)."""

from mizuhiki.wire.jpki.v1 import (
    CA_CERTIFICATES,
    CERTIFICATE_STATUS,
    ENDPOINTS,
    ISSUE_CERTIFICATES,
    NOTIFY_REGISTER_EVENTS,
    REQUEST_PORTAL_PSEUDONYM,
    CaCertificates,
    CaCertificatesRequest,
    CertificateApplication,
    IssuedCertificates,
    PortalPseudonymRequest,
    RegisterEvent,
    RegisterEvents,
    StatusAnswer,
    StatusRequest,
)

__all__ = [
    "CA_CERTIFICATES",
    "CERTIFICATE_STATUS",
    "ENDPOINTS",
    "ISSUE_CERTIFICATES",
    "NOTIFY_REGISTER_EVENTS",
    "REQUEST_PORTAL_PSEUDONYM",
    "CaCertificates",
    "CaCertificatesRequest",
    "CertificateApplication",
    "IssuedCertificates",
    "PortalPseudonymRequest",
    "RegisterEvent",
    "RegisterEvents",
    "StatusAnswer",
    "StatusRequest",
]

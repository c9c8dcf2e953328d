"""Certificates and revocation (RFC 5280, RFC 6960): the world's TLS root and the card's two authorities."""

from __future__ import annotations

from mizuhiki.crypto.x509.crl import CrlEntry, CrlUnreadable, ListPlan, build_crl, listed_serials, read_crl_status
from mizuhiki.crypto.x509.encoding import (
    CertificateMalformed,
    certificate_pem,
    load_certificate,
    load_certificate_file,
    serial_of,
)
from mizuhiki.crypto.x509.jpki import (
    CertificateRequestMalformed,
    CertificateSubject,
    Validity,
    issue_signature_certificate,
    issue_user_identification_certificate,
    make_jpki_root,
    new_certificate_serial,
    signature_common_name,
    user_identification_common_name,
)
from mizuhiki.crypto.x509.jpki_profile import TEST_PROFILE, CertificateKind, JpkiProfile
from mizuhiki.crypto.x509.ocsp_answers import (
    OcspFault,
    OcspQuestion,
    OcspRequestMalformed,
    OcspState,
    StatusSigner,
    build_ocsp_error,
    build_ocsp_response,
    issuer_hashes,
    question_concerns,
    read_ocsp_request,
    sign_ocsp_response,
)
from mizuhiki.crypto.x509.ocsp_status import ConfirmedStatus, build_ocsp_request, read_ocsp_status
from mizuhiki.crypto.x509.responder import issue_responder_certificate
from mizuhiki.crypto.x509.seals import (
    OfficeSeal,
    SealKeyMismatch,
    SealUse,
    issue_seal_certificate,
    make_seal_authority,
)
from mizuhiki.crypto.x509.status import (
    CertificateRevoked,
    CertificateSuspended,
    RevocationReason,
    StatusAnswerInvalid,
    StatusStale,
    StatusUnknown,
)
from mizuhiki.crypto.x509.throwaway import ThrowawayAuthorities
from mizuhiki.crypto.x509.world import (
    TlsIdentity,
    WorldAuthority,
    issue_institution_certificate,
    make_world_authority,
)

__all__ = [
    "TEST_PROFILE",
    "CertificateKind",
    "CertificateMalformed",
    "CertificateRequestMalformed",
    "CertificateRevoked",
    "CertificateSubject",
    "CertificateSuspended",
    "ConfirmedStatus",
    "CrlEntry",
    "CrlUnreadable",
    "JpkiProfile",
    "ListPlan",
    "OcspFault",
    "OcspQuestion",
    "OcspRequestMalformed",
    "OcspState",
    "OfficeSeal",
    "RevocationReason",
    "SealKeyMismatch",
    "SealUse",
    "StatusAnswerInvalid",
    "StatusSigner",
    "StatusStale",
    "StatusUnknown",
    "ThrowawayAuthorities",
    "TlsIdentity",
    "Validity",
    "WorldAuthority",
    "build_crl",
    "build_ocsp_error",
    "build_ocsp_request",
    "build_ocsp_response",
    "certificate_pem",
    "issue_institution_certificate",
    "issue_responder_certificate",
    "issue_seal_certificate",
    "issue_signature_certificate",
    "issue_user_identification_certificate",
    "issuer_hashes",
    "listed_serials",
    "load_certificate",
    "load_certificate_file",
    "make_jpki_root",
    "make_seal_authority",
    "make_world_authority",
    "new_certificate_serial",
    "question_concerns",
    "read_crl_status",
    "read_ocsp_request",
    "read_ocsp_status",
    "serial_of",
    "sign_ocsp_response",
    "signature_common_name",
    "user_identification_common_name",
]

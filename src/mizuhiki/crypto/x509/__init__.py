"""Certificates and revocation (RFC 5280, RFC 6960): the world's TLS root and the card's two authorities."""

from __future__ import annotations

from mizuhiki.crypto.x509.card_keys_check import (
    PublicKeyExponentRefused,
    PublicKeyFactorable,
    PublicKeyOfAnotherKind,
    PublicKeyOfFaultyGenerator,
    PublicKeyTooSmall,
    PublicKeyUnreadable,
    require_card_public_key,
)
from mizuhiki.crypto.x509.crl import CrlEntry, CrlUnreadable, build_crl, read_crl_status
from mizuhiki.crypto.x509.encoding import (
    CertificateMalformed,
    authority_key_of,
    certificate_pem,
    load_certificate,
    public_key_of,
    serial_of,
    signed_part,
    subject_key_of,
    substitute_flags,
)
from mizuhiki.crypto.x509.jpki import (
    CertificateSubject,
    Validity,
    issue_signature_certificate,
    issue_user_identification_certificate,
    make_jpki_root,
    new_certificate_serial,
    read_validity,
    signature_common_name,
    user_identification_common_name,
)
from mizuhiki.crypto.x509.jpki_profile import TEST_PROFILE, CertificateKind, JpkiProfile
from mizuhiki.crypto.x509.ocsp_answers import (
    OcspFault,
    OcspQuestion,
    OcspRequestMalformed,
    OcspState,
    build_ocsp_error,
    build_ocsp_response,
    question_concerns,
    read_ocsp_request,
)
from mizuhiki.crypto.x509.ocsp_status import ConfirmedStatus, build_ocsp_request, read_ocsp_status
from mizuhiki.crypto.x509.status import (
    CertificateRevoked,
    CertificateSuspended,
    RevocationReason,
    StatusAnswerInvalid,
    StatusStale,
    StatusUnknown,
)
from mizuhiki.crypto.x509.terminal import (
    TerminalProofInvalid,
    issue_terminal_certificate,
    make_terminal_root,
    verify_terminal_signature,
)
from mizuhiki.crypto.x509.throwaway import RehearsalKey, ThrowawayAuthorities
from mizuhiki.crypto.x509.unsigned import RSAPrivateKey, UnsignedKey
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
    "CertificateRevoked",
    "CertificateSubject",
    "CertificateSuspended",
    "ConfirmedStatus",
    "CrlEntry",
    "CrlUnreadable",
    "JpkiProfile",
    "OcspFault",
    "OcspQuestion",
    "OcspRequestMalformed",
    "OcspState",
    "PublicKeyExponentRefused",
    "PublicKeyFactorable",
    "PublicKeyOfAnotherKind",
    "PublicKeyOfFaultyGenerator",
    "PublicKeyTooSmall",
    "PublicKeyUnreadable",
    "RSAPrivateKey",
    "RehearsalKey",
    "RevocationReason",
    "StatusAnswerInvalid",
    "StatusStale",
    "StatusUnknown",
    "TerminalProofInvalid",
    "ThrowawayAuthorities",
    "TlsIdentity",
    "UnsignedKey",
    "Validity",
    "WorldAuthority",
    "authority_key_of",
    "build_crl",
    "build_ocsp_error",
    "build_ocsp_request",
    "build_ocsp_response",
    "certificate_pem",
    "issue_institution_certificate",
    "issue_signature_certificate",
    "issue_terminal_certificate",
    "issue_user_identification_certificate",
    "load_certificate",
    "make_jpki_root",
    "make_terminal_root",
    "make_world_authority",
    "new_certificate_serial",
    "public_key_of",
    "question_concerns",
    "read_crl_status",
    "read_ocsp_request",
    "read_ocsp_status",
    "read_validity",
    "require_card_public_key",
    "serial_of",
    "signature_common_name",
    "signed_part",
    "subject_key_of",
    "substitute_flags",
    "user_identification_common_name",
    "verify_terminal_signature",
]

"""A verifier's library: is this signature or log-in by a card good, and what exactly does that prove?

    policy = load_policy(Path("verifier.toml"))
    verifier = Verifier(policy)
    status = StatusMaterial(answers=(answer,))
    login = verifier.verify_login(certificate=…, challenge=…, signature=…, at=now, material=status)

Every check that fails raises its own class with a stable code; what returns is a type that only the verifier makes.
No trust anchor is shipped: point it at whichever authority is relied on. `jpki_verify.pdf` verifies PDF documents.
"""

from __future__ import annotations

from mizuhiki.crypto.x509.path import StatusMaterial, StatusStatement, ValidatedCertificate
from mizuhiki.jpki_verify.archive import (
    ArchivedSignature,
    SignatureForm,
    archive_signature,
    read_archive,
    verify_archived,
    write_archive,
)
from mizuhiki.jpki_verify.online import OWN_RECORDS, CardSignatureShown, OnlineVerifier, card_policy
from mizuhiki.jpki_verify.policy import (
    FormatRules,
    Purpose,
    PurposeRules,
    StatusRules,
    VerifierPolicy,
    VerifierPolicyMalformed,
    load_policy,
)
from mizuhiki.jpki_verify.results import TimeBasis, VerifiedLogin, VerifiedSignature
from mizuhiki.jpki_verify.verifier import Moment, Verifier

__all__ = [
    "OWN_RECORDS",
    "ArchivedSignature",
    "CardSignatureShown",
    "FormatRules",
    "Moment",
    "OnlineVerifier",
    "Purpose",
    "PurposeRules",
    "SignatureForm",
    "StatusMaterial",
    "StatusRules",
    "StatusStatement",
    "TimeBasis",
    "ValidatedCertificate",
    "VerifiedLogin",
    "VerifiedSignature",
    "Verifier",
    "VerifierPolicy",
    "VerifierPolicyMalformed",
    "archive_signature",
    "card_policy",
    "load_policy",
    "read_archive",
    "verify_archived",
    "write_archive",
]

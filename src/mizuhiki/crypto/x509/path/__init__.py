"""Validating certificates as a relying party (RFC 5280 §6, RFC 6960): chains, policies, names, revocation."""

from __future__ import annotations

from mizuhiki.crypto.x509.path.algorithms import DEFAULT_ALGORITHMS, AlgorithmPolicy
from mizuhiki.crypto.x509.path.building import CertificatePool
from mizuhiki.crypto.x509.path.freshness import Freshness, StatusTime
from mizuhiki.crypto.x509.path.policies import PolicyInputs
from mizuhiki.crypto.x509.path.reading import ANY_POLICY, PathCertificate, read_certificate
from mizuhiki.crypto.x509.path.seal import SEAL, Seal, check_seal
from mizuhiki.crypto.x509.path.usage import check_usage
from mizuhiki.crypto.x509.path.validation import PathSettings
from mizuhiki.crypto.x509.path.validator import (
    StatusMaterial,
    StatusSource,
    StatusStatement,
    ValidatedCertificate,
    validate_certificate,
)

__all__ = [
    "ANY_POLICY",
    "DEFAULT_ALGORITHMS",
    "SEAL",
    "AlgorithmPolicy",
    "CertificatePool",
    "Freshness",
    "PathCertificate",
    "PathSettings",
    "PolicyInputs",
    "Seal",
    "StatusMaterial",
    "StatusSource",
    "StatusStatement",
    "StatusTime",
    "ValidatedCertificate",
    "check_seal",
    "check_usage",
    "read_certificate",
    "validate_certificate",
]

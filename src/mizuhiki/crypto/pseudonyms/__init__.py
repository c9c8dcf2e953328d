"""Pseudonyms of persons per institution (機関別符号) that no single body can link (R-027, R-220, R-221, R-222, R-363).

ristretto255 (RFC 9496), ElGamal, two converters; each holds half of every conversion. Nothing here decides whether a
conversion is permitted. The elliptic-curve part is not claimed to withstand quantum computers; sealed content is.
"""

from __future__ import annotations

from mizuhiki.crypto.pseudonyms.ciphertexts import (
    Pseudonym,
    SeedMalformed,
    decrypt_pseudonym,
    decrypt_pseudonyms,
    encrypt_pseudonym,
    encrypt_pseudonyms,
    person_point,
    pseudonym_of_nobody,
)
from mizuhiki.crypto.pseudonyms.converter import (
    UNSHUFFLED,
    Converter,
    KeyShareInvalid,
    TargetNotConvertible,
    combine_shares,
    verify_conversion,
    verify_joint_contribution,
)
from mizuhiki.crypto.pseudonyms.draw import ProofDraw, ProofShareOutOfRange, undetected
from mizuhiki.crypto.pseudonyms.group import (
    BASE,
    SHUFFLE_BASE,
    PointInvalid,
    PointIsIdentity,
    ScalarDegenerate,
    ScalarInvalid,
)
from mizuhiki.crypto.pseudonyms.lines import Ciphertext, ciphertexts_root
from mizuhiki.crypto.pseudonyms.openings import OpeningProof, OpeningProofInvalid, OpeningStatement, verify_opening
from mizuhiki.crypto.pseudonyms.proofs import (
    MAX_BATCH,
    ConversionBatchMalformed,
    ConversionProof,
    ConversionProofInvalid,
    GenerationMalformed,
)

__all__ = [
    "BASE",
    "MAX_BATCH",
    "SHUFFLE_BASE",
    "UNSHUFFLED",
    "Ciphertext",
    "ConversionBatchMalformed",
    "ConversionProof",
    "ConversionProofInvalid",
    "Converter",
    "GenerationMalformed",
    "KeyShareInvalid",
    "OpeningProof",
    "OpeningProofInvalid",
    "OpeningStatement",
    "PointInvalid",
    "PointIsIdentity",
    "ProofDraw",
    "ProofShareOutOfRange",
    "Pseudonym",
    "ScalarDegenerate",
    "ScalarInvalid",
    "SeedMalformed",
    "TargetNotConvertible",
    "ciphertexts_root",
    "combine_shares",
    "decrypt_pseudonym",
    "decrypt_pseudonyms",
    "encrypt_pseudonym",
    "encrypt_pseudonyms",
    "person_point",
    "pseudonym_of_nobody",
    "undetected",
    "verify_conversion",
    "verify_joint_contribution",
    "verify_opening",
]

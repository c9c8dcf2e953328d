"""What a relying party accepts, as data: one file says whom it trusts, for what, and how fresh status must be."""

from __future__ import annotations

import enum
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from mizuhiki.crypto.x509 import load_certificate_file
from mizuhiki.crypto.x509.path import AlgorithmPolicy, Freshness
from mizuhiki.vocabulary.errors import Malformed

Seconds = Annotated[int, Meta(ge=0)]
PolicyIdentifier = Annotated[str, Meta(pattern=r"^[0-2](\.[0-9]+)+$")]


class VerifierPolicyMalformed(Malformed):
    """The verifier's configuration cannot be used; nothing is verified until it is right."""

    code = "verifier-policy-malformed"
    title = "The verifier's policy cannot be read"


class Purpose(enum.StrEnum):
    """What a certificate is relied on for: the two kinds a card carries (公的個人認証法 3条, 22条)."""

    SIGNATURE = "signature"
    USER_IDENTIFICATION = "user-identification"


class PurposeRules(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """Whom to trust for one purpose. `anchors` and `intermediates` are DER, several generations side by side.

    `policies`: identifiers of which one must hold; without any the anchors alone decide.
    """

    anchors: tuple[bytes, ...]
    policies: frozenset[PolicyIdentifier] = frozenset()
    intermediates: tuple[bytes, ...] = ()


class StatusRules(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """How fresh status must be. `demanded` False believes certificates without asking, which is for drills only.

    `produced_at` False leaves out when an answer was signed, for worlds whose clock is not that of the responder.
    """

    demanded: bool = True
    skew_seconds: Seconds = 300
    unlimited_seconds: Seconds = 86_400
    oldest_seconds: Seconds | None = None
    produced_at: bool = True

    @property
    def freshness(self) -> Freshness:
        """The same as durations."""
        return Freshness(
            skew=timedelta(seconds=self.skew_seconds),
            unlimited=timedelta(seconds=self.unlimited_seconds),
            oldest=None if self.oldest_seconds is None else timedelta(seconds=self.oldest_seconds),
            produced=self.produced_at,
        )


class FormatRules(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """Forms of signature. `bare_digest`: take a digest signed without the identifier of its algorithm."""

    bare_digest: bool = False
    digests: frozenset[str] = frozenset({"sha256", "sha384", "sha512"})
    least_rsa_bits: Annotated[int, Meta(ge=2048)] = 2048

    @property
    def algorithms(self) -> AlgorithmPolicy:
        """The algorithms these rules accept."""
        return AlgorithmPolicy(digests=self.digests, least_rsa_bits=self.least_rsa_bits)


class VerifierPolicy(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """Everything a verifier decides by. A purpose without rules is refused; `timestamps` are trusted for times only."""

    purposes: dict[Purpose, PurposeRules]
    timestamps: PurposeRules | None = None
    status: StatusRules = field(default_factory=StatusRules)
    formats: FormatRules = field(default_factory=FormatRules)


class _PurposeFile(Struct, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """One purpose as the file names it: certificates by their file names beside it."""

    anchors: Annotated[list[str], Meta(min_length=1)]
    policies: frozenset[PolicyIdentifier] = frozenset()
    intermediates: list[str] = field(default_factory=list)


class _PolicyFile(Struct, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    purposes: Annotated[dict[Purpose, _PurposeFile], Meta(min_length=1)]
    timestamps: _PurposeFile | None = None
    status: StatusRules = field(default_factory=StatusRules)
    formats: FormatRules = field(default_factory=FormatRules)


def load_policy(path: Path) -> VerifierPolicy:
    """Return the policy of a TOML file; certificate files (PEM or DER) are looked for beside it.

    Raises:
        VerifierPolicyMalformed: the file is unreadable, or has an unknown or wrong field; field `problem` says which.
        CertificateMalformed: a certificate file cannot be read.
    """
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=_PolicyFile)
        return VerifierPolicy(
            purposes={purpose: _rules(rules, path.parent) for purpose, rules in found.purposes.items()},
            timestamps=None if found.timestamps is None else _rules(found.timestamps, path.parent),
            status=found.status,
            formats=found.formats,
        )
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as cause:
        raise VerifierPolicyMalformed(problem=str(cause)) from cause


def _rules(rules: _PurposeFile, folder: Path) -> PurposeRules:
    return PurposeRules(
        anchors=_certificates(folder, rules.anchors),
        policies=rules.policies,
        intermediates=_certificates(folder, rules.intermediates),
    )


def _certificates(folder: Path, names: list[str]) -> tuple[bytes, ...]:
    return tuple(der for name in names for der in load_certificate_file((folder / name).read_bytes()))

"""Verifying what cards sign, for whoever relies on it (公的個人認証法17条, 36条): log-ins, signatures, documents.

Time, and the status statements fetched over the network, are passed in: nothing here asks anyone anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.x509 import build_ocsp_request
from mizuhiki.crypto.x509.cms import CheckedCms, check_cms, check_timestamp
from mizuhiki.crypto.x509.path import (
    SEAL,
    AlgorithmPolicy,
    CertificatePool,
    PathCertificate,
    PathSettings,
    PolicyInputs,
    StatusMaterial,
    StatusTime,
    ValidatedCertificate,
    check_usage,
    read_certificate,
    validate_certificate,
)
from mizuhiki.crypto.x509.raw_signatures import check_raw_signature
from mizuhiki.crypto.x509.refusals import TimestampInvalid, UnknownIssuer
from mizuhiki.jpki_verify.policy import Purpose, PurposeRules, VerifierPolicy
from mizuhiki.jpki_verify.results import TimeBasis, VerifiedLogin, VerifiedSignature
from mizuhiki.vocabulary.errors import MizuhikiError, Unavailable

TIMESTAMPING: Final = "time-stamping"
_NOTHING: Final = StatusMaterial()


@dataclass(frozen=True, slots=True)
class _Trust:
    pool: CertificatePool
    policies: PolicyInputs

    @classmethod
    def of(cls, rules: PurposeRules) -> _Trust:
        policies = PolicyInputs(accepted=rules.policies, explicit=bool(rules.policies))
        return cls(CertificatePool.of(rules.anchors, rules.intermediates), policies)


@dataclass(frozen=True, slots=True)
class Moment:
    """For which time something is judged: `at` it was signed, `gathered` its status statements were put aside."""

    at: datetime
    gathered: datetime

    @classmethod
    def now(cls, at: datetime) -> Moment:
        """Return the present as a moment."""
        return cls(at, at)


class Verifier:
    """Decides by one policy. Make it once and keep it: authorities' certificates are read and checked only once."""

    def __init__(self, policy: VerifierPolicy) -> None:
        self.policy = policy
        self._algorithms: AlgorithmPolicy = policy.formats.algorithms
        self._freshness = policy.status.freshness
        self._trust = {purpose: _Trust.of(rules) for purpose, rules in policy.purposes.items()}
        self._timestamps = None if policy.timestamps is None else _Trust.of(policy.timestamps)

    def status_question(self, certificate: bytes, purpose: Purpose, *, at: datetime, nonce: bytes | None) -> bytes:
        """Return the OCSP request (DER) about a certificate, to be sent to its authority's responder.

        Raises:
            UnknownIssuer, CertificateExpired…: its chain does not stand, so there is nobody to ask.
        """
        trust = self._of(purpose)
        settings = PathSettings(at=at, policies=trust.policies, algorithms=self._algorithms)
        found = validate_certificate(read_certificate(certificate), trust.pool, settings)
        return build_ocsp_request(certificate, found.chain[0], nonce)

    def check_signed(self, certificate: bytes, content: bytes, signature: bytes) -> None:
        """Check only that the key of a certificate signed `content`; it proves nothing about the certificate.

        Raises:
            CertificateMalformed: it cannot be read.
            CardSignatureInvalid, BareDigestRefused: the signature is not over the content, or not in its form.
        """
        self._check_raw(read_certificate(certificate), content, signature, None)

    def validate(
        self,
        certificate: bytes,
        purpose: Purpose,
        *,
        moment: Moment,
        material: StatusMaterial = _NOTHING,
        intermediates: tuple[bytes, ...] = (),
    ) -> ValidatedCertificate:
        """Return a certificate that may be relied on for a purpose at a moment.

        Raises:
            CertificateMalformed: it cannot be read.
            UnknownIssuer, CertificateSignatureInvalid, CertificateExpired, CertificateNotYetValid,
            CertificatePolicyRefused, CertificateUsageRefused, WeakKey, AlgorithmRefused…: see `crypto.x509.refusals`.
            CertificateRevoked, CertificateSuspended, StatusMissing, StatusStale…: see `crypto.x509.status`.
        """
        return self._for(read_certificate(certificate), purpose, moment, material, intermediates)

    def verify_login(
        self,
        *,
        certificate: bytes,
        challenge: bytes,
        signature: bytes,
        at: datetime,
        material: StatusMaterial = _NOTHING,
    ) -> VerifiedLogin:
        """Check that the holder of a user identification certificate signed `challenge` now.

        The challenge must be fresh and the caller's own; that is for the caller to see to.

        Raises:
            CardSignatureInvalid, BareDigestRefused: the signature is not over the challenge, or not in its form.
            Others: see `validate`.
        """
        read = read_certificate(certificate)
        holder = self._for(read, Purpose.USER_IDENTIFICATION, Moment.now(at), material)
        self._check_raw(read, challenge, signature, None)
        return VerifiedLogin(holder=holder, at=at, seal=SEAL)

    def verify_signature(
        self,
        *,
        certificate: bytes,
        content: bytes,
        signature: bytes,
        moment: Moment,
        digest: str | None = None,
        material: StatusMaterial = _NOTHING,
        basis: TimeBasis = TimeBasis.NOW,
        timestamp: bytes | None = None,
    ) -> VerifiedSignature:
        """Check a signature kept apart from its content, as the card gives it.

        With a `timestamp` token over the signature value, the time it states replaces `moment.at`.

        Raises:
            CardSignatureInvalid, BareDigestRefused: the signature is not over the content, or not in its form.
            TimestampInvalid: the token is not over this signature or not by a trusted authority.
            Others: see `validate`.
        """
        read = read_certificate(certificate)
        self._check_raw(read, content, signature, digest)
        stamps = () if timestamp is None else (self._stamped(timestamp, signature, moment, material),)
        if stamps:
            moment, basis = Moment(stamps[0][0], moment.gathered), TimeBasis.TIMESTAMP
        holder = self._for(read, Purpose.SIGNATURE, moment, material)
        return VerifiedSignature(
            holder=holder,
            at=moment.at,
            basis=basis,
            claimed_at=None,
            content_digest=sha256(content),
            timestamps=tuple(authority for _, authority in stamps),
            seal=SEAL,
        )

    def verify_cms(
        self,
        cms: bytes,
        *,
        moment: Moment,
        content: bytes | None = None,
        material: StatusMaterial = _NOTHING,
        basis: TimeBasis = TimeBasis.NOW,
    ) -> VerifiedSignature:
        """Check a CMS signature (CAdES-BES, or CAdES-T with its time-stamp), with its content inside or beside it.

        Raises:
            SignatureMalformed, SignatureInvalid: it is not such a signature over the content.
            TimestampInvalid: a time-stamp beside it is not over it or not by a trusted authority.
            Others: see `validate`.
        """
        checked = check_cms(cms, self._algorithms, content=content)
        return self.judge(checked, moment=moment, material=material, basis=basis)

    def judge(
        self, checked: CheckedCms, *, moment: Moment, material: StatusMaterial, basis: TimeBasis
    ) -> VerifiedSignature:
        """Return a CMS signature whose certificate was judged; see `verify_cms` for the errors."""
        material = replace(
            material, lists=(*material.lists, *checked.lists), answers=(*material.answers, *checked.answers)
        )
        stamps = []
        if self._timestamps is not None:
            stamps = [self._stamped(token, checked.signature, moment, material) for token in checked.timestamps]
        if stamps:
            moment, basis = Moment(min(time for time, _ in stamps), moment.gathered), TimeBasis.TIMESTAMP
        holder = self.validate(
            checked.signer,
            Purpose.SIGNATURE,
            moment=moment,
            material=material,
            intermediates=checked.certificates,
        )
        return VerifiedSignature(
            holder=holder,
            at=moment.at,
            basis=basis,
            claimed_at=checked.claimed_at,
            content_digest=None if checked.content is None else sha256(checked.content),
            timestamps=tuple(authority for _, authority in stamps),
            seal=SEAL,
        )

    def _stamped(
        self, token: bytes, value: bytes, moment: Moment, material: StatusMaterial
    ) -> tuple[datetime, ValidatedCertificate]:
        """Return the time a token states and the authority's certificate, judged for that time."""
        if self._timestamps is None:
            raise TimestampInvalid(part="no-trusted-authority")
        try:
            checked = check_timestamp(token, value, self._algorithms)
            signer = read_certificate(checked.cms.signer)
            check_usage(signer, TIMESTAMPING)
            material = replace(
                material,
                lists=(*material.lists, *checked.cms.lists),
                answers=(*material.answers, *checked.cms.answers),
            )
            authority = self._validate(
                signer,
                self._timestamps,
                Moment(checked.time, moment.gathered),
                material,
                checked.cms.certificates,
            )
        except Unavailable:
            raise
        except MizuhikiError as cause:
            raise TimestampInvalid(part=cause.code) from cause
        if checked.time > moment.gathered + self._freshness.skew:
            raise TimestampInvalid(part="time")
        return checked.time, authority

    def _of(self, purpose: Purpose) -> _Trust:
        if purpose not in self._trust:
            raise UnknownIssuer(purpose=purpose.value)
        return self._trust[purpose]

    def _for(
        self,
        certificate: PathCertificate,
        purpose: Purpose,
        moment: Moment,
        material: StatusMaterial,
        intermediates: tuple[bytes, ...] = (),
    ) -> ValidatedCertificate:
        validated = self._validate(certificate, self._of(purpose), moment, material, intermediates)
        check_usage(certificate, purpose.value)
        return validated

    def _validate(
        self,
        certificate: PathCertificate,
        trust: _Trust,
        moment: Moment,
        material: StatusMaterial,
        intermediates: tuple[bytes, ...],
    ) -> ValidatedCertificate:
        pool = trust.pool.with_certificates(intermediates) if intermediates else trust.pool
        settings = PathSettings(at=moment.at, policies=trust.policies, algorithms=self._algorithms)
        return validate_certificate(
            certificate,
            pool,
            settings,
            material=material if self.policy.status.demanded else None,
            time=StatusTime(at=moment.at, gathered=moment.gathered, freshness=self._freshness),
        )

    def _check_raw(self, certificate: PathCertificate, content: bytes, signature: bytes, digest: str | None) -> None:
        check_raw_signature(
            certificate,
            content,
            signature,
            self._algorithms,
            digest=digest,
            bare_digest=self.policy.formats.bare_digest,
        )

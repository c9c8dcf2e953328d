"""Deciding about a certificate: chains found, each held against RFC 5280 §6.1, then each link's status (§6.3)."""

from __future__ import annotations

import enum
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.x509 import ocsp

from mizuhiki.crypto.x509.crl import CrlUnreadable
from mizuhiki.crypto.x509.path.answers import answer_about, believe_answer, check_nonce, read_answer
from mizuhiki.crypto.x509.path.building import CertificatePool, chains_of
from mizuhiki.crypto.x509.path.freshness import StatusTime
from mizuhiki.crypto.x509.path.lists import ALL_REASONS, RevocationList, covered_reasons, extends, read_list
from mizuhiki.crypto.x509.path.reading import PathCertificate
from mizuhiki.crypto.x509.path.seal import SEAL, Seal, check_seal
from mizuhiki.crypto.x509.path.validation import PathSettings, TrustAnchor, validate_chain
from mizuhiki.crypto.x509.refusals import StatusMissing, UnknownIssuer
from mizuhiki.crypto.x509.status import CertificateRevoked, CertificateSuspended, refuse_revoked
from mizuhiki.vocabulary.errors import MizuhikiError

_DEEPEST: Final = 4
"""How many certificates of list signers may hang on one another."""


class StatusSource(enum.StrEnum):
    """Where it was read that a certificate is not revoked."""

    ANSWER = "ocsp"
    LIST = "crl"


@dataclass(frozen=True, slots=True)
class StatusStatement:
    """That a certificate was not revoked at `this_update`, and the signed statements (DER) that say so."""

    source: StatusSource
    this_update: datetime
    statements: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatedCertificate:
    """A certificate whose chain, policies and (unless the policy waived it) status were checked for `at`.

    `certificate` and `chain` are DER, the anchor last. `status` has one statement for each certificate below the
    anchor, in the order of `certificate` and `chain`; it is empty if the policy does not ask for status.
    """

    certificate: bytes
    chain: tuple[bytes, ...]
    policies: frozenset[str]
    at: datetime
    status: tuple[StatusStatement, ...]
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        """Refuse construction by others."""
        check_seal(seal)


@dataclass(frozen=True, slots=True)
class StatusMaterial:
    """Lists and answers (DER) at hand; `nonce` is what the answer about the certificate itself must repeat."""

    lists: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()
    nonce: bytes | None = None


@dataclass(slots=True)
class _StatusCheck:
    """Asks the material about the certificates of one chain."""

    pool: CertificatePool
    settings: PathSettings
    time: StatusTime
    material: StatusMaterial
    leaf: bytes
    answers: list[tuple[bytes, ocsp.OCSPResponse]] = field(default_factory=list)
    lists: list[RevocationList] = field(default_factory=list)
    unread: list[MizuhikiError] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        for der in self.material.answers:
            try:
                self.answers.append((der, read_answer(der)))
            except MizuhikiError as refusal:
                self.unread.append(refusal)
        for der in self.material.lists:
            try:
                self.lists.append(read_list(der))
            except CrlUnreadable as refusal:
                self.unread.append(refusal)

    def chain(self, anchor: TrustAnchor, chain: tuple[PathCertificate, ...]) -> tuple[StatusStatement, ...]:
        """Return a statement for each certificate of a chain, from the last up."""
        above = (anchor.certificate, *chain)
        pairs = zip(reversed(chain), reversed(above[:-1]), strict=True)
        return tuple(self.one(certificate, issuer, anchor) for certificate, issuer in pairs)

    def one(self, certificate: PathCertificate, issuer: PathCertificate, anchor: TrustAnchor) -> StatusStatement:
        """Return what says that a certificate is not revoked."""
        refusals: list[MizuhikiError] = []
        for der, response in self.answers:
            try:
                single = answer_about(response, certificate, issuer)
                if single is None:
                    continue
                if self.material.nonce is not None and certificate.der == self.leaf:
                    check_nonce(response, self.material.nonce)
                believed = believe_answer(
                    response,
                    single,
                    issuer,
                    settings=self.settings,
                    time=self.time,
                    confirm=lambda delegate, by: self._confirm_responder(delegate, by, anchor),
                )
            except (CertificateRevoked, CertificateSuspended):
                raise
            except MizuhikiError as refusal:
                refusals.append(refusal)
                continue
            return StatusStatement(StatusSource.ANSWER, believed.this_update, (der,))
        return self._by_lists(certificate, issuer, anchor, refusals)

    def _confirm_responder(self, delegate: PathCertificate, issuer: PathCertificate, anchor: TrustAnchor) -> None:
        self._by_lists(delegate, issuer, anchor, [])

    def _by_lists(
        self,
        certificate: PathCertificate,
        issuer: PathCertificate,
        anchor: TrustAnchor,
        refusals: list[MizuhikiError],
    ) -> StatusStatement:
        covered: frozenset[x509.ReasonFlags] = frozenset()
        used: list[RevocationList] = []
        for complete in self.lists:
            if complete.base is not None:
                continue
            reasons = covered_reasons(complete, certificate) - covered
            if not reasons:
                continue
            try:
                lists = self._current(complete, issuer, anchor)
            except MizuhikiError as refusal:
                refusals.append(refusal)
                continue
            self._refuse_entry(certificate, lists)
            covered |= reasons
            used += lists
        if covered != ALL_REASONS:
            raise next(iter([*refusals, *self.unread]), StatusMissing())
        return StatusStatement(
            StatusSource.LIST, min(found.this_update for found in used), tuple(found.der for found in used)
        )

    def _current(self, complete: RevocationList, issuer: PathCertificate, anchor: TrustAnchor) -> list[RevocationList]:
        """Return the delta list, if one is at hand, and the complete list, both checked."""
        self._check_list(complete, issuer, anchor)
        newest: RevocationList | None = None
        for delta in self.lists:
            if extends(delta, complete) and (newest is None or (delta.number or 0) > (newest.number or 0)):
                try:
                    self._check_list(delta, issuer, anchor)
                except MizuhikiError as refusal:
                    self.unread.append(refusal)
                    continue
                newest = delta
        return [newest, complete] if newest is not None else [complete]

    def _check_list(self, found: RevocationList, issuer: PathCertificate, anchor: TrustAnchor) -> None:
        if found.not_understood is not None:
            raise CrlUnreadable(extension=found.not_understood)
        self.time.check(found.this_update, found.next_update)
        self._check_signer(found, issuer, anchor)

    def _refuse_entry(self, certificate: PathCertificate, lists: list[RevocationList]) -> None:
        for found in lists:
            entry = found.entry(certificate.serial)
            if entry is None:
                continue
            reason = next((e.value.reason for e in entry.extensions if isinstance(e.value, x509.CRLReason)), None)
            if reason is x509.ReasonFlags.remove_from_crl:
                return
            if self.time.revoked_in_time(entry.revocation_date_utc):
                refuse_revoked(reason, entry.revocation_date_utc.isoformat())

    def _check_signer(self, found: RevocationList, issuer: PathCertificate, anchor: TrustAnchor) -> None:
        """Check that a list is signed by the issuer, or by a key that the same anchor vouches for (§6.3.3 (f))."""
        if found.signed_by(issuer, self.settings.algorithms):
            return
        for candidate in self.pool.named(found.issuer):
            if candidate.der in self.asked or not found.signed_by(candidate, self.settings.algorithms):
                continue
            if candidate.der == anchor.certificate.der:
                return
            self._check_list_certificate(candidate, anchor)
            return
        raise CrlUnreadable(part="signature")

    def _check_list_certificate(self, signer: PathCertificate, anchor: TrustAnchor) -> None:
        if len(self.asked) >= _DEEPEST:
            raise CrlUnreadable(part="signature")
        self.asked.append(signer.der)
        try:
            refusal: MizuhikiError = CrlUnreadable(part="signature")
            for found_anchor, chain in chains_of(signer, self.pool, self.settings, []):
                if found_anchor.certificate.key != anchor.certificate.key:
                    continue
                try:
                    validate_chain(found_anchor, chain, self.settings)
                    self.chain(found_anchor, chain)
                except MizuhikiError as cause:
                    refusal = cause
                    continue
                return
            raise refusal
        finally:
            self.asked.pop()


def validate_certificate(
    certificate: PathCertificate,
    pool: CertificatePool,
    settings: PathSettings,
    *,
    material: StatusMaterial | None = None,
    time: StatusTime | None = None,
) -> ValidatedCertificate:
    """Return a certificate after checking its chain and, where `material` is given, that no link is revoked.

    Several chains may lead to anchors: the first that stands is taken. If none does, the refusal is that of the
    likeliest. A certificate revoked by its own issuer is refused whatever other chains there are.

    Raises:
        UnknownIssuer, CertificateSignatureInvalid: no chain of valid signatures leads to an anchor.
        Refused, Unavailable: the classes of `crypto.x509.refusals` and `crypto.x509.status`.
    """
    der = certificate.der
    refusals: list[MizuhikiError] = []
    unsigned: list[Exception] = []
    for anchor, chain in chains_of(certificate, pool, settings, unsigned):
        try:
            policies = validate_chain(anchor, chain, settings)
            status: tuple[StatusStatement, ...] = ()
            if material is not None:
                check = _StatusCheck(pool, settings, time or StatusTime.now(settings.at), material, der)
                status = check.chain(anchor, chain)
        except (CertificateRevoked, CertificateSuspended):
            raise
        except MizuhikiError as refusal:
            refusals.append(refusal)
            continue
        above = (anchor.certificate, *chain[:-1])
        return ValidatedCertificate(
            certificate=der,
            chain=tuple(link.der for link in reversed(above)),
            policies=policies,
            at=settings.at,
            status=status,
            seal=SEAL,
        )
    raise next(iter([*refusals, *unsigned]), UnknownIssuer())

"""Finding chains from a certificate to a trust anchor through a pool (RFC 4158), same names in several generations too.

An issuer is looked for by name; the authority key identifier puts the likeliest first, and the signature decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from mizuhiki.crypto.x509.path.algorithms import AlgorithmPolicy
from mizuhiki.crypto.x509.path.names import ComparableName
from mizuhiki.crypto.x509.path.reading import PathCertificate, check_authority_issued, check_issued, read_authority
from mizuhiki.crypto.x509.path.validation import PathSettings, TrustAnchor
from mizuhiki.crypto.x509.refusals import AlgorithmRefused, CertificateSignatureInvalid, ChainTooLong, WeakKey

Chain = tuple[TrustAnchor, tuple[PathCertificate, ...]]
_LONGEST: Final = 16
_MOST_SIGNATURES: Final = 500
"""Signatures looked at for one question, so that a pool made to loop costs a bounded time."""


@dataclass(slots=True)
class CertificatePool:
    """Anchors and intermediate certificates by subject. Nothing in it but the anchors is trusted."""

    anchors: dict[ComparableName, list[TrustAnchor]] = field(default_factory=lambda: defaultdict(list))
    intermediates: dict[ComparableName, list[PathCertificate]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, anchors: Iterable[bytes], intermediates: Iterable[bytes] = ()) -> CertificatePool:
        """Return a pool of certificates in DER.

        Raises:
            CertificateMalformed, AlgorithmRefused: one cannot be read.
        """
        pool = cls()
        for der in anchors:
            certificate = read_authority(der)
            pool.anchors[certificate.subject].append(TrustAnchor(certificate))
        return pool.with_certificates(intermediates)

    def with_certificates(self, more: Iterable[bytes]) -> CertificatePool:
        """Return a pool with further intermediate certificates; this one stays as it is.

        Raises:
            CertificateMalformed, AlgorithmRefused: one cannot be read.
        """
        intermediates = defaultdict(list, {name: list(found) for name, found in self.intermediates.items()})
        for der in more:
            certificate = read_authority(der)
            if all(certificate.der != known.der for known in intermediates[certificate.subject]):
                intermediates[certificate.subject].append(certificate)
        return CertificatePool(self.anchors, intermediates)

    def named(self, subject: ComparableName) -> list[PathCertificate]:
        """Return every certificate of that subject, anchors first."""
        return [
            *(anchor.certificate for anchor in self.anchors.get(subject, ())),
            *self.intermediates.get(subject, ()),
        ]


def _likeliest_first(wanted: PathCertificate, candidates: Iterable[PathCertificate]) -> list[PathCertificate]:
    """Order candidates by whether their key identifier is the one wanted."""
    identifier = wanted.authority_key_identifier

    def rank(candidate: PathCertificate) -> int:
        if identifier is None or candidate.key_identifier is None:
            return 1
        return 0 if candidate.key_identifier == identifier else 2

    return sorted(candidates, key=rank)


@dataclass(slots=True)
class _Search:
    pool: CertificatePool
    algorithms: AlgorithmPolicy
    left: int = _MOST_SIGNATURES
    refusals: list[Exception] = field(default_factory=list)

    def issued(self, certificate: PathCertificate, issuer: PathCertificate) -> bool:
        """Say whether a candidate is the issuer; why the one that the key identifier names is not, is kept."""
        if self.left <= 0:
            raise ChainTooLong
        self.left -= 1
        try:
            if certificate.authority:
                check_authority_issued(certificate, issuer, self.algorithms)
            else:
                check_issued(certificate, issuer.key, self.algorithms)
        except (AlgorithmRefused, WeakKey) as refusal:
            self.refusals.insert(0, refusal)
            return False
        except CertificateSignatureInvalid as refusal:
            wanted = certificate.authority_key_identifier
            if wanted is not None and wanted == issuer.key_identifier:
                self.refusals.append(refusal)
            return False
        return True

    def chains(self, below: tuple[PathCertificate, ...]) -> Iterator[Chain]:
        top = below[0]
        anchors = {id(a.certificate): a for a in self.pool.anchors.get(top.issuer, ())}
        if len(below) > _LONGEST:
            return
        for candidate in _likeliest_first(top, [a.certificate for a in anchors.values()]):
            if self.issued(top, candidate):
                yield anchors[id(candidate)], below
        for candidate in _likeliest_first(top, self.pool.intermediates.get(top.issuer, ())):
            if any(candidate.der == used.der for used in below):
                continue
            if self.issued(top, candidate):
                yield from self.chains((candidate, *below))


def chains_of(
    certificate: PathCertificate, pool: CertificatePool, settings: PathSettings, refusals: list[Exception]
) -> Iterator[Chain]:
    """Yield every chain of valid signatures from an anchor of the pool to `certificate`, the likeliest first.

    Why candidates of the right name were not the issuer is added to `refusals`.

    Raises:
        ChainTooLong: the pool leads through more signatures than anyone should have to look at.
    """
    if any(certificate.der == known.certificate.der for known in pool.anchors.get(certificate.subject, ())):
        return  # an anchor is no end entity
    search = _Search(pool, settings.algorithms, refusals=refusals)
    yield from search.chains((certificate,))

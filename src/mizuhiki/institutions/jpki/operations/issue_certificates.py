"""Issue a card's certificates (公的個人認証法3条, 22条; R-194 to R-196, R-200, R-201).

1. confirmed by the national register and checked; 2. planned: serial, names and validity chosen, encoded, linted and
recorded with the keyed digest of what will be signed; 3. signed, octet for octet what was linted; 4. recorded, with
older certificates of the same holder superseded; 5. returned. A request that stopped between 2 and 4 is taken up with
the same plan by the same request id, or given up by the job and then refused; one that was finished returns the same
certificates.

Steps 2 to 4 are done for all that wait at the moment, by `IssueBatch`, with one durable write before and one after the
signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.jpki.domain.certificates import Application, CertificateSet
from mizuhiki.institutions.jpki.domain.errors import IssueInterrupted
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.operations.issue_batch import IssueBatch, Outcome
from mizuhiki.institutions.jpki.ports import CardHolders, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.common_writes import CommonWrites
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import MizuhikiError

ACTION = "issue-certificates"
AT_ONCE = 200
"""Applications of one common write; their signatures take a fifth of a second, so none waits for long."""


@dataclass(slots=True)
class IssueCertificates:
    """The issue of both kinds for one card, or for many."""

    store: Store
    authority: Authority
    authorities: Authorities
    randomness: Randomness
    holders: CardHolders
    _batch: IssueBatch = field(init=False)
    _writes: CommonWrites[tuple[Context, Application], CertificateSet] = field(init=False)

    def __post_init__(self) -> None:
        """Make the batch and the wait in front of it."""
        self._batch = IssueBatch(self.store, self.authorities, self.randomness)
        self._writes = CommonWrites(self._batch, interrupted=IssueInterrupted, at_once=AT_ONCE)

    def __call__(self, context: Context, *, application: Application) -> CertificateSet:
        """Return the certificates of an application.

        Raises:
            CardHolderNotConfirmed: the register does not know the card as this person's of this municipality.
            SignatureCertificateUnderAge, CardPastItsTime, CarrierNotYetLawful, HolderAbroadNotYetLawful,
            NoCertificateWanted: the law allows none.
            CertificateRequestChanged: the request id was used for other content.
            CertificateRequestVoid: the application was given up before anything was signed.
            PublicKeyUsedBefore: a key has a certificate already, or both keys are one.
            PublicKeyOfAuthority: a key is one of the authorities' own.
            PublicKeyUnreadable and the others of `crypto.x509.card_keys_check`: a key no card has, or a weak one.
            CertificateRequestMalformed: items and flags that do not fit.
            ProfileBroken: the lint refused; nothing was signed by an authority.
        """
        self.authority.require(context, ACTION)
        with self.store.look() as records:
            known = self._batch.finished(records, application)
        if known is not None:
            return known
        self.holders.require(application)
        return self.issue_confirmed(context, application)

    def issue_confirmed(self, context: Context, application: Application) -> CertificateSet:
        """Return the certificates of an application whose holder was confirmed; steps 2 to 5.

        Raises:
            IssueInterrupted: the common write failed for a reason outside this application; ask again.
        """
        return self._writes.ask((context, application))

    def many(self, context: Context, *, applications: Sequence[Application]) -> list[Outcome]:
        """Return, in order, the certificates of each application or its refusal (see `__call__`).

        A mass re-issue comes this way. What was recorded and not finished is taken up when it is sent again.
        """
        self.authority.require(context, ACTION)
        outcomes: list[Outcome] = []
        for start in range(0, len(applications), AT_ONCE):
            outcomes += self._some(context, applications[start : start + AT_ONCE])
        return outcomes

    def _some(self, context: Context, applications: Sequence[Application]) -> list[Outcome]:
        refused: dict[int, Outcome] = {}
        for place, application in enumerate(applications):
            try:
                self.holders.require(application)
            except MizuhikiError as refusal:
                refused[place] = refusal
        confirmed = [application for place, application in enumerate(applications) if place not in refused]
        issued = iter(self._batch([(context, application) for application in confirmed]))
        return [refused[place] if place in refused else next(issued) for place in range(len(applications))]

"""Examine every kept link between generations anew: its proof, and that the ledger says the same (R-225, R-026)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.linkage_core.operations.renew_second_half import RenewSecondHalf
from mizuhiki.institutions.linkage_core.ports import ExchangeLedger, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import Corrupt

EXAMINE = "examine-links"


class LinkUnproved(Corrupt):
    """A kept link is not of the persons that its proof is about."""

    code = "pseudonym-link-unproved"
    title = "A link between two generations of pseudonyms is not proved"


class LinkNotRecorded(Corrupt):
    """The ledger does not say in both chains what the table of links says."""

    code = "pseudonym-link-not-recorded"
    title = "A link between two generations of pseudonyms does not stand in both chains of the ledger"


@dataclass(frozen=True, slots=True)
class Examined:
    """How many batches were examined, and how many links they prove."""

    batches: int
    links: int


@dataclass(frozen=True, slots=True)
class ExamineLinks:
    """What an inspection at the core runs; it needs the pseudonyms and so the core's own keys."""

    authority: Authority
    store: Store
    renew: RenewSecondHalf
    ledger: ExchangeLedger

    def __call__(self, context: Context) -> Examined:
        """Check the proofs of every batch, that every link stands in one, and in both chains of the ledger.

        Raises:
            ConversionProofInvalid, OpeningProofInvalid: a batch is not proved.
            LinkUnproved: a link is in no batch.
            LinkNotRecorded: a chain does not name the other.
        """
        self.authority.require(context, EXAMINE)
        batches, proved = 0, set()
        for renewal in self.store.renewals():
            self.renew.verify(renewal)
            pairs = zip(renewal.earlier.persons, renewal.later.persons, strict=True)
            proved |= {(one.reveal(), other.reveal()) for one, other in pairs}
            batches += 1
        links = self.store.links()
        for earlier, later in links:
            if (earlier.reveal(), later.reveal()) not in proved:
                raise LinkUnproved
            if not self.ledger.are_joined(earlier, later):
                raise LinkNotRecorded
        return Examined(batches, len(links))

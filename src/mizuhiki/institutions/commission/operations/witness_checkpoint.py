"""Check that a ledger grew honestly and co-sign its checkpoint (ledger design; R-026, R-225, R-274)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.commission.domain.errors import LogNotOwned
from mizuhiki.institutions.commission.ports import LogWitness
from mizuhiki.ledger.checkpoint import origin_of
from mizuhiki.ledger.witness import Submission
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

ACTION = "witness-checkpoint"


@dataclass(frozen=True, slots=True)
class WitnessCheckpoint:
    """The commission as witness of every record-keeping institution's log."""

    authority: Authority
    witness: LogWitness[Submission]

    def __call__(self, context: Context, *, submission: Submission) -> str:
        """Return the co-signature line for the calling institution's own log.

        Raises:
            LogNotOwned: the log is another institution's.
            MizuhikiError: the log was rolled back, forked, or its map does not follow; see `ledger.witness`.
        """
        self.authority.require(context, ACTION)
        institution = context.actor.institution
        if submission.origin != origin_of(institution, submission.shard):
            raise LogNotOwned(institution=institution)
        return self.witness.cosign(submission, institution=institution, now=context.now())

"""The ledger of exchanges outside a transaction: checkpoints with the commission as witness, and bundles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mizuhiki.institutions.linkage_core.domain.cases import PersonKey
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.wire.commission import CheckpointSubmission


class WitnessedLedger:
    """Implements `ports.ExchangeLedger`; `submit` brings a checkpoint to the witness.

    `chain_of` tells a person's pseudonyms of all generations.
    """

    def __init__(
        self,
        ledger: Ledger,
        submit: Callable[[CheckpointSubmission], str],
        chain_of: Callable[[PersonKey], Sequence[PersonKey]],
    ) -> None:
        self._ledger = ledger
        self._submit = submit
        self._chain_of = chain_of

    def checkpoint(self) -> int:
        """Sign what grew and have it co-signed; return the number of co-signatures.

        Raises:
            PeerUnavailable: the witness does not answer; the checkpoint is submitted again next time.
            CosignatureNotValid: what it answers is no co-signature of it.
        """
        return self._ledger.checkpoint(self._submit)

    def bundle(self, person: PersonKey) -> str:
        """Return the person's records of all generations with every proof as JSON text."""
        return self._ledger.bundle(*(one.reveal() for one in self._chain_of(person))).to_json()

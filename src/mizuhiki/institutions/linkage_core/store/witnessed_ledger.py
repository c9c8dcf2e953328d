"""The ledger of exchanges outside a transaction: checkpoints with the commission as witness, and bundles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from mizuhiki.institutions.linkage_core.domain.cases import PersonKey
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire.commission import CheckpointSubmission
from mizuhiki.wire.linkage_core import GENERATION_LINK


class _Link(msgspec.Struct, frozen=True):
    """What of an entry tells of a link; empty in every other entry."""

    kind: str
    linked_index: bytes = b""
    evidence: bytes = b""


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

    def are_joined(self, earlier: PersonKey, later: PersonKey) -> bool:
        """Say whether each of two chains names the other, on the same evidence."""
        one, other = earlier.reveal(), later.reveal()
        return bool(self._named(one, other) & self._named(other, one))

    def _named(self, chain: bytes, other: bytes) -> set[bytes]:
        """Return on which evidence the entries of a chain name another one."""
        recorded = self._ledger.entries_of(chain)
        links = [(one.at, _link_of(one.entry)) for one in recorded]
        return {
            link.evidence
            for at, link in links
            if link.kind == GENERATION_LINK and link.linked_index == self._ledger.index_at(at, other)
        }


def _link_of(entry: str) -> _Link:
    return read_json(entry, _Link)

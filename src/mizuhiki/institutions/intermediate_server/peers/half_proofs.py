"""Proofs of the halves of a drawn section, from the converters that gave them (spec/exchange.md §4)."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.crypto.pseudonyms import Ciphertext, ConversionProof, ProofDraw
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.runtime.conversion_keys import ProofOf
from mizuhiki.runtime.joint_key import CONVERTERS
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire import commission, linkage_core


class DrawnProofs:
    """Draws sections delivered to this server and gets the proofs of the drawn ones."""

    def __init__(self, peers: Peers, here: InstitutionId, draw: ProofDraw) -> None:
        self._peers = peers
        self._here = here
        self._draw = draw

    def of(self, case: str) -> ProofOf:
        """Return how to get the proofs of one signed case's section; None for every half when it is not drawn."""
        drawn = self._draw(object_hash(case))

        def proof_of(converter: InstitutionId, inputs: Sequence[Ciphertext]) -> ConversionProof | None:
            if not drawn:
                return None
            if converter == CONVERTERS[-1]:
                own = linkage_core.OwnProofRequest(case=case)
                return self._peers.call(converter, linkage_core.PROVE_CONVERSION, own).proof
            request = commission.ProofRequest(case=case, inputs=list(inputs), target=self._here)
            return self._peers.call(converter, commission.PROVE_CONVERSION, request).proof

        return proof_of

"""Which sections a receiver wants proved: a draw that nobody can foresee and that repetitions do not change.

The draw is a PRF of the receiver's own secret over the case, so a converter that fails to prove a drawn section meets
the same draw when the section comes again. It is made after the converter has given its outputs.
"""

from __future__ import annotations

from mizuhiki.crypto.digests import framed, hmac_sha256
from mizuhiki.crypto.keystore.purposes import SecretKey
from mizuhiki.vocabulary.errors import Malformed

_BITS = 64


class ProofShareOutOfRange(Malformed):
    """The share of proved sections is a number above 0 and up to 1."""

    code = "proof-share-out-of-range"
    title = "The share of sections that are proved must be above 0 and at most 1"


class ProofDraw:
    """Draws `share` of all sections of form 2; share 1 is the policy ``always``."""

    __slots__ = ("_key", "share")

    def __init__(self, key: SecretKey, share: float) -> None:
        if not 0 < share <= 1:
            raise ProofShareOutOfRange(share=str(share))
        self._key = key
        self.share = share

    def __call__(self, case_hash: bytes) -> bool:
        """Tell whether the section of a case is to be proved."""
        drawn = hmac_sha256(self._key.reveal(), framed("pseudonyms/proof-draw", case_hash))
        return int.from_bytes(drawn[: _BITS // 8], "big") < int(self.share * 2**_BITS)


def undetected(share: float, sections: int) -> float:
    """Return the probability that one receiver draws none of `sections` falsely converted sections."""
    return (1.0 - share) ** sections

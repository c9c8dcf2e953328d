"""The joint key Y = y_core·y_commission·G: the core is the second to contribute and so the first to know it (R-032)."""

from __future__ import annotations

import threading

from mizuhiki.crypto.pseudonyms import BASE, Converter, verify_joint_contribution
from mizuhiki.institutions.linkage_core.domain.cases import COMMISSION, JointContribution
from mizuhiki.institutions.linkage_core.domain.errors import FirstHalfUnfit
from mizuhiki.institutions.linkage_core.ports import FirstConverter, JointKeyMemory
from mizuhiki.runtime.clock import Clock


class KeepJointKey:
    """Asks the commission for its contribution once, checks it, keeps it for good, and adds the core's own."""

    def __init__(self, converter: Converter, first: FirstConverter, memory: JointKeyMemory, clock: Clock) -> None:
        self._converter = converter
        self._first = first
        self._memory = memory
        self._clock = clock
        self._lock = threading.Lock()
        self._known: tuple[JointContribution, JointContribution] | None = None

    def joint_key(self) -> bytes:
        """Return the joint key. Errors as in `contributions`."""
        return self.contributions()[1].point

    def contributions(self) -> tuple[JointContribution, JointContribution]:
        """Return the commission's contribution and the core's, which builds on it.

        Raises:
            FirstHalfUnfit: the commission's contribution does not begin at G.
            ConversionProofInvalid: its proof does not hold.
            Unavailable: the commission was never reached and cannot be now.
        """
        if self._known is not None:
            return self._known
        kept = self._memory.contribution()
        theirs = self._first.joint_contribution(kept)
        if theirs.base != BASE:
            raise FirstHalfUnfit(part="joint-key")
        verify_joint_contribution(
            converter=COMMISSION,
            base=theirs.base,
            point=theirs.point,
            own_point=theirs.own_point,
            proof=theirs.proof,
        )
        if not kept:
            self._memory.keep_contribution(theirs.statement, self._clock.now())
        point, proof = self._converter.joint_contribution(theirs.point)
        ours = JointContribution(theirs.point, point, self._converter.public_point(), proof)
        with self._lock:
            self._known = (theirs, ours)
        return theirs, ours

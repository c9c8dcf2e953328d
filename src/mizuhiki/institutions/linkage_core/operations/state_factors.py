"""Publish the core's conversion factors and the joint key; give each holder its key share (R-027, R-032, R-220)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.pseudonyms import Converter
from mizuhiki.institutions.linkage_core.domain.cases import FactorPoints, JointContribution
from mizuhiki.institutions.linkage_core.domain.errors import CaseMalformed
from mizuhiki.institutions.linkage_core.operations.keep_joint_key import KeepJointKey
from mizuhiki.institutions.linkage_core.ports import FirstConverter
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId

GIVE = "give-key-share"
STATE = "state-factors"
JOINT_KEY = "state-joint-key"
_GENERATIONS = range(1, 2**31)


@dataclass(frozen=True, slots=True)
class StateFactors:
    """Answers about the second converter's factors; no secret leaves but a share to the institution it belongs to."""

    authority: Authority
    converter: Converter
    first: FirstConverter
    joint_key: KeepJointKey

    def give_key_share(self, context: Context, *, generation: int) -> tuple[SecretKey, FactorPoints]:
        """Return the calling institution's own share and the public points it checks it with.

        Raises:
            CaseMalformed: the generation cannot be.
        """
        self.authority.require(context, GIVE)
        holder = context.actor.institution
        points = self._points(holder, generation)
        return SecretKey(self.converter.share(holder, generation)), points

    def state(self, context: Context, *, institution: InstitutionId, generation: int) -> FactorPoints:
        """Return the public points of an institution.

        Raises:
            CaseMalformed: the generation cannot be.
        """
        self.authority.require(context, STATE)
        return self._points(institution, generation)

    def state_joint_key(self, context: Context) -> tuple[JointContribution, JointContribution]:
        """Return both contributions, the commission's first; the last point is the joint key.

        Raises:
            Unavailable: the commission was never reached and cannot be now.
        """
        self.authority.require(context, JOINT_KEY)
        return self.joint_key.contributions()

    def _points(self, institution: InstitutionId, generation: int) -> FactorPoints:
        if generation not in _GENERATIONS:
            raise CaseMalformed(part="generation")
        key_in = self.first.factors(institution, generation).key_out
        return FactorPoints(
            institution=institution,
            generation=generation,
            shuffle_point=self.converter.shuffle_point(institution, generation),
            key_in=key_in,
            key_out=self.converter.key_out(institution, generation, key_in),
            share_point=self.converter.share_point(institution, generation),
        )

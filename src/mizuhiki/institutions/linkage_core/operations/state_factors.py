"""Publish the core's conversion factors and the joint key; give each holder its key share (R-027, R-032, R-220)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.pseudonyms import Converter
from mizuhiki.institutions.linkage_core.domain.cases import FactorPoints, JointContribution
from mizuhiki.institutions.linkage_core.operations.keep_joint_key import KeepJointKey
from mizuhiki.institutions.linkage_core.ports import FirstConverter
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.generations import CurrentGenerations
from mizuhiki.vocabulary.ids import InstitutionId

GIVE = "give-key-share"
STATE = "state-factors"
JOINT_KEY = "state-joint-key"


@dataclass(frozen=True, slots=True)
class StateFactors:
    """Answers about the second converter's factors; no secret leaves but a share to the institution it belongs to."""

    authority: Authority
    converter: Converter
    first: FirstConverter
    joint_key: KeepJointKey
    generations: CurrentGenerations

    def give_key_share(self, context: Context, *, generation: int) -> tuple[SecretKey, FactorPoints]:
        """Return the calling institution's own share and the public points it checks it with.

        Raises:
            GenerationNotOpen, GenerationClosed: the generation is not in use.
        """
        self.authority.require(context, GIVE)
        self.generations.current().require_open(generation, context.now())
        holder = context.actor.institution
        points = self._points(context, holder, generation)
        return SecretKey(self.converter.share(holder, generation)), points

    def state(self, context: Context, *, institution: InstitutionId, generation: int) -> FactorPoints:
        """Return the public points of an institution.

        Raises:
            GenerationNotOpen: the generation was never opened.
        """
        self.authority.require(context, STATE)
        return self._points(context, institution, generation)

    def state_joint_key(self, context: Context) -> tuple[JointContribution, JointContribution]:
        """Return both contributions, the commission's first; the last point is the joint key.

        Raises:
            Unavailable: the commission was never reached and cannot be now.
        """
        self.authority.require(context, JOINT_KEY)
        return self.joint_key.contributions()

    def _points(self, context: Context, institution: InstitutionId, generation: int) -> FactorPoints:
        self.generations.current().require_known(generation, context.now())
        key_in = self.first.factors(institution, generation).key_out
        return FactorPoints(
            institution=institution,
            generation=generation,
            shuffle_point=self.converter.shuffle_point(institution, generation),
            key_in=key_in,
            key_out=self.converter.key_out(institution, generation, key_in),
            share_point=self.converter.share_point(institution, generation),
        )

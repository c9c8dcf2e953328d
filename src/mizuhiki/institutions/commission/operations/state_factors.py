"""Publish the commission's conversion factors and give each holder its own key share (R-027, R-032, R-220)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.pseudonyms import BASE, Converter
from mizuhiki.institutions.commission.domain.conversion import FactorPoints, JointContribution
from mizuhiki.institutions.commission.ports import JointKey
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.generations import CurrentGenerations
from mizuhiki.vocabulary.ids import InstitutionId

GIVE = "give-key-share"
STATE = "state-factors"
CONTRIBUTE = "contribute-joint-key"


@dataclass(frozen=True, slots=True)
class StateFactors:
    """Answers about the first converter's factors; no secret leaves but a share to the institution it belongs to."""

    authority: Authority
    converter: Converter
    joint_key: JointKey
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

    def contribute(self, context: Context) -> JointContribution:
        """Return the commission's contribution to the joint key; its base is G, because it comes first."""
        self.authority.require(context, CONTRIBUTE)
        point, proof = self.converter.joint_contribution(BASE)
        return JointContribution(BASE, point, self.converter.public_point(), proof)

    def _points(self, context: Context, institution: InstitutionId, generation: int) -> FactorPoints:
        self.generations.current().require_known(generation, context.now())
        key_in = self.joint_key.joint_key()
        return FactorPoints(
            institution=institution,
            generation=generation,
            shuffle_point=self.converter.shuffle_point(institution, generation),
            key_in=key_in,
            key_out=self.converter.key_out(institution, generation, key_in),
            share_point=self.converter.share_point(institution, generation),
        )

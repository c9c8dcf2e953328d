"""Notify a municipality of a decision about a foreign resident (住基法30条の50; R-043)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.outside_parties.domain.decisions import ResidenceDecision
from mizuhiki.institutions.outside_parties.ports import DecisionPost
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context


@dataclass(frozen=True, slots=True)
class OutsidePartyOperations:
    """The door of the Immigration Services Agency."""

    authority: Authority
    post: DecisionPost

    def notify_residence(self, context: Context, decision: ResidenceDecision) -> str:
        """Queue a notice and return its id [immigration-officer].

        Raises:
            ActionNotPermitted: another role. DecisionIncomplete: see there.
        """
        self.authority.require(context, "notify-residence")
        decision.require_complete(context.today())
        self.post.send(decision)
        return decision.decision_id

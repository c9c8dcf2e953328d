"""What outside parties need from outside: a way to send decisions."""

from __future__ import annotations

from typing import Protocol

from mizuhiki.institutions.outside_parties.domain.decisions import ResidenceDecision


class DecisionPost(Protocol):
    """Sends decisions to municipalities, once, in order per person."""

    def send(self, decision: ResidenceDecision) -> None:
        """Queue a decision for the municipality it names."""

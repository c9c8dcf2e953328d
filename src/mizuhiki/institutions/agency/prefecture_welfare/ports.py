"""What the welfare section needs from outside, beyond what `mizuhiki.intake.ports` says of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from mizuhiki.institutions.agency.prefecture_welfare.domain.allowance import Allowance, SupportedChild
from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import Certificate
from mizuhiki.intake.ports import PersonRecords


class Records(PersonRecords, Protocol):
    """One write transaction on the welfare section's tables."""

    def certificates(self, reference: str) -> list[Certificate]:
        """Return a person's certificates and applications, oldest first."""

    def insert_certificate(self, certificate: Certificate) -> None:
        """Store an application."""

    def update_certificate(self, certificate: Certificate) -> None:
        """Store a decision, a renewal or a return."""

    def applied(self) -> list[Certificate]:
        """Return applications that wait for a decision, oldest first."""

    def ending(self, first: date, last: date) -> list[Certificate]:
        """Return issued certificates that end in a span of days, those that end first first."""

    def allowances(self, reference: str) -> list[Allowance]:
        """Return a person's allowances, oldest first."""

    def children(self, reference: str) -> list[SupportedChild]:
        """Return the children of a person's newest claim."""

    def insert_allowance(self, allowance: Allowance, children: Sequence[SupportedChild]) -> None:
        """Store a claim with its children, in the place of those of earlier claims."""

    def update_allowance(self, allowance: Allowance) -> None:
        """Store a decision or an end."""

    def claimed(self) -> list[Allowance]:
        """Return claims that wait for a decision, oldest first."""

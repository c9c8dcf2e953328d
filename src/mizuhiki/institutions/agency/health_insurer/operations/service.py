"""The society's operations bound to their adapters, for the pages and the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.operations import Casework
from mizuhiki.institutions.agency.health_insurer.domain.members import CeilingCertificate, Qualification
from mizuhiki.institutions.agency.health_insurer.domain.rules import DependantFacts
from mizuhiki.institutions.agency.health_insurer.operations import keep_members as _keep
from mizuhiki.institutions.agency.health_insurer.operations import limit_payments as _limit
from mizuhiki.institutions.agency.health_insurer.operations import read_member as _read
from mizuhiki.institutions.agency.health_insurer.operations.keep_members import Report
from mizuhiki.institutions.agency.health_insurer.operations.read_member import Member
from mizuhiki.institutions.agency.health_insurer.ports import Records
from mizuhiki.intake.service import BodyService
from mizuhiki.runtime.context import Context


@dataclass(frozen=True, slots=True)
class HealthInsurer(BodyService[Records]):
    """Use cases; see the module of the same name for rules and errors. Roles stand in brackets.

    `claims` are the procedures carried out with nothing attached, from claim to notice.
    """

    claims: Casework[Records]

    def acquire_qualification(self, context: Context, report: Report) -> Qualification:
        """Insure a person [clerk]."""
        return _keep.acquire_qualification(context, self.adapters, report)

    def acquire_many(self, context: Context, reports: Sequence[Report]) -> list[Qualification]:
        """Insure several people of an employer [clerk]."""
        return _keep.acquire_many(context, self.adapters, reports)

    def recognise_dependant(
        self, context: Context, reference: str, insured: str, facts: DependantFacts, since: date
    ) -> Qualification:
        """Recognise a dependant [approver]."""
        return _keep.recognise_dependant(context, self.adapters, reference, insured, facts, since)

    def lose_qualification(self, context: Context, reference: str, lost_on: date) -> int:
        """End insurance [clerk]."""
        return _keep.lose_qualification(context, self.adapters, reference, lost_on)

    def issue_ceiling_certificate(self, context: Context, reference: str, *, taxed: bool) -> CeilingCertificate:
        """Issue a certificate of the ceiling [clerk]."""
        return _limit.issue_ceiling_certificate(context, self.adapters, reference, taxed=taxed)

    def member(self, context: Context, reference: str) -> Member:
        """Return a person's insurance [clerk, approver]."""
        return _read.member(context, self.adapters, reference)

    def running_certificates(self, context: Context) -> list[CeilingCertificate]:
        """Return certificates valid today [clerk, approver]."""
        return _read.running_certificates(context, self.adapters)

"""The welfare section's operations bound to their adapters, for the pages and the world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.operations import Casework
from mizuhiki.institutions.agency.prefecture_welfare.domain.allowance import Allowance
from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import Certificate, Kind
from mizuhiki.institutions.agency.prefecture_welfare.operations import certify_disability as _certify
from mizuhiki.institutions.agency.prefecture_welfare.operations import grant_allowance as _grant
from mizuhiki.institutions.agency.prefecture_welfare.operations import read_file as _read
from mizuhiki.institutions.agency.prefecture_welfare.operations.certify_disability import Application
from mizuhiki.institutions.agency.prefecture_welfare.operations.grant_allowance import Claim
from mizuhiki.institutions.agency.prefecture_welfare.operations.read_file import PersonFile, Work
from mizuhiki.institutions.agency.prefecture_welfare.ports import Records
from mizuhiki.intake.service import BodyService
from mizuhiki.runtime.context import Context


@dataclass(frozen=True, slots=True)
class PrefectureWelfare(BodyService[Records]):
    """Use cases; see the module of the same name for rules and errors. Roles stand in brackets.

    `claims` are the procedures carried out with nothing attached, from claim to notice.
    """

    claims: Casework[Records]

    def apply_for_certificate(self, context: Context, application: Application) -> Certificate:
        """Take an application [clerk]."""
        return _certify.apply_for_certificate(context, self.adapters, application)

    def decide_certificate(self, context: Context, reference: str, kind: Kind, *, issue: bool) -> Certificate:
        """Issue a certificate or refuse it [approver]."""
        return _certify.decide_certificate(context, self.adapters, reference, kind, issue=issue)

    def renew_certificate(self, context: Context, reference: str, grade: str) -> Certificate:
        """Renew the mental certificate [approver]."""
        return _certify.renew_certificate(context, self.adapters, reference, grade)

    def take_certificate_back(self, context: Context, reference: str, kind: Kind) -> Certificate:
        """Take a certificate back [clerk]."""
        return _certify.take_certificate_back(context, self.adapters, reference, kind)

    def claim_allowance(self, context: Context, claim: Claim) -> Allowance:
        """Take a claim [clerk]."""
        return _grant.claim_allowance(context, self.adapters, claim)

    def decide_allowance(self, context: Context, reference: str, *, grant: bool) -> Allowance:
        """Grant an allowance or refuse it [approver]."""
        return _grant.decide_allowance(context, self.adapters, reference, grant=grant)

    def end_allowance(self, context: Context, reference: str, ended_on: date) -> Allowance:
        """End an allowance [clerk]."""
        return _grant.end_allowance(context, self.adapters, reference, ended_on)

    def person_file(self, context: Context, reference: str) -> PersonFile:
        """Return a person's file [clerk, approver]."""
        return _read.person_file(context, self.adapters, reference)

    def work(self, context: Context) -> Work:
        """Return the work that waits [clerk, approver]."""
        return _read.work(context, self.adapters)

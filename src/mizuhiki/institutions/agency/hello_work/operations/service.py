"""Hello Work's operations bound to their adapters, for the pages and the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.operations import Casework
from mizuhiki.institutions.agency.hello_work.domain.benefits import Certification, Declaration, Qualification
from mizuhiki.institutions.agency.hello_work.domain.employments import Employment, Reason, Separation, WageLine
from mizuhiki.institutions.agency.hello_work.operations import keep_employment as _keep
from mizuhiki.institutions.agency.hello_work.operations import pay_benefit as _benefit
from mizuhiki.institutions.agency.hello_work.operations import read_case as _read
from mizuhiki.institutions.agency.hello_work.operations.read_case import Case, Work
from mizuhiki.institutions.agency.hello_work.ports import Records
from mizuhiki.intake.service import BodyService
from mizuhiki.runtime.context import Context


@dataclass(frozen=True, slots=True)
class HelloWork(BodyService[Records]):
    """Use cases; see the module of the same name for rules and errors. Roles stand in brackets.

    `claims` are the procedures carried out with nothing attached, from claim to notice.
    """

    claims: Casework[Records]

    def record_employment(self, context: Context, employment: Employment) -> None:
        """Take a report of acquisition [clerk]."""
        _keep.record_employment(context, self.adapters, employment)

    def record_employments(self, context: Context, employments: Sequence[Employment]) -> int:
        """Take a list of reports [clerk]."""
        return _keep.record_employments(context, self.adapters, employments)

    def record_separation(
        self, context: Context, reference: str, *, separated_on: date, reason: Reason, lines: Sequence[WageLine]
    ) -> Separation:
        """Take loss of insurance and issue the slip [clerk]."""
        return _keep.record_separation(
            context, self.adapters, reference, separated_on=separated_on, reason=reason, lines=lines
        )

    def propose_qualification(self, context: Context, reference: str, *, hard_to_employ: bool = False) -> Qualification:
        """Put a qualification before the approver [clerk]."""
        return _benefit.propose_qualification(context, self.adapters, reference, hard_to_employ=hard_to_employ)

    def approve_qualification(self, context: Context, reference: str, separated_on: date) -> Qualification:
        """Approve a qualification [approver]."""
        return _benefit.approve_qualification(context, self.adapters, reference, separated_on)

    def certify_unemployment(self, context: Context, reference: str, declared: Declaration) -> Certification:
        """Certify four weeks of unemployment [clerk]."""
        return _benefit.certify_unemployment(context, self.adapters, reference, declared)

    def case(self, context: Context, reference: str) -> Case:
        """Return a case [clerk, approver]."""
        return _read.case(context, self.adapters, reference)

    def work(self, context: Context) -> Work:
        """Return the work of today [clerk, approver]."""
        return _read.work(context, self.adapters)

"""The commission's operations bound to their adapters, for the API, the pages, the jobs and the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.pseudonyms import Ciphertext
from mizuhiki.institutions.commission.domain.assessments import Assessment
from mizuhiki.institutions.commission.domain.conversion import (
    BatchProof,
    Case,
    Decision,
    FactorPoints,
    FirstHalf,
    JointContribution,
)
from mizuhiki.institutions.commission.operations.check_case import Support
from mizuhiki.institutions.commission.operations.convert_case import ConvertCase
from mizuhiki.institutions.commission.operations.keep_alarms import KeepAlarms
from mizuhiki.institutions.commission.operations.keep_assessments import KeepAssessments, Submission
from mizuhiki.institutions.commission.operations.keep_generations import KeepGenerations
from mizuhiki.institutions.commission.operations.keep_ordinance_affairs import KeepOrdinanceAffairs
from mizuhiki.institutions.commission.operations.state_factors import StateFactors
from mizuhiki.institutions.commission.operations.witness_checkpoint import WitnessCheckpoint
from mizuhiki.institutions.commission.ports import Store, WitnessedLogLine
from mizuhiki.ledger.witness import Submission as CheckpointShape
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId

AddStaff = Callable[[str, str, str, str], None]
"""Opens an account: account, display name, role, passphrase."""

READ_RECORDS = "read-records"
ANSWERS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Commission:
    """Use cases of the commission; see the module of each for rules and errors."""

    store: Store
    authority: Authority
    clock: Clock
    conversions: ConvertCase
    register: KeepAssessments
    factors: StateFactors
    witness: WitnessCheckpoint
    open_account: AddStaff
    generations: KeepGenerations
    alarms: KeepAlarms
    ordinances: KeepOrdinanceAffairs

    def add_staff(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open an account of a member of staff; used when the office is founded."""
        self.open_account(account, display_name, role, passphrase)

    def convert_case(
        self,
        context: Context,
        *,
        case: Case,
        inputs: Sequence[Ciphertext],
        targets: Sequence[InstitutionId],
        support: Support,
    ) -> FirstHalf:
        """Convert the first half of a permitted case."""
        return self.conversions(context, case=case, inputs=inputs, targets=targets, support=support)

    def prove_half(
        self, context: Context, *, case: Case, inputs: Sequence[Ciphertext], target: InstitutionId
    ) -> BatchProof:
        """Prove a half that was converted before."""
        return self.conversions.prove(context, case=case, inputs=inputs, target=target)

    def note_unreadable(self, context: Context, *, purpose: str, asker: str, code: str, detail: str) -> None:
        """Record the refusal of a case that could not be read or verified."""
        self.conversions.note_unreadable(context, purpose=purpose, asker=asker, code=code, detail=detail)

    def submit_assessment(self, context: Context, *, institution: InstitutionId, submission: Submission) -> Assessment:
        """Take a protection assessment."""
        return self.register.submit(context, institution=institution, submission=submission)

    def publish_assessment(self, context: Context, assessment_id: str) -> Assessment:
        """Publish a protection assessment."""
        return self.register.publish(context, assessment_id)

    def withdraw_assessment(self, context: Context, assessment_id: str) -> Assessment:
        """Withdraw a protection assessment."""
        return self.register.withdraw(context, assessment_id)

    def list_assessments(self, context: Context, institution: InstitutionId | None = None) -> list[Assessment]:
        """Return protection assessments, newest first."""
        return self.register.listed(context, institution)

    def show_assessment(self, context: Context, assessment_id: str) -> Assessment:
        """Return one protection assessment."""
        return self.register.one(context, assessment_id)

    def give_key_share(self, context: Context, *, generation: int) -> tuple[SecretKey, FactorPoints]:
        """Return the caller's share of its own pseudonym key."""
        return self.factors.give_key_share(context, generation=generation)

    def state_factors(self, context: Context, *, institution: InstitutionId, generation: int) -> FactorPoints:
        """Return the public factors of an institution."""
        return self.factors.state(context, institution=institution, generation=generation)

    def contribute_joint_key(self, context: Context) -> JointContribution:
        """Return the commission's contribution to the joint key."""
        return self.factors.contribute(context)

    def witness_checkpoint(self, context: Context, *, submission: CheckpointShape) -> str:
        """Check and co-sign a checkpoint of the caller's log."""
        return self.witness(context, submission=submission)

    def list_decisions(self, context: Context, *, allowed: bool | None = None, limit: int = 100) -> list[Decision]:
        """Return decisions on conversions, newest first (R-225)."""
        self.authority.require(context, READ_RECORDS)
        return self.store.decisions(allowed=allowed, limit=limit)

    def count_decisions(self, context: Context) -> list[tuple[str, bool, int]]:
        """Return (rule, allowed, number) of all decisions (R-225)."""
        self.authority.require(context, READ_RECORDS)
        return self.store.decisions_by_rule()

    def count_records(self, context: Context) -> Mapping[str, int]:
        """Return how many cases were allowed and refused, assessments kept and logs witnessed (R-225)."""
        self.authority.require(context, READ_RECORDS)
        return self.store.counts()

    def list_witnessed_logs(self, context: Context) -> list[WitnessedLogLine]:
        """Return the logs that were co-signed, with their last checkpoint (R-225)."""
        self.authority.require(context, READ_RECORDS)
        return self.store.witnessed_logs()

    def forget_answers(self) -> int:
        """Delete answers to cases that expired a day ago; timed work, touches nothing about persons."""
        return self.store.forget_answers(self.clock.now() - ANSWERS_KEPT)

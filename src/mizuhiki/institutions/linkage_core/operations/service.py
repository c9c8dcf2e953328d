"""The core's operations bound to their adapters, for the API, the pages, the jobs and the world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.institutions.linkage_core.domain.cases import (
    BatchProof,
    CaseAnswer,
    FactorPoints,
    JointContribution,
    Purpose,
    ReconciledExchange,
    RefusalLine,
    Submitted,
)
from mizuhiki.institutions.linkage_core.operations.carry_out_case import CarryOutCase
from mizuhiki.institutions.linkage_core.operations.examine_links import ExamineLinks
from mizuhiki.institutions.linkage_core.operations.keep_generations import KeepGenerations
from mizuhiki.institutions.linkage_core.operations.read_records import ReadRecords
from mizuhiki.institutions.linkage_core.operations.read_statute import ReadStatute
from mizuhiki.institutions.linkage_core.operations.state_factors import StateFactors
from mizuhiki.institutions.linkage_core.operations.watch_traps import WatchTraps
from mizuhiki.institutions.linkage_core.ports import ExchangeLedger, OutcomeCount, ProvidedCount, Store
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import ExchangeName, InstitutionId
from mizuhiki.vocabulary.statute import StatuteRow

AddStaff = Callable[[str, str, str, str], None]
"""Opens an account: account, display name, role, passphrase."""

ANSWERS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LinkageCore:
    """Use cases of the core; see the module of each for rules and errors."""

    store: Store
    clock: Clock
    ledger: ExchangeLedger
    cases: CarryOutCase
    factors: StateFactors
    records: ReadRecords
    statute: ReadStatute
    open_account: AddStaff
    generations: KeepGenerations
    links: ExamineLinks
    traps: WatchTraps

    def add_staff(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open an account of a member of staff; used when the office is founded."""
        self.open_account(account, display_name, role, passphrase)

    def exchange_inquiries(self, context: Context, *, submitted: Submitted) -> CaseAnswer:
        """Carry out a section of inquiries."""
        return self.cases(context, purpose=Purpose.INQUIRY, submitted=submitted)

    def prove_half(self, context: Context, *, case_text: str) -> BatchProof:
        """Prove the core's half of a delivered section to its provider."""
        return self.cases.prove(context, case_text=case_text)

    def issue_pseudonyms(self, context: Context, *, submitted: Submitted) -> CaseAnswer:
        """Make agency pseudonyms and deliver them to the holder."""
        return self.cases(context, purpose=Purpose.ISSUE, submitted=submitted)

    def send_notice(self, context: Context, *, submitted: Submitted) -> CaseAnswer:
        """Deliver a notice to the person's portal account."""
        return self.cases(context, purpose=Purpose.NOTICE, submitted=submitted)

    def renew_pseudonyms(self, context: Context, *, submitted: Submitted) -> CaseAnswer:
        """Turn a holder's pseudonyms of one generation into those of the next, and link the core's own."""
        return self.cases(context, purpose=Purpose.RENEWAL, submitted=submitted)

    def plant_traps(self, context: Context, *, submitted: Submitted) -> CaseAnswer:
        """Watch pseudonyms of nobody for their holder."""
        return self.cases(context, purpose=Purpose.TRAP, submitted=submitted)

    def tell_alarms(self, context: Context) -> int:
        """Tell the commission alarms that it does not have; return how many it took."""
        return self.traps.tell(context)

    def open_history(self, context: Context, *, submitted: Submitted) -> CaseAnswer:
        """Bundle a person's records for the person."""
        return self.cases(context, purpose=Purpose.HISTORY, submitted=submitted)

    def resume_cases(self, context: Context, *, idle: timedelta = timedelta()) -> int:
        """Go on with unfinished cases; return how many were finished."""
        return self.cases.resume(context, idle=idle)

    def give_key_share(self, context: Context, *, generation: int) -> tuple[SecretKey, FactorPoints]:
        """Return the caller's share of its own pseudonym key."""
        return self.factors.give_key_share(context, generation=generation)

    def state_factors(self, context: Context, *, institution: InstitutionId, generation: int) -> FactorPoints:
        """Return the public factors of an institution."""
        return self.factors.state(context, institution=institution, generation=generation)

    def state_joint_key(self, context: Context) -> tuple[JointContribution, JointContribution]:
        """Return both contributions to the joint key."""
        return self.factors.state_joint_key(context)

    def reconcile(self, context: Context, *, exchanges: Sequence[ExchangeName]) -> list[ReconciledExchange]:
        """Return what the core recorded for the caller's exchanges."""
        return self.records.reconcile(context, exchanges=exchanges)

    def count_outcomes(self, context: Context) -> list[OutcomeCount]:
        """Return exchanges by day and outcome (R-225)."""
        return self.records.outcomes(context)

    def list_refusals(self, context: Context, *, limit: int = 100) -> list[RefusalLine]:
        """Return refusals, newest first (R-031, R-225)."""
        return self.records.refusals(context, limit=limit)

    def count_refusals(self, context: Context) -> list[tuple[str, str, int]]:
        """Return (rule, refused by, number) of all refusals (R-225)."""
        return self.records.refusals_by_rule(context)

    def unused_rows(self, context: Context, *, day: date) -> list[StatuteRow]:
        """Return rows of the statute table that permit something on `day` and were never used."""
        return self.records.unused(context, day=day)

    def count_provided(self) -> list[ProvidedCount]:
        """Return answered exchanges by procedure and kinds; figures are public."""
        return self.records.provided()

    def checkpoint(self) -> int:
        """Sign what the ledger grew by and have it co-signed; return the number of co-signatures."""
        return self.ledger.checkpoint()

    def forget_finished(self) -> int:
        """Delete answers to cases that expired a day ago; the records of exchanges stay."""
        return self.store.forget_finished(self.clock.now() - ANSWERS_KEPT)

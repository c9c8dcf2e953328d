"""What the commission needs from outside: its tables, the joint key, the card's authority, its own signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from mizuhiki.institutions.commission.domain.alarms import Alarm, AlarmStep
from mizuhiki.institutions.commission.domain.assessments import Assessment
from mizuhiki.institutions.commission.domain.conversion import (
    CardEvidence,
    Case,
    Decision,
    FirstHalf,
    TicketContent,
)
from mizuhiki.institutions.commission.domain.ordinances import Filing, FilingStep
from mizuhiki.vocabulary.errors import Field
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import PublishedOrdinanceAffair


@dataclass(frozen=True, slots=True)
class WitnessedLogLine:
    """One witnessed log for the console: its origin, size and checkpoint, and when it was last co-signed."""

    origin: str
    size: int
    checkpoint: str
    cosigned_at: datetime


class AlarmRecords(Protocol):
    """Alarms, what they are checked against, and the audit trail, in the open transaction."""

    def audit(self, grounds: Grounds, event: str, outcome: str, **fields: Field) -> None:
        """Write an event of the audit trail."""

    def allowing_decisions(self, case_hash: bytes) -> list[Decision]:
        """Return the decisions that let a case be converted, one for each of its questions."""

    def alarm_of_case(self, case_hash: bytes) -> Alarm | None:
        """Return the alarm of a case."""

    def alarm(self, alarm_id: str) -> Alarm | None:
        """Return an alarm."""

    def alarms(self, limit: int) -> list[Alarm]:
        """Return alarms, newest first."""

    def put_alarm(self, alarm: Alarm) -> None:
        """Store a new alarm."""

    def put_alarm_step(self, alarm: Alarm, step: AlarmStep) -> None:
        """Store the state an alarm was brought into, and who did."""

    def alarm_steps(self, alarm_id: str) -> list[AlarmStep]:
        """Return what was done about an alarm, oldest first."""


class OrdinanceRecords(Protocol):
    """Filings of affairs under ordinances, in the open transaction."""

    def audit(self, grounds: Grounds, event: str, outcome: str, **fields: Field) -> None:
        """Write an event of the audit trail."""

    def filing(self, key: str) -> Filing | None:
        """Return a filing by the commission's name of it."""

    def filing_of(self, institution: InstitutionId, filing_id: str) -> Filing | None:
        """Return a filing by its body and the body's id of it."""

    def filings_of_code(self, code: str) -> list[Filing]:
        """Return every filing of one affair."""

    def put_filing(self, filing: Filing, step: FilingStep) -> None:
        """Store or replace a filing, and who brought it into its state."""

    def filing_steps(self, key: str) -> list[FilingStep]:
        """Return what was done about a filing, oldest first."""


class Records(AlarmRecords, OrdinanceRecords, Protocol):
    """One write transaction on the commission's tables."""

    def first_half(self, case_hash: bytes) -> FirstHalf | None:
        """Return the answer a case got before."""

    def spend(self, mark: str, case_hash: bytes, until: datetime | None) -> bool:
        """Remember a nonce, batch, acquisition or challenge `until` it is over (None: for good); false if spent."""

    def count_conversions(self, institution: InstitutionId, affair: str, persons: int, day: date) -> int:
        """Add persons to the day's count of (institution, affair) and return the count."""

    def keep_first_half(self, case: Case, answer: FirstHalf) -> None:
        """Store the answer, for a repetition of the same case."""

    def record(self, decision: Decision) -> None:
        """Append a decision."""

    def assessment(self, assessment_id: str) -> Assessment | None:
        """Return an assessment."""

    def assessment_of_submission(self, institution: InstitutionId, submission_id: str) -> Assessment | None:
        """Return what an earlier submission became."""

    def put_assessment(self, assessment: Assessment) -> None:
        """Store or replace an assessment."""

    def note_step(self, assessment: Assessment, *, at: datetime, actor: str, role: str) -> None:
        """Append who brought an assessment into its state."""


class Store(Protocol):
    """Storage of the commission."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""

    def snapshot(self) -> AbstractContextManager[Records]:
        """Open a transaction that only reads; nobody waits for it, and what it saw may change before a write."""

    def assessment_allows(self, institution: InstitutionId, affair: str) -> bool:
        """Tell whether an assessment stands that allows linkage for the affair."""

    def assessments(self, institution: InstitutionId | None = None) -> list[Assessment]:
        """Return assessments, newest first."""

    def filings(self, institution: InstitutionId | None) -> list[Filing]:
        """Return filings of affairs under ordinances, of one body or of all, newest first."""

    def published_ordinances(self, institutions: Sequence[InstitutionId]) -> list[PublishedOrdinanceAffair]:
        """Return what was ever published of these bodies, by body, then as it was lodged."""

    def bodies_with_ordinances(self, after: str) -> list[InstitutionId]:
        """Return the bodies after this identifier that ever had an affair published, in order."""

    def decisions(self, *, allowed: bool | None = None, limit: int = 100) -> list[Decision]:
        """Return decisions, newest first."""

    def decisions_by_rule(self) -> list[tuple[str, bool, int]]:
        """Return (rule, allowed, number of decisions), most frequent first."""

    def witnessed_logs(self) -> list[WitnessedLogLine]:
        """Return the logs that were co-signed, by origin."""

    def forget_answers(self, before: datetime) -> int:
        """Delete answers and spent marks of cases that expired before; return how many answers went."""

    def counts(self) -> Mapping[str, int]:
        """Return figures for the console."""


class JointKey(Protocol):
    """The joint key of both converters."""

    def joint_key(self) -> bytes:
        """Return the key after its proofs were checked."""


class CardAuthority(Protocol):
    """Checks a card's signature with the certification authority that issued its certificate."""

    def verify(self, evidence: CardEvidence, at: datetime) -> None:
        """Return when the certificate is a valid, unrevoked user-identification certificate that signed the challenge.

        Raises:
            MizuhikiError: which check failed.
        """


class Tickets(Protocol):
    """Signs tickets as the commission."""

    def sign(self, content: TicketContent) -> str:
        """Return the signed ticket."""


Submission_contra = TypeVar("Submission_contra", contravariant=True)


class LogWitness(Protocol[Submission_contra]):
    """Checks a submitted checkpoint against what was co-signed before, stores the new state, co-signs."""

    def cosign(self, submission: Submission_contra, *, institution: InstitutionId, now: datetime) -> str:
        """Return the co-signature line.

        Raises:
            MizuhikiError: see `ledger.witness`.
        """


__all__ = [
    "AlarmRecords",
    "CardAuthority",
    "JointKey",
    "LogWitness",
    "OrdinanceRecords",
    "Records",
    "Store",
    "Tickets",
    "WitnessedLogLine",
]

"""What the core needs from outside: tables and ledger, the commission, recipients, its own signature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mizuhiki.institutions.linkage_core.domain.cases import (
    Acquisition,
    BatchProof,
    Case,
    CaseAnswer,
    Converted,
    ExchangeRecord,
    FactorPoints,
    HalfConversion,
    JointContribution,
    Package,
    PersonKey,
    Provided,
    Purpose,
    ReconciledExchange,
    Refusal,
    RefusalLine,
    Renewal,
    StoredCase,
    Submitted,
)
from mizuhiki.institutions.linkage_core.domain.traps import Alarm, StandingCount, StandingTrap
from mizuhiki.vocabulary.errors import Field
from mizuhiki.vocabulary.generations import Generations
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import ExchangeName, InstitutionId
from mizuhiki.vocabulary.sensitive import Sensitive


@dataclass(frozen=True, slots=True)
class FirstHalf:
    """The commission's half, its ticket verified as an object by the edge; what the ticket says stands beside it."""

    conversions: tuple[HalfConversion, ...]
    ticket: str
    ticket_purpose: str
    ticket_case_hash: bytes
    ticket_target: InstitutionId
    ticket_inputs_root: bytes
    ticket_outputs_root: bytes
    ticket_expires_at: datetime
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingCase:
    """A case that is not finished, with what it needs to go on."""

    purpose: Purpose
    submitted: Submitted
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many exchanges of one day ended how."""

    day: date
    outcome: str
    number: int


@dataclass(frozen=True, slots=True)
class AskedOnce:
    """A combination that was exchanged at least once."""

    inquirer: InstitutionId
    affair: str
    procedure: str
    provider: InstitutionId
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProvidedCount:
    """How many exchanges of a procedure were answered with information of these kinds."""

    procedure: str
    kinds: tuple[str, ...]
    number: int


class TrapRecords(Protocol):
    """Traps, alarms and the audit trail in the open transaction; traps are of an intermediate server."""

    def audit(self, grounds: Grounds, event: str, outcome: str, **fields: Field) -> None:
        """Write an event of the audit trail."""

    def count_traps(self, holder: InstitutionId) -> int:
        """Return how many traps of a server stand."""

    def standing_tokens(self, holder: InstitutionId, tokens: Sequence[bytes]) -> frozenset[bytes]:
        """Return those of the token hashes under which a trap of the server stands."""

    def plant(self, holder: InstitutionId, token: bytes, person: PersonKey, trap_id: str, now: datetime) -> None:
        """Store a trap under every pseudonym that the core has of it, and whether one of them has records."""

    def withdraw_traps(self, holder: InstitutionId, tokens: Sequence[bytes]) -> int:
        """Remove the traps of the server under these token hashes; return how many there were."""

    def traps_among(self, persons: Sequence[PersonKey]) -> list[tuple[int, StandingTrap]]:
        """Return the traps among persons, each with the place of its person."""

    def put_alarm(self, alarm: Alarm) -> bool:
        """Store an alarm; false when its case raised one before."""

    def note_told(self, alarm_id: str, now: datetime) -> bool:
        """Note that the commission has an alarm; false when that is noted already."""

    def postpone_alarm(self, alarm_id: str, attempts: int, until: datetime) -> None:
        """Note a failed attempt to tell an alarm and when the next one is due."""

    def untold_alarms(self, now: datetime, limit: int) -> list[Alarm]:
        """Return alarms that the commission does not have and whose next attempt is due, oldest first."""

    def alarms(self, limit: int) -> list[Alarm]:
        """Return alarms, newest first."""

    def standing_counts(self) -> list[StandingCount]:
        """Return how many traps stand of each server that has any."""


class Records(TrapRecords, Protocol):
    """One write transaction on the core's tables and its ledger."""

    def stored(self, case: Case) -> StoredCase | None:
        """Return what stands under the case's signer, purpose and number."""

    def receive(self, case: Case, submitted: Submitted, now: datetime) -> None:
        """Store a new case as received; for an inquiry reserve its exchange numbers, which are unique for ever.

        Raises:
            ExchangeNumberTaken: the inquirer used a number before.
        """

    def spend(self, signer: InstitutionId, nonce: str, case_hash: bytes, until: datetime) -> bool:
        """Remember a nonce; false when another case of the signer spent it."""

    def package(self, case: Case) -> Package | None:
        """Return the converted case that is ready to be sent."""

    def keep_package(self, case: Case, package: Package) -> Package:
        """Store the converted case; return the one that stands when another worker was first."""

    def finish(self, case: Case, answer: CaseAnswer, now: datetime) -> bool:
        """Store the answer and drop what the case needed to go on; false when it is finished already."""

    def refuse(self, case: Case, refusal: Refusal, now: datetime) -> bool:
        """Store the refusal likewise."""

    def postpone(self, case: Case, attempts: int, until: datetime) -> None:
        """Note a failed attempt and when the next one is due."""

    def note_refusal(self, line: RefusalLine) -> None:
        """Append to the record of refusals."""

    def link(self, case: Case, renewal: Renewal, rule: str, now: datetime) -> int:
        """Link the core's pseudonyms of two generations, with the proofs; return how many were not linked before.

        Each new link stands in the chains of both pseudonyms in the ledger, and a trap under one of them under both.
        """

    def append(self, records: Sequence[tuple[PersonKey, ExchangeRecord]]) -> None:
        """Append records of exchanges to the ledger, each under its person's pseudonym here."""


class Store(Protocol):
    """Storage of the core."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""

    def snapshot(self) -> AbstractContextManager[Records]:
        """Open a transaction that only reads; nobody waits for it, and what it saw may change before a write."""

    def pending(self, before: datetime, now: datetime, limit: int) -> list[PendingCase]:
        """Return unfinished cases received until `before` whose next attempt is due, oldest first."""

    def chain_of(self, person: PersonKey) -> list[PersonKey]:
        """Return the person's pseudonyms here of all generations that are linked, `person` first."""

    def renewals(self) -> Iterator[Renewal]:
        """Return every kept renewal."""

    def links(self) -> list[tuple[PersonKey, PersonKey]]:
        """Return every link: the earlier pseudonym and the later one."""

    def recorded(self, server: InstitutionId, exchanges: Sequence[ExchangeName]) -> list[ReconciledExchange]:
        """Return what was recorded for those of the exchanges in which the server's owner took part."""

    def outcomes(self, *, limit: int = 200) -> list[OutcomeCount]:
        """Return exchanges by day and outcome, newest first."""

    def asked(self) -> list[AskedOnce]:
        """Return every combination that the record of exchanges holds, each once."""

    def provided(self) -> list[ProvidedCount]:
        """Return answered exchanges by procedure and kinds."""

    def refusals(self, *, limit: int = 100) -> list[RefusalLine]:
        """Return refusals, newest first."""

    def refusals_by_rule(self) -> list[tuple[str, str, int]]:
        """Return (rule, refused by, number), most frequent first."""

    def forget_finished(self, before: datetime) -> int:
        """Delete stored answers and spent nonces of cases that expired before; return how many answers went."""


class CaseReader(Protocol):
    """Reads signed cases."""

    def read(self, purpose: Purpose, submitted: Submitted) -> tuple[Case, Acquisition | None]:
        """Return the case after its signature was checked, and the acquisition after its own signature was.

        Raises:
            MizuhikiError: it is not signed by the institution it names, or cannot be read.
        """


class ExchangeLedger(Protocol):
    """The core's ledger outside a transaction."""

    def checkpoint(self) -> int:
        """Sign what grew and have it co-signed by the commission; return the number of co-signatures."""

    def bundle(self, person: PersonKey) -> str:
        """Return the person's records with every proof as JSON text."""

    def are_joined(self, earlier: PersonKey, later: PersonKey) -> bool:
        """Say whether each of two chains names the other, on the same evidence."""


class FirstConverter(Protocol):
    """The commission as the core sees it."""

    def convert(self, case: Case, submitted: Submitted) -> FirstHalf:
        """Ask for the first half of a case.

        Raises:
            Refused: the commission refuses; the error names its rule.
            Unavailable: it does not answer; nothing converts without it.
        """

    def prove(self, submitted: Submitted, target: InstitutionId) -> BatchProof:
        """Ask for the proof of a half that was converted before. Errors as in `convert`."""

    def factors(self, institution: InstitutionId, generation: int) -> FactorPoints:
        """Return the commission's public factors of an institution, verified and kept."""

    def key_share(self, generation: int) -> Sensitive[bytes]:
        """Return the commission's share of this core's own pseudonym key, verified and kept."""

    def generations(self) -> tuple[str, Generations]:
        """Ask for the commission's book of generations: its signed statement and what it says; see `convert`."""

    def joint_contribution(self, kept: str) -> JointContribution:
        """Read the commission's contribution to the joint key from the kept statement, or ask for it when empty.

        Its signature is verified, its proof not yet.
        """


class Recipients(Protocol):
    """The intermediate servers that get converted pseudonyms."""

    def provide(self, server: InstitutionId, case: Case, submitted: Submitted, package: Package) -> Provided:
        """Have the provider answer; the section travels sealed to its server.

        Raises:
            Refused: the provider refuses; the error names its rule.
            Unavailable: it does not answer.
        """

    def deliver_pseudonyms(self, server: InstitutionId, case: Case, submitted: Submitted, package: Package) -> None:
        """Deliver issued pseudonyms to their holder. Errors as in `provide`."""

    def written(self, converted: Converted) -> bytes:
        """Return converted ciphertexts as the message that a holder gets sealed."""

    def deliver_notice(self, server: InstitutionId, case: Case, submitted: Submitted, package: Package) -> None:
        """Deliver a notice to the portal's server. Errors as in `provide`."""


class AlarmDesk(Protocol):
    """The commission's desk for alarms."""

    def tell(self, alarm: Alarm) -> None:
        """Send an alarm, signed; the same one again changes nothing there.

        Raises:
            MizuhikiError: the commission does not answer, or does not take it.
        """


class Tickets(Protocol):
    """Signs tickets as the core."""

    def sign(
        self, case: Case, *, inputs_root: bytes, outputs_root: bytes, rules: Sequence[str], issued_at: datetime
    ) -> str:
        """Return the signed ticket for the case's recipient."""


class JointKeyMemory(Protocol):
    """Where the commission's contribution is kept, so that a silent change is found."""

    def contribution(self) -> str:
        """Return the signed statement that was kept first, empty when there is none."""

    def keep_contribution(self, statement: str, now: datetime) -> None:
        """Keep the first statement for good."""


__all__ = [
    "AlarmDesk",
    "CaseReader",
    "ExchangeLedger",
    "FirstConverter",
    "FirstHalf",
    "JointKeyMemory",
    "OutcomeCount",
    "PendingCase",
    "Recipients",
    "Records",
    "Store",
    "Tickets",
    "TrapRecords",
]

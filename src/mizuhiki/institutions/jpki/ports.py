"""What the certification authorities need from outside: storage, signing keys, the national register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mizuhiki.institutions.jpki.domain.certificates import (
    Application,
    AuthorityRoot,
    Cause,
    Certificate,
    Kind,
    KindCounts,
    State,
)
from mizuhiki.institutions.jpki.domain.issuance import CertificatePlan
from mizuhiki.institutions.jpki.domain.practice import Drill, Ending, Incident, Terminal
from mizuhiki.institutions.jpki.domain.register_events import RegisterChange
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems


@dataclass(frozen=True, slots=True)
class Grounds:
    """Who did something, on which basis, when: what an audit line needs of the operation's context."""

    institution: str
    role: str
    person: str | None
    affair: str
    legal_basis: str
    purpose: str
    at: datetime
    trace: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """A line of a revocation list."""

    serial: int
    state: State
    cause: Cause
    changed_at: datetime


class PracticeRecords(Protocol):
    """The part of a write transaction that plans, notices, terminals, incidents and drills are kept in."""

    def record_plan(self, plan: CertificatePlan, public_key: bytes) -> None:
        """Store what is about to be signed; a serial or public key met twice is refused by the database."""

    def plans_of(self, municipality_code: str, request_id: str) -> list[CertificatePlan]:
        """Return the plans of an application."""

    def plans_signed(self, municipality_code: str, request_id: str, at: datetime) -> None:
        """Note that the plans of an application became certificates."""

    def open_plans(self) -> list[CertificatePlan]:
        """Return plans neither signed nor given up, oldest first."""

    def give_up(self, plan: CertificatePlan, at: datetime) -> None:
        """Make a plan void."""

    def endings(self, since: datetime, until: datetime, *, notified: bool) -> list[Ending]:
        """Return good certificates that end in a time, with or without those whose holder was told."""

    def keep_renewal_notice(self, ending: Ending, opens_on: date, at: datetime) -> None:
        """Remember that a holder was told."""

    def keep_terminal(self, terminal: Terminal, at: datetime) -> None:
        """Store a terminal, or its new state."""

    def terminals(self) -> list[Terminal]:
        """Return every terminal, by name."""

    def pinless_use_known(self, use: str) -> bool:
        """Say whether a use was recorded."""

    def keep_pinless_use(self, use: str, terminal: str, serial: int, at: datetime) -> None:
        """Record a use; the certificate stands as an index of that terminal only (R-205)."""

    def pinless_uses(self) -> dict[str, int]:
        """Return how often each terminal used certificates without a PIN."""

    def keep_incident(self, incident: Incident) -> None:
        """Store an incident, or how it was closed."""

    def incidents(self) -> list[Incident]:
        """Return every incident, newest first."""

    def keep_drill(self, drill: Drill) -> None:
        """Store the result of a drill."""

    def drills(self) -> list[Drill]:
        """Return every drill, newest first."""

    def living(self, kind: Kind, now: datetime, limit: int = 0) -> Sequence[tuple[int, bytes]]:
        """Return serial and DER of certificates that hold; at most `limit`, or all."""

    def living_count(self, kind: Kind, now: datetime) -> int:
        """Return how many certificates hold."""


class Records(PracticeRecords, Protocol):
    """One write transaction on the authorities' tables. Everything or nothing is stored."""

    def person_index(self, code: ResidentRecordCode) -> bytes:
        """Return the keyed index of a resident record code."""

    def items_digest(self, items: FourItems) -> bytes:
        """Return the keyed digest of four items."""

    def keyed_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a request's content, so that guesses cannot be tested with the database alone."""

    def application_digest(self, municipality_code: str, request_id: str) -> bytes | None:
        """Return the digest of an application recorded before."""

    def record_application(self, application: Application, digest: bytes, at: datetime) -> None:
        """Record that issue was asked for, before anything is signed."""

    def issued_for(self, municipality_code: str, request_id: str) -> list[Certificate]:
        """Return the certificates of an application."""

    def public_key_known(self, public_key: bytes) -> bool:
        """Say whether a certificate exists for a public key."""

    def serial_known(self, kind: Kind, serial: int) -> bool:
        """Say whether an authority has used a serial number."""

    def insert_certificate(self, certificate: Certificate, public_key: bytes, code: ResidentRecordCode) -> None:
        """Store an issued certificate; a serial or public key met twice is refused by the database."""

    def certificate(self, kind: Kind, serial: int) -> Certificate | None:
        """Return a certificate."""

    def code_of(self, certificate: Certificate) -> ResidentRecordCode:
        """Return the resident record code of the holder."""

    def live_of(self, persons: Sequence[bytes]) -> dict[bytes, list[Certificate]]:
        """Return certificates that are not revoked, by person."""

    def of_card(self, card_serial: str) -> list[Certificate]:
        """Return the certificates of a card."""

    def change_state(self, certificate: Certificate, state: State, cause: Cause, at: datetime, event: str = "") -> None:
        """Change a certificate's state and keep the change in its history."""

    def correct_items(self, certificate: Certificate, items: bytes) -> None:
        """Note the corrected text of the four items of a certificate that stays good."""

    def known_events(self, event_ids: Sequence[str]) -> set[str]:
        """Return those of the events that were taken before."""

    def keep_events(self, changes: Sequence[RegisterChange], at: datetime) -> None:
        """Remember that events were taken."""

    def count_status(self, verifier: InstitutionId, kind: Kind, serial: int, fee_yen: int, at: datetime) -> None:
        """Remember one status answer as a fee event; the serial is kept only as an index of that verifier (R-205)."""

    def revoked(self, kind: Kind, municipality_code: str, now: datetime) -> list[Revoked]:
        """Return what a revocation list says: not good, not yet expired; of one municipality, or all when empty."""

    def next_list_number(self, kind: Kind, at: datetime) -> int:
        """Return the number of the next revocation list of an authority; it grows by one with each."""

    def audit(self, grounds: Grounds, event: str, outcome: str, *, count: int = 0, cause: str = "") -> None:
        """Write an audit line; no serial, no code, no item."""


class Store(Protocol):
    """Storage of the authorities."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""

    def roots(self) -> list[AuthorityRoot]:
        """Return the authorities' own certificates of every generation, oldest first."""

    def keep_roots(self, roots: Iterable[AuthorityRoot]) -> None:
        """Store the result of a key ceremony; done once for each kind and generation."""

    def counts(self, now: datetime) -> list[KindCounts]:
        """Return figures by kind."""

    def status_answers(self) -> Mapping[str, tuple[int, int]]:
        """Return status answers and their fees in yen, by verifier."""


class Staff(Protocol):
    """Accounts of the authorities' staff."""

    def open(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open an account."""


class CardHolders(Protocol):
    """The national register, which knows whose card it is."""

    def require(self, application: Application) -> None:
        """Return when the register confirms card, holder, municipality and four items of an application.

        Raises:
            CardHolderNotConfirmed: it does not.
        """


class PseudonymStart(Protocol):
    """The national register, which starts the issue of pseudonyms."""

    def check(self, acquisition: str) -> str:
        """Return the one acquisition number of the portal's own signed request.

        Raises:
            AcquisitionNotPortals: signed by another server, or not for exactly one person.
        """

    def request(self, acquisition: str, acquisition_number: str, code: ResidentRecordCode) -> PseudonymsStarted:
        """Hand the request on with the holder's resident record code."""


@dataclass(frozen=True, slots=True)
class PseudonymsStarted:
    """How many pseudonyms are on their way, and refused lines with their codes."""

    accepted: int
    refused: tuple[tuple[str, str], ...]

"""What the certification authorities need from outside: storage, signing keys, the national register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
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
from mizuhiki.institutions.jpki.domain.issuance import CertificatePlan, RequestKey
from mizuhiki.institutions.jpki.domain.practice import Drill, Ending, Incident, LetterAddress, NoticeChannel, Terminal
from mizuhiki.institutions.jpki.domain.register_events import RegisterChange
from mizuhiki.institutions.jpki.domain.status import (
    CertificateStatus,
    MonthlyUsage,
    PreparedStatus,
    PublishedList,
    ResponderCertificate,
    UsageLine,
)
from mizuhiki.institutions.jpki.domain.verifier_registry import Verifier, VerifierApplication, VerifierEvent
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems


@dataclass(frozen=True, slots=True)
class Revoked:
    """A line of a revocation list."""

    serial: int
    state: State
    cause: Cause
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """A certificate to store, with what its row does not say in the clear."""

    certificate: Certificate
    public_key: bytes = field(repr=False)
    code: ResidentRecordCode = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of audit with outcome "done"; no serial, no code, no item."""

    grounds: Grounds
    event: str
    count: int
    cause: str = ""


class IssuingRecords(Protocol):
    """The part of a write transaction that issues, for many applications at a time."""

    def application_digests(self, keys: Sequence[RequestKey]) -> dict[RequestKey, bytes]:
        """Return the digests of those applications that were recorded before."""

    def record_applications(self, applications: Iterable[tuple[Application, bytes, datetime]]) -> None:
        """Record that issue was asked for, before anything is signed; each with its digest and time."""

    def issued_for(self, keys: Sequence[RequestKey]) -> dict[RequestKey, list[Certificate]]:
        """Return the certificates of applications that were finished."""

    def known_public_keys(self, public_keys: Sequence[bytes]) -> set[bytes]:
        """Return those public keys for which a certificate exists or is planned."""

    def known_serials(self, kind: Kind, serials: Sequence[int]) -> set[int]:
        """Return those serial numbers that an authority has used or planned, for holders or for its own roots."""

    def record_plans(self, plans: Iterable[tuple[CertificatePlan, bytes]]) -> None:
        """Store what is about to be signed with its public key; a serial or key met twice the database refuses."""

    def plans_of(self, keys: Sequence[RequestKey]) -> dict[RequestKey, list[CertificatePlan]]:
        """Return the plans of applications."""

    def given_up(self, keys: Sequence[RequestKey]) -> set[RequestKey]:
        """Return those applications of which a plan is void."""

    def plans_signed(self, keys: Sequence[RequestKey], at: datetime) -> None:
        """Note that the plans of applications became certificates."""

    def insert_certificates(self, issued: Sequence[NewCertificate]) -> None:
        """Store issued certificates; a serial or public key met twice is refused by the database."""


class PracticeRecords(Protocol):
    """The part of a write transaction that plans, notices, terminals, incidents and drills are kept in."""

    def open_plans(self) -> list[CertificatePlan]:
        """Return plans neither signed nor given up, oldest first."""

    def give_up(self, plan: CertificatePlan, at: datetime) -> None:
        """Make a plan void."""

    def endings(self, since: datetime, until: datetime, *, notified: bool) -> list[Ending]:
        """Return good certificates that end in a time, with or without those whose holder was told."""

    def keep_renewal_notice(self, ending: Ending, opens_on: date, at: datetime, channel: NoticeChannel) -> None:
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


class Records(PracticeRecords, IssuingRecords, Protocol):
    """One write transaction on the authorities' tables. Everything or nothing is stored."""

    def person_index(self, code: ResidentRecordCode) -> bytes:
        """Return the keyed index of a resident record code."""

    def items_digest(self, items: FourItems) -> bytes:
        """Return the keyed digest of four items."""

    def keyed_digest(self, content: bytes) -> bytes:
        """Return a keyed digest of a request's content, so that guesses cannot be tested with the database alone."""

    def certificate(self, kind: Kind, serial: int) -> Certificate | None:
        """Return a certificate."""

    def code_of(self, certificate: Certificate) -> ResidentRecordCode:
        """Return the resident record code of the holder."""

    def code_of_person(self, person: bytes) -> ResidentRecordCode:
        """Return the resident record code behind a keyed index."""

    def live_of(self, persons: Sequence[bytes]) -> dict[bytes, list[Certificate]]:
        """Return certificates that are not revoked, by person."""

    def handle(self, verifier: str, certificate: Certificate) -> str:
        """Return the name of a certificate for one verifier; those of two verifiers cannot be joined (R-205)."""

    def of_person(self, person: bytes) -> list[Certificate]:
        """Return every certificate of a holder, ended ones too, oldest first."""

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

    def revoked(self, kind: Kind, generation: str, municipality_code: str, now: datetime) -> list[Revoked]:
        """Return what a list says: not good, not ended before `now`; of one generation and place (all when empty)."""

    def audit(self, grounds: Grounds, event: str, outcome: str, *, count: int = 0, cause: str = "") -> None:
        """Write an audit line; no serial, no code, no item."""

    def audit_all(self, lines: Sequence[AuditLine]) -> None:
        """Write audit lines of many requests that were served together."""


class Store(Protocol):
    """Storage of the authorities."""

    def transaction(self) -> AbstractContextManager[Records]:
        """Open one write transaction."""

    def look(self) -> AbstractContextManager[Records]:
        """Open a transaction that only reads and waits for no writer."""

    def roots(self) -> list[AuthorityRoot]:
        """Return the authorities' own certificates of every generation, oldest first."""

    def keep_roots(self, roots: Iterable[AuthorityRoot]) -> None:
        """Store the result of a key ceremony; done once for each kind and generation."""

    def counts(self, now: datetime) -> list[KindCounts]:
        """Return figures by kind."""


class StatusStore(Protocol):
    """Status answers signed ahead, delegated signers, revocation lists and daily usage."""

    def status_of(self, kind: Kind, generation: str, serial: int) -> CertificateStatus | None:
        """Return the state of a certificate of one generation of an authority."""

    def prepared(self, kind: Kind, serial: int) -> PreparedStatus | None:
        """Return the answers signed ahead for a certificate."""

    def prepared_after(self, sequence: int) -> tuple[int, list[tuple[Kind, int]]]:
        """Return the newest sequence, and which certificates got new answers after `sequence`."""

    def newest_sequence(self) -> int:
        """Return the newest sequence of all."""

    def due(self, now: datetime, ending_before: datetime, most: int) -> list[CertificateStatus]:
        """Return certificates whose answers are missing, tell another state, or end soon; changed ones first."""

    def keep_prepared(self, answers: Sequence[PreparedStatus]) -> int:
        """Store answers whose certificates still have the state they tell; return how many."""

    def signers(self, kind: Kind, generation: str) -> list[ResponderCertificate]:
        """Return the delegated signers of one generation of an authority, newest first."""

    def keep_signer(self, signer: ResponderCertificate) -> bool:
        """Store a signer; False when another process stored one of that number first."""

    def scopes(self, kind: Kind, generation: str) -> list[str]:
        """Return the municipalities that a certificate's distribution point names."""

    def newest_list(self, kind: Kind, generation: str, scope: str, *, delta: bool) -> PublishedList | None:
        """Return the newest full or delta list of a scope."""

    def lists_in_force(self, at: datetime) -> list[PublishedList]:
        """Return the newest list of every scope that is in force at `at`."""

    def newest_number(self, kind: Kind) -> int:
        """Return the number of the newest list of an authority in any generation, 0 before the first."""

    def keep_list(self, published: PublishedList) -> bool:
        """Store a list; False when its number was taken meanwhile."""

    def changed_since(
        self, kind: Kind, generation: str, scope: str, since: datetime, now: datetime
    ) -> list[CertificateStatus]:
        """Return the present states of certificates in time that changed after `since`."""

    def add_usage(self, lines: Sequence[UsageLine]) -> None:
        """Add counts to those of the day."""

    def usage(self) -> Mapping[str, tuple[int, int]]:
        """Return answers and fees in yen by verifier, of all days kept."""

    def usage_by_month(self, verifier: str) -> Sequence[MonthlyUsage]:
        """Return answers and fees of one verifier by month and kind, newest month first."""

    def forget_usage(self, before: date) -> int:
        """Delete counts of days before `before`; return how many lines."""


class VerifierStore(Protocol):
    """The registry of verifiers."""

    def all(self) -> list[Verifier]:
        """Return everybody who ever applied, oldest first."""

    def one(self, verifier: str) -> Verifier:
        """Return one verifier.

        Raises:
            NoSuchVerifier: nobody of that name applied.
        """

    def add(self, application: VerifierApplication, event: VerifierEvent) -> Verifier:
        """Store a new application under the next name, with the first line of its history."""

    def change(self, before: Verifier, after: Verifier, event: VerifierEvent) -> None:
        """Store a change with its line of history.

        Raises:
            VerifierStateChangeNotAllowed: it was changed by somebody else meanwhile.
        """

    def note(self, event: VerifierEvent) -> None:
        """Add a line to a verifier's history."""

    def history(self, verifier: str) -> list[VerifierEvent]:
        """Return a verifier's history, newest first."""


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


class CurrentIdentification(Protocol):
    """The national register, which knows current items and who is protected; its gate and ledger stand there."""

    def may_be_linked(self, code: ResidentRecordCode, verifier: str) -> bool:
        """Say whether a verifier may learn that two certificates are this person's; False for somebody protected."""

    def current_items(self, code: ResidentRecordCode, verifier: str) -> FourItems | None:
        """Return a person's current four items; None for somebody protected or gone."""

    def letter_address(self, code: ResidentRecordCode, asker: str) -> LetterAddress | None:
        """Return to whom and where a letter to the person goes; None for somebody protected or gone."""


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

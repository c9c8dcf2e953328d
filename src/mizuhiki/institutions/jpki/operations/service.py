"""The authorities' operations bound to their adapters, for the API, the pages and the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mizuhiki.institutions.jpki.domain.certificates import AuthorityRoot, Kind, KindCounts
from mizuhiki.institutions.jpki.domain.status import PublishedList
from mizuhiki.institutions.jpki.domain.verifier_registry import Service
from mizuhiki.institutions.jpki.operations.answer_status import AnswerStatus
from mizuhiki.institutions.jpki.operations.approve_terminals import ApproveTerminals
from mizuhiki.institutions.jpki.operations.authorities import PRESENT, Authorities
from mizuhiki.institutions.jpki.operations.decline_certificates import DeclineCertificates
from mizuhiki.institutions.jpki.operations.issue_certificates import IssueCertificates
from mizuhiki.institutions.jpki.operations.issue_phone_certificates import IssuePhoneCertificates
from mizuhiki.institutions.jpki.operations.keep_practice import KeepPractice
from mizuhiki.institutions.jpki.operations.prepare_status import PrepareStatus
from mizuhiki.institutions.jpki.operations.publish_lists import PublishLists
from mizuhiki.institutions.jpki.operations.renewal_letters import RenewalLetters
from mizuhiki.institutions.jpki.operations.request_portal_pseudonym import RequestPortalPseudonym
from mizuhiki.institutions.jpki.operations.serve_verifiers import ServeVerifiers
from mizuhiki.institutions.jpki.operations.status_signers import StatusSigners
from mizuhiki.institutions.jpki.operations.suspend_card import SuspendCard
from mizuhiki.institutions.jpki.operations.take_register_events import TakeRegisterEvents
from mizuhiki.institutions.jpki.operations.usage_meter import UsageMeter
from mizuhiki.institutions.jpki.operations.verifier_registry import VerifierRegistry
from mizuhiki.institutions.jpki.operations.watch_expiry import WatchExpiry
from mizuhiki.institutions.jpki.ports import Staff, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

READ = "read-figures"
READ_LIST = "read-published-list"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificationAuthorities:
    """Every use case, each in its own module with rules and errors."""

    store: Store
    authority: Authority
    authorities: Authorities
    issue: IssueCertificates
    register_events: TakeRegisterEvents
    status: AnswerStatus
    prepare_status: PrepareStatus
    lists: PublishLists
    signers: StatusSigners
    verifiers: VerifierRegistry
    meter: UsageMeter
    services: ServeVerifiers
    cards: SuspendCard
    portal_pseudonym: RequestPortalPseudonym
    staff: Staff
    issue_for_phone: IssuePhoneCertificates
    expiry: WatchExpiry
    terminals: ApproveTerminals
    practice: KeepPractice
    declined: DeclineCertificates
    letters: RenewalLetters

    def ca_certificate(self, kind: Kind) -> bytes:
        """Return the root of an authority (DER); roots are public."""
        return self.authorities.root(kind)

    def ca_certificates(self, kind: Kind) -> list[bytes]:
        """Return the roots (DER) of every generation, the one that issues now first."""
        return [root.certificate for root in self.authorities.generations(kind)]

    def root(self, context: Context, kind: Kind) -> AuthorityRoot:
        """Return a root with the record of its ceremony."""
        self.authority.require(context, READ)
        return self.authorities.roots[kind]

    def generations(self, context: Context, kind: Kind) -> list[AuthorityRoot]:
        """Return every root of a kind, the one that issues now first."""
        self.authority.require(context, READ)
        return self.authorities.generations(kind)

    def counts(self, context: Context) -> list[KindCounts]:
        """Return figures by kind."""
        self.authority.require(context, READ)
        return self.store.counts(context.now())

    def status_answers(self, context: Context) -> Mapping[str, tuple[int, int]]:
        """Return status answers and fees in yen by verifier."""
        self.authority.require(context, READ)
        self.meter.write_down()
        return self.meter.status.usage()

    def read_list(
        self,
        context: Context,
        *,
        verifier: str,
        kind: Kind,
        municipality_code: str,
        delta: bool,
        generation: str = PRESENT,
    ) -> PublishedList:
        """Return a published revocation list of one generation of an authority to a verifier.

        Raises:
            VerifierNotRecognised: it may not ask for the status.
            NoSuchList, NoSuchGeneration: none is published.
        """
        self.authority.require(context, READ_LIST)
        self.status.access.require(verifier, Service.STATUS, context.today(), context.now())
        return self.lists.published(kind=kind, municipality_code=municipality_code, delta=delta, generation=generation)

    def add_staff(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open a staff account; done by whoever sets the institution up."""
        self.staff.open(account, display_name, role, passphrase)

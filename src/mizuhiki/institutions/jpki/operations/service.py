"""The authorities' operations bound to their adapters, for the API, the pages and the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mizuhiki.institutions.jpki.domain.certificates import AuthorityRoot, Kind, KindCounts
from mizuhiki.institutions.jpki.operations.answer_status import AnswerStatus
from mizuhiki.institutions.jpki.operations.approve_terminals import ApproveTerminals
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.operations.issue_certificates import IssueCertificates
from mizuhiki.institutions.jpki.operations.issue_phone_certificates import IssuePhoneCertificates
from mizuhiki.institutions.jpki.operations.keep_practice import KeepPractice
from mizuhiki.institutions.jpki.operations.request_portal_pseudonym import RequestPortalPseudonym
from mizuhiki.institutions.jpki.operations.suspend_card import SuspendCard
from mizuhiki.institutions.jpki.operations.take_register_events import TakeRegisterEvents
from mizuhiki.institutions.jpki.operations.watch_expiry import WatchExpiry
from mizuhiki.institutions.jpki.ports import Staff, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

READ = "read-figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificationAuthorities:
    """Every use case, each in its own module with rules and errors."""

    store: Store
    authority: Authority
    authorities: Authorities
    issue: IssueCertificates
    register_events: TakeRegisterEvents
    status: AnswerStatus
    cards: SuspendCard
    portal_pseudonym: RequestPortalPseudonym
    staff: Staff
    issue_for_phone: IssuePhoneCertificates
    expiry: WatchExpiry
    terminals: ApproveTerminals
    practice: KeepPractice

    def ca_certificate(self, kind: Kind) -> bytes:
        """Return the root of an authority (DER); roots are public."""
        return self.authorities.root(kind)

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
        return self.store.status_answers()

    def add_staff(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open a staff account; done by whoever sets the institution up."""
        self.staff.open(account, display_name, role, passphrase)

"""Use of the user identification certificate without its PIN, by approved terminals only (38条の4; R-209).

A terminal is proposed by one person and approved by another, which gives it a terminal certificate. Chips read another
form of certificate and know neither the day nor this list: the terminal fetches that form every few days, for as long
as its approval stands (decision 0075). For each use it signs what it did; the use is recorded as one without a PIN, and
a use seen before is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from mizuhiki.card.certificates import issue_terminal_certificate as issue_card_terminal_certificate
from mizuhiki.card.commands.terminal import USE_WITHOUT_PIN
from mizuhiki.crypto.card_keys import DeskSigner
from mizuhiki.crypto.certificates import read_card_certificate
from mizuhiki.crypto.digests import framed, sha256
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import (
    Validity,
    issue_terminal_certificate,
    make_terminal_root,
    new_certificate_serial,
    require_card_public_key,
    verify_terminal_signature,
)
from mizuhiki.institutions.jpki.domain.certificates import Certificate, Kind, State
from mizuhiki.institutions.jpki.domain.errors import (
    CardCertificatesMissing,
    TerminalKnown,
    TerminalNotApproved,
    TerminalSignatureInvalid,
)
from mizuhiki.institutions.jpki.domain.issuance import root_last_day
from mizuhiki.institutions.jpki.domain.practice import PINLESS_SINCE, Terminal, TerminalState, require_pinless_day
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.dates import JST

PROPOSE, APPROVE, WITHDRAW = "propose-terminal", "approve-terminal", "withdraw-terminal"
RECORD = "record-pinless-use"
CERTIFY = "issue-terminal-certificate"
READ = "read-figures"
TERMINAL_KEY = "terminal-ca"
"""A key of its own: a terminal's certificate can never stand for a person's."""
TERMINAL_ROOT_YEARS = 30
CARD_CERTIFICATE_DAYS = 7
"""Days of a certificate for chips, its first included: that long a suspended terminal may still open a card."""
MOST_SKEW = timedelta(minutes=5)
"""A use may be reported that long after it happened, and as far ahead of our clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinlessUse:
    """What a terminal says: its name, the certificate used, what the card signed, when (seconds since 1970)."""

    use: str
    terminal: str
    certificate: bytes
    challenge: bytes
    used_at: int
    signature: bytes

    def content(self) -> bytes:
        """Return the octets that the terminal signs."""
        return framed(
            "pinless-use",
            self.use.encode(),
            self.terminal.encode(),
            sha256(self.certificate),
            sha256(self.challenge),
            str(self.used_at).encode(),
        )


@dataclass(frozen=True, slots=True)
class ApproveTerminals:
    """The list of terminals, and what they did."""

    store: Store
    authority: Authority
    authorities: Authorities
    randomness: Randomness

    def propose(self, context: Context, *, terminal: str, operator: str, purpose: str, key: bytes, until: date) -> None:
        """Put a terminal on the list, not yet usable; `key` is its DER SubjectPublicKeyInfo.

        Raises:
            PinlessUseNotYetLawful: before the first day of such use.
            TerminalKnown: the name or the key is on the list.
            PublicKeyUnreadable and the others of `crypto.x509.card_keys_check`.
        """
        self.authority.require(context, PROPOSE)
        require_pinless_day(context.today())
        require_card_public_key(key)
        with self.store.transaction() as records:
            if any(known.terminal == terminal or known.public_key == key for known in records.terminals()):
                raise TerminalKnown
            proposed = Terminal(
                terminal=terminal,
                operator=operator,
                purpose=purpose,
                public_key=key,
                proposed_by=_person(context),
                ends_on=until,
            )
            records.keep_terminal(proposed, context.now())
            records.audit(grounds_of(context), "terminal-proposed", "done", count=1)

    def approve(self, context: Context, *, terminal: str) -> bytes:
        """Approve a proposed terminal and return its terminal certificate (DER).

        Raises:
            TerminalNotApproved: it is not on the list as proposed.
            SecondPersonNeeded: whoever proposed it may not approve it.
        """
        self.authority.require(context, APPROVE)
        with self.store.transaction() as records:
            found = _found(records, terminal)
            approved = found.approved(_person(context), self._certificate(context, found))
            records.keep_terminal(approved, context.now())
            records.audit(grounds_of(context), "terminal-approved", "done", count=1)
        return approved.certificate

    def _certificate(self, context: Context, terminal: Terminal) -> bytes:
        return issue_terminal_certificate(
            ca_key=self.authorities.keystore.certification_key(TERMINAL_KEY),
            public_key=terminal.public_key,
            serial=new_certificate_serial(self.randomness),
            terminal=terminal.terminal,
            validity=Validity.until_day(context.now().replace(microsecond=0), terminal.ends_on),
        )

    def root(self) -> bytes:
        """Return the root (DER) of the terminals' authority; it is the same at every call, and public."""
        starts = datetime.combine(PINLESS_SINCE, time(), JST).astimezone(UTC)
        return make_terminal_root(
            self.authorities.keystore.certification_key(TERMINAL_KEY),
            validity=Validity.until_day(starts, root_last_day(PINLESS_SINCE, TERMINAL_ROOT_YEARS)),
        )

    def card_authority(self) -> bytes:
        """Return the key (DER SubjectPublicKeyInfo) under which chips check terminals; public."""
        return self._card_signer().public_key

    def _card_signer(self) -> DeskSigner:
        return DeskSigner(self.authorities.keystore.certification_key(TERMINAL_KEY))

    def card_certificate(self, context: Context, *, terminal: str) -> tuple[bytes, date]:
        """Return the certificate that a terminal shows to chips from today on, and its last day.

        Raises:
            PinlessUseNotYetLawful: before the first day of such use.
            TerminalNotApproved: proposed only, suspended, withdrawn, or past its last day.
        """
        self.authority.require(context, CERTIFY)
        today = context.today()
        with self.store.transaction() as records:
            found = _found(records, terminal)
            found.require_usable(today)
            records.audit(grounds_of(context), "terminal-certified", "done", count=1)
        last = min(found.ends_on, today + timedelta(days=CARD_CERTIFICATE_DAYS - 1))
        certificate = issue_card_terminal_certificate(
            self._card_signer(),
            holder=terminal,
            public_key=found.public_key,
            role=USE_WITHOUT_PIN,
            effective_on=today,
            expires_on=last,
        )
        return certificate, last

    def suspend(self, context: Context, *, terminal: str) -> None:
        """Give a terminal no certificates for chips, and record no use of it, until it is resumed.

        Raises:
            TerminalNotApproved: it is not approved.
        """
        self.authority.require(context, WITHDRAW)
        with self.store.transaction() as records:
            records.keep_terminal(_found(records, terminal).suspended(), context.now())
            records.audit(grounds_of(context), "terminal-suspended", "done", count=1)

    def resume(self, context: Context, *, terminal: str) -> None:
        """Let a suspended terminal be used again; as for its approval a second person is needed.

        Raises:
            SecondPersonNeeded: whoever proposed it may not resume it.
            TerminalNotApproved: it is not suspended.
        """
        self.authority.require(context, APPROVE)
        with self.store.transaction() as records:
            records.keep_terminal(_found(records, terminal).resumed(_person(context)), context.now())
            records.audit(grounds_of(context), "terminal-resumed", "done", count=1)

    def withdraw(self, context: Context, *, terminal: str) -> None:
        """Take a terminal off the list; it is never approved again.

        Raises:
            TerminalNotApproved: it is not on the list.
        """
        self.authority.require(context, WITHDRAW)
        with self.store.transaction() as records:
            found = _found(records, terminal)
            records.keep_terminal(replace(found, state=TerminalState.WITHDRAWN), context.now())
            records.audit(grounds_of(context), "terminal-withdrawn", "done", count=1)

    def record(self, context: Context, *, use: PinlessUse) -> None:
        """Record one use without a PIN.

        Raises:
            PinlessUseNotYetLawful: before the first day of such use.
            TerminalNotApproved: the terminal may not use certificates without a PIN.
            TerminalSignatureInvalid: the signature is not the terminal's, is old, or was recorded before.
            CertificateMalformed: the certificate cannot be read.
            CardCertificatesMissing: it is no good user identification certificate of ours.
        """
        self.authority.require(context, RECORD)
        with self.store.transaction() as records:
            terminal = _found(records, use.terminal)
            terminal.require_usable(context.today())
            self._require_fresh(context, records, terminal, use)
            serial = read_card_certificate(use.certificate).serial
            _require_good(records.certificate(Kind.USER_IDENTIFICATION, serial), use.certificate)
            records.keep_pinless_use(use.use, use.terminal, serial, context.now())
            records.audit(grounds_of(context), "pinless-use", "done", count=1)

    @staticmethod
    def _require_fresh(context: Context, records: Records, terminal: Terminal, use: PinlessUse) -> None:
        verify_terminal_signature(terminal.public_key, use.content(), use.signature)
        if abs(context.now().timestamp() - use.used_at) > MOST_SKEW.total_seconds() or records.pinless_use_known(
            use.use
        ):
            raise TerminalSignatureInvalid

    def listed(self, context: Context) -> list[tuple[Terminal, int]]:
        """Return every terminal with the number of its uses."""
        self.authority.require(context, READ)
        with self.store.transaction() as records:
            uses = records.pinless_uses()
            return [(one, uses.get(one.terminal, 0)) for one in records.terminals()]


def _person(context: Context) -> str:
    return context.actor.person or ""


def _found(records: Records, terminal: str) -> Terminal:
    for known in records.terminals():
        if known.terminal == terminal:
            return known
    raise TerminalNotApproved


def _require_good(certificate: Certificate | None, der: bytes) -> None:
    if certificate is None or certificate.der != der or certificate.state is not State.GOOD:
        raise CardCertificatesMissing

"""Open the record of exchanges and check that it is complete and unaltered (番号法23条; R-026, R-033, R-274).

"Verified" is said only where `ledger.verify` passed over the file exactly as it came, with the keys pinned in the
directory. Where it did not, no entry is shown: a record that fails its check proves nothing.

An account's code is changed from time to time, and its record goes on under the new one. The portal's server renewed
the code, so it knows which links the core must have made: a record without one of them is refused, for it would hide
everything before it. The core could join the entries of somebody else instead, and prove that whole. Then what this
portal knows of its own knowledge is missing there: earlier openings of this record, notices that came to this account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import msgspec

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.portal.domain.accounts import Account, AccountState
from mizuhiki.institutions.portal.domain.errors import AccountNotReady, HistoryNotOpen
from mizuhiki.institutions.portal.domain.history import BroughtRecord, HistoryVerdict, OpenedHistory
from mizuhiki.institutions.portal.operations.ask_card import CheckedCard
from mizuhiki.institutions.portal.operations.sign_in import account_of, require_own_card
from mizuhiki.institutions.portal.ports import OwnServer, RecordReader, Store
from mizuhiki.ledger.verify import BundleRefused, verify
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.errors import Corrupt
from mizuhiki.vocabulary.typed_values import read_json

ACTION = "open-history"
KEPT_FOR = timedelta(minutes=30)
"""An opened record is kept for the pages of one visit only."""
ANOTHER_LOG = "AnotherLog"
ENTRY_UNREADABLE = "EntryUnreadable"
YEAR_MISSING = "YearMissing"
OWN_ENTRY_MISSING = "OwnEntryMissing"
"""The record lacks an opening or a notice of this account: the joined entries are not this person's."""
NOTICE = "notice"
OPENING = "history-opening"
SETTLED = timedelta(days=1)
"""As long as a case can last: by then the core has recorded a notice that it delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHistory:
    """`log_origin` names the log that records exchanges; `keys` are the published keys by name."""

    store: Store
    authority: Authority
    server: OwnServer
    read_entries: RecordReader
    randomness: Randomness
    log_origin: str
    keys: Mapping[str, bytes]

    def require_ready(self, context: Context) -> Account:
        """Return the account if its record can be opened.

        Raises:
            AccountNotReady: the pseudonym has not come yet.
        """
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            account = account_of(context, records)
        if account.state is not AccountState.READY:
            raise AccountNotReady
        return account

    def open(self, context: Context, *, request_id: str, card: CheckedCard) -> str:
        """Fetch and check the record; return the token under which this session reads it.

        Raises:
            AnotherCard: not the card of this account.
        """
        account = self.require_ready(context)
        with self.store.transaction() as records:
            require_own_card(records, card, account)
        brought = self.server.open_history(request_id, account.number, card.signature)
        history = self._checked(brought, context.today().year)
        if history.verdict.joined:
            history = self._with_own_entries(context, account, history)
        token = self.randomness.token()
        with self.store.transaction() as records:
            records.note_opening(request_id, account.number, brought.generation, context.now())
            records.close_history(account.number)
            records.put_history(token, account.number, msgspec.json.encode(history), context.now() + KEPT_FOR)
            records.audit(grounds_of(context), "history-opened", history.verdict.failed or "verified")
        return token

    def view(self, context: Context, *, token: str) -> OpenedHistory:
        """Return the record opened in this session.

        Raises:
            HistoryNotOpen: none was, or its time is over.
        """
        account = self.require_ready(context)
        with self.store.transaction() as records:
            content = records.history(token, account.number, context.now()) if token else None
            records.audit(grounds_of(context), "history-viewed", "not-open" if content is None else "done")
        if content is None:
            raise HistoryNotOpen
        return read_json(content, OpenedHistory)

    def close(self, context: Context) -> None:
        """Forget the opened record."""
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            records.close_history(account_of(context, records).number)
            records.audit(grounds_of(context), "history-closed", "done")

    def _with_own_entries(self, context: Context, account: Account, history: OpenedHistory) -> OpenedHistory:
        """Look in a joined record for what the portal knows; without it the record is not this person's."""
        with self.store.transaction() as records:
            openings = records.openings(account.number)
        covered = {generation for pair in history.verdict.joined for generation in pair}
        wanted = {(OPENING, request) for request, generation in openings if generation in covered}
        if not history.verdict.ended:
            wanted |= {
                (NOTICE, sha256(notice.notice_id.encode()))
                for notice in self.server.notices(account.number)
                if notice.sent_at <= context.now() - SETTLED
            }
        found = {(entry.kind, sha256(entry.exchange_number.encode())) for entry in history.entries}
        if not wanted <= found:
            return OpenedHistory(history.bundle, HistoryVerdict(OWN_ENTRY_MISSING), ())
        return replace(history, verdict=replace(history.verdict, known=len(wanted)))

    def _checked(self, brought: BroughtRecord, year: int) -> OpenedHistory:
        """Check a record; it must reach into `year`, the present one, or newer entries could have been left out."""
        bundle = brought.bundle
        renewed = [(change.earlier, change.later) for change in brought.changes if change.later]
        try:
            proved = verify(bundle, self.keys, joined=renewed)
            if any(origin.rpartition("/")[0] != self.log_origin for origin in proved.origins):
                return OpenedHistory(bundle, HistoryVerdict(ANOTHER_LOG), ())
            if f"{self.log_origin}/{year}" not in proved.origins:
                return OpenedHistory(bundle, HistoryVerdict(YEAR_MISSING), ())
            entries = tuple(self.read_entries(bundle))
        except BundleRefused as refusal:
            return OpenedHistory(bundle, HistoryVerdict(type(refusal).__name__, str(refusal)), ())
        except Corrupt:
            return OpenedHistory(bundle, HistoryVerdict(ENTRY_UNREADABLE), ())
        as_of = datetime.fromtimestamp(proved.as_of, UTC)
        covered = {generation for pair in proved.joined for generation in pair}
        ended = tuple(one.earlier for one in brought.changes if not one.later and one.earlier not in covered)
        verdict = HistoryVerdict(
            failed="",
            entries=proved.entries,
            origins=proved.origins,
            witnesses=proved.witnesses,
            sealed=proved.sealed,
            as_of=as_of,
            joined=proved.joined,
            ended=ended,
        )
        return OpenedHistory(bundle, verdict, entries)

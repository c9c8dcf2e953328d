"""Open the record of look-ups of every tier and check each as the record of exchanges is checked (R-026, R-033).

A tier whose record fails its check is shown as such, without entries; the others stay readable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.portal.domain.accounts import Account
from mizuhiki.institutions.portal.domain.errors import HistoryNotOpen
from mizuhiki.institutions.portal.domain.history import HistoryVerdict
from mizuhiki.institutions.portal.domain.look_ups import LookUpLine, OpenedLookUps, SealedTier, TierRecord
from mizuhiki.institutions.portal.operations.ask_card import CheckedCard
from mizuhiki.institutions.portal.operations.open_history import ANOTHER_LOG, ENTRY_UNREADABLE, YEAR_MISSING
from mizuhiki.institutions.portal.operations.sign_in import account_of, require_own_card
from mizuhiki.institutions.portal.ports import RegisterNetwork, Store
from mizuhiki.ledger.verify import BundleRefused, verify
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.errors import Corrupt
from mizuhiki.vocabulary.typed_values import read_json

ACTION = "open-look-ups"
KEPT_FOR = timedelta(minutes=30)
NO_ANSWER = "NoAnswer"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLookUps:
    """`keys_of` gives the published keys for a tier's log by name; `log_name` the name of that log."""

    store: Store
    authority: Authority
    network: RegisterNetwork
    read_lines: Callable[[str], Sequence[LookUpLine]]
    keys_of: Callable[[str], Mapping[str, bytes]]
    log_name: Callable[[str], str]
    randomness: Randomness

    def require_account(self, context: Context) -> Account:
        """Return the account of the signed-in person."""
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            return account_of(context, records)

    def open(self, context: Context, *, request_id: str, card: CheckedCard) -> str:
        """Fetch and check the records; return the token under which this session reads them.

        Raises:
            AnotherCard: not the card of this account.
        """
        account = self.require_account(context)
        with self.store.transaction() as records:
            require_own_card(records, card, account)
        found = self.network.open_look_ups(request_id, card.signature)
        opened = OpenedLookUps(tuple(self._checked(tier, context.today().year) for tier in found))
        token = self.randomness.token()
        failed = next((tier.verdict.failed for tier in opened.tiers if tier.verdict.failed), "")
        with self.store.transaction() as records:
            records.put_history(token, account.number, msgspec.json.encode(opened), context.now() + KEPT_FOR)
            records.audit(grounds_of(context), "look-ups-opened", failed or "verified")
        return token

    def view(self, context: Context, *, token: str) -> OpenedLookUps:
        """Return the records opened in this session.

        Raises:
            HistoryNotOpen: none were, or their time is over.
        """
        account = self.require_account(context)
        with self.store.transaction() as records:
            content = records.history(token, account.number, context.now()) if token else None
            records.audit(grounds_of(context), "look-ups-viewed", "not-open" if content is None else "done")
        if content is None:
            raise HistoryNotOpen
        return read_json(content, OpenedLookUps)

    def _checked(self, sealed: SealedTier, year: int) -> TierRecord:
        if sealed.refusal:
            return TierRecord(sealed.tier, (), HistoryVerdict(NO_ANSWER, sealed.refusal))
        lines: list[LookUpLine] = []
        verdict = HistoryVerdict("")
        for bundle in sealed.bundles:
            verdict = self._verdict(sealed.tier, bundle, year)
            if not verdict.verified:
                return TierRecord(sealed.tier, sealed.bundles, verdict)
            try:
                lines += self.read_lines(bundle)
            except Corrupt:
                return TierRecord(sealed.tier, sealed.bundles, HistoryVerdict(ENTRY_UNREADABLE))
        return TierRecord(sealed.tier, sealed.bundles, verdict, tuple(lines))

    def _verdict(self, tier: str, bundle: str, year: int) -> HistoryVerdict:
        log = self.log_name(tier)
        try:
            proved = verify(bundle, self.keys_of(tier))
        except BundleRefused as refusal:
            return HistoryVerdict(type(refusal).__name__, str(refusal))
        if any(origin.rpartition("/")[0] != log for origin in proved.origins):
            return HistoryVerdict(ANOTHER_LOG)
        if f"{log}/{year}" not in proved.origins:
            return HistoryVerdict(YEAR_MISSING)
        as_of = datetime.fromtimestamp(proved.as_of, UTC)
        return HistoryVerdict("", "", proved.entries, proved.origins, proved.witnesses, proved.sealed, as_of)

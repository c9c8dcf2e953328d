"""Open the account: ask that the portal's own pseudonym of the person is issued (番号法附則6条3項; R-363).

The portal learns neither the pseudonym nor who the person is: the certification authority names the person to the
register, the converters make the pseudonym, and the portal's intermediate server alone holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.institutions.portal.domain.accounts import Account, AccountState, Holding
from mizuhiki.institutions.portal.domain.errors import AccountRefused
from mizuhiki.institutions.portal.operations.ask_card import CheckedCard
from mizuhiki.institutions.portal.operations.sign_in import account_of, require_own_card
from mizuhiki.institutions.portal.ports import CardTrust, OwnServer, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

ACTION = "open-account"


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """Steps of the opening, in the order of the methods."""

    store: Store
    authority: Authority
    server: OwnServer
    trust: CardTrust

    def account(self, context: Context) -> Account:
        """Return the signed-in person's account."""
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            return account_of(context, records)

    def prepare(self, context: Context) -> str:
        """Return the signed acquisition that the card has to agree to; empty when the account is ready already."""
        account = self.account(context)
        prepared = self.server.prepare_opening(account.number)
        if not prepared.acquisition:
            self._put(replace(account, state=AccountState.READY))
        return prepared.acquisition

    @staticmethod
    def context_hash(acquisition: str) -> bytes:
        """Return the context hash that binds a signature to one acquisition (`jpki.PortalPseudonymRequest`)."""
        return object_hash(acquisition)

    def finish(self, context: Context, *, acquisition: str, card: CheckedCard) -> None:
        """Hand acquisition and signature to the certification authority.

        Raises:
            AnotherCard: not the card of this account.
            AccountRefused: the register cannot issue a pseudonym for this person.
        """
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            account = account_of(context, records)
            require_own_card(records, card, account)
        refused = self.trust.request_pseudonym(acquisition, card.signature)
        if refused:
            raise AccountRefused(reason=refused[0])
        self._put(replace(account, state=AccountState.WAITING, asked_at=context.now()))

    def progress(self, context: Context) -> Holding:
        """Ask whether the pseudonym has come; from then on the account is ready."""
        account = self.account(context)
        if account.state is AccountState.READY:
            return Holding.HELD
        holding = self.server.holding(account.number)
        if holding is Holding.HELD:
            self._put(replace(account, state=AccountState.READY))
        return holding

    def _put(self, account: Account) -> None:
        with self.store.transaction() as records:
            records.put_account(account)

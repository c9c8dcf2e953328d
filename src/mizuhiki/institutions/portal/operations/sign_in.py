"""Sign in by card: find the account of the certificate, or begin one (R-208)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.portal.domain.accounts import Account, AccountState
from mizuhiki.institutions.portal.domain.errors import AccountUnknown, AnotherCard
from mizuhiki.institutions.portal.operations.ask_card import CheckedCard
from mizuhiki.institutions.portal.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.grounds import Grounds

ACTION = "sign-in"
NUMBER_DIGITS = 15


def sign_in_hash(request_id: str) -> bytes:
    """Return the context hash of a sign-in: it binds the signature to this one request."""
    return labelled_hash("portal-sign-in", request_id.encode())


@dataclass(frozen=True, slots=True)
class SignIn:
    """Accounts by certificate. A renewed certificate is a new one: see the README on renewal."""

    store: Store
    authority: Authority
    randomness: Randomness

    def __call__(self, context: Context, *, card: CheckedCard) -> Account:
        """Return the account of the card; the first sign-in begins one."""
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            known = records.account_of_certificate(card.serial)
            if known is not None:
                records.audit(_grounds_of_card(context, known), "signed-in", "done")
                return known
            account = Account(self._free_number(records), AccountState.NEW, context.now())
            records.put_account(account)
            records.link_certificate(card.serial, account.number, context.now())
            records.audit(_grounds_of_card(context, account), "signed-in", "account-begun")
        return account

    def _free_number(self, records: Records) -> str:
        while True:
            number = "".join(str(self.randomness.below(10)) for _ in range(NUMBER_DIGITS))
            if records.account(number) is None:
                return number


def _grounds_of_card(context: Context, account: Account) -> Grounds:
    """Return the grounds of a sign-in: nobody is signed in yet, so the card's account is the person who acts."""
    return replace(grounds_of(context), person=context.actor.person or account.number)


def account_of(context: Context, records: Records) -> Account:
    """Return the signed-in person's account.

    Raises:
        AccountUnknown: nobody is signed in, or the account is gone.
    """
    account = records.account(context.actor.person or "")
    if account is None:
        raise AccountUnknown
    return account


def require_own_card(records: Records, card: CheckedCard, account: Account) -> None:
    """Check that the card that answered is the account's.

    Raises:
        AnotherCard: it is linked to another account or to none.
    """
    owner = records.account_of_certificate(card.serial)
    if owner is None or owner.number != account.number:
        raise AnotherCard

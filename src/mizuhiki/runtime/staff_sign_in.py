"""Sign-in of an institution's staff with account and passphrase: accounts, page, throttle, sign-out.

Whoever guesses learns neither whether an account exists (same words, same time) nor gets many tries (per address and
per account). Act art. 12 (safety measures); NIST SP 800-63B-4 §3.2.2 (throttling).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from flask import request

from mizuhiki.crypto.passphrases import (
    PassphraseWrong,
    hash_passphrase,
    unmatched_passphrase,
    verify_passphrase,
)
from mizuhiki.runtime.database import Database, Text
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Reply, SignedIn, Site

SIGN_IN_PATH = "/sign-in"
_PER_ADDRESS = "20 per minute"
_PER_ACCOUNT = "5 per minute"


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """An account of a member of staff; `role` is a role of the institution's policy file."""

    account: str
    display_name: str
    role: str
    passphrase_hash: str


class StaffAccounts(Protocol):
    """Where accounts are kept."""

    def find(self, account: str) -> StaffAccount | None:
        """Return an account by its name."""
        ...


def staff_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the table that `DatabaseStaffAccounts` uses; returns it again when it is declared already."""
    if "staff_accounts" in metadata.tables:
        return metadata.tables["staff_accounts"]
    return sa.Table(
        "staff_accounts",
        metadata,
        sa.Column("account", Text, primary_key=True),
        sa.Column("display_name", Text, nullable=False),
        sa.Column("role", Text, nullable=False),
        sa.Column("passphrase_hash", Text, nullable=False),
    )


class DatabaseStaffAccounts:
    """Accounts in the institution's own database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = staff_table(sa.MetaData())

    def find(self, account: str) -> StaffAccount | None:
        """Return an account by its name."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(self._table).where(self._table.c.account == account)).one_or_none()
        return None if row is None else StaffAccount(row.account, row.display_name, row.role, row.passphrase_hash)

    def add(self, connection: sa.Connection, account: StaffAccount) -> None:
        """Open an account inside the caller's write transaction."""
        connection.execute(
            sa.insert(self._table).values(
                account=account.account,
                display_name=account.display_name,
                role=account.role,
                passphrase_hash=account.passphrase_hash,
            )
        )


class _TypedAccount:
    """The sign-in form's state for the template: the account name stays, the passphrase never comes back."""

    def __init__(self, account: str = "", errors: Mapping[str, str] | None = None) -> None:
        self._account = account
        self.errors = dict(errors or {})
        self.good = not self.errors

    def value(self, name: str) -> str:
        return self._account if name == "account" else ""

    def error(self, name: str) -> str:
        return self.errors.get(name, "")


class SqlStaff:
    """Opens the accounts that the sign-in page asks; implements `ports.Staff` of every body with staff."""

    def __init__(self, database: Database, environment: Environment) -> None:
        self._database = database
        self._environment = environment
        self._accounts = DatabaseStaffAccounts(database)

    def open(self, account: str, display_name: str, role: str, passphrase: str) -> None:
        """Open an account."""
        stored = hash_passphrase(passphrase, self._environment.randomness, self._environment.settings.passphrase_cost)
        with self._database.write() as connection:
            self._accounts.add(connection, StaffAccount(account, display_name, role, stored))


class CheckPassphrase:
    """Says whose account a typed name and passphrase open; an unknown account costs as much time as a known one."""

    def __init__(self, accounts: StaffAccounts, environment: Environment) -> None:
        self._accounts = accounts
        unmatched = unmatched_passphrase(environment.randomness, environment.settings.passphrase_cost)
        self._nobody = StaffAccount("", "", "nobody", unmatched)

    def account_of(self, name: str, passphrase: str) -> StaffAccount:
        """Return the account.

        Raises:
            PassphraseWrong: there is none of this name, or it has another passphrase.
        """
        found = self._accounts.find(name)
        verify_passphrase(passphrase, (found or self._nobody).passphrase_hash)
        if found is None:
            raise PassphraseWrong
        return found


class StaffSignIn:
    """Adds the sign-in page to a site; every page that is not public then leads there first.

    `role_names` are message ids shown beside the name of who is signed in.
    """

    def __init__(
        self,
        site: Site,
        accounts: StaffAccounts,
        *,
        role_names: Mapping[str, str] | None = None,
    ) -> None:
        self._site = site
        self._role_names = dict(role_names or {})
        self._check = CheckPassphrase(accounts, site.environment)
        site.sign_in_path = SIGN_IN_PATH
        limited = site.limit_posts(_PER_ACCOUNT, lambda: f"account:{request.form.get('account', '').strip().lower()}")
        site.route(SIGN_IN_PATH, ("GET", "POST"), endpoint="staff_sign_in", public=True, throttle=_PER_ADDRESS)(
            limited(self._page)
        )

    def _page(self) -> Reply:
        if request.method == "GET":
            return self._show(_TypedAccount())
        typed = request.form.get("account", "").strip()
        try:
            found = self._check.account_of(typed, request.form.get("passphrase", ""))
        except PassphraseWrong as error:
            return self._refuse(typed, error.title)
        role_name = self._role_names.get(found.role, found.role)
        return self._site.redirect(
            self._site.sign_in(SignedIn(found.account, found.role, found.display_name, role_name))
        )

    def _refuse(self, typed: str, title: str) -> Reply:
        return self._show(_TypedAccount(typed, {"account": self._site.translate(title)}))

    def _show(self, form: _TypedAccount) -> Reply:
        return self._site.render(self._site.look.sign_in_template, form=form, kept=self._site.has_draft(), title="")

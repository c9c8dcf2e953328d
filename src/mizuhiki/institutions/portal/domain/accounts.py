"""Accounts: the person is known by a number of the portal's own and by the card, never by name."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class AccountState(enum.StrEnum):
    """How far an account's link to the records has come.

    `NEW`: signed in, nothing asked for. `WAITING`: the pseudonym was asked for. `READY`: the portal's intermediate
    server holds it.
    """

    NEW = "new"
    WAITING = "waiting"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Account:
    """One account; `number` is the addressee number (15 digits, random) at the portal's intermediate server."""

    number: str
    state: AccountState
    opened_at: datetime
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PreparedOpening:
    """A signed acquisition for one account; empty when the server holds the pseudonym already."""

    acquisition: str


class Holding(enum.StrEnum):
    """What the intermediate server says about an account's pseudonym."""

    HELD = "held"
    MISMATCHED = "mismatched"
    AWAITED = "awaited"

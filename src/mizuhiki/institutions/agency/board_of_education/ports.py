"""What a board keeps beside its cases: supported pupils and the accounts of their expenses."""

from __future__ import annotations

from typing import Protocol

from mizuhiki.casework.ports import CaseRecords
from mizuhiki.institutions.agency.board_of_education.domain.pupils import Account, SupportedPupil


class Pupils(Protocol):
    """The file of supported pupils, within one write transaction."""

    def taken(self, number: str) -> bool:
        """Say whether a number is in use."""

    def put(self, pupil: SupportedPupil) -> None:
        """Store a new pupil, or when and why the support ends."""

    def pupil(self, number: str) -> SupportedPupil:
        """Return a pupil.

        Raises:
            UnknownPupil: there is none.
        """

    def pupils(self, limit: int) -> list[SupportedPupil]:
        """Return pupils, newest first."""

    def supported_in(self, person: str, year: int) -> bool:
        """Say whether a person has support in a fiscal year that did not end early."""

    def put_account(self, account: Account) -> None:
        """Store a new account.

        Raises:
            AccountKnown: the pupil's account of the term was entered before.
        """

    def approve(self, account: Account) -> None:
        """Store who approved an account, and the day of payment."""

    def account(self, account: str) -> Account:
        """Return an account.

        Raises:
            UnknownAccount: there is none.
        """

    def accounts(self, number: str) -> list[Account]:
        """Return a pupil's accounts by term."""


class Records(CaseRecords, Protocol):
    """One write transaction of a board."""

    @property
    def pupils(self) -> Pupils:
        """The file of supported pupils."""

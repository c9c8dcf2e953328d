"""A board's operations bound to their adapters, for the pages and the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Application, PersonForm
from mizuhiki.casework.operations import Casework
from mizuhiki.casework.operations.listing import Listed
from mizuhiki.institutions.agency.board_of_education.domain.expenses import Item
from mizuhiki.institutions.agency.board_of_education.domain.procedures import APPLICATION
from mizuhiki.institutions.agency.board_of_education.domain.pupils import Account, SupportedPupil, Term
from mizuhiki.institutions.agency.board_of_education.domain.support import SupportForm
from mizuhiki.institutions.agency.board_of_education.operations import pupils as _pupils
from mizuhiki.institutions.agency.board_of_education.operations.pupils import PupilFile
from mizuhiki.institutions.agency.board_of_education.ports import Records
from mizuhiki.runtime.context import Context


@dataclass(frozen=True, slots=True)
class BoardOfEducation(Casework[Records]):
    """Use cases; see the module of the same name for rules and errors. The action stands in brackets."""

    def apply_for_support(
        self, context: Context, request_id: str, received_on: date, people: tuple[PersonForm, ...], form: SupportForm
    ) -> str:
        """Take an application and return its case [receive-claim].

        Raises:
            SupportFormImplausible: see `SupportForm.require_plausible`; and all errors of `casework.receive`.
        """
        form.require_plausible(received_on)
        return self.receive(
            context,
            Application(
                request_id=request_id,
                procedure=APPLICATION,
                received_on=received_on,
                people=people,
                stated=form.stated(),
            ),
        )

    def pupils(self, context: Context) -> list[Listed[SupportedPupil]]:
        """List supported pupils [read-pupils]."""
        return _pupils.pupils(context, self.adapters)

    def pupil_file(self, context: Context, number: str) -> PupilFile:
        """Return a supported pupil with accounts [read-pupils]."""
        return _pupils.pupil_file(context, self.adapters, number)

    def enter_account(self, context: Context, number: str, term: Term, recognised: Mapping[Item, int]) -> Account:
        """Take a term's account of expenses [enter-account]."""
        return _pupils.enter_account(context, self.adapters, number, term, recognised)

    def approve_account(self, context: Context, number: str, account: str) -> Account:
        """Approve an account of a pupil for payment [approve-account]."""
        return _pupils.approve_account(context, self.adapters, number, account)

    def end_support(self, context: Context, number: str, day: date, reason: str) -> SupportedPupil:
        """End support before its time [end-support]."""
        return _pupils.end_support(context, self.adapters, number, day, reason)

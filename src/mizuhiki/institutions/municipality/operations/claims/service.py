"""The sections' operations bound to their adapters, for the pages, the jobs and the world."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import msgspec

from mizuhiki.casework.domain import Application, PersonForm
from mizuhiki.casework.operations import Casework
from mizuhiki.institutions.municipality.domain.claims import public_assistance
from mizuhiki.institutions.municipality.domain.claims.assistance_changes import AssistanceChange, DecidedChange
from mizuhiki.institutions.municipality.domain.claims.errors import NoWelfareOffice
from mizuhiki.institutions.municipality.domain.claims.investigation import Investigation
from mizuhiki.institutions.municipality.domain.claims.people import with_births
from mizuhiki.institutions.municipality.operations.claims import change_assistance as _change
from mizuhiki.institutions.municipality.operations.claims import investigate as _investigate
from mizuhiki.institutions.municipality.operations.claims import settle as _settle
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import key_of
from mizuhiki.vocabulary.places import municipality


class ClaimForm(Protocol):
    """What a claim of one procedure says beyond the people; each is a msgspec struct of flat values."""

    def require_plausible(self, received_on: date) -> None:
        """Check the claim on its own.

        Raises:
            ClaimFormImplausible: see there.
        """


@dataclass(frozen=True, slots=True)
class Claims(Casework[ClaimRecords]):
    """Use cases; see `casework.operations` for those inherited. The action stands in brackets."""

    def receive(self, context: Context, application: Application) -> str:
        """Take a claim with everybody's birth date, which the rules ask, and return the case [receive-claim].

        Raises:
            NoWelfareOffice: public assistance is the prefecture's here; also all errors of `operations.receive`.
        """
        place = municipality(key_of(self.adapters.institution)).name
        if application.procedure == public_assistance.CODE and not public_assistance.has_welfare_office(place):
            raise NoWelfareOffice
        stated = with_births(dict(application.stated), application.people)
        return super(Claims, self).receive(context, dataclasses.replace(application, stated=stated))

    def claim(  # noqa: PLR0917 - what every claim consists of
        self,
        context: Context,
        procedure: str,
        request_id: str,
        received_on: date,
        people: tuple[PersonForm, ...],
        form: ClaimForm,
    ) -> str:
        """Take a claim of one procedure with its own form and return the case [receive-claim].

        Raises:
            ClaimFormImplausible: see the form; also all errors of `casework.operations.receive`.
        """
        form.require_plausible(received_on)
        application = Application(
            request_id=request_id,
            procedure=procedure,
            received_on=received_on,
            people=people,
            stated=msgspec.to_builtins(form),
        )
        return self.receive(context, application)

    def record_investigation(self, context: Context, case: str, found: Investigation) -> None:
        """Record a visit to a household that asks for public assistance [record-investigation]."""
        _investigate.record_investigation(context, self.adapters, case, found)

    def assistance_changes(self, context: Context, case: str) -> list[DecidedChange]:
        """Return the changes of assistance that was granted [read-case-file]."""
        return _change.changes(context, self.adapters, case)

    def propose_assistance_change(self, context: Context, case: str, change: AssistanceChange) -> None:
        """Propose to stop, resume, change or end assistance [propose-assistance-change]."""
        _change.propose_change(context, self.adapters, case, change)

    def approve_assistance_change(self, context: Context, case: str) -> None:
        """Decide as proposed [approve-assistance-change]."""
        _change.approve_change(context, self.adapters, case)

    def notify_assistance_change(self, context: Context, case: str) -> str:
        """Send the decision with its reason [notify-applicant]."""
        return _change.notify_change(context, self.adapters, case)

    def publish_awards(self, context: Context) -> int:
        """Tell the own intermediate server what was granted, and what has changed by now [publish-award-copies]."""
        self.adapters.permit(context, _settle.PUBLISH)
        _change.turn_assistance(context, self.adapters)
        return _settle.publish_awards(context, self.adapters)

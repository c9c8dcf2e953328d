"""The organization's operations bound to their adapters, for the pages and the world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Application, PersonForm
from mizuhiki.casework.operations import Casework
from mizuhiki.casework.operations.listing import Listed
from mizuhiki.institutions.agency.student_services.domain.aid import AidForm
from mizuhiki.institutions.agency.student_services.domain.procedures import APPLICATION
from mizuhiki.institutions.agency.student_services.domain.scholars import Scholar
from mizuhiki.institutions.agency.student_services.operations import scholars as _scholars
from mizuhiki.institutions.agency.student_services.ports import Records
from mizuhiki.runtime.context import Context


@dataclass(frozen=True, slots=True)
class StudentServices(Casework[Records]):
    """Use cases; see the module of the same name for rules and errors. The action stands in brackets."""

    def apply_for_aid(
        self, context: Context, request_id: str, received_on: date, people: tuple[PersonForm, ...], form: AidForm
    ) -> str:
        """Take an application and return its case [receive-claim].

        Raises:
            AidFormImplausible: see `AidForm.require_plausible`; also all errors of `casework.operations.receive`.
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

    def scholars(self, context: Context) -> list[Listed[Scholar]]:
        """List scholars [read-scholars]."""
        return _scholars.scholars(context, self.adapters)

    def end_aid(self, context: Context, scholar: str, day: date, reason: str) -> Scholar:
        """End aid before its time [end-aid]."""
        return _scholars.end_aid(context, self.adapters, scholar, day, reason)

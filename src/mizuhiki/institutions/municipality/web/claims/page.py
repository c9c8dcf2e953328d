"""The form of a claim at a section's counter: who, and what that procedure's own form asks (R-217)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mizuhiki.casework.domain import PersonForm
from mizuhiki.casework.web import CaseDesk, PersonEntry, Screens
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.institutions.municipality.operations.claims.service import ClaimForm, Claims
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date

ACTION = "receive-claim"
_REFUSALS = {"claim-incomplete/received-on": "received_on"}


class ClaimScreens(Screens, Protocol):
    """One procedure's own form and words."""

    @property
    def procedure(self) -> str:
        """Return the procedure's code."""

    @property
    def template(self) -> str:
        """Return the template of the form."""

    @property
    def fields(self) -> Sequence[str]:
        """Return the fields that a refusal of the form may name."""

    def entries(self) -> list[PersonEntry[ClaimRecords]]:
        """Return the people the form asks for."""

    def read(self, form: Form) -> ClaimForm | None:
        """Return what the form says beyond the people, or None with messages attached."""

    def shown(self) -> Mapping[str, Any]:
        """Return the choices the template shows."""


class ClaimPages:
    """The form of one procedure; it ends on the screen of the case."""

    def __init__(self, desk: CaseDesk[ClaimRecords], claims: Claims, screens: ClaimScreens, prefix: str) -> None:
        self._desk = desk
        self._claims = claims
        self._screens = screens
        self._prefix = prefix
        desk.site.route(f"{prefix}/new", ("GET", "POST"), endpoint=f"{prefix}-new")(self.claim)

    def claim(self) -> Reply:
        """Take a claim; whatever is wrong comes back with everything typed."""
        desk = self._desk
        desk.require(ACTION)
        context = desk.context("take a claim")
        form = desk.form(received_on=context.today().isoformat())
        if request.method == "POST":
            request_id = desk.request_id(form)
            received = form.parse("received_on", parse_date, desk.site.translate("Enter the day like 2019-12-02"))
            stated = self._screens.read(form)
            people: list[PersonForm | None] = [one.read(form) for one in self._screens.entries()]
            if form.good and stated is not None and received is not None:
                named = tuple(one for one in people if one is not None)
                code, made = self._screens.procedure, list[str]()
                refusals = {f"claim-form-implausible/{field}": field for field in self._screens.fields}
                if desk.attempt(
                    form,
                    lambda: made.append(self._claims.claim(context, code, request_id, received, named, stated)),
                    _REFUSALS | refusals,
                ):
                    return desk.site.redirect(f"{self._prefix}/{made[0]}")
        people_shown = [one.shown() for one in self._screens.entries()]
        return desk.site.render(self._screens.template, form=form, people=people_shown, **self._screens.shown())

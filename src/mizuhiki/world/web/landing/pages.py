"""The landing page: what the demo country is, who is in it, how far its story is; and how to check a record offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Column, Event, Progress, Row, Tag
from mizuhiki.world.web.landing.messages import STATES
from mizuhiki.world.web.view import InstitutionView, PhaseView, StaffView, StepState, StepView, WorldView

REFRESH_SECONDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Addresses of the world's other pages."""

    reader_url: str
    gallery_url: str
    portal_url: str


class LandingPages:
    """Start page and the page on checking records."""

    def __init__(self, site: Site, view: WorldView, places: Places) -> None:
        self._site = site
        self._view = view
        self._places = places
        site.route("/", public=True)(self.start)
        site.route("/verify", public=True)(self.verify)

    def start(self) -> Reply:
        """Show the whole country on one page; while the story runs the page loads itself again."""
        steps, institutions, phases = self._view.story_steps(), self._view.institutions(), self._view.phases()
        running = is_running(steps)
        still = request.args.get("still") == "1"
        _ = self._site.translate
        page = self._site.render(
            "landing.html",
            view=self._view,
            places=self._places,
            words=self._words,
            institutions=institutions,
            people=self._view.people(),
            staff_columns=(Column(_("Where")), Column(_("Role")), Column(_("Account")), Column(_("Passphrase"))),
            staff_rows=[self._staff_row(one, institutions) for one in self._view.staff()],
            story=[self._event(step) for step in steps],
            progress=self._progress(steps),
            running=running,
            still=still,
            phase_columns=(Column(_("Phase")), Column(_("Seconds"), numeric=True)),
            phase_rows=[self._phase_row(phase) for phase in phases],
            founding_seconds=f"{sum(phase.seconds for phase in phases):.1f}",
        )
        if running and not still:
            page.headers["Refresh"] = str(REFRESH_SECONDS)
        return page

    def verify(self) -> Reply:
        """Say how to check a record without trusting anybody who runs this."""
        return self._site.render("verify.html", places=self._places)

    def _words(self, japanese: str, english: str) -> str:
        return japanese if self._site.language.startswith("ja") else english

    def _staff_row(self, one: StaffView, institutions: Sequence[InstitutionView]) -> Row:
        _ = self._site.translate
        names = {place.institution: self._words(place.name_ja, place.name_en) for place in institutions}
        where = names.get(one.institution, str(one.institution))
        role = self._words(one.role_ja, one.role_en)
        sign_in = Action(_("Sign in"), one.url, about=f"{where} {role}")
        return Row((where, role, one.account, one.passphrase), (sign_in,))

    def _event(self, step: StepView) -> Event:
        _ = self._site.translate
        label, tone = STATES[step.state]
        return Event(
            f"{step.number}. {self._words(step.title_ja, step.title_en)}",
            _("%(seconds)s s", seconds=f"{step.seconds:.1f}") if step.seconds else "",
            text=step.detail,
            tag=Tag(_(label), tone),
        )

    def _progress(self, steps: Sequence[StepView]) -> Progress | None:
        done = sum(step.state is StepState.DONE for step in steps)
        current = next((step for step in steps if step.state in {StepState.RUNNING, StepState.WAITING}), None)
        if current is None or not is_running(steps):
            return None
        return Progress(self._words(current.title_ja, current.title_en), done, len(steps))

    def _phase_row(self, phase: PhaseView) -> Row:
        return Row((self._words(phase.title_ja, phase.title_en), f"{phase.seconds:.1f}"))


def is_running(steps: Sequence[StepView]) -> bool:
    """Whether the story is being told now: it has begun, has not failed, and something is left to do."""
    states = {step.state for step in steps}
    begun = bool(states & {StepState.RUNNING, StepState.DONE})
    return begun and StepState.FAILED not in states and bool(states & {StepState.RUNNING, StepState.WAITING})

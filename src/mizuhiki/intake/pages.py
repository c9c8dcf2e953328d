"""Pages that are the same at every body: find a record, take a person in, protection, where linkage stands."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mizuhiki.casework.web import open_case_site
from mizuhiki.intake import keep, linkage, take_in
from mizuhiki.intake.desk import HERE, ROLES, Desk, Field, Input
from mizuhiki.intake.persons import KeptPerson, PersonForm, Shown
from mizuhiki.intake.service import BodyService
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, request
from mizuhiki.ui.components import Accent, Action, Answer, Choice, Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.persons import Sex

SHOWN = {
    Shown.CARD: "Individual Number Card",
    Shown.NOTICE: "Notice of the number and a photo document",
    Shown.COPY: "Copy of the resident record with the number and a photo document",
    Shown.EMPLOYER: "Confirmed by the employer",
    Shown.CLAIM: "Checked when a claim was taken",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSite:
    """What makes a body's site; `web` is its web room, `claims` are the links to its claims, `rules` as in `Desk`.

    `own` are links that only this body has, each for the roles it names.
    """

    web: Path
    accent: Accent
    claims: Sequence[Link]
    affair: str
    basis: str
    rules: Mapping[str, str]
    own: Sequence[Link] = ()


def open_desk(environment: Environment, database: Database, service: BodyService[Any], site: StaffSite) -> Desk:
    """Build the site of a body with its sign-in and the pages that are the same at every body; return its desk."""
    roles = service.adapters.authority.roles
    navigation = (
        Link("/", "Work of today", roles("read-work") | roles(keep.PROTECT) | roles(linkage.READ)),
        *(dataclasses.replace(link, roles=roles(_action_behind(link))) for link in site.claims),
        Link("/savings", "Papers and visits saved", roles("read-savings")),
        Link("/linkage", "Information linkage", roles(linkage.READ)),
        *site.own,
    )
    opened = open_case_site(environment, database, [site.web, HERE], site.accent, navigation, ROLES)
    desk = Desk(opened, service, affair=site.affair, basis=site.basis, rules=site.rules)
    IntakePages(desk)
    return desk


def _action_behind(link: Link) -> str:
    return "receive-claim" if link.url.endswith("/new") else "read-case-file"


class WorkPages(ABC):
    """The start page with the work that waits, and the page of a person; a body says what stands on them.

    `work` is the action without which nothing that waits is shown; `endpoint` names the page of a person.
    """

    def __init__(self, desk: Desk, work: str, endpoint: str) -> None:
        self._desk = desk
        self._work = work
        desk.site.route("/")(self.start)
        desk.site.route("/persons/<reference>", endpoint=endpoint)(self.person)

    @property
    def _(self) -> Callable[..., str]:
        return self._desk.site.translate

    def start(self) -> Reply:
        """Show the work that waits today, to whom the role lets see it."""
        desk = self._desk
        context = desk.context("see the work of today")
        rows = self.waiting(context) if desk.service.allowed(context, self._work) else []
        listed = dataclasses.replace(self.headings(), rows=rows)
        return start_page(desk, listed, desk.actions((self._("Take a person in"), "/persons/new", take_in.ACTION)))

    @abstractmethod
    def headings(self) -> Listed:
        """Return the table of the start page without its rows."""

    @abstractmethod
    def waiting(self, context: Context) -> list[Row]:
        """Return the rows of what waits."""

    @abstractmethod
    def person(self, reference: str) -> Reply:
        """Show what the body keeps of a person."""


class IntakePages:
    """Pages of the staff. There is no search by number and no page shows one (R-037)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/persons/new", ("GET", "POST"), endpoint="take_in")(self.take_in)
        desk.site.route("/persons/<reference>/protection", ("GET", "POST"), endpoint="protection")(self.protection)
        desk.site.route("/persons/<reference>/lift", ("GET", "POST"), endpoint="lift")(self.lift)
        desk.site.route("/linkage", endpoint="linkage")(self.linkage)

    @property
    def _(self) -> Callable[..., str]:
        return self._desk.site.translate

    def take_in(self) -> Reply:
        """Take a person in with number and identity check."""
        _, desk = self._, self._desk
        shown = [Choice(one.value, _(SHOWN[one])) for one in Shown if one in desk.adapters.shown]
        sexes = [Choice("1", _("Male")), Choice("2", _("Female"))]
        fields = [
            Field(name="shown", label=_("How number and identity were confirmed"), input=Input.CHOICE, choices=shown),
            Field(
                name="number",
                label=_("Individual Number"),
                input=Input.UNSHOWN,
                hint=_("Twelve digits; not shown again"),
            ),
            Field(name="name", label=_("Name")),
            Field(name="name_kana", label=_("Name in kana")),
            Field(name="birth_date", label=_("Date of birth"), input=Input.DAY),
            Field(name="sex", label=_("Sex"), input=Input.CHOICE, choices=sexes),
            Field(name="address", label=_("Address")),
        ]
        return desk.step(
            take_in.ACTION,
            _("Take a person in"),
            "/",
            fields,
            self._taken_in,
            button=_("Ask the register and store"),
            rules=[
                _("The register is asked by the number; what was written must agree with it, or nothing is stored."),
                _("From here on the record is found by its reference only."),
            ],
        )

    def _taken_in(self, values: dict[str, Any]) -> str:
        desk = self._desk
        form = PersonForm(
            request_id=desk.adapters.randomness.token(),
            number_text=values["number"],
            name=values["name"],
            name_kana=values["name_kana"],
            birth_date=values["birth_date"],
            sex=Sex(int(values["sex"])),
            address=values["address"],
            shown=values["shown"],
        )
        return f"/persons/{desk.service.take_in(desk.context('take a person in'), form)}"

    def protection(self, reference: str) -> Reply:
        """Put a support measure on a record or take it off."""
        _, desk = self._, self._desk
        choices = [Choice("on", _("Put on")), Choice("off", _("Take off"))]

        def do(values: dict[str, Any]) -> str:
            context = desk.context("decide about a support measure")
            desk.service.protect_person(context, reference, protected=values["measure"] == "on")
            return "/"

        return desk.step(
            keep.PROTECT,
            _("Support measure"),
            "/",
            [Field(name="measure", label=_("Support measure"), input=Input.CHOICE, choices=choices)],
            do,
            rules=[_("A protected record is shown to nobody, and the own intermediate server answers nothing of it.")],
        )

    def lift(self, reference: str) -> Reply:
        """Consent to one look of one clerk."""
        _, desk = self._, self._desk

        def do(values: dict[str, Any]) -> str:
            context = desk.context("consent to one look at a protected record")
            desk.service.lift_protection(context, reference, clerk=values["clerk"], reason=values["reason"])
            return "/"

        return desk.step(
            keep.LIFT,
            _("Lift for one look"),
            "/",
            [
                Field(name="clerk", label=_("Account of the clerk")),
                Field(name="reason", label=_("Reason")),
            ],
            do,
            rules=[_("Another person than the clerk decides; the consent serves one look and is then used up.")],
        )

    def linkage(self) -> Reply:
        """Show how far linkage has come and what keeps copies from being registered."""
        _, desk = self._, self._desk
        desk.require(linkage.READ)
        context = desk.context("see where linkage stands")
        titles = {
            "persons": _("Persons"),
            "requested": _("Pseudonyms asked for"),
            "refused": _("Refused by the register"),
            "published": _("Copies sent"),
        }
        obstacles = {"": "", linkage.NO_LAYOUT: _("No layout is in force yet.")}
        figures = desk.service.linkage_figures(context)
        return desk.site.render(
            "intake/linkage.html",
            columns=[Column(_("State")), Column(_("Persons"), numeric=True)],
            rows=[Row((titles[name], count)) for name, count in figures.items()],
            obstacle=obstacles[desk.service.copies_obstacle(context)],
        )


def start_page(desk: Desk, listed: Listed, actions: Sequence[Action]) -> Reply:
    """Show the start page: find a record by its reference, and the work that waits today."""
    form = Form.posted(request.args)
    if "reference" in request.args:
        reference = form.require("reference", desk.site.translate("Enter the reference, such as 1234-567890"))
        if form.good:
            return desk.site.redirect(f"/persons/{reference}")
    return desk.site.render(
        "intake/start.html",
        form=form,
        caption=listed.caption,
        columns=listed.columns,
        rows=listed.rows,
        empty=listed.empty,
        actions=actions,
    )


def person_facts(desk: Desk, person: KeptPerson) -> list[Answer]:
    """Return who a person is, in rows; the number is not among them. Read the person through the gate first."""
    _ = desk.site.translate
    items = person.four_items
    return [
        Answer(_("Name"), items.name),
        Answer(_("Name in kana"), items.name_kana),
        Answer(_("Date of birth"), desk.site.look.format_day(items.birth_date, desk.site.language)),
        Answer(_("Address"), items.address),
        Answer(_("How number and identity were confirmed"), _(SHOWN[person.shown])),
    ]


@dataclass(frozen=True, slots=True)
class Listed:
    """A table of a person's page."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: str


def columns(*titles: str) -> list[Column]:
    """Return plain columns with these titles."""
    return [Column(title) for title in titles]


def case_page(  # noqa: PLR0917 - a person's page, from its title down
    desk: Desk,
    title: str,
    person: KeptPerson,
    facts: Sequence[Answer],
    tables: Sequence[Listed],
    actions: Sequence[Action],
) -> Reply:
    """Show a person with what the body keeps; protection and linkage stand beside it."""
    return desk.site.render(
        "intake/case.html",
        title=title,
        reference=person.reference,
        facts=[*person_facts(desk, person), *facts],
        tables=tables,
        actions=actions,
        linkage=desk.linkage_tag(person.reference),
        notes=[],
    )

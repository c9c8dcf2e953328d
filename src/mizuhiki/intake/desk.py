"""The desk of a body's staff: its site, forms declared as fields, and refusals told beside what was typed."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mizuhiki.casework.domain import Linkage
from mizuhiki.intake.adapters import BodyAdapters
from mizuhiki.intake.errors import ActorOfOtherBody, UnknownPersonRecord
from mizuhiki.intake.service import BodyService
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Withheld
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Answer, Choice, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.errors import Corrupt, MizuhikiError, Unavailable

HERE = Path(__file__).parent
ROLES = {
    "clerk": "Clerk",
    "approver": "Approving officer",
    "support-officer": "Officer responsible for support measures",
    "linkage-officer": "Linkage officer",
    "mayor": "Head of the body",
}
_SHOWN_AS_PAGES = (Withheld, ActionNotPermitted, ActorOfOtherBody, UnknownPersonRecord, Unavailable, Corrupt)
"""Refusals that no change of the form could avoid: they get a page of their own."""


class Input(enum.StrEnum):
    """How a field is typed."""

    TEXT = "text"
    DAY = "day"
    AMOUNT = "amount"
    CHOICE = "choice"
    YES = "yes"
    UNSHOWN = "unshown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a step; label and hint are translated by whoever makes the field."""

    name: str
    label: str
    input: Input = Input.TEXT
    hint: str = ""
    choices: Sequence[Choice] = ()
    optional: bool = False


class Desk:
    """What every page of a body uses. `rules` gives words to the rules that refusals name."""

    def __init__(
        self, site: Site, service: BodyService[Any], *, affair: str, basis: str, rules: Mapping[str, str]
    ) -> None:
        self.site = site
        self.service = service
        self._affair = affair
        self._basis = basis
        self._rules = rules

    @property
    def adapters(self) -> BodyAdapters[Any]:
        """The body's adapters."""
        return self.service.adapters

    @property
    def _(self) -> Callable[..., str]:
        return self.site.translate

    def context(self, purpose: str, affair: str = "") -> Context:
        """Return the grounds of the signed-in person."""
        return self.site.context(affair or self._affair, self._basis, purpose)

    def require(self, action: str) -> None:
        """Go on when the role may do this; asked before a form is looked at.

        Raises:
            ActionNotPermitted: it may not.
        """
        self.adapters.authority.require(self.context("open a page"), action)

    def actions(self, *offered: tuple[str, str, str]) -> list[Action]:
        """Return links for (label, address, action) whose action the role may do."""
        context = self.context("offer what can be done")
        return [Action(label, url) for label, url, action in offered if self.service.allowed(context, action)]

    def day(self, day: date | None) -> str | None:
        """Return a day in the words of the page's language."""
        return None if day is None else self.site.look.format_day(day, self.site.language)

    def yen(self, amount: int | None) -> str | None:
        """Return an amount as people read it."""
        return None if amount is None else self.site.translate("%(amount)s yen", amount=f"{amount:,}")

    def step(
        self,
        action: str,
        title: str,
        back: str,
        fields: Sequence[Field],
        do: Callable[[dict[str, Any]], str],
        *,
        button: str = "",
        rules: Sequence[str] = (),
        facts: Callable[[], Sequence[Answer]] | None = None,
    ) -> Reply:
        """Show a form or do what it asks; `do` gets the typed values and returns where to go.

        `facts` reads what the page shows beside the form; it asks the protection gate itself.
        """
        self.require(action)
        form = Form.posted(request.form) if request.method == "POST" else Form(self.site.draft())
        if request.method == "POST":
            values = self._values(form, fields)
            if form.good:
                try:
                    return self.site.redirect(do(values))
                except _SHOWN_AS_PAGES:
                    raise
                except MizuhikiError as error:
                    form.refuse("", self._told(error))
        return self.site.render(
            "intake/step.html",
            form=_without_secrets(form, fields),
            title=title,
            back=back,
            fields=fields,
            button=button or self._("Save"),
            rules=rules,
            facts=list(facts()) if facts is not None else [],
        )

    def person_step(
        self,
        action: str,
        title: str,
        reference: str,
        fields: Sequence[Field],
        do: Callable[[dict[str, Any]], object],
        *rules: str,
    ) -> Reply:
        """Show or do a step about one person, and go back to the person's page."""
        back = f"/persons/{reference}"

        def done(values: dict[str, Any]) -> str:
            do(values)
            return back

        return self.step(action, title, back, fields, done, rules=rules)

    def _told(self, error: MizuhikiError) -> str:
        rule = error.fields.get("rule")
        words = self._rules.get(str(rule))
        return f"{self._(error.title)}: {self._(words)}" if words else self._(error.title)

    def _values(self, form: Form, fields: Sequence[Field]) -> dict[str, Any]:
        return {field.name: self._value(form, field) for field in fields}

    def _value(self, form: Form, field: Field) -> Any:  # noqa: ANN401 - as many types as kinds of input
        name, wanted = field.name, self._("Enter: %(label)s", label=field.label)
        match field.input:
            case Input.DAY:
                read = form.parse_if_given if field.optional else form.parse
                return read(name, parse_date, self._("Enter a day like 2019-12-02"))
            case Input.AMOUNT:
                read_amount = form.parse_if_given if field.optional else form.parse
                return read_amount(name, _amount, self._("Enter a whole number"))
            case Input.CHOICE:
                if field.optional and not form.value(name):
                    return ""
                return form.choose(name, [one.value for one in field.choices], wanted)
            case Input.YES:
                return form.value(name) == "yes"
            case _:
                return form.value(name) if field.optional else form.require(name, wanted)

    def linkage_tag(self, reference: str) -> Tag:
        """Return where a person stands with linkage."""
        context = self.context("see where linkage stands")
        with self.adapters.store.transaction() as records:
            person = records.person(reference)
        ready = self.service.linkage_ready(context, reference)
        if ready and person.published_version == person.version:
            return Tag(self._("Answers inquiries"), Tone.DONE)
        if ready:
            return Tag(self._("Copy not sent yet"), Tone.PROGRESS)
        if person.linkage is Linkage.REFUSED:
            return Tag(self._("Refused by the register"), Tone.PROBLEM)
        if person.linkage is Linkage.REQUESTED:
            return Tag(self._("Awaited"), Tone.PROGRESS)
        return Tag(self._("Not asked for"))


def _amount(text: str) -> int:
    value = int(text.replace(",", ""))
    if value < 0:
        raise ValueError
    return value


def _without_secrets(form: Form, fields: Sequence[Field]) -> Form:
    """Return the form without what must not be shown again."""
    kept = Form({field.name: form.value(field.name) for field in fields if field.input is not Input.UNSHOWN})
    for name, message in form.errors.items():
        kept.refuse(name, message)
    return kept

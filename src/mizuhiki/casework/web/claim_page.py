"""The form of a claim, declared as people and fields, and the words of what it states (R-217).

A body whose claims need no screen of their own declares them; one that does writes its own page, as student aid does.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic

from mizuhiki.casework.domain import Application, PersonForm, Reason, Role
from mizuhiki.casework.operations import CaseFile
from mizuhiki.casework.ports import RecordsT
from mizuhiki.casework.web.desk import CaseDesk
from mizuhiki.casework.web.pages import whole_number
from mizuhiki.casework.web.person_entry import PersonEntry
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Answer, Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.layouts import Scalar

ACTION = "receive-claim"
YES = "yes"


class Input(enum.StrEnum):
    """How a field is typed."""

    DAY = "day"
    NUMBER = "number"
    YEN = "yen"
    CHOICE = "choice"
    CHECK = "check"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimField:
    """One field; its name is that of the statement. Words are message ids; `choices` are words by code."""

    name: str
    label: str
    input: Input
    choices: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWords:
    """A procedure's claim as staff see it.

    `people` are (field prefix, role, title, optional); `stated` makes the statements from the typed values and the day
    of receipt, and raises where the claim is not possible on its own; `refused_as` is the code of that error, whose
    item names the field. `terms` are labels of what is granted, `codes` words of codes among them, `rules` words of
    reasons.
    """

    procedure: str
    people: Sequence[tuple[str, Role, str, bool]]
    fields: Sequence[ClaimField]
    stated: Callable[[Mapping[str, Any], date], Mapping[str, Scalar]]
    terms: Mapping[str, str]
    rules: Mapping[str, str]
    codes: Mapping[str, str] = field(default_factory=dict)
    refused_as: str = ""


class ClaimPage(Generic[RecordsT]):
    """The form below ``<prefix>/<page>``; it ends on the screen of the case."""

    def __init__(self, desk: CaseDesk[RecordsT], words: ClaimWords, prefix: str, page: str = "new") -> None:
        self._desk = desk
        self._words = words
        self._prefix = prefix
        desk.site.route(f"{prefix}/{page}", ("GET", "POST"), endpoint=f"{prefix}-{page}")(self.claim)

    def claim(self) -> Reply:
        """Take a claim; whatever is wrong comes back with everything typed."""
        desk = self._desk
        desk.require(ACTION)
        context = desk.context("take a claim")
        form = desk.form(received_on=context.today().isoformat())
        entries = self._entries()
        if request.method == "POST":
            request_id = desk.request_id(form)
            received = form.parse("received_on", parse_date, desk.site.translate("Enter the day like 2019-12-02"))
            values = {one.name: self._value(form, one) for one in self._words.fields}
            people = [person for entry in entries if (person := entry.read(form)) is not None]
            made: list[str] = []
            if form.good and received is not None:
                desk.attempt(
                    form,
                    lambda: made.append(self._take(request_id, received, people, values)),
                    {
                        "claim-incomplete/received-on": "received_on",
                        **{f"{self._words.refused_as}/{one.name}": one.name for one in self._words.fields},
                    },
                )
            if made:
                return desk.site.redirect(f"{self._prefix}/{made[0]}")
        return self._show(form, entries)

    def _take(self, request_id: str, received: date, people: list[PersonForm], values: Mapping[str, Any]) -> str:
        return self._desk.service.receive(
            self._desk.context("take a claim"),
            Application(
                request_id=request_id,
                procedure=self._words.procedure,
                received_on=received,
                people=tuple(people),
                stated=self._words.stated(values, received),
            ),
        )

    def _entries(self) -> list[PersonEntry[RecordsT]]:
        _ = self._desk.site.translate
        return [
            PersonEntry(self._desk, prefix, role, _(title), optional=optional)
            for prefix, role, title, optional in self._words.people
        ]

    def _value(self, form: Form, one: ClaimField) -> Any:  # noqa: ANN401 - as many types as kinds of input
        _ = self._desk.site.translate
        parse = form.parse_if_given if one.optional else form.parse
        match one.input:
            case Input.CHECK:
                return form.value(one.name) == YES
            case Input.CHOICE:
                left_out = one.optional and not form.value(one.name)
                return None if left_out else form.choose(one.name, list(one.choices), _("Choose one"))
            case Input.DAY:
                return parse(one.name, parse_date, _("Enter the day like 2019-12-02"))
            case Input.TEXT:
                return form.require(one.name, _("Enter this"))
            case Input.NUMBER | Input.YEN:
                return parse(one.name, whole_number, _("Enter a whole number")) or 0

    def _show(self, form: Form, entries: Sequence[PersonEntry[RecordsT]]) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        return desk.site.render(
            "casework/claim.html",
            form=form,
            title=desk.procedure(next(p for p in desk.service.adapters.procedures if p.code == self._words.procedure)),
            fields=[
                {
                    "name": one.name,
                    "label": _(one.label),
                    "input": one.input.value,
                    "hint": _(one.hint) if one.hint else "",
                    "optional": one.optional,
                    "choices": [Choice(code, _(words)) for code, words in one.choices.items()]
                    or [Choice(YES, _("Yes"))],
                }
                for one in self._words.fields
            ],
            people=[one.shown() for one in entries],
        )


class ClaimScreens(Generic[RecordsT]):
    """Implements `case_view.Screens` from the words of claims, by procedure."""

    def __init__(self, desk: CaseDesk[RecordsT], words: Sequence[ClaimWords]) -> None:
        self._desk = desk
        self._words = {one.procedure: one for one in words}

    def claim(self, file: CaseFile) -> list[Answer]:
        """Return what the claim states."""
        stated = file.case.stated
        fields = self._words[file.case.procedure].fields
        return [
            Answer(self._desk.site.translate(one.label), self._text(stated[one.name], one))
            for one in fields
            if one.name in stated
        ]

    def terms(self, file: CaseFile) -> list[Answer]:
        """Return what is granted."""
        proposal, labels = file.case.proposal, self._words[file.case.procedure].terms
        if proposal is None or not proposal.granted:
            return []
        return [
            Answer(
                self._desk.site.translate(label),
                self._desk.words(self._words[file.case.procedure].codes, str(proposal.terms[name]))
                if proposal.terms[name] in self._words[file.case.procedure].codes
                else self._text(proposal.terms[name], None, name),
            )
            for name, label in labels.items()
            if name in proposal.terms
        ]

    def reason(self, reason: Reason) -> str:
        """Return a rule that was applied."""
        for words in self._words.values():
            if reason.rule in words.rules:
                return self._desk.site.translate(words.rules[reason.rule], **dict(reason.values))
        return reason.rule

    def _text(self, value: Scalar, one: ClaimField | None, name: str = "") -> str:
        desk = self._desk
        if isinstance(value, bool):
            return desk.site.translate("Yes") if value else desk.site.translate("No")
        if isinstance(value, int):
            yen = name.endswith("_yen") if one is None else one.input is Input.YEN
            return desk.yen(value) if yen else str(value)
        if value is None:
            return ""
        if one is not None and one.choices:
            return desk.words(one.choices, str(value))
        try:
            return desk.day(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)

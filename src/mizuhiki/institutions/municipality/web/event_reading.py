"""Reads and checks what was typed for a life event: every input, the documents, the period, what blocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.deadlines import (
    DEATH,
    DEATH_ABROAD,
    LARGEST_FINE_YEN,
    LOSS_OF_NATIONALITY,
    LOSS_OF_NATIONALITY_ABROAD,
    Deadline,
)
from mizuhiki.institutions.municipality.domain.events.forms import (
    EvidenceItem,
    FormDescription,
    Notification,
    SeenDocument,
)
from mizuhiki.institutions.municipality.domain.events.requests import NewPerson
from mizuhiki.institutions.municipality.domain.residents import JAPANESE
from mizuhiki.institutions.municipality.web.desk import Desk
from mizuhiki.institutions.municipality.web.event_inputs import EventInputs, Group, Input
from mizuhiki.ui.components import Answer
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.names import MalformedPersonName, PersonName
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import (
    ResidenceCardNumber,
    ResidenceCategory,
    ResidenceStatus,
    Sex,
    is_nationality,
    parse_position,
)

DAY_HINT = "2019-12-02"
NATIONALITY = "nationality"
"""How the names of inputs end that take two letters."""
FROM_KNOWLEDGE = {
    K.DEATH: (DEATH, DEATH_ABROAD),
    K.LOSS_OF_NATIONALITY: (LOSS_OF_NATIONALITY, LOSS_OF_NATIONALITY_ABROAD),
}
"""Events whose period begins when the notifier learned of them, with the longer one for those abroad."""


def day_of(form: Form, name: str) -> date | None:
    """Return a typed day that was checked before; None when nothing was typed."""
    return parse_date(form.value(name)) if form.value(name) else None


class EventReading:
    """Checks typed forms; messages are in the page's language."""

    def __init__(self, desk: Desk, inputs: EventInputs) -> None:
        self._desk = desk
        self._inputs = inputs

    def check(self, kind: K, description: FormDescription, form: Form, groups: Sequence[Group]) -> None:
        """Attach a message to every input that is empty or wrong, to missing documents and to a missing late reason."""
        for group in groups:
            for one in group.inputs:
                self._check_input(form, one)
        self._check_days(description, form)
        self._check_documents(description, form)
        if self.overdue(kind, description, form) is None:
            return
        period = self.period(kind, description, form)
        if period is not None:
            self._desk.late_reason(form, *period, day_of(form, "received_on"))

    def _check_input(self, form: Form, one: Input) -> None:
        _ = self._desk.site.translate
        if one.widget == "checks":
            allowed = {choice.value for choice in one.choices}
            ticked = [value for value in form.all(one.name) if value in allowed]
            if one.name != "documents" and not ticked and not one.optional:
                form.refuse(one.name, _("Choose: %(label)s", label=one.label))
            return
        value = form.value(one.name)
        if not value:
            if not one.optional:
                chosen, entered = _("Choose: %(label)s", label=one.label), _("Enter: %(label)s", label=one.label)
                form.refuse(one.name, chosen if one.choices else entered)
            return
        if one.widget == "date":
            form.parse(one.name, parse_date, _("Enter the day like 2019-12-02 or 令和元年12月2日"))
        elif one.choices:
            form.choose(one.name, [choice.value for choice in one.choices], _("Choose: %(label)s", label=one.label))
        elif one.name.endswith(NATIONALITY) and not is_nationality(value.upper()):
            form.refuse(one.name, _("Enter the two letters of a country or region, for example BR"))

    def _check_days(self, description: FormDescription, form: Form) -> None:
        _ = self._desk.site.translate
        if {"happened_on", "received_on"} & set(form.errors):
            return
        happened, received = day_of(form, "happened_on"), day_of(form, "received_on")
        if received and received > self._desk.today():
            form.refuse("received_on", _("The day of receipt cannot lie in the future"))
        before = description.deadline is not None and description.deadline.beforehand
        if happened and received and happened > received and not before:
            form.refuse("happened_on", _("The day of the event cannot lie after the day of receipt"))

    def _check_documents(self, description: FormDescription, form: Form) -> None:
        _ = self._desk.site.translate
        seen = set(form.all("documents"))
        missing = [words for kinds, words in self._needed(description) if not seen & kinds]
        if missing:
            form.refuse("documents", _("Not yet shown: %(titles)s", titles=self._desk.words.listed(missing)))

    def required_documents(self, description: FormDescription) -> list[str]:
        """Return what must be seen, alternatives joined."""
        return [words for _kinds, words in self._needed(description)]

    def _needed(self, description: FormDescription) -> list[tuple[set[str], str]]:
        """Return each document or group that must be seen: the kinds that are enough, and their titles."""
        _ = self._desk.site.translate
        either = _(" or ")
        needed: dict[str, list[EvidenceItem]] = {}
        for item in description.evidence:
            if item.required:
                needed.setdefault(item.group or item.kind, []).append(item)
        return [
            ({one.kind for one in items}, either.join(self._inputs.words(one.title_ja, one.title_en) for one in items))
            for items in needed.values()
        ]

    # The period

    def period(self, kind: K, description: FormDescription, form: Form) -> tuple[Deadline, date] | None:
        """Return the period of a typed form and the day it begins on; None when there is none."""
        happened = day_of(form, "happened_on")
        if description.deadline is None or happened is None:
            return None
        if kind in FROM_KNOWLEDGE:
            here, abroad = FROM_KNOWLEDGE[kind]
            return (abroad if form.value("abroad") else here, day_of(form, "known_on") or happened)
        return description.deadline, happened

    def overdue(self, kind: K, description: FormDescription, form: Form) -> date | None:
        """Return the last day of the period when it was passed; None when it was not or the days are unreadable."""
        if {"happened_on", "received_on", "known_on"} & set(form.errors):
            return None
        period, received = self.period(kind, description, form), day_of(form, "received_on")
        if period is None or received is None:
            return None
        due = period[0].last_day(period[1])
        return due if received > due else None

    def late_words(self, kind: K, description: FormDescription, due: date) -> str:
        """Return what the clerk is told about a late notification."""
        _ = self._desk.site.translate
        deadline = (DEATH if kind is K.DEATH else description.deadline) or DEATH
        return _(
            "It was due by %(day)s (%(basis)s). Take it with the reason in writing; the summary court may fine up to "
            "%(yen)s (%(fine)s).",
            day=self._desk.words.day(due),
            basis=deadline.basis,
            yen=self._desk.words.yen(LARGEST_FINE_YEN),
            fine=deadline.fine_basis,
        )

    # Values

    def notification(self, form: Form, request_id: str) -> Notification:
        """Return who notified what when."""
        happened, received = day_of(form, "happened_on"), day_of(form, "received_on")
        today = self._desk.today()
        return Notification(
            request_id=request_id,
            happened_on=happened or today,
            received_on=received or today,
            notifier=form.value("notifier"),
            documents=tuple(SeenDocument(kind) for kind in form.all("documents")),
            late_reason=form.value("late_reason"),
            note=form.value("ground"),
        )

    def name(self, form: Form, before: str = "") -> PersonName | None:
        """Return a typed name; None with a message when it cannot be one."""
        _ = self._desk.site.translate
        parts = [form.value(f"{before}{part}") for part in ("family", "given", "family_kana", "given_kana")]
        try:
            return PersonName(*parts)
        except MalformedPersonName as error:
            part = str(error.fields["part"])
            reading = part.endswith("_kana")
            message = _("Write the reading in kana") if reading else _("A name cannot contain these characters")
            form.refuse(f"{before}{part}", message)
            return None

    def people(self, kind: K, form: Form, count: int) -> list[NewPerson]:
        """Return the people typed; what cannot be right gets its message and leaves the person out."""
        found = [self._person(kind, form, n) for n in range(1, count + 1)]
        return [one for one in found if one is not None]

    def _person(self, kind: K, form: Form, n: int) -> NewPerson | None:
        p = f"p{n}_"
        name = self.name(form, p)
        since = day_of(form, "happened_on") or self._desk.today()
        nationality = form.value(f"{p}nationality").upper() or JAPANESE
        residence = None
        # A newborn child may stay for sixty days without a status.
        if nationality != JAPANESE and (kind is not K.BIRTH_OF_FOREIGN_CHILD or form.value(f"{p}category")):
            residence = self._residence(form, p, nationality, since)
        code = number = None
        if kind is K.MOVE_IN_ON_PAPER:
            _ = self._desk.site.translate
            code = form.parse(f"{p}code", ResidentRecordCode.parse, _("Check the digits of the code"))
            number = form.parse(f"{p}number", IndividualNumber.parse, _("Check the digits of the number"))
        if name is None or not form.good:
            return None
        return NewPerson(
            key=str(n),
            name=name,
            birth_date=day_of(form, f"{p}birth_date") or since,
            sex=Sex(int(form.value(f"{p}sex"))),
            position=parse_position(form.value(f"{p}position")),
            registered_domicile=form.value(f"{p}registered_domicile"),
            head_of_family_register=form.value(f"{p}head_of_family_register"),
            previous_address=form.value(f"{p}previous_address"),
            nationality=nationality,
            residence=residence,
            alias=form.value(f"{p}alias"),
            alias_kana=form.value(f"{p}alias_kana"),
            former_name=form.value(f"{p}former_name"),
            former_name_kana=form.value(f"{p}former_name_kana"),
            code=code,
            number=number,
            same_as_known={"same": True, "other": False}.get(form.value(f"{p}known")),
        )

    def _residence(self, form: Form, p: str, nationality: str, since: date) -> ResidenceStatus | None:
        _ = self._desk.site.translate
        category = form.choose(
            f"{p}category", [one.value for one in ResidenceCategory], _("Choose the category of a foreign resident")
        )
        card = form.parse_if_given(
            f"{p}card_number", ResidenceCardNumber.parse, _("Two letters, eight digits and two letters")
        )
        if not form.good:
            return None
        return ResidenceStatus(
            nationality=nationality,
            category=ResidenceCategory(category),
            status=form.value(f"{p}status"),
            resident_since=since,
            stay_until=day_of(form, f"{p}stay_until"),
            card_number=card,
            period=form.value(f"{p}period"),
        )

    # Check page

    def answers(self, form: Form, groups: Sequence[Group]) -> list[Answer]:
        """Return every input that was filled with its value in words; a secret one only says that it was typed."""
        _ = self._desk.site.translate
        shown = []
        for group in groups:
            person = group.inputs[0].name.startswith("p") and group.inputs[0].name.endswith("_family")
            about = f"{group.title}: " if person else ""
            for one in group.inputs:
                value = self._value(form, one)
                if value:
                    shown.append(Answer(f"{about}{one.label}", value))
        return shown

    def _value(self, form: Form, one: Input) -> str:
        _ = self._desk.site.translate
        typed = form.value(one.name)
        if one.secret:
            return _("typed from the paper") if typed else ""
        if one.choices:
            titles = {choice.value: choice.label for choice in one.choices}
            return self._desk.words.listed([titles[value] for value in form.all(one.name) if value in titles])
        if one.widget == "date" and typed:
            return self._desk.words.day(parse_date(typed))
        if one.name.endswith(NATIONALITY) and typed:
            return self._desk.words.nationality(typed.upper())
        return typed

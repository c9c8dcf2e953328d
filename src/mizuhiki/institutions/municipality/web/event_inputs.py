"""What a page asks for a life event, made from the event's own description (`domain.events.catalogue`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.concerned import can_concern
from mizuhiki.institutions.municipality.domain.events.forms import (
    EvidenceItem,
    FieldDescription,
    FieldType,
    FormDescription,
)
from mizuhiki.institutions.municipality.domain.residents import HouseholdView, ResidentSummary
from mizuhiki.institutions.municipality.web import event_words
from mizuhiki.institutions.municipality.web.desk import Desk
from mizuhiki.ui.components import Choice
from mizuhiki.vocabulary.ids import InstitutionKind, key_of
from mizuhiki.vocabulary.persons import Sex

OF_HOUSEHOLD = (
    K.MOVE_WITHIN, K.HOUSEHOLD_SPLIT, K.HOUSEHOLD_MERGE, K.HEAD_CHANGE, K.DEATH, K.MOVE_OUT_ABROAD,
    K.MOVE_OUT_CANCELLED, K.BIRTH_OF_FOREIGN_CHILD, K.NAME_CHANGE, K.READING, K.FORMER_NAME_ENTRY,
    K.FORMER_NAME_REMOVAL, K.ALIAS_ENTRY, K.ALIAS_REMOVAL, K.NATURALISATION, K.LOSS_OF_NATIONALITY,
    K.CORRECTION, K.MINOR_CORRECTION, K.EX_OFFICIO_REMOVAL,
)  # fmt: skip
OF_NEWCOMERS = (
    K.MOVE_IN_SPECIAL, K.MOVE_IN_ON_PAPER, K.MOVE_IN_FROM_ABROAD, K.BECAME_FOREIGN_RESIDENT, K.RETURN_FROM_ABROAD,
    K.EX_OFFICIO_ENTRY, K.UNREGISTERED_BIRTH,
)  # fmt: skip
SEVERAL_NEW = frozenset(
    {K.MOVE_IN_ON_PAPER, K.MOVE_IN_FROM_ABROAD, K.BECAME_FOREIGN_RESIDENT, K.RETURN_FROM_ABROAD, K.EX_OFFICIO_ENTRY}
)
ONE_NEW = frozenset({K.UNREGISTERED_BIRTH, K.BIRTH_OF_FOREIGN_CHILD})
EX_OFFICIO = frozenset(
    {K.EX_OFFICIO_ENTRY, K.UNREGISTERED_BIRTH, K.EX_OFFICIO_REMOVAL, K.CORRECTION, K.MINOR_CORRECTION}
)
ACTIONS = {
    K.EX_OFFICIO_ENTRY: "enter-ex-officio",
    K.UNREGISTERED_BIRTH: "enter-ex-officio",
    K.EX_OFFICIO_REMOVAL: "remove-ex-officio",
    K.CORRECTION: "correct-record",
    K.MINOR_CORRECTION: "correct-record",
    K.CANCELLATION: "correct-record",
    K.MOVE_IN_SPECIAL: "register-move-in",
}
NOT_NOTIFIED = frozenset({"transitional-by-birth", "transitional-by-loss-of-nationality"})
"""Categories of the table that nobody notifies (30条の46); offered where the mayor or a certificate says them."""
MOST_PEOPLE = 8
SHORT = 14
PROOFS = 3
CORRECTIONS = 3
WRITTEN_ITEMS = ("family", "given", "family_kana", "given_kana", "address", "registered_domicile")
CORRECTED_ITEMS = (
    *WRITTEN_ITEMS, "birth_date", "sex", "address_since", "relationship", "head_of_family_register", "resident_since",
    "previous_address", "reported_on", "nationality",
)  # fmt: skip


def action_of(kind: K) -> str:
    """Return the policy action that entering a kind needs."""
    return ACTIONS.get(kind, "enter-event")


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a page; `widget` names a macro of the template. A secret one is never shown again."""

    name: str
    label: str
    widget: str = "text"
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    optional: bool = False
    secret: bool = False
    keeps_japanese: bool = False

    @property
    def inline(self) -> bool:
        """Whether the choices are short enough to stand beside each other."""
        return sum(len(choice.label) for choice in self.choices) < SHORT


@dataclass(frozen=True, slots=True)
class Group:
    """Inputs under one heading."""

    title: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a page is about: a household or nobody yet, households at the address typed, how many people come."""

    view: HouseholdView | None = None
    nearby: tuple[ResidentSummary, ...] = ()
    people: int = 1
    former: tuple[ResidentSummary, ...] = ()
    """Who left the household, of whom a death abroad can be notified."""


class EventInputs:
    """Makes the inputs of every kind."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def title(self, form: FormDescription) -> str:
        """Return the event's title."""
        return self.words(form.title_ja, form.title_en)

    def words(self, ja: str, en: str) -> str:
        """Return the text in the page's language."""
        return en if self._desk.site.language == "en" else ja

    def groups(self, kind: K, form: FormDescription, scope: Scope) -> list[Group]:
        """Return all inputs of an event under their headings."""
        _ = self._desk.site.translate
        about: list[Input] = []
        place: list[Input] = []
        for field in form.fields:
            target = place if field.name in {"address", "household", "positions", "into"} else about
            target += self._field(kind, field, scope)
        found = [Group(_("What happened"), (*about, *self._extra(kind)))]
        if any(field.name == "proofs" for field in form.fields):
            found += [Group(_("Paper %(n)s", n=n), tuple(self._proof(n))) for n in range(1, PROOFS + 1)]
        if kind in SEVERAL_NEW | ONE_NEW:
            found += [self._person(kind, place_of) for place_of in range(1, scope.people + 1)]
        found.append(Group(_("Household and address"), tuple(place)))
        found.append(Group(_("The notification"), tuple(self._notification(kind, form))))
        return [group for group in found if group.inputs]

    def _field(self, kind: K, field: FieldDescription, scope: Scope) -> list[Input]:
        special = self._special(kind, field, scope)
        if special is not None:
            return special
        _ = self._desk.site.translate
        label, optional = self.words(field.title_ja, field.title_en), not field.required
        members = self._members(scope, kind if field.name == "resident" else None)
        if field.name == "resident":
            members += tuple(self._member(one, _("who left")) for one in scope.former)
        kinds: Mapping[FieldType, tuple[str, tuple[Choice, ...]]] = {
            FieldType.DATE: ("date", ()),
            FieldType.SEX: ("radio", self._sexes()),
            FieldType.RESIDENT: ("select" if optional else "radio", members),
            FieldType.RESIDENTS: ("checks", members),
            FieldType.CHOICE: ("select", tuple(self._choice(one) for one in field.choices)),
            FieldType.YES_NO: ("checks", (Choice("yes", label),)),
        }
        widget, choices = kinds.get(field.type, ("text", ()))
        if field.type is FieldType.YES_NO:
            optional = True
        nobody = field.type is FieldType.RESIDENT and not choices
        hint = _("This event can concern nobody in the household") if nobody else ""
        return [Input(field.name, label, widget, choices, hint, optional=optional, keeps_japanese=widget == "text")]

    def _special(self, kind: K, field: FieldDescription, scope: Scope) -> list[Input] | None:
        """Return the inputs of fields that are more than one input, or none here; None for all others."""
        _ = self._desk.site.translate
        label = self.words(field.title_ja, field.title_en)
        of_person = {"birth_date", "sex", "registered_domicile", "head_of_family_register", "nationality", "category",
                     "status", "period", "stay_until", "card_number", "previous_address", "number", "name"}  # fmt: skip
        if kind in SEVERAL_NEW | ONE_NEW and (field.name in of_person or field.name == "resident_record_code"):
            return []
        makers: Mapping[str, Callable[[], list[Input]]] = {
            "name": lambda: self._name(""),
            "from_municipality": lambda: [Input(field.name, label, "select", self._offices())],
            "resident_record_code": lambda: [Input(field.name, label, "secret", secret=True)],
            "positions": lambda: self._positions(kind, scope),
            "household": lambda: self._household(kind, scope),
            "into": lambda: [Input("into", label, "radio", self._nearby(scope))],
            "proofs": list,
            "effective_on": list,
            "ground": lambda: [Input("ground", label, "long")],
        }
        return makers[field.name]() if field.name in makers else None

    def _extra(self, kind: K) -> list[Input]:
        """Return what an operation needs beside its described fields."""
        _ = self._desk.site.translate
        if kind in {K.CORRECTION, K.MINOR_CORRECTION}:
            items = WRITTEN_ITEMS if kind is K.MINOR_CORRECTION else CORRECTED_ITEMS
            choices = tuple(Choice(one, _(event_words.ITEMS[one])) for one in items)
            return [
                part
                for n in range(1, CORRECTIONS + 1)
                for part in (
                    Input(f"item{n}", _("Item %(n)s", n=n), "select", choices, optional=n > 1),
                    Input(f"value{n}", _("Right value %(n)s", n=n), optional=n > 1, keeps_japanese=True),
                )
            ]
        if kind is K.FORMER_NAME_ENTRY:
            return [
                Input("borne_until", _("Borne until, as the family registers show"), "date"),
            ]
        if kind is K.EX_OFFICIO_REMOVAL:
            return [
                Input(
                    "move_reference",
                    _("Reference of an announced move whose day has passed"),
                    hint=_("The people are then those of the announcement"),
                    optional=True,
                )
            ]
        if kind is K.UNREGISTERED_BIRTH:
            return [
                Input("interviewed_on", _("Day of the interview"), "date"),
                Input("field_inquiry_needed", _("Inquiry on the spot"), "checks",
                      (Choice("yes", _("An inquiry on the spot is needed")),), optional=True),
                Input("field_inquiry_on", _("Day of the inquiry"), "date", optional=True),
            ]  # fmt: skip
        return []

    def _notification(self, kind: K, form: FormDescription) -> list[Input]:
        _ = self._desk.site.translate
        happened = _(event_words.HAPPENED[kind.value]) if kind.value in event_words.HAPPENED else _("Day of the event")
        inputs = [
            Input("happened_on", happened, "date"),
            Input("received_on", _("Day of receipt"), "date"),
            Input("notifier", _("Decided by") if kind in EX_OFFICIO else _("Notified by"), keeps_japanese=True),
        ]
        if form.deadline is not None:
            hint = _("Only when the period is over; as the person wrote it")
            inputs.append(Input("late_reason", _("Reason of the late notification"), hint=hint, optional=True))
        if form.evidence:
            choices = tuple(self._evidence(item, form) for item in form.evidence)
            inputs.append(Input("documents", _("Documents seen"), "checks", choices))
        for place, warning in enumerate(form.warnings):
            if warning.blocks:
                said = Choice("yes", _("The person was told this and confirms"))
                text = self.words(warning.text_ja, warning.text_en)
                inputs.append(Input(f"told{place}", _("Warning to be given"), "checks", (said,), hint=text))
        return inputs

    def _evidence(self, item: EvidenceItem, form: FormDescription) -> Choice:
        _ = self._desk.site.translate
        several = [one for one in form.evidence if item.group and one.group == item.group and one.required]
        hint = "" if item.required else _("if there is one")
        if item.required and len(several) > 1:
            hint = _("one of %(count)s is enough", count=len(several))
        return Choice(item.kind, self.words(item.title_ja, item.title_en), hint)

    # Parts

    def _members(self, scope: Scope, kind: K | None = None) -> tuple[Choice, ...]:
        """Return the members of the household; with a kind only those whom such an event can concern."""
        found = () if scope.view is None else scope.view.members
        words = self._desk.words
        return tuple(
            self._member(one.summary, words.relationship(one.summary.relationship))
            for one in found
            if kind is None or can_concern(kind, one.nationality, one.details)
        )

    def _member(self, one: ResidentSummary, role: str) -> Choice:
        return Choice(one.resident, f"{one.name} {role} {self._desk.words.short_day(one.birth_date)}")

    def _sexes(self) -> tuple[Choice, ...]:
        return tuple(Choice(str(int(sex)), self._desk.words.sex(sex)) for sex in (Sex.MALE, Sex.FEMALE))

    def _choice(self, code: str) -> Choice:
        table = {**event_words.CATEGORIES, **event_words.COURT, **event_words.PROOF_ORIGINS}
        return Choice(code, self._desk.site.translate(table[code]))

    def _offices(self) -> tuple[Choice, ...]:
        environment = self._desk.site.environment
        return tuple(
            Choice(key_of(entry.institution), self._desk.words.office(entry.institution))
            for entry in environment.directory.of_kind(InstitutionKind.MUNICIPALITY)
            if entry.institution != environment.institution
        )

    def _relationships(self) -> tuple[Choice, ...]:
        return tuple(Choice(code, words) for code, words in self._desk.words.relationships())

    def _nearby(self, scope: Scope) -> tuple[Choice, ...]:
        own = None if scope.view is None else scope.view.household
        return tuple(Choice(one.household, f"{one.name} {one.address}") for one in scope.nearby if one.household != own)

    def _household(self, kind: K, scope: Scope) -> list[Input]:
        _ = self._desk.site.translate
        if kind in {K.HOUSEHOLD_MERGE, K.BIRTH_OF_FOREIGN_CHILD}:
            return []
        ways = (Choice("new", _("They form a new household")), Choice("join", _("They join a household there")))
        found = [Input("household_choice", _("Household"), "radio", ways)]
        if nearby := self._nearby(scope):
            found.append(Input("household", _("Household to join"), "select", nearby, optional=True))
        return found

    def _positions(self, kind: K, scope: Scope) -> list[Input]:
        _ = self._desk.site.translate
        if scope.view is None:
            return []
        needed = kind is K.HOUSEHOLD_MERGE
        hint = "" if needed else _("Empty: by rule")
        return [
            Input(
                f"position-{one.summary.resident}",
                _("Position of %(name)s", name=one.summary.name),
                "select",
                self._relationships(),
                hint=hint,
                optional=not needed,
            )
            for one in scope.view.members
        ]

    def _name(self, before: str) -> list[Input]:
        _ = self._desk.site.translate
        titles = {
            "family": _("Family name"),
            "given": _("Given name"),
            "family_kana": _("Reading of the family name"),
            "given_kana": _("Reading of the given name"),
        }
        return [
            Input(f"{before}{name}", label, optional=name != "family", keeps_japanese=True)
            for name, label in titles.items()
        ]

    def _proof(self, n: int) -> list[Input]:
        _ = self._desk.site.translate
        optional = n > 1
        origins = tuple(Choice(code, _(text)) for code, text in event_words.PROOF_ORIGINS.items())
        checks = tuple(Choice(code, _(text)) for code, text in event_words.ISSUER_CHECKS.items())
        return [
            Input(f"proof{n}_title", _("Title of paper %(n)s", n=n), optional=optional, keeps_japanese=True),
            Input(f"proof{n}_issuer", _("Issuer of paper %(n)s", n=n), optional=optional, keeps_japanese=True),
            Input(f"proof{n}_origin", _("Who made paper %(n)s", n=n), "select", origins, optional=optional),
            Input(f"proof{n}_shows", _("Name on paper %(n)s", n=n), optional=optional, keeps_japanese=True),
            Input(f"proof{n}_issued_on", _("Paper %(n)s issued on", n=n), "date", optional=optional),
            Input(f"proof{n}_check", _("Doubt about paper %(n)s", n=n), "select", checks, optional=True),
        ]

    def _person(self, kind: K, n: int) -> Group:
        _ = self._desk.site.translate
        p = f"p{n}_"
        child = kind is K.BIRTH_OF_FOREIGN_CHILD
        inputs = self._name(p)
        if not child:
            inputs.append(Input(f"{p}birth_date", _("Date of birth"), "date"))
        inputs += [
            Input(f"{p}sex", _("Sex"), "radio", self._sexes()),
            Input(f"{p}position", _("Relationship to the head"), "select", self._relationships()),
        ]
        if kind is K.MOVE_IN_ON_PAPER:
            inputs += [
                Input(f"{p}code", _("Resident record code"), "secret", secret=True),
                Input(f"{p}number", _("Individual Number"), "secret", secret=True),
                Input(f"{p}alias", _("Alias"), optional=True, keeps_japanese=True),
                Input(f"{p}alias_kana", _("Reading of the alias"), optional=True, keeps_japanese=True),
                Input(f"{p}former_name", _("Former family name"), optional=True, keeps_japanese=True),
                Input(f"{p}former_name_kana", _("Reading of the former name"), optional=True, keeps_japanese=True),
            ]
        if child:
            nationality = Input(f"{p}nationality", _("Nationality or region"), hint=_("Two letters, for example BR"))
            hints = (_("Only when a status of residence was granted already"), "")
            return Group(_("The child"), (*inputs, nationality, *self._stay(p, hints)))
        if kind is not K.BECAME_FOREIGN_RESIDENT:
            inputs += self._came_from(p)
        if kind in {K.MOVE_IN_FROM_ABROAD, K.BECAME_FOREIGN_RESIDENT, K.MOVE_IN_ON_PAPER, K.EX_OFFICIO_ENTRY}:
            inputs += self._foreign(p, always=kind is K.BECAME_FOREIGN_RESIDENT)
        return Group(_("Person %(n)s", n=n), tuple(inputs))

    def _came_from(self, p: str) -> list[Input]:
        _ = self._desk.site.translate
        japanese = _("Japanese only")
        register = _("First person of the family register")
        return [
            Input(f"{p}previous_address", _("Previous address"), optional=True, keeps_japanese=True),
            Input(f"{p}registered_domicile", _("Registered domicile"), hint=japanese, optional=True,
                  keeps_japanese=True),
            Input(f"{p}head_of_family_register", register, hint=japanese, optional=True, keeps_japanese=True),
        ]  # fmt: skip

    def _foreign(self, p: str, *, always: bool) -> list[Input]:
        """Return the items of a foreign resident; `always`: the event is about nobody else."""
        _ = self._desk.site.translate
        foreign = "" if always else _("Foreign residents only")
        same = (Choice("same", _("it is the same person")), Choice("other", _("it is another person")))
        return [
            Input(f"{p}nationality", _("Nationality or region"), hint=_("Two letters, for example BR"),
                  optional=not always),
            *self._stay(p, (foreign, foreign), always=always),
            Input(f"{p}known", _("Somebody of the same name lived here"), "select", same,
                  hint=_("Only when the register asks it"), optional=True),
        ]  # fmt: skip

    def _stay(self, p: str, hints: tuple[str, str], *, always: bool = False) -> list[Input]:
        """Return the items of a stay, with the hint of the first and that of the others."""
        _ = self._desk.site.translate
        first, other = hints
        out = NOT_NOTIFIED if always else frozenset[str]()
        categories = tuple(Choice(code, _(text)) for code, text in event_words.CATEGORIES.items() if code not in out)
        return [
            Input(f"{p}category", _("Residence category"), "select", categories, hint=first, optional=not always),
            Input(f"{p}status", _("Status of residence"), hint=other, optional=True, keeps_japanese=True),
            Input(f"{p}period", _("Period of stay"), hint=other, optional=True, keeps_japanese=True),
            Input(f"{p}stay_until", _("Expiry of the period of stay"), "date", optional=True),
            Input(f"{p}card_number", _("Number of the residence card"), hint=other, optional=True),
        ]

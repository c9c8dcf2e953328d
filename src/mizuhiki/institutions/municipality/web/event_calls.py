"""From a checked form to the operation of its kind of event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mizuhiki.institutions.municipality.domain.events.aliases import AliasClaim, AliasProof, IssuerCheck, ProofOrigin
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.former_names import BorneName
from mizuhiki.institutions.municipality.domain.events.forms import Notification
from mizuhiki.institutions.municipality.domain.events.requests import EventEntered, NewPerson, Place
from mizuhiki.institutions.municipality.domain.events.unregistered import UnregisteredBirthFindings
from mizuhiki.institutions.municipality.domain.moves import MoveInForm
from mizuhiki.institutions.municipality.operations.event_service import EventOperations
from mizuhiki.institutions.municipality.operations.events.change_persons import FamilyRegisterEntry
from mizuhiki.institutions.municipality.web.desk import Desk
from mizuhiki.institutions.municipality.web.event_inputs import CORRECTIONS, ONE_NEW, PROOFS, SEVERAL_NEW, Scope
from mizuhiki.institutions.municipality.web.event_reading import EventReading, day_of
from mizuhiki.runtime.context import Context
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Position, parse_position

Call = Callable[[Context], EventEntered]
_NAMED = frozenset({K.NAME_CHANGE, K.NATURALISATION, K.LOSS_OF_NATIONALITY})
_DAYS = frozenset({"birth_date", "address_since", "resident_since", "reported_on"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked form with what was made of it."""

    form: Form
    note: Notification
    people: tuple[NewPerson, ...]
    name: PersonName | None
    scope: Scope

    @property
    def place(self) -> Place:
        """Where people go."""
        joins = self.form.value("household_choice") == "join"
        household = self.form.value("household") if joins else None
        return Place(address=self.form.value("address"), household=household or None, positions=self.positions)

    @property
    def positions(self) -> dict[str, Position]:
        """Positions stated, by resident."""
        members = () if self.scope.view is None else self.scope.view.members
        stated = {one.summary.resident: self.form.value(f"position-{one.summary.resident}") for one in members}
        return {resident: parse_position(code) for resident, code in stated.items() if code}

    @property
    def residents(self) -> list[str]:
        """Who was ticked."""
        return list(self.form.all("residents"))

    @property
    def new_head(self) -> str | None:
        """Who becomes head, where it was stated."""
        return self.form.value("new_head") or None

    @property
    def family_register(self) -> FamilyRegisterEntry | None:
        """What the family register says, where it was typed."""
        domicile = self.form.value("registered_domicile")
        return FamilyRegisterEntry(domicile, self.form.value("head_of_family_register")) if domicile else None

    def new_head_of(self, going: list[str], *, goes: bool) -> str | None:
        """Return the stated head when they are among those who go, or among those who stay."""
        return self.new_head if (self.new_head in going) is goes else None


class EventCalls:
    """Makes the call of a kind; what a form cannot mean gets its message."""

    def __init__(self, desk: Desk, reading: EventReading) -> None:
        self._desk = desk
        self._reading = reading

    def call(self, kind: K, form: Form, scope: Scope) -> Call | None:
        """Return the operation to run, or None with messages on the form."""
        _ = self._desk.site.translate
        request_id = self._desk.request_id(form)
        if form.value("household_choice") == "join" and not form.value("household"):
            message = _("Choose the household they join") if scope.nearby else _("No household lives at this address")
            form.refuse("household" if scope.nearby else "address", message)
        if not form.good:
            return None
        people = self._reading.people(kind, form, scope.people) if kind in SEVERAL_NEW | ONE_NEW else []
        name = self._reading.name(form) if kind in _NAMED else None
        changes = self._corrections(form, scope) if kind in {K.CORRECTION, K.MINOR_CORRECTION} else {}
        if form.errors:
            return None
        note = self._reading.notification(form, request_id)
        typed = Typed(form, note, tuple(people), name, scope)
        events = self._desk.operations.events
        if kind in {K.CORRECTION, K.MINOR_CORRECTION}:
            correct = events.correct if kind is K.CORRECTION else events.correct_writing
            return lambda context: correct(context, note, changes)
        makers: Mapping[K, Callable[[EventOperations, Typed], Call]] = {**_OF_HOUSEHOLDS, **_OF_PERSONS, **_OF_NEW}
        return makers[kind](events, typed)

    def _corrections(self, form: Form, scope: Scope) -> dict[str, dict[str, str | int]]:
        _ = self._desk.site.translate
        resident, items = form.value("resident"), {}
        for n in range(1, CORRECTIONS + 1):
            item, value = form.value(f"item{n}"), form.value(f"value{n}")
            if bool(item) != bool(value):
                form.refuse(f"value{n}", _("Choose the item and enter its right value"))
            elif item:
                try:
                    items[item] = _item_value(item, value)
                except (MizuhikiError, ValueError):
                    form.refuse(f"value{n}", _("This cannot be the value of the item"))
        everybody = () if scope.view is None else tuple(one.summary.resident for one in scope.view.members)
        shared = {name: items[name] for name in ("address",) if name in items}
        changes = {other: dict(shared) for other in everybody if shared and other != resident}
        return {resident: items, **changes}


def _item_value(item: str, value: str) -> str | int:
    if item in _DAYS:
        return parse_date(value).isoformat()
    if item == "sex":
        sexes = {"男": 1, "女": 2, "male": 1, "female": 2, "1": 1, "2": 2}
        return sexes[value.lower()] if value.lower() in sexes else int("")
    if item == "relationship":
        return parse_position(value).value
    return value


def _claim(form: Form) -> AliasClaim:
    proofs = tuple(
        AliasProof(
            title=form.value(f"proof{n}_title"),
            origin=ProofOrigin(form.value(f"proof{n}_origin") or ProofOrigin.SELF_MADE),
            issuer=form.value(f"proof{n}_issuer"),
            shows=form.value(f"proof{n}_shows"),
            issued_on=parse_date(form.value(f"proof{n}_issued_on")),
            check=IssuerCheck(form.value(f"proof{n}_check") or IssuerCheck.NOT_NEEDED),
        )
        for n in range(1, PROOFS + 1)
        if form.value(f"proof{n}_title") and form.value(f"proof{n}_issued_on")
    )
    return AliasClaim(
        alias=form.value("alias"),
        alias_kana=form.value("alias_kana"),
        reason=form.value("reason"),
        proofs=proofs,
        use_asked_orally=bool(form.value("use_asked_orally")),
    )


def _findings(form: Form) -> UnregisteredBirthFindings:
    seen = set(form.all("documents"))
    return UnregisteredBirthFindings(
        registration_not_reached=bool(form.value("registration_not_reached")),
        court_procedure=form.value("court_procedure"),
        presumed_child_basis=form.value("presumed_child_basis"),
        birth_certificate_seen="birth-certificate" in seen,
        parent_family_register_seen="parent-family-register" in seen,
        interviewed_on=day_of(form, "interviewed_on"),
        field_inquiry_needed=bool(form.value("field_inquiry_needed")),
        field_inquiry_on=day_of(form, "field_inquiry_on"),
    )


def _special(events: EventOperations, t: Typed) -> Call:
    move = MoveInForm(
        request_id=t.note.request_id,
        from_municipality=t.form.value("from_municipality"),
        move_reference=t.form.value("move_reference"),
        resident_record_code=t.form.value("resident_record_code"),
        address=t.form.value("address"),
        moved_in_on=t.note.happened_on,
        received_on=t.note.received_on,
        household=t.place.household,
        notifier=t.note.notifier,
    )
    return lambda context: events.enter_special(context, t.note, move)


def _move_within(events: EventOperations, t: Typed) -> Call:
    going = t.residents
    return lambda context: events.move_within(
        context,
        t.note,
        going,
        t.place,
        new_head=t.new_head_of(going, goes=True),
        head_left_behind=t.new_head_of(going, goes=False),
    )


def _split(events: EventOperations, t: Typed) -> Call:
    going = t.residents
    return lambda context: events.split_household(
        context,
        t.note,
        going,
        new_head=t.new_head_of(going, goes=True),
        positions=t.positions,
        head_left_behind=t.new_head_of(going, goes=False),
    )


def _merge(events: EventOperations, t: Typed) -> Call:
    household = t.scope.view.household if t.scope.view else ""
    return lambda context: events.merge_households(
        context, t.note, household, into=t.form.value("into"), positions=t.positions
    )


def _remove(events: EventOperations, t: Typed) -> Call:
    announced = t.form.value("move_reference")
    if announced:
        return lambda context: events.confirm_move_out(context, t.note, announced, new_head=t.new_head)
    return lambda context: events.remove_ex_officio(context, t.note, t.residents, new_head=t.new_head)


def _former_name(events: EventOperations, t: Typed) -> Call:
    until = day_of(t.form, "borne_until")
    borne = [] if until is None else [BorneName(t.form.value("former_name"), until)]
    return lambda context: events.enter_former_name(
        context,
        t.note,
        t.form.value("resident"),
        former_name=t.form.value("former_name"),
        former_name_kana=t.form.value("former_name_kana"),
        borne=borne,
    )


def _foreign_birth(events: EventOperations, t: Typed) -> Call:
    household = t.scope.view.household if t.scope.view else ""
    return lambda context: events.enter_foreign_birth(context, t.note, t.people[0], household)


def _named(t: Typed) -> PersonName:
    if t.name is None:
        raise AssertionError
    return t.name


_OF_HOUSEHOLDS: Mapping[K, Callable[[EventOperations, Typed], Call]] = {
    K.MOVE_WITHIN: _move_within,
    K.HOUSEHOLD_SPLIT: _split,
    K.HOUSEHOLD_MERGE: _merge,
    K.HEAD_CHANGE: lambda e, t: lambda c: e.change_head(c, t.note, t.form.value("new_head"), t.positions),
    K.DEATH: lambda e, t: (
        lambda c: e.enter_death(
            c,
            t.note,
            t.form.value("resident"),
            known_on=day_of(t.form, "known_on"),
            abroad=bool(t.form.value("abroad")),
            new_head=t.new_head,
        )
    ),
    K.MOVE_OUT_ABROAD: lambda e, t: (
        lambda c: e.move_abroad(c, t.note, t.residents, t.form.value("country"), new_head=t.new_head)
    ),
    K.MOVE_OUT_CANCELLED: lambda e, t: lambda c: e.cancel_move_out(c, t.note, t.form.value("move_reference")),
    K.EX_OFFICIO_REMOVAL: _remove,
}
_OF_PERSONS: Mapping[K, Callable[[EventOperations, Typed], Call]] = {
    K.NAME_CHANGE: lambda e, t: (
        lambda c: e.change_name(c, t.note, t.form.value("resident"), _named(t), family_register=t.family_register)
    ),
    K.READING: lambda e, t: (
        lambda c: e.enter_reading(
            c,
            t.note,
            t.form.value("resident"),
            family_kana=t.form.value("family_kana"),
            given_kana=t.form.value("given_kana"),
        )
    ),
    K.FORMER_NAME_ENTRY: _former_name,
    K.FORMER_NAME_REMOVAL: lambda e, t: lambda c: e.remove_former_name(c, t.note, t.form.value("resident")),
    K.ALIAS_ENTRY: lambda e, t: lambda c: e.enter_alias(c, t.note, t.form.value("resident"), _claim(t.form)),
    K.ALIAS_REMOVAL: lambda e, t: lambda c: e.remove_alias(c, t.note, t.form.value("resident")),
    K.NATURALISATION: lambda e, t: (
        lambda c: e.enter_naturalisation(
            c,
            t.note,
            t.form.value("resident"),
            name=_named(t),
            family_register=t.family_register or FamilyRegisterEntry("", ""),
        )
    ),
    K.LOSS_OF_NATIONALITY: lambda e, t: (
        lambda c: e.enter_loss_of_nationality(
            c,
            t.note,
            t.form.value("resident"),
            nationality=t.form.value("nationality").upper(),
            name=_named(t),
            known_on=day_of(t.form, "known_on"),
            abroad=bool(t.form.value("abroad")),
        )
    ),
}
_OF_NEW: Mapping[K, Callable[[EventOperations, Typed], Call]] = {
    K.BIRTH_OF_FOREIGN_CHILD: _foreign_birth,
    K.MOVE_IN_SPECIAL: _special,
    K.MOVE_IN_FROM_ABROAD: lambda e, t: lambda c: e.enter_from_abroad(c, t.note, t.people, t.place),
    K.BECAME_FOREIGN_RESIDENT: lambda e, t: lambda c: e.enter_became_resident(c, t.note, t.people, t.place),
    K.RETURN_FROM_ABROAD: lambda e, t: lambda c: e.enter_returning(c, t.note, t.people, t.place),
    K.EX_OFFICIO_ENTRY: lambda e, t: lambda c: e.enter_ex_officio(c, t.note, t.people, t.place),
    K.MOVE_IN_ON_PAPER: lambda e, t: (
        lambda c: e.enter_on_paper(
            c,
            t.note,
            t.people,
            t.place,
            from_municipality=t.form.value("from_municipality"),
            move_reference=t.form.value("move_reference"),
        )
    ),
    K.UNREGISTERED_BIRTH: lambda e, t: (
        lambda c: e.enter_unregistered_birth(c, t.note, t.people[0], t.place, findings=_findings(t.form))
    ),
}

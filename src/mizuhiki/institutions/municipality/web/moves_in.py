"""Register a move in by reference: certificate over the network, household, check answers, enter (R-006, R-048).

The resident record code is typed from the person's paper. It is kept in the session between the steps and never shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from mizuhiki.institutions.municipality.domain.events.card_moves import resident_card_notices
from mizuhiki.institutions.municipality.domain.events.deadlines import WITHIN_14_DAYS
from mizuhiki.institutions.municipality.domain.events.relations import positions_on_arrival
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MovingOutCertificate
from mizuhiki.institutions.municipality.domain.residents import ResidentQuery, ResidentSummary
from mizuhiki.institutions.municipality.web.desk import REGISTER, REQUEST_ID, Desk
from mizuhiki.institutions.municipality.web.guided import Guided, Step
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Choice, Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.ids import InstitutionKind, key_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import Position, Relationship, parse_position

ACTION = "register-move-in"
CODE = "resident_record_code"
ARRIVING = "arriving"
NEW = "new"
JOIN = "join"
_REFUSALS = {
    "date-impossible/received_on": "received_on",
    "date-impossible/moved_in_on": "moved_in_on",
    "malformed-resident-record-code": CODE,
    "move-not-for-code": "move_reference",
    "move-completed": "move_reference",
    "unknown-move": "move_reference",
    "already-resident": "from_municipality",
    "unknown-household": "household",
    "address-elsewhere": "address",
    "later-event-exists": "moved_in_on",
    "household-inconsistent": "household_choice",
    "text-not-writable/address": "address",
}


@dataclass(frozen=True, slots=True)
class _Found:
    """What the first step found: the certificate, and households at the address typed."""

    certificate: MovingOutCertificate
    nearby: tuple[ResidentSummary, ...]

    @property
    def several(self) -> bool:
        """Whether there is a choice of who arrives."""
        return len(self.certificate.persons) > 1

    def arriving(self, form: Form) -> list[int]:
        """Return the places on the certificate of those who arrive now; everybody where there is no choice."""
        return [place for place in self.places if not self.several or self.tick(place) in form.all(ARRIVING)]

    @property
    def places(self) -> range:
        """The places on the certificate."""
        return range(len(self.certificate.persons))

    def tick(self, place: int) -> str:
        """Return what names a place when it is ticked; another certificate, with fewer people, has other ones."""
        return f"{place}/{len(self.certificate.persons)}"

    def names(self, places: Iterable[int]) -> list[str]:
        """Return the names of people by their place on the certificate."""
        return [self.certificate.persons[place].four_items.name for place in places]


def _position_field(place: int) -> str:
    """Return the field of a position; people are named by their place on the certificate, never by a code."""
    return f"position-{place}"


class MoveInPages:
    """The entry of a move in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._guided = Guided(desk, secret=(CODE,))
        desk.site.route("/move-in", ("GET", "POST"))(self.reference)
        desk.site.route("/move-in/entry", ("GET", "POST"))(self.entry)
        desk.site.route("/moves-in/<household>")(self.move_in_entered)

    def _offices(self) -> list[Choice]:
        """Return the other municipalities that can be asked."""
        environment = self._desk.site.environment
        return [
            Choice(key_of(entry.institution), self._desk.words.office(entry.institution))
            for entry in environment.directory.of_kind(InstitutionKind.MUNICIPALITY)
            if entry.institution != environment.institution
        ]

    # --- step 1: the reference --------------------------------------------------------------------------------------

    def reference(self) -> Reply:
        """Ask for reference and code, and get the certificate."""
        desk = self._desk
        desk.require(ACTION)
        step, form = self._guided.read()
        if step is not Step.CHECK:
            return self._show_reference(form)
        self._read_reference(form)
        if form.good and desk.attempt(
            form, lambda: self._fetch(desk.context(REGISTER, "ask for people moving in"), form), _REFUSALS
        ):
            draft = {name: form.value(name) for name in (REQUEST_ID, "from_municipality", "move_reference")}
            desk.site.store("move-in", {**draft, CODE: form.value(CODE)})
            return desk.site.redirect("/move-in/entry")
        return self._show_reference(form)

    def _show_reference(self, form: Form) -> Reply:
        return self._desk.site.render("move_in.html", form=form, offices=self._offices())

    def _read_reference(self, form: Form) -> None:
        _ = self._desk.site.translate
        offices = [choice.value for choice in self._offices()]
        form.choose("from_municipality", offices, _("Choose the municipality the person comes from"))
        form.require("move_reference", _("Enter the reference from the moving-out paper"))
        form.require(CODE, _("Enter the resident record code from the person's paper"))
        self._desk.request_id(form)

    def _fetch(self, context: Context, form: Form) -> MovingOutCertificate:
        return self._desk.operations.fetch_moving_out_certificate(
            context,
            from_municipality=form.value("from_municipality"),
            move_reference=form.value("move_reference"),
            resident_record_code=form.value(CODE),
        )

    # --- step 2: people, household, days -----------------------------------------------------------------------------

    def entry(self) -> Reply:
        """Show who moves, take household and days, check, and enter."""
        desk = self._desk
        desk.require(ACTION)
        done = desk.site.stored(f"moved-in/{Form.posted(request.form).value(REQUEST_ID)}")
        if isinstance(done, str):
            return desk.site.redirect(f"/moves-in/{done}")
        kept = desk.site.stored("move-in")
        if not isinstance(kept, dict):
            return desk.site.redirect("/move-in")
        context = desk.context(REGISTER, "register a move in")
        source = Form({name: str(value) for name, value in kept.items()})
        found: list[MovingOutCertificate] = []
        if not desk.attempt(source, lambda: found.append(self._fetch(context, source)), _REFUSALS):
            return self._show_reference(source)
        certificate = _Found(found[0], ())
        everybody = [certificate.tick(place) for place in certificate.places]
        step, form = Guided(desk).read(
            received_on=desk.today().isoformat(), household_choice=NEW, **{ARRIVING: everybody}
        )
        return self._entry_of(context, _Found(found[0], self._nearby(context, form)), step, form, source)

    def _entry_of(self, context: Context, case: _Found, step: Step, form: Form, source: Form) -> Reply:
        """Take one step of the entry for a certificate that was found."""
        desk = self._desk
        checked = self._read_entry(case, form, source) if step in {Step.CHECK, Step.ENTER} else None
        if checked is None:
            return self._show_entry(case, form)
        if step is Step.CHECK:
            return self._check(case, form, checked)
        entered: list[str] = []
        if not desk.attempt(
            form, lambda: entered.extend(desk.operations.register_move_in(context, checked)), _REFUSALS
        ):
            return self._show_entry(case, form)
        desk.site.forget("move-in")
        household = desk.operations.household_of(context, entered[0])
        desk.site.store(f"moved-in/{checked.request_id}", household)
        return desk.site.redirect(f"/moves-in/{household}")

    def _nearby(self, context: Context, form: Form) -> tuple[ResidentSummary, ...]:
        """Return the heads of households at the address typed, to be joined."""
        address = form.value("address")
        if not address:
            return ()
        found = self._desk.operations.search_residents(context, ResidentQuery(address=address))
        return tuple(one for one in found.shown if one.relationship is Relationship.HEAD)

    def _show_entry(self, case: _Found, form: Form) -> Reply:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        titles = (_("Name"), _("Reading"), _("Date of birth"), _("Sex"), _("Relationship"), _("Address until now"))
        return desk.site.render(
            "move_in_entry.html",
            form=form,
            bar=[
                Answer(_("From"), words.office(f"municipality-{case.certificate.from_municipality}")),
                Answer(_("Reference"), case.certificate.move_reference),
                Answer(_("Planned day"), words.short_day(case.certificate.planned_on)),
            ],
            columns=[Column(title) for title in titles],
            rows=self._people(case),
            ways=[
                Choice(NEW, _("They form a new household"),
                       _("The relationships come from the certificate; by rule where its head does not move.")),
                Choice(JOIN, _("They join a household there"), _("Who gets no relationship below is a cohabitant.")),
            ],
            households=[Choice(one.household, f"{one.name} {one.address}") for one in case.nearby],
            people=[
                (_position_field(place), person.four_items.name)
                for place, person in enumerate(case.certificate.persons)
            ],
            relationships=[Choice(code, text) for code, text in words.relationships()],
            planned_address=case.certificate.planned_address,
            arriving=self._choices(case) if case.several else [],
        )  # fmt: skip

    def _choices(self, case: _Found) -> list[Choice]:
        return [
            Choice(case.tick(place), name) for place, name in zip(case.places, case.names(case.places), strict=True)
        ]

    def _people(self, case: _Found) -> list[Row]:
        words, today = self._desk.words, self._desk.today()
        return [
            Row(
                (
                    person.four_items.name,
                    person.four_items.name_kana,
                    words.born(person.four_items.birth_date, today),
                    words.sex(person.four_items.sex),
                    words.relationship(person.relationship),
                    person.four_items.address,
                )
            )
            for person in case.certificate.persons
        ]

    def _read_entry(self, case: _Found, form: Form, source: Form) -> MoveInForm | None:
        desk = self._desk
        _ = desk.site.translate
        way = form.choose("household_choice", [NEW, JOIN], _("Choose whether they form a new household"))
        address = form.require("address", _("Enter the address they live at now"))
        household = None
        if way == JOIN and address:
            message = _("Choose the household they join") if case.nearby else _("No household lives at this address")
            household = form.choose(
                "household" if case.nearby else "address", [n.household for n in case.nearby], message
            )
        moved = form.parse("moved_in_on", parse_date, _("Enter the day of the move like 2019-12-02 or 令和元年12月2日"))
        received = form.parse("received_on", parse_date, _("Enter the day of receipt like 2019-12-02"))
        if received and received > desk.today():
            form.refuse("received_on", _("The day of receipt cannot lie in the future"))
        if moved and moved > (received or desk.today()):
            form.refuse("moved_in_on", _("The day of the move cannot lie after the day of receipt"))
        late_reason = desk.late_reason(form, WITHIN_14_DAYS, moved, received)
        arriving = self._read_arriving(case, form)
        relationships = self._read_positions(case, form, moved or desk.today(), joining=way == JOIN)
        notifier = form.require("notifier", _("Enter who notifies the move"))
        request_id = desk.request_id(form)
        if not form.good or moved is None or received is None:
            return None
        return MoveInForm(
            request_id=request_id,
            from_municipality=source.value("from_municipality"),
            move_reference=source.value("move_reference"),
            resident_record_code=source.value(CODE),
            address=address,
            moved_in_on=moved,
            received_on=received,
            household=household,
            notifier=notifier,
            relationships=relationships,
            late_reason=late_reason,
            arriving=arriving,
        )

    def _read_arriving(self, case: _Found, form: Form) -> frozenset[ResidentRecordCode]:
        """Return the codes of those ticked, none for everybody.

        A certificate that names fewer than the page showed is one whose places mean other people by now.
        """
        _ = self._desk.site.translate
        places = case.arriving(form)
        if not set(form.all(ARRIVING)) <= {case.tick(place) for place in case.places}:
            form.refuse(ARRIVING, _("Somebody of this move arrived meanwhile; choose again who arrives now"))
        elif not places:
            form.refuse(ARRIVING, _("Choose who arrives now"))
        if len(places) == len(case.certificate.persons):
            return frozenset()
        return frozenset(case.certificate.persons[place].code for place in places)

    def _read_positions(self, case: _Found, form: Form, day: date, *, joining: bool) -> tuple[Position, ...]:
        """Return the position of each who arrives: the one chosen, or the one they have where none is stated."""
        _ = self._desk.site.translate
        codes = [code for code, _words in self._desk.words.relationships()]
        places = case.arriving(form)
        if not places:
            return ()
        persons = tuple(case.certificate.persons[place] for place in places)
        found = positions_on_arrival(replace(case.certificate, persons=persons), day, joining=joining)
        for number, place in enumerate(places):
            name = _position_field(place)
            if form.value(name):
                form.choose(name, codes, _("This is not a relationship to the head of the household"))
            if form.value(name) in codes:
                found[number] = parse_position(form.value(name))
        return tuple(found)

    def _check(self, case: _Found, form: Form, checked: MoveInForm) -> Reply:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        joined = next((one.name for one in case.nearby if one.household == checked.household), "")
        arriving = case.arriving(form)
        later = [place for place in case.places if place not in arriving]
        deadline = WITHIN_14_DAYS.last_day(checked.moved_in_on)
        late = checked.received_on > deadline
        return desk.site.render(
            "check.html",
            title=_("Check the move in"),
            answers=[
                Answer(_("Who moves"), words.listed(case.names(arriving))),
                *([Answer(_("Not yet: announced further on"), words.listed(case.names(later)))] if later else []),
                *(
                    Answer(_("Position of %(name)s", name=name), words.relationship(position))
                    for name, position in zip(case.names(arriving), checked.relationships, strict=True)
                ),
                Answer(_("From"), words.office(f"municipality-{checked.from_municipality}")),
                Answer(_("New address"), checked.address),
                Answer(_("Household"), joined or _("New household")),
                Answer(_("Day of the move"), words.day(checked.moved_in_on)),
                Answer(_("Notified by"), checked.notifier),
                Answer(_("Day of receipt"), words.day(checked.received_on)),
                Answer(_("Last day of the notification period"), words.day(deadline)),
                *([Answer(_("Reason of the late notification"), checked.late_reason)] if late else []),
            ],
            carried=Guided(desk).carried(form),
            warning_title=_("The notification is late") if late else "",
            warning=_(
                "It was due by %(day)s (住基法22条). Take it, and ask for the reason in writing.",
                day=words.day(deadline),
            )
            if late
            else "",
            enter=_("Enter the move in"),
            after=" ".join(
                (
                    _("Everybody keeps code and number. The municipality they left is told and removes its records."),
                    *([_("Who comes later is entered by the same reference then.")] if later else []),
                    *(words.notice(one) for one in resident_card_notices(checked.moved_in_on)),
                )
            ),
        )

    def move_in_entered(self, household: str) -> Reply:
        """Confirm a move in."""
        desk = self._desk
        _ = desk.site.translate
        view = desk.operations.household_view(desk.context(REGISTER, "confirm a move in"), household)
        return desk.site.render(
            "entered.html",
            title=_("The move in is entered"),
            reference="",
            text=_("Code and number are kept. The municipality they left is told."),
            warning="",
            answers=[
                Answer(_("Members"), desk.words.listed([member.summary.name for member in view.members])),
                Answer(_("Address"), view.address),
            ],
            following=[
                Action(_("Open the household"), f"/households/{household}", "h"),
                Action(_("Claim for child allowance"), f"/households/{household}/allowance", "a"),
                Action(_("Print the acceptance notice"), f"/residents/{view.members[0].summary.resident}/receipt", "p"),
                Action(_("Next move in"), "/move-in", "n"),
            ],
        )

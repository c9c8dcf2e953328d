"""The desk for addressee numbers: search, enter, decide cases, merge, split, undo (R-255, R-257).

An Individual Number is typed into a form and posted; it stands in no address and on no page.
"""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.addressee_records import (
    AddresseeCase,
    AddresseeChange,
    ChangeKind,
    Decision,
    Department,
    DepartmentRecord,
    RecordKey,
    RecordState,
)
from mizuhiki.institutions.municipality.operations.match_addressees import (
    DECIDE,
    ENTER,
    READ,
    AddresseeView,
    DepartmentEntry,
)
from mizuhiki.institutions.municipality.web import addressee_words as say
from mizuhiki.institutions.municipality.web.desk import TAX, Desk, refuse_step
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Choice, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import JST, parse_date
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems, Sex

_ADDRESSEE = "/addressees/<addressee>"


class AddresseePages:
    """Search and entering; one addressee with its records; the cases."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/addressees", ("GET", "POST"))(self.find_addressee)
        desk.site.route("/addressees/new", ("GET", "POST"))(self.enter_department_record)
        desk.site.route("/addressees/cases", ("GET",))(self.addressee_cases)
        desk.site.route("/addressees/cases/<case_id>", ("GET", "POST"))(self.addressee_case)
        desk.site.route(_ADDRESSEE, ("GET", "POST"))(self.addressee)

    def find_addressee(self) -> Reply:
        """Find an addressee by its own number or by the Individual Number; a post goes to it."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(READ)
        form = Form.posted(request.form) if request.method == "POST" else Form({})
        if request.method == "POST":
            found = self._found(form)
            if found is not None:
                return desk.site.redirect(f"/addressees/{found.addressee_number}")
        blank = Form({"addressee": form.value("addressee")})
        blank.errors.update(form.errors)
        return desk.site.render("addressees.html", form=blank, may_enter=desk.may(ENTER))

    def _found(self, form: Form) -> AddresseeView | None:
        desk = self._desk
        _ = desk.site.translate
        context = desk.context(TAX, "search for an addressee")
        found: list[AddresseeView] = []
        if form.value("number"):
            number = form.parse("number", IndividualNumber.parse, _("This is not an Individual Number"))
            if number is not None:
                desk.attempt(form, lambda: found.append(desk.operations.addressees.find_by_number(context, number)), {})
        else:
            wanted = form.require("addressee", _("Enter one of the two numbers"))
            if wanted:
                desk.attempt(form, lambda: found.append(desk.operations.addressees.view(context, wanted)), {})
        return found[0] if found else None

    def enter_department_record(self) -> Reply:
        """Enter a department's record; the page says whether it was matched or needs a decision."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(ENTER)
        form = Form.posted(request.form) if request.method == "POST" else Form({})
        if request.method == "POST":
            entered: list[DepartmentRecord] = []
            entry = self._entry(form)
            context = desk.context(TAX, "enter a department's record")
            if entry is not None:
                desk.attempt(form, lambda: entered.append(desk.operations.addressees.enter(context, entry)), {})
            if entered:
                in_case = entered[0].state is RecordState.IN_CASE
                return desk.site.redirect(
                    "/addressees/cases" if in_case else f"/addressees/{entered[0].addressee_number}"
                )
        shown = Form({name: form.value(name) for name in say.ENTRY_FIELDS if name != "number"})
        shown.errors.update(form.errors)
        return desk.site.render(
            "addressee_entry.html",
            form=shown,
            departments=[Choice(one.value, _(say.DEPARTMENTS[one])) for one in Department],
            sexes=desk.sexes(),
        )

    def _entry(self, form: Form) -> DepartmentEntry | None:
        _ = self._desk.site.translate
        department = form.parse("department", Department, _("Choose the department"))
        local = form.require("local_number", _("Enter the department's number"))
        name, kana = form.require("name", _("Enter the name")), form.value("name_kana")
        birth = form.parse("birth_date", parse_date, _("Enter the date of birth like 2019-12-02 or 令和元年12月2日"))
        sex = form.choose("sex", ("1", "2"), _("Choose the sex"))
        address = form.require("address", _("Enter the address"))
        number = None
        if form.value("number"):
            number = form.parse("number", IndividualNumber.parse, _("This is not an Individual Number"))
        if not form.good or department is None or birth is None:
            return None
        return DepartmentEntry(
            RecordKey(department, local), FourItems(name, kana, birth, Sex(int(sex)), address), number
        )

    def addressee(self, addressee: str) -> Reply:
        """Show one addressee; merge, split or undo on POST."""
        desk = self._desk
        _ = desk.site.translate
        context = desk.context(TAX, "look at an addressee")
        form = Form.posted(request.form) if request.method == "POST" else Form({})
        if request.method == "POST":
            desk.attempt(form, lambda: self._change(addressee, form), {})
            if form.good:
                return desk.site.redirect(f"/addressees/{addressee}")
        found = desk.operations.addressees.view(context, addressee)
        items = found.four_items
        return desk.site.render(
            "addressee.html",
            form=form,
            facts=[
                Answer(_("Addressee number"), addressee),
                Answer(_("Name"), items.name),
                Answer(_("Date of birth"), desk.words.born(items.birth_date, desk.today())),
                Answer(_("Sex"), desk.words.sex(items.sex)),
                Answer(_("Address"), items.address),
                Answer(_("Individual Number"), _("known") if found.has_number else _("not known")),
            ],
            in_case=bool(found.cases),
            columns=[Column(_("Department")), Column(_("Its number")), Column(_("Name")), Column(_("State"))],
            rows=[self._record(one) for one in found.records],
            splittable=[
                Choice(f"{one.key.department}/{one.key.local_number}", self._of(one.key)) for one in found.records
            ],
            history_columns=[
                Column(_("When")),
                Column(_("What")),
                Column(_("Other addressee")),
                Column(_("By")),
                Column(_("Reason")),
            ],
            history=[self._line(one) for one in found.history],
            undoable=[
                Choice(one.change_id, f"{_(say.CHANGES[one.kind])} {_moment(one)}")
                for one in found.history
                if one.kind in {ChangeKind.MERGED, ChangeKind.SPLIT}
                and all(other.undoes != one.change_id for other in found.history)
            ],
            may_decide=desk.may(DECIDE),
        )

    def _change(self, addressee: str, form: Form) -> None:
        desk = self._desk
        context = desk.context(TAX, "change whose records are whose")
        step, reason, operations = form.value("do"), form.value("reason"), desk.operations.addressees
        if step == "merge":
            operations.merge(context, addressee, form.value("other"), reason)
        elif step == "split":
            operations.split(context, addressee, [_key(text) for text in form.all("records")], reason)
        elif step == "undo":
            operations.undo(context, form.value("change"), reason)
        else:
            refuse_step()

    def _of(self, key: RecordKey) -> str:
        return f"{self._desk.site.translate(say.DEPARTMENTS[key.department])} {key.local_number}"

    def _record(self, one: DepartmentRecord) -> Row:
        _ = self._desk.site.translate
        state = Tag(_("matched"), Tone.DONE)
        if one.state is RecordState.IN_CASE:
            state = Tag(_("to be decided"), Tone.ATTENTION)
        return Row((_(say.DEPARTMENTS[one.key.department]), one.key.local_number, one.items.name, state))

    def _line(self, one: AddresseeChange) -> Row:
        _ = self._desk.site.translate
        return Row((_moment(one), _(say.CHANGES[one.kind]), one.other, one.by, one.reason))

    def addressee_cases(self) -> Reply:
        """List what staff has to decide, oldest first."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(READ)
        found = desk.operations.addressees.cases(desk.context(TAX, "read cases about addressees"))
        return desk.site.render(
            "addressee_cases.html",
            columns=[Column(_("Kind of case")), Column(_("Record")), Column(_("Addressee")), Column(_("Opened"))],
            rows=[
                Row(
                    (
                        Action(_(say.CASES[one.kind]), f"/addressees/cases/{one.case_id}", about=one.candidate),
                        self._of(one.key) if one.key else "",
                        one.candidate,
                        f"{one.opened_at.astimezone(JST):%Y-%m-%d %H:%M}",
                    )
                )
                for one in found
            ],
        )

    def addressee_case(self, case_id: str) -> Reply:
        """Show one case: how far each item agrees, and both sides for the person who decides; decide on POST."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(DECIDE)
        form = Form.posted(request.form) if request.method == "POST" else Form({})
        if request.method == "POST":
            decision = form.parse("decision", Decision, _("Choose the decision"))
            context = desk.context(TAX, "decide a case about an addressee")
            if decision is not None:
                desk.attempt(
                    form,
                    lambda: desk.operations.addressees.decide(context, case_id, decision, form.value("reason")),
                    {"addressee-reason-missing": "reason"},
                )
            if form.good:
                return desk.site.redirect("/addressees/cases")
        return self._show(case_id, form)

    def _show(self, case_id: str, form: Form) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        operations, context = desk.operations.addressees, desk.context(TAX, "look at a case about an addressee")
        one = next((one for one in operations.cases(context) if one.case_id == case_id), None)
        if one is None:
            return desk.site.redirect("/addressees/cases")
        view = operations.view(context, one.candidate)
        ours = next((record.items for record in view.records if record.key == one.key), None)
        return desk.site.render(
            "addressee_case.html",
            form=form,
            name=_(say.CASES[one.kind]),
            columns=[
                Column(_("Item")),
                Column(_("Addressee")),
                Column(_("Department's record")),
                Column(_("Agreement")),
            ],
            rows=self._sides(one, view.four_items, ours),
            decisions=[
                Choice(decision.value, _(say.DECISIONS[decision]))
                for decision in Decision
                if (decision is Decision.CORRECTED) == (one.key is None)
            ],
        )

    def _sides(self, one: AddresseeCase, known: FourItems, entered: FourItems | None) -> list[Row]:
        _, words, today = self._desk.site.translate, self._desk.words, self._desk.today()

        def shown(items: FourItems | None, item: str) -> str:
            if items is None:
                return ""
            if item == "birth_date":
                return str(words.born(items.birth_date, today))
            return str(words.sex(items.sex)) if item == "sex" else str(getattr(items, item))

        return [
            Row(
                (
                    _(title),
                    shown(known, item),
                    shown(entered, item),
                    _(say.AGREEMENTS[one.report[item]]) if item in one.report else "",
                )
            )
            for item, title in say.ITEMS.items()
        ]


def _moment(one: AddresseeChange) -> str:
    return f"{one.at.astimezone(JST):%Y-%m-%d %H:%M}"


def _key(text: str) -> RecordKey:
    department, _slash, local = text.partition("/")
    return RecordKey(Department(department), local)

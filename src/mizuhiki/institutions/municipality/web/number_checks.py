"""Number checks at the counter: with the card, and over the register network (R-051, R-052).

Numbers travel in posts only, and the page forgets numbers at once: a form comes back without them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mizuhiki.card.reader import Reader
from mizuhiki.institutions.municipality.domain.network import CardCheckForm, StoredCheck
from mizuhiki.institutions.municipality.web import network_words as say
from mizuhiki.institutions.municipality.web.desk import Desk, Grounds
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Choice, Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.affairs import affair
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.ids import InstitutionKind
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.vocabulary.register_access import SearchTable, search_laws
from mizuhiki.vocabulary.register_access.verification import CheckOutcome, NumberCheck

ACTION, READ = "verify-number", "read-number-checks"
BASIS = "番号法16条"
SEXES = tuple(Sex)
_REFUSALS = {"no-search-row": "affair", "search-row-not-in-force": "affair", "affair-of-others": "affair"}


def checkable_affairs(day: date) -> list[str]:
    """Return the affairs a municipality may search for on a day, in the order of the Act's table."""
    rows = [row for row in search_laws() if row.table is SearchTable.MUNICIPAL and row.in_force(day)]
    codes = [affair(code) for code in dict.fromkeys(code for row in rows for code in row.affairs)]
    return [one.code for one in codes if InstitutionKind.MUNICIPALITY.value in one.users and one.lawful_on(day)]


class NumberCheckPages:
    """Both forms, and the list of the day's checks. `reader` gives the reader at the counter, where there is one."""

    def __init__(self, desk: Desk, reader: Callable[[], Reader] | None = None) -> None:
        self._desk = desk
        self._reader = reader
        desk.site.route("/number-checks/network", ("GET", "POST"), endpoint="number_check_network")(self.network)
        desk.site.route("/number-checks/card", ("GET", "POST"), endpoint="number_check_card")(self.card)
        desk.site.route("/number-checks", endpoint="number_checks")(self.day)

    def network(self) -> Reply:
        """Method 2: number and four items as written, for a named affair."""
        desk = self._desk
        desk.require(ACTION)
        if request.method == "GET":
            return self._show("network", desk.new_form(), None)
        form = Form.posted(request.form)
        number, items, code = form.value("number"), self._items(form, ""), self._affair(form)
        self._number(form, "number")
        done: list[NumberCheck] = []
        if items is not None and form.good:
            context = desk.context(Grounds(code, BASIS), "check a number over the network")
            desk.attempt(
                form, lambda: done.append(desk.operations.network.verify_by_network(context, number, items)), _REFUSALS
            )
        return self._show("network", self._without_numbers(form), done[0] if done else None)

    def card(self) -> Reply:
        """Method 1: the five steps with the card at hand."""
        desk = self._desk
        desk.require(ACTION)
        if request.method == "GET":
            return self._show("card", desk.new_form(), None)
        form = Form.posted(request.form)
        written, printed, code = self._items(form, ""), self._items(form, "card_"), self._affair(form)
        self._number(form, "number")
        self._number(form, "card_number")
        done: list[NumberCheck] = []
        if written is not None and printed is not None and form.good:
            asked = CardCheckForm(
                application=bool(form.value("application")),
                card_shown=bool(form.value("card_shown")),
                face_checked=bool(form.value("face_checked")),
                chip_equals_face=bool(form.value("chip_equals_face")),
                number_text=form.value("number"),
                card_number_text=form.value("card_number"),
                written=written,
                printed=printed,
            )
            context = desk.context(Grounds(code, BASIS), "check a number with the card")
            reader = None if self._reader is None else self._reader()
            desk.attempt(
                form, lambda: done.append(desk.operations.network.verify_by_card(context, asked, reader)), _REFUSALS
            )
        return self._show("card", self._without_numbers(form), done[0] if done else None)

    def _number(self, form: Form, name: str) -> None:
        if not form.value(name):
            form.refuse(name, self._desk.site.translate("Enter the twelve digits"))

    def _affair(self, form: Form) -> str:
        _ = self._desk.site.translate
        form.choose("affair", checkable_affairs(self._desk.today()), _("Choose what the number is needed for"))
        return form.value("affair")

    def _items(self, form: Form, prefix: str) -> FourItems | None:
        _ = self._desk.site.translate
        birth = form.parse(f"{prefix}birth_date", parse_date, _("Enter the date of birth like 1988-03-04"))
        form.choose(f"{prefix}sex", [str(int(sex)) for sex in SEXES], _("Choose the sex"))
        for name, problem in (("name", _("Enter the name")), ("address", _("Enter the address"))):
            if not form.value(f"{prefix}{name}"):
                form.refuse(f"{prefix}{name}", problem)
        if not form.good or birth is None:
            return None
        return FourItems(
            name=form.value(f"{prefix}name"),
            name_kana="",
            birth_date=birth,
            sex=Sex(int(form.value(f"{prefix}sex"))),
            address=form.value(f"{prefix}address"),
        )

    @staticmethod
    def _without_numbers(form: Form) -> Form:
        values = {name: form.value(name) for name in FIELDS if name not in {"number", "card_number"}}
        kept = Form(values)
        for name, message in form.errors.items():
            kept.refuse(name, message)
        return kept

    def _show(self, method: str, form: Form, result: NumberCheck | None) -> Reply:
        desk = self._desk
        _ = desk.site.translate
        other = (
            Action(_("Check with the card"), "/number-checks/card", "m")
            if method == "network"
            else Action(_("Check over the network"), "/number-checks/network", "m")
        )
        return desk.site.render(
            "number_check.html",
            form=form,
            by_card=method == "card",
            reader=self._reader is not None,
            result=result,
            verified=result is not None and result.outcome is CheckOutcome.VERIFIED,
            steps=[] if result is None else [say.step_row(desk, step) for step in result.steps],
            columns=[Column(_("Step")), Column(_("Result")), Column(_("What was wrong"))],
            route="" if result is None or result.route is None else _(say.ROUTES[result.route]),
            affairs=[Choice(code, say.affair_title(desk, code)) for code in checkable_affairs(desk.today())],
            sexes=[Choice(str(int(sex)), desk.words.sex(sex)) for sex in SEXES],
            confirmations=[(name, _(title), [Choice("yes", _("Done"))]) for name, title in say.CONFIRMATIONS.items()],
            actions=[other, *desk.offered({READ: Action(_("Checks of today"), "/number-checks", "t")})],
        )

    def day(self) -> Reply:
        """Show the checks of today with their steps."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(READ)
        context = desk.context(Grounds("resident-register", BASIS), "show the number checks of today")
        found = desk.operations.network.checks(context, desk.today())
        return desk.site.render(
            "number_checks.html",
            today=desk.today(),
            columns=[
                Column(_("Time")),
                Column(_("Clerk")),
                Column(_("Affair")),
                Column(_("Method")),
                Column(_("Asked")),
                Column(_("Result")),
                Column(_("Last step")),
            ],
            rows=[self._row(one) for one in found],
            actions=[
                Action(_("Check over the network"), "/number-checks/network", "n"),
                Action(_("Check with the card"), "/number-checks/card", "c"),
            ],
        )

    def _row(self, stored: StoredCheck) -> Row:
        desk = self._desk
        _ = desk.site.translate
        result = stored.result
        last = result.steps[-1]
        return Row(
            (
                say.time_of_day(stored.at),
                stored.clerk,
                say.affair_title(desk, stored.affair),
                _(say.METHODS[result.method]),
                "" if result.route is None else _(say.ROUTES[result.route]),
                say.outcome_tag(desk, passed=result.outcome is CheckOutcome.VERIFIED),
                _(say.STEPS[last.name]),
            )
        )


FIELDS = (
    "affair",
    "number",
    "name",
    "birth_date",
    "sex",
    "address",
    "card_number",
    "card_name",
    "card_birth_date",
    "card_sex",
    "card_address",
    *say.CONFIRMATIONS,
)

"""Trap persons at the security officer's: invent people, print their codes, plant them, withdraw them.

The codes are on the page that is printed and in the fields with which that page plants; no session keeps them.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from mizuhiki.institutions.intermediate_server.domain.errors import TrapCodeMalformed
from mizuhiki.institutions.intermediate_server.domain.traps import PlannedTrap, TrapCode, parse_trap_code
from mizuhiki.institutions.intermediate_server.operations.plant_traps import MOST_AT_ONCE, PLANT
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.institutions.intermediate_server.web.words import Words
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.pages import UNKEPT_FIELD, Reply, Site, request
from mizuhiki.ui.components import Column, Row
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.errors import MizuhikiError, Unavailable
from mizuhiki.vocabulary.generations import LAST
from mizuhiki.vocabulary.persons import FourItems, Sex

AFFAIR = "information-provision"
BASIS = "番号法24条"
PEOPLE = f"{UNKEPT_FIELD}people"
CODES = f"{UNKEPT_FIELD}codes"
WITHDRAWN = f"{UNKEPT_FIELD}withdrawn"
_DONE = "traps"
_FIELDS = 5
_LONGEST = 200
_SEXES = {
    **dict.fromkeys(("1", "男", "男性", "male"), Sex.MALE),
    **dict.fromkeys(("2", "女", "女性", "female"), Sex.FEMALE),
    **dict.fromkeys(("9", "不詳", "not stated"), Sex.NOT_STATED),
}
_SEX_NAMES = {Sex.MALE: "Male", Sex.FEMALE: "Female", Sex.NOT_STATED: "Not stated"}


class TrapPages:
    """One page for everything; what is printed is shown once, before anything is planted."""

    def __init__(self, site: Site, server: IntermediateServer, words: Words) -> None:
        self._site = site
        self._traps = server.traps
        self._words = words
        self._authority = Authority.from_package("mizuhiki.institutions.intermediate_server")
        site.route("/traps", ("GET", "POST"))(self.traps)

    def _context(self, purpose: str) -> Context:
        return self._site.context(AFFAIR, BASIS, purpose)

    def traps(self) -> Reply:
        """Show both forms; on POST draw codes, plant what was printed, or withdraw."""
        self._authority.require(self._context("show what this role may do"), PLANT)
        if request.method == "GET":
            done = self._site.stored(_DONE)
            self._site.forget(_DONE)
            return self._page(Form(self._site.draft()), done=done)
        form = Form.posted(request.form)
        step = form.choose("step", ("plan", "plant", "withdraw"), self._site.translate("Choose what to do"))
        try:
            match step:
                case "plan":
                    return self._plan(form)
                case "plant":
                    return self._plant(form)
                case "withdraw":
                    return self._withdraw(form)
                case _:
                    return self._page(form)
        except Unavailable:
            away = "Nobody answers at the core or the commission. Nothing was changed here; do the same again later."
            form.refuse("", self._site.translate(away))
            return self._page(form, planned=step == "plant")

    def _page(self, form: Form, *, done: object = None, planned: bool = False) -> Reply:
        """Show the forms; with `planned` the printed page again, so that the same traps can be planted later."""
        if planned and (again := self._printed(form)):
            return self._list(form, *again)
        try:
            standing: int | None = self._traps.standing(self._context("count traps"))
        except Unavailable:
            standing = None
        return self._site.render(
            "traps.html",
            form=form,
            standing=standing,
            done=done,
            most=MOST_AT_ONCE,
            names={"people": PEOPLE, "withdrawn": WITHDRAWN},
        )

    def _plan(self, form: Form) -> Reply:
        people = self._people(form)
        if not form.good:
            return self._page(form)
        traps, generation = self._traps.plan(self._context("draw the codes of traps"), people=people)
        return self._list(form, traps, generation)

    def _list(self, form: Form, traps: Sequence[PlannedTrap], generation: int) -> Reply:
        """Show the page to be printed, which plants when it is confirmed."""
        _ = self._site.translate
        return self._site.render(
            "traps_list.html",
            form=form,
            columns=[
                Column(_("Addressee")),
                Column(_("Name")),
                Column(_("Reading")),
                Column(_("Date of birth")),
                Column(_("Sex")),
                Column(_("Address")),
                Column(_("Code")),
            ],
            rows=[self._row(one) for one in traps],
            hidden={
                PEOPLE: form.value(PEOPLE),
                CODES: " ".join(one.code.written() for one in traps),
                "generation": str(generation),
            },
            printed_at=self._words.moment(self._site.environment.clock.now()),
        )

    def _row(self, one: PlannedTrap) -> Row:
        items = one.four_items
        sex = self._site.translate(_SEX_NAMES[items.sex])
        born = items.birth_date.isoformat()
        return Row((one.addressee_number, items.name, items.name_kana, born, sex, items.address, one.code.written()))

    def _plant(self, form: Form) -> Reply:
        printed = self._printed(form)
        if printed is None:
            form.refuse("", self._site.translate("The list is not complete. Begin again."))
            return self._page(form)
        traps, generation = printed
        try:
            standing = self._traps(self._context("plant traps"), traps=traps, generation=generation)
        except Unavailable:
            raise
        except MizuhikiError as error:
            form.refuse("", self._site.translate("Nothing was planted: %(reason)s", reason=_reason(self._site, error)))
            return self._page(form)
        self._site.store(_DONE, {"planted": len(traps), "standing": standing})
        return self._site.redirect("/traps")

    def _printed(self, form: Form) -> tuple[list[PlannedTrap], int] | None:
        """Return the traps of the printed page and their generation; None when it does not fit together."""
        people = self._people(Form({PEOPLE: form.value(PEOPLE)}))
        generation = form.value("generation")
        try:
            codes = [parse_trap_code(text) for text in form.value(CODES).split()]
        except TrapCodeMalformed:
            return None
        fits = people and len(people) == len(codes) and generation.isascii() and generation.isdigit()
        if not fits or len(generation) > len(str(LAST)):
            return None
        pairs = zip(codes, people, strict=True)
        return [self._traps.planned(code, items) for code, items in pairs], int(generation)

    def _withdraw(self, form: Form) -> Reply:
        _ = self._site.translate
        codes: list[TrapCode] = []
        for number, line in enumerate(form.value(WITHDRAWN).splitlines(), start=1):
            if not line.strip():
                continue
            try:
                codes.append(parse_trap_code(line))
            except TrapCodeMalformed:
                form.refuse(WITHDRAWN, _("Line %(line)s: 32 digits and letters from a to f", line=number))
        if not 1 <= len(codes) <= MOST_AT_ONCE:
            form.refuse(WITHDRAWN, _("Write 1 to %(most)s codes, one in a line", most=MOST_AT_ONCE))
        if not form.good:
            return self._page(form)
        withdrawn, standing = self._traps.withdraw(self._context("withdraw traps"), codes=codes)
        self._site.store(_DONE, {"asked": len(codes), "withdrawn": withdrawn, "standing": standing})
        return self._site.redirect("/traps")

    def _people(self, form: Form) -> list[FourItems]:
        """Return the invented people, one in a line; what is wrong stands at the field with its line."""
        _ = self._site.translate
        people: list[FourItems] = []
        lines = [(number, line) for number, line in enumerate(form.value(PEOPLE).splitlines(), start=1) if line.strip()]
        if not 1 <= len(lines) <= MOST_AT_ONCE:
            form.refuse(PEOPLE, _("Write 1 to %(most)s people, one in a line", most=MOST_AT_ONCE))
            return []
        faults: list[str] = []
        for number, line in lines:
            found = _person(line)
            if isinstance(found, str):
                faults.append(_("Line %(line)s: %(fault)s", line=number, fault=_(found)))
            else:
                people.append(found)
        if len({one.digest_source() for one in people}) != len(people):
            faults.append(_("Somebody stands twice in the list"))
        if faults:
            form.refuse(PEOPLE, " / ".join(faults))
        return people


def _person(line: str) -> FourItems | str:
    """Return the person of one line, or the message about it."""
    parts = [part.strip() for part in next(csv.reader([line], delimiter="\t" if "\t" in line else ","))]
    if len(parts) != _FIELDS or any(len(part) > _LONGEST for part in parts):
        return "name, reading, date of birth, sex and address are needed"
    name, kana, born, sex, address = parts
    if not name or not address:
        return "name and address must not be empty"
    if sex.lower() not in _SEXES:
        return "the sex is 1 (male), 2 (female) or 9 (not stated)"
    try:
        birth_date = parse_date(born)
    except (MizuhikiError, ValueError):
        return "the date of birth is written like 1980-04-01"
    return FourItems(name, kana, birth_date, _SEXES[sex.lower()], address)


def _reason(site: Site, error: MizuhikiError) -> str:
    """Return why traps were refused, in words."""
    code = str(error.fields.get("peer_code") or error.code)
    return site.translate(REASONS[code]) if code in REASONS else code


REASONS = {
    "traps-too-many": "100 traps of this office stand already; withdraw some first",
    "traps-impossible": "the list does not fit the people here; begin again",
    "pseudonym-generation-closed": "the codes are of a generation that is closed; begin again",
    "pseudonym-generation-not-open": "the codes are of a generation that is not open; begin again",
}

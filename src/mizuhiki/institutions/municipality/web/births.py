"""Register a birth: form, check answers, confirmation (戸籍法49条; 住基法施行令11条; R-010 step 1)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.events.deadlines import BIRTH
from mizuhiki.institutions.municipality.domain.residents import BirthEntered, BirthForm, HouseholdView
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.web.desk import REGISTER, Desk
from mizuhiki.institutions.municipality.web.guided import Guided, Step
from mizuhiki.runtime.pages import Reply
from mizuhiki.ui.components import Action, Answer, Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.names import MalformedPersonName, PersonName
from mizuhiki.vocabulary.persons import Sex

ACTION = "register-birth"
CHECKLIST = ("birth-notification", "mother-child-handbook", "notifier-identity")
REQUIRED_DOCUMENTS = frozenset({"birth-notification", "notifier-identity"})
_REFUSALS = {
    "date-impossible/received_on": "received_on",
    "date-impossible/birth_date": "birth_date",
    "parent-not-in-household": "mother",
    "not-registrable": "mother",
    "resident-still-here": "given",
    "text-not-writable/registered_domicile": "registered_domicile",
}


class BirthPages:
    """The entry of a birth into a household."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._guided = Guided(desk)
        desk.site.route("/households/<household>/birth", ("GET", "POST"))(self.birth)
        desk.site.route("/births/<resident>")(self.birth_entered)

    def birth(self, household: str) -> Reply:
        """Take a birth step by step."""
        desk = self._desk
        desk.require(ACTION)
        context = desk.context(REGISTER, "register a birth")
        view = desk.operations.household_view(context, household, work=Work.BIRTH)
        step, form = self._guided.read(**self._defaults(view))
        if step in {Step.SHOW, Step.EDIT}:
            return self._show(view, form)
        checked = self._read(view, form)
        if checked is None:
            return self._show(view, form)
        if step is Step.CHECK:
            return self._check(view, form, checked)
        entered: list[BirthEntered] = []
        if not desk.attempt(form, lambda: entered.append(desk.operations.register_birth(context, checked)), _REFUSALS):
            return self._show(view, form)
        desk.site.store(f"birth/{entered[0].resident}", [entered[0].reference, self._late(checked)])
        return desk.site.redirect(f"/births/{entered[0].resident}")

    def _defaults(self, view: HouseholdView) -> dict[str, str]:
        """Return what the household already tells: domicile and family name of its head, today's receipt."""
        desk = self._desk
        defaults = {"received_on": desk.today().isoformat()}
        if view.members:
            head = desk.operations.resident(
                desk.context(REGISTER, "prepare the entry of a birth"),
                view.members[0].summary.resident,
                work=Work.BIRTH,
            )
            defaults["registered_domicile"] = head.registered_domicile
            defaults["family"], defaults["family_kana"] = head.name.family, head.name.family_kana
        return defaults

    def _show(self, view: HouseholdView, form: Form) -> Reply:
        _ = self._desk.site.translate
        parents = [Choice(m.summary.resident, m.summary.name) for m in view.members]
        return self._desk.site.render(
            "birth.html",
            form=form,
            view=view,
            bar=[Answer(_("Household"), view.members[0].summary.name if view.members else ""),
                 Answer(_("Address"), view.address)],
            parents=parents,
            sexes=[Choice(str(int(sex)), self._desk.words.sex(sex)) for sex in (Sex.MALE, Sex.FEMALE)],
            documents=[Choice(code, self._desk.words.document(code)) for code in CHECKLIST],
        )  # fmt: skip

    def _read(self, view: HouseholdView, form: Form) -> BirthForm | None:
        desk = self._desk
        _ = desk.site.translate
        name = self._name(form)
        birth = form.parse("birth_date", parse_date, _("Enter the date of birth like 2019-12-02 or 令和元年12月2日"))
        sex = form.choose("sex", ["1", "2"], _("Choose the sex"))
        members = [member.summary.resident for member in view.members]
        parents = [form.choose(p, ["", *members], _("Choose a member of this household")) for p in ("mother", "father")]
        if not any(parents):
            form.refuse("mother", _("Choose at least one parent"))
        if parents[0] and parents[0] == parents[1]:
            form.refuse("father", _("Mother and father cannot be the same person"))
        domicile = form.require("registered_domicile", _("Enter the registered domicile"))
        notifier = form.require("notifier", _("Enter who notifies the birth"))
        received = form.parse("received_on", parse_date, _("Enter the day of receipt like 2019-12-02"))
        today = desk.today()
        if received and received > today:
            form.refuse("received_on", _("The day of receipt cannot lie in the future"))
        if birth and birth > (received or today):
            form.refuse("birth_date", _("The date of birth cannot lie after the day of receipt"))
        late_reason = desk.late_reason(form, BIRTH, birth, received)
        documents = tuple(code for code in form.all("documents") if code in CHECKLIST)
        if missing := REQUIRED_DOCUMENTS - set(documents):
            titles = [desk.words.document(code) for code in CHECKLIST if code in missing]
            form.refuse("documents", _("Not yet shown: %(titles)s", titles=desk.words.listed(titles)))
        request_id = desk.request_id(form)
        if not form.good or name is None or birth is None or received is None:
            return None
        return BirthForm(
            request_id=request_id,
            name=name,
            birth_date=birth,
            sex=Sex(int(sex)),
            household=view.household,
            mother=parents[0] or None,
            father=parents[1] or None,
            notifier=notifier,
            received_on=received,
            registered_domicile=domicile,
            documents=documents,
            late_reason=late_reason,
        )

    def _name(self, form: Form) -> PersonName | None:
        _ = self._desk.site.translate
        family = form.require("family", _("Enter the family name"))
        given = form.require("given", _("Enter the given name"))
        family_kana = form.require("family_kana", _("Enter the reading of the family name"))
        given_kana = form.require("given_kana", _("Enter the reading of the given name"))
        if not (family and given and family_kana and given_kana):
            return None
        try:
            return PersonName(family, given, family_kana, given_kana)
        except MalformedPersonName as error:
            part = str(error.fields["part"])
            reading = part.endswith("_kana")
            message = _("Write the reading in kana") if reading else _("A name cannot contain these characters")
            form.refuse(part, message)
            return None

    def _late(self, checked: BirthForm) -> str:
        """Return the deadline as ISO day when it is passed."""
        due = BIRTH.last_day(checked.birth_date)
        return due.isoformat() if checked.received_on > due else ""

    def _check(self, view: HouseholdView, form: Form, checked: BirthForm) -> Reply:
        desk, words = self._desk, self._desk.words
        _ = desk.site.translate
        names = {member.summary.resident: member.summary.name for member in view.members}
        deadline = BIRTH.last_day(checked.birth_date)
        answers = [
            Answer(_("Name"), checked.name.full),
            Answer(_("Reading"), checked.name.full_kana),
            Answer(_("Date of birth"), words.day(checked.birth_date)),
            Answer(_("Sex"), words.sex(checked.sex)),
            Answer(_("Mother"), names.get(checked.mother or "", _("not named"))),
            Answer(_("Father"), names.get(checked.father or "", _("not named"))),
            Answer(_("Address"), view.address),
            Answer(_("Registered domicile"), checked.registered_domicile),
            Answer(_("Notified by"), checked.notifier),
            Answer(_("Day of receipt"), words.day(checked.received_on)),
            Answer(_("Last day of the notification period"), words.day(deadline)),
            *([Answer(_("Reason of the late notification"), checked.late_reason)] if self._late(checked) else []),
            Answer(_("Documents"), words.listed([words.document(code) for code in checked.documents])),
        ]
        late = ""
        if self._late(checked):
            late = _(
                "It was due by %(day)s (戸籍法49条). Take it, and ask for the reason in writing.",
                day=words.day(deadline),
            )
        return desk.site.render(
            "check.html",
            title=_("Check the birth"),
            answers=answers,
            carried=self._guided.carried(form),
            warning_title=_("The notification is late") if late else "",
            warning=late,
            enter=_("Enter the birth"),
            after=_("The child gets a resident record code at once. The Individual Number follows in steps."),
        )

    def birth_entered(self, resident: str) -> Reply:
        """Confirm an entry with its reference, and say what follows."""
        desk = self._desk
        _ = desk.site.translate
        record = desk.operations.resident(desk.context(REGISTER, "confirm a birth"), resident, work=Work.BIRTH)
        kept = desk.site.stored(f"birth/{resident}")
        reference, late = kept if isinstance(kept, list) else ("", "")
        return desk.site.render(
            "entered.html",
            title=_("The birth is entered"),
            reference=reference,
            text=_("%(name)s is entered in the household.", name=record.name.full),
            warning=_("The reason for the late notification must be on file.") if late else "",
            answers=[],
            following=[
                Action(_("Numbering of the child"), f"/residents/{resident}/numbering", "n"),
                Action(_("Claim for child allowance"), f"/households/{record.household}/allowance", "a"),
                Action(_("Print the acceptance notice"), f"/residents/{resident}/receipt", "p"),
                Action(_("Back to the household"), f"/households/{record.household}", "h"),
            ],
        )

"""Another number after a leak, another code on request (番号法7条2項; 住基法30条の4; R-009)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.residents import (
    ChangeCause,
    CodeChangeForm,
    CodeNotice,
    NumberChangeForm,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.web.desk import NUMBERING, REGISTER, Desk, Grounds
from mizuhiki.institutions.municipality.web.messages import CHANGE_CAUSES
from mizuhiki.institutions.municipality.web.numbering import grouped
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Answer, Choice
from mizuhiki.vocabulary.dates import parse_date

CODE_CHANGE = Grounds("resident-register", "住民基本台帳法30条の4")
_FIELDS = {
    "circumstances-missing": "circumstances",
    "date-impossible": "received_on",
    "date-impossible/received_on": "received_on",
}


class NumberChangePages:
    """Two forms, each for the role whose act it is."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/residents/<resident>/number-change", ("GET", "POST"))(self.number)
        desk.site.route("/residents/<resident>/code-change", ("GET", "POST"))(self.code)

    def number(self, resident: str) -> Reply:
        """Change the number after stating how it leaked; the next step is to notify it."""
        desk = self._desk
        _ = desk.site.translate
        desk.require("change-number")
        context = desk.context(NUMBERING, "give a resident another number")
        record = desk.operations.resident(context, resident, work=Work.NUMBERING)
        form = desk.posted_form(received_on=desk.today().isoformat())
        if request.method == "POST":
            cause = form.choose("cause", list(CHANGE_CAUSES), _("Choose who asks for the change"))
            circumstances = form.require("circumstances", _("State how the number leaked and how it may be misused"))
            received_on = form.parse("received_on", parse_date, _("Enter a day, such as 2019-12-02"))
            request_id = desk.request_id(form)
            if form.good and received_on is not None:
                change = NumberChangeForm(request_id, resident, ChangeCause(cause), circumstances, received_on)
                if desk.attempt(form, lambda: desk.operations.change_number(context, change), _FIELDS):
                    return desk.site.redirect(f"/residents/{resident}/numbering")
        return desk.site.render(
            "number_change.html",
            form=form,
            causes=[Choice(code, _(label)) for code, label in CHANGE_CAUSES.items()],
            back=f"/households/{record.household}",
            bar=self._bar(record),
        )

    def code(self, resident: str) -> Reply:
        """Change the code; the answer is the notice for the person, which a second submission shows again."""
        desk = self._desk
        _ = desk.site.translate
        desk.require("change-code")
        context = desk.context(CODE_CHANGE, "give a resident another resident record code")
        record = desk.operations.resident(desk.context(REGISTER, "change a code"), resident, work=Work.NUMBERING)
        form = desk.posted_form(received_on=desk.today().isoformat())
        notices: list[CodeNotice] = []
        if request.method == "POST":
            received_on = form.parse("received_on", parse_date, _("Enter a day, such as 2019-12-02"))
            request_id = desk.request_id(form)
            if form.good and received_on is not None:
                change = CodeChangeForm(request_id, resident, received_on)
                desk.attempt(form, lambda: notices.append(desk.operations.change_code(context, change)), _FIELDS)
        if notices:
            return self._code_notice(record, notices[0])
        return desk.site.render(
            "code_change.html", form=form, back=f"/households/{record.household}", bar=self._bar(record)
        )

    def _bar(self, record: ResidentRecord) -> list[Answer]:
        _ = self._desk.site.translate
        return [Answer(_("Name"), record.name.full), Answer(_("Numbering"), self._desk.words.stage(record.stage))]

    def _code_notice(self, record: ResidentRecord, notice: CodeNotice) -> Reply:
        return self._desk.site.render(
            "code_notice.html",
            notice=notice,
            code=grouped(notice.code.reveal(), 4),
            back=f"/households/{record.household}",
        )

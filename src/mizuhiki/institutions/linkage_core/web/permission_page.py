"""The statute table, asked one question at a time: may X ask Y for Z on a day, and why (R-031)."""

from __future__ import annotations

from datetime import date

from mizuhiki.institutions.linkage_core.operations.service import LinkageCore
from mizuhiki.institutions.linkage_core.web.statute_pages import StatuteWording
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Choice, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.affairs import affairs
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of, parse_institution_id
from mizuhiki.vocabulary.statute import (
    ConsideredRow,
    ExaminedQuestion,
    LinkageQuestion,
    Verdict,
    ended_with_table_two,
    kind_name,
    procedures,
)

REASONS = {
    "combination": "No row of the table names this inquirer, affair, provider and kind together",
    "procedure": "A row names them, but not this procedure",
    "same-institution": "Sharing within one institution is no linkage",
    "unknown": "There is no such affair",
    "not-yet": "The affair is not lawful yet on this day",
    "no-longer": "The affair is no longer lawful on this day",
}
"""What a refusal's `reason` means."""
VERDICTS = {
    Verdict.PERMITS: ("Permits", Tone.DONE),
    Verdict.PROCEDURE_NOT_LISTED: ("Does not list the procedure", Tone.PROBLEM),
    Verdict.NOT_YET_IN_FORCE: ("Not yet in force", Tone.ATTENTION),
    Verdict.NO_LONGER_IN_FORCE: ("No longer in force", Tone.ATTENTION),
    Verdict.ANOTHER_PROVIDER: ("For another provider", Tone.NEUTRAL),
    Verdict.ANOTHER_KIND: ("For another kind", Tone.NEUTRAL),
}
_ASKS_OR_ANSWERS = frozenset(
    {
        InstitutionKind.MUNICIPALITY,
        InstitutionKind.PREFECTURE,
        InstitutionKind.PENSION_SERVICE,
        InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE,
        InstitutionKind.HEALTH_INSURANCE_SOCIETY,
        InstitutionKind.PREFECTURE_WELFARE,
        InstitutionKind.BOARD_OF_EDUCATION,
    }
)
_FIELDS = ("inquirer", "affair", "procedure", "provider", "kind", "day")


class PermissionPage:
    """The statute table, asked one question at a time. Law is public, so nobody signs in here."""

    def __init__(self, site: Site, core: LinkageCore) -> None:
        self._site = site
        self._statute = core.statute
        self._wording = StatuteWording(site, core.statute)
        site.route("/permissions", public=True)(self.permissions)

    def permissions(self) -> Reply:
        """Show the question form and, when asked, every row considered with its verdict."""
        today = self._site.environment.clock.today()
        form = Form({name: request.args.get(name, "") for name in _FIELDS} | self._day(today))
        unknown = False
        found = None
        try:
            found = self._examined(form) if request.args.get("inquirer") else None
        except Unavailable:
            unknown = True
        return self._site.render(
            "permissions.html",
            form=form,
            bodies=self._bodies(),
            affair_choices=self._affairs(),
            procedure_choices=self._procedures(),
            kind_choices=[
                Choice(kind, kind_name(kind).in_language(self._site.language))
                for kind in sorted({row.kind for row in self._statute.rows})
            ],
            asked=found is not None,
            unknown=unknown,
            permitted=found is not None and found.permitted,
            basis=found.rule if found else "",
            refusal=self._refusal(found),
            ended=self._ended(found, form.value("day")),
            columns=self._columns(),
            rows=[self._row(one) for one in found.considered] if found else [],
        )

    @staticmethod
    def _day(today: date) -> dict[str, str]:
        return {"day": request.args.get("day") or today.isoformat()}

    def _words(self, japanese: str, english: str) -> str:
        return english if self._site.language == "en" else japanese

    def _refusal(self, found: ExaminedQuestion | None) -> str:
        """Return why not, in words: the rule's title, and what it says more exactly."""
        _ = self._site.translate
        if found is None or found.refusal is None:
            return ""
        reason = str(found.refusal.fields.get("reason", ""))
        return " — ".join([_(found.refusal.title), *([_(REASONS[reason])] if reason else [])])

    def _ended(self, found: ExaminedQuestion | None, day: str) -> str:
        """Return why rows of this inquirer and affair no longer help, where they ended with table 2."""
        if found is None or found.permitted:
            return ""
        rows = [one.row for one in found.considered]
        return self._wording.table_has_ended() if ended_with_table_two(rows, parse_date(day)) else ""

    def _examined(self, form: Form) -> ExaminedQuestion | None:
        _ = self._site.translate
        inquirer = form.parse("inquirer", parse_institution_id, _("Choose who asks"))
        provider = form.parse("provider", parse_institution_id, _("Choose who is asked"))
        day = form.parse("day", parse_date, _("Enter a day, such as 2019-12-02"))
        if inquirer is None or provider is None or day is None:
            return None
        return self._statute.examine(
            LinkageQuestion(
                inquirer=inquirer,
                affair=form.value("affair"),
                procedure=form.value("procedure"),
                provider=provider,
                kinds=(form.value("kind"),),
                day=day,
            )
        )

    def _bodies(self) -> list[Choice]:
        directory = self._site.environment.directory
        return [
            Choice(entry.institution, self._words(entry.name_ja, entry.name_en))
            for entry in sorted(directory, key=lambda one: one.institution)
            if kind_of(InstitutionId(entry.institution)) in _ASKS_OR_ANSWERS
        ]

    def _affairs(self) -> list[Choice]:
        table = self._statute.whole().table
        in_table = {row.affair for row in table.rows}
        known = [*(one for one in affairs() if one.code in in_table), *map(table.affair, table.ordinance_affairs)]
        return [Choice(one.code, self._words(one.title_ja, one.title_en)) for one in known]

    def _procedures(self) -> list[Choice]:
        known = [*procedures(), *self._statute.whole().table.ordinance_procedures.values()]
        return [Choice(one.code, self._words(one.title_ja, one.title_en)) for one in known]

    def _columns(self) -> list[Column]:
        columns = self._wording.columns()
        return [columns[0], Column(self._site.translate("Verdict")), *columns[1:]]

    def _row(self, one: ConsideredRow) -> Row:
        words, tone = VERDICTS[one.verdict]
        number, *others = self._wording.row(one.row).cells
        return Row((number, Tag(self._site.translate(words), tone), *others))

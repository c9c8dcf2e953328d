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
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of, parse_institution_id
from mizuhiki.vocabulary.statute import ConsideredRow, Verdict, kind_name, procedures

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
        self._core = core
        self._wording = StatuteWording(site)
        site.route("/permissions", public=True)(self.permissions)

    def permissions(self) -> Reply:
        """Show the question form and, when asked, every row considered with its verdict."""
        today = self._site.environment.clock.today()
        form = Form({name: request.args.get(name, "") for name in _FIELDS} | self._day(today))
        considered = self._considered(form) if request.args.get("inquirer") else None
        permitting = [one for one in considered or () if one.verdict is Verdict.PERMITS]
        return self._site.render(
            "permissions.html",
            form=form,
            bodies=self._bodies(),
            affair_choices=self._affairs(),
            procedure_choices=[Choice(one.code, self._words(one.title_ja, one.title_en)) for one in procedures()],
            kind_choices=[
                Choice(kind, kind_name(kind).in_language(self._site.language))
                for kind in sorted({row.kind for row in self._core.statute_rows})
            ],
            asked=considered is not None,
            permitted=bool(permitting),
            basis="; ".join(dict.fromkeys(f"{one.row.number} {one.row.citation}" for one in permitting)),
            columns=self._columns(),
            rows=[self._row(one) for one in considered or ()],
        )

    @staticmethod
    def _day(today: date) -> dict[str, str]:
        return {"day": request.args.get("day") or today.isoformat()}

    def _words(self, japanese: str, english: str) -> str:
        return english if self._site.language == "en" else japanese

    def _considered(self, form: Form) -> list[ConsideredRow]:
        _ = self._site.translate
        inquirer = form.parse("inquirer", parse_institution_id, _("Choose who asks"))
        provider = form.parse("provider", parse_institution_id, _("Choose who is asked"))
        day = form.parse("day", parse_date, _("Enter a day, such as 2019-12-02"))
        if inquirer is None or provider is None or day is None:
            return []
        try:
            found = self._core.explain_permission(
                inquirer=inquirer,
                affair=form.value("affair"),
                procedure=form.value("procedure"),
                provider=provider,
                kind=form.value("kind"),
                day=day,
            )
        except MizuhikiError as error:
            form.refuse("", _(error.title))
            return []
        # Rows for the kind asked about come first; of the others only those for the provider help to see why.
        return sorted(found, key=lambda one: (one.row.kind != form.value("kind"), one.verdict is not Verdict.PERMITS))

    def _bodies(self) -> list[Choice]:
        directory = self._site.environment.directory
        return [
            Choice(entry.institution, self._words(entry.name_ja, entry.name_en))
            for entry in sorted(directory, key=lambda one: one.institution)
            if kind_of(InstitutionId(entry.institution)) in _ASKS_OR_ANSWERS
        ]

    def _affairs(self) -> list[Choice]:
        in_table = {row.affair for row in self._core.statute_rows}
        return [Choice(one.code, self._words(one.title_ja, one.title_en)) for one in affairs() if one.code in in_table]

    def _columns(self) -> list[Column]:
        columns = self._wording.columns()
        return [columns[0], Column(self._site.translate("Verdict")), *columns[1:]]

    def _row(self, one: ConsideredRow) -> Row:
        words, tone = VERDICTS[one.verdict]
        number, *others = self._wording.row(one.row).cells
        return Row((number, Tag(self._site.translate(words), tone), *others))

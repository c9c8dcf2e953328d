"""The core's pages: figures and refusals for the operator; "may X ask Y for Z, and why" for all (R-031, R-225)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mizuhiki.institutions.linkage_core.operations.service import LinkageCore
from mizuhiki.institutions.linkage_core.web.look import OfficeLook
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site, request
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffSignIn
from mizuhiki.ui.components import Accent, Choice, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.affairs import affairs
from mizuhiki.vocabulary.dates import JST, parse_date
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of, parse_institution_id
from mizuhiki.vocabulary.statute import ConsideredRow, Verdict, procedures

HERE = Path(__file__).parent
AFFAIR = "information-linkage"
BASIS = "番号法21条, 24条"
ROLES = {"operator": "Operator"}
OUTCOMES = {
    "provided": "Provided",
    "no-data": "No data",
    "delivered": "Delivered",
    "opened": "Opened",
    "provider-unavailable": "Provider did not answer",
    "refused-by-provider": "Refused by the provider",
}
PURPOSES = {
    "inquiry": "Inquiry",
    "issue": "Issue of pseudonyms",
    "notice": "Notice",
    "history": "Opening of the record",
}
VERDICTS = {
    Verdict.PERMITS: ("Permits", Tone.DONE),
    Verdict.PROCEDURE_NOT_LISTED: ("Does not list the procedure", Tone.PROBLEM),
    Verdict.NOT_YET_IN_FORCE: ("Not yet in force", Tone.ATTENTION),
    Verdict.NO_LONGER_IN_FORCE: ("No longer in force", Tone.ATTENTION),
    Verdict.ANOTHER_PROVIDER: ("For another provider", Tone.NEUTRAL),
    Verdict.ANOTHER_KIND: ("For another kind", Tone.NEUTRAL),
}
_ASKS_OR_ANSWERS = frozenset(
    {InstitutionKind.MUNICIPALITY, InstitutionKind.PREFECTURE, InstitutionKind.PENSION_SERVICE}
)
_FIELDS = ("inquirer", "affair", "procedure", "provider", "kind", "day")


def build_site(environment: Environment, *, database: Database, core: LinkageCore) -> Site:
    """Build the site with all its pages."""
    entry = environment.directory.entry(environment.institution)
    site = Site(
        environment,
        database=database,
        look=OfficeLook(template_folders=[HERE / "templates"], catalogues=[HERE / "translations"]),
        name_ja=entry.name_ja,
        name_en=entry.name_en,
        accent=Accent.GRAY,
        navigation=(
            Link("/", "Exchanges"),
            Link("/refusals", "Refusals"),
            Link("/permissions", "Who may ask whom"),
        ),
    )
    StaffSignIn(site, DatabaseStaffAccounts(database), role_names=ROLES)
    OperatorPages(site, core)
    PermissionPage(site, core)
    return site


class OperatorPages:
    """Pages of the operator: numbers and rules, no person."""

    def __init__(self, site: Site, core: LinkageCore) -> None:
        self._site = site
        self._core = core
        site.route("/")(self.exchanges)
        site.route("/refusals")(self.refusals)

    def _context(self, purpose: str) -> Context:
        return self._site.context(AFFAIR, BASIS, purpose)

    def exchanges(self) -> Reply:
        """Show exchanges by day and outcome."""
        _ = self._site.translate
        found = self._core.count_outcomes(self._context("read figures of exchanges"))
        return self._site.render(
            "exchanges.html",
            columns=[Column(_("Day")), Column(_("Outcome")), Column(_("Exchanges"), numeric=True)],
            rows=[Row((one.day.isoformat(), _(OUTCOMES.get(one.outcome, one.outcome)), one.number)) for one in found],
        )

    def refusals(self) -> Reply:
        """Show refusals by rule, and the newest ones."""
        _ = self._site.translate
        context = self._context("read refusals")
        return self._site.render(
            "refusals.html",
            rule_columns=[Column(_("Rule")), Column(_("Refused by")), Column(_("Number"), numeric=True)],
            rules=[Row(line) for line in self._core.count_refusals(context)],
            columns=[
                Column(_("Time")),
                Column(_("Purpose")),
                Column(_("Asked by")),
                Column(_("Asked of")),
                Column(_("Procedure and kinds")),
                Column(_("Rule")),
                Column(_("Refused by")),
            ],
            rows=[
                Row(
                    (
                        one.at.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S"),
                        _(PURPOSES[one.purpose]),
                        one.asker,
                        one.other or None,
                        " ".join((one.procedure or one.affair, *one.kinds)).strip() or None,
                        one.rule,
                        one.refused_by,
                    )
                )
                for one in self._core.list_refusals(context)
            ],
        )


class PermissionPage:
    """The statute table, asked one question at a time. Law is public, so nobody signs in here."""

    def __init__(self, site: Site, core: LinkageCore) -> None:
        self._site = site
        self._core = core
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
            kind_choices=[Choice(kind, kind) for kind in sorted({row.kind for row in self._core.statute_rows})],
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
        _ = self._site.translate
        names = ("Item", "Verdict", "Provider", "Kind", "Procedures", "In force from", "In force until", "Citation")
        return [Column(_(name)) for name in names]

    def _row(self, one: ConsideredRow) -> Row:
        words, tone = VERDICTS[one.verdict]
        row = one.row
        return Row(
            (
                row.number,
                Tag(self._site.translate(words), tone),
                row.provider_class,
                row.kind,
                " ".join(row.procedures) or None,
                row.valid_from.isoformat(),
                row.valid_until.isoformat() if row.valid_until else None,
                row.citation,
            )
        )

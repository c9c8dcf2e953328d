"""The core's pages: figures and refusals for the operator; "may X ask Y for Z, and why" for all (R-031, R-225)."""

from __future__ import annotations

from pathlib import Path

from mizuhiki.institutions.linkage_core.operations.service import LinkageCore
from mizuhiki.institutions.linkage_core.web.alarms_page import AlarmsPage
from mizuhiki.institutions.linkage_core.web.papers_page import PapersPage
from mizuhiki.institutions.linkage_core.web.permission_page import PermissionPage
from mizuhiki.institutions.linkage_core.web.statute_pages import StatutePages, StatuteWording
from mizuhiki.institutions.linkage_core.web.wording import office
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffSignIn
from mizuhiki.ui.components import Accent, Column, Row
from mizuhiki.ui.office_look import OfficeLook
from mizuhiki.vocabulary.dates import JST

HERE = Path(__file__).parent
AFFAIR = "information-linkage"
BASIS = "番号法21条, 24条"
ROLES = {"operator": "Operator"}
STAFF = frozenset(ROLES)
"""The statute, who may ask whom and the papers saved are for everybody; the rest of the menu is not."""
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
    "renewal": "Renewal of pseudonyms",
    "trap": "Planting of traps",
}


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
            Link("/", "Exchanges", STAFF),
            Link("/refusals", "Refusals", STAFF),
            Link("/unused-rows", "Unused rows", STAFF),
            Link("/alarms", "Alarms", STAFF),
            Link("/statute", "Statute table"),
            Link("/permissions", "Who may ask whom"),
            Link("/papers", "Papers saved"),
        ),
        help_links=(Link("/", "For staff"),),
    )
    StaffSignIn(site, DatabaseStaffAccounts(database), role_names=ROLES)
    OperatorPages(site, core)
    StatutePages(site, core)
    PermissionPage(site, core)
    PapersPage(site, core)
    AlarmsPage(site, core)
    return site


class OperatorPages:
    """Pages of the operator: numbers and rules, no person."""

    def __init__(self, site: Site, core: LinkageCore) -> None:
        self._site = site
        self._core = core
        site.route("/")(self.exchanges)
        site.route("/refusals")(self.refusals)
        site.route("/unused-rows")(self.unused_rows)

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
            rules=[
                Row((rule, office(self._site, refused_by), number))
                for rule, refused_by, number in self._core.count_refusals(context)
            ],
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
                        office(self._site, one.asker),
                        office(self._site, one.other) if one.other else None,
                        " ".join((one.procedure or one.affair, *one.kinds)).strip() or None,
                        one.rule,
                        office(self._site, one.refused_by),
                    )
                )
                for one in self._core.list_refusals(context)
            ],
        )

    def unused_rows(self) -> Reply:
        """Show rows that permit something today and that no exchange ever used."""
        today = self._site.environment.clock.today()
        wording = StatuteWording(self._site, self._core.statute)
        found = self._core.unused_rows(self._context("find rows nobody uses"), day=today)
        return self._site.render(
            "unused_rows.html",
            day=today.isoformat(),
            columns=wording.columns(),
            rows=[wording.row(one) for one in found],
            number=len(found),
            without_ordinances=not self._core.statute.whole().with_ordinances,
        )

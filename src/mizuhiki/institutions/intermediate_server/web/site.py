"""The staff's site: what the owner asked and answered, what an officer must look at. No page shows a person.

Cases and approvals name addressee numbers and exchange numbers; who that is, the business systems know (R-221).
"""

from __future__ import annotations

from pathlib import Path

from mizuhiki.casework.web import CATALOGUES, TEMPLATES
from mizuhiki.institutions.intermediate_server.domain.errors import NotWaiting
from mizuhiki.institutions.intermediate_server.domain.exchanges import OperatorCase, RecordedExchange
from mizuhiki.institutions.intermediate_server.operations.receive_pseudonyms import FOUR_ITEM_VARIANT
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.institutions.intermediate_server.web.approvals import ApprovalPages, RulePages
from mizuhiki.institutions.intermediate_server.web.files import FilePages
from mizuhiki.institutions.intermediate_server.web.messages import NAVIGATION, ROLES
from mizuhiki.institutions.intermediate_server.web.traps import TrapPages
from mizuhiki.institutions.intermediate_server.web.waiting import WaitingPage
from mizuhiki.institutions.intermediate_server.web.words import Words
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site, request
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffSignIn
from mizuhiki.ui.components import Accent, Action, Answer, Column, Row
from mizuhiki.ui.office_look import OfficeLook
from mizuhiki.vocabulary.errors import Unavailable

HERE = Path(__file__).parent
AFFAIR = "information-provision"
SHOWN = 100
_RESULT = "reconciliation"
_NEEDED = {
    "/": "read-exchanges",
    "/cases": "resolve-cases",
    "/waiting": "read-exchanges",
    "/files": "hand-in-files",
    "/provisions": "decide-provisions",
    "/rules/kinds": "set-kind-rules",
    "/approvals": "approve-provisions",
    "/rules/addressees": "set-addressee-rules",
    "/reconciliation": "keep-up",
    "/traps": "plant-traps",
}
"""The action of the policy that each entry of the menu needs."""


def build_site(environment: Environment, *, database: Database, server: IntermediateServer) -> Site:
    """Build the site with all its pages."""
    authority = Authority.from_package("mizuhiki.institutions.intermediate_server")
    site = Site(
        environment,
        database=database,
        look=OfficeLook(
            template_folders=[HERE / "templates", TEMPLATES], catalogues=[CATALOGUES, HERE / "translations"]
        ),
        accent=Accent.PURPLE,
        navigation=[Link(path, label, authority.roles(_NEEDED[path])) for path, label in NAVIGATION],
    )
    StaffSignIn(site, DatabaseStaffAccounts(database), role_names=ROLES)
    words = Words(site, server.bulk.statute)
    ExchangePages(site, server, words)
    CasePages(site, server, words)
    WaitingPage(site, server, words)
    ApprovalPages(site, server, words)
    RulePages(site, server, words)
    FilePages(site, server, words)
    TrapPages(site, server, words)
    return site


class ExchangePages:
    """Exchanges by outcome, and their comparison with the core's records."""

    def __init__(self, site: Site, server: IntermediateServer, words: Words) -> None:
        self._site = site
        self._server = server
        self._words = words
        self._authority = Authority.from_package("mizuhiki.institutions.intermediate_server")
        site.route("/")(self.exchanges)
        site.route("/reconciliation", ("GET", "POST"))(self.reconciliation)

    def _context(self, purpose: str) -> Context:
        return self._site.context(AFFAIR, "番号法23条", purpose)

    def exchanges(self) -> Reply:
        """Show how many exchanges ended how, and the newest ones; ``?outcome=`` narrows the list."""
        _ = self._site.translate
        context = self._context("read own exchanges")
        if context.actor.role in self._authority.roles(_NEEDED["/traps"]):
            return self._site.redirect("/traps")  # the security officer has one page, and this is none of its business
        outcomes = self._server.upkeep.outcomes(context)
        chosen = request.args.get("outcome", "")
        chosen = chosen if chosen in outcomes else ""
        found = self._server.upkeep.exchanges(context, outcome=chosen, limit=SHOWN)
        return self._site.render(
            "exchanges.html",
            chosen=self._words.outcome(chosen).label if chosen else "",
            outcome_columns=[Column(_("Outcome")), Column(_("Number"), numeric=True)],
            outcomes=[
                Row((Action(self._words.outcome(code).label, f"/?outcome={code}"), number))
                for code, number in sorted(outcomes.items())
            ],
            columns=[
                Column(_("Exchange number")),
                Column(_("Asked by")),
                Column(_("Asked of")),
                Column(_("Procedure and kinds")),
                Column(_("Outcome")),
                Column(_("Time")),
            ],
            rows=[self._row(one) for one in found],
        )

    def _row(self, one: RecordedExchange) -> Row:
        return Row(
            (
                one.exchange_number,
                self._words.office(one.inquirer),
                self._words.office(one.provider),
                self._words.asked(one.procedure, one.kinds, one.inquirer),
                self._words.outcome(one.outcome),
                self._words.moment(one.recorded_at),
            )
        )

    def reconciliation(self) -> Reply:
        """Offer the comparison, run it on POST, and show its last result of this session."""
        self._authority.require(self._context("show what this role may do"), "keep-up")
        if request.method == "POST":
            context = self._context("compare records with the core")
            try:
                self._site.store(_RESULT, {"away": False, "differing": self._server.reconcile(context)})
            except Unavailable:
                self._site.store(_RESULT, {"away": True, "differing": []})
            return self._site.redirect("/reconciliation")
        result = self._site.stored(_RESULT)
        self._site.forget(_RESULT)
        return self._site.render("reconciliation.html", result=result)


class CasePages:
    """What an officer must look at."""

    def __init__(self, site: Site, server: IntermediateServer, words: Words) -> None:
        self._site = site
        self._server = server
        self._words = words
        site.route("/cases")(self.cases)
        site.route("/cases/<case_id>", ("GET", "POST"))(self.case)

    def _context(self, purpose: str) -> Context:
        return self._site.context(AFFAIR, "番号法12条", purpose)

    def cases(self) -> Reply:
        """List open cases, newest first."""
        _ = self._site.translate
        found = self._server.cases(self._context("read cases"))
        return self._site.render(
            "cases.html",
            columns=[Column(_("Case")), Column(_("Concerns")), Column(_("Opened"))],
            rows=[
                Row(
                    (
                        Action(self._words.case(one.kind), f"/cases/{one.case_id}", about=one.reference),
                        one.reference,
                        self._words.moment(one.opened_at),
                    )
                )
                for one in found
            ],
        )

    def case(self, case_id: str) -> Reply:
        """Show one case and close it on POST."""
        _ = self._site.translate
        if request.method == "POST":
            if request.form.get("do") == "accept-variant":
                self._server.upkeep.accept_variant(self._context("decide about a name"), case_id=case_id)
            else:
                self._server.upkeep.close_case(self._context("close a case"), case_id=case_id)
            return self._site.redirect("/cases")
        one = self._find(case_id)
        facts = [
            Answer(_("Concerns"), one.reference),
            Answer(_("Finding"), one.detail),
            Answer(_("Opened"), self._words.moment(one.opened_at)),
        ]
        if one.closed_at is not None:
            facts.append(Answer(_("Closed"), self._words.moment(one.closed_at)))
        return self._site.render(
            "case.html",
            name=self._words.case(one.kind),
            facts=facts,
            is_open=one.closed_at is None,
            variant=one.kind == FOUR_ITEM_VARIANT,
        )

    def _find(self, case_id: str) -> OperatorCase:
        found = self._server.cases(self._context("read a case"), open_only=False)
        for one in found:
            if one.case_id == case_id:
                return one
        raise NotWaiting

"""Claims of both affairs at the desk: forms, cases, and what was saved (R-217, R-218, R-247 to R-250)."""

from __future__ import annotations

from mizuhiki.casework.domain import Reason
from mizuhiki.casework.operations import CaseFile
from mizuhiki.casework.web import CaseDesk, CasePages, ClaimPage, ClaimScreens, FieldOfWork, SavingsPage
from mizuhiki.institutions.agency.pension_service.domain.months import months_between, read_months
from mizuhiki.institutions.agency.pension_service.domain.procedures import EMPLOYEES, NATIONAL
from mizuhiki.institutions.agency.pension_service.operations.keep_pensions import CHECK
from mizuhiki.institutions.agency.pension_service.operations.service import PensionService
from mizuhiki.institutions.agency.pension_service.ports import Records
from mizuhiki.institutions.agency.pension_service.web import claim_words as words
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Answer

NATIONAL_WORK = FieldOfWork(NATIONAL, "国民年金法16条, 90条, 90条の3, 105条; 番号法9条1項, 19条8号")
EMPLOYEES_WORK = FieldOfWork(EMPLOYEES, "厚生年金保険法33条, 98条; 番号法9条1項, 19条8号")
CASES, EMPLOYEES_CASES = "/cases", "/employees-cases"
NATIONAL_PAGES = (
    (words.EXEMPTION, "exemption"),
    (words.STUDENT, "student"),
    (words.BASIC_CLAIM, "pension"),
    (words.NATIONAL_NOTIFICATION, "notification"),
    (words.INCOME_STATUS, "income"),
)
EMPLOYEES_PAGES = ((words.EMPLOYEES_CLAIM, "pension"), (words.EMPLOYEES_NOTIFICATION, "notification"))


class PensionScreens(ClaimScreens[Records]):
    """Words of claims, with months as spans and codes of pensions in words."""

    def terms(self, file: CaseFile) -> list[Answer]:
        """Return what is granted."""
        proposal = file.case.proposal
        if proposal is None or not proposal.granted:
            return []
        _ = self._desk.site.translate
        labels = self._words[file.case.procedure].terms
        shown: list[Answer] = []
        for name, label in labels.items():
            value = proposal.terms.get(name)
            if value is None or (not value and name != "stopped"):
                continue
            if name in words.RELIEFS:
                shown.append(Answer(_(label), self._spans(str(value))))
            elif name in {"kind", "stopped"}:
                table = words.KINDS if name == "kind" else words.STOPS
                shown.append(Answer(_(label), self._desk.words(table, str(value))))
            else:
                shown.append(Answer(_(label), self._text(value, None, name)))
        return shown

    def reason(self, reason: Reason) -> str:
        """Return a rule that was applied, with codes of relief, stop and role in words."""
        tables = {"relief": words.RELIEFS, "stop": words.STOPS}
        values = {
            name: self._desk.words(tables[name], str(value)) if name in tables else self._desk.code(str(value))
            for name, value in reason.values.items()
        }
        return self._desk.site.translate(words.RULES[reason.rule], **values)

    def _spans(self, text: str) -> str:
        """Return months as spans: ``2019-07 – 2020-06``."""
        spans: list[list[str]] = []
        before = None
        for month in read_months(text):
            if before is None or months_between(before, month) != 1:
                spans.append([f"{month:%Y-%m}", f"{month:%Y-%m}"])
            spans[-1][1] = f"{month:%Y-%m}"
            before = month
        return ", ".join(first if first == last else f"{first} – {last}" for first, last in spans)


def claim_pages(site: Site, pension: PensionService) -> None:
    """Add the pages of claims to the site."""
    authority = pension.adapters.authority
    for work, prefix, forms in (
        (NATIONAL_WORK, CASES, NATIONAL_PAGES),
        (EMPLOYEES_WORK, EMPLOYEES_CASES, EMPLOYEES_PAGES),
    ):
        desk = CaseDesk(site, pension.claims, authority, work)
        CasePages(desk, PensionScreens(desk, [one for one, _ in forms]), prefix=prefix)
        for one, page in forms:
            ClaimPage(desk, one, prefix, f"new-{page}")
    desk = CaseDesk(site, pension.claims, authority, NATIONAL_WORK)
    SavingsPage(desk)
    NewClaims(desk, pension)


class NewClaims:
    """Where a new claim begins, and where the yearly look at incomes is opened."""

    def __init__(self, desk: CaseDesk[Records], pension: PensionService) -> None:
        self._desk = desk
        self._pension = pension
        desk.site.route("/new-claim", endpoint="new-claim")(self.choose)
        desk.site.route("/income-checks", ("GET", "POST"), endpoint="income-checks")(self.income_checks)

    def choose(self) -> Reply:
        """Show the forms of both affairs."""
        desk = self._desk
        desk.require("receive-claim")
        by_code = {one.code: one for one in self._pension.claims.adapters.procedures}
        return desk.site.render(
            "new_claim.html",
            actions=[
                Action(desk.procedure(by_code[one.procedure]), f"{prefix}/new-{page}")
                for prefix, forms in ((CASES, NATIONAL_PAGES), (EMPLOYEES_CASES, EMPLOYEES_PAGES))
                for one, page in forms
            ],
        )

    def income_checks(self) -> Reply:
        """Open a case for each pension whose income was not looked at for this term."""
        desk = self._desk
        desk.require(CHECK)
        if request.method == "POST":
            self._pension.open_income_checks(desk.context("open the yearly look at incomes"))
            return desk.site.redirect(CASES)
        return desk.site.render("income_checks.html")

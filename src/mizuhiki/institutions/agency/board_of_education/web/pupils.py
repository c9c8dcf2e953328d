"""Supported pupils: the list, a pupil with the accounts of each term, entering and approving accounts, ending."""

from __future__ import annotations

from mizuhiki.casework.operations.listing import Listed
from mizuhiki.casework.web import CaseDesk, whole_number
from mizuhiki.casework.web.ending import ending_page
from mizuhiki.institutions.agency.board_of_education.domain.errors import UnknownAccount
from mizuhiki.institutions.agency.board_of_education.domain.expenses import Item
from mizuhiki.institutions.agency.board_of_education.domain.pupils import Account, SupportedPupil, Term
from mizuhiki.institutions.agency.board_of_education.operations.pupils import (
    APPROVE,
    END,
    ENTER,
    PupilFile,
)
from mizuhiki.institutions.agency.board_of_education.operations.service import BoardOfEducation
from mizuhiki.institutions.agency.board_of_education.ports import Records
from mizuhiki.institutions.agency.board_of_education.web import words
from mizuhiki.runtime.pages import Reply, request
from mizuhiki.ui.components import Action, Answer, Choice, Column, Row, Tag, Tone
from mizuhiki.ui.forms import Form

BOTH = ("GET", "POST")
_END_REFUSALS = {"school-support-ended/day": "day", "school-support-ended/reason": "reason"}
_ACCOUNT_REFUSALS = {"school-account-known": "term"} | {
    f"school-account-implausible/{item.value}": item.value for item in Item
}


class PupilPages:
    """Pages below ``/pupils``."""

    def __init__(self, desk: CaseDesk[Records], board: BoardOfEducation) -> None:
        self._desk = desk
        self._board = board
        route = desk.site.route
        route("/pupils")(self.pupils)
        route("/pupils/<number>")(self.pupil)
        route("/pupils/<number>/account", BOTH)(self.account)
        route("/pupils/<number>/accounts/<account>", BOTH, endpoint="approve-account")(self.approve)
        route("/pupils/<number>/end", BOTH, endpoint="end-support")(self.end)

    def pupils(self) -> Reply:
        """List supported pupils, newest first."""
        desk = self._desk
        _ = desk.site.translate
        found = self._board.pupils(desk.context("list supported pupils"))
        titles = (_("Number"), _("Name"), _("School"), _("Category of support"), _("Until"), _("Ended for"))
        return desk.site.render(
            "pupils.html", columns=[Column(title) for title in titles], rows=[self._row(one) for one in found]
        )

    def _row(self, listed: Listed[SupportedPupil]) -> Row:
        desk, pupil = self._desk, listed.entry
        _ = desk.site.translate
        number = Action(pupil.number, f"/pupils/{pupil.number}") if listed.name else pupil.number
        return Row(
            (
                number,
                listed.name or _("Withheld: a support measure stands"),
                pupil.school_name or None,
                desk.words(words.CATEGORIES, pupil.category.value),
                desk.day(pupil.until),
                pupil.ended_for or None,
            )
        )

    def pupil(self, number: str) -> Reply:
        """Show a pupil with what is borne and the accounts."""
        desk = self._desk
        _ = desk.site.translate
        found = self._board.pupil_file(desk.context("see a supported pupil"), number)
        here = f"/pupils/{number}"
        actions = [(ENTER, Action(_("Enter the account of a term"), f"{here}/account"))]
        if not found.pupil.ended_for:
            actions.append((END, Action(_("End the support"), f"{here}/end")))
        titles = (_("Term"), _("Entered by"), _("Entered on"), _("State"))
        return desk.site.render(
            "pupil.html",
            number=number,
            facts=self._facts(found),
            columns=[*(Column(title) for title in titles), Column(_("Paid"), numeric=True), Column(_("Paid on"))],
            rows=[self._account_row(here, one) for one in found.accounts],
            actions=desk.offered(actions),
        )

    def _facts(self, found: PupilFile) -> list[Answer]:
        desk, pupil = self._desk, found.pupil
        _ = desk.site.translate
        items = [desk.words(words.ITEMS, item.value) for item in pupil.borne]
        return [
            Answer(_("Pupil"), found.name),
            Answer(_("Guardian"), found.guardian_name),
            Answer(_("School"), pupil.school_name),
            Answer(_("Department"), desk.words(words.STAGES, pupil.stage.value)),
            Answer(_("Category of support"), desk.words(words.CATEGORIES, pupil.category.value)),
            Answer(_("Expenses borne"), "、".join(items) if desk.japanese else "; ".join(items)),
            Answer(_("Supported"), f"{desk.day(pupil.since)} – {desk.day(pupil.until)}"),
            *([Answer(_("Ended for"), pupil.ended_for)] if pupil.ended_for else []),
        ]

    def _account_row(self, here: str, account: Account) -> Row:
        desk = self._desk
        _ = desk.site.translate
        state = Tag(_("Approved"), Tone.DONE) if account.approved_by else Tag(_("To be approved"), Tone.ATTENTION)
        return Row(
            (
                Action(desk.words(words.TERMS, account.term.value), f"{here}/accounts/{account.account}"),
                account.entered_by,
                desk.day(account.entered_on),
                state,
                desk.yen(account.borne_yen),
                None if account.pay_on is None else desk.day(account.pay_on),
            )
        )

    def account(self, number: str) -> Reply:
        """Enter a term's account, one amount for each expense that is borne."""
        desk = self._desk
        _ = desk.site.translate
        desk.require(ENTER)
        context = desk.context("enter an account of expenses")
        pupil = self._board.pupil_file(context, number).pupil
        form = desk.form()
        if request.method == "POST":
            term = form.choose("term", list(Term), _("Choose the term"))
            recognised = self._amounts(form, pupil)
            if form.good and desk.attempt(
                form, lambda: self._board.enter_account(context, number, Term(term), recognised), _ACCOUNT_REFUSALS
            ):
                return desk.site.redirect(f"/pupils/{number}")
        return desk.site.render(
            "account.html",
            form=form,
            number=number,
            terms=[Choice(code, _(title)) for code, title in words.TERMS.items()],
            items=[(item.value, desk.words(words.ITEMS, item.value)) for item in pupil.borne],
        )

    def _amounts(self, form: Form, pupil: SupportedPupil) -> dict[Item, int]:
        wrong = self._desk.site.translate("Enter a whole number of yen")
        typed = {item: form.parse_if_given(item.value, whole_number, wrong) for item in pupil.borne}
        return {item: amount for item, amount in typed.items() if amount}

    def approve(self, number: str, account: str) -> Reply:
        """Show an account with what is borne of each expense; approve it for payment."""
        desk = self._desk
        _ = desk.site.translate
        context = desk.context("approve an account of expenses")
        found = self._board.pupil_file(context, number)
        form = desk.form()
        if request.method == "POST":
            desk.require(APPROVE)
            if desk.attempt(form, lambda: self._board.approve_account(context, number, account)):
                return desk.site.redirect(f"/pupils/{number}")
        shown = self._of(found, account)
        return desk.site.render(
            "approve_account.html",
            form=form,
            number=number,
            term=desk.words(words.TERMS, shown.term.value),
            columns=[
                Column(_("Expense")),
                Column(_("Recognised"), numeric=True),
                Column(_("Borne"), numeric=True),
            ],
            rows=[
                Row((desk.words(words.ITEMS, line.item.value), desk.yen(line.recognised_yen), desk.yen(line.borne_yen)))
                for line in shown.lines
            ],
            facts=[Answer(_("Paid to the principal"), desk.yen(shown.borne_yen))],
            may_approve=desk.may(APPROVE) and not shown.approved_by,
        )

    def end(self, number: str) -> Reply:
        """End a pupil's support with day and reason."""
        return ending_page(
            self._desk,
            "end_support.html",
            number,
            action=END,
            why=self._desk.site.translate("Enter why the support ends"),
            refusals=_END_REFUSALS,
            back=f"/pupils/{number}",
            end=lambda context, day, reason: self._board.end_support(context, number, day, reason),
        )

    @staticmethod
    def _of(found: PupilFile, account: str) -> Account:
        shown = next((one for one in found.accounts if one.account == account), None)
        if shown is None:
            raise UnknownAccount
        return shown

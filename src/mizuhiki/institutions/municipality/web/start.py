"""The first page of the day: search, cases that wait for the signed-in person, journal of today."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.allowance_cases import AllowanceCase, CaseState
from mizuhiki.institutions.municipality.web.allowance_cases import case_columns, case_row
from mizuhiki.institutions.municipality.web.desk import ALLOWANCE, REGISTER, Desk
from mizuhiki.institutions.municipality.web.journal import journal_columns, journal_rows
from mizuhiki.runtime.pages import Reply
from mizuhiki.ui.forms import Form

JOURNAL_LINES = 10
_OF_CLERK = frozenset({CaseState.APPLIED, CaseState.EXAMINED})


class StartPages:
    """The start page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        desk.site.route("/")(self.start)

    def start(self) -> Reply:
        """Show what the role may see of search, waiting cases and journal."""
        desk = self._desk
        reads, cases = desk.may("read-register"), desk.may("read-case")
        lines = []
        if reads:
            lines = desk.operations.journal(desk.context(REGISTER, "show today's journal"), desk.today())
        waiting = self._waiting() if cases else []
        return desk.site.render(
            "start.html",
            form=Form(),
            sexes=desk.sexes(),
            reads=reads,
            cases=cases,
            today=desk.today(),
            case_columns=case_columns(desk),
            case_rows=[case_row(desk, case) for case in waiting],
            journal_columns=journal_columns(desk),
            journal_rows=journal_rows(desk, lines[-JOURNAL_LINES:]),
            journal_total=len(lines),
        )

    def _waiting(self) -> list[AllowanceCase]:
        """Return the cases whose next step the role can take; not one's own proposals for approval."""
        desk = self._desk
        person = desk.site.signed_in()
        account = person.person if person else ""
        found = desk.operations.cases(desk.context(ALLOWANCE, "show cases that wait"))
        proposes, approves = desk.may("propose-decision"), desk.may("approve-decision")
        return [
            case
            for case in found
            if (proposes and case.state in _OF_CLERK)
            or (approves and case.state is CaseState.PROPOSED and case.proposed_by != account)
            or (approves and case.state is CaseState.APPROVED)
            or (case.state is CaseState.PAYING and not case.notice_id and desk.may("send-decision-notice"))
        ]

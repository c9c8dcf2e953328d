"""Scholars: who receives which aid, from when until when."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Case
from mizuhiki.institutions.agency.student_services.domain.aid import Aid, form_of
from mizuhiki.institutions.agency.student_services.domain.errors import AidEnded

NUMBER_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Scholar:
    """One scholar under our own number (奨学生番号); `until` is the last day, `ended_for` why it ended early."""

    scholar: str
    person: str
    case: str
    aid: Aid
    school_name: str
    monthly_yen: int
    since: date
    until: date
    ended_for: str = ""

    def end(self, day: date, reason: str) -> Scholar:
        """Return the scholar with aid that ends on `day`.

        Raises:
            AidEnded: ended already, no reason, or a day outside the aid.
        """
        if self.ended_for:
            raise AidEnded(item="ended")
        if not reason.strip():
            raise AidEnded(item="reason")
        if not self.since <= day < self.until:
            raise AidEnded(item="day")
        return dataclasses.replace(self, until=day, ended_for=reason.strip())


def scholar_of(case: Case, scholar: str) -> Scholar | None:
    """Return the scholar a decided case makes; nothing where it was refused."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return None
    return Scholar(
        scholar=scholar,
        person=case.applicant.person,
        case=case.case,
        aid=Aid(str(proposal.terms["aid"])),
        school_name=form_of(case.stated).school_name,
        monthly_yen=int(proposal.terms["monthly_yen"] or 0),
        since=date.fromisoformat(str(proposal.terms["from"])),
        until=date.fromisoformat(str(proposal.terms["until"])),
    )


def new_scholar_number(below: Callable[[int], int]) -> str:
    """Return a scholar's number of eight random digits as ``1234-5678``; it tells neither person nor order."""
    digits = f"{below(10**NUMBER_DIGITS):0{NUMBER_DIGITS}d}"
    return f"{digits[:4]}-{digits[4:]}"

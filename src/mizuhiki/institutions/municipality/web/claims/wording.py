"""Small words that the sections' screens share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mizuhiki.casework.domain import Reason
from mizuhiki.casework.web import CaseDesk
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.ui.components import Choice
from mizuhiki.vocabulary.layouts import Scalar


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


WRONG_DAY = N_("Enter the day like 2019-12-02")
WRONG_YEN = N_("Enter a whole number of yen")


def choices(desk: CaseDesk[ClaimRecords], titles: Mapping[str, str]) -> list[Choice]:
    """Return choices with their titles in the reader's language."""
    return [Choice(code, desk.site.translate(title)) for code, title in titles.items()]


def said(desk: CaseDesk[ClaimRecords], titles: Mapping[str, str], stated: Mapping[str, Scalar]) -> str:
    """Return which circumstances a claim states."""
    found: Iterable[str] = [desk.site.translate(title) for name, title in titles.items() if stated.get(name)]
    return ("、" if desk.japanese else "; ").join(found) or desk.site.translate("nothing")


def reason_text(desk: CaseDesk[ClaimRecords], rules: Mapping[str, str], reason: Reason) -> str:
    """Return a rule that was applied, with what it met."""
    if reason.rule not in rules:
        return reason.rule
    return desk.site.translate(rules[reason.rule], **dict(reason.values))


def yen(value: Scalar | None) -> int:
    """Return an amount of a proposal's terms."""
    return int(value or 0)


ERRORS = (
    N_("The rule for this procedure on this day is not coded here"),
    N_("The claim is not possible like this"),
    N_("This affair is another section's"),
    N_("No visit to the household is recorded; record it before the decision"),
    N_("The record of the visit is not possible like this"),
    N_("This procedure has no visit to the household"),
    N_("The prefecture decides about public assistance here"),
)
"""Titles of the sections' errors, which are shown by their English text."""

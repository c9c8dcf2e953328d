"""What the welfare section tells through linkage: ``disability`` and ``special-child-rearing-allowance``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.institutions.agency.prefecture_welfare.domain.allowance import (
    Allowance,
    AllowanceState,
    SupportedChild,
    monthly_yen,
)
from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import Certificate, Kind, State
from mizuhiki.intake.persons import Told, with_absences
from mizuhiki.vocabulary.layouts import AbsenceReason, Scalar

DISABILITY, ALLOWANCE = "disability", "special-child-rearing-allowance"
_ORDER = (Kind.PHYSICAL, Kind.MENTAL, Kind.INTELLECTUAL)
"""The layout has room for one certificate; of several that are held, the first of this order is told."""


def told_certificate(certificates: Sequence[Certificate], day: date) -> list[Told]:
    """Return what is told of a person's certificates on a day; nothing of people who never had one."""
    known = [one for one in certificates if one.state in {State.ISSUED, State.RETURNED}]
    if not known:
        return []
    held = sorted((one for one in known if one.held_on(day)), key=lambda one: _ORDER.index(one.kind))
    shown = held[0] if held else max(known, key=lambda one: one.issued_on or one.applied_on)
    values: dict[str, Scalar] = {
        "certificate": bool(held),
        "kind_of_certificate": shown.kind.value,
        "grade": shown.grade,
        "impairment": shown.impairment or None,
        "issued_on": _iso(shown.issued_on),
        "valid_until": _iso(shown.valid_until),
        "reassessment_on": _iso(shown.reassessment_on),
        "returned_on": _iso(shown.returned_on),
    }
    reasons = {"impairment": AbsenceReason.NOT_HELD}
    since = min(one.issued_on or one.applied_on for one in known)
    return [Told(DISABILITY, since, with_absences(values, reasons))]


def told_allowance(allowances: Sequence[Allowance], children: Sequence[SupportedChild], day: date) -> list[Told]:
    """Return what is told of a person's allowance on a day; nothing of people to whom none was granted."""
    granted = [one for one in allowances if one.state in {AllowanceState.GRANTED, AllowanceState.ENDED}]
    if not granted:
        return []
    newest = max(granted, key=lambda one: one.claimed_on)
    counting = [child for child in children if child.counts_on(day)]
    receiving = newest.state is AllowanceState.GRANTED and bool(counting)
    paid = receiving and not newest.suspended
    values: dict[str, Scalar] = {
        "receiving": receiving,
        "suspended": newest.suspended if receiving else None,
        "monthly_yen": monthly_yen(counting, day) if paid else None,
        "first_grade_children_count": sum(child.grade == 1 for child in counting) if receiving else None,
        "second_grade_children_count": sum(child.grade != 1 for child in counting) if receiving else None,
        "entitled_from": newest.entitled_from.isoformat(),
        "entitled_until": _iso(newest.ended_on),
        "certificate_number": newest.certificate_number,
    }
    since = min(one.entitled_from for one in granted)
    return [Told(ALLOWANCE, since, with_absences(values, {"entitled_until": AbsenceReason.NOT_YET_DETERMINED}))]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

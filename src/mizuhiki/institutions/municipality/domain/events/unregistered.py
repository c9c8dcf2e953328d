"""Entry ex officio of somebody whose birth was never notified (2018-10-02 通知; R-059, R-060)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.events.errors import EntryExOfficioNotAllowed, EvidenceMissing

NOTICE_OF = date(2018, 10, 2)


@dataclass(frozen=True, slots=True)
class UnregisteredBirthFindings:
    """What the mayor found: three conditions that must all hold, and what the finding rests on.

    `presumed_child_basis` says from what the Japanese parent is presumed. `field_inquiry_needed` is the mayor's
    judgment; where it is needed it must have been made (実態調査).
    """

    registration_not_reached: bool
    court_procedure: str
    presumed_child_basis: str
    birth_certificate_seen: bool
    parent_family_register_seen: bool
    interviewed_on: date | None
    field_inquiry_needed: bool
    field_inquiry_on: date | None = None


COURT_PROCEDURES = frozenset({"family-court-permission-110", "declaratory-judgment-111"})
"""就籍許可審判 (戸籍法110条) and 確定判決 (111条)."""


def require_findings(findings: UnregisteredBirthFindings, day: date) -> None:
    """Check all three conditions, then the evidence.

    Raises:
        EntryExOfficioNotAllowed: a condition is not met; field `condition`.
        EvidenceMissing: a paper or the interview is missing; field `evidence`.
    """
    conditions = (
        ("notice-in-force", day >= NOTICE_OF),
        ("registration-not-reached", findings.registration_not_reached),
        ("court-procedure", findings.court_procedure in COURT_PROCEDURES),
        ("presumed-child-of-a-japanese", bool(findings.presumed_child_basis.strip())),
    )
    for condition, met in conditions:
        if not met:
            raise EntryExOfficioNotAllowed(condition=condition)
    evidence = (
        ("birth-certificate", findings.birth_certificate_seen),
        ("parent-family-register", findings.parent_family_register_seen),
        ("interview", findings.interviewed_on is not None and findings.interviewed_on <= day),
        (
            "field-inquiry",
            not findings.field_inquiry_needed
            or (findings.field_inquiry_on is not None and findings.field_inquiry_on <= day),
        ),
    )
    for paper, seen in evidence:
        if not seen:
            raise EvidenceMissing(evidence=paper)

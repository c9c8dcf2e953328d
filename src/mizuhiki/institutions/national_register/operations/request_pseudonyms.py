"""Start the issue of agency pseudonyms for the subjects of a signed acquisition (番号法21条の2; R-222).

Steps: (1) the acquisition is the asker's own and fresh; (2) its affair is lawful today; (3) subjects and acquisition
name the same acquisition numbers; (4) the acquisition is spent; (5) known subjects go to the core as one batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.institutions.national_register.domain.errors import (
    AcquisitionExpired,
    AcquisitionMismatch,
    AcquisitionReplayed,
    UnknownPerson,
)
from mizuhiki.institutions.national_register.domain.records import AcquisitionOutcome, NumberedPerson, Subject
from mizuhiki.institutions.national_register.ports import IssueLine, PseudonymIssue, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.affairs import require_user
from mizuhiki.vocabulary.ids import InstitutionId, owner_of
from mizuhiki.vocabulary.statute import CurrentStatute, lawful_affair

ACTION = "request-pseudonyms"


@dataclass(frozen=True, slots=True)
class CheckedAcquisition:
    """An acquisition whose signature the edge has verified as that of the asker's own intermediate server."""

    text: str
    text_hash: bytes
    holder: str
    affair: str
    batch_id: str
    acquisition_numbers: tuple[str, ...]
    expires_at: datetime


def _person(records: Records, subject: Subject) -> NumberedPerson | None:
    if subject.code is not None:
        return records.person_by_code(subject.code)
    return None if subject.number is None else records.person_by_number(subject.number)


def request_pseudonyms(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    issue: PseudonymIssue,
    statute: CurrentStatute,
    acquisition: CheckedAcquisition,
    subjects: Sequence[Subject],
) -> AcquisitionOutcome:
    """Hand the known subjects to the core and name the unknown ones.

    Raises:
        AcquisitionExpired, AcquisitionMismatch, AcquisitionReplayed: the acquisition cannot be used.
        AffairNotLawful, AffairOfOthers: the affair may not use numbers on this day, or is not the holder's.
    """
    authority.require(context, ACTION)
    if context.now() >= acquisition.expires_at:
        raise AcquisitionExpired
    holder = owner_of(InstitutionId(acquisition.holder))
    require_user(lawful_affair(statute, holder, acquisition.affair, context.today()), holder)
    if sorted(acquisition.acquisition_numbers) != sorted(subject.acquisition_number for subject in subjects):
        raise AcquisitionMismatch
    lines: list[IssueLine] = []
    refused: list[tuple[str, str]] = []
    with store.transaction() as records:
        if not records.spend_acquisition(acquisition.text_hash, context.now()):
            raise AcquisitionReplayed
        for subject in subjects:
            person = _person(records, subject)
            if person is None or person.four_items is None:
                refused.append((subject.acquisition_number, UnknownPerson.code))
            else:
                lines.append(IssueLine(subject.acquisition_number, person))
        records.audit(grounds_of(context), "pseudonyms-requested", "done", count=len(lines))
    if lines:
        issue.issue(acquisition.text, acquisition.holder, acquisition.affair, acquisition.batch_id, lines)
    return AcquisitionOutcome(len(lines), tuple(refused))

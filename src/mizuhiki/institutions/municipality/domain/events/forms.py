"""How an event is notified, described so that a page can show it without knowing the event."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.errors import DateImpossible
from mizuhiki.institutions.municipality.domain.events.deadlines import Deadline, Lateness, lateness
from mizuhiki.institutions.municipality.domain.events.errors import EvidenceMissing
from mizuhiki.vocabulary.persons import ChangeReason


class FieldType(enum.StrEnum):
    """What kind of input a field takes."""

    TEXT = "text"
    NAME = "name"
    READING = "reading"
    DATE = "date"
    ADDRESS = "address"
    SEX = "sex"
    RESIDENT = "resident"
    RESIDENTS = "residents"
    HOUSEHOLD = "household"
    POSITION = "position"
    CHOICE = "choice"
    CODE = "code"
    YES_NO = "yes-no"


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """One field: its name in the form, titles, type, whether it must be filled, and choices of a choice."""

    name: str
    title_ja: str
    title_en: str
    type: FieldType
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A document of the checklist; one of the same `group` is enough."""

    kind: str
    title_ja: str
    title_en: str
    group: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class WarningText:
    """What the clerk tells before the event is entered; a blocking one must be confirmed."""

    text_ja: str
    text_en: str
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class FormDescription:
    """Everything a page needs for one kind of event."""

    kind: str
    title_ja: str
    title_en: str
    basis: str
    reason: ChangeReason
    fields: tuple[FieldDescription, ...]
    evidence: tuple[EvidenceItem, ...] = ()
    deadline: Deadline | None = None
    warnings: tuple[WarningText, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenDocument:
    """A document that was seen, of a kind of the checklist, with what identifies it."""

    kind: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """Who notified what when, and what was seen. `request_id` makes the entry idempotent."""

    request_id: str
    happened_on: date
    received_on: date
    notifier: str
    documents: tuple[SeenDocument, ...] = ()
    late_reason: str = ""
    note: str = ""


def require_evidence(form: FormDescription, documents: Sequence[SeenDocument]) -> None:
    """Check that every required document, or one of its group, was seen.

    Raises:
        EvidenceMissing: naming the first missing document or group.
    """
    seen = {document.kind for document in documents}
    for item in form.evidence:
        if not item.required:
            continue
        alternatives = {other.kind for other in form.evidence if item.group and other.group == item.group}
        if not seen & (alternatives | {item.kind}):
            raise EvidenceMissing(evidence=item.group or item.kind)


def require_notification(
    form: FormDescription,
    notification: Notification,
    today: date,
    period: tuple[Deadline, date] | None = None,
) -> Lateness | None:
    """Check days, evidence and period of a notification; return how late it is, None when it is in time.

    `period` replaces the form's where it begins on another day or is longer (a death learned of later, or abroad).

    Raises:
        DateImpossible: received in the future, or the event lies after the receipt (but for what is announced before).
        EvidenceMissing, LateReasonMissing: see there.
    """
    if notification.received_on > today:
        raise DateImpossible(item="received_on")
    announced = form.deadline is not None and form.deadline.beforehand
    if notification.happened_on > notification.received_on and not announced:
        raise DateImpossible(item="happened_on")
    require_evidence(form, notification.documents)
    deadline, begins = (form.deadline, notification.happened_on) if period is None else period
    return lateness(deadline, begins, notification.received_on, notification.late_reason)

"""Take a notice of the Minister of Justice about a foreign resident (住基法30条の50; R-043).

The notice names a person by name, birth date, sex, nationality and the number of the residence card known before. It
changes a record that it fits alone; otherwise a clerk gets a task and the notice is answered as taken but unmatched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.events.errors import NothingChanges, NoticeUnmatched
from mizuhiki.institutions.municipality.domain.events.forms import Notification
from mizuhiki.institutions.municipality.domain.events.items import Value, residence_items
from mizuhiki.institutions.municipality.domain.events.residence import require_registrable
from mizuhiki.institutions.municipality.domain.residents import (
    JAPANESE,
    RecordState,
    ResidentQuery,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.events.change_persons import STAY_ENDED
from mizuhiki.institutions.municipality.operations.events.entering import Entry, TaskWanted, enter_event, open_tasks
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.names import PersonName, normalise_for_comparison
from mizuhiki.vocabulary.persons import ResidenceStatus, Sex

UNMATCHED = "residence-notice-unmatched"
APPLIED = "applied"
_MOST = 50
ACTION = "take-residence-notice"


@dataclass(frozen=True, slots=True)
class ResidenceNotice:
    """What the Immigration Services Agency notifies: a new status, and a changed name where there is one.

    `ended` says that the person has no right to stay any more; the clerk then decides about a removal.
    """

    notice_id: str
    name: PersonName
    birth_date: date
    sex: Sex
    known_card_number: str
    decided_on: date
    residence: ResidenceStatus
    new_name: PersonName | None = None
    ended: bool = False


def take_residence_notice(context: Context, adapters: Adapters, notice: ResidenceNotice) -> str:
    """Change the record the notice fits; return ``applied`` or ``unmatched`` (the task's kind). Taken once.

    Raises:
        NotRegistrable, ResidenceItemsIncomplete: the status notified is none the register knows.
    """
    grounds = adapters.permit_peer(context, ACTION)
    if not notice.ended:
        require_registrable(notice.residence, notice.decided_on)
    request = f"residence-notice/{notice.notice_id}"
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
        if known is not None:
            return known[0]
    outcome = _apply(context, adapters, notice)
    with adapters.store.transaction() as records:
        if records.answer_of_request(request) is None:
            if outcome != APPLIED:
                person = _subject(records, notice)
                open_tasks(context, adapters, records, [TaskWanted(outcome, person, f"notice {notice.notice_id}")])
            records.keep_answers({request: [outcome]}, context.now())
            records.audit(grounds, "residence-notice-taken", outcome)
    return outcome


def _apply(context: Context, adapters: Adapters, notice: ResidenceNotice) -> str:
    if notice.ended:
        return STAY_ENDED
    notification = Notification(
        request_id=notice.notice_id,
        happened_on=notice.decided_on,
        received_on=context.today(),
        notifier="Minister of Justice",
        note="notice of the Minister of Justice (30条の50)",
    )

    def work(records: Records) -> Entry:
        record = _match(records, notice)
        items: dict[str, Value] = {
            "residence": residence_items(notice.residence),
            "nationality": notice.residence.nationality,
        }
        if notice.new_name is not None:
            name = notice.new_name
            items |= {"family": name.family, "given": name.given}
            items |= {"family_kana": name.family_kana, "given_kana": name.given_kana}
        return Entry(effective_on=notice.decided_on, changes={record.resident: items}, amends=True)

    try:
        enter_event(context, adapters, EventKind.RESIDENCE_NOTICE, notification, work, action=ACTION, peer=True)
    except NoticeUnmatched:
        return UNMATCHED
    except NothingChanges:
        return APPLIED
    return APPLIED


def _candidates(records: Records, notice: ResidenceNotice) -> list[ResidentRecord]:
    query = ResidentQuery(name=notice.name.full, birth_date=notice.birth_date)
    wanted = normalise_for_comparison(notice.name.full)
    return [
        record
        for record in records.register.search(query, _MOST)
        if record.state is not RecordState.REMOVED
        and record.nationality != JAPANESE
        and record.sex is notice.sex
        and normalise_for_comparison(record.name.full) == wanted
    ]


def _match(records: Records, notice: ResidenceNotice) -> ResidentRecord:
    found = _candidates(records, notice)
    if notice.known_card_number:
        by_card = [record for record in found if _card_number(record) == notice.known_card_number]
        # A record made before the card was delivered has no number to compare.
        found = by_card or [record for record in found if not _card_number(record)]
    if len(found) != 1 or notice.decided_on < found[0].resident_since:
        raise NoticeUnmatched
    return found[0]


def _card_number(record: ResidentRecord) -> str:
    residence = record.details.residence
    return "" if residence is None or residence.card_number is None else residence.card_number.value


def _subject(records: Records, notice: ResidenceNotice) -> str:
    found = _candidates(records, notice)
    return found[0].resident if len(found) == 1 else ""

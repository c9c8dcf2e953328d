"""Take over an existing register and number everybody in it (番号法附則3条; R-013).

1. codes for all are in stock; 2. records are made; 3. numbers are requested in batches; 4. designated and 5. notified
by the registrar to whom the mayor delegated it. Called again with the same entries it goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice

from mizuhiki.institutions.municipality.domain.errors import EmptyForm
from mizuhiki.institutions.municipality.domain.residents import (
    JAPANESE,
    HouseholdEntry,
    MemberEntry,
    NumberingStage,
    RecordDetails,
    RecordEvent,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.number_residents import designate_in, notify_in, request_numbers
from mizuhiki.institutions.municipality.operations.replenish_codes import ensure_stock
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason

BATCH = 1_000


def import_existing_residents(context: Context, adapters: Adapters, households: Sequence[HouseholdEntry]) -> list[str]:
    """Return the resident tokens in the order of the entries.

    Raises:
        EmptyForm: a household has no member.
    """
    grounds = adapters.permit(context, "import-existing-residents")
    for action in ("request-number", "designate-number", "notify-number"):
        adapters.authority.require(context, action)
    if any(not household.members for household in households):
        raise EmptyForm(item="members")
    ensure_stock(adapters, sum(len(household.members) for household in households))
    residents = enter_households(context, adapters, households)
    request_numbers(context, adapters, residents, grounds)
    for start in range(0, len(residents), BATCH):
        with adapters.store.transaction() as records:
            batch = records.register.residents(residents[start : start + BATCH])
            generated = [r for r in batch if r.stage is NumberingStage.NUMBER_GENERATED]
            if generated:
                designate_in(context, adapters, records, generated, grounds)
        with adapters.store.transaction() as records:
            batch = records.register.residents(residents[start : start + BATCH])
            designated = [r for r in batch if r.stage is NumberingStage.DESIGNATED]
            if designated:
                notify_in(context, adapters, records, designated, grounds)
    return residents


def enter_households(context: Context, adapters: Adapters, households: Sequence[HouseholdEntry]) -> list[str]:
    """Make the records of those households that are not entered yet; codes must be in stock."""
    residents: list[str] = []
    at, by, today = context.now(), actor_text(context), context.today()
    with adapters.store.transaction() as records:
        keys = [f"import/{household.entry_id}" for household in households]
        known = records.answers_of_requests(keys)
        new = [household for key, household in zip(keys, households, strict=True) if key not in known]
        codes = records.register.take_codes(sum(len(household.members) for household in new))
        made: list[ResidentRecord] = []
        answers: dict[str, list[str]] = {}
        stock = iter(codes)
        for household in new:
            entered = _household(adapters, household, list(islice(stock, len(household.members))), today)
            made += entered
            answers[f"import/{household.entry_id}"] = [record.resident for record in entered]
            if household.content:
                answers[f"import-content/{household.entry_id}"] = [household.content]
        records.events.enter_households({record.household: record.address for record in made})
        records.register.insert_residents(made)
        records.register.insert_events([_event(adapters, record, at, by) for record in made])
        records.register.log_stage([record.resident for record in made], NumberingStage.CODE_WRITTEN, at, by)
        records.keep_answers(answers, at)
        for key in keys:
            residents += (known | answers)[key]
    return residents


def _household(
    adapters: Adapters, entry: HouseholdEntry, codes: Sequence[ResidentRecordCode], today: date
) -> list[ResidentRecord]:
    household, head = adapters.randomness.token(), entry.members[0].name.full
    return [
        _record(
            entry, member, resident=adapters.randomness.token(), household=household, head=head, code=code, today=today
        )
        for member, code in zip(entry.members, codes, strict=True)
    ]


def _record(
    entry: HouseholdEntry,
    member: MemberEntry,
    *,
    resident: str,
    household: str,
    head: str,
    code: ResidentRecordCode,
    today: date,
) -> ResidentRecord:
    since = member.resident_since or entry.resident_since
    japanese = member.nationality == JAPANESE
    return ResidentRecord(
        resident=resident,
        household=household,
        name=member.name,
        birth_date=member.birth_date,
        sex=member.sex,
        address=entry.address,
        relationship=member.relationship,
        registered_domicile=_own(member.registered_domicile, entry.registered_domicile) if japanese else "",
        head_of_family_register=_own(member.head_of_family_register, head) if japanese else "",
        resident_since=since,
        address_since=since,
        previous_address=member.previous_address,
        reported_on=min(since, today),
        nationality=member.nationality,
        code=code,
        number=None,
        stage=NumberingStage.CODE_WRITTEN,
        details=RecordDetails(
            residence=member.residence,
            alias=member.alias,
            alias_kana=member.alias_kana,
            former_name=member.former_name,
            former_name_kana=member.former_name_kana,
        ),
    )


def _own(stated: str | None, household: str) -> str:
    return household if stated is None else stated


def _event(adapters: Adapters, record: ResidentRecord, at: datetime, by: str) -> RecordEvent:
    return RecordEvent(
        event_id=adapters.randomness.token(),
        resident=record.resident,
        reason=ChangeReason.INITIAL,
        effective_on=record.resident_since,
        reported_on=record.reported_on,
        entered_at=at,
        entered_by=by,
    )

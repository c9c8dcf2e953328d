"""What changes about a person: names, aliases, readings, nationality and residence status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.errors import DateImpossible, EmptyForm
from mizuhiki.institutions.municipality.domain.events.aliases import (
    AliasClaim,
    papers_to_check,
    require_proved,
)
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.events.deadlines import (
    LOSS_OF_NATIONALITY,
    LOSS_OF_NATIONALITY_ABROAD,
    Deadline,
)
from mizuhiki.institutions.municipality.domain.events.errors import (
    AliasHeldAlready,
    AliasNotProved,
    NothingChanges,
    NotRegistrable,
)
from mizuhiki.institutions.municipality.domain.events.facts import Fact, standing
from mizuhiki.institutions.municipality.domain.events.former_names import (
    BorneName,
    require_former_name,
    require_readings,
)
from mizuhiki.institutions.municipality.domain.events.forms import Notification
from mizuhiki.institutions.municipality.domain.events.items import Items, Value, residence_items
from mizuhiki.institutions.municipality.domain.events.requests import EventEntered
from mizuhiki.institutions.municipality.domain.events.residence import require_registrable, transition_ends
from mizuhiki.institutions.municipality.domain.residents import JAPANESE, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.events.entering import (
    Entry,
    TaskWanted,
    enter_event,
    open_tasks,
)
from mizuhiki.institutions.municipality.operations.events.regrouping import living
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import ResidenceCategory, ResidenceStatus

ISSUER_CHECK = "ask-issuer"
STAY_ENDED = "stay-ended"
"""Task of the mayor: somebody whose right to stay has ended still stands in the register."""


@dataclass(frozen=True, slots=True)
class FamilyRegisterEntry:
    """What a family register says of a person: domicile and first person (筆頭者)."""

    registered_domicile: str
    head_of_family_register: str


def _name_items(name: PersonName) -> dict[str, Value]:
    return {
        "family": name.family,
        "given": name.given,
        "family_kana": name.family_kana,
        "given_kana": name.given_kana,
    }


def _one(
    context: Context,
    adapters: Adapters,
    kind: EventKind,
    notification: Notification,
    resident: str,
    *,
    items_for: Callable[[Records, ResidentRecord], Items],
    tasks: tuple[TaskWanted, ...] = (),
    period: tuple[Deadline, date] | None = None,
) -> EventEntered:
    def work(records: Records) -> Entry:
        [record] = living(records, [resident])
        changes = {resident: items_for(records, record)}
        return Entry(effective_on=notification.happened_on, changes=changes, tasks=tasks)

    return enter_event(context, adapters, kind, notification, work, period=period)


def change_name(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    resident: str,
    name: PersonName,
    *,
    family_register: FamilyRegisterEntry | None = None,
) -> EventEntered:
    """Enter a name changed by marriage, adoption or permission, as the family register's office notifies it."""

    def items(_records: Records, _record: ResidentRecord) -> Items:
        return _name_items(name) | _family_items(family_register)

    return _one(context, adapters, EventKind.NAME_CHANGE, notification, resident, items_for=items)


def _family_items(entry: FamilyRegisterEntry | None) -> dict[str, Value]:
    if entry is None:
        return {}
    return {
        "registered_domicile": entry.registered_domicile,
        "head_of_family_register": entry.head_of_family_register,
    }


def enter_alias(
    context: Context, adapters: Adapters, notification: Notification, resident: str, claim: AliasClaim
) -> EventEntered:
    """Enter an alias of a foreign resident that is proved (R-061, R-062).

    A claim with doubtful papers opens a task to ask each issuer and is then refused; it is made again with the answer.

    Raises:
        AliasNotProved: the first rule that fails. NotRegistrable: the person is Japanese.
        AliasHeldAlready: the record bears one.
    """
    grounds = adapters.permit(context, "enter-event")
    doubtful = papers_to_check(claim)
    try:
        require_proved(claim, context.today())
    except AliasNotProved as refusal:
        with adapters.store.transaction() as records:
            living(records, [resident])
            asked = {task.text for task in records.events.tasks(open_only=True) if task.resident == resident}
            wanted = [TaskWanted(ISSUER_CHECK, resident, f"{one.issuer}: {one.title}") for one in doubtful]
            open_tasks(context, adapters, records, [one for one in wanted if one.text not in asked])
            records.audit(grounds, "alias-claimed", f"refused: {refusal.fields['rule']}", subject=resident)
        raise

    def items(_records: Records, record: ResidentRecord) -> Items:
        if record.nationality == JAPANESE:
            raise NotRegistrable(rule="japanese-national")
        if record.details.alias:
            raise AliasHeldAlready
        return {"alias": claim.alias.strip(), "alias_kana": claim.alias_kana.strip()}

    return _one(context, adapters, EventKind.ALIAS_ENTRY, notification, resident, items_for=items)


def remove_alias(context: Context, adapters: Adapters, notification: Notification, resident: str) -> EventEntered:
    """Remove an alias on request; the history keeps it (通称の記載及び削除に関する事項).

    Raises:
        NothingChanges: the record bears none.
    """

    def items(_records: Records, record: ResidentRecord) -> Items:
        if not record.details.alias:
            raise NothingChanges
        return {"alias": None, "alias_kana": None}

    return _one(context, adapters, EventKind.ALIAS_REMOVAL, notification, resident, items_for=items)


def enter_former_name(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    resident: str,
    *,
    former_name: str,
    former_name_kana: str,
    borne: Sequence[BorneName],
) -> EventEntered:
    """Enter a former family name (旧氏) that the family registers shown prove (R-056).

    Raises:
        FormerNameNotPossible: naming the rule.
    """

    def items(records: Records, record: ResidentRecord) -> Items:
        facts = standing(records.events.facts([resident])[resident])
        entered = [fact for fact in facts if fact.kind == EventKind.FORMER_NAME_ENTRY]
        removed = [fact.effective_on for fact in facts if fact.kind == EventKind.FORMER_NAME_REMOVAL]
        require_former_name(
            record,
            former_name,
            borne,
            notification.received_on,
            removed_on=max(removed) if removed and not record.details.former_name else None,
            entered_before=bool(entered),
            known=_borne_here(facts),
        )
        return {"former_name": former_name, "former_name_kana": former_name_kana}

    return _one(context, adapters, EventKind.FORMER_NAME_ENTRY, notification, resident, items_for=items)


def _borne_here(facts: Sequence[Fact]) -> list[BorneName]:
    """Return the family names that this record gave up by notice of the family register, each with its last day."""
    family: Value = None
    found = []
    for fact in facts:
        now = fact.items.get("family", family)
        if fact.kind == EventKind.NAME_CHANGE and now != family:
            found.append(BorneName(str(family), fact.effective_on))
        family = now
    return found


def remove_former_name(context: Context, adapters: Adapters, notification: Notification, resident: str) -> EventEntered:
    """Remove a former family name on request.

    Raises:
        NothingChanges: the record bears none.
    """

    def items(_records: Records, record: ResidentRecord) -> Items:
        if not record.details.former_name:
            raise NothingChanges
        return {"former_name": None, "former_name_kana": None}

    return _one(context, adapters, EventKind.FORMER_NAME_REMOVAL, notification, resident, items_for=items)


def enter_reading(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    resident: str,
    *,
    family_kana: str,
    given_kana: str,
) -> EventEntered:
    """Enter the reading of a name as an item of the record, as the family register has it (from 2025-05-26).

    Raises:
        ReadingNotYetLaw: earlier.
        NotRegistrable: the person is foreign and stands in no family register.
        MalformedPersonName: it is not written in kana.
    """
    require_readings(notification.happened_on)

    def items(_records: Records, record: ResidentRecord) -> Items:
        if record.nationality != JAPANESE:
            raise NotRegistrable(rule="reading-of-the-family-register")
        name = PersonName(record.name.family, record.name.given, family_kana, given_kana)
        return _name_items(name) | {"reading_confirmed_on": notification.happened_on.isoformat()}

    return _one(context, adapters, EventKind.READING, notification, resident, items_for=items)


def enter_naturalisation(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    resident: str,
    *,
    name: PersonName,
    family_register: FamilyRegisterEntry,
) -> EventEntered:
    """Make a foreign resident's record that of a Japanese one: name, family register; residence items and alias end.

    Number and code stay.

    Raises:
        NotRegistrable: the record is that of a Japanese national.
        EmptyForm: the family register they stand in from now on is not named.
    """
    if not family_register.registered_domicile.strip():
        raise EmptyForm(item="registered_domicile")

    def items(_records: Records, record: ResidentRecord) -> Items:
        if record.nationality == JAPANESE:
            raise NotRegistrable(rule="japanese-national")
        return (
            _name_items(name)
            | _family_items(family_register)
            | {"nationality": JAPANESE, "residence": None, "alias": None, "alias_kana": None}
        )

    return _one(context, adapters, EventKind.NATURALISATION, notification, resident, items_for=items)


def enter_loss_of_nationality(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    resident: str,
    *,
    nationality: str,
    name: PersonName,
    known_on: date | None = None,
    abroad: bool = False,
) -> EventEntered:
    """Make a Japanese resident's record that of a foreign one who may stay 60 days without a status (30条の45).

    The period runs from the day the notifier learned of it (`known_on`): one month, three months where they were
    abroad that day (戸籍法103条). Whenever it is told, the family register names the person no more (戸籍法23条), so
    the supplement is closed as of the loss. Told after the 60 days, the record states a stay that has ended, and a
    task asks the mayor: the Minister of Justice notifies a status that was granted (30条の50), else the record is
    removed ex officio (8条, 施行令8条, 12条).

    Raises:
        NotRegistrable: the record is that of a foreign national, or the 60 days ended before 2012-07-09.
        DateImpossible: it was learned of before it happened, or after the receipt.
    """
    lost_on = notification.happened_on
    learned = known_on or lost_on
    if not lost_on <= learned <= notification.received_on:
        raise DateImpossible(item="known_on")
    status = ResidenceStatus(
        nationality=nationality,
        category=ResidenceCategory.NATIONALITY_LOSS_TRANSITIONAL,
        status="",
        resident_since=lost_on,
        stay_until=transition_ends(lost_on),
    )
    ended = transition_ends(lost_on) < notification.received_on
    require_registrable(status, min(transition_ends(lost_on), notification.received_on))

    def items(_records: Records, record: ResidentRecord) -> Items:
        if record.nationality != JAPANESE:
            raise NotRegistrable(rule="foreign-national")
        return _name_items(name) | {
            "nationality": nationality,
            "residence": residence_items(status),
            "registered_domicile": "",
            "head_of_family_register": "",
            "former_name": None,
            "former_name_kana": None,
        }

    text = f"loss of nationality on {lost_on.isoformat()}, told on {notification.received_on.isoformat()}"
    return _one(
        context,
        adapters,
        EventKind.LOSS_OF_NATIONALITY,
        notification,
        resident,
        items_for=items,
        tasks=(TaskWanted(STAY_ENDED, resident, text),) if ended else (),
        period=(LOSS_OF_NATIONALITY_ABROAD if abroad else LOSS_OF_NATIONALITY, learned),
    )

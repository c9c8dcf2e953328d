"""People who are entered: from abroad, back from abroad, with a certificate on paper, ex officio, born.

A person whose removed record stands here keeps code and number; so does one whose code and number came on paper or
from the supplement. Everybody else gets a code of the stock and is numbered afterwards.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date

from mizuhiki.institutions.municipality.domain.errors import (
    AlreadyResident,
    DateImpossible,
    EmptyForm,
    UnknownHousehold,
)
from mizuhiki.institutions.municipality.domain.events.card_moves import resident_card_notices
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.events.errors import (
    HouseholdInconsistent,
    NamesakeUnclear,
    ResidentStillHere,
)
from mizuhiki.institutions.municipality.domain.events.forms import Notification
from mizuhiki.institutions.municipality.domain.events.requests import EventEntered, NewPerson, Place
from mizuhiki.institutions.municipality.domain.events.residence import (
    require_notifiable,
    require_registrable,
    transition_ends,
)
from mizuhiki.institutions.municipality.domain.events.supplement import SupplementQuestion
from mizuhiki.institutions.municipality.domain.events.unregistered import UnregisteredBirthFindings, require_findings
from mizuhiki.institutions.municipality.domain.moves import CarriedMeasure, MoveInNotice
from mizuhiki.institutions.municipality.domain.residence import municipality_of_address
from mizuhiki.institutions.municipality.domain.residents import (
    JAPANESE,
    NumberingStage,
    RecordDetails,
    ResidentQuery,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.events.entering import Entry, enter_event
from mizuhiki.institutions.municipality.operations.new_household import new_household
from mizuhiki.institutions.municipality.operations.return_measures import standing_measure
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.names import normalise_for_comparison
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import Position, Relationship, ResidenceCategory, ResidenceStatus

_SAME_PERSON_LIMIT = 50


def enter_from_abroad(
    context: Context, adapters: Adapters, notification: Notification, people: Sequence[NewPerson], place: Place
) -> EventEntered:
    """Enter people who come to live in Japan for the first time, foreign or Japanese, one household (22条, 30条の46).

    A foreign person who lives here already and is granted a status is entered by `enter_became_resident` (30条の47).

    Raises:
        NotRegistrable, ResidenceItemsIncomplete: a foreign person's status.
        ResidentStillHere: a living record has the same name, birth date and sex, and nobody said it is another's.
        NamesakeUnclear: so has a removed one of a foreign person, and nobody said whose it is.
        HouseholdInconsistent: there is not exactly one head, or positions in a joined household are missing.
        AddressElsewhere: the address lies in another municipality.
    """
    return _enter(context, adapters, EventKind.MOVE_IN_FROM_ABROAD, notification, people=people, place=place)


def enter_became_resident(
    context: Context, adapters: Adapters, notification: Notification, people: Sequence[NewPerson], place: Place
) -> EventEntered:
    """Enter foreign people who live here and became mid- to long-term residents or the like that day (30条の47).

    They did not move: no previous address is an item of their notification (22条1項4号 is not named). The day they
    became foreign residents (外国人住民となった年月日) is that of the grant. Who was registered before, and whose
    record ended with the stay, gets code and number back as after a move from abroad.

    Raises:
        NotRegistrable: the person is Japanese, or stays without a status after birth or loss of nationality.
        ResidenceItemsIncomplete, ResidentStillHere, NamesakeUnclear, HouseholdInconsistent: see `enter_from_abroad`.
    """
    adapters.permit(context, "enter-event")
    for person in people:
        require_notifiable(person.residence)
    here = [dataclasses.replace(person, previous_address="") for person in people]
    return _enter(context, adapters, EventKind.BECAME_FOREIGN_RESIDENT, notification, people=here, place=place)


def enter_returning(
    context: Context, adapters: Adapters, notification: Notification, people: Sequence[NewPerson], place: Place
) -> EventEntered:
    """Enter people back from abroad; code and number come from the record they left here or from the supplement.

    Raises:
        NotInSupplement: the home registry names no single person.
        PeerProblem, PeerUnavailable: the home registry refuses or does not answer.
    """
    adapters.permit(context, "enter-event")
    known = [_with_identity(adapters, person) for person in people]
    return _enter(context, adapters, EventKind.RETURN_FROM_ABROAD, notification, people=known, place=place)


def _with_identity(adapters: Adapters, person: NewPerson) -> NewPerson:
    if person.code is not None or not person.registered_domicile:
        return person
    home = municipality_of_address(person.registered_domicile)
    question = SupplementQuestion(person.name.full, person.birth_date, person.registered_domicile)
    if home is None:
        return person
    if home == adapters.code:
        with adapters.store.transaction() as records:
            found = records.supplement.persons_named(question.name, question.birth_date)
            if len(found) != 1:
                return person
            code, number = records.supplement.identity(found[0])
    else:
        answer = adapters.others.supplement_entry(home, question)
        return dataclasses.replace(_replaced(person, answer.code, answer.number), measure=answer.measure)
    return _replaced(person, code, number)


def _replaced(person: NewPerson, code: ResidentRecordCode, number: IndividualNumber | None) -> NewPerson:
    return dataclasses.replace(person, code=code, number=number)


def enter_on_paper(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    people: Sequence[NewPerson],
    place: Place,
    *,
    from_municipality: str,
    move_reference: str,
) -> EventEntered:
    """Enter people who bring a moving-out certificate on paper (22条2項); the previous municipality is told.

    Raises:
        AlreadyResident: a code lives here.
        EmptyForm: a code or a number was not typed.
    """
    if any(person.code is None or person.number is None for person in people):
        raise EmptyForm(item="code-and-number")

    def told(records: Records) -> None:
        records.register.tell_previous_municipality(
            from_municipality,
            MoveInNotice(
                notice_id=adapters.randomness.token(),
                move_reference=move_reference,
                to_municipality=adapters.code,
                moved_in_on=notification.happened_on,
                codes=tuple(person.code for person in people if person.code is not None),
            ),
        )

    entered = _enter(context, adapters, EventKind.MOVE_IN_ON_PAPER, notification, people=people, place=place, also=told)
    notices = (*entered.notices, *resident_card_notices(notification.happened_on))
    return dataclasses.replace(entered, notices=notices)


def enter_unregistered_birth(
    context: Context,
    adapters: Adapters,
    notification: Notification,
    person: NewPerson,
    place: Place,
    *,
    findings: UnregisteredBirthFindings,
) -> EventEntered:
    """Enter somebody whose birth was never notified, by the mayor's decision (R-059, R-060).

    Raises:
        EntryExOfficioNotAllowed, EvidenceMissing: a condition or a piece of evidence is missing.
    """
    adapters.permit(context, "enter-ex-officio")
    require_findings(findings, context.today())
    return _enter(
        context,
        adapters,
        EventKind.UNREGISTERED_BIRTH,
        notification,
        people=[person],
        place=place,
        action="enter-ex-officio",
    )


def enter_ex_officio(
    context: Context, adapters: Adapters, notification: Notification, people: Sequence[NewPerson], place: Place
) -> EventEntered:
    """Enter people who live here but did not notify, or whose record was lost (8条, 施行令12条)."""
    return _enter(
        context,
        adapters,
        EventKind.EX_OFFICIO_ENTRY,
        notification,
        people=people,
        place=place,
        action="enter-ex-officio",
    )


def enter_foreign_birth(
    context: Context, adapters: Adapters, notification: Notification, child: NewPerson, household: str
) -> EventEntered:
    """Enter a child of foreign parents, who may stay 60 days without a status (30条の45; 入管法22条の2).

    A child who has a status by the day of receipt is entered with it (`child.residence`).

    Raises:
        NotRegistrable: rule `stay-ended`: the 60 days were over on the day of receipt and no status was granted.
    """
    born = notification.happened_on
    status = child.residence or ResidenceStatus(
        nationality=child.nationality,
        category=ResidenceCategory.BIRTH_TRANSITIONAL,
        status="",
        resident_since=born,
        stay_until=transition_ends(born),
    )
    require_registrable(status, notification.received_on)
    person = dataclasses.replace(child, birth_date=born, residence=status)
    place = Place(household=household, positions={child.key: child.position})
    return _enter(context, adapters, EventKind.BIRTH_OF_FOREIGN_CHILD, notification, people=[person], place=place)


def _enter(
    context: Context,
    adapters: Adapters,
    kind: EventKind,
    notification: Notification,
    *,
    people: Sequence[NewPerson],
    place: Place,
    action: str = "enter-event",
    also: Callable[[Records], None] | None = None,
) -> EventEntered:
    if not people:
        raise EmptyForm(item="people")
    for person in people:
        if person.birth_date > notification.happened_on:
            raise DateImpossible(item="birth_date")
        _require_status(person, notification.happened_on)

    def work(records: Records) -> Entry:
        household, address, positions = _placed(records, adapters, place, people)
        known = [_known_here(records, person) for person in people]
        fresh = iter(records.register.take_codes(sum(one.code is None for one in known)))
        made = tuple(
            _record(
                adapters,
                notification,
                one,
                household=household,
                address=address,
                position=position,
                code=one.code or next(fresh),
            )
            for one, position in zip(known, positions, strict=True)
        )
        if also is not None:
            also(records)
        return Entry(effective_on=notification.happened_on, new=made, measures=_measures(records, known, made))

    return enter_event(context, adapters, kind, notification, work, action=action, codes=len(people))


def _measures(
    records: Records, people: Sequence[NewPerson], made: Sequence[ResidentRecord]
) -> dict[str, CarriedMeasure]:
    """Return the measures that are to stand on the records of people who had them before they left (R-076)."""
    found = {
        record.resident: one.measure or (None if one.code is None else standing_measure(records, one.code))
        for one, record in zip(people, made, strict=True)
    }
    return {resident: measure for resident, measure in found.items() if measure is not None}


def _require_status(person: NewPerson, day: date) -> None:
    if person.nationality == JAPANESE and person.residence is None:
        return
    residence = person.residence or ResidenceStatus(person.nationality, ResidenceCategory.MID_TO_LONG_TERM, "", day)
    require_registrable(residence, day)


def _placed(
    records: Records, adapters: Adapters, place: Place, people: Sequence[NewPerson]
) -> tuple[str, str, list[Position]]:
    stated = [place.positions.get(person.key, person.position) for person in people]
    heads = sum(position is Relationship.HEAD for position in stated)
    if place.household is not None:
        if not records.register.members(place.household):
            raise UnknownHousehold
        if heads:
            raise HouseholdInconsistent(rule="position-needed")
        address = records.register.household_address(place.household)
        return place.household, address, stated
    if heads != 1:
        raise HouseholdInconsistent(rule="one-head")
    household, address = new_household(records, adapters, place.address)
    return household, address, stated


def _known_here(records: Records, person: NewPerson) -> NewPerson:
    """Find code and number on a removed record of the same person, and refuse somebody who is here already.

    A Japanese person is known by name, birth date, sex and registered domicile. Foreign namesakes of one birth date are
    not rare: who is not known by the residence card is asked about, so that nobody gets another's number (番号法7条).
    """
    if person.code is not None:
        if records.register.by_code(person.code) is not None:
            raise AlreadyResident
        return person
    query = ResidentQuery(name=person.name.full, birth_date=person.birth_date)
    same = [
        record
        for record in records.register.search(query, _SAME_PERSON_LIMIT)
        if record.sex is person.sex
        and normalise_for_comparison(record.name.full) == normalise_for_comparison(person.name.full)
        and _same_origin(record, person)
    ]
    living = any(record.removed_on is None for record in same)
    stated = True if person.nationality == JAPANESE else person.same_as_known
    if living and stated is not False:
        raise ResidentStillHere
    last = max(same, key=lambda record: record.removed_on or date.min, default=None)
    if living or last is None or records.register.by_code(last.code) is not None:
        return person
    if stated is None and not _same_card(last, person):
        raise NamesakeUnclear
    return person if stated is False else _replaced(person, last.code, last.number)


def _same_card(record: ResidentRecord, person: NewPerson) -> bool:
    """Whether both bear one residence card, as who left with a re-entry permit; a card is one person's."""
    cards = [None if one is None else one.card_number for one in (record.details.residence, person.residence)]
    return cards[0] is not None and cards[0] == cards[1]


def _same_origin(record: ResidentRecord, person: NewPerson) -> bool:
    if person.nationality == JAPANESE:
        return record.nationality == JAPANESE and record.registered_domicile == person.registered_domicile
    return record.nationality == person.nationality


def _record(
    adapters: Adapters,
    notification: Notification,
    person: NewPerson,
    *,
    household: str,
    address: str,
    position: Position,
    code: ResidentRecordCode,
) -> ResidentRecord:
    return ResidentRecord(
        resident=adapters.randomness.token(),
        household=household,
        name=person.name,
        birth_date=person.birth_date,
        sex=person.sex,
        address=address,
        relationship=position,
        registered_domicile=person.registered_domicile,
        head_of_family_register=person.head_of_family_register,
        resident_since=notification.happened_on,
        address_since=notification.happened_on,
        previous_address=person.previous_address,
        reported_on=notification.received_on,
        nationality=person.nationality,
        code=code,
        number=person.number,
        stage=NumberingStage.CODE_WRITTEN if person.number is None else NumberingStage.KEPT,
        details=RecordDetails(
            residence=person.residence,
            alias=person.alias,
            alias_kana=person.alias_kana,
            former_name=person.former_name,
            former_name_kana=person.former_name_kana,
        ),
    )

"""Serves notices about residents from outside: the Minister of Justice's, and those about the supplement."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.card_lapses import ToldLapse
from mizuhiki.institutions.municipality.domain.events.errors import NoticeFromOthers
from mizuhiki.institutions.municipality.domain.events.supplement import SupplementNotice, SupplementQuestion
from mizuhiki.institutions.municipality.domain.moves import CarriedMeasure
from mizuhiki.institutions.municipality.operations.event_service import EventOperations
from mizuhiki.institutions.municipality.operations.events.take_residence_notice import ResidenceNotice
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.card_lapse import LapseCause
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.ids import key_of
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import ResidenceCardNumber, ResidenceCategory, ResidenceStatus, Sex
from mizuhiki.wire import municipality as wire
from mizuhiki.wire.endpoint import Acknowledgement


class ResidenceNoticeUnreadable(Malformed):
    """Category or sex is none the register knows."""

    code = "residence-notice-unreadable"
    title = "The notice names a category or a sex that is unknown"


def _residence(message: wire.ResidenceMessage) -> ResidenceStatus:
    try:
        category = ResidenceCategory(message.category)
    except ValueError as error:
        raise ResidenceNoticeUnreadable(item="category") from error
    return ResidenceStatus(
        nationality=message.nationality,
        category=category,
        status=message.status,
        resident_since=message.resident_since,
        stay_until=message.stay_until,
        card_number=ResidenceCardNumber.parse(message.card_number) if message.card_number else None,
        period=message.period,
    )


def _sex(value: int) -> Sex:
    try:
        return Sex(value)
    except ValueError as error:
        raise ResidenceNoticeUnreadable(item="sex") from error


def serve_events(api: Api, events: EventOperations) -> None:
    """Register the endpoints with their handlers."""

    def residence(call: Call, request: wire.ResidenceNotice) -> Acknowledgement:
        context = call.context(
            affair="resident-register", basis="住民基本台帳法30条の50", purpose="notice of the Minister of Justice"
        )
        renamed = bool(request.new_family or request.new_given)
        notice = ResidenceNotice(
            notice_id=request.notice_id,
            name=PersonName(request.family, request.given),
            birth_date=request.birth_date,
            sex=_sex(request.sex),
            known_card_number=request.known_card_number,
            decided_on=request.decided_on,
            residence=_residence(request.residence),
            new_name=PersonName(request.new_family, request.new_given) if renamed else None,
            ended=request.ended,
        )
        return Acknowledgement(reference=events.take_residence_notice(context, notice))

    def supplement(call: Call, request: wire.SupplementNotice) -> Acknowledgement:
        if request.from_municipality != key_of(call.peer):
            raise NoticeFromOthers
        context = call.context(
            affair="resident-register", basis="住民基本台帳法19条1項", purpose="notice for the supplement"
        )
        number, measure = request.individual_number, request.measure
        notice = SupplementNotice(
            notice_id=request.notice_id,
            from_municipality=request.from_municipality,
            code=ResidentRecordCode.parse(request.resident_record_code),
            number=IndividualNumber.parse(number) if number else None,
            name=request.name,
            name_kana=request.name_kana,
            birth_date=request.birth_date,
            sex=_sex(request.sex),
            registered_domicile=request.registered_domicile,
            head_of_family_register=request.head_of_family_register,
            address=request.address,
            address_since=request.address_since,
            overseas=request.overseas,
            closed=request.closed,
            measure=None if measure is None else CarriedMeasure(measure.started_on, measure.until, measure.reason),
        )
        return Acknowledgement(reference=events.take_supplement_notice(context, notice))

    def entry(call: Call, request: wire.SupplementQuestion) -> wire.SupplementAnswer:
        context = call.context(
            affair="resident-register", basis="住民基本台帳法17条, 30条の41", purpose="return from abroad"
        )
        question = SupplementQuestion(request.name, request.birth_date, request.registered_domicile)
        answer = events.answer_supplement(context, key_of(call.peer), question)
        carried = answer.measure
        return wire.SupplementAnswer(
            resident_record_code=answer.code.reveal(),
            individual_number="" if answer.number is None else answer.number.reveal(),
            registered_domicile=answer.registered_domicile,
            head_of_family_register=answer.head_of_family_register,
            measure=None
            if carried is None
            else wire.MeasureMessage(started_on=carried.started_on, until=carried.until, reason=carried.reason),
        )

    _serve_card_lapses(api, events)
    api.serve_sealed(wire.NOTIFY_RESIDENCE, wire.ResidenceNotice, residence)
    api.serve_sealed(wire.NOTIFY_SUPPLEMENT, wire.SupplementNotice, supplement)
    api.serve_sealed(wire.FIND_IN_SUPPLEMENT, wire.SupplementQuestion, entry)


def _serve_card_lapses(api: Api, events: EventOperations) -> None:
    """Register the endpoint by which the register tells of cards that ended."""

    def lapses(call: Call, request: wire.CardLapses) -> Acknowledgement:
        context = call.context(affair="card-issue", basis="番号法17条6項; 施行令14条", purpose="cards that ended")
        told = [
            ToldLapse(
                code=ResidentRecordCode.parse(one.resident_record_code),
                card_serial=one.card_serial,
                lapsed_on=one.lapsed_on,
                cause=LapseCause(one.cause),
            )
            for one in request.lapses
        ]
        return Acknowledgement(reference=str(events.take_card_lapses(context, told)))

    api.serve_sealed(wire.NOTIFY_CARD_LAPSES, wire.CardLapses, lapses)

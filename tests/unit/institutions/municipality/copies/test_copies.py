"""Copies from request to sealed page, at home and at another municipality; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mizuhiki.documents.errors import CharacterNotPrintable
from mizuhiki.institutions.municipality.domain.copies.errors import (
    CopyForOffender,
    CopyOutdated,
    IssueClosed,
    NationwideRefused,
    RequesterNotEntitled,
    UnknownIssue,
)
from mizuhiki.institutions.municipality.domain.copies.kinds import (
    CopyKind,
    IdentityLevel,
    Item,
    Paper,
    Profession,
    Requester,
    Scope,
    Shown,
)
from mizuhiki.institutions.municipality.domain.copies.requests import Asker, IssueStep, NationwideQuery
from mizuhiki.institutions.municipality.domain.errors import EmptyForm
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.copy_service import CopyOperations
from mizuhiki.institutions.municipality.operations.disclose import UnderSupportMeasure
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.problems import PeerRefused
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from support.copies import request_of
from support.documents import packed, text_of
from support.events import NORTH, events, events_country, foreigner, japanese, note, office, residence
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA, Country, family

HOME = MIYAKONOJO.removeprefix("municipality-")


@pytest.fixture
def country(database_url: str) -> Iterator[Country]:
    made = events_country(database_url)
    yield made
    made.close()


def clerk(country: Country, institution: str = MIYAKONOJO, person: str = "clerk-1") -> Context:
    return country.context("counter-clerk", person=person, institution=institution)


def copies(country: Country, institution: str = MIYAKONOJO) -> CopyOperations:
    return office(country, institution).copies


@pytest.fixture
def people(country: Country) -> list[str]:
    """Father, mother and child of the family, numbered."""
    found = office(country).import_existing_residents(country.context("registrar"), [family()])
    office(country).notify_number(country.context("mayor"), found[0])
    return found


def page(country: Country, issue: str, institution: str = MIYAKONOJO) -> str:
    return text_of(copies(country, institution).document(clerk(country, institution), issue))


def number_of(country: Country, resident: str) -> str:
    number = office(country).resident(clerk(country), resident).number
    assert number is not None
    return number.reveal()


@pytest.mark.requirement("R-037", "R-040")
def test_a_plain_copy_states_the_record_and_leaves_number_code_domicile_and_head_out(
    country: Country, people: list[str]
) -> None:
    issue = copies(country).issue(clerk(country), request_of(person=people[0]))
    text = page(country, issue.issue)
    record = office(country).resident(clerk(country), people[0])
    for stated in (
        "住民票の写し",
        "山田太郎",
        "昭和60年2月3日",
        "男",
        ADDRESS,
        "平成22年4月1日",
        "都城市長",
        issue.number,
    ):
        assert packed(stated) in text
    spaced = number_of(country, people[0])
    assert spaced not in text
    assert record.code.reveal() not in text
    assert packed("宮崎県都城市姫城町") in text
    assert text.count(packed("（省略）")) >= 5
    assert issue.identity is IdentityLevel.PHOTO


@pytest.mark.requirement("R-040")
def test_number_code_and_domicile_stand_on_a_copy_when_they_are_asked_for(country: Country, people: list[str]) -> None:
    asked = frozenset(Item)
    issue = copies(country).issue(clerk(country), request_of(person=people[0], items=asked))
    text = page(country, issue.issue)
    record = office(country).resident(clerk(country), people[0])
    assert number_of(country, people[0]) in text
    assert record.code.reveal() in text
    assert packed("世帯主") in text


@pytest.mark.requirement("R-037")
def test_every_legal_item_of_the_record_stands_on_a_copy_that_asks_for_it(country: Country) -> None:
    came, moved = date(2019, 11, 25), date(2019, 12, 1)
    person = japanese(
        registered_domicile="大分県別府市鶴見9",
        head_of_family_register="水野　源蔵",
        previous_address="カナダ国トロント市",
    )
    entered = events(country).enter_from_abroad(
        clerk(country), note(K.MOVE_IN_FROM_ABROAD, came), [person], Place(ADDRESS)
    )
    (resident,) = entered.residents
    events(country).move_within(clerk(country), note(K.MOVE_WITHIN, moved), [resident], Place(NORTH))
    asked = request_of(person=resident, items=frozenset({Item.HOUSEHOLD, Item.DOMICILE, Item.CODE}))
    text = page(country, copies(country).issue(clerk(country), asked).issue)
    record = office(country).resident(clerk(country), resident)
    for item, stated in {
        "氏名": record.name.full,
        "生年月日": "昭和",
        "性別": "男" if record.sex is Sex.MALE else "女",
        "住所": NORTH,
        "住所を定めた年月日": "令和元年12月1日",
        "住民となった年月日": "令和元年11月25日",
        "届出": "令和元年12月2日",
        "世帯主": record.name.full,
        "続柄": "世帯主",
        "本籍": "大分県別府市鶴見9",
        "筆頭者": "水野源蔵",
        "前住所": "カナダ国トロント市",
        "住民票コード": record.code.reveal(),
    }.items():
        assert packed(item) in text, item
        assert packed(stated) in text, item


def test_an_item_that_was_asked_for_is_not_said_to_be_left_out_where_the_record_holds_none(country: Country) -> None:
    stay = residence(status="永住者", stay_until=None, period="")
    person = foreigner(residence=stay, previous_address="")
    (resident,) = (
        events(country)
        .enter_from_abroad(clerk(country), note(K.MOVE_IN_FROM_ABROAD), [person], Place(ADDRESS))
        .residents
    )

    def printed(*items: Item) -> str:
        wanted = request_of(person=resident, items=frozenset(items))
        return page(country, copies(country).issue(clerk(country), wanted).issue)

    everything = printed(Item.FOREIGN, Item.HOUSEHOLD, Item.CODE)
    for label in ("前住所", "在留期間等", "在留期間の満了の日"):
        assert packed(f"{label}－") in everything
    assert packed("個人番号（省略）") in everything
    assert packed("在留期間等（省略）") in printed()


def test_a_statement_certifies_the_chosen_items_only(country: Country, people: list[str]) -> None:
    wanted = request_of(person=people[0], kind=CopyKind.STATEMENT, items=frozenset({Item.HOUSEHOLD}))
    text = page(country, copies(country).issue(clerk(country), wanted).issue)
    assert packed("住民票記載事項証明書") in text
    assert packed("続柄") in text
    assert packed("本籍") not in text
    assert packed("個人番号") not in text


@pytest.mark.requirement("R-044", "R-045", "R-037")
def test_a_mixed_household_is_one_copy_with_the_items_of_each(country: Country) -> None:
    people = [
        japanese(),
        foreigner(position=Relationship.WIFE, residence=residence(resident_since=date(2015, 4, 1))),
    ]
    entered = events(country).enter_from_abroad(clerk(country), note(K.MOVE_IN_FROM_ABROAD), people, Place(ADDRESS))
    first, second = entered.residents
    asked = frozenset({Item.DOMICILE, Item.FOREIGN, Item.HOUSEHOLD})
    issue = copies(country).issue(clerk(country), request_of(person=first, scope=Scope.HOUSEHOLD, items=asked))
    assert set(issue.subjects) == {first, second}
    text = page(country, issue.issue)
    for stated in (
        "川辺haru",
        "SILVAMARIA",
        "本籍",
        "宮崎県都城市姫城町6",
        "定住者",
        "中長期在留者",
        "AB12345678CD",
        "国籍・地域ブラジル",
        "1990年4月5日",
        "外国人住民となった年月日",
        "平成27年4月1日",
    ):
        assert packed(stated) in text
    assert text.count(packed("住民となった年月日")) == 2
    assert text.count(packed("外国人住民となった年月日")) == 1


@pytest.mark.requirement("R-057")
def test_a_removed_record_is_copied_with_why_and_when_it_was_removed(country: Country, people: list[str]) -> None:
    events(country).enter_death(clerk(country), note(K.DEATH), people[0])
    issue = copies(country).issue(
        clerk(country),
        request_of(
            person=people[0],
            kind=CopyKind.REMOVED,
            asker=Asker(Requester.LAWYER, "弁護士", body="相続人", profession=Profession.ATTORNEY),
            papers=frozenset({Paper.UNIFIED_FORM}),
            purpose="相続",
        ),
    )
    text = page(country, issue.issue)
    for stated in ("住民票の除票の写し", "山田太郎", "死亡", "令和元年12月2日"):
        assert packed(stated) in text
    assert packed("山田花子") not in text


def test_the_supplement_is_copied_with_its_addresses_and_no_birth_date_before_2022(country: Country) -> None:
    entered = events(country).enter_from_abroad(
        clerk(country), note(K.MOVE_IN_FROM_ABROAD), [japanese()], Place(ADDRESS)
    )
    country.pump()
    wanted = request_of(person=entered.residents[0], kind=CopyKind.SUPPLEMENT, items=frozenset({Item.DOMICILE}))
    text = page(country, copies(country).issue(clerk(country), wanted).issue)
    for stated in ("戸籍の附票の写し", "川辺源", ADDRESS, "令和元年12月2日"):
        assert packed(stated) in text
    assert packed("昭和55年4月5日") not in text


def test_the_same_request_is_one_issue_and_issues_are_numbered_in_order(country: Country, people: list[str]) -> None:
    request = request_of(person=people[0])
    first = copies(country).issue(clerk(country), request)
    assert copies(country).issue(clerk(country), request) == first
    second = copies(country).issue(clerk(country), request_of(person=people[0]))
    assert (first.number, second.number) == ("2019-000001", "2019-000002")


def test_the_day_is_reported_with_reprints_cancellations_and_fees(country: Country, people: list[str]) -> None:
    desk, at = copies(country), clerk(country)
    kept = desk.issue(at, request_of(person=people[0], copies=2, items=frozenset({Item.NUMBER})))
    spoilt = desk.issue(at, request_of(person=people[0]))
    assert desk.document(at, kept.issue) == desk.document(at, kept.issue)
    desk.cancel(at, spoilt.issue, "a member too many")
    [line], views = desk.report(at, at.today())
    assert (line.issues, line.copies, line.with_number, line.reprints, line.cancelled, line.fees_yen) == (
        1, 2, 1, 1, 1, 600,
    )  # fmt: skip
    assert [step.step for step in views[0].steps] == [IssueStep.ISSUED, IssueStep.PRINTED, IssueStep.PRINTED]
    assert desk.report(at, at.today() - timedelta(days=1)) == ([], [])
    for closed in (lambda: desk.document(at, spoilt.issue), lambda: desk.cancel(at, spoilt.issue, "again")):
        with pytest.raises(IssueClosed):
            closed()
    with pytest.raises(EmptyForm):
        desk.cancel(at, kept.issue, " ")
    with pytest.raises(UnknownIssue):
        desk.document(at, "nothing")
    country.clock.set(datetime(2019, 12, 3, 9, 0, tzinfo=JST))
    with pytest.raises(IssueClosed):
        desk.document(clerk(country), kept.issue)


def test_a_page_is_not_printed_again_when_the_record_changed(country: Country, people: list[str]) -> None:
    issue = copies(country).issue(clerk(country), request_of(person=people[0]))
    events(country).move_within(clerk(country), note(K.MOVE_WITHIN), people, Place("宮崎県都城市上町1-1"))
    with pytest.raises(CopyOutdated):
        copies(country).document(clerk(country), issue.issue)


def protect(country: Country, resident: str) -> str:
    return office(country).start_measure(country.context("support-officer", person="officer"), resident, "notice")


@pytest.mark.requirement("R-074")
@pytest.mark.parametrize(
    "changes",
    [
        {"kind": CopyKind.REMOVED},
        {"kind": CopyKind.SUPPLEMENT},
        {"shown": frozenset()},
        {"asker": Asker(Requester.MESSENGER, "使者")},
        {"items": frozenset({Item.NUMBER}), "scope": Scope.HOUSEHOLD, "copies": 99},
        {"asker": Asker(Requester.LAWYER, "弁護士", body="甲"), "papers": frozenset({Paper.UNIFIED_FORM})},
    ],
)
def test_an_examination_refuses_what_issuing_refuses_and_keeps_nothing(
    country: Country, changes: dict[str, Any]
) -> None:
    entered = events(country).enter_from_abroad(
        clerk(country), note(K.MOVE_IN_FROM_ABROAD), [foreigner()], Place(NORTH)
    )
    wanted = request_of(person=entered.residents[0], **changes)
    desk, at = copies(country), clerk(country)
    with pytest.raises(MizuhikiError) as examined:
        desk.examine(at, wanted)
    with pytest.raises(MizuhikiError) as refused:
        desk.issue(at, wanted)
    assert (examined.value.code, examined.value.fields) == (refused.value.code, refused.value.fields)
    assert desk.report(at, at.today()) == ([], [])


def test_a_name_that_no_font_prints_is_told_when_the_request_is_examined(country: Country) -> None:
    unprintable = foreigner(name=PersonName("\U00013000", "MARIA"))
    entered = events(country).enter_from_abroad(
        clerk(country), note(K.MOVE_IN_FROM_ABROAD), [unprintable], Place(NORTH)
    )
    with pytest.raises(CharacterNotPrintable):
        copies(country).examine(clerk(country), request_of(person=entered.residents[0]))


def test_an_examination_of_what_may_be_given_keeps_nothing_and_takes_no_number(
    country: Country, people: list[str]
) -> None:
    desk, at = copies(country), clerk(country)
    wanted = request_of(person=people[0], items=frozenset({Item.NUMBER}))
    desk.examine(at, wanted)
    assert desk.report(at, at.today()) == ([], [])
    assert desk.issue(at, wanted).number == "2019-000001"
    desk.examine(at, wanted)
    with pytest.raises(ActionNotPermitted):
        desk.examine(country.context("tax-officer"), wanted)


@pytest.mark.requirement("R-075", "R-094")
def test_an_examination_asks_the_gate_before_it_decides_anything(country: Country, people: list[str]) -> None:
    protect(country, people[2])
    for asker in (
        Asker(Requester.SELF, "山田　太郎", people[0]),
        Asker(Requester.MESSENGER, "使者", acts_for_offender=True),
    ):
        for scope in Scope:
            with pytest.raises(UnderSupportMeasure):
                copies(country).examine(clerk(country), request_of(person=people[0], asker=asker, scope=scope))


@pytest.mark.requirement("R-075", "R-094")
def test_a_copy_with_a_protected_person_in_the_household_waits_for_the_officer(
    country: Country, people: list[str]
) -> None:
    issued = copies(country).issue(clerk(country), request_of(person=people[0]))
    protect(country, people[2])
    for kind in CopyKind:
        for scope in Scope:
            with pytest.raises(UnderSupportMeasure):
                copies(country).issue(clerk(country), request_of(person=people[0], kind=kind, scope=scope))
    with pytest.raises(UnderSupportMeasure):
        copies(country).document(clerk(country), issued.issue)


@pytest.mark.requirement("R-075", "R-094")
def test_the_officers_lift_opens_one_copy_but_never_for_the_offender(country: Country, people: list[str]) -> None:
    measure = protect(country, people[0])
    lift = office(country).ask_for_lift(clerk(country), measure, Work.COPY, "the victim asks, passport seen")
    office(country).decide_lift(country.context("support-officer", person="officer"), lift, grant=True)
    offender = Asker(Requester.SELF, "名", people[0], acts_for_offender=True)
    with pytest.raises(CopyForOffender):
        copies(country).issue(clerk(country), request_of(person=people[0], asker=offender))
    issue = copies(country).issue(clerk(country), request_of(person=people[0]))
    assert copies(country).document(clerk(country), issue.issue)
    with pytest.raises(UnderSupportMeasure):
        copies(country).issue(clerk(country, person="clerk-2"), request_of(person=people[0]))


def test_only_a_counter_clerk_issues(country: Country, people: list[str]) -> None:
    for role in ("registrar", "mayor", "support-officer", "tax-officer", "machinery"):
        with pytest.raises(ActionNotPermitted):
            copies(country).issue(country.context(role), request_of(person=people[0]))


# At another municipality


def asked(**changes: Any) -> NationwideQuery:
    values: dict[str, Any] = {
        "request_id": "nationwide-000001",
        "name": "山田　太郎",
        "birth_date": date(1985, 2, 3),
        "sex": int(Sex.MALE),
        "address": ADDRESS,
        "by": Requester.SELF,
        "shown": Shown.NUMBER_CARD,
    }
    return NationwideQuery(**(values | changes))


@pytest.mark.requirement("R-047")
def test_another_municipalitys_counter_issues_what_the_home_municipality_decides(
    country: Country, people: list[str]
) -> None:
    query = asked(items=frozenset({Item.NUMBER, Item.HOUSEHOLD}), scope=Scope.HOUSEHOLD)
    there = copies(country, SHIBUYA)
    issue = there.issue_nationwide(clerk(country, SHIBUYA), HOME, query)
    text = page(country, issue.issue, SHIBUYA)
    for stated in ("山田太郎", "山田花子", "山田一郎", ADDRESS, "渋谷区長", number_of(country, people[0])):
        assert packed(stated) in text
    assert issue.subjects == ()
    _, at_home = copies(country).report(clerk(country), clerk(country).today())
    assert [(view.issue.asked_by, view.issue.fee_yen) for view in at_home] == [("131130", 0)]
    assert set(at_home[0].issue.subjects) == set(people)
    with pytest.raises(IssueClosed):
        copies(country).document(clerk(country), at_home[0].issue.issue)


@pytest.mark.requirement("R-047", "R-075")
def test_nobody_there_and_somebody_protected_look_the_same_from_another_counter(
    country: Country, people: list[str]
) -> None:
    def refusal(query: NationwideQuery) -> tuple[object, ...]:
        with pytest.raises(PeerRefused) as refused:
            copies(country, SHIBUYA).issue_nationwide(clerk(country, SHIBUYA), HOME, query)
        return refused.value.peer_code, refused.value.detail

    for changes in (
        {"name": "山田　次郎"},
        {"birth_date": date(1985, 2, 4)},
        {"sex": 2},
        {"address": "宮崎県都城市上町1"},
    ):
        nobody = refusal(asked(request_id=f"nationwide-{next(iter(changes))}", **changes))
        assert nobody[0] == NationwideRefused.code
    protect(country, people[1])
    assert refusal(asked(items=frozenset({Item.NUMBER}))) == nobody
    assert copies(country, SHIBUYA).report(clerk(country, SHIBUYA), clerk(country).today()) == ([], [])


@pytest.mark.requirement("R-047")
def test_a_counter_does_not_ask_for_its_own_residents_or_for_agents(country: Country) -> None:
    with pytest.raises(NationwideRefused):
        copies(country).issue_nationwide(clerk(country), HOME, asked())
    with pytest.raises(RequesterNotEntitled):
        copies(country, SHIBUYA).issue_nationwide(clerk(country, SHIBUYA), HOME, asked(by=Requester.VOLUNTARY_AGENT))

"""Systems of other bodies search the register and follow persons: allow-list, gate, ledger, delivery (R-026, R-076)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from mizuhiki.institutions.agency.pension_service.app import build as build_pension
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.outside_systems import (
    AllowListUnlawful,
    AllowRowNotInForce,
    NotOnAllowList,
    Way,
    allow_list,
    permit_outside,
    read_allow_list,
)
from mizuhiki.ledger.bundle import Bundle
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerConflict, PeerMalformed, PeerNotFound, PeerRefused
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind
from mizuhiki.vocabulary.linkage import NetworkZone
from mizuhiki.wire import civil_registration as wire
from mizuhiki.wire import municipality
from support.environment import make_directory, make_environment
from support.events import NORTH, clerk, events, note
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA, Country, family, make_country

PENSION = InstitutionId("pension-service")
FATHER = wire.PersonQuery(name="山田　太郎", birth_date=date(1985, 2, 3), sex=1)
COLUMNS = "number,body,affair,ways,items,events,basis,valid_from,valid_until"


class Vendor:
    """The system of another body: signs, seals and sends as the interface says."""

    def __init__(self, country: Country, environment: Environment) -> None:
        self.country = country
        self.institution = environment.institution
        self.peers = Peers(environment)
        self.count = 0

    def header(self, doing: str, count: int = 1, **changed: Any) -> wire.Header:
        self.count += 1
        values = {
            "version": "1.0.0",
            "message_id": f"m{self.count}",
            "message_ts": self.country.clock.now(),
            "action": doing,
            "sender_id": self.institution,
            "receiver_id": MIYAKONOJO,
            "total_count": count,
        }
        return wire.Header(**(values | changed))

    def sent(self, endpoint: Any, object_type: str, payload: msgspec.Struct, answer: Any) -> Any:
        message = wire.SignedMessage(signed=self.peers.sign(object_type, payload))
        return self.peers.call_sealed(InstitutionId(MIYAKONOJO), endpoint, message, answer)

    def searching(
        self, *queries: wire.PersonQuery, affair: str = "national-pension", **header: Any
    ) -> wire.SearchRequest:
        return wire.SearchRequest(
            header=self.header("search", len(queries), **header),
            transaction_id=f"t{self.count}",
            affair=affair,
            search_request=[wire.SearchItem(reference_id=f"r{place}", query=one) for place, one in enumerate(queries)],
        )

    def search(self, *queries: wire.PersonQuery, **changed: Any) -> wire.SearchAnswer:
        return self.ask(self.searching(*queries, **changed))

    def ask(self, payload: wire.SearchRequest) -> wire.SearchAnswer:
        answer = self.sent(municipality.SEARCH_SYNC, wire.SEARCH_TYPE, payload, wire.SignedMessage)
        verified = self.peers.verify(answer.signed, wire.SearchAnswer, wire.SEARCH_ANSWER_TYPE)
        assert verified.signer == MIYAKONOJO
        return verified.payload

    def follow(self, *events: str, query: wire.PersonQuery = FATHER, affair: str = "national-pension") -> str:
        header = self.header("subscribe")
        payload = wire.SubscribeRequest(
            header=header,
            transaction_id=f"t{self.count}",
            affair=affair,
            subscribe_request=[wire.SubscribeItem(reference_id="policy-7", query=query, reg_event_types=list(events))],
        )
        taken = self.sent(municipality.SUBSCRIBE, wire.SUBSCRIBE_TYPE, payload, wire.RegistryAcknowledgement)
        return str(taken.correlation_id)

    def unfollow(self, *codes: str) -> None:
        payload = wire.UnsubscribeRequest(
            header=self.header("unsubscribe"),
            transaction_id=f"t{self.count}",
            affair="national-pension",
            subscription_codes=list(codes),
        )
        self.sent(municipality.UNSUBSCRIBE, wire.UNSUBSCRIBE_TYPE, payload, wire.RegistryAcknowledgement)

    def state(self, transaction: str) -> str:
        payload = wire.StatusRequest(
            header=self.header("txn-status"),
            transaction_id=f"t{self.count}",
            affair="national-pension",
            asked_transaction_id=transaction,
        )
        answer = self.sent(municipality.TXN_STATUS, wire.STATUS_TYPE, payload, wire.SignedMessage)
        return self.peers.verify(answer.signed, wire.StatusAnswer, wire.STATUS_ANSWER_TYPE).payload.status


def with_line(*zones: NetworkZone) -> Directory:
    """The directory with the networks that the pension service has lines to; without any named, those of its kind."""
    return Directory(
        msgspec.structs.replace(entry, zones=zones) if entry.institution == PENSION else entry
        for entry in make_directory()
    )


class Office:
    """A municipality with a family, and the pension service that asks it."""

    def __init__(self, database_url: str | None = None, zones: tuple[NetworkZone, ...] = ()) -> None:
        self.country = make_country(database_url, directory=with_line(*zones))
        environment = make_environment(
            PENSION,
            clock=self.country.clock,
            transport=self.country.transport,
            directory=self.country.directory,
        )
        self.pension = build_pension(environment)
        self.country.transport.register(PENSION, lambda: self.pension.wsgi)
        self.country.apps[PENSION] = self.pension
        self.vendor = Vendor(self.country, environment)
        self.operations = self.country.apps[MIYAKONOJO].operations
        registrar = self.country.context("registrar")
        self.father, self.mother, self.child = self.operations.import_existing_residents(registrar, [family()])
        self.country.pump()

    def protect(self) -> None:
        self.operations.start_measure(
            self.country.context("support-officer", person="officer-1"), self.mother, "decided"
        )

    def move(self) -> None:
        today = self.country.clock.today()
        told = note(EventKind.MOVE_WITHIN, today, today)
        people = [self.father, self.mother, self.child]
        events(self.country).move_within(clerk(self.country), told, people, Place(NORTH))

    def die(self) -> None:
        """The father dies."""
        today = self.country.clock.today()
        told = note(EventKind.DEATH, today, today)
        events(self.country).enter_death(clerk(self.country), told, self.father, new_head=self.mother)

    def received(self, kind: str, payload: Any, object_type: str) -> list[Any]:
        """What the pension service has of this kind, oldest first."""
        self.country.pump()
        context = Context(
            Actor(PENSION, "counter-clerk", "clerk"),
            "national-pension",
            "the Act",
            "a test",
            self.country.clock,
            "trace",
        )
        news = [one for one in self.pension.operations.register_news(context) if one.kind.value == kind]
        return [self.vendor.peers.verify(one.signed, payload, object_type).payload for one in reversed(news)]

    def events(self) -> list[wire.RegistryEvent]:
        found = self.received("notify", wire.NotifyEvent, wire.NOTIFY_TYPE)
        return [event for message in found for event in message.notify_event]

    def subscription(self) -> wire.SubscribeResult:
        return self.received("on-subscribe", wire.SubscribeAnswer, wire.SUBSCRIBE_ANSWER_TYPE)[-1].subscribe_response[0]

    def look_ups(self, resident: str) -> list[tuple[str, str, str]]:
        """Kind, outcome and asker of every look-up about somebody."""
        self.country.pump()
        bundle = Bundle.from_json(self.operations.adapters.store.bundle(resident))
        entries = [json.loads(opening.entry) for shard in bundle.shards for opening in shard.entries]
        return [(one["kind"], one["outcome"], one["asker"]) for one in entries]


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.country.close()


@pytest.fixture
def stored_office(database_url: str) -> Iterator[Office]:
    """The same over each database."""
    made = Office(database_url)
    yield made
    made.country.close()


def test_a_search_gives_the_items_of_its_row_and_no_other(office: Office) -> None:
    answer = office.vendor.search(FATHER)
    [result] = answer.search_response
    assert (result.reference_id, result.status, result.status_reason_code) == ("r0", "succ", "")
    assert result.reg_records == [
        wire.RegistryRecord(
            municipality_code="452025",
            name="山田　太郎",
            birth_date=date(1985, 2, 3),
            address=ADDRESS,
            registered=True,
        )
    ]


def test_another_affair_of_the_same_body_gives_other_items(office: Office) -> None:
    [result] = office.vendor.search(FATHER, affair="employees-pension").search_response
    assert result.reg_records[0].address == ""
    assert result.reg_records[0].name == "山田　太郎"


@pytest.mark.parametrize(
    "change",
    [
        {"name": "山田"},
        {"name": "山田　太"},
        {"birth_date": date(1985, 2, 4)},
        {"sex": 2},
        {"address": "宮崎県都城市姫城町6-22"},
    ],
)
def test_only_the_whole_person_is_found_never_a_part(office: Office, change: dict[str, Any]) -> None:
    [result] = office.vendor.search(msgspec.structs.replace(FATHER, **change)).search_response
    assert (result.status, result.status_reason_code, result.reg_records) == ("rjct", "person-not-found", [])


@pytest.mark.requirement("R-076")
def test_a_protected_person_looks_like_nobody_and_their_household_too(office: Office) -> None:
    nobody = office.vendor.search(msgspec.structs.replace(FATHER, name="山田　次郎")).search_response[0]
    office.protect()
    [hidden] = office.vendor.search(FATHER).search_response
    assert msgspec.structs.replace(hidden, timestamp=nobody.timestamp) == nobody


def test_every_search_stands_in_the_persons_ledger_with_its_row(office: Office) -> None:
    office.vendor.search(FATHER)
    office.protect()
    office.vendor.search(FATHER)
    assert office.look_ups(office.father) == [
        ("outside-search", "disclosed", PENSION),
        ("outside-search", "withheld", PENSION),
    ]


def test_a_number_is_never_a_way_to_ask(office: Office) -> None:
    with office.operations.adapters.store.transaction() as records:
        number = records.register.resident(office.father).number.reveal()
    with pytest.raises(PeerRefused) as refused:
        office.vendor.search(wire.PersonQuery(individual_number=number))
    assert refused.value.peer_code == "outside-number-not-allowed"


def test_a_query_needs_name_birth_date_and_sex(office: Office) -> None:
    with pytest.raises(PeerMalformed) as refused:
        office.vendor.search(wire.PersonQuery(name="山田　太郎", sex=1))
    assert refused.value.peer_code == "outside-query-incomplete"


def test_an_affair_that_is_not_on_the_list_gets_nothing(office: Office) -> None:
    with pytest.raises(PeerRefused) as refused:
        office.vendor.search(FATHER, affair="local-tax")
    assert refused.value.peer_code == "affair-of-others"
    with pytest.raises(PeerRefused) as refused:
        office.vendor.search(FATHER, affair="beppyo-3")
    assert refused.value.peer_code == "outside-system-not-allowed"


def test_an_asynchronous_search_is_answered_at_the_callers_own_door(office: Office) -> None:
    vendor = office.vendor
    payload = vendor.searching(FATHER)
    taken = vendor.sent(municipality.SEARCH_ASYNC, wire.SEARCH_TYPE, payload, wire.RegistryAcknowledgement)
    assert vendor.state(payload.transaction_id) == "pdng"
    [answer] = office.received("on-search", wire.SearchAnswer, wire.SEARCH_ANSWER_TYPE)
    assert (answer.transaction_id, answer.correlation_id) == (payload.transaction_id, taken.correlation_id)
    assert answer.search_response[0].reg_records[0].name == "山田　太郎"
    assert vendor.state(payload.transaction_id) == "succ"


def test_a_repeated_message_is_answered_once_and_another_of_its_transaction_refused(stored_office: Office) -> None:
    office = stored_office
    vendor = office.vendor
    payload = vendor.searching(FATHER)
    first = vendor.sent(municipality.SEARCH_ASYNC, wire.SEARCH_TYPE, payload, wire.RegistryAcknowledgement)
    again = vendor.sent(municipality.SEARCH_ASYNC, wire.SEARCH_TYPE, payload, wire.RegistryAcknowledgement)
    assert again.correlation_id == first.correlation_id
    assert len(office.received("on-search", wire.SearchAnswer, wire.SEARCH_ANSWER_TYPE)) == 1
    other = msgspec.structs.replace(payload, header=vendor.header("search"))
    with pytest.raises(PeerConflict) as refused:
        vendor.sent(municipality.SEARCH_ASYNC, wire.SEARCH_TYPE, other, wire.RegistryAcknowledgement)
    assert refused.value.peer_code == "outside-transaction-repeated"


def test_nobody_learns_of_anothers_transaction(office: Office) -> None:
    with pytest.raises(PeerNotFound) as refused:
        office.vendor.state("never")
    assert refused.value.peer_code == "outside-transaction-unknown"


def test_followed_events_arrive_once_and_only_of_the_kinds_asked_for(stored_office: Office) -> None:
    office = stored_office
    office.vendor.follow("death")
    result = office.subscription()
    assert (result.status, result.reference_id) == ("succ", "policy-7")
    office.move()
    assert office.events() == []
    office.die()
    [event] = office.events()
    assert (event.reg_event_type, event.reference_id, event.subscription_code) == (
        "death",
        "policy-7",
        result.subscription_code,
    )
    assert event.reg_record.registered is False
    assert event.reg_record.individual_number == ""
    office.country.pump()
    assert len(office.events()) == 1
    assert ("outside-notice", "disclosed", PENSION) in office.look_ups(office.father)


@pytest.mark.requirement("R-076")
def test_events_of_a_time_of_protection_are_never_told(office: Office) -> None:
    office.vendor.follow("death", "change-of-address")
    office.country.pump()
    office.protect()
    office.move()
    assert office.events() == []
    measures = office.operations.measures(office.country.context("support-officer", person="officer-1"))
    office.operations.end_measure(
        office.country.context("support-officer", person="officer-1"), measures[0].measure.measure
    )
    office.country.pump()
    assert office.events() == []
    assert ("outside-notice", "withheld", PENSION) in office.look_ups(office.father)


def test_protected_people_cannot_be_followed_and_nothing_tells_that_they_exist(office: Office) -> None:
    office.protect()
    office.vendor.follow("death")
    hidden = office.subscription()
    office.vendor.follow("death", query=msgspec.structs.replace(FATHER, name="山田　次郎"))
    nobody = office.subscription()
    assert (hidden.status, hidden.status_reason_code, hidden.subscription_code) == ("rjct", "person-not-found", "")
    assert msgspec.structs.replace(hidden, timestamp=nobody.timestamp) == nobody


def test_a_kind_of_event_that_the_row_does_not_give_is_refused(office: Office) -> None:
    with pytest.raises(PeerRefused) as refused:
        office.vendor.follow("correction")
    assert refused.value.peer_code == "outside-event-not-allowed"


def test_after_unsubscribing_nothing_comes_and_others_subscriptions_stay(office: Office) -> None:
    office.vendor.follow("death")
    code = office.subscription().subscription_code
    office.vendor.unfollow("of-somebody-else", code)
    [answer] = office.received("on-unsubscribe", wire.UnsubscribeAnswer, wire.UNSUBSCRIBE_ANSWER_TYPE)
    assert [one.status for one in answer.subscription_status] == ["rjct", "succ"]
    office.die()
    assert office.events() == []


@pytest.mark.parametrize(("days", "told"), [(365, 1), (366, 0)])
def test_a_subscription_holds_to_its_last_day(office: Office, days: int, told: int) -> None:
    office.vendor.follow("death")
    assert office.subscription().expires_on == office.country.clock.today() + timedelta(days=365)
    office.country.clock.advance(timedelta(days=days))
    office.die()
    assert len(office.events()) == told


def test_a_subscription_ends_with_its_row_of_the_list(office: Office) -> None:
    office.vendor.follow("death")
    office.country.pump()
    desk = office.operations.outside
    ended = tuple(dataclasses.replace(row, valid_until=office.country.clock.today()) for row in allow_list())
    adapters = dataclasses.replace(desk.adapters, outside_rows=ended)
    office.country.clock.advance(timedelta(days=1))
    office.die()
    machinery = office.country.context("machinery")
    assert dataclasses.replace(desk, adapters=adapters).tell(machinery) == 0
    assert office.events() == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"sender_id": "prefecture-45"}, "outside-message-of-others"),
        ({"receiver_id": SHIBUYA}, "outside-message-of-others"),
        ({"action": "subscribe"}, "outside-message-of-others"),
    ],
)
def test_messages_of_or_for_others_are_refused(office: Office, changed: dict[str, str], code: str) -> None:
    with pytest.raises(PeerRefused) as refused:
        office.vendor.search(FATHER, **changed)
    assert refused.value.peer_code == code


@pytest.mark.parametrize("seconds", [301, -301])
def test_a_message_of_another_time_is_refused(office: Office, seconds: int) -> None:
    now = office.country.clock.now()
    with pytest.raises(PeerRefused) as refused:
        office.vendor.search(FATHER, message_ts=now + timedelta(seconds=seconds))
    assert refused.value.peer_code == "outside-message-not-of-now"
    office.vendor.search(FATHER, message_ts=now + timedelta(seconds=300 if seconds > 0 else -300))


def test_a_message_signed_by_somebody_else_is_refused(office: Office) -> None:
    vendor = office.vendor
    payload = vendor.searching(FATHER)
    prefecture = Peers(
        make_environment("prefecture-45", clock=office.country.clock, transport=office.country.transport)
    )
    message = wire.SignedMessage(signed=prefecture.sign(wire.SEARCH_TYPE, payload))
    with pytest.raises(PeerRefused) as refused:
        vendor.peers.call_sealed(InstitutionId(MIYAKONOJO), municipality.SEARCH_SYNC, message, wire.SignedMessage)
    assert refused.value.peer_code == "outside-message-of-others"


def test_neither_table_nor_audit_holds_the_persons_items(office: Office) -> None:
    office.vendor.search(FATHER)
    office.vendor.follow("death")
    database = Database(office.country.databases[MIYAKONOJO])
    with database.read() as connection:
        for table in ("outside_transactions", "outside_subscriptions", "audit_event"):
            rows = connection.execute(sa.text(f"SELECT * FROM {table}")).all()  # noqa: S608 - our own tables
            assert rows
            assert "太郎" not in repr(rows)
    database.dispose()


def test_the_list_is_dated_by_its_first_and_last_day() -> None:
    [row] = read_allow_list(
        f"{COLUMNS}\nX,pension-service,national-pension,search,name,,住民基本台帳法12条の2,2019-04-01,2020-03-31\n"
    )
    asked = (InstitutionKind.PENSION_SERVICE, "national-pension", Way.SEARCH)
    for day in (date(2019, 4, 1), date(2020, 3, 31)):
        assert permit_outside([row], *asked, day) is row
    for day in (date(2019, 3, 31), date(2020, 4, 1)):
        with pytest.raises(AllowRowNotInForce):
            permit_outside([row], *asked, day)
    with pytest.raises(NotOnAllowList):
        permit_outside([row], InstitutionKind.PENSION_SERVICE, "national-pension", Way.SUBSCRIBE, date(2019, 4, 1))


def test_a_row_with_the_number_needs_the_number_acts_basis() -> None:
    line = f"{COLUMNS}\nX,pension-service,national-pension,search,individual-number,,{{}},2019-04-01,\n"
    with pytest.raises(AllowListUnlawful):
        read_allow_list(line.format("住民基本台帳法12条の2"))
    assert read_allow_list(line.format("番号法19条8号"))
    assert not any("individual-number" in {item.value for item in row.items} for row in allow_list())


@pytest.mark.parametrize("wrong", ["ways", "items", "events", "body"])
def test_a_list_that_cannot_be_read_stops_everything(wrong: str) -> None:
    values = {"body": "pension-service", "ways": "search", "items": "name", "events": "death"} | {wrong: "no-such"}
    line = f"X,{values['body']},a,{values['ways']},{values['items']},{values['events']},b,2019-04-01,"
    with pytest.raises(AllowListUnlawful):
        read_allow_list(f"{COLUMNS}\n{line}\n")


@pytest.mark.requirement("R-223")
def test_a_body_without_a_line_to_the_local_bodies_network_reaches_no_municipality() -> None:
    unlined = Office(zones=(NetworkZone.GOVERNMENT,))
    with pytest.raises(PeerRefused) as refused:
        unlined.vendor.search(FATHER)
    assert refused.value.peer_code == "peer-outside-zone"
    unlined.country.close()

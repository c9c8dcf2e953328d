"""Commission, core and servers with real keys: who learns which pseudonym, and what is recorded under whom."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from mizuhiki.institutions.linkage_core.store.tables import EXCHANGES
from mizuhiki.ledger.verify import verify
from mizuhiki.runtime.problems import PeerProblem, PeerUnavailable
from mizuhiki.vocabulary.ids import ExchangeName, parse_institution_id
from mizuhiki.wire import commission, linkage_core
from mizuhiki.wire.linkage_core import Inquiry
from support.environment import make_directory_entry
from unit.institutions.linkage_core.kit import (
    ASKER,
    CORE,
    HANAKO,
    JIRO,
    PENSION,
    PROVIDER,
    TARO,
    FakeServer,
    Linkage,
    entries_of,
    expected_pseudonym,
)


def payload(server: FakeServer, submitted: linkage_core.SubmittedInquiries) -> Inquiry:
    return server.peers.verify(submitted.case, Inquiry, linkage_core.INQUIRY_TYPE).payload


@pytest.mark.requirement("R-220")
def test_an_issued_pseudonym_is_exactly_the_product_of_both_factors_and_the_person(place: Linkage) -> None:
    place.issue(place.asker, {"a-1": HANAKO, "a-2": TARO})
    assert place.asker.pseudonyms["a-1"].reveal() == expected_pseudonym(HANAKO, place.asker.name)
    assert place.asker.pseudonyms["a-2"].reveal() == expected_pseudonym(TARO, place.asker.name)


@pytest.mark.requirement("R-028", "R-220")
def test_the_provider_decrypts_exactly_its_own_pseudonym_of_the_person_asked_about(place: Linkage) -> None:
    place.provider.answer = place.provider.provided
    answered = place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, TARO)))
    assert [line.outcome for line in answered.lines] == ["provided", "provided"]
    [seen] = place.provider.seen
    assert [one.reveal() for one in seen] == [
        expected_pseudonym(HANAKO, place.provider.name),
        expected_pseudonym(TARO, place.provider.name),
    ]
    assert seen[0].reveal() != expected_pseudonym(HANAKO, place.asker.name)


@pytest.mark.requirement("R-001")
def test_an_inquiry_finds_the_providers_record_of_that_person_and_of_nobody_else(place: Linkage) -> None:
    people = {"HANAKO": HANAKO, "TARO": TARO, "JIRO": JIRO}
    place.issue(place.asker, people)
    place.issue(place.provider, people)
    records = {pseudonym.reveal(): name for name, pseudonym in place.provider.pseudonyms.items()}
    assert len(records) == len(people)
    place.provider.answer = place.provider.provided
    for name, person in people.items():
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(person)))
        [asked_about] = place.provider.seen[-1]
        assert records[asked_about.reveal()] == name
        assert asked_about.reveal() not in {one.reveal() for one in place.asker.pseudonyms.values()}


def test_the_record_stands_under_the_core_pseudonym_of_the_same_person(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    place.asker.ask(inquiry)
    ledger = place.core.operations.ledger._ledger
    [recorded] = ledger.entries_of(expected_pseudonym(HANAKO, CORE))
    assert payload(place.asker, inquiry).lines[0].exchange_number in str(recorded)
    assert ledger.entries_of(expected_pseudonym(TARO, CORE)) == []
    assert ledger.entries_of(expected_pseudonym(HANAKO, place.provider.name)) == []


def test_pseudonyms_of_one_person_differ_between_all_institutions() -> None:
    names = ["intermediate-municipality-452025", "intermediate-municipality-131130", "linkage-core"]
    found = {expected_pseudonym(HANAKO, parse_institution_id(name)) for name in names}
    assert len(found) == len(names)


@pytest.mark.requirement("R-027", "R-028")
def test_neither_converter_keeps_a_pseudonym_or_readable_content_after_an_exchange(place: Linkage) -> None:
    place.provider.answer = place.provider.provided
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    places = [place.asker.name, place.provider.name, CORE, parse_institution_id("national-register")]
    secrets = [expected_pseudonym(HANAKO, name) for name in places] + [b"secret content"]
    for environment in (place.core_environment, place.commission_environment):
        database = sqlite3.connect(environment.settings.database_url.removeprefix("sqlite:///"))
        dump = "\n".join(database.iterdump()).encode()
        database.close()
        for secret in secrets:
            assert secret not in dump
            assert secret.hex().encode() not in dump.lower()


def test_both_tickets_name_the_statute_row_and_chain_the_two_halves(place: Linkage) -> None:
    answered = place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    first, second = (
        place.asker.peers.verify(text, linkage_core.Ticket, linkage_core.TICKET_TYPE) for text in answered.tickets
    )
    assert (first.signer, second.signer) == ("commission", "linkage-core")
    assert first.payload.outputs_root == second.payload.inputs_root
    assert "2-74" in first.payload.rule
    assert first.payload.rule == second.payload.rule


def test_the_same_section_again_gets_the_same_answer_and_is_recorded_once(place: Linkage) -> None:
    place.provider.answer = place.provider.provided
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    first = place.asker.ask(inquiry)
    assert place.asker.ask(inquiry) == first
    assert len(place.provider.provisions) == 1
    ledger = place.core.operations.ledger._ledger
    assert len(ledger.entries_of(expected_pseudonym(HANAKO, CORE))) == 1


def test_a_provider_that_is_down_is_asked_again_with_the_same_tickets_after_a_restart(place: Linkage) -> None:
    place.transport.unregister(place.provider.name)
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    with pytest.raises(PeerUnavailable) as caught:
        place.asker.ask(inquiry)
    assert caught.value.peer_code == "core-recipient-unavailable"
    place.restart_core()
    place.transport.register(place.provider.name, lambda: place.provider.api)
    assert place.core.pump() == 1
    answered = place.asker.ask(inquiry)
    assert place.provider.provisions[-1].tickets == answered.tickets
    assert len(place.provider.provisions) == 1


def test_an_answer_lost_on_its_way_back_is_fetched_again_unchanged(place: Linkage) -> None:
    place.provider.answer = place.provider.provided
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    store = place.core.operations.cases.store
    finish, crash = store.transaction, [True]

    def crash_once() -> object:
        if crash and len(place.provider.provisions) == 1:
            crash.clear()
            raise KeyboardInterrupt
        return finish()

    store.transaction = crash_once
    with pytest.raises(KeyboardInterrupt):
        place.asker.ask(inquiry)
    place.restart_core()
    answered = place.asker.ask(inquiry)
    assert [request.tickets for request in place.provider.provisions] == [answered.tickets] * 2
    assert len(place.provider.seen) == 1


def test_a_provider_silent_until_the_case_expires_gives_an_outcome_that_is_recorded(place: Linkage) -> None:
    place.transport.unregister(place.provider.name)
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    with pytest.raises(PeerUnavailable):
        place.asker.ask(inquiry)
    place.clock.advance(timedelta(hours=2))
    assert place.core.pump() == 1
    [line] = place.asker.ask(inquiry).lines
    assert (line.outcome, line.answer) == ("provider-unavailable", None)


def test_nothing_converts_while_the_commission_is_down_and_the_case_waits(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    place.transport.unregister(commission_id := parse_institution_id("commission"))
    with pytest.raises(PeerUnavailable):
        place.asker.ask(inquiry)
    assert place.refusals() == []
    place.transport.register(commission_id, lambda: place.commission.wsgi)
    assert [line.outcome for line in place.asker.ask(inquiry).lines] == ["no-data"]


def test_a_provider_that_refuses_is_named_with_its_rule(place: Linkage) -> None:
    place.provider.answer = lambda _case: []
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    assert caught.value.peer_code == "core-answer-unfit"
    assert place.refusals() == [("core-answer-unfit", "linkage-core")]
    [entry] = entries_of(place.open_history(place.history_request(HANAKO)))
    assert entry.outcome == "refused-by-provider"


def test_pseudonyms_wait_for_a_holder_that_is_down(place: Linkage) -> None:
    place.asker.keys.joint_key()
    request = place.issue_request(place.asker, {"a-1": HANAKO})
    place.transport.unregister(place.asker.name)
    place.register.call(CORE, linkage_core.ISSUE_PSEUDONYMS, request)
    assert place.asker.pseudonyms == {}
    place.transport.register(place.asker.name, lambda: place.asker.api)
    assert place.core.pump() == 1
    assert place.asker.pseudonyms["a-1"].reveal() == expected_pseudonym(HANAKO, place.asker.name)


def test_a_notice_reaches_the_account_of_the_person_and_is_recorded(place: Linkage) -> None:
    place.asker.peers.call(CORE, linkage_core.SEND_NOTICE, place.asker.notice(HANAKO))
    [[seen]] = place.portal.seen
    assert seen.reveal() == expected_pseudonym(HANAKO, place.portal.name)
    entries = entries_of(place.open_history(place.history_request(HANAKO)))
    assert [(entry.kind, entry.outcome) for entry in entries] == [("notice", "delivered")]


def test_a_history_shows_all_entries_of_the_person_with_proofs_and_is_recorded_itself(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO, TARO))
    place.asker.ask(inquiry)
    bundle = place.open_history(place.history_request(HANAKO))
    [entry] = entries_of(bundle)
    assert entry.exchange_number == payload(place.asker, inquiry).lines[0].exchange_number
    assert (entry.inquirer, entry.provider) == (place.asker.owner, place.provider.owner)
    keys = {
        "mizuhiki/linkage-core": make_directory_entry(CORE).checkpoint_key,
        "mizuhiki/commission": make_directory_entry(parse_institution_id("commission")).checkpoint_key,
    }
    verdict = verify(bundle, keys)
    assert (verdict.entries, verdict.witnesses) == (1, ("mizuhiki/commission",))
    again = entries_of(place.open_history(place.history_request(HANAKO)))
    assert [one.kind for one in again] == ["exchange", "history-opening"]


def test_somebody_without_entries_gets_a_proof_of_absence(place: Linkage) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    bundle = place.open_history(place.history_request(JIRO))
    assert entries_of(bundle) == []
    [shard] = json.loads(bundle)["shards"]
    assert shard["person"]["count"] == 0


def reconciliation(*exchanges: tuple[str, str]) -> linkage_core.ReconciliationRequest:
    """Ask about exchanges, each by its inquirer and number."""
    return linkage_core.ReconciliationRequest(exchanges=[linkage_core.NamedExchange(*one) for one in exchanges])


def test_records_are_reconciled_with_those_who_took_part_only(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    place.asker.ask(inquiry)
    number = payload(place.asker, inquiry).lines[0].exchange_number
    request = reconciliation((ASKER, number))
    for server in (place.asker, place.provider):
        [one] = server.peers.call(CORE, linkage_core.RECONCILE, request).exchanges
        assert (one.inquirer, one.exchange_number, one.outcome, len(one.digest)) == (ASKER, number, "no-data", 32)
    assert place.pension.peers.call(CORE, linkage_core.RECONCILE, request).exchanges == []
    others = reconciliation((PROVIDER, number))
    assert place.provider.peers.call(CORE, linkage_core.RECONCILE, others).exchanges == []


def test_exchanges_of_two_inquirers_with_one_number_are_told_apart(place: Linkage) -> None:
    """A number is its inquirer's own: whoever takes another's number does not stand in the way of that one's record."""
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    place.asker.ask(inquiry)
    number = payload(place.asker, inquiry).lines[0].exchange_number
    engine = sa.create_engine(place.core_environment.settings.database_url)
    with engine.begin() as connection:
        row = dict(connection.execute(sa.select(EXCHANGES)).mappings().one())
        connection.execute(EXCHANGES.insert(), row | {"inquirer": PENSION, "outcome": "provided", "digest": bytes(32)})
    engine.dispose()
    request = reconciliation((PENSION, number), (ASKER, number))
    found = place.provider.peers.call(CORE, linkage_core.RECONCILE, request).exchanges
    assert {one.inquirer: one.outcome for one in found} == {PENSION: "provided", ASKER: "no-data"}
    [own] = place.asker.peers.call(CORE, linkage_core.RECONCILE, request).exchanges
    assert own.inquirer == ASKER


def test_a_record_is_looked_up_by_its_key_however_many_there_are(place: Linkage) -> None:
    asked: list[str] = []

    def follow(driver: Any, *_rest: object) -> None:
        driver.set_trace_callback(asked.append)

    sa.event.listen(sa.pool.Pool, "checkout", follow)
    try:
        server = parse_institution_id(f"intermediate-{ASKER}")
        named = [ExchangeName(parse_institution_id(ASKER), str(number)) for number in range(700)]
        assert place.core.operations.store.recorded(server, named) == []
    finally:
        sa.event.remove(sa.pool.Pool, "checkout", follow)
    engine = sa.create_engine(place.core_environment.settings.database_url)
    statements = [one for one in asked if "FROM exchanges" in one]
    with engine.connect() as connection:
        for statement in statements:
            plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            assert plan
            assert all("inquirer=? AND kind=? AND exchange_number=?" in step for step in plan), plan
    engine.dispose()
    assert statements


def test_the_commission_as_witness_knows_the_core_log_after_a_checkpoint(place: Linkage) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    assert place.core.operations.checkpoint() == 1
    assert place.core.operations.checkpoint() == 0
    inspector = place.staff(parse_institution_id("commission"), "inspector")
    [log] = place.commission.operations.list_witnessed_logs(inspector)
    assert (log.origin, log.size) == ("mizuhiki/linkage-core/2019", 2)


@pytest.mark.requirement("R-032")
def test_a_share_is_given_to_its_own_holder_only_and_the_core_cannot_make_the_key_alone(place: Linkage) -> None:
    request = commission.KeyShareRequest(generation=1)
    shares = {
        server.name: server.peers.call_sealed(
            parse_institution_id("commission"), commission.GIVE_KEY_SHARE, request, commission.KeyShare
        ).share
        for server in (place.asker, place.provider)
    }
    own = place.asker.peers.call_sealed(CORE, linkage_core.GIVE_KEY_SHARE, request, commission.KeyShare).share
    assert len({*shares.values(), own}) == 3
    core_knows = place.core.operations.factors.converter.share(place.asker.name, 1)
    assert place.asker.keys.own_key().reveal() not in {core_knows, shares[place.asker.name]}


@pytest.mark.requirement("R-225")
def test_the_commission_sees_every_exchange_as_a_decision_without_persons(place: Linkage) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, TARO)))
    inspector = place.staff(parse_institution_id("commission"), "inspector")
    [decision] = place.commission.operations.list_decisions(inspector)
    assert (decision.asker, decision.recipient) == (place.asker.owner, place.provider.owner)
    assert (decision.affair, decision.kinds, decision.persons) == ("child-allowance", ("local-tax",), 2)
    assert decision.allowed
    assert place.commission.operations.count_decisions(inspector) == [(decision.rule, True, 1)]


def test_a_wrong_role_reads_no_records(place: Linkage) -> None:
    with pytest.raises(Exception, match="may not read-records"):
        place.core.operations.list_refusals(place.staff(CORE, "peer"))

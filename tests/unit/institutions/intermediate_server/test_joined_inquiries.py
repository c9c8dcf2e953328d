"""Inquiries that leave in one case: each has its own answer, record and receipt, at every point where anybody dies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from mizuhiki.institutions.intermediate_server.domain.exchanges import ASKED_ONE_BY_ONE, Inquiry
from mizuhiki.institutions.intermediate_server.operations.join_inquiries import JoinInquiries
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.runtime.problems import PeerConflict, PeerProblem, PeerRefused, PeerUnavailable
from mizuhiki.vocabulary.errors import Malformed, Refused
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire import linkage_core
from unit.institutions.intermediate_server.joined import (
    PERSONS,
    asked,
    counted,
    hers,
    income,
    populated,
    together,
    told_income,
)
from unit.institutions.intermediate_server.kit import ASKER, HOLDER, Network

ALL = range(PERSONS)
HOUSING = {"affair": "public-housing", "procedure": "public-housing.application"}
MINUTES = timedelta(minutes=5)


class Crash(Exception):
    """The process ends here."""


@pytest.fixture
def network() -> Iterator[Network]:
    place = populated(Network())
    yield place
    place.close()


def all_together(network: Network) -> list[Any]:
    return together(network, *(asked(person) for person in ALL))


def stored(network: Network, person: int) -> Inquiry:
    with network.server(ASKER).upkeep.store.snapshot() as records:
        known = records.inquiry(f"request-{person}")
    assert known is not None
    return known[0]


def cases_sent(network: Network) -> list[str]:
    return [one.case for one in network.core.submissions]


def lines_of(network: Network, submission: Any) -> list[str]:
    payload = network.core.peers.verify(submission.case, linkage_core.Inquiry, linkage_core.INQUIRY_TYPE).payload
    assert payload.form == linkage_core.LINE_FORM
    return [line.exchange_number for line in payload.lines]


@pytest.mark.requirement("R-217")
def test_each_gets_its_own_answer_receipt_and_record_out_of_one_case(network: Network) -> None:
    results = all_together(network)
    assert [told_income(result) for result in results] == [income(person) for person in ALL]
    assert len({result.receipt for result in results}) == PERSONS
    [submission] = network.core.submissions
    assert lines_of(network, submission) == [result.exchange_number for result in results]
    assert counted(network) == ({"provided": PERSONS}, {"provided": PERSONS})
    assert set(network.core.recorded) == {result.exchange_number for result in results}
    for owner in (ASKER, HOLDER):
        assert network.server(owner).reconcile(network.officer(owner)) == []
    for person, result in zip(ALL, results, strict=True):
        told = network.inquire(asked(person))
        assert (told.exchange_number, told.receipt) == (result.exchange_number, result.receipt)
    assert len(network.core.submissions) == 1, "told from store"


def test_all_are_durable_with_their_case_before_it_is_sent_in_two_transactions(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    network.inquire(asked(0, request_id="request-for-keys"))
    exchange = type(network.server(ASKER).inquire.carry.exchange)
    ask, seen = exchange.ask, []
    own = network.server(ASKER).upkeep.store._database  # type: ignore[attr-defined]  # of the SQL store
    write, written = Database.write, []

    def look(self: Any, inquiries: list[Inquiry], own: Any) -> Any:
        seen.append(([stored(network, person) for person in ALL], list(inquiries), len(written)))
        return ask(self, inquiries, own)

    def count(self: Database) -> Any:
        if self is own:
            written.append(self)
        return write(self)

    monkeypatch.setattr(exchange, "ask", look)
    monkeypatch.setattr(Database, "write", count)
    all_together(network)
    [(kept, sent, before)] = seen
    assert kept == sent
    assert len({one.section_id for one in kept}) == len({one.submission for one in kept}) == 1
    assert len({one.exchange_number for one in kept}) == PERSONS
    assert (before, len(written)) == (1, 2)


def die(*_args: Any, **_more: Any) -> Any:
    raise Crash


def die_at_append(calls: Iterator[int], crashing: int) -> Any:
    append = Ledger.append_many

    def crash(*args: Any, **more: Any) -> int:
        if next(calls) == crashing:
            raise Crash
        return append(*args, **more)

    return crash


def at(name: str) -> Callable[[Network, pytest.MonkeyPatch], None]:
    """A death in one step of the asker's own."""
    return lambda network, patch: patch.setattr(type(network.server(ASKER).inquire.carry), name, die)


DEATHS: dict[str, Callable[[Network, pytest.MonkeyPatch], None]] = {
    "signed": at("_signed"),
    "stored": at("_send"),
    "sent": lambda network, _patch: setattr(network.core, "away", True),
    "answered by the holder": lambda network, _patch: setattr(network.core, "alter", die),
    "holder's record": lambda _network, patch: patch.setattr(Ledger, "append_many", die_at_append(count(), 0)),
    "answer on its way": lambda network, _patch: setattr(network.core, "lose_answers", 1),
    "own record": lambda _network, patch: patch.setattr(Ledger, "append_many", die_at_append(count(), 1)),
}


@pytest.mark.parametrize("last_asks", [{}, HOUSING], ids=["all the same", "one something else"])
@pytest.mark.parametrize("by", ["its own caller", "the retry job"])
@pytest.mark.parametrize("point", DEATHS)
def test_wherever_somebody_dies_nothing_is_lost_doubled_or_told_to_another(
    network: Network, monkeypatch: pytest.MonkeyPatch, point: str, by: str, last_asks: dict[str, str]
) -> None:
    inquiries = [asked(0), asked(1), asked(2, **last_asks)]
    with monkeypatch.context() as patch:
        DEATHS[point](network, patch)
        try:
            results = together(network, *inquiries)
        except Crash:
            pass
        else:
            assert {result.outcome for result in results} == {"pending"}
    network.core.away, network.core.alter = False, lambda request: request
    own, _ = counted(network)
    assert own == ({} if point == "signed" else {"pending": PERSONS})
    if by == "the retry job":
        network.clock.advance(MINUTES)
        network.server(ASKER).upkeep.retry_pending(network.officer(ASKER))
    for person in reversed(ALL):
        assert told_income(network.inquire(inquiries[person])) == income(person)
    assert counted(network) == ({"provided": PERSONS}, {"provided": PERSONS})
    assert len(network.core.recorded) == PERSONS
    if point != "signed":
        assert len(set(cases_sent(network))) == 1, "the very same case each time"
    for owner in (ASKER, HOLDER):
        assert network.server(owner).reconcile(network.officer(owner)) == []


def test_one_who_asks_again_brings_the_answer_for_all_who_left_with_it(network: Network) -> None:
    network.core.lose_answers = 1
    pending = all_together(network)
    assert [(one.outcome, one.waiting.target) for one in pending] == [("pending", "linkage-core")] * PERSONS
    network.inquire(asked(1))
    for person in ALL:
        fetched = network.sealed(
            ASKER, wire.FETCH_RESULT, wire.ResultRequest(request_id=f"request-{person}"), wire.BusinessAnswer
        )
        assert told_income(fetched) == income(person)
    assert network.server(ASKER).upkeep.queue(network.officer(ASKER)) == []


def test_who_is_blocked_meanwhile_waits_on_and_holds_up_nobody(network: Network) -> None:
    network.core.lose_answers = 1
    all_together(network)
    with network.server(ASKER).upkeep.store.transaction() as records:
        records.mark_mismatch(hers(1), mismatched=True)
    assert told_income(network.inquire(asked(0))) == income(0)
    with pytest.raises(PeerConflict):
        network.inquire(asked(1))
    assert counted(network) == ({"provided": PERSONS - 1, "pending": 1}, {"provided": PERSONS})
    with network.server(ASKER).upkeep.store.transaction() as records:
        records.mark_mismatch(hers(1), mismatched=False)
    assert told_income(network.inquire(asked(1))) == income(1)
    assert counted(network)[0] == {"provided": PERSONS}


def test_a_request_that_is_in_a_group_twice_or_was_stored_meanwhile_is_asked_once(network: Network) -> None:
    network.inquire(asked(0))
    results = together(network, asked(0), asked(1), asked(2), asked(1), asked(2, fiscal_year=2018))
    assert [result if result is None else told_income(result) for result in results] == [
        None,
        income(1),
        income(2),
        None,
        None,
    ]
    assert len(network.core.submissions) == 2
    assert told_income(network.inquire(asked(1))) == income(1)
    with pytest.raises(PeerConflict):
        network.inquire(asked(2, fiscal_year=2018))
    assert counted(network) == ({"provided": PERSONS}, {"provided": PERSONS})


@pytest.mark.parametrize("error", [PeerUnavailable("no keys", peer="linkage-core"), Malformed("one pseudonym")])
def test_those_that_cannot_be_signed_together_are_not_stored_and_go_by_themselves(
    network: Network, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    exchange = type(network.server(ASKER).inquire.carry.exchange)
    prepare = exchange.prepare

    def one_only(self: Any, inquiries: Any, *of_case: Any) -> bytes:
        if len(inquiries) > 1:
            raise error
        return prepare(self, inquiries, *of_case)

    monkeypatch.setattr(exchange, "prepare", one_only)
    assert all_together(network) == [None] * PERSONS
    assert counted(network) == ({}, {})
    for person in ALL:
        assert told_income(network.inquire(asked(person))) == income(person)


# --- refusals


def test_a_refusal_of_the_question_is_everybodys(network: Network) -> None:
    network.core.refusal = Refused("no row")
    results = all_together(network)
    assert {(result.outcome, result.refused_by) for result in results} == {("refused", "linkage-core")}
    assert counted(network) == ({"refused": PERSONS}, {})
    network.core.refusal = None
    assert network.inquire(asked(0)).outcome == "refused", "for good, as for a single one"
    assert len(network.core.submissions) == 1


def refused(code: str) -> Refused:
    """A refusal as the core passes it on."""
    return PeerRefused("refused", peer="commission", peer_code=code, refused_by="commission")


class RefusesSeveral:
    """Refuses what has several lines, with a code that one of them may be the cause of; for good, as the core does."""

    def __init__(self, network: Network, code: str) -> None:
        self.network, self.code, self.seen = network, code, 0

    def __call__(self, request: Any) -> Any:
        if len(lines_of(self.network, request)) > 1:
            self.seen += 1
            raise refused(self.code)
        return request


@pytest.mark.requirement("R-217")
@pytest.mark.parametrize("code", sorted(ASKED_ONE_BY_ONE))
def test_what_may_be_one_persons_matter_is_asked_one_by_one_with_the_refusal_recorded(
    network: Network, code: str
) -> None:
    network.core.alter = refusing = RefusesSeveral(network, code)
    assert all_together(network) == [None] * PERSONS, "each goes on by itself"
    first = lines_of(network, network.core.submissions[0])
    answers = [network.inquire(asked(person)) for person in ALL]
    assert [told_income(answer) for answer in answers] == [income(person) for person in ALL]
    assert {len(lines_of(network, one)) for one in network.core.submissions[1:]} == {1}
    assert not {answer.exchange_number for answer in answers} & set(first), "another case, another number"
    assert counted(network) == ({code: PERSONS, "provided": PERSONS}, {"provided": PERSONS})
    recorded = network.server(ASKER).upkeep.exchanges(network.officer(ASKER), outcome=code)
    assert {one.exchange_number for one in recorded} == set(first)
    assert network.server(ASKER).reconcile(network.officer(ASKER)) == []
    assert refusing.seen == 1


def test_a_single_inquiry_with_such_a_refusal_ends_with_it(network: Network) -> None:
    network.core.refusal = refused("commission-quota-exhausted")
    assert network.inquire(asked(0)).outcome == "commission-quota-exhausted"
    assert len(network.core.submissions) == 1


@pytest.mark.parametrize("point", ["before", "after"])
def test_a_crash_beside_the_parting_of_a_case_neither_loses_nor_asks_twice(
    network: Network, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    network.core.alter = RefusesSeveral(network, "provision-asked-one-by-one")
    carry = type(network.server(ASKER).inquire.carry)
    part = carry._part

    def dies(*args: Any) -> None:
        if point == "after":
            part(*args)
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(carry, "_part", dies)
        with pytest.raises(Crash):
            all_together(network)
    network.clock.advance(MINUTES)
    network.server(ASKER).upkeep.retry_pending(network.officer(ASKER))
    for person in ALL:
        assert told_income(network.inquire(asked(person))) == income(person)
    assert counted(network) == (
        {"provision-asked-one-by-one": PERSONS, "provided": PERSONS},
        {"provided": PERSONS},
    )


def test_two_who_part_the_same_case_record_it_once(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    network.core.alter = RefusesSeveral(network, "provision-asked-one-by-one")
    carry = type(network.server(ASKER).inquire.carry)
    part = carry._part

    def twice(*args: Any) -> None:
        part(*args)
        part(*args)

    monkeypatch.setattr(carry, "_part", twice)
    all_together(network)
    assert counted(network)[0] == {"provision-asked-one-by-one": PERSONS, "pending": PERSONS}


def test_without_authority_nobody_joins_a_group(network: Network) -> None:
    with pytest.raises(PeerProblem):
        network.owners[HOLDER].call_sealed(f"intermediate-{ASKER}", wire.INQUIRE, asked(0), wire.BusinessAnswer)
    assert counted(network) == ({}, {})


@pytest.mark.requirement("R-217")
@pytest.mark.parametrize("others_ask", [{}, HOUSING], ids=["all the same", "one something else"])
def test_callers_who_come_while_a_case_is_under_way_share_the_next_one(
    network: Network, monkeypatch: pytest.MonkeyPatch, others_ask: dict[str, str]
) -> None:
    inquiries = [asked(0), asked(1), asked(2, **others_ask)]
    network.inquire(asked(0, request_id="request-for-keys"))
    waits, wait = threading.Semaphore(0), JoinInquiries._wait

    def waiting(*args: Any) -> None:
        waits.release()
        wait(*args)

    def until_two_wait(request: Any) -> Any:
        network.core.alter = lambda unaltered: unaltered
        others.extend(pool.submit(network.inquire, one) for one in inquiries[1:])
        for _ in others:
            assert waits.acquire(timeout=20)
        return request

    monkeypatch.setattr(JoinInquiries, "_wait", waiting)
    network.core.alter, others = until_two_wait, []
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(network.inquire, inquiries[0]).result(60)
        answers = [first, *(one.result(60) for one in others)]
    assert [told_income(answer) for answer in answers] == [income(person) for person in ALL]
    assert [len(lines_of(network, one)) for one in network.core.submissions] == [1, 1, 2]
    assert counted(network) == ({"provided": PERSONS + 1}, {"provided": PERSONS + 1})

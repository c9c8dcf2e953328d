"""Joined inquiries through the core and the commission as they are built: records of all three, approvals, threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mizuhiki.institutions.intermediate_server.domain.errors import (
    ApprovalSpent,
    AskedOneByOne,
    GenerationBeingRenewed,
)
from mizuhiki.institutions.intermediate_server.domain.holding import Mode, ProvisionRule, Scope
from mizuhiki.institutions.intermediate_server.operations.decide_provisions import Refusal
from mizuhiki.institutions.intermediate_server.operations.join_inquiries import JoinInquiries
from mizuhiki.institutions.intermediate_server.operations.provide import Provide
from mizuhiki.institutions.linkage_core.store.tables import EXCHANGES
from mizuhiki.runtime.context import Context
from mizuhiki.wire import intermediate_server as wire
from support.conversion import CORE
from unit.institutions.intermediate_server.joined import (
    PERSONS,
    asked,
    counted,
    income,
    populated,
    theirs,
    together,
    told_income,
)
from unit.institutions.intermediate_server.kit import ASKER, HOLDER, KIND, TODAY
from unit.institutions.intermediate_server.whole import Nation

ALL = range(PERSONS)
APART = "provision-asked-one-by-one"


@pytest.fixture
def nation() -> Iterator[Nation]:
    place = populated(Nation())
    place.publish_assessment(ASKER)
    yield place
    place.close()


def officer(nation: Nation, role: str = "linkage-officer") -> Context:
    context = nation.officer(HOLDER, role)
    return replace(context, actor=replace(context.actor, person="first"))


def rule(**changes: Any) -> ProvisionRule:
    values: dict[str, Any] = {"rule_id": "", "scope": Scope.KIND, "subject": KIND, "mode": Mode.MANUAL}
    return ProvisionRule(**{**values, "four_eyes": False, "valid_from": TODAY, **changes})


def recorded_at_core(nation: Nation) -> dict[str, str]:
    """Exchange number → outcome of every record that the core holds."""
    database = nation.real[CORE].operations.cases.store._database
    with database.read() as connection:
        rows = connection.execute(EXCHANGES.select()).all()
    found = {row.exchange_number: row.outcome for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.requirement("R-217", "R-231")
def test_one_case_is_recorded_line_by_line_at_all_three_and_reconciles(nation: Nation) -> None:
    results = [one for one in together(nation, *(asked(person) for person in ALL)) if one]
    assert [told_income(one) for one in results] == [income(person) for person in ALL]
    assert recorded_at_core(nation) == {one.exchange_number: "provided" for one in results}
    assert counted(nation) == ({"provided": PERSONS}, {"provided": PERSONS})
    for owner in (ASKER, HOLDER):
        assert nation.server(owner).reconcile(nation.officer(owner)) == []


@pytest.mark.requirement("R-076")
def test_a_rule_about_one_person_is_that_lines_matter_alone(nation: Nation) -> None:
    decisions, protection = nation.server(HOLDER).decisions, officer(nation, "protection-officer")
    decisions.set_rule(protection, rule=rule(scope=Scope.ADDRESSEE, subject=theirs(1)))
    results = [one for one in together(nation, *(asked(person) for person in ALL)) if one]
    assert [one.outcome for one in results] == ["provided", "no-data", "provided"]
    [waiting] = decisions.approvals(protection)
    assert (waiting.addressee_number, waiting.exchange_number) == (theirs(1), results[1].exchange_number)
    assert set(recorded_at_core(nation).values()) == {"provided", "no-data"}


@pytest.mark.requirement("R-219")
def test_an_officers_decision_about_one_person_decides_no_others_inquiry(nation: Nation) -> None:
    decisions = nation.server(HOLDER).decisions
    decisions.set_rule(officer(nation), rule=rule())
    assert together(nation, *(asked(person) for person in ALL)) == [None] * PERSONS
    assert decisions.holds(officer(nation)) == [], "a case of several persons never stands in the queue"
    answers = [nation.inquire(asked(person)) for person in ALL]
    assert {(one.outcome, one.waiting_for) for one in answers} == {("pending", HOLDER)}
    holds = {hold.addressees: hold.hold_id for hold in decisions.holds(officer(nation))}
    assert set(holds) == {(theirs(person),) for person in ALL}
    decisions.approve_hold(officer(nation), hold_id=holds[theirs(0),])
    decisions.refuse_hold(
        officer(nation), hold_id=holds[theirs(1),], refusal=Refusal("record-under-correction", "not yet")
    )
    nation.clock.advance(timedelta(minutes=5))
    nation.server(ASKER).upkeep.retry_pending(nation.officer(ASKER))
    outcomes = [nation.inquire(asked(person)).outcome for person in ALL]
    assert outcomes == ["provided", "provision-refused-by-officer", "pending"]
    told = nation.inquire(asked(0))
    assert told_income(told) == income(0)
    assert nation.server(ASKER).reconcile(nation.officer(ASKER)) == []
    assert list(recorded_at_core(nation).values()).count("refused-by-provider") == PERSONS + 1


def test_after_one_that_awaits_approval_the_question_is_not_joined_for_a_while(
    nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    nation.server(HOLDER).decisions.set_rule(officer(nation), rule=rule())
    assert nation.inquire(asked(0)).outcome == "pending"

    def never(*_args: Any) -> Any:
        raise AssertionError("nobody joins a question that is asked one by one")

    with monkeypatch.context() as patch:
        patch.setattr(JoinInquiries, "__call__", never)
        assert nation.inquire(asked(1)).outcome == "pending"
    nation.clock.advance(timedelta(hours=1))
    joined = []
    monkeypatch.setattr(
        JoinInquiries, "__call__", lambda _self, _question, item, carry: joined.append(item) or carry([item])[0]
    )
    nation.inquire(asked(2))
    assert len(joined) == 1


@pytest.mark.parametrize("error", [GenerationBeingRenewed, ApprovalSpent])
def test_what_would_let_one_line_wait_is_asked_one_by_one(
    nation: Nation, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    decide = Provide._decide

    def waits(self: Any, context: Any, section: Any, *others: Any) -> Any:
        if len(section.lines) > 1 or section.lines[0].exchange_number in held:
            raise error
        return decide(self, context, section, *others)

    held: set[str] = set()
    monkeypatch.setattr(Provide, "_decide", waits)
    assert together(nation, *(asked(person) for person in ALL)) == [None] * PERSONS
    with nation.server(ASKER).upkeep.store.snapshot() as records:
        known = records.inquiry("request-1")
    assert known is not None
    held.add(known[0].exchange_number)
    assert [nation.inquire(asked(person)).outcome for person in ALL] == ["provided", "pending", "provided"]
    held.clear()
    assert nation.inquire(asked(1)).outcome == "provided"


def test_the_refusal_to_answer_several_tells_nothing_about_any_of_them(nation: Nation) -> None:
    """Where a kind is held, several are refused whoever they are: known here, unknown, with a copy or without."""
    nation.server(HOLDER).decisions.set_rule(officer(nation), rule=rule())
    strangers = [asked(person, fiscal_year=2018) for person in ALL]
    assert together(nation, *strangers) == [None] * PERSONS
    assert set(nation.server(ASKER).upkeep.outcomes(nation.officer(ASKER))) == {APART, "pending"}
    assert AskedOneByOne.code == APART


RUNS = count()
QUESTIONS = (2019, 2018)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wanted=st.lists(
        st.tuples(st.integers(0, PERSONS - 1), st.integers(0, len(QUESTIONS) - 1), st.integers(0, 3)),
        min_size=2,
        max_size=8,
    )
)
def test_whoever_asks_at_once_gets_the_own_answer_and_each_request_is_one_record_everywhere(
    nation: Nation, wanted: list[tuple[int, int, int]]
) -> None:
    run = next(RUNS)
    # The same request may come several times at once; it is the same inquiry under the same id.
    inquiries = [
        asked(person, request_id=f"run{run}-{person}-{year}-{copy}", fiscal_year=QUESTIONS[year])
        for person, year, copy in wanted
    ]
    before, at_core = counted(nation), recorded_at_core(nation)
    begin = threading.Barrier(len(inquiries))

    def ask(inquiry: wire.BusinessInquiry) -> wire.BusinessAnswer:
        begin.wait(20)
        return nation.inquire(inquiry)

    with ThreadPoolExecutor(len(inquiries)) as pool:
        answers = list(pool.map(ask, inquiries))
    numbers: dict[str, str] = {}
    for (person, year, _), inquiry, answer in zip(wanted, inquiries, answers, strict=True):
        assert answer.outcome == ("no-data" if year else "provided")
        assert year or told_income(answer) == income(person)
        assert numbers.setdefault(inquiry.request_id, answer.exchange_number) == answer.exchange_number
    assert len(set(numbers.values())) == len(numbers)
    assert set(recorded_at_core(nation)) - set(at_core) == set(numbers.values())
    expected = len(numbers)
    for held, had in zip(counted(nation), before, strict=True):
        assert sum(held.values()) - sum(had.values()) == expected

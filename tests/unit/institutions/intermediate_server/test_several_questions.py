"""Cases of several questions, through the core and the commission as they are built (decision 0106).

Every line is its question's: permitted, counted, recorded and answered by that question's rules, at all three places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from mizuhiki.institutions.commission.operations.convert_case import ConvertCase
from mizuhiki.institutions.commission.store.tables import QUOTAS
from mizuhiki.institutions.intermediate_server.domain.holding import Mode, ProvisionRule, Scope
from mizuhiki.institutions.intermediate_server.operations.join_inquiries import JoinInquiries
from mizuhiki.institutions.linkage_core.store.tables import EXCHANGES
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.statute import LinkageQuestion, NoStatuteRow, StatuteTable, permit_inquiry, rule_in_words
from mizuhiki.wire import linkage_core
from support.conversion import COMMISSION, CORE
from unit.institutions.intermediate_server.joined import (
    asked,
    counted,
    income,
    populated,
    theirs,
    together,
    told_income,
)
from unit.institutions.intermediate_server.kit import AFFAIR, ASKER, HOLDER, KIND, PROCEDURE, TODAY
from unit.institutions.intermediate_server.whole import Nation

HOUSING = {"affair": "public-housing", "procedure": "public-housing.application"}
REARING = {"affair": "child-rearing-allowance", "procedure": "child-rearing-allowance.claim"}
EARLIER = {"fiscal_year": 2018}
UNLAWFUL = {"affair": "public-housing", "procedure": PROCEDURE}
AFFAIRS = (AFFAIR, HOUSING["affair"], REARING["affair"])
PERSONS = 3


@pytest.fixture
def nation() -> Iterator[Nation]:
    place = populated(Nation())
    for affair in AFFAIRS:
        place.publish_assessment(ASKER, affair)
    yield place
    place.close()


def officer(nation: Nation, role: str = "linkage-officer") -> Context:
    context = nation.officer(HOLDER, role)
    return replace(context, actor=replace(context.actor, person="first"))


def manual(scope: Scope, subject: str) -> ProvisionRule:
    """A rule that answers are given after approval only."""
    return ProvisionRule(rule_id="", scope=scope, subject=subject, mode=Mode.MANUAL, four_eyes=False, valid_from=TODAY)


def question(affair: str = AFFAIR, procedure: str = PROCEDURE, **_others: object) -> LinkageQuestion:
    return LinkageQuestion(
        inquirer=ASKER, affair=affair, procedure=procedure, provider=HOLDER, kinds=(KIND,), day=TODAY
    )


def rule_of(**changes: Any) -> str:
    return rule_in_words(permit_inquiry(StatuteTable.load(), question(**changes)))


def exchanges_at_core(nation: Nation) -> dict[str, Any]:
    database = nation.real[CORE].operations.cases.store._database
    with database.read() as connection:
        return {row.exchange_number: row for row in connection.execute(EXCHANGES.select())}


def counted_by_affair(nation: Nation) -> dict[str, int]:
    database = nation.real[COMMISSION].operations.store._database
    with database.read() as connection:
        return {row.affair: row.persons for row in connection.execute(QUOTAS.select()) if row.institution == ASKER}


def decisions(nation: Nation) -> list[tuple[str, str, int, bool, str]]:
    found = nation.real[COMMISSION].operations.store.decisions()
    return sorted(
        (one.affair, one.procedure, one.persons, one.allowed, one.rule) for one in found if one.purpose == "inquiry"
    )


def cases_of(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> list[linkage_core.Inquiry]:
    """Keep every case that the commission converts, as it was signed."""
    kept: list[linkage_core.Inquiry] = []
    exchange = type(nation.server(ASKER).inquire.carry.exchange)
    prepare = exchange.prepare

    def keeping(self: Any, *arguments: Any) -> bytes:
        found = prepare(self, *arguments)
        text = msgspec.json.decode(found)["submitted"]["case"]
        kept.append(nation.core.register.verify(text, linkage_core.Inquiry, linkage_core.INQUIRY_TYPE).payload)
        return bytes(found)

    monkeypatch.setattr(exchange, "prepare", keeping)
    return kept


@pytest.mark.requirement("R-217", "R-231")
def test_each_line_is_answered_and_recorded_by_its_own_question_at_all_three(
    nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = cases_of(nation, monkeypatch)
    inquiries = [
        asked(0),
        asked(1, **HOUSING),
        asked(2, **EARLIER),
        asked(2, request_id="request-3", **REARING),
        asked(1, request_id="request-4"),
    ]
    results = [one for one in together(nation, *inquiries) if one]
    assert [one.outcome for one in results] == ["provided", "provided", "no-data", "provided", "provided"]
    assert [told_income(results[place]) for place in (0, 1, 3, 4)] == [income(person) for person in (0, 1, 2, 1)]

    [case] = cases
    assert [(one.affair, one.fiscal_year, one.lines) for one in case.questions()] == [
        (AFFAIR, 2019, 2),
        (HOUSING["affair"], 2019, 1),
        (AFFAIR, 2018, 1),
        (REARING["affair"], 2019, 1),
    ]
    rules = [rule_of(), rule_of(**HOUSING), rule_of(), rule_of(**REARING), rule_of()]
    assert len(set(rules)) == 3
    assert [one.statute for one in results] == rules

    at_core = exchanges_at_core(nation)
    for inquiry, result in zip(inquiries, results, strict=True):
        row = at_core[result.exchange_number]
        assert (row.affair, row.procedure, row.information_kinds) == (inquiry.affair, inquiry.procedure, [KIND])
        assert row.outcome == result.outcome
    assert len(at_core) == len(inquiries)
    for owner in (ASKER, HOLDER):
        own = nation.server(owner).upkeep.exchanges(nation.officer(owner))
        assert {(one.exchange_number, one.affair, one.procedure) for one in own} == {
            (result.exchange_number, inquiry.affair, inquiry.procedure)
            for inquiry, result in zip(inquiries, results, strict=True)
        }
        assert nation.server(owner).reconcile(nation.officer(owner)) == []
    assert decisions(nation) == sorted(
        [
            (AFFAIR, PROCEDURE, 2, True, rule_of()),
            (AFFAIR, PROCEDURE, 1, True, rule_of()),
            (HOUSING["affair"], HOUSING["procedure"], 1, True, rule_of(**HOUSING)),
            (REARING["affair"], REARING["procedure"], 1, True, rule_of(**REARING)),
        ]
    )
    assert counted_by_affair(nation) == {AFFAIR: 3, HOUSING["affair"]: 1, REARING["affair"]: 1}


@pytest.mark.requirement("R-031", "R-217")
def test_a_question_that_no_row_permits_refuses_nobody_elses(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoStatuteRow):
        permit_inquiry(StatuteTable.load(), question(**UNLAWFUL))
    cases = cases_of(nation, monkeypatch)
    inquiries = [asked(0), asked(1, **UNLAWFUL), asked(2, **HOUSING)]
    assert together(nation, *inquiries) == [None] * PERSONS, "each goes on by itself"
    assert exchanges_at_core(nation) == {}
    answers = [nation.inquire(one) for one in inquiries]
    assert [one.outcome for one in answers] == ["provided", "no-statute-row", "provided"]
    assert [len(one.lines) for one in cases] == [3, 1, 1, 1]
    assert counted(nation) == (
        {"refused-with-others": PERSONS, "provided": 2, "no-statute-row": 1},
        {"provided": 2},
    )
    assert nation.server(ASKER).reconcile(nation.officer(ASKER)) == []

    ways: list[Any] = []
    monkeypatch.setattr(JoinInquiries, "__call__", lambda _self, way, item, carry: ways.append(way) or carry([item])[0])
    for number, changes in enumerate((UNLAWFUL, HOUSING, {})):
        nation.inquire(asked(0, request_id=f"later-{number}", **changes))
    refused, *others = ways
    assert refused != others[0] == others[1], "what was refused is not asked with other questions for a while"
    nation.inquire(asked(0, request_id="another-year", fiscal_year=2018, **UNLAWFUL))
    assert ways[-1] not in {refused, others[0]}, "in no other year either"
    nation.clock.advance(timedelta(hours=1))
    nation.inquire(asked(0, request_id="much-later", **UNLAWFUL))
    assert ways[-1] == others[0]


def test_who_has_no_assessment_for_one_affair_is_refused_that_one(nation: Nation) -> None:
    lacking = {"affair": "disability-services", "procedure": "disability-services.application"}
    assert together(nation, asked(0), asked(1, **lacking)) == [None, None]
    assert nation.inquire(asked(0)).outcome == "provided"
    assert nation.inquire(asked(1, **lacking)).outcome == "assessment-not-published"


def test_a_quota_that_one_affair_has_used_up_stops_that_one(nation: Nation) -> None:
    convert: ConvertCase = nation.real[COMMISSION].operations.conversions
    object.__setattr__(convert, "daily_quota", 1)
    assert nation.inquire(asked(0)).outcome == "provided"
    assert together(nation, asked(1), asked(2, **HOUSING)) == [None, None]
    assert counted_by_affair(nation) == {AFFAIR: 1}, "a refused case counts for nothing"
    assert nation.inquire(asked(2, **HOUSING)).outcome == "provided"
    assert nation.inquire(asked(1)).outcome == "commission-quota-exhausted"


@pytest.mark.requirement("R-219")
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_kind_that_waits_for_approval_lets_no_other_question_wait(nation: Nation, order: tuple[int, int]) -> None:
    nation.server(HOLDER).decisions.set_rule(officer(nation), rule=manual(Scope.KIND, KIND))
    inquiries = [asked(0), asked(1, kinds=["resident-record"])]
    assert together(nation, *(inquiries[place] for place in order)) == [None, None]
    assert [nation.inquire(one).outcome for one in inquiries] == ["pending", "no-data"]


@pytest.mark.requirement("R-076")
def test_two_questions_about_a_protected_person_need_two_approvals(nation: Nation) -> None:
    decide, protection = nation.server(HOLDER).decisions, officer(nation, "protection-officer")
    decide.set_rule(protection, rule=manual(Scope.ADDRESSEE, theirs(1)))
    inquiries = [asked(1), asked(1, request_id="housing", **HOUSING), asked(0)]
    results = [one for one in together(nation, *inquiries) if one]
    assert [one.outcome for one in results] == ["no-data", "no-data", "provided"]
    waiting = decide.approvals(protection)
    assert Counter(one.affair for one in waiting) == {AFFAIR: 1, HOUSING["affair"]: 1}
    assert {one.exchange_number for one in waiting} == {one.exchange_number for one in results[:2]}


@pytest.mark.requirement("R-076")
def test_one_approval_is_spent_by_one_question_of_a_case(nation: Nation) -> None:
    """Both ask for the same kind in the same affair; one of them for whatever year there is."""
    decide, protection = nation.server(HOLDER).decisions, officer(nation, "protection-officer")
    decide.set_rule(protection, rule=manual(Scope.ADDRESSEE, theirs(1)))
    assert nation.inquire(asked(1)).outcome == "no-data"
    [waiting] = decide.approvals(protection)
    decide.approve_person(protection, approval_id=waiting.approval_id)
    inquiries = [asked(1, request_id="this-year"), asked(1, request_id="any-year", fiscal_year=0)]
    results = [one for one in together(nation, *inquiries) if one]
    assert sorted(one.outcome for one in results) == ["no-data", "provided"]
    assert [one.exchange_number for one in decide.approvals(protection)] == [
        one.exchange_number for one in results if one.outcome == "no-data"
    ]


def test_a_case_of_one_question_is_written_as_before(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = cases_of(nation, monkeypatch)
    together(nation, asked(0), asked(1))
    [case] = cases
    assert b"further" not in msgspec.json.encode(case)
    ticket = linkage_core.Ticket(
        converter=CORE,
        purpose="inquiry",
        case_hash=b"",
        target=CORE,
        inputs_root=b"",
        outputs_root=b"",
        rule="row",
        issued_at=nation.clock.now(),
        expires_at=nation.clock.now(),
    )
    assert b"further" not in msgspec.json.encode(ticket)

"""Answers that staff approves first: by kind, by person, by two; refusals; deadlines (R-076, R-219)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from mizuhiki.institutions.intermediate_server.domain.errors import (
    NotWaiting,
    RefusalReasonMissing,
    RuleImpossible,
    SecondOfficerNeeded,
)
from mizuhiki.institutions.intermediate_server.domain.holding import (
    Mode,
    ProvisionRule,
    RulesOfDay,
    Scope,
    due_at,
)
from mizuhiki.institutions.intermediate_server.operations.decide_provisions import Refusal
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import JST
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.intermediate_server import SERVER_STATE, WAITING_PROVISIONS
from support.conversion import CORE
from unit.institutions.intermediate_server.kit import (
    ACCOUNT,
    AFFAIR,
    ASKER,
    HERS,
    HOLDER,
    KIND,
    PORTAL,
    THEIRS,
    TODAY,
    copy_of,
    inquiry_of,
)
from unit.institutions.intermediate_server.whole import Nation

SECOND, MONTH = timedelta(seconds=1), timedelta(days=30)


@pytest.fixture
def nation() -> Iterator[Nation]:
    """Everything real: core, commission, two servers, one person known to both, an assessment."""
    place = Nation()
    person = place.core.nation.person()
    for owner, addressee in ((ASKER, HERS), (HOLDER, THEIRS), (PORTAL, ACCOUNT)):
        place.acquire(owner, addressee, person)
    place.register_copies(HOLDER, copy_of(THEIRS))
    place.publish_assessment(ASKER)
    yield place
    place.close()


def officer(nation: Nation, name: str = "first", role: str = "linkage-officer") -> Context:
    context = nation.officer(HOLDER, role)
    return replace(context, actor=replace(context.actor, person=name))


def rule(**changes: Any) -> ProvisionRule:
    values: dict[str, Any] = {"rule_id": "", "scope": Scope.KIND, "subject": KIND, "mode": Mode.MANUAL}
    return ProvisionRule(**{**values, "four_eyes": False, "valid_from": TODAY, **changes})


@pytest.mark.requirement("R-219")
def test_an_answer_of_a_manual_kind_waits_for_staff_and_comes_by_itself_after_that(nation: Nation) -> None:
    decisions = nation.server(HOLDER).decisions
    decisions.set_rule(officer(nation), rule=rule())
    asked = nation.inquire(inquiry_of(HERS))
    assert (asked.outcome, asked.waiting_for, asked.waiting_code) == (
        "pending",
        HOLDER,
        "core-answer-awaits-approval",
    )
    assert asked.waiting_since == nation.clock.now()
    [hold] = decisions.holds(officer(nation))
    assert (hold.inquirer, hold.affair, hold.kinds, hold.addressees) == (ASKER, AFFAIR, (KIND,), (THEIRS,))
    assert nation.inquire(inquiry_of(HERS)).outcome == "pending"
    assert len(decisions.holds(officer(nation))) == 1, "asking again queues nothing twice"
    own = nation.server(ASKER).upkeep
    assert own.outages(nation.officer(ASKER)) == [], "waiting for staff is no outage"
    assert decisions.approve_hold(officer(nation), hold_id=hold.hold_id)
    nation.clock.advance(timedelta(minutes=5))
    assert own.retry_pending(nation.officer(ASKER)) == 1
    request = wire.ResultRequest(request_id="request-1")
    assert nation.sealed(ASKER, wire.FETCH_RESULT, request, wire.BusinessAnswer).outcome == "provided"
    with pytest.raises(NotWaiting):
        decisions.approve_hold(officer(nation), hold_id=hold.hold_id)
    later = nation.inquire(inquiry_of(HERS, "request-2"))
    assert later.outcome == "pending", "one approval, one answer"


def test_a_refusal_names_its_reason_and_keeps_the_note(nation: Nation) -> None:
    decisions = nation.server(HOLDER).decisions
    decisions.set_rule(officer(nation), rule=rule())
    nation.inquire(inquiry_of(HERS))
    [hold] = decisions.holds(officer(nation))
    for nothing in ("", "because", "x" * 80):
        with pytest.raises(RefusalReasonMissing):
            decisions.refuse_hold(officer(nation), hold_id=hold.hold_id, refusal=Refusal(nothing))
    note = "the file is with the court"
    decisions.refuse_hold(officer(nation), hold_id=hold.hold_id, refusal=Refusal("record-under-correction", note))
    answer = nation.inquire(inquiry_of(HERS))
    assert (answer.outcome, answer.refused_by) == ("provision-refused-by-officer", f"intermediate-{HOLDER}")
    assert "record-under-correction" in answer.refusal_detail
    assert note not in answer.refusal_detail
    again = nation.inquire(inquiry_of(HERS, "request-2"))
    assert again.outcome == "provision-refused-by-officer", "the same question hears the same for a day"
    nation.clock.advance(timedelta(days=1))
    assert nation.inquire(inquiry_of(HERS, "request-3")).outcome == "pending"


def test_two_officers_approve_where_the_rule_says_so(nation: Nation) -> None:
    decisions = nation.server(HOLDER).decisions
    decisions.set_rule(officer(nation), rule=rule(four_eyes=True))
    nation.inquire(inquiry_of(HERS))
    [hold] = decisions.holds(officer(nation))
    assert not decisions.approve_hold(officer(nation, "first"), hold_id=hold.hold_id)
    with pytest.raises(SecondOfficerNeeded):
        decisions.approve_hold(officer(nation, "first"), hold_id=hold.hold_id)
    assert nation.inquire(inquiry_of(HERS)).outcome == "pending"
    assert decisions.approve_hold(officer(nation, "second"), hold_id=hold.hold_id)
    assert nation.inquire(inquiry_of(HERS)).outcome == "provided"


@pytest.mark.requirement("R-076")
def test_a_rule_about_a_person_answers_no_data_until_the_protection_officer_decides(nation: Nation) -> None:
    decisions = nation.server(HOLDER).decisions
    protection = officer(nation, role="protection-officer")
    decisions.set_rule(protection, rule=rule(scope=Scope.ADDRESSEE, subject=THEIRS))
    answer = nation.inquire(inquiry_of(HERS))
    assert (answer.outcome, answer.waiting_for) == ("no-data", ""), "told as no data, never as a wait"
    [asked] = decisions.approvals(protection)
    decisions.approve_person(protection, approval_id=asked.approval_id)
    assert nation.inquire(inquiry_of(HERS, "request-2")).outcome == "provided"
    assert nation.inquire(inquiry_of(HERS, "request-3")).outcome == "no-data"
    [asked] = decisions.approvals(protection)
    decisions.refuse_person(protection, approval_id=asked.approval_id, refusal=Refusal("person-at-risk"))
    assert decisions.approvals(protection) == []
    assert nation.inquire(inquiry_of(HERS, "request-4")).outcome == "no-data"


@pytest.mark.requirement("R-219")
@pytest.mark.parametrize(("after", "outcome"), [(MONTH - SECOND, "provided"), (MONTH, "pending")])
def test_an_approval_that_nobody_used_ends(nation: Nation, after: timedelta, outcome: str) -> None:
    decisions = nation.server(HOLDER).decisions
    decisions.set_rule(officer(nation), rule=rule())
    nation.inquire(inquiry_of(HERS))
    [hold] = decisions.holds(officer(nation))
    decisions.approve_hold(officer(nation), hold_id=hold.hold_id)
    nation.clock.advance(after)
    assert nation.inquire(inquiry_of(HERS, "later")).outcome == outcome
    assert len(decisions.holds(officer(nation))) == (outcome == "pending"), "staff decides anew"


@pytest.mark.requirement("R-076")
@pytest.mark.parametrize(("after", "outcome"), [(MONTH - SECOND, "provided"), (MONTH, "no-data")])
def test_a_measure_that_was_lifted_for_one_inquiry_is_not_lifted_for_ever(
    nation: Nation, after: timedelta, outcome: str
) -> None:
    server, protection = nation.server(HOLDER), officer(nation, role="protection-officer")
    owner = nation.officer(HOLDER, "owner")
    server.mark_addressee(owner, addressee_number=THEIRS, protected=True)
    assert nation.inquire(inquiry_of(HERS)).outcome == "no-data"
    [asked] = server.decisions.approvals(protection)
    server.decisions.approve_person(protection, approval_id=asked.approval_id)
    nation.clock.advance(after)
    assert nation.inquire(inquiry_of(HERS, "later")).outcome == outcome
    assert len(server.decisions.approvals(protection)) == (outcome == "no-data")


def test_neither_officer_does_the_others_work(nation: Nation) -> None:
    decisions = nation.server(HOLDER).decisions
    linkage, protection = officer(nation), officer(nation, role="protection-officer")
    for wrong in (
        lambda: decisions.holds(protection),
        lambda: decisions.approvals(linkage),
        lambda: decisions.set_rule(protection, rule=rule()),
        lambda: decisions.set_rule(linkage, rule=rule(scope=Scope.ADDRESSEE, subject=THEIRS)),
        lambda: decisions.approve_hold(protection, hold_id="any"),
        lambda: decisions.refuse_person(linkage, approval_id="any", refusal=Refusal("person-at-risk")),
    ):
        with pytest.raises(ActionNotPermitted):
            wrong()


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_from": date(2019, 12, 1)},
        {"valid_until": date(2019, 12, 1)},
        {"subject": "no-such-kind"},
        {"scope": Scope.ADDRESSEE, "subject": "000000000000000"},
        {"scope": Scope.ADDRESSEE, "subject": "no number"},
        {"scope": Scope.ADDRESSEE, "subject": ""},
    ],
)
def test_a_rule_that_cannot_be_is_refused(nation: Nation, changes: dict[str, Any]) -> None:
    role = "protection-officer" if "scope" in changes else "linkage-officer"
    with pytest.raises(RuleImpossible):
        nation.server(HOLDER).decisions.set_rule(officer(nation, role=role), rule=rule(**changes))


def test_what_is_overdue_is_reminded_of_once_a_day_and_told_to_the_owner(nation: Nation) -> None:
    decisions = nation.server(HOLDER).decisions
    decisions.set_rule(officer(nation), rule=rule())
    nation.inquire(inquiry_of(HERS))
    assert decisions.remind(officer(nation)) == 0
    business = nation.owners[HOLDER]
    [waiting] = business.call(f"intermediate-{HOLDER}", WAITING_PROVISIONS, wire.WaitingProvisionsRequest()).waiting
    assert (waiting.inquirer, waiting.lines, waiting.due_at) == (ASKER, 1, due_at(nation.clock.now()))
    nation.clock.set(waiting.due_at)
    assert decisions.remind(officer(nation)) == 1
    state = business.call(f"intermediate-{HOLDER}", SERVER_STATE, wire.ServerStateRequest())
    assert (state.approvals_waiting, state.approvals_overdue) == (1, 1)
    assert decisions.store.unreminded(nation.clock.now() - timedelta(hours=1)) == [], "the reminder is noted"


def test_the_core_keeps_a_case_that_waits_and_asks_less_often_each_time(nation: Nation) -> None:
    nation.server(HOLDER).decisions.set_rule(officer(nation), rule=rule())
    nation.inquire(inquiry_of(HERS))
    core = nation.real[CORE].operations
    context = Context(officer(nation).actor, "information-linkage", "番号法21条", "resume", nation.clock, "trace")
    machinery = replace(context, actor=replace(context.actor, institution=CORE, role="machinery"))
    store = core.carry_out.store if hasattr(core, "carry_out") else None
    assert core.resume_cases(machinery) == 0
    if store is not None:
        assert store.pending(nation.clock.now(), nation.clock.now(), 10) == [], "not due before its wait is over"
    nation.clock.advance(timedelta(seconds=16))
    [hold] = nation.server(HOLDER).decisions.holds(officer(nation))
    nation.server(HOLDER).decisions.approve_hold(officer(nation), hold_id=hold.hold_id)
    assert core.resume_cases(machinery) == 1, "the core fetched the answer without being asked"
    assert nation.inquire(inquiry_of(HERS)).outcome == "provided"


# --- the rules alone


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (datetime(2019, 12, 2, 9, tzinfo=JST), datetime(2019, 12, 6, tzinfo=JST)),
        (datetime(2019, 12, 4, 23, 59, tzinfo=JST), datetime(2019, 12, 10, tzinfo=JST)),
        (datetime(2019, 12, 6, 9, tzinfo=JST), datetime(2019, 12, 12, tzinfo=JST)),
        (datetime(2019, 12, 7, 9, tzinfo=JST), datetime(2019, 12, 12, tzinfo=JST)),
        (datetime(2017, 11, 10, 9, tzinfo=JST), datetime(2017, 11, 18, tzinfo=JST)),
        (datetime(2017, 11, 13, 0, 0, tzinfo=JST), datetime(2017, 11, 17, tzinfo=JST)),
    ],
)
def test_a_decision_is_due_after_working_days_that_the_rule_of_the_day_gives(asked: datetime, due: datetime) -> None:
    assert due_at(asked) == due


def test_the_rule_that_began_last_counts_and_its_last_day_too() -> None:
    first = rule(valid_until=date(2019, 12, 10))
    second = rule(rule_id="b", mode=Mode.AUTOMATIC, valid_from=date(2019, 12, 5))
    assert first.speaks_on(date(2019, 12, 10))
    assert not first.speaks_on(date(2019, 12, 11))
    assert not first.speaks_on(date(2019, 12, 1))
    assert RulesOfDay((first,)).holds_kinds([KIND, "pension-enrolment"])
    assert not RulesOfDay((first, second)).holds_kinds([KIND])
    assert not RulesOfDay((first,)).holds_kinds(["pension-enrolment"])

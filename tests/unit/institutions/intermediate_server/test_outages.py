"""Somebody is away: what is asked is queued, told with since when, and goes on by itself (R-219)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mizuhiki.institutions.intermediate_server.domain.outages import after_failure, wait_after
from mizuhiki.wire import intermediate_server as wire
from support.conversion import COMMISSION, CORE
from unit.institutions.intermediate_server.kit import ASKER, HERS, HOLDER, THEIRS, copy_of, inquiry_of
from unit.institutions.intermediate_server.whole import Nation

NOW = datetime(2019, 12, 2, tzinfo=UTC)


@pytest.fixture
def nation() -> Iterator[Nation]:
    place = Nation()
    person = place.core.nation.person()
    for owner, addressee in ((ASKER, HERS), (HOLDER, THEIRS)):
        place.acquire(owner, addressee, person)
    place.register_copies(HOLDER, copy_of(THEIRS))
    place.publish_assessment(ASKER)
    yield place
    place.close()


def away(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Content-Length", "0")])
    return [b""]


def fetched(nation: Nation, request_id: str = "request-1") -> wire.BusinessAnswer:
    answer: wire.BusinessAnswer = nation.sealed(
        ASKER, wire.FETCH_RESULT, wire.ResultRequest(request_id=request_id), wire.BusinessAnswer
    )
    return answer


@pytest.mark.requirement("R-219")
def test_while_the_provider_is_down_inquiries_queue_and_go_on_when_it_is_back(nation: Nation) -> None:
    nation.doors[HOLDER] = away
    since = nation.clock.now()
    for number in (1, 2, 3):
        told = nation.inquire(inquiry_of(HERS, f"request-{number}"))
        assert (told.outcome, told.waiting_for, told.waiting_since) == ("pending", HOLDER, since)
        assert told.waiting_code == "core-recipient-unavailable"
    upkeep, officer = nation.server(ASKER).upkeep, nation.officer(ASKER)
    [outage] = upkeep.outages(officer, open_only=True)
    assert (outage.target, outage.since, outage.ended_at) == (HOLDER, since, None)
    state = nation.owners[ASKER].call(f"intermediate-{ASKER}", wire.SERVER_STATE, wire.ServerStateRequest())
    assert (state.inquiries_waiting, [one.institution for one in state.outages]) == (3, [HOLDER])
    assert upkeep.retry_pending(officer) == 0, "nothing is due yet"
    nation.clock.advance(timedelta(minutes=2))
    assert upkeep.retry_pending(officer) == 1, "one knocks for all that wait at the same door"
    assert fetched(nation, "request-3").waiting_since == since
    nation.doors[HOLDER] = nation.apps[HOLDER].wsgi
    nation.clock.advance(timedelta(minutes=30))
    assert upkeep.retry_pending(officer) == 3
    for number in (1, 2, 3):
        assert fetched(nation, f"request-{number}").outcome == "provided"
    [ended] = upkeep.outages(officer)
    assert ended.ended_at == nation.clock.now()
    assert upkeep.queue(officer) == []
    assert nation.server(ASKER).reconcile(officer) == []


def test_an_answer_from_one_that_was_away_frees_everything_that_waits_for_it(nation: Nation) -> None:
    nation.doors[HOLDER] = away
    nation.inquire(inquiry_of(HERS, "request-1"))
    nation.inquire(inquiry_of(HERS, "request-2"))
    nation.doors[HOLDER] = nation.apps[HOLDER].wsgi
    assert nation.inquire(inquiry_of(HERS, "request-2")).outcome == "provided", "a person may press the button"
    assert nation.server(ASKER).upkeep.retry_pending(nation.officer(ASKER)) == 1
    assert fetched(nation).outcome == "provided"


@pytest.mark.parametrize(
    ("stopped", "target", "code"),
    [(CORE, CORE, "peer-unavailable"), (COMMISSION, COMMISSION, "core-commission-unavailable")],
)
def test_it_is_told_who_is_away(nation: Nation, stopped: Any, target: str, code: str) -> None:
    nation.doors[stopped] = away
    told = nation.inquire(inquiry_of(HERS))
    assert (told.outcome, told.waiting_for, told.waiting_code) == ("pending", target, code)
    nation.doors[stopped] = nation.real[stopped].wsgi
    nation.clock.advance(timedelta(minutes=1))
    assert nation.server(ASKER).upkeep.retry_pending(nation.officer(ASKER)) == 1
    assert fetched(nation).outcome == "provided"


def test_the_waits_double_up_to_half_an_hour() -> None:
    assert [wait_after(n).total_seconds() / 60 for n in range(1, 9)] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert wait_after(10_000) == timedelta(minutes=30)


def test_a_wait_for_somebody_else_or_something_else_begins_anew() -> None:
    first = after_failure(None, "a", "x", NOW)
    second = after_failure(first, "a", "x", NOW + timedelta(minutes=1))
    assert (second.since, second.attempts, second.next_attempt_at) == (NOW, 2, NOW + timedelta(minutes=3))
    other = after_failure(second, "b", "x", NOW + timedelta(minutes=5))
    assert (other.since, other.attempts) == (NOW + timedelta(minutes=5), 1)

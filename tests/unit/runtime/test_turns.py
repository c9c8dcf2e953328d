"""Few requests are worked on at once; who waits for another institution holds up nobody."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest

from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.runtime.turns import Turns, given_up
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind
from mizuhiki.wire.endpoint import Endpoint, Message
from support.environment import make_environment

SECONDS = 30
"""How long a thread waits for another before the test fails; no test waits so long unless it fails."""
FIRST, SECOND = InstitutionId("municipality-452025"), InstitutionId("national-register")


def begun(work: Any) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_no_more_than_the_number_work_at_once_and_everybody_gets_a_turn() -> None:
    turns, guard = Turns(2), threading.Lock()
    inside, most, done = 0, 0, []
    both = threading.Barrier(2)

    def work() -> None:
        nonlocal inside, most
        with turns.taken():
            with guard:
                inside += 1
                most = max(most, inside)
            both.wait(SECONDS)  # passes only if two are inside together
            with guard:
                inside -= 1
                done.append(1)

    threads = [begun(work) for _ in range(8)]
    for thread in threads:
        thread.join(SECONDS)
    assert (most, len(done)) == (2, 8)


def test_who_gave_its_turn_up_lets_another_in_and_takes_it_again() -> None:
    turns = Turns(1)
    entered, go_on = threading.Event(), threading.Event()

    def other() -> None:
        with turns.taken():
            entered.set()
            assert go_on.wait(SECONDS)

    with turns.taken():
        with given_up():
            thread = begun(other)
            assert entered.wait(SECONDS)
            go_on.set()
        thread.join(SECONDS)
        third = begun(other)
        entered.clear()
        assert not entered.is_set()
    third.join(SECONDS)
    assert entered.is_set()


def test_a_failure_gives_the_turn_back() -> None:
    turns = Turns(1)
    for _ in range(2):
        with pytest.raises(KeyError), turns.taken():
            raise KeyError
        with pytest.raises(KeyError), turns.taken(), given_up():
            raise KeyError
    reached = threading.Event()

    def once_more() -> None:
        with turns.taken():
            reached.set()

    begun(once_more).join(SECONDS)
    assert reached.is_set()


class Hop(Message, frozen=True):
    left: int


def endpoint(name: str) -> Endpoint[Hop, Hop]:
    everybody = frozenset({InstitutionKind.MUNICIPALITY, InstitutionKind.NATIONAL_REGISTER})
    return Endpoint(name=name, path=f"/v1/{name}", request=Hop, answer=Hop, callers=everybody, summary="", basis="")


HOP = endpoint("hop")


class HopRefused(Refused):
    """For this test."""

    code = "test-hop-refused"
    title = "Refused"


def _same(api: Api) -> Api:
    return api


def ring() -> Peers:
    """Return the way to two institutions that work on one request at a time and call each other back and forth."""
    transport = InProcessTransport()
    environments = {name: make_environment(name, transport=transport) for name in (FIRST, SECOND)}
    for here, there in ((FIRST, SECOND), (SECOND, FIRST)):
        peers = Peers(environments[here])
        api = Api(environments[here], peers, at_once=1)

        def answer(_call: Call, request: Hop, peers: Peers = peers, there: InstitutionId = there) -> Hop:
            if request.left < 0:
                raise HopRefused
            return peers.call(there, HOP, Hop(left=request.left - 1)) if request.left else request

        api.serve(HOP, answer)
        transport.register(here, partial(_same, api))
    return Peers(environments[FIRST])


def test_institutions_that_call_back_do_not_wait_for_themselves() -> None:
    answers: list[Hop] = []
    peers = ring()
    begun(lambda: answers.append(peers.call(SECOND, HOP, Hop(left=5)))).join(SECONDS)
    assert answers == [Hop(left=0)]


def test_a_refusal_ends_the_turn_of_everybody_on_the_way() -> None:
    answers: list[object] = []
    peers = ring()

    def refused_then_answered() -> None:
        for _ in range(2):
            with pytest.raises(PeerProblem):
                peers.call(SECOND, HOP, Hop(left=-1))
        answers.append(peers.call(SECOND, HOP, Hop(left=3)))

    begun(refused_then_answered).join(SECONDS)
    assert answers == [Hop(left=0)]

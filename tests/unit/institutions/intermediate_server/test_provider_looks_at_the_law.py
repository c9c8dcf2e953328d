"""The provider asks the statute table itself: tickets of converters that both erred, or both lied, open nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire import intermediate_server as wire
from unit.institutions.intermediate_server.kit import (
    ASKER,
    HERS,
    HOLDER,
    PORTAL,
    THEIRS,
    Network,
    copy_of,
    inquiry_of,
    linked,
)

SERVER = intermediate_server_of(HOLDER)
LAST_DAY_ENDS = datetime(2024, 5, 26, 15, 0, tzinfo=UTC)
"""Midnight in Japan after 2024-05-26, the last day of item 74 as the table codes it."""


@pytest.fixture
def network() -> Iterator[Network]:
    """Converters that ask no permission and sign every ticket."""
    place = linked()
    yield place
    place.close()


def provision(network: Network, **changes: Any) -> wire.ProvisionRequest:
    """A delivery with both converters' valid tickets, not yet delivered."""
    network.core.away = True
    network.inquire(inquiry_of(HERS, **changes))
    network.core.away = False
    request: wire.ProvisionRequest = network.core.provision(network.core.submissions[-1])
    return request


def deliver(network: Network, request: wire.ProvisionRequest) -> wire.Provision:
    answer: wire.Provision = network.core.peers.call(SERVER, wire.PROVIDE, request)
    return answer


@pytest.mark.requirement("R-031")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kinds": ["medical-insurance"]}, "no-statute-row"),
        ({"kinds": ["local-tax", "medical-insurance"]}, "no-statute-row"),
        ({"procedure": "child-allowance.notice"}, "no-statute-row"),
        ({"affair": "student-aid"}, "affair-of-others"),
        ({"affair": "no-such-affair"}, "affair-not-lawful"),
    ],
    ids=["kind", "one of two kinds", "procedure", "affair of others", "no affair"],
)
def test_two_good_tickets_without_a_row_are_refused_and_leave_nothing(
    network: Network, changes: dict[str, Any], code: str
) -> None:
    request = provision(network, **changes)
    with pytest.raises(PeerProblem) as refused:
        deliver(network, request)
    assert refused.value.peer_code == code
    officer = network.officer(HOLDER)
    assert network.server(HOLDER).upkeep.outcomes(officer) == {}
    assert network.server(HOLDER).cases(officer) == []
    assert network.inquire(inquiry_of(HERS, **changes)).outcome == code


@pytest.mark.requirement("R-031")
def test_a_row_that_ended_while_the_case_was_on_its_way_permits_nothing_any_more(network: Network) -> None:
    network.clock.set(LAST_DAY_ENDS - timedelta(minutes=1))
    request = provision(network)
    network.clock.set(LAST_DAY_ENDS)
    with pytest.raises(PeerProblem) as refused:
        deliver(network, request)
    assert refused.value.peer_code == "statute-row-not-in-force"


def test_what_was_answered_on_the_last_day_is_repeated_after_it(network: Network) -> None:
    network.register_copies(HOLDER, copy_of(THEIRS, version=2))
    network.clock.set(LAST_DAY_ENDS - timedelta(minutes=1))
    request = provision(network)
    first = deliver(network, request)
    network.clock.set(LAST_DAY_ENDS)
    assert deliver(network, request) == first


def test_a_body_that_no_row_names_as_provider_gives_nothing(network: Network) -> None:
    """The portal's server holds a copy of nothing in law, whatever the tickets say."""
    network.core.away = True
    network.inquire(inquiry_of(HERS, provider=PORTAL))
    network.core.away = False
    with pytest.raises(PeerProblem) as refused:
        network.core.peers.call(
            intermediate_server_of(PORTAL), wire.PROVIDE, network.core.provision(network.core.submissions[-1])
        )
    assert refused.value.peer_code == "no-statute-row"


def test_the_asker_is_told_which_rule_its_provider_applied(network: Network) -> None:
    answer = network.inquire(inquiry_of(HERS, kinds=["medical-insurance"]))
    assert (answer.outcome, InstitutionId(answer.refused_by)) == ("no-statute-row", SERVER)
    assert network.server(ASKER).upkeep.outcomes(network.officer(ASKER)) == {"no-statute-row": 1}

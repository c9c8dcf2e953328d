"""A peer that shares no network with us is refused, whatever it may call otherwise (R-223)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerRefused
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.linkage import NetworkZone
from mizuhiki.wire import linkage_core
from mizuhiki.wire.common import KEY_SET, KeySetRequest
from support.environment import make_directory, make_environment, serve_fake

CORE, ASKER = InstitutionId("linkage-core"), InstitutionId("intermediate-pension-service")


def called(directory: Directory) -> Any:
    transport = InProcessTransport()
    answer = linkage_core.Reconciliation(exchanges=[])
    serve_fake(transport, CORE, {linkage_core.RECONCILE: lambda _call, _asked: answer}, directory=directory)
    peers = Peers(make_environment(ASKER, transport=transport, directory=directory))
    return peers.call(CORE, linkage_core.RECONCILE, linkage_core.ReconciliationRequest(exchanges=[]))


def with_zones(*zones: NetworkZone) -> Directory:
    """The directory of the tests with the asker's networks stated."""
    return Directory(
        msgspec.structs.replace(entry, zones=zones) if entry.institution == ASKER else entry
        for entry in make_directory((CORE, ASKER))
    )


@pytest.mark.requirement("R-223")
def test_a_peer_outside_its_network_is_refused() -> None:
    assert called(with_zones()) == linkage_core.Reconciliation(exchanges=[])
    assert called(with_zones(NetworkZone.INTERNET, NetworkZone.GOVERNMENT))
    for outside in (NetworkZone.INTERNET, NetworkZone.REGISTER):
        with pytest.raises(PeerRefused) as refused:
            called(with_zones(outside))
        assert refused.value.peer_code == "peer-outside-zone"


def test_a_key_set_is_given_beyond_the_network_since_answers_are_sealed_end_to_end() -> None:
    directory = with_zones(NetworkZone.REGISTER)
    transport = InProcessTransport()
    serve_fake(transport, CORE, {}, directory=directory)
    peers = Peers(make_environment(ASKER, transport=transport, directory=directory))
    assert peers.call(CORE, KEY_SET, KeySetRequest())


def test_the_networks_stand_in_the_published_directory() -> None:
    read = Directory.from_json(with_zones(NetworkZone.INTERNET).to_json())
    assert read.entry(ASKER).networks == {NetworkZone.INTERNET}
    assert NetworkZone.LGWAN in read.entry(CORE).networks

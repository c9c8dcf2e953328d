"""Linkage is between offices of government: nobody private has a door to it (番号法19条8号; R-258)."""

from __future__ import annotations

from typing import Any

import pytest

from mizuhiki.vocabulary.ids import InstitutionKind
from mizuhiki.wire import commission, intermediate_server, linkage_core
from mizuhiki.wire.endpoint import Endpoint

OPEN_TO_ALL = {"linkage_core.joint_key", "commission.joint_key_contribution"}
"""Public keys with their proofs: they say nothing of anybody."""
DOORS: tuple[Endpoint[Any, Any], ...] = (
    *linkage_core.ENDPOINTS,
    *intermediate_server.ENDPOINTS,
    *commission.ENDPOINTS,
)


@pytest.mark.requirement("R-258")
@pytest.mark.parametrize("endpoint", DOORS, ids=lambda endpoint: endpoint.name)
def test_no_endpoint_of_linkage_is_listed_for_private_parties(endpoint: Endpoint[Any, Any]) -> None:
    private = InstitutionKind.OUTSIDE_PARTIES in endpoint.callers
    assert private == (endpoint.name in OPEN_TO_ALL)

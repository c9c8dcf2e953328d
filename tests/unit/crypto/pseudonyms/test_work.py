"""How many multiplications a conversion about one person takes: none is done twice (decision 0084)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import rbcl

from mizuhiki.crypto.pseudonyms import group
from support.conversion import A, B, Nation


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count libsodium's multiplications."""
    counts: Counter[str] = Counter()

    class Counting:
        def __getattr__(self, name: str) -> Any:
            counts["multiplications"] += "scalarmult" in name
            return getattr(rbcl, name)

    monkeypatch.setattr(group, "rbcl", Counting())
    return counts


def test_one_person_is_converted_in_four_multiplications_proved_in_seven_and_checked_in_ten(
    counted: Counter[str],
) -> None:
    nation = Nation()
    inputs = nation.encrypt(nation.person())
    nation.half(nation.commission, inputs, A, B, nation.joint_key)
    counted.clear()
    half = nation.half(nation.commission, inputs, A, B, nation.joint_key)
    assert counted.total() == 4 + 7
    statement = half.statement()
    counted.clear()
    half.verify(**statement)
    assert counted.total() == 7 + 3


def test_public_points_are_those_of_their_own_institution_generation_and_key() -> None:
    nation, fresh = Nation(), Nation()
    second = nation.commission.key_out(A, 1, nation.joint_key)
    places = [(who, generation) for who in (A, B) for generation in (1, 2)]
    for _ in range(2):
        points = [nation.core.shuffle_point(*place) for place in places]
        points += [nation.core.key_out(*place, key) for place in places for key in (nation.joint_key, second)]
        assert len(set(points)) == len(points) == 12
    assert points[0] == fresh.core.shuffle_point(*places[0])
    assert points[-1] == fresh.core.key_out(*places[-1], second)

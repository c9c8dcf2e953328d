"""How many multiplications a conversion about one person takes: none is done twice (decisions 0084 and 0105)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import rbcl

from mizuhiki.crypto.pseudonyms import arithmetic as chosen
from mizuhiki.crypto.pseudonyms import group
from mizuhiki.crypto.pseudonyms.arithmetic import by_libdecaf
from mizuhiki.crypto.pseudonyms.arithmetic.libdecaf import LibDecaf
from support.conversion import A, B, Half, Nation

BINDINGS = ("multiply", "multiply_by_table", "sum_of_two", "two_multiples")


class CountingSodium:
    """libsodium, with its multiplications counted."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts

    def __getattr__(self, name: str) -> Any:
        self._counts["libsodium"] += "scalarmult" in name
        return getattr(rbcl, name)


class CountingDecaf(LibDecaf):
    """libdecaf, with its multiplications counted by their kind."""

    def __init__(self, name: str, counts: Counter[str]) -> None:
        super().__init__(name)
        for binding in BINDINGS:
            setattr(self, binding, self._counting(binding, counts))

    def _counting(self, binding: str, counts: Counter[str]) -> Callable[..., None]:
        function = getattr(self, binding)

        def counted(*places: int) -> None:
            counts[binding] += 1
            function(*places)

        return counted


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, library: str) -> Counter[str]:
    """Count the multiplications of the library that is tested."""
    counts: Counter[str] = Counter()
    monkeypatch.setattr(group, "rbcl", CountingSodium(counts))
    if library == "libdecaf":
        decaf = by_libdecaf.DecafArithmetic(CountingDecaf(chosen.SONAME, counts))
        for module in ("ciphertexts", "converter", "proofs"):
            monkeypatch.setattr(f"mizuhiki.crypto.pseudonyms.{module}.arithmetic", lambda: decaf)
    return counts


def _work_of(counted: Counter[str], work: Callable[[], Half | None]) -> tuple[Half | None, Counter[str]]:
    counted.clear()
    found = work()
    return found, +counted


EXPECTED = {
    "libsodium": (Counter(libsodium=4 + 7), Counter(libsodium=7 + 3)),
    "libdecaf": (
        Counter(multiply=2 + 2, multiply_by_table=2 + 1, sum_of_two=2),
        Counter(multiply=1, multiply_by_table=1, sum_of_two=4),
    ),
}


def test_one_person_is_converted_proved_and_checked_with_no_multiplication_twice(
    counted: Counter[str], library: str
) -> None:
    nation = Nation()
    inputs = nation.encrypt(nation.person())
    nation.half(nation.commission, inputs, A, B, nation.joint_key)
    half, proving = _work_of(counted, lambda: nation.half(nation.commission, inputs, A, B, nation.joint_key))
    assert half is not None
    statement = half.statement()
    _, checking = _work_of(counted, lambda: half.verify(**statement))
    assert (proving, checking) == EXPECTED[library]


def test_a_line_is_masked_once_for_two_targets(counted: Counter[str], library: str) -> None:
    """Masked once for both; libdecaf multiplies each half for both at once."""
    nation = Nation()
    inputs = nation.encrypt(nation.person())

    def converted() -> None:
        nation.commission.convert_unproved_for(
            inputs, source=A, targets=[B, nation.core.institution], generation=1, key_in=nation.joint_key, batch_id="b"
        )

    converted()
    _, work = _work_of(counted, converted)
    assert (
        work
        == {
            "libsodium": Counter(libsodium=2 + 4),
            "libdecaf": Counter(multiply_by_table=2, two_multiples=2),
        }[library]
    )


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

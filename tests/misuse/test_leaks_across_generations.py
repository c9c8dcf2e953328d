"""The leak test during a change of generation: old and new codes of one institution do not lead to another's (R-027).

As `test_leaks`, on a nation whose codes were renewed: each server holds two of each person. The attack programs know
which old and new code belong together at each server, which is more than any single table tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from misuse.test_leaks import CHANCE, CONVERTERS, PENSION, _converter, _tables, right_ones
from mizuhiki.crypto.pseudonyms import Converter
from mizuhiki.crypto.pseudonyms.group import multiply, scalar_divide
from mizuhiki.institutions.intermediate_server.store.cipher import Cipher
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.local import LocalStage
from support.nation import database_file, opened_copy

CITY = InstitutionId("intermediate-municipality-452025")
Codes = dict[str, dict[int, bytes]]
"""Addressee number to the codes by generation."""
Guess = dict[str, str]


@dataclass(frozen=True)
class Loot:
    """Two servers' codes of both generations, and perhaps one converter's secrets."""

    city: Codes
    pension: Codes
    converter: Converter | None = None


def _codes(stage: LocalStage, institution: InstitutionId) -> Codes:
    cipher = Cipher(institution, stage.nation.environment(institution).keystore)
    found: Codes = {}
    for row in _tables(database_file(stage.nation, institution))["pseudonyms"]:
        code = cipher.decrypt_pseudonym(row["pseudonym_encrypted"], int(row["place"])).reveal()
        found.setdefault(row["addressee_number"], {})[row["generation"]] = code
    return found


def _context(stage: LocalStage, institution: InstitutionId, role: str) -> Context:
    clock = stage.nation.environment(institution).clock
    return Context(Actor(institution, role, "officer"), "information-linkage", "番号法21条の2", "test", clock, "trace")


@pytest.fixture(scope="module")
def loot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Loot, LocalStage]]:
    with opened_copy(tmp_path_factory.mktemp("leaks") / "nation") as stage:
        commission, core = (stage.nation.operations(name).generations for name in CONVERTERS)
        officers = [_context(stage, name, "generation-officer") for name in CONVERTERS]
        commission.open_next(officers[0], generation=2, issue_from=officers[0].now() + timedelta(days=1))
        core.open_next(officers[1], generation=2)
        for name in (CITY, PENSION):
            renewal = stage.nation.operations(name).renewal
            renewal.generations._known = None  # asked for before it was opened
            progress = renewal(_context(stage, name, "machinery"))
            assert (progress.left, progress.stopped_by) == (0, "")
        yield Loot(_codes(stage, CITY), _codes(stage, PENSION)), stage


def _moved(converters: list[Converter], code: bytes, route: tuple[tuple[InstitutionId, int], ...]) -> bytes:
    """A code through the shuffle factors of these converters, from one (institution, generation) to another."""
    (source, old), (target, new) = route
    for converter in converters:
        code = multiply(
            scalar_divide(converter._factor(b"shuffle", target, new), converter._factor(b"shuffle", source, old)), code
        )
    return code


@pytest.fixture(scope="module")
def truth(loot: tuple[Loot, LocalStage]) -> Guess:
    found, stage = loot
    both = [_converter(stage.nation, name) for name in CONVERTERS]
    there = {codes[1]: addressee for addressee, codes in found.pension.items()}
    moved = {a: _moved(both, codes[1], ((CITY, 1), (PENSION, 1))) for a, codes in found.city.items()}
    return {addressee: there[code] for addressee, code in moved.items() if code in there}


def by_shared_code(loot: Loot) -> Guess:
    """Look for a code of either generation that stands at both."""
    known = {code: addressee for addressee, codes in loot.pension.items() for code in codes.values()}
    return {a: known[code] for a, codes in loot.city.items() for code in codes.values() if code in known}


def by_rank_of_both(loot: Loot) -> Guess:
    """Take equal rank, by the old code or by the new, for the same person."""
    guess: Guess = {}
    for generation in (1, 2):
        left, right = (
            sorted((codes[generation], a) for a, codes in side.items()) for side in (loot.city, loot.pension)
        )
        guess |= {one[1]: other[1] for one, other in zip(left, right, strict=False)}
    return guess


def by_one_converters_factors(loot: Loot) -> Guess:
    """Do this converter's half between every pair of generations, and look whether the result is known."""
    assert loot.converter is not None
    known = {code: addressee for addressee, codes in loot.pension.items() for code in codes.values()}
    guess: Guess = {}
    for addressee, codes in loot.city.items():
        for old, code in codes.items():
            for new in (1, 2):
                moved = _moved([loot.converter], code, ((CITY, old), (PENSION, new)))
                if moved in known:
                    guess[addressee] = known[moved]
    return guess


def plant_a_code_kept(loot: Loot, truth: Guess) -> Loot:
    """Let the pension service's new code be the city's old one."""
    pension = {a: dict(codes) for a, codes in loot.pension.items()}
    for addressee, there in truth.items():
        pension[there][2] = loot.city[addressee][1]
    return replace(loot, pension=pension)


def plant_an_order_kept(loot: Loot, truth: Guess) -> Loot:
    """Let new codes keep the order of the city's, among those who are at both."""
    city = {a: codes for a, codes in loot.city.items() if a in truth}
    pension = {truth[a]: {1: loot.pension[truth[a]][1], 2: b"\x01" + codes[2]} for a, codes in city.items()}
    return Loot(city, pension, loot.converter)


def plant_a_lone_renewal(loot: Loot, truth: Guess) -> Loot:
    """Let new codes at the pension service be what one converter alone makes of the city's old ones."""
    assert loot.converter is not None
    pension = {a: dict(codes) for a, codes in loot.pension.items()}
    for addressee, there in truth.items():
        route = ((CITY, 1), (PENSION, 2))
        pension[there][2] = _moved([loot.converter], loot.city[addressee][1], route)
    return replace(loot, pension=pension)


@pytest.mark.requirement("R-027", "R-032")
@pytest.mark.parametrize(
    ("attack", "plant"), [(by_shared_code, plant_a_code_kept), (by_rank_of_both, plant_an_order_kept)]
)
def test_old_and_new_codes_of_one_server_do_not_lead_to_anothers(
    attack: object, plant: object, loot: tuple[Loot, LocalStage], truth: Guess
) -> None:
    found, _ = loot
    assert len(truth) >= 2 * CHANCE
    assert right_ones(attack(plant(found, truth)), truth) >= 0.9 * len(truth)  # type: ignore[operator] # see the pairs
    assert right_ones(attack(found), truth) <= 2 * CHANCE  # type: ignore[operator] # two matchings by chance


@pytest.mark.requirement("R-027", "R-032")
@pytest.mark.parametrize("name", CONVERTERS)
def test_the_same_with_one_converters_keys_in_every_pair_of_generations(
    name: InstitutionId, loot: tuple[Loot, LocalStage], truth: Guess
) -> None:
    found, stage = loot
    mine = replace(found, converter=_converter(stage.nation, name))
    assert right_ones(by_one_converters_factors(plant_a_lone_renewal(mine, truth)), truth) == len(truth)
    assert right_ones(by_one_converters_factors(mine), truth) == 0

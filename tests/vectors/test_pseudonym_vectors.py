"""vectors/pseudonyms.json, made by the implementation over libsodium, checked by the slow one."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from support import slow_pseudonyms as slow
from support.pseudonym_vectors import make_vectors
from support.slow_ristretto import BASE, L, decode

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "pseudonyms.json").read_text(encoding="utf-8")
)
CONVERTERS = {
    c["institution"]: slow.SlowConverter(c["institution"], bytes.fromhex(c["master"]), bytes.fromhex(c["key"]))
    for c in VECTORS["converters"]
}
RENEWAL: dict[str, Any] = VECTORS["renewal"]
HOPS = pytest.mark.parametrize(
    "hop",
    [*VECTORS["hops"], *RENEWAL["hops"]],
    ids=lambda hop: f"{hop['converter']}:{hop['batch_id']}:{hop.get('target_generation', 1)}",
)


def test_the_implementation_still_makes_the_published_vectors() -> None:
    assert make_vectors() == VECTORS


def test_the_shuffle_base_and_person_points_are_hashes() -> None:
    assert slow.shuffle_base().encode().hex() == VECTORS["shuffle_base"]
    key = bytes.fromhex(VECTORS["register_key"])
    points = [slow.person_point(key, bytes.fromhex(seed)).encode().hex() for seed in VECTORS["person_seeds"]]
    assert points == VECTORS["person_points"]


def test_the_joint_key_is_the_product_of_both_converters_keys_with_proofs() -> None:
    product = 1
    for converter, step in zip(CONVERTERS.values(), VECTORS["joint_key_steps"], strict=True):
        assert slow.joint_step_holds(step)
        assert (converter.y * BASE).encode().hex() == step["own_point"]
        product = product * converter.y % L
        assert (product * BASE).encode().hex() == step["point"]
    assert VECTORS["joint_key"] == VECTORS["joint_key_steps"][-1]["point"]


@HOPS
def test_every_half_of_a_conversion_is_computed_alike(hop: dict[str, Any]) -> None:
    converter = CONVERTERS[hop["converter"]]
    outputs = [[c1.encode().hex(), c2.encode().hex()] for c1, c2 in converter.convert(hop)]
    assert outputs == hop["outputs"]
    reached = hop.get("target_generation", hop["generation"])
    for name, institution, generation in (
        ("source_shuffle_point", hop["source"], hop["generation"]),
        ("target_shuffle_point", hop["target"], reached),
    ):
        factor = converter.factor(b"shuffle", institution, generation)
        assert (factor * slow.shuffle_base()).encode().hex() == hop[name]
    rekey = converter.factor(b"rekey", hop["target"], reached)
    assert (rekey * decode(bytes.fromhex(hop["key_in"]))).encode().hex() == hop["key_out"]
    halves = [bytes.fromhex(half) for pair in hop["inputs"] for half in pair]
    assert slow.sha512("pseudonyms/ciphertexts", *halves).hex() == hop["inputs_root"]


@HOPS
def test_every_proof_holds_for_the_slow_verifier_and_for_nothing_altered(hop: dict[str, Any]) -> None:
    assert slow.proof_holds(hop)
    swapped = copy.deepcopy(hop)
    swapped["outputs"].reverse()
    assert not slow.proof_holds(swapped)
    renamed = {**hop, "batch_id": "another"}
    assert not slow.proof_holds(renamed)


def test_targets_decrypt_to_the_shuffled_person_points() -> None:
    for result in VECTORS["results"]:
        share = [int.from_bytes(bytes.fromhex(text), "little") for text in result["shares"]]
        factor = 1
        for converter, own in zip(CONVERTERS.values(), share, strict=True):
            assert own == converter.y * converter.factor(b"rekey", result["target"], 1) % L
            factor = factor * converter.factor(b"shuffle", result["target"], 1) % L
        expected = [(factor * decode(bytes.fromhex(point))).encode().hex() for point in VECTORS["person_points"]]
        assert result["pseudonyms"] == expected
        last = [hop for hop in VECTORS["hops"] if hop["target"] == result["target"]][-1]
        key = share[0] * share[1]
        opened = [(c2 - key * c1).encode().hex() for c1, c2 in slow.read_pairs(last["outputs"])]
        assert opened == expected


def of_generation(institution: str, generation: int) -> list[str]:
    """The persons' pseudonyms at an institution, from the published secrets."""
    factor = 1
    for converter in CONVERTERS.values():
        factor = factor * converter.factor(b"shuffle", institution, generation) % L
    return [(factor * decode(bytes.fromhex(point))).encode().hex() for point in VECTORS["person_points"]]


def test_a_renewal_gives_the_holder_its_pseudonyms_of_the_next_generation() -> None:
    holder = RENEWAL["hops"][1]["target"]
    assert RENEWAL["encrypted"] == of_generation(holder, 1)
    assert RENEWAL["pseudonyms"] == of_generation(holder, 2)
    shares = [int.from_bytes(bytes.fromhex(text), "little") for text in RENEWAL["shares"]]
    for converter, share in zip(CONVERTERS.values(), shares, strict=True):
        assert share == converter.y * converter.factor(b"rekey", holder, 2) % L
    opened = [c2 - shares[0] * shares[1] * c1 for c1, c2 in slow.read_pairs(RENEWAL["hops"][1]["outputs"])]
    assert [one.encode().hex() for one in opened] == RENEWAL["pseudonyms"]


@pytest.mark.parametrize("opening", RENEWAL["openings"], ids=lambda opening: str(opening["target_generation"]))
def test_what_the_core_opens_in_a_renewal_is_proved_and_is_its_own_pseudonym(opening: dict[str, Any]) -> None:
    assert opening["opened"] == of_generation(opening["converter"], opening["target_generation"])
    assert slow.opening_holds(opening)
    assert not slow.opening_holds({**opening, "opened": opening["opened"][::-1]})
    assert not slow.opening_holds({**opening, "target_generation": 3})

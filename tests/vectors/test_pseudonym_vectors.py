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
HOPS = pytest.mark.parametrize("hop", VECTORS["hops"], ids=lambda hop: f"{hop['converter']}:{hop['batch_id']}")


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
    for name, institution in (("source_shuffle_point", hop["source"]), ("target_shuffle_point", hop["target"])):
        factor = converter.factor(b"shuffle", institution, hop["generation"])
        assert (factor * slow.shuffle_base()).encode().hex() == hop[name]
    rekey = converter.factor(b"rekey", hop["target"], hop["generation"])
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

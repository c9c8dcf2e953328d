"""vectors/ledger.json, recomputed from the text of spec/ledger.md with nothing but hashlib, and by the verifier."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from mizuhiki.ledger import verify as module

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "ledger.json").read_text(encoding="utf-8"))
Json = dict[str, Any]
LABEL = b"mizuhiki/v1/ledger/"


def labelled(use: bytes, *parts: bytes) -> bytes:
    return hashlib.sha256(LABEL + use + b"\n" + b"".join(parts)).digest()


def test_the_leaves_follow_the_specification() -> None:
    leaves = VECTORS["leaves"]
    index = bytes.fromhex(leaves["index_key"])
    message = LABEL + b"index\n" + leaves["origin"].encode() + b"\n" + bytes.fromhex(leaves["person"])
    assert hmac.digest(bytes.fromhex(leaves["secret"]), message, "sha256") == index
    head = bytes(32)
    for number, step in enumerate(leaves["steps"], 1):
        raw = {name: bytes.fromhex(value) for name, value in step.items() if name not in ("entry", "sequence")}
        assert (step["sequence"], raw["previous_head"]) == (number, head)
        assert raw["entry_commitment"] == hmac.digest(raw["entry_key"], step["entry"].encode(), "sha256")
        place = labelled(b"index-commitment", raw["index_nonce"], index, number.to_bytes(8, "big"), head)
        assert raw["index_commitment"] == place
        assert raw["leaf"] == labelled(b"leaf", raw["entry_commitment"], place)
        head = labelled(b"chain", head, raw["leaf"])
        assert raw["head"] == head


@pytest.mark.parametrize("vector", VECTORS["maps"])
def test_the_maps_follow_the_specification(vector: Json) -> None:
    def build(rows: list[Any], depth: int) -> bytes:
        if not rows:
            return bytes(32)
        if len(rows) == 1:
            row = rows[0]
            count = row["count"].to_bytes(8, "big")
            return labelled(b"map-leaf", bytes.fromhex(row["key"]), count, bytes.fromhex(row["head"]))
        halves = [[row for row in rows if f"{int(row['key'], 16):0256b}"[depth] == bit] for bit in "01"]
        return labelled(b"map-node", *(build(half, depth + 1) for half in halves))

    root = build(vector["heads"], 0)
    assert root.hex() == vector["root"]
    assert labelled(b"map-root-leaf", root).hex() == vector["map_root_leaf"]


@pytest.mark.parametrize("vector", VECTORS["bundles"]["true"])
def test_true_bundles_are_accepted(vector: Json) -> None:
    keys = {name: base64.b64decode(key) for name, key in VECTORS["bundles"]["keys"].items()}
    verdict = module.verify(json.dumps(vector["bundle"]), keys)
    assert (verdict.entries, verdict.sealed) == (vector["entries"], vector["sealed"])


@pytest.mark.parametrize("vector", VECTORS["bundles"]["false"], ids=lambda vector: vector["error"])
def test_false_bundles_are_refused_by_name(vector: Json) -> None:
    with pytest.raises(getattr(module, vector["error"])):
        module.verify(json.dumps(vector["bundle"]))

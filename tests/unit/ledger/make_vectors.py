"""Writes vectors/ledger.json with the program's own structures; test_vectors.py checks it with others.

Run from the repository's root: ``PYTHONPATH=src:tests python tests/unit/ledger/make_vectors.py``.
"""

from __future__ import annotations

import base64
import json
import tempfile
from datetime import date
from pathlib import Path

from mizuhiki.crypto.digests import KeyedHmac
from mizuhiki.ledger.leaf import (
    EMPTY_HEAD,
    PersonHead,
    entry_commitment,
    index_commitment,
    leaf_of,
    map_root_leaf,
    next_head,
    person_index,
)
from mizuhiki.ledger.person_map import PersonMap
from mizuhiki.ledger.verify import COMMISSION, BundleRefused, verify
from unit.ledger.kit import ALICE, BOB, ORIGIN, Record, World

VECTORS = Path(__file__).parents[3] / "vectors" / "ledger.json"


def leaf_vector() -> dict[str, object]:
    """One person's first two leaves, step by step."""
    secret, person, origin = bytes(range(32)), b"pseudonym", f"{ORIGIN}/2019"
    index = person_index(KeyedHmac(secret, "sha256"), origin, person)
    head = PersonHead(0, EMPTY_HEAD)
    steps = []
    for number in (1, 2):
        entry = json.dumps({"kind": "exchange", "number": number}).encode()
        key, nonce = bytes([number]) * 32, bytes([number + 16]) * 32
        content = entry_commitment(key, entry)
        place = index_commitment(nonce, index, number, head.head)
        leaf = leaf_of(content, place)
        previous, head = head, next_head(head, leaf)
        steps.append(
            {
                "entry": entry.decode(),
                "entry_key": key.hex(),
                "entry_commitment": content.hex(),
                "index_nonce": nonce.hex(),
                "sequence": number,
                "previous_head": previous.head.hex(),
                "index_commitment": place.hex(),
                "leaf": leaf.hex(),
                "head": head.head.hex(),
            }
        )
    return {
        "secret": secret.hex(),
        "origin": origin,
        "person": person.hex(),
        "index_key": index.hex(),
        "steps": steps,
    }


def map_vectors() -> list[dict[str, object]]:
    """Maps of growing size with their roots and map-root leaves."""
    rows = [(bytes([n * 37 % 256]) + bytes(31), PersonHead(n, bytes([n]) * 32)) for n in range(1, 6)]
    rows.append((rows[0][0][:31] + b"\x01", PersonHead(9, b"\x09" * 32)))
    return [
        {
            "heads": [{"key": key.hex(), "count": head.count, "head": head.head.hex()} for key, head in rows[:size]],
            "root": (root := PersonMap(dict(rows[:size])).root).hex(),
            "map_root_leaf": map_root_leaf(root).hex(),
        }
        for size in range(len(rows) + 1)
    ]


def bundle_vectors() -> dict[str, object]:
    """Two true bundles, and false ones with the name of what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder) / "log.db", seed=b"vectors")
        with world.database.write() as connection:
            for number, person in enumerate((ALICE, BOB, ALICE), 1):
                entry = Record("exchange", number)
                world.ledger.append(connection, person=person, entry=entry, at=world.clock.now())
            sealed = Record("exchange", 4)
            world.ledger.append(
                connection, person=BOB, entry=sealed, at=world.clock.now(), sealed_until=date(2020, 1, 1)
            )
        world.ledger.checkpoint(world.submit)
        alice, absent = world.ledger.bundle(ALICE).to_json(), world.ledger.bundle(b"nobody").to_json()
        keys = {ORIGIN: world.log_signer.public_key, COMMISSION: world.witness_signer.public_key}
        world.close()
    changes = {
        "EntryChanged": ('\\"number\\":3', '\\"number\\":4'),
        "WrongCount": ('"count": 2', '"count": 1'),
        "CheckpointSignatureInvalid": ("/2019\\n5\\n", "/2019\\n6\\n"),
        "ForkOrWrongRoot": ('"map_root_index": 4', '"map_root_index": 3'),
        "CosignatureMissing": (f'"name": "{COMMISSION}"', '"name": "mizuhiki/other"'),
        "MalformedBundle": ('"shard": 2019', '"shard": "2019"'),
    }
    false = []
    for error, (old, new) in changes.items():
        text = alice.replace(old, new, 1)
        try:
            verify(text)
        except BundleRefused as refused:
            if type(refused).__name__ != error:
                raise
        false.append({"error": error, "bundle": json.loads(text)})
    true = [{"entries": 2, "sealed": 1, "bundle": json.loads(alice)}]
    true.append({"entries": 0, "sealed": 1, "bundle": json.loads(absent)})
    return {"keys": {name: base64.b64encode(key).decode() for name, key in keys.items()}, "true": true, "false": false}


def main() -> None:
    """Write the file."""
    vectors = {"format": "mizuhiki/ledger-vectors/v1", "leaves": leaf_vector(), "maps": map_vectors()}
    vectors["bundles"] = bundle_vectors()
    VECTORS.write_text(json.dumps(vectors, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""``mizuhiki ledger verify`` on a bundle that a real log and a real witness made."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mizuhiki.ledger.verify import COMMISSION, main
from mizuhiki.runtime.clock import FixedClock
from support.environment import TEST_INSTANT
from unit.cli.console import Console
from unit.institutions.portal.kit import CoreLog
from unit.ledger.kit import ALICE, BOB, ORIGIN, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "log.db")
    world.append(ALICE, 1, 2)
    world.append(BOB, 3)
    world.ledger.checkpoint(world.submit)
    yield world
    world.close()


@pytest.fixture
def file(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "bundle.json"
    path.write_text(world.ledger.bundle(ALICE).to_json(), encoding="utf-8")
    return path


def published(world: World) -> list[str]:
    keys = {ORIGIN: world.log_signer.public_key, COMMISSION: world.witness_signer.public_key}
    return [part for name, key in keys.items() for part in ("--key", f"{name}={base64.b64encode(key).decode()}")]


@pytest.mark.requirement("R-026")
def test_an_honest_bundle_is_verified_with_published_keys(console: Console, world: World, file: Path) -> None:
    ended = console.run("ledger", "verify", str(file), "--json", *published(world))
    assert ended.code == 0
    assert ended.document["verified"] is True
    assert ended.document["entries"] == 2
    assert not any("taken from the file" in note for note in ended.document["notes"])


def test_without_published_keys_the_answer_says_where_the_keys_came_from(console: Console, file: Path) -> None:
    ended = console.run("ledger", "verify", str(file))
    assert ended.code == 0
    assert "the keys were taken from the file" in ended.out


@pytest.mark.requirement("R-026")
def test_a_bundle_that_lacks_an_entry_is_not_verified(console: Console, file: Path) -> None:
    bundle = json.loads(file.read_text(encoding="utf-8"))
    bundle["shards"][0]["entries"].pop()
    file.write_text(json.dumps(bundle), encoding="utf-8")
    ended = console.run("ledger", "verify", str(file), "--json")
    assert ended.code == 1
    assert ended.document["verified"] is False
    assert ended.document["reason"] == "EntryMissing"


def test_a_file_that_is_no_bundle_is_not_verified(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "picture.json"
    path.write_bytes(b"\xff\xfe")
    ended = console.run("ledger", "verify", str(path))
    assert ended.code == 1
    assert "MalformedBundle" in ended.out


@pytest.mark.parametrize("key", ["", "name", "name=", "=AAAA", "name=not base64", "name=AAAA"])
def test_a_malformed_published_key_is_refused_with_its_code(console: Console, file: Path, key: str) -> None:
    ended = console.run("ledger", "verify", str(file), "--key", key, "--json")
    assert ended.code == 1
    assert ended.document["error"] == "malformed-published-key"


def test_a_file_that_is_not_there_is_a_wrong_call(console: Console, tmp_path: Path) -> None:
    assert console.run("ledger", "verify", str(tmp_path / "absent.json")).code == 2


@pytest.mark.requirement("R-026")
def test_a_reader_who_knows_of_a_renewal_names_it_and_a_record_without_the_link_is_refused(
    console: Console, tmp_path: Path
) -> None:
    log = CoreLog(tmp_path, FixedClock(TEST_INSTANT))
    log.join(b"old", b"new")
    log.join(b"new", b"newest", (2, 3), b"f" * 32)
    whole, part = tmp_path / "whole.json", tmp_path / "part.json"
    whole.write_text(log.bundle(b"newest", b"new", b"old"), encoding="utf-8")
    part.write_text(log.bundle(b"nobody"), encoding="utf-8")
    log.close()
    ended = console.run("ledger", "verify", str(whole), "--json", "--joined", "1:2", "--joined", "2:3")
    assert (ended.code, ended.document["joined"]) == (0, [[1, 2], [2, 3]])
    for file, pair, code in ((whole, "1:3", 1), (part, "1:2", 1), (part, "", 0)):
        options = ("--joined", pair) if pair else ()
        ended = console.run("ledger", "verify", str(file), "--json", *options)
        assert (ended.code, ended.document.get("reason")) == (code, "LinkMissing" if code else None)
        assert main([str(file), *options]) == code, "the copy for auditors says the same"


@pytest.mark.parametrize("pair", ["1", "2:1", "1:1", "0:1", "a:b", "1:2:3"])
def test_two_generations_are_named_the_earlier_first(console: Console, file: Path, pair: str) -> None:
    ended = console.run("ledger", "verify", str(file), "--json", "--joined", pair)
    assert (ended.code, ended.document["error"]) == (1, "malformed-generation-pair")
    with pytest.raises(SystemExit):
        main([str(file), "--joined", pair])

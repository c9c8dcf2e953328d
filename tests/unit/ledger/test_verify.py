"""The stand-alone verifier: accepts honest bundles, names what is wrong with every changed one."""

from __future__ import annotations

import ast
import base64
import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.ledger import verify as module
from mizuhiki.ledger.bundle import MapOpening, map_opening
from mizuhiki.ledger.leaf import SEALED_INDEX_KEY, map_root_leaf
from mizuhiki.ledger.proofs import inclusion_nodes, inclusion_proof, verify_inclusion
from mizuhiki.ledger.verify import (
    COMMISSION,
    BundleRefused,
    CheckpointSignatureInvalid,
    CosignatureMissing,
    EntryChanged,
    EntryMissing,
    ForkOrWrongRoot,
    MalformedBundle,
    UnknownKey,
    WrongCount,
    main,
    verify,
    verify_ed25519,
)
from unit.ledger.kit import ALICE, BOB, CAROL, ORIGIN, KeySigner, World

Json = dict[str, Any]
Change = Callable[[Json], object]

# RFC 8032 §7.1: secret keys are not needed, these are (public key, message, signature).
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("verify") / "log.db")
    world.append(ALICE, 1, 2, 3)
    world.append(BOB, 4)
    world.ledger.checkpoint(world.submit)
    world.append(ALICE, 5)
    world.append(CAROL, 6, sealed_until=date(2020, 1, 31))
    world.append(BOB, 7)
    world.ledger.checkpoint(world.submit)
    yield world
    world.close()


@pytest.fixture(scope="module")
def text(world: World) -> str:
    return world.ledger.bundle(ALICE).to_json()


@pytest.fixture(scope="module")
def keys(world: World) -> dict[str, bytes]:
    return {ORIGIN: world.log_signer.public_key, COMMISSION: world.witness_signer.public_key}


def changed(text: str, change: Change) -> str:
    bundle = json.loads(text)
    change(bundle["shards"][0])
    return json.dumps(bundle)


@pytest.mark.requirement("R-026")
@pytest.mark.requirement("R-033")
@pytest.mark.requirement("R-274")
def test_the_verdict_says_exactly_what_was_proved(text: str, keys: dict[str, bytes]) -> None:
    verdict = verify(text, keys)
    assert verdict.text == (
        "append-only: witnessed by mizuhiki/commission; complete: witnessed by the commission; "
        "except at most 1 sealed entries in the whole log"
    )
    assert verdict.entries == 4
    assert verdict.origins == ("mizuhiki/linkage-core/2019",)
    assert not any("taken from the file" in note for note in verdict.notes)


def test_without_published_keys_the_verdict_says_so(text: str) -> None:
    assert any("taken from the file" in note for note in verify(text).notes)


def test_a_person_without_entries_gets_a_proof_of_absence(world: World, keys: dict[str, bytes]) -> None:
    for person in (CAROL, b"nobody"):
        verdict = verify(world.ledger.bundle(person).to_json(), keys)
        assert (verdict.entries, verdict.sealed) == (0, 1)


def _set(*path_and_value: object) -> Change:
    *path, name, value = path_and_value

    def change(shard: Json) -> None:
        target = shard
        for step in path:
            target = target[step]
        target[name] = value

    return change


OTHER = base64.b64encode(b"o" * 32).decode()

TAMPERINGS = {
    "entry text": (_set("entries", 1, "entry", '{"kind":"exchange","number":9}'), EntryChanged),
    "entry key": (_set("entries", 1, "entry_key", OTHER), EntryChanged),
    "index nonce": (_set("entries", 1, "index_nonce", OTHER), EntryChanged),
    "previous head": (_set("entries", 1, "previous_head", OTHER), EntryChanged),
    "leaf index": (_set("entries", 1, "leaf_index", 3), EntryChanged),
    "inclusion path": (_set("entries", 1, "inclusion", 0, OTHER), EntryChanged),
    "inclusion path cut": (lambda shard: shard["entries"][1]["inclusion"].pop(), EntryChanged),
    "sequence": (_set("entries", 1, "sequence", 9), EntryMissing),
    "first entry gone": (lambda shard: shard["entries"].pop(0), EntryMissing),
    "last entry gone": (lambda shard: shard["entries"].pop(), EntryMissing),
    "entry doubled": (lambda shard: shard["entries"].append(shard["entries"][0]), WrongCount),
    "entries swapped": (lambda shard: shard["entries"].reverse(), WrongCount),
    "count lowered": (_set("person", "count", 3), WrongCount),
    "head": (_set("person", "head", OTHER), WrongCount),
    "map path": (_set("person", "siblings", 0, OTHER), WrongCount),
    "neighbour": (_set("person", "neighbour", {"key": OTHER, "count": 1, "head": OTHER}), WrongCount),
    "sealed count": (_set("sealed", "count", 0), WrongCount),
    "sealed head": (_set("sealed", "head", OTHER), WrongCount),
    "index key": (_set("index_key", OTHER), WrongCount),
    "map root": (_set("map_root", OTHER), ForkOrWrongRoot),
    "map root index": (_set("map_root_index", 0), ForkOrWrongRoot),
    "map root path": (_set("map_root_inclusion", 0, OTHER), ForkOrWrongRoot),
    "origin": (_set("origin", "mizuhiki/other/2019"), ForkOrWrongRoot),
    "shard": (_set("shard", 2018), MalformedBundle),
    "log name": (_set("log", "name", "mizuhiki/other/2019"), CheckpointSignatureInvalid),
    "log key": (_set("log", "public_key", OTHER), CheckpointSignatureInvalid),
    "witness name": (_set("witnesses", 0, "name", "mizuhiki/other"), CosignatureMissing),
    "witness key": (_set("witnesses", 0, "public_key", OTHER), CosignatureMissing),
    "witness gone": (_set("witnesses", []), CosignatureMissing),
    "unknown field": (_set("remark", "all is well"), MalformedBundle),
    "negative number": (_set("map_root_index", -1), MalformedBundle),
    "true for a number": (_set("entries", 0, "sequence", True), MalformedBundle),  # noqa: FBT003 - JSON value
    "a half of a character": (_set("entries", 0, "entry", "\ud800"), MalformedBundle),
    "not base64": (_set("map_root", "%"), MalformedBundle),
    "short base64": (_set("map_root", "AAAA"), MalformedBundle),
    "no list": (_set("entries", {}), MalformedBundle),
}


@pytest.mark.requirement("R-026")
@pytest.mark.parametrize("what", sorted(TAMPERINGS))
def test_each_changed_part_is_refused_by_name(text: str, what: str) -> None:
    change, error = TAMPERINGS[what]
    with pytest.raises(error):
        verify(changed(text, change))


def test_a_changed_checkpoint_body_is_not_signed(text: str) -> None:
    for old, new in (("\n9\n", "\n10\n"), ("linkage-core/2019\n9", "linkage-cora/2019\n9")):

        def change(shard: Json, old: str = old, new: str = new) -> None:
            assert old in shard["checkpoint"]
            shard["checkpoint"] = shard["checkpoint"].replace(old, new, 1)

        with pytest.raises(CheckpointSignatureInvalid):
            verify(changed(text, change))


def test_a_checkpoint_without_the_line_of_the_commission_is_refused(text: str) -> None:
    def change(shard: Json) -> None:
        lines = shard["checkpoint"].splitlines(keepends=True)
        shard["checkpoint"] = "".join(line for line in lines if COMMISSION not in line)

    with pytest.raises(CosignatureMissing):
        verify(changed(text, change))


def test_a_cosignature_with_another_time_is_refused(text: str) -> None:
    def change(shard: Json) -> None:
        body, last = shard["checkpoint"].rsplit(" ", 1)
        raw = bytearray(base64.b64decode(last))
        raw[11] ^= 1
        shard["checkpoint"] = f"{body} {base64.b64encode(bytes(raw)).decode()}\n"

    with pytest.raises(CosignatureMissing):
        verify(changed(text, change))


def test_an_older_map_root_cannot_hide_newer_entries(world: World, text: str, keys: dict[str, bytes]) -> None:
    """An earlier map root is a true leaf of the log; only the last leaf may count."""
    reader = world.ledger._reader
    with world.database.read() as connection:
        old = reader.map_at(connection, 2019, 4)
        alice = world.ledger._index_of(2019, ALICE)
        known = reader.nodes(connection, 2019, inclusion_nodes(4, 9))
    path = inclusion_proof(4, 9, lambda _: known)
    root = base64.b64decode(json.loads(text)["shards"][0]["checkpoint"].splitlines()[2])
    verify_inclusion(map_root_leaf(old.root), 4, 9, path, root)

    def encode(opening: MapOpening) -> Json:
        return {
            "count": opening.count,
            "head": base64.b64encode(opening.head).decode(),
            "siblings": [base64.b64encode(sibling).decode() for sibling in opening.siblings],
            "neighbour": opening.neighbour
            and {
                "key": base64.b64encode(opening.neighbour.key).decode(),
                "count": opening.neighbour.count,
                "head": base64.b64encode(opening.neighbour.head).decode(),
            },
        }

    def change(shard: Json) -> None:
        shard["map_root"] = base64.b64encode(old.root).decode()
        shard["map_root_index"] = 4
        shard["map_root_inclusion"] = [base64.b64encode(part).decode() for part in path]
        shard["person"] = encode(map_opening(old.get(alice), old.prove(alice)))
        shard["sealed"] = encode(map_opening(old.get(SEALED_INDEX_KEY), old.prove(SEALED_INDEX_KEY)))
        shard["entries"].pop()

    with pytest.raises(ForkOrWrongRoot):
        verify(changed(text, change), keys)


def test_entries_of_another_person_cannot_be_passed_off(world: World, text: str) -> None:
    other = json.loads(world.ledger.bundle(BOB).to_json())["shards"][0]
    with pytest.raises(BundleRefused):
        verify(changed(text, lambda shard: shard["entries"].__setitem__(0, other["entries"][0])))


@pytest.mark.parametrize(
    "pin",
    [
        {ORIGIN: bytes(32), COMMISSION: None},
        {ORIGIN: None, COMMISSION: bytes(32)},
        {ORIGIN: None},
        {COMMISSION: None},
        {},
    ],
)
def test_a_key_that_is_not_the_published_one_is_unknown(
    text: str, keys: dict[str, bytes], pin: dict[str, bytes | None]
) -> None:
    with pytest.raises(UnknownKey):
        verify(text, {name: keys[name] if key is None else key for name, key in pin.items()})


def test_a_key_published_for_one_year_is_found_under_its_full_name(text: str, keys: dict[str, bytes]) -> None:
    verify(text, {f"{ORIGIN}/2019": keys[ORIGIN], COMMISSION: keys[COMMISSION]})


def leaves_of(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves_of(part, (*path, name))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from leaves_of(part, (*path, place))
    else:
        yield path


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_no_single_changed_value_is_accepted(text: str, keys: dict[str, bytes], data: st.DataObject) -> None:
    bundle = json.loads(text)
    path = data.draw(st.sampled_from(list(leaves_of(bundle))))
    *steps, last = path
    target = bundle
    for step in steps:
        target = target[step]
    old = target[last]
    if isinstance(old, str):
        place = data.draw(st.integers(0, len(old) - 1))
        new = old[:place] + data.draw(st.characters(codec="utf-8")) + old[place + 1 :]
    else:
        new = data.draw(st.one_of(st.integers(-1, 12), st.none(), st.text(max_size=3)))
    if new == old and type(new) is type(old):
        return
    target[last] = new
    with pytest.raises(BundleRefused):
        verify(json.dumps(bundle), keys)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_no_bundle_with_a_part_removed_is_accepted(text: str, keys: dict[str, bytes], data: st.DataObject) -> None:
    bundle = json.loads(text)
    path = data.draw(st.sampled_from(list(leaves_of(bundle))))
    cut = data.draw(st.integers(1, len(path)))
    target = bundle
    for step in path[: cut - 1]:
        target = target[step]
    del target[path[cut - 1]]
    with pytest.raises(BundleRefused):
        verify(json.dumps(bundle), keys)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "nothing", '{"format":"mizuhiki/ledger-bundle/v1","shards":[]}', "[" * 100_000]
)
def test_other_files_are_malformed(text: str) -> None:
    with pytest.raises(MalformedBundle):
        verify(text)


def test_a_name_that_stands_twice_is_malformed(text: str) -> None:
    with pytest.raises(MalformedBundle):
        verify(text.replace('"format"', '"format": "x", "format"', 1))


def test_the_same_year_twice_is_malformed(text: str) -> None:
    bundle = json.loads(text)
    bundle["shards"].append(copy.deepcopy(bundle["shards"][0]))
    with pytest.raises(MalformedBundle):
        verify(json.dumps(bundle))


@pytest.mark.parametrize("vector", RFC_8032)
def test_the_signatures_of_rfc_8032_verify(vector: tuple[str, str, str]) -> None:
    verify_ed25519(*(bytes.fromhex(part) for part in vector))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 255), st.binary(max_size=80), st.integers(0, 96 * 8 - 1), st.integers(0, 1))
def test_our_ed25519_agrees_with_the_library(seed: int, message: bytes, bit: int, flip: int) -> None:
    signer = KeySigner(seed)
    raw = bytearray(signer.public_key + signer.sign(message))
    if flip:
        raw[bit // 8] ^= 1 << (bit % 8)
    key, signature = bytes(raw[:32]), bytes(raw[32:])
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        expected = True
    except (InvalidSignature, ValueError):
        expected = False
    if expected:
        verify_ed25519(key, message, signature)
    else:
        with pytest.raises(ValueError, match="signature"):
            verify_ed25519(key, message, signature)


def test_a_signature_with_an_unreduced_scalar_or_wrong_length_is_refused() -> None:
    key, message, signature = (bytes.fromhex(part) for part in RFC_8032[1])
    scalar = int.from_bytes(signature[32:], "little") + module._L
    for wrong in (signature[:32] + scalar.to_bytes(32, "little"), signature[:-1], signature + b"\0"):
        with pytest.raises(ValueError, match="signature"):
            verify_ed25519(key, message, wrong)


def test_the_verifier_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names <= sys.stdlib_module_names


@pytest.mark.requirement("R-026")
def test_the_copied_file_runs_alone(tmp_path: Path, text: str, keys: dict[str, bytes]) -> None:
    copied = tmp_path / "verify.py"
    copied.write_bytes(Path(module.__file__).read_bytes())
    bundle = tmp_path / "record.json"
    bundle.write_text(text, encoding="utf-8")
    pins = [f"--key={name}={base64.b64encode(key).decode()}" for name, key in keys.items()]
    command = [sys.executable, "-I", str(copied), str(bundle), *pins]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "4 entries; append-only: witnessed by mizuhiki/commission" in done.stdout
    bundle.write_text(text.replace("exchange", "exchanje", 1), encoding="utf-8")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "NOT VERIFIED (EntryChanged)" in done.stdout


def test_the_command_says_when_the_keys_came_from_the_file(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "record.json"
    bundle.write_text(text, encoding="utf-8")
    assert main([str(bundle)]) == 0
    assert "compare them with the published ones" in capsys.readouterr().out
    assert main([str(tmp_path / "missing.json")]) == 1
    assert main([str(bundle), "--key", "mizuhiki/linkage-core=?"]) == 1

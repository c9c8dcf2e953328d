"""Check a ledger bundle offline, trusting neither the operator nor the rest of this program.

    python verify.py FILE [--key NAME=BASE64 ...] [--joined EARLIER:LATER ...]

This one file needs only the standard library; copy it anywhere. It implements spec/ledger.md §9, RFC 9162 inclusion,
the C2SP checkpoint and co-signature forms, and Ed25519 verification (RFC 8032). Keys given with --key are the ones
published by the institutions; NAME is ``mizuhiki/<institution>`` or the full name in the file. Without them the keys
come from the file itself, which the verdict then says. With --joined 1:2 the file is refused unless it proves that the
chains of these two generations of pseudonyms are joined. Steps 1 to 9 below are those of the specification.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = "mizuhiki/ledger-bundle/v1"
COMMISSION = "mizuhiki/commission"
LABEL = b"mizuhiki/v1/ledger/"
ZERO = bytes(32)

_SHARD = frozenset(
    (
        *("origin", "shard", "index_key", "entries", "person", "sealed", "map_root", "map_root_index"),
        *("map_root_inclusion", "checkpoint", "log", "witnesses"),
    )
)
_ENTRY = frozenset(("sequence", "leaf_index", "entry", "entry_key", "index_nonce", "previous_head", "inclusion"))
_OPENING = frozenset(("count", "head", "siblings", "neighbour"))
_NEIGHBOUR = frozenset(("key", "count", "head"))
_KEY = frozenset(("name", "public_key"))

Json = dict[str, Any]


class BundleRefused(Exception):
    """The bundle does not prove what it claims; the subclass says which part failed."""


class MalformedBundle(BundleRefused):
    """The file is not a bundle of the known format."""


class UnknownKey(BundleRefused):
    """A key of the file is not the published one given by the reader."""


class CheckpointSignatureInvalid(BundleRefused):
    """The log did not sign this checkpoint."""


class CosignatureMissing(BundleRefused):
    """A witness named in the file, or the commission, did not co-sign this checkpoint."""


class ForkOrWrongRoot(BundleRefused):
    """The parts of the file belong to different logs, states or roots."""


class WrongCount(BundleRefused):
    """The log commits to another number of entries."""


class EntryMissing(BundleRefused):
    """The log commits to entries that the file does not have."""


class EntryChanged(BundleRefused):
    """An entry is not the one that was recorded."""


class LinkMissing(BundleRefused):
    """Chains of the file, or generations that the reader names, are joined by no link."""


class LinkContradicted(BundleRefused):
    """The links of the file do not join the chains of one generation each, one after the other."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a bundle proves. `notes` say what the reader still has to do or know.

    `as_of` is the commission's newest co-signature in seconds since 1970: what was recorded later is not in the file.
    `keys_pinned` is false when the keys were taken from the file, which then only agrees with itself. `joined` are the
    generations of pseudonyms whose chains name each other, as (earlier, later).
    """

    origins: tuple[str, ...]
    entries: int
    witnesses: tuple[str, ...]
    sealed: int
    notes: tuple[str, ...]
    as_of: int
    keys_pinned: bool
    joined: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        """The claim, and nothing beyond what was checked."""
        return (
            f"append-only: witnessed by {', '.join(self.witnesses)}; complete: witnessed by the commission; "
            f"except at most {self.sealed} sealed entries in the whole log"
        )


# --- Ed25519 verification, RFC 8032 §5.1.7 ---------------------------------------------------------------------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_SQRT_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def _add(a: _Point, b: _Point) -> _Point:
    left, right = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    c, d = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = right - left, d - c, d + c, right + left
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _multiply(scalar: int, point: _Point) -> _Point:
    result: _Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _decode_point(raw: bytes) -> _Point | None:
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _SQRT_MINUS_1 % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


_BASE = _decode_point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def verify_ed25519(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Check an Ed25519 signature; ValueError when it is not valid."""
    key = _decode_point(public_key) if len(public_key) == 32 else None  # noqa: PLR2004 (RFC 8032: 32-byte keys)
    commitment = _decode_point(signature[:32]) if len(signature) == 64 else None  # noqa: PLR2004 (64-byte signatures)
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or _BASE is None or scalar >= _L:
        raise ValueError("not a key or signature")
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % _L
    left, right = _multiply(scalar, _BASE), _add(commitment, _multiply(challenge, key))
    if (left[0] * right[2] - right[0] * left[2]) % _P or (left[1] * right[2] - right[1] * left[2]) % _P:
        raise ValueError("wrong signature")


# --- reading the file ---


def _no_duplicates(pairs: list[tuple[str, Any]]) -> Json:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise MalformedBundle("a name stands twice")
    return read


def _object(value: object, names: frozenset[str]) -> Json:
    if not isinstance(value, dict) or value.keys() != names:
        raise MalformedBundle(f"expected an object of {', '.join(sorted(names))}")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise MalformedBundle("expected a list")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise MalformedBundle("expected a text")
    return value


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise MalformedBundle("expected a number")
    return value


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedBundle("expected base64") from error
    if base64.b64encode(raw).decode() != text:
        raise MalformedBundle("expected base64 in its one form")
    return raw


def _hash32(value: object) -> bytes:
    raw = _base64(_text(value))
    if len(raw) != len(ZERO):
        raise MalformedBundle("expected 32 bytes in base64")
    return raw


# --- hashes of the log ---


def _labelled(use: str, *parts: bytes) -> bytes:
    return hashlib.sha256(LABEL + use.encode() + b"\n" + b"".join(parts)).digest()


def _map_leaf(key: bytes, count: int, head: bytes) -> bytes:
    return _labelled("map-leaf", key, count.to_bytes(8, "big"), head)


def _included(leaf: bytes, index: int, size: int, path: list[Any], root: bytes) -> bool:
    """RFC 9162 §2.1.3.2."""
    if index >= size:
        return False
    place, last = index, size - 1
    current = hashlib.sha256(b"\x00" + leaf).digest()
    for sibling in map(_hash32, path):
        if last == 0:
            return False
        if place & 1 or place == last:
            current = hashlib.sha256(b"\x01" + sibling + current).digest()
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            current = hashlib.sha256(b"\x01" + current + sibling).digest()
        place, last = place >> 1, last >> 1
    return last == 0 and current == root


def _map_root_from(key: bytes, opening: Json) -> bytes | None:
    """Return the map root that an opening leads to, or None where it contradicts itself."""
    count, head = _number(opening["count"]), _hash32(opening["head"])
    siblings = [_hash32(sibling) for sibling in _list(opening["siblings"])]
    if len(siblings) > 8 * len(key) or (count == 0 and head != ZERO):
        return None
    bits = [key[depth >> 3] >> (7 - (depth & 7)) & 1 for depth in range(len(siblings))]
    current = _map_leaf(key, count, head) if count else ZERO
    if opening["neighbour"] is not None:
        neighbour = _object(opening["neighbour"], _NEIGHBOUR)
        other = _hash32(neighbour["key"])
        shared = all(other[depth >> 3] >> (7 - (depth & 7)) & 1 == bit for depth, bit in enumerate(bits))
        if count or other == key or not shared:
            return None
        current = _map_leaf(other, _number(neighbour["count"]), _hash32(neighbour["head"]))
    for bit, sibling in zip(reversed(bits), reversed(siblings), strict=True):
        current = _labelled("map-node", *((sibling, current) if bit else (current, sibling)))
    return current


# --- the checks ---


def _published(key: Json, pinned: Mapping[str, bytes] | None, short_name: str) -> bool:
    """Tell whether the reader knows this key; a different key under a known name is an error."""
    if pinned is None:
        return True
    known = pinned.get(key["name"], pinned.get(short_name))
    if known is not None and known != _hash32(key["public_key"]):
        raise UnknownKey(f"the key of {key['name']} is not the published one")
    return known is not None


def _signature_lines(text: str) -> tuple[str, list[str], dict[tuple[str, bytes], bytes]]:
    body, separator, below = text.rpartition("\n\n")
    lines = body.split("\n")
    if not separator or not below.endswith("\n") or len(lines) != 3 or not re.fullmatch("0|[1-9][0-9]{0,17}", lines[1]):  # noqa: PLR2004 (C2SP: origin, size, root)
        raise MalformedBundle("the checkpoint has another form")
    found: dict[tuple[str, bytes], bytes] = {}
    for line in below[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014":  # noqa: PLR2004 (C2SP: dash, name, signature)
            raise MalformedBundle("a signature line has another form")
        raw = _base64(parts[2])
        found[parts[1], raw[:4]] = raw[4:]
    return body + "\n", lines, found


def _signature(key: Json, key_type: bytes, lines: Mapping[tuple[str, bytes], bytes]) -> tuple[bytes, bytes]:
    """Return the public key and its signature; KeyError without one."""
    public_key = _hash32(key["public_key"])
    key_id = hashlib.sha256(key["name"].encode() + b"\n" + key_type + public_key).digest()[:4]
    return public_key, lines[key["name"], key_id]


def _check_log_signature(log: Json, body: str, lines: Mapping[tuple[str, bytes], bytes]) -> None:
    try:
        public_key, raw = _signature(log, b"\x01", lines)
        verify_ed25519(public_key, body.encode(), raw)
    except (KeyError, ValueError) as error:
        raise CheckpointSignatureInvalid(f"{log['name']} did not sign the checkpoint") from error


def _check_cosignature(witness: Json, body: str, lines: Mapping[tuple[str, bytes], bytes]) -> int:
    """Check a witness's line and return when it was made, in seconds since 1970."""
    try:
        public_key, raw = _signature(witness, b"\x04", lines)
        made_at = int.from_bytes(raw[:8], "big")
        message = f"cosignature/v1\ntime {made_at}\n{body}"
        verify_ed25519(public_key, message.encode(), raw[8:])
    except (KeyError, ValueError) as error:
        raise CosignatureMissing(f"{witness['name']} did not co-sign the checkpoint") from error
    return made_at


def _check_checkpoint(shard: Json, pinned: Mapping[str, bytes] | None) -> tuple[int, bytes, dict[str, int]]:
    """Do steps 2 and 3 and return the proved size and root, and the witnesses with the time of each."""
    log = _object(shard["log"], _KEY)
    witnesses = [_object(witness, _KEY) for witness in _list(shard["witnesses"])]
    names = [_text(key["name"]) for key in (log, *witnesses)]
    if len(set(names)) != len(names):
        raise MalformedBundle("a key stands twice")
    # 2. the keys, and the log's signature
    if not _published(log, pinned, log["name"].rpartition("/")[0]):
        raise UnknownKey(f"no published key given for {log['name']}")
    body, fields, lines = _signature_lines(_text(shard["checkpoint"]))
    _check_log_signature(log, body, lines)
    if not log["name"] == fields[0] == shard["origin"]:
        raise ForkOrWrongRoot("the checkpoint is that of another log")
    # 3. the witnesses
    known = [witness for witness in witnesses if _published(witness, pinned, witness["name"])]
    proved = {witness["name"]: _check_cosignature(witness, body, lines) for witness in known}
    if COMMISSION not in proved:
        if COMMISSION in names:
            raise UnknownKey(f"no published key given for {COMMISSION}")
        raise CosignatureMissing("the commission did not co-sign the checkpoint")
    return int(fields[1]), _hash32(fields[2]), proved


def _check_map(shard: Json, size: int, root: bytes) -> tuple[Json, int]:
    """Do steps 4 and 5 and return the person's opening and the number of sealed entries."""
    # 4. the map root is the last leaf: an earlier one would hide what came after it
    map_root = _hash32(shard["map_root"])
    index = _number(shard["map_root_index"])
    leaf = _labelled("map-root-leaf", map_root)
    if index != size - 1 or not _included(leaf, index, size, _list(shard["map_root_inclusion"]), root):
        raise ForkOrWrongRoot("the map is not that of the checkpoint")
    # 5. the map holds exactly this many entries for the person and for the sealed chain
    person, sealed = _object(shard["person"], _OPENING), _object(shard["sealed"], _OPENING)
    if _map_root_from(_hash32(shard["index_key"]), person) != map_root:
        raise WrongCount("the log does not commit to this number of entries")
    if _map_root_from(_labelled("sealed-chain"), sealed) != map_root:
        raise WrongCount("the log does not commit to this number of sealed entries")
    return person, _number(sealed["count"])


def _check_entries(shard: Json, person: Json, size: int, root: bytes) -> int:
    """Do steps 6 and 7 and return the number of entries."""
    # 6. exactly as many entries as the map says, without a gap
    entries = [_object(entry, _ENTRY) for entry in _list(shard["entries"])]
    sequences = [_number(entry["sequence"]) for entry in entries]
    if sequences != list(range(1, person["count"] + 1)):
        missing = set(range(1, person["count"] + 1)) - set(sequences)
        if missing:
            raise EntryMissing(f"entry {min(missing)} of {person['count']} is missing")
        raise WrongCount("the file has more entries than the log commits to")
    # 7. each entry opens its leaf, stands in the log, and the chain ends in the head of the map
    head, index_key = ZERO, _hash32(shard["index_key"])
    for entry in entries:
        place = entry["sequence"].to_bytes(8, "big")
        content = hmac.digest(_hash32(entry["entry_key"]), _text(entry["entry"]).encode(), "sha256")
        index = _labelled("index-commitment", _hash32(entry["index_nonce"]), index_key, place, head)
        leaf = _labelled("leaf", content, index)
        path = _list(entry["inclusion"])
        chained = _hash32(entry["previous_head"]) == head
        if not chained or not _included(leaf, _number(entry["leaf_index"]), size, path, root):
            raise EntryChanged(f"entry {entry['sequence']} is not the recorded one")
        head = _labelled("chain", head, leaf)
    if head != _hash32(person["head"]):
        raise EntryChanged("the entries do not end in the recorded head")
    return len(entries)


def _read(text: str) -> list[Json]:
    """Do step 1 and return the shards."""
    try:
        bundle = _object(json.loads(text, object_pairs_hook=_no_duplicates), frozenset(("format", "shards")))
    except (ValueError, RecursionError) as error:
        raise MalformedBundle("not JSON") from error
    shards = [_object(shard, _SHARD) for shard in _list(bundle["shards"])]
    if bundle["format"] != FORMAT or not shards:
        raise MalformedBundle("another format, or no log in the file")
    origins = [_text(shard["origin"]) for shard in shards]
    expected = [f"{origins[0].rpartition('/')[0]}/{_number(shard['shard'])}" for shard in shards]
    chains = {(shard["origin"], _hash32(shard["index_key"])) for shard in shards}
    if origins != expected or len(chains) != len(shards):
        raise MalformedBundle("the shards are not different years of one log")
    if len({origins.count(origin) for origin in origins}) != 1:
        raise MalformedBundle("a year has fewer of the person's chains than another")
    return shards


def _link_of(entry: Json) -> Json | None:
    try:
        content = json.loads(entry["entry"])
    except ValueError:
        return None
    return content if isinstance(content, dict) and content.get("kind") == "generation-link" else None


def _check_links(shards: list[Json], wanted: Collection[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Do steps 8 and 9 and return the generations of pseudonyms whose chains are joined."""
    # 8. an entry that joins two chains names the other, and the other names this one: neither can be left out
    links: dict[tuple[str, tuple[bytes, bytes], str], tuple[int, int]] = {}
    generation_of: dict[tuple[str, bytes], int] = {}
    for shard in shards:
        for content in filter(None, map(_link_of, shard["entries"])):
            origin, own, linked = shard["origin"], _hash32(shard["index_key"]), _hash32(content.get("linked_index"))
            numbers = _number(content.get("generation")), _number(content.get("linked_generation"))
            if generation_of.setdefault((origin, own), numbers[0]) != numbers[0]:
                raise LinkContradicted("a chain is said to be of two generations")
            links[origin, (own, linked), _text(content.get("evidence"))] = numbers
    for (origin, (own, linked), evidence), (number, other) in links.items():
        if (origin, (linked, own), evidence) not in links:
            raise EntryMissing("entries under the person's pseudonym of another generation are missing")
        if number == other or generation_of[origin, linked] != other:
            raise LinkContradicted("a link names another generation than the chain that it leads to")
    # 9. every chain is joined to the others, two generations once
    joined = sorted((number, other) for number, other in links.values() if number < other)
    chains = len(shards) // len({shard["origin"] for shard in shards})
    if len(joined) < chains - 1 or not set(wanted) <= set(joined):
        raise LinkMissing("nothing in the record joins entries under pseudonyms of two generations")
    if len(joined) != chains - 1 or len(set(joined)) != len(joined):
        raise LinkContradicted("two links join the same generations")
    return tuple(joined)


def verify(text: str, keys: Mapping[str, bytes] | None = None, *, joined: Collection[tuple[int, int]] = ()) -> Verdict:
    """Check the text of a bundle; `keys` are the published keys by name, None to take those of the file.

    `joined` are generations of pseudonyms, as (earlier, later), that the reader knows to be one person's: the file must
    join them.

    Raises:
        BundleRefused: by its subclass; nothing of the file may then be relied on.
    """
    origins, total, sealed_total, as_of = [], 0, 0, 0
    witnesses: set[str] | None = None
    shards = _read(text)
    for shard in shards:
        size, root, proved = _check_checkpoint(shard, keys)
        person, sealed = _check_map(shard, size, root)
        total += _check_entries(shard, person, size, root)
        sealed_total += sealed
        origins.append(shard["origin"])
        witnesses = set(proved) if witnesses is None else witnesses & set(proved)
        as_of = max(as_of, proved[COMMISSION])
    links = _check_links(shards, joined)
    origins = list(dict.fromkeys(origins))
    notes = [f"years checked: {', '.join(origins)}"]
    if links:
        names = ", ".join(f"{earlier} and {later}" for earlier, later in links)
        notes.append(f"the entries stand under {len(links) + 1} pseudonyms that followed each other; all are here")
        notes.append(f"generations whose chains name each other: {names}")
    if keys is None:
        notes.append("the keys were taken from the file: compare them with the published ones")
    signers = tuple(sorted(witnesses or ()))
    return Verdict(tuple(origins), total, signers, sealed_total, tuple(notes), as_of, keys is not None, links)


def pair_of_generations(text: str) -> tuple[int, int]:
    """Read two generations of pseudonyms, the earlier first, as ``1:2``; ValueError when they are not."""
    earlier, later = (int(part) for part in text.split(":"))
    if not 0 < earlier < later:
        raise ValueError(text)
    return earlier, later


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the file named on the command line; 0 when it proves what it claims, 1 when it does not."""
    parser = argparse.ArgumentParser(description="Check a ledger bundle offline.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", action="append", default=[], metavar="NAME=BASE64", help="a published public key")
    parser.add_argument(
        "--joined", action="append", default=[], metavar="EARLIER:LATER", type=pair_of_generations, help="generations"
    )
    options = parser.parse_args(arguments)
    try:
        keys = {name: _hash32(value) for name, _, value in (pair.partition("=") for pair in options.key)}
        verdict = verify(options.file.read_text(encoding="utf-8"), keys or None, joined=options.joined)
    except (BundleRefused, OSError, UnicodeDecodeError) as error:
        sys.stdout.write(f"NOT VERIFIED ({type(error).__name__}): {error}\n")
        return 1
    claim = "VERIFIED" if verdict.keys_pinned else "CONSISTENT with its own keys"
    sys.stdout.write(f"{claim}: {verdict.entries} entries; {verdict.text}\n")
    sys.stdout.writelines(f"note: {note}\n" for note in verdict.notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The pseudonym protocol a second time, over `slow_ristretto` and plain integers; shares no code with the first."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from support.slow_ristretto import BASE, IDENTITY, L, Point, decode, from_hash


def framed(label: str, *parts: bytes) -> bytes:
    name = f"mizuhiki/v1/{label}".encode()
    out = len(name).to_bytes(8, "big") + name + len(parts).to_bytes(8, "big")
    for part in parts:
        out += len(part).to_bytes(8, "big") + part
    return out


def sha512(label: str, *parts: bytes) -> bytes:
    return hashlib.sha512(framed(label, *parts)).digest()


def mac(key: bytes, label: str, *parts: bytes) -> bytes:
    return hmac.new(key, framed(label, *parts), hashlib.sha512).digest()


def scalar(octets: bytes) -> int:
    return int.from_bytes(octets, "little") % L


def number(value: int) -> bytes:
    return value.to_bytes(32, "little")


def shuffle_base() -> Point:
    return from_hash(sha512("pseudonyms/shuffle-base"))


def person_point(register_key: bytes, seed: bytes) -> Point:
    return from_hash(sha512("pseudonyms/person-point", mac(register_key, "pseudonyms/person-seed", seed)))


class SlowConverter:
    def __init__(self, institution: str, master: bytes, key: bytes) -> None:
        self.institution = institution.encode()
        self._master = master
        self.y = scalar(mac(key, "pseudonyms/converter-key", self.institution))

    def factor(self, kind: bytes, institution: str, generation: int) -> int:
        if kind == b"shuffle" and institution == "national-register":
            return 1
        parts = (self.institution, kind, institution.encode(), generation.to_bytes(8, "big"))
        return scalar(mac(self._master, "pseudonyms/factor", *parts))

    def convert(self, hop: dict[str, Any]) -> list[tuple[Point, Point]]:
        generation = hop["generation"]
        reached = hop.get("target_generation", generation)
        n = self.factor(b"shuffle", hop["target"], reached) * pow(
            self.factor(b"shuffle", hop["source"], generation), -1, L
        )
        f = n * pow(self.factor(b"rekey", hop["target"], reached), -1, L)
        key_in = decode(bytes.fromhex(hop["key_in"]))
        outputs = []
        for (c1, c2), drawn in zip(read_pairs(hop["inputs"]), hop["random_bytes"], strict=False):
            rho = scalar(bytes.fromhex(drawn))
            outputs.append((f * (c1 + rho * BASE), n * (c2 + rho * key_in)))
        return outputs


def read_pairs(pairs: list[list[str]]) -> list[tuple[Point, Point]]:
    return [(decode(bytes.fromhex(c1)), decode(bytes.fromhex(c2))) for c1, c2 in pairs]


def batch_root(hop: dict[str, Any]) -> bytes:
    halves = [bytes.fromhex(half) for side in ("inputs", "outputs") for pair in hop[side] for half in pair]
    points = (
        bytes.fromhex(hop[name]) for name in ("source_shuffle_point", "target_shuffle_point", "key_out", "key_in")
    )
    generations = [hop["generation"]]
    renewal = hop.get("target_generation", hop["generation"]) != hop["generation"]
    if renewal:
        generations.append(hop["target_generation"])
    return sha512(
        "pseudonyms/renewal-batch" if renewal else "pseudonyms/batch",
        hop["converter"].encode(),
        hop["source"].encode(),
        hop["target"].encode(),
        *(generation.to_bytes(8, "big") for generation in generations),
        hop["batch_id"].encode(),
        *points,
        len(hop["inputs"]).to_bytes(8, "big"),
        *halves,
    )


def weights_of(root: bytes, count: int) -> list[int]:
    hashed = [sha512("pseudonyms/weight", root, j.to_bytes(8, "big"))[:16] for j in range(1, count)]
    return [1, *(int.from_bytes(weight, "little") for weight in hashed)]


def opening_holds(opening: dict[str, Any]) -> bool:
    """Check the three relations of the proof that the last converter opened its own branch rightly."""
    points = [bytes.fromhex(opening[name]) for name in ("source_shuffle_point", "target_shuffle_point", "key_in")]
    root = sha512(
        "pseudonyms/opening",
        opening["converter"].encode(),
        opening["source"].encode(),
        opening["generation"].to_bytes(8, "big"),
        opening["target_generation"].to_bytes(8, "big"),
        opening["batch_id"].encode(),
        *points,
        len(opening["inputs"]).to_bytes(8, "big"),
        *(bytes.fromhex(half) for pair in opening["inputs"] for half in pair),
        *(bytes.fromhex(one) for one in opening["opened"]),
    )
    a1 = a2 = total = IDENTITY
    opened = [decode(bytes.fromhex(one)) for one in opening["opened"]]
    weights = weights_of(root, len(opened))
    for weight, (c1, c2), one in zip(weights, read_pairs(opening["inputs"]), opened, strict=True):
        a1 += weight * c1
        a2 += weight * c2
        total += weight * one
    s_a, s_t, k_in = (decode(point) for point in points)
    c, n, m = (int.from_bytes(bytes.fromhex(opening["proof"][name]), "little") for name in ("challenge", "n", "m"))
    commitments = (n * s_a - c * s_t, n * k_in - m * BASE, n * a2 - m * a1 - c * total)
    parts = [point.encode() for point in (a1, a2, total, *commitments)]
    return scalar(sha512("pseudonyms/opening-challenge", root, *parts)) == c


def proof_holds(hop: dict[str, Any]) -> bool:
    """Check the four relations with the published proof."""
    root = batch_root(hop)
    weights = weights_of(root, len(hop["inputs"]))
    sums = []
    for side in ("inputs", "outputs"):
        for half in (0, 1):
            total = IDENTITY
            for weight, pair in zip(weights, read_pairs(hop[side]), strict=True):
                total += weight * pair[half]
            sums.append(total)
    a1, a2, b1, b2 = sums
    s_a, s_t, k_in, k_out = (
        decode(bytes.fromhex(hop[name]))
        for name in ("source_shuffle_point", "target_shuffle_point", "key_in", "key_out")
    )
    c, n, f, r = (int.from_bytes(bytes.fromhex(hop["proof"][name]), "little") for name in ("challenge", "n", "f", "r"))
    commitments = (
        n * s_a - c * s_t,
        n * k_in - f * k_out,
        f * a1 + r * BASE - c * b1,
        n * a2 + r * k_out - c * b2,
    )
    parts = [point.encode() for point in (a1, a2, b1, b2, *commitments)]
    return scalar(sha512("pseudonyms/challenge", root, *parts)) == c


def joint_step_holds(step: dict[str, str]) -> bool:
    base, point, own = (decode(bytes.fromhex(step[name])) for name in ("base", "point", "own_point"))
    proof = bytes.fromhex(step["proof"])
    c, z = (int.from_bytes(half, "little") for half in (proof[:32], proof[32:]))
    who = framed("pseudonyms/joint-key-converter", step["converter"].encode())
    parts = [p.encode() for p in (base, point, own, z * BASE - c * own, z * base - c * point)]
    return scalar(sha512("pseudonyms/joint-key", who, *parts)) == c

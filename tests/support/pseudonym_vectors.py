"""Makes vectors/pseudonyms.json with the implementation by libsodium; `python tests/support/pseudonym_vectors.py FILE`.

Every random byte drawn is written into the vectors, so that another implementation can compute every output again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.pseudonyms import (
    BASE,
    SHUFFLE_BASE,
    UNSHUFFLED,
    Ciphertext,
    Converter,
    ciphertexts_root,
    combine_shares,
    decrypt_pseudonym,
    encrypt_pseudonym,
    person_point,
)
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.ids import InstitutionId

HOLDER = InstitutionId("intermediate-municipality-452025")
PROVIDER = InstitutionId("intermediate-pension-service")
CORE = InstitutionId("linkage-core")
COMMISSION = InstitutionId("commission")
GENERATION = 1
NEXT = 2


class RecordingRandomness(SeededRandomness):
    """Remembers what it gave."""

    def __init__(self, seed: bytes) -> None:
        super().__init__(seed)
        self.drawn: list[str] = []

    def bytes(self, n: int) -> bytes:
        octets = super().bytes(n)
        self.drawn.append(octets.hex())
        return octets

    def take(self) -> list[str]:
        taken, self.drawn = self.drawn, []
        return taken


def _pairs(ciphertexts: list[Ciphertext]) -> list[list[str]]:
    return [[c.c1.hex(), c.c2.hex()] for c in ciphertexts]


def _hop(
    converter: Converter,
    inputs: list[Ciphertext],
    route: tuple[InstitutionId, InstitutionId],
    key_in: bytes,
    randomness: RecordingRandomness,
    *,
    reached: int = GENERATION,
) -> tuple[list[Ciphertext], dict[str, Any]]:
    source, target = route
    batch_id = f"{source}>{target}"
    randomness.take()
    outputs, proof = converter.convert(
        inputs,
        source=source,
        target=target,
        generation=GENERATION,
        key_in=key_in,
        batch_id=batch_id,
        randomness=randomness,
        target_generation=reached,
    )
    return outputs, {
        "converter": converter.institution,
        "source": source,
        "target": target,
        "generation": GENERATION,
        "batch_id": batch_id,
        "source_shuffle_point": converter.shuffle_point(source, GENERATION).hex(),
        "target_shuffle_point": converter.shuffle_point(target, reached).hex(),
        "key_in": key_in.hex(),
        "key_out": converter.key_out(target, reached, key_in).hex(),
        "inputs": _pairs(inputs),
        "outputs": _pairs(outputs),
        "inputs_root": ciphertexts_root(inputs).hex(),
        "random_bytes": randomness.take(),
        "proof": {
            "challenge": proof.challenge.hex(),
            "n": proof.n.hex(),
            "f": proof.f.hex(),
            "r": proof.r.hex(),
        },
    }


def _joint_key(converters: list[Converter]) -> tuple[bytes, list[dict[str, str]]]:
    base, steps = BASE, []
    for converter in converters:
        point, proof = converter.joint_contribution(base)
        steps.append(
            {
                "converter": converter.institution,
                "base": base.hex(),
                "point": point.hex(),
                "own_point": converter.public_point().hex(),
                "proof": proof.hex(),
            }
        )
        base = point
    return base, steps


def _renewal(
    first: Converter, second: Converter, joint: bytes, held: list[Any], randomness: RecordingRandomness
) -> dict[str, Any]:
    """Renew the holder's pseudonyms, and link the core's own old and new ones by the same ciphertexts."""
    randomness.take()
    inputs = [encrypt_pseudonym(joint, pseudonym, randomness) for pseudonym in held]
    encryption = randomness.take()
    hops, openings = [], []
    half, hop = _hop(first, inputs, (HOLDER, HOLDER), joint, randomness, reached=NEXT)
    hops.append({**hop, "target_generation": NEXT})
    middle = first.key_out(HOLDER, NEXT, joint)
    whole, hop = _hop(second, half, (HOLDER, HOLDER), middle, randomness, reached=NEXT)
    hops.append({**hop, "target_generation": NEXT})
    shares = [c.share(HOLDER, NEXT) for c in (first, second)]
    key = combine_shares(shares, second.key_out(HOLDER, NEXT, middle))
    for reached in (GENERATION, NEXT):
        half, hop = _hop(first, inputs, (HOLDER, CORE), joint, randomness, reached=reached)
        hops.append({**hop, "target_generation": reached})
        key_in = first.key_out(CORE, reached, joint)
        own = combine_shares([c.share(CORE, reached) for c in (first, second)], second.key_out(CORE, reached, key_in))
        opened = second.open_own(half, source=HOLDER, generation=GENERATION, key=own, target_generation=reached)
        randomness.take()
        proof = second.prove_opening(
            half,
            opened,
            source=HOLDER,
            generation=GENERATION,
            target_generation=reached,
            key_in=key_in,
            key=own,
            batch_id="renewal",
            randomness=randomness,
        )
        openings.append(
            {
                "converter": CORE,
                "source": HOLDER,
                "generation": GENERATION,
                "target_generation": reached,
                "batch_id": "renewal",
                "source_shuffle_point": second.shuffle_point(HOLDER, GENERATION).hex(),
                "target_shuffle_point": second.shuffle_point(CORE, reached).hex(),
                "key_in": key_in.hex(),
                "inputs": _pairs(half),
                "opened": [one.reveal().hex() for one in opened],
                "random_bytes": randomness.take(),
                "proof": {"challenge": proof.challenge.hex(), "n": proof.n.hex(), "m": proof.m.hex()},
            }
        )
    return {
        "encrypted": [pseudonym.reveal().hex() for pseudonym in held],
        "encryption_random_bytes": encryption,
        "hops": hops,
        "openings": openings,
        "shares": [share.hex() for share in shares],
        "pseudonyms": [decrypt_pseudonym(key, one).reveal().hex() for one in whole],
    }


def make_vectors() -> dict[str, Any]:
    """Issue two persons' pseudonyms to a holder, then convert them to a provider and to the core."""
    randomness = RecordingRandomness(b"pseudonym vectors")
    secrets = {name: randomness.bytes(32) for name in ("register", "m1", "k1", "m2", "k2")}
    first = Converter(COMMISSION, SecretKey(secrets["m1"]), SecretKey(secrets["k1"]))
    second = Converter(CORE, SecretKey(secrets["m2"]), SecretKey(secrets["k2"]))
    joint, steps = _joint_key([first, second])
    seeds = [randomness.bytes(16) for _ in range(2)]
    persons = [person_point(SecretKey(secrets["register"]), seed) for seed in seeds]
    held, hops, results = persons, [], []
    for source, target in ((UNSHUFFLED, HOLDER), (HOLDER, PROVIDER), (HOLDER, CORE)):
        randomness.take()
        inputs = [encrypt_pseudonym(joint, pseudonym, randomness) for pseudonym in held]
        encryption = randomness.take()
        half, first_hop = _hop(first, inputs, (source, target), joint, randomness)
        middle = first.key_out(target, GENERATION, joint)
        whole, second_hop = _hop(second, half, (source, target), middle, randomness)
        shares = [c.share(target, GENERATION) for c in (first, second)]
        key = combine_shares(shares, second.key_out(target, GENERATION, middle))
        found = [decrypt_pseudonym(key, ciphertext) for ciphertext in whole]
        hops += [first_hop, second_hop]
        results.append(
            {
                "target": target,
                "encrypted": [pseudonym.reveal().hex() for pseudonym in held],
                "encryption_random_bytes": encryption,
                "shares": [share.hex() for share in shares],
                "pseudonyms": [pseudonym.reveal().hex() for pseudonym in found],
            }
        )
        held = found if source == UNSHUFFLED else held
    renewal = _renewal(first, second, joint, held, randomness)
    return {
        "about": "ristretto255 pseudonyms: issue and conversion by two converters; made by libsodium",
        "shuffle_base": SHUFFLE_BASE.hex(),
        "register_key": secrets["register"].hex(),
        "converters": [
            {"institution": COMMISSION, "master": secrets["m1"].hex(), "key": secrets["k1"].hex()},
            {"institution": CORE, "master": secrets["m2"].hex(), "key": secrets["k2"].hex()},
        ],
        "joint_key": joint.hex(),
        "joint_key_steps": steps,
        "person_seeds": [seed.hex() for seed in seeds],
        "person_points": [person.reveal().hex() for person in persons],
        "hops": hops,
        "results": results,
        "renewal": renewal,
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(make_vectors(), indent=1) + "\n", encoding="utf-8")

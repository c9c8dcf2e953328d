"""Making Individual Numbers: by converting the resident record code, and what the plain alternative would cost.

The Act has numbers made by conversion of the resident record code (番号法8条2項), which FF1 does without a table. The
alternative it is compared with draws random digits and lets a UNIQUE index refuse duplicates. Keyed index and
encryption at rest, which every stored number needs in either way, are measured beside them.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.measurement import Measurement, per_second
from mizuhiki.crypto.at_rest import encrypt_at_rest, keyed_index
from mizuhiki.crypto.keystore import MemoryKeystore, SecretPurpose
from mizuhiki.crypto.number_generation import generate_number
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.numbers import (
    ResidentRecordCode,
    individual_number_check_digit,
    resident_record_code_check_digit,
)

COUNT = 5_000
BODY = 10**10
REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)


def run() -> Iterator[Measurement]:
    """Measure each way with one worker."""
    randomness = SeededRandomness(b"benchmark")
    keystore = MemoryKeystore(randomness)
    bodies = [f"{randomness.below(BODY):010d}" for _ in range(COUNT)]
    codes = [ResidentRecordCode.parse(body + resident_record_code_check_digit(body)) for body in bodies]

    def convert() -> int:
        key = keystore.secret(SecretPurpose.NUMBER_GENERATION)
        return len([generate_number(key, code, 0) for code in codes])

    def draw() -> int:
        with tempfile.TemporaryDirectory() as folder:
            return _draw_unique(Path(folder) / "numbers.sqlite", randomness)

    def index() -> int:
        key = keystore.secret(SecretPurpose.NUMBER_INDEX)
        purpose = "individual-number"
        return len([keyed_index(key, body.encode(), institution=REGISTER, purpose=purpose) for body in bodies])

    def encrypt() -> int:
        key = keystore.secret(SecretPurpose.NUMBER_AT_REST)
        seal = partial(encrypt_at_rest, key, institution=REGISTER, table="persons", column="number_encrypted")
        return len([seal(body.encode(), row=str(row)) for row, body in enumerate(bodies)])

    yield Measurement("converted from the resident record code (FF1)", per_second(convert), "numbers/s")
    yield Measurement("drawn at random, UNIQUE index, one commit", per_second(draw), "numbers/s")
    yield Measurement("keyed index", per_second(index), "numbers/s")
    yield Measurement("encrypted at rest", per_second(encrypt), "numbers/s")


def _draw_unique(path: Path, randomness: SeededRandomness) -> int:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE number (digits TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")
    stored = 0
    with connection:
        while stored < COUNT:
            body = f"{randomness.below(10 * BODY):011d}"
            digits = body + individual_number_check_digit(body)
            stored += connection.execute("INSERT OR IGNORE INTO number VALUES (?)", (digits,)).rowcount
    connection.close()
    return stored

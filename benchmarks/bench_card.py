"""The chip: a signature over the in-process transport against the bare key, and opening cards of a large cabinet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.measurement import Measurement, per_second
from mizuhiki.card.cabinet import CardCabinet, KeyPool
from mizuhiki.card.chip import Chip
from mizuhiki.card.generation import card_generation
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.store import FileCardStore
from mizuhiki.crypto.card_keys import SHA256_DIGEST_INFO_PREFIX, CardKey, CardKeyAlgorithm, CardSecret
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode, resident_record_code_check_digit
from mizuhiki.vocabulary.persons import FourItems, Sex

ROUNDS = 300
CARDS = 200
PERSON = FourItems("負荷　試験", "フカ　シケン", date(1988, 5, 17), Sex.FEMALE, "東京都千代田区一番町一番地")
CODE = "1234567890" + resident_record_code_check_digit("1234567890")


def make_card(path: Path, secret: CardSecret, pool: KeyPool) -> Chip:
    """Make one card of a load test."""
    path.parent.mkdir(parents=True, exist_ok=True)
    chip = Chip.blank(card_generation("2019"), SystemRandomness(), store=FileCardStore(path), secret=secret)
    chip.generate_keys(pool=pool)
    chip.write_items(
        individual_number=IndividualNumber.parse("621498320257"),
        four_items=PERSON,
        resident_record_code=ResidentRecordCode.parse(CODE),
        security_code="4821",
        expires_on=date(2029, 5, 17),
    )
    chip.set_pins(user_identification="2468", items="1357", resident_register="9753", signature="ABC123")
    return chip


def run() -> Iterator[Measurement]:
    """Compare, then open cards one after another."""
    info = SHA256_DIGEST_INFO_PREFIX + bytes(32)
    bare_key = CardKey.generate(CardKeyAlgorithm.RSA_2048)
    secret, pool = CardSecret.from_key(b"b" * 32), KeyPool(4)
    with tempfile.TemporaryDirectory() as folder:
        cabinet = CardCabinet(Path(folder), secret, SystemRandomness())
        reader = InProcessReader(make_card(cabinet.file("000000"), secret, pool))
        reader.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
        reader.transmit(bytes.fromhex("0020009804") + b"2468")
        command = bytes.fromhex("802A009733") + info + b"\x00"

        def bare() -> int:
            for _ in range(ROUNDS):
                bare_key.sign_raw(info)
            return ROUNDS

        def card() -> int:
            for _ in range(ROUNDS):
                reader.transmit(command)
            return ROUNDS

        bare_rate, card_rate = per_second(bare), per_second(card)
        yield Measurement("bare RSA-2048 signatures", bare_rate, "per s")
        yield Measurement("signatures of the chip", card_rate, "per s")
        yield Measurement(
            "chip against bare (half or more: at most twice the time)", 100 * card_rate / bare_rate, "%", 50
        )
        for number in range(1, CARDS):
            make_card(cabinet.file(f"{number:06}"), secret, pool)

        def visit() -> int:
            for number in range(CARDS):
                cabinet.card(f"{number:06}").transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
            return CARDS

        yield Measurement("cards opened from their files", per_second(visit), "per s")
        yield Measurement("cards in memory after it", cabinet.open_cards, "")

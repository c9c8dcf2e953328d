from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from mizuhiki.card.cabinet import CardCabinet, KeyPool
from mizuhiki.card.chip import CardCertificates, Chip
from mizuhiki.card.generation import card_generation
from mizuhiki.card.store import FileCardStore, MemoryCardStore
from mizuhiki.crypto.card_keys import CardKeyAlgorithm, CardSecret
from mizuhiki.crypto.randomness import SeededRandomness

SECRET = CardSecret.from_key(b"s" * 32)


def test_a_cabinet_holds_a_few_cards_in_memory_and_loses_no_tries(tmp_path: Path, template: SimpleNamespace) -> None:
    cabinet = CardCabinet(tmp_path, SECRET, SeededRandomness(b"c"), most_open=2)
    for name in ("0001", "0002", "0003"):
        cabinet.file(name).parent.mkdir(parents=True, exist_ok=True)
        FileCardStore(cabinet.file(name)).save(template.sealed)
    for expected in ("63c2", "63c1"):
        for name in ("0001", "0002", "0003"):
            cabinet.card(name).transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
            assert cabinet.card(name).transmit(bytes.fromhex("002000980430303030")).hex() == expected
            assert cabinet.open_cards <= 2


def test_a_card_with_pooled_keys_says_so_for_good(facts: SimpleNamespace, issuer_key: object) -> None:
    store, pool = MemoryCardStore(), KeyPool(1, CardKeyAlgorithm.P384)
    chip = Chip.blank(card_generation("next"), SeededRandomness(b"p"), store=store, secret=SECRET)
    keys = chip.generate_keys(pool=pool)
    make = facts.certificate_for
    first, second = make(keys.user_identification, "a", issuer_key), make(keys.signature, "b", issuer_key)
    chip.install_certificates(
        CardCertificates(user_identification=first, user_identification_ca=first, signature=second, signature_ca=second)
    )
    chip = Chip.open(store, SECRET, SeededRandomness(b"p"))
    chip.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    assert b"MIZUHIKI-LOAD-TEST" in chip.transmit(bytes.fromhex("00B0860000"))
    with pytest.raises(ValueError, match="another algorithm"):
        pool.take(CardKeyAlgorithm.RSA_2048)


def test_only_load_tests_take_keys_from_a_pool() -> None:
    source = Path(__file__).parents[3] / "src" / "mizuhiki"
    users = [path.name for path in source.rglob("*.py") if "KeyPool" in path.read_text(encoding="utf-8")]
    assert users == ["cabinet.py"]

"""Randomness, labelled hashes, values at rest and number generation."""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections import Counter

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.jp import in_ as stdnum_individual_number

from mizuhiki.crypto.at_rest import StoredValueUnreadable, decrypt_at_rest, encrypt_at_rest, keyed_index, keyed_indexes
from mizuhiki.crypto.digests import (
    KeyedHmac,
    equal,
    framed,
    framed_before,
    framed_last,
    hmac_sha256,
    labelled_hash,
    sha256,
    sha512,
)
from mizuhiki.crypto.ff1 import FF1, FormatMalformed
from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.number_generation import NumberGenerationsExhausted, generate_number
from mizuhiki.crypto.randomness import SeededRandomness, SystemRandomness
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import ResidentRecordCode, resident_record_code_check_digit

MUNICIPALITY = InstitutionId("municipality-452025")
KEY = SecretKey(bytes(range(32)))
PLACE = {"institution": MUNICIPALITY, "table": "person", "column": "number", "row": "7"}


def _code(body: str) -> ResidentRecordCode:
    return ResidentRecordCode.parse(body + resident_record_code_check_digit(body))


def test_seeded_randomness_repeats_itself_and_system_randomness_does_not() -> None:
    assert SeededRandomness(b"x").bytes(100) == SeededRandomness(b"x").bytes(100)
    assert SeededRandomness(b"x").bytes(32) != SeededRandomness(b"y").bytes(32)
    assert SystemRandomness().bytes(16) != SystemRandomness().bytes(16)
    pieces = SeededRandomness(b"x")
    assert pieces.bytes(30) + pieces.bytes(70) == SeededRandomness(b"x").bytes(100)


@pytest.mark.parametrize("source", [SystemRandomness(), SeededRandomness(b"t")])
def test_tokens_are_url_safe_and_bounds_hold(source: SystemRandomness | SeededRandomness) -> None:
    assert len(source.token()) == 22
    assert source.token(9).replace("-", "").replace("_", "").isalnum()
    counts = Counter(source.below(5) for _ in range(500))
    assert set(counts) == set(range(5))
    assert source.below(1) == 0
    with pytest.raises(ValueError, match="positive"):
        source.below(0)


def test_digests_agree_with_the_standard_library() -> None:
    assert sha256(b"m") == hashlib.sha256(b"m").digest()
    assert sha512(b"m") == hashlib.sha512(b"m").digest()
    assert hmac_sha256(b"k", b"m") == hmac.new(b"k", b"m", "sha256").digest()
    assert equal(b"a", b"a")
    assert not equal(b"a", b"b")


@given(st.lists(st.binary(max_size=20), max_size=4), st.lists(st.binary(max_size=20), max_size=4))
def test_no_two_lists_of_parts_are_framed_alike(first: list[bytes], second: list[bytes]) -> None:
    assert (framed("x", *first) == framed("x", *second)) == (first == second)


def test_a_labelled_hash_is_the_hash_of_label_and_lengths() -> None:
    label = b"mizuhiki/v1/ticket"
    expected = len(label).to_bytes(8, "big") + label + (1).to_bytes(8, "big") + (1).to_bytes(8, "big") + b"a"
    assert labelled_hash("ticket", b"a") == hashlib.sha256(expected).digest()
    assert labelled_hash("mizuhiki/v1/ticket", b"a") == labelled_hash("ticket", b"a") != labelled_hash("other", b"a")


def test_a_stored_value_opens_in_its_place_only() -> None:
    stored = encrypt_at_rest(KEY, b"secret", **PLACE)
    assert decrypt_at_rest(KEY, stored, **PLACE) == b"secret"
    assert decrypt_at_rest(KEY, stored, **{**PLACE, "row": 7}) == b"secret"
    assert b"secret" not in stored
    assert encrypt_at_rest(KEY, b"secret", **PLACE) != stored
    for moved in ({"row": "8"}, {"table": "t"}, {"column": "c"}, {"institution": InstitutionId("jpki")}, {"row": b"7"}):
        with pytest.raises(StoredValueUnreadable):
            decrypt_at_rest(KEY, stored, **{**PLACE, **moved})
    flipped = stored[:-1] + bytes([stored[-1] ^ 1])
    for wrong in (flipped, b"", stored[:20], b"\x02" + stored[1:]):
        with pytest.raises(StoredValueUnreadable):
            decrypt_at_rest(KEY, wrong, **PLACE)
    with pytest.raises(StoredValueUnreadable):
        decrypt_at_rest(SecretKey(bytes(32)), stored, **PLACE)


def test_a_stored_value_is_aes_gcm_siv_as_the_module_says() -> None:
    stored = encrypt_at_rest(KEY, b"secret", **PLACE)
    derived = hmac.new(KEY.reveal(), framed("at-rest-key"), "sha256").digest()
    place = framed("at-rest", b"municipality-452025", b"person", b"number", b"t7")
    assert AESGCMSIV(derived).decrypt(stored[1:13], stored[13:], place) == b"secret"


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_keyed_indexes_of_many_are_those_of_each(values: list[bytes]) -> None:
    found = keyed_indexes(KEY, values, institution=MUNICIPALITY, purpose="number")
    assert found == [keyed_index(KEY, value, institution=MUNICIPALITY, purpose="number") for value in values]


def test_a_keyed_index_is_separate_per_institution_purpose_and_key() -> None:
    index = keyed_index(KEY, "1234", institution=MUNICIPALITY, purpose="number")
    assert index == keyed_index(KEY, b"1234", institution=MUNICIPALITY, purpose="number")
    others = {
        keyed_index(KEY, "1234", institution=InstitutionId("jpki"), purpose="number"),
        keyed_index(KEY, "1234", institution=MUNICIPALITY, purpose="code"),
        keyed_index(SecretKey(bytes(32)), "1234", institution=MUNICIPALITY, purpose="number"),
    }
    assert len({index, *others}) == 4


@pytest.mark.parametrize(("digits", "radix"), [("12345", 10), ("12a456", 10), ("", 10), ("abc", 36), ("1" * 5000, 10)])
def test_texts_outside_the_format_or_of_too_small_a_domain_are_refused(digits: str, radix: int) -> None:
    with pytest.raises(FormatMalformed):
        FF1(KEY, radix).encrypt(digits)
    with pytest.raises(FormatMalformed):
        FF1(KEY, 37)


@pytest.mark.requirement("R-008")
@settings(max_examples=60, deadline=None)
@given(st.text("0123456789", min_size=10, max_size=10), st.integers(0, 9), st.binary(min_size=32, max_size=32))
def test_numbers_have_a_valid_check_digit_and_decrypt_to_code_and_generation(
    body: str, generation: int, key: bytes
) -> None:
    number = generate_number(SecretKey(key), _code(body), generation).reveal()
    assert stdnum_individual_number.is_valid(number)
    plain = FF1(SecretKey(key), 10).decrypt(number[:11], b"mizuhiki/v1/individual-number")
    assert plain == f"{body}{generation}"


def test_no_two_codes_or_generations_share_a_number_and_the_eleventh_is_refused() -> None:
    bodies = [f"{body:010d}" for body in range(300)]
    numbers = {generate_number(KEY, _code(body), g).reveal() for body in bodies for g in range(10)}
    assert len(numbers) == 3000
    for generation in (-1, 10):
        with pytest.raises(NumberGenerationsExhausted):
            generate_number(KEY, _code("0000000000"), generation)


def written_out(label: bytes, parts: list[bytes]) -> bytes:
    """Return the framing by the words of its definition."""
    text = struct.pack(">Q", len(label)) + label + struct.pack(">Q", len(parts))
    return text + b"".join(struct.pack(">Q", len(part)) + part for part in parts)


@given(st.lists(st.binary(max_size=3), max_size=40), st.integers(0, 3))
def test_parts_of_one_length_are_framed_as_any_others(parts: list[bytes], length: int) -> None:
    even = [part.ljust(length, b"x")[:length] for part in parts]
    for some in (parts, even):
        assert framed("use", *some) == written_out(b"mizuhiki/v1/use", some)
        assert framed_last(framed_before("use", *some), b"last") == framed("use", *some, b"last")


@given(st.binary(min_size=1, max_size=200), st.lists(st.binary(max_size=300), max_size=4))
def test_a_code_prepared_once_is_the_code_of_each_message(key: bytes, messages: list[bytes]) -> None:
    for name in ("sha256", "sha512"):
        code = KeyedHmac(key, name)
        assert [code(one) for one in messages] == [hmac.digest(key, one, name) for one in messages]
    assert key.hex() not in repr(KeyedHmac(key, "sha256"))

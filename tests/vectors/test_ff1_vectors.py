"""The published FF1 samples, and FF1 written a second time with lists of digits as the standard's pseudocode has it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.crypto.ff1 import FF1
from mizuhiki.crypto.keystore import SecretKey

SAMPLES = json.loads((Path(__file__).parents[2] / "vectors" / "ff1.json").read_text(encoding="utf-8"))["samples"]


def slow_ff1(key: bytes, radix: int, tweak: bytes, numerals: list[int]) -> list[int]:
    """SP 800-38G algorithm 7, steps 1 to 7, one block cipher call at a time."""

    def block(x: bytes) -> bytes:
        encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - the bare block cipher is meant
        return encryptor.update(x) + encryptor.finalize()

    def num(xs: list[int]) -> int:
        value = 0
        for x in xs:
            value = value * radix + x
        return value

    n, t = len(numerals), len(tweak)
    u, v = n // 2, n - n // 2
    a, b = numerals[:u], numerals[u:]
    b_length = -(-((radix**v - 1).bit_length()) // 8)
    d = 4 * -(-b_length // 4) + 4
    p = bytes([1, 2, 1]) + radix.to_bytes(3, "big") + bytes([10, u % 256]) + n.to_bytes(4, "big") + t.to_bytes(4, "big")
    for i in range(10):
        q = tweak + bytes((-t - b_length - 1) % 16) + bytes([i]) + num(b).to_bytes(b_length, "big")
        y = bytes(16)
        for start in range(0, len(p + q), 16):
            y = block(bytes(left ^ right for left, right in zip(y, (p + q)[start : start + 16], strict=True)))
        s = y
        for j in range(1, -(-d // 16)):
            s += block(bytes(left ^ right for left, right in zip(y, j.to_bytes(16, "big"), strict=True)))
        m = u if i % 2 == 0 else v
        c = (num(a) + int.from_bytes(s[:d], "big")) % radix**m
        digits = []
        for _ in range(m):
            c, digit = divmod(c, radix)
            digits.insert(0, digit)
        a, b = b, digits
    return a + b


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_published_samples_hold_both_ways(sample: dict[str, str | int]) -> None:
    cipher = FF1(SecretKey(bytes.fromhex(str(sample["key"]))), int(sample["radix"]))
    tweak = bytes.fromhex(str(sample["tweak"]))
    assert cipher.encrypt(str(sample["plain"]), tweak) == sample["cipher"]
    assert cipher.decrypt(str(sample["cipher"]), tweak) == sample["plain"]


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_second_implementation_gives_the_published_samples(sample: dict[str, str | int]) -> None:
    numerals = [int(digit, 36) for digit in str(sample["plain"])]
    key, tweak = bytes.fromhex(str(sample["key"])), bytes.fromhex(str(sample["tweak"]))
    assert slow_ff1(key, int(sample["radix"]), tweak, numerals) == [int(digit, 36) for digit in str(sample["cipher"])]


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.text("0123456789", min_size=6, max_size=60), st.binary(max_size=40))
def test_both_implementations_agree_on_decimal_texts(key: bytes, digits: str, tweak: bytes) -> None:
    expected = "".join(str(digit) for digit in slow_ff1(key, 10, tweak, [int(digit) for digit in digits]))
    cipher = FF1(SecretKey(key), 10)
    assert cipher.encrypt(digits, tweak) == expected
    assert cipher.decrypt(expected, tweak) == digits

"""Commands that come close to right ones, from a stream of numbers; for the hypothesis test and the soak."""

from __future__ import annotations

from collections.abc import Callable

AIDS = [bytes.fromhex(text) for text in ("D392F000260100000001", "D3921000310001010408", "D3921000310001010401")]
AIDS += [bytes.fromhex(text) for text in ("D3921000310001010402", "A0000001510000", "D392")]
INS = [0x20, 0x20, 0x24, 0x2A, 0x2A, 0x2C, 0x44, 0x46, 0x50, 0x82, 0x84, 0x88, 0xA2, 0xA4, 0xA4, 0xB0, 0xB0, 0xB2, 0xCA]
INS += [0xD6, 0xE4, 0xE6, 0xF0, 0xFF]
PINS = [b"2468", b"ABC123", b"1357", b"9753", b"0000", b"XYZ999", b"621498320257", b"63051720294821", b"630517", b""]
SHORT = [
    0x80,
    0x81,
    0x82,
    0x83,
    0x85,
    0x91,
    0x92,
    0x93,
    0x94,
    0x95,
    0x97,
    0x98,
    0x9A,
    0x9B,
    0x9C,
    0x00,
    0x04,
    0x0C,
    0xFF,
]


def likely_command(below: Callable[[int], int]) -> bytes:
    """Return one command; `below(n)` gives a number in 0 … n-1."""

    def one(values: list[int]) -> int:
        return values[below(len(values))]

    kind = below(8)
    if kind == 0:
        aid = AIDS[below(len(AIDS))]
        return bytes((0x00, 0xA4, 0x04, 0x0C, len(aid))) + aid
    if kind == 1:
        return bytes((0x00, 0xA4, 0x02, 0x0C, 2, 0, 1 + below(0x1E)))
    if kind == 2:
        pin = PINS[below(len(PINS))]
        return bytes((0x00, 0x20, 0x00, one(SHORT), len(pin))) + pin
    if kind == 3:
        return bytes((0x00, 0xB0, one(SHORT), 0x00, 0x00))
    if kind == 4:
        return bytes(below(256) for _ in range(below(24)))
    data = bytes(below(256) for _ in range(below(12)))
    raw = bytes((one([0, 0, 0x80, 0x84, 0x04, 0x10, 0x90, 1]), one(INS), one([*SHORT, 1, 2, 3, 4, 5]), one(SHORT)))
    if data:
        raw += bytes((len(data),)) + data
    return (raw + (b"\x00" if below(2) else b""))[: len(raw) + 1 - below(9) // 8]

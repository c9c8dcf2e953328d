"""Status words (ISO/IEC 7816-4 §5.6) with the meaning the Individual Number Card gives them."""

from __future__ import annotations

import enum

_MOST_TRIES_SHOWN = 15


class StatusWord(enum.IntEnum):
    """The two bytes that end every answer."""

    OK = 0x9000
    SUSPENDED = 0x6283
    ABOLISHED = 0x6285
    AUTHENTICATION_FAILED = 0x6300
    WRONG_LENGTH = 0x6700
    CHANNEL_NOT_SUPPORTED = 0x6881
    SECURE_MESSAGING_NOT_SUPPORTED = 0x6882
    LAST_OF_CHAIN_EXPECTED = 0x6883
    CHAINING_NOT_SUPPORTED = 0x6884
    WRONG_FILE_TYPE = 0x6981
    NOT_AUTHORISED = 0x6982
    PIN_BLOCKED = 0x6984
    CONDITIONS_NOT_MET = 0x6985
    NO_CURRENT_FILE = 0x6986
    SESSION_DATA_WRONG = 0x6988
    BAD_DATA = 0x6A80
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    NO_ROOM = 0x6A84
    WRONG_P1_P2 = 0x6A86
    REFERENCE_NOT_FOUND = 0x6A88
    OFFSET_PAST_END = 0x6B00
    WRONG_LE = 0x6C00
    UNKNOWN_INS = 0x6D00
    UNKNOWN_CLA = 0x6E00


def tries_left_word(tries: int) -> int:
    """Return 63Cx for `tries` left; more than fifteen are shown as fifteen."""
    return 0x63C0 | min(tries, _MOST_TRIES_SHOWN)


def tries_left_of(word: int) -> int | None:
    """Return the tries a 63Cx word tells, or None for any other word."""
    return word & 0x0F if word & 0xFFF0 == 0x63C0 else None  # noqa: PLR2004 - mask and value of one status word

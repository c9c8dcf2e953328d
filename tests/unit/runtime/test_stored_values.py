"""What an institution stores encoded and reads again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from mizuhiki.runtime.stored_values import decode_stored, encode_stored


class Kept(msgspec.Struct, frozen=True):
    """A value with everything that JSON writes as text."""

    seal: bytes
    day: date
    at: datetime
    names: tuple[str, ...]


VALUE = Kept(bytes(range(256)), date(2019, 12, 2), datetime(2019, 12, 2, 1, 2, 3, 456, tzinfo=UTC), ("項目", ""))


def test_a_value_is_read_as_it_was_stored_and_bytes_stay_bytes() -> None:
    assert decode_stored(encode_stored(VALUE), Kept) == VALUE
    assert VALUE.seal in encode_stored(VALUE)
    assert decode_stored(encode_stored([VALUE]), tuple[Kept, ...]) == (VALUE,)
    assert decode_stored(encode_stored({"a": None, "b": True}), dict[str, bool | None]) == {"a": None, "b": True}


def test_what_was_stored_as_json_before_is_still_read() -> None:
    assert decode_stored(msgspec.json.encode(VALUE), Kept) == VALUE
    assert decode_stored(msgspec.json.encode([VALUE]), tuple[Kept, ...]) == (VALUE,)


def test_a_value_of_another_form_is_refused() -> None:
    for stored in (encode_stored({"seal": 1}), msgspec.json.encode({"seal": 1})):
        with pytest.raises(msgspec.ValidationError):
            decode_stored(stored, Kept)

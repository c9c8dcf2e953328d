"""Messages made from their declarations: a well-formed one of each type, and the ways to deform it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

PATTERNED = ("a.b.c", "a", "1", "452025", "1" * 11, "1" * 12, "1" * 13, "1" * 15, "1" * 16, "2-9")
"""Texts for declared patterns; the first that fits is taken."""
WRONG = {"neither": "this"}
"""A JSON object, where the declaration wants anything but that; a struct refuses its unknown field."""


def sample(message_type: Any) -> Any:
    """A well-formed message of the type, as JSON-able builtins; every list has one element."""
    return _of(inspect.type_info(message_type))


def _of(info: inspect.Type) -> Any:  # noqa: PLR0911 - one answer a type
    match info:
        case inspect.StructType(fields=fields):
            return {field.encode_name: _of(field.type) for field in fields}
        case inspect.UnionType(types=types):
            return _of(next(one for one in types if not isinstance(one, inspect.NoneType)))
        case inspect.ListType(item_type=item, min_length=least):
            return [_of(item) for _ in range(max(least or 0, 1))]
        case inspect.VarTupleType(item_type=item):
            return [_of(item)]
        case inspect.DictType(key_type=key, value_type=value):
            return {_of(key): _of(value)}
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.Metadata(type=inner):
            return _of(inner)
        case inspect.CustomType(cls=cls):
            message = f"no sample of {cls}"
            raise TypeError(message)
    return _scalar(info)


def _scalar(info: inspect.Type) -> Any:  # noqa: PLR0911 - one answer a type
    match info:
        case inspect.StrType(min_length=least, pattern=pattern):
            texts = ["x" * max(least or 0, 1), *PATTERNED]
            return next(text for text in texts if pattern is None or re.search(pattern, text))
        case inspect.BytesType(min_length=least):
            return msgspec.to_builtins(b"\1" * max(least or 0, 1))
        case inspect.IntType(ge=least, gt=above):
            return max(1, least or 0, (above or 0) + 1)
        case inspect.BoolType():
            return True
        case inspect.FloatType():
            return 1.5
        case inspect.DateTimeType():
            return dt.datetime(2019, 12, 2, tzinfo=dt.UTC).isoformat()
        case inspect.DateType():
            return "2019-12-02"
    message = f"no sample of {info}"
    raise TypeError(message)


def with_unknown_fields(value: Any) -> Iterator[Any]:
    """The message with one unknown field, at every depth."""
    if isinstance(value, dict):
        yield {**value, "individual_number": "1"}
        for name, inner in value.items():
            for changed in with_unknown_fields(inner):
                yield {**value, name: changed}
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            for changed in with_unknown_fields(inner):
                yield [*value[:position], changed, *value[position + 1 :]]


def with_wrong_types(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The message with one field of another type than declared, for each field."""
    for name, value in message.items():
        yield {**message, name: WRONG}
        yield {**message, name: 17 if isinstance(value, str) else "seventeen"}

"""The only column types a store may use: nine of twelve bare SQLAlchemy types fail in SQLite's STRICT tables.

    type      SQLite (STRICT)                          PostgreSQL                  Python
    Text      TEXT                                     TEXT                        str
    Integer   INTEGER                                  BIGINT                      int
    Digits    INTEGER                                  BIGINT                      str of so many digits
    Blob      BLOB                                     BYTEA                       bytes
    UtcTime   TEXT, fixed width, sorts as it is        TIMESTAMP WITH TIME ZONE    aware datetime, UTC
    Day       TEXT, YYYY-MM-DD                         DATE                        date
    Flag      INTEGER 0 or 1                           BOOLEAN                     bool
    Json      TEXT                                     JSONB                       dict, list, str, int, bool, None

They are re-exported by `runtime.database`, which is where stores import them from.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from types import NoneType
from typing import Any, ClassVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


def _native(dialect: Dialect) -> bool:
    return dialect.name == "postgresql"


Process = Callable[[Any], Any]
"""Turns a value of Python into the driver's, or back."""


class _Kind(TypeDecorator[Any]):
    """A type whose values pass one function of ours on SQLite, where SQLAlchemy's way costs three calls a value."""

    passes: ClassVar[tuple[Process, Process]]
    """From a value to what SQLite stores, and back."""

    def bind_processor(self, dialect: Dialect) -> Process | None:
        """Return what values pass on their way into the database."""
        return super().bind_processor(dialect) if _native(dialect) else self.passes[0]

    def result_processor(self, dialect: Dialect, coltype: object) -> Process | None:
        """Return what values pass on their way out of it."""
        return super().result_processor(dialect, coltype) if _native(dialect) else self.passes[1]


class Text(TypeDecorator[str]):
    """Text of any length, in the order of code points on both databases whatever their locale."""

    impl = sa.TEXT
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the C collation where there are others: ranges then find beginnings, and lists have one order."""
        return dialect.type_descriptor(sa.TEXT(collation="C") if _native(dialect) else sa.TEXT())


class Integer(TypeDecorator[int]):
    """A whole number of up to 64 bits; as single primary key it numbers rows by itself."""

    impl = sa.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use BIGINT where it exists; SQLite numbers rows only for a column that says INTEGER."""
        return dialect.type_descriptor(sa.BigInteger() if _native(dialect) else sa.INTEGER())


class Digits(TypeDecorator[str]):
    """Text of exactly `width` digits, at most 18, kept as a whole number (decision 0107).

    As single primary key it is the place of the row in SQLite's file: a look-up goes down one tree of narrow pages. A
    column that is such a key is declared with ``autoincrement=False``: nobody numbers rows but whoever inserts them.
    """

    impl = sa.BigInteger
    cache_ok = True

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use BIGINT where it exists, and the one name under which SQLite takes a key for the row's place."""
        return dialect.type_descriptor(sa.BigInteger() if _native(dialect) else sa.INTEGER())

    def bind_processor(self, dialect: Dialect) -> Process:
        """Return what reads the digits; anything else is refused with ValueError."""
        del dialect
        return _number_of(self.width)

    def result_processor(self, dialect: Dialect, coltype: object) -> Process:
        """Return what writes the number with all its digits."""
        del dialect, coltype
        return _digits_of(self.width)


@lru_cache
def _number_of(width: int) -> Process:
    def number(value: object) -> int | None:
        if value is None:
            return None
        if not isinstance(value, str) or len(value) != width or not (value.isascii() and value.isdigit()):
            message = f"{width} digits are wanted"
            raise ValueError(message)
        return int(value)

    return number


@lru_cache
def _digits_of(width: int) -> Process:
    form = f"%0{width}d"
    return lambda stored: None if stored is None else form % stored


class _PlainBytes(sa.LargeBinary):
    """Bytes as the drivers take them; wrapping each one costs as much as storing it."""

    def bind_processor(self, dialect: Dialect) -> None:
        """Bind bytes as they are."""
        del dialect


class Blob(TypeDecorator[bytes]):
    """Bytes."""

    impl = _PlainBytes
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ANN401 - driver's value
        """Return bytes also where the driver gives a view of its buffer."""
        del dialect
        return None if value is None else bytes(value)


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        message = "an instant needs a time zone"
        raise ValueError(message)
    return value


@lru_cache(maxsize=64)
def _utc_text(value: datetime) -> str:
    """Return an aware instant in its stored form; many rows of one transaction carry the same one."""
    return _aware(value).astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _stored_instant(value: datetime | None) -> str | None:
    return None if value is None else _utc_text(value)


def _instant(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)


class UtcTime(_Kind):
    """An instant; naive datetimes are refused."""

    impl = sa.TEXT
    cache_ok = True
    passes = (_stored_instant, _instant)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the native type where there is one."""
        return dialect.type_descriptor(sa.TIMESTAMP(timezone=True) if _native(dialect) else sa.TEXT())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Store in UTC."""
        if not _native(dialect):
            return _stored_instant(value)
        return None if value is None else _aware(value).astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - driver's value
        """Return aware, in UTC."""
        if value is None:
            return None
        if _native(dialect):
            return value.astimezone(UTC)  # type: ignore[no-any-return]  # the driver gives a datetime
        return _instant(value)


def _stored_day(value: date | None) -> str | None:
    if isinstance(value, datetime):
        message = "a day is wanted, not an instant"
        raise TypeError(message)
    return None if value is None else value.isoformat()


def _day(stored: str | None) -> date | None:
    return None if stored is None else date.fromisoformat(stored)


class Day(_Kind):
    """A calendar day."""

    impl = sa.TEXT
    cache_ok = True
    passes = (_stored_day, _day)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the native type where there is one."""
        return dialect.type_descriptor(sa.DATE() if _native(dialect) else sa.TEXT())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | str | None:
        """Store the day; an instant is refused because its day depends on the place."""
        stored = _stored_day(value)
        return value if _native(dialect) else stored

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:  # noqa: ANN401 - driver's value
        """Return a date."""
        return value if _native(dialect) else _day(value)


def _stored_flag(value: Any) -> int | None:  # noqa: ANN401 - checked here
    if value is None:
        return None
    if not isinstance(value, bool):
        message = "true or false is wanted"
        raise TypeError(message)
    return int(value)


def _flag(stored: int | None) -> bool | None:
    return None if stored is None else bool(stored)


class Flag(_Kind):
    """True or false; other values are refused when stored."""

    impl = sa.INTEGER
    cache_ok = True
    passes = (_stored_flag, _flag)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the native type where there is one."""
        return dialect.type_descriptor(sa.BOOLEAN() if _native(dialect) else sa.INTEGER())

    def process_bind_param(self, value: Any, dialect: Dialect) -> bool | int | None:  # noqa: ANN401 - checked here
        """Store 0 or 1 where there is no native type."""
        stored = _stored_flag(value)
        return value if _native(dialect) else stored

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:  # noqa: ANN401 - driver's value
        """Return a bool."""
        del dialect
        return _flag(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_FLAT = msgspec.json.Encoder(order="sorted")
_TEXTS, _SINGLE = frozenset({str}), frozenset({str, int, bool, NoneType})


def _stored_json(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    """Return the text of a value, that of flat ones from an encoder six times as fast.

    The fast one also takes types that JSON does not have, so it sees none but exact ones.
    """
    if value is None:
        return None
    if type(value) is dict:
        flat = _TEXTS.issuperset(map(type, value)) and _SINGLE.issuperset(map(type, value.values()))
    else:
        flat = type(value) is list and _SINGLE.issuperset(map(type, value))
    return _FLAT.encode(value).decode() if flat else _ENCODER.encode(value)


def _json(stored: str | None) -> Any:  # noqa: ANN401 - any JSON value
    return None if stored is None else json.loads(stored)


class Json(_Kind):
    """A JSON value; keys are sorted so that equal values are stored alike."""

    impl = sa.TEXT
    cache_ok = True
    passes = (_stored_json, _json)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the native type where there is one."""
        return dialect.type_descriptor(JSONB(none_as_null=True) if _native(dialect) else sa.TEXT())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - any JSON value
        """Write the text where there is no native type."""
        return value if _native(dialect) else _stored_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - any JSON value
        """Read the text where there is no native type."""
        return value if _native(dialect) else _json(value)


COLUMN_TYPES: tuple[type[TypeDecorator[Any]], ...] = (Text, Integer, Digits, Blob, UtcTime, Day, Flag, Json)

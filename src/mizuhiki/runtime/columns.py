"""The only column types a store may use: nine of twelve bare SQLAlchemy types fail in SQLite's STRICT tables.

    type      SQLite (STRICT)                          PostgreSQL                  Python
    Text      TEXT                                     TEXT                        str
    Integer   INTEGER                                  BIGINT                      int
    Blob      BLOB                                     BYTEA                       bytes
    UtcTime   TEXT, fixed width, sorts as it is        TIMESTAMP WITH TIME ZONE    aware datetime, UTC
    Day       TEXT, YYYY-MM-DD                         DATE                        date
    Flag      INTEGER 0 or 1                           BOOLEAN                     bool
    Json      TEXT                                     JSONB                       dict, list, str, int, bool, None

They are re-exported by `runtime.database`, which is where stores import them from.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


def _native(dialect: Dialect) -> bool:
    return dialect.name == "postgresql"


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


@lru_cache(maxsize=64)
def _utc_text(value: datetime) -> str:
    """Return an aware instant in its stored form; many rows of one transaction carry the same one."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class UtcTime(TypeDecorator[datetime]):
    """An instant; naive datetimes are refused."""

    impl = sa.TEXT
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the native type where there is one."""
        return dialect.type_descriptor(sa.TIMESTAMP(timezone=True) if _native(dialect) else sa.TEXT())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Store in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant needs a time zone"
            raise ValueError(message)
        return value.astimezone(UTC) if _native(dialect) else _utc_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - driver's value
        """Return aware, in UTC."""
        if value is None:
            return None
        if _native(dialect):
            return value.astimezone(UTC)  # type: ignore[no-any-return]  # the driver gives a datetime
        return datetime.fromisoformat(value)


class Day(TypeDecorator[date]):
    """A calendar day."""

    impl = sa.TEXT
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the native type where there is one."""
        return dialect.type_descriptor(sa.DATE() if _native(dialect) else sa.TEXT())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | str | None:
        """Store the day; an instant is refused because its day depends on the place."""
        if isinstance(value, datetime):
            message = "a day is wanted, not an instant"
            raise TypeError(message)
        return value if value is None or _native(dialect) else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:  # noqa: ANN401 - driver's value
        """Return a date."""
        return value if value is None or _native(dialect) else date.fromisoformat(value)


class Flag(TypeDecorator[bool]):
    """True or false; other values are refused when stored."""

    impl = sa.INTEGER
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the native type where there is one."""
        return dialect.type_descriptor(sa.BOOLEAN() if _native(dialect) else sa.INTEGER())

    def process_bind_param(self, value: Any, dialect: Dialect) -> bool | int | None:  # noqa: ANN401 - checked here
        """Store 0 or 1 where there is no native type."""
        if value is not None and not isinstance(value, bool):
            message = "true or false is wanted"
            raise TypeError(message)
        return value if value is None or _native(dialect) else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:  # noqa: ANN401 - driver's value
        """Return a bool."""
        del dialect
        return None if value is None else bool(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Json(TypeDecorator[Any]):
    """A JSON value; keys are sorted so that equal values are stored alike."""

    impl = sa.TEXT
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the native type where there is one."""
        return dialect.type_descriptor(JSONB(none_as_null=True) if _native(dialect) else sa.TEXT())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - any JSON value
        """Write the text where there is no native type."""
        if value is None or _native(dialect):
            return value
        return _ENCODER.encode(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - any JSON value
        """Read the text where there is no native type."""
        return value if value is None or _native(dialect) else json.loads(value)


COLUMN_TYPES: tuple[type[TypeDecorator[Any]], ...] = (Text, Integer, Blob, UtcTime, Day, Flag, Json)

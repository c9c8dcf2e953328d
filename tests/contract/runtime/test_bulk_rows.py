"""Rows handed to the driver as tuples are stored as SQLAlchemy stores them, on both databases."""

from __future__ import annotations

import enum
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from mizuhiki.runtime.bulk_rows import insert_mappings, insert_rows
from mizuhiki.runtime.database import Blob, Database, Day, Flag, Integer, Json, Text, UtcTime, append_only
from mizuhiki.vocabulary.numbers import ResidentRecordCode

AT = datetime(2019, 12, 2, 1, 2, 3, 456, tzinfo=UTC)
COLUMNS = ("shard", "key", "number", "content", "at", "day", "flag", "json")
VALUES = ("a", 1, b"\x00\xff", AT, date(2019, 12, 2), True, ["項目", 1])


def table(metadata: sa.MetaData, name: str = "bulk") -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("shard", Integer, primary_key=True, autoincrement=False),
        sa.Column("key", Text, primary_key=True),
        sa.Column("number", Integer, nullable=False),
        sa.Column("content", Blob),
        sa.Column("at", UtcTime),
        sa.Column("day", Day),
        sa.Column("flag", Flag),
        sa.Column("json", Json),
    )


def test_rows_read_back_equal_rows_that_sqlalchemy_stored(database_url: str) -> None:
    metadata = sa.MetaData()
    ours, theirs = table(metadata), table(metadata, "one_by_one")
    rows = [(2019, *VALUES), (2019, "b", 2, None, None, None, False, None), (2020, *VALUES)]
    database = Database(database_url)
    try:
        database.create(metadata)
        with database.write() as connection:
            insert_rows(connection, ours, COLUMNS, rows)
            for row in rows:
                connection.execute(theirs.insert().values(dict(zip(COLUMNS, row, strict=True))))
        with database.read() as connection:
            found = [
                connection.execute(sa.select(one).order_by(one.c.shard, one.c.key)).all() for one in (ours, theirs)
            ]
    finally:
        database.dispose()
    assert found[0] == found[1]
    assert [tuple(row) for row in found[0]] == rows


def test_rows_by_name_are_stored_alike_and_none_are_no_fault(database_url: str) -> None:
    metadata = sa.MetaData()
    ours = table(metadata)
    database = Database(database_url)
    row = (2019, *VALUES)
    try:
        database.create(metadata)
        with database.write() as connection:
            insert_mappings(connection, ours, [])
            insert_mappings(connection, ours, [dict(reversed(list(zip(COLUMNS, row, strict=True))))])
        with database.read() as connection:
            found = connection.execute(sa.select(ours)).all()
    finally:
        database.dispose()
    assert [tuple(one) for one in found] == [row]


def test_a_key_that_exists_is_refused_or_changed_as_asked(database_url: str) -> None:
    metadata = sa.MetaData()
    rows = table(metadata)
    database = Database(database_url)
    try:
        database.create(metadata)
        with database.write() as connection:
            insert_rows(connection, rows, COLUMNS, [(2019, *VALUES)])
        with pytest.raises(IntegrityError), database.write() as connection:
            insert_rows(connection, rows, COLUMNS, [(2019, *VALUES)])
        with database.write() as connection:
            changed = [(2019, "a", 7, None, AT, None, False, None), (2019, "c", 8, None, AT, None, False, None)]
            insert_rows(connection, rows, COLUMNS, changed, changing=("number",))
            insert_rows(connection, rows, COLUMNS, [])
        with database.read() as connection:
            found = connection.execute(sa.select(rows.c.key, rows.c.number, rows.c.flag).order_by(rows.c.key)).all()
    finally:
        database.dispose()
    assert [tuple(row) for row in found] == [("a", 7, True), ("c", 8, False)]


def test_an_append_only_table_refuses_changed_rows(database_url: str) -> None:
    metadata = sa.MetaData()
    rows = append_only(table(metadata))
    database = Database(database_url)
    try:
        database.create(metadata)
        with database.write() as connection:
            insert_rows(connection, rows, COLUMNS, [(2019, *VALUES)])
        with pytest.raises(IntegrityError), database.write() as connection:
            insert_rows(connection, rows, COLUMNS, [(2019, *VALUES)], changing=("number",))
    finally:
        database.dispose()


def test_a_naive_instant_is_refused(database_url: str) -> None:
    metadata = sa.MetaData()
    rows = table(metadata)
    database = Database(database_url)
    row = (2019, "a", 1, None, AT.replace(tzinfo=None), None, None, None)
    try:
        database.create(metadata)
        with pytest.raises((ValueError, sa.exc.StatementError)), database.write() as connection:
            insert_rows(connection, rows, COLUMNS, [row])
    finally:
        database.dispose()


@pytest.mark.parametrize("row", [(2019, "a", 1), (2019, *VALUES, "more")])
def test_a_row_of_another_length_is_refused(database_url: str, row: tuple[object, ...]) -> None:
    metadata = sa.MetaData()
    ours = table(metadata)
    database = Database(database_url)
    try:
        database.create(metadata)
        with pytest.raises(ValueError, match="one value for each column"), database.write() as connection:
            insert_rows(connection, ours, COLUMNS, [(2019, *VALUES), row])
        with database.read() as connection:
            assert connection.execute(sa.select(ours)).all() == []
    finally:
        database.dispose()


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=4)),
    max_leaves=8,
)


@given(json_values)
def test_the_text_of_a_value_is_what_the_standard_library_writes(value: Any) -> None:
    bind = Json().bind_processor(sa.make_url("sqlite://").get_dialect()())
    assert bind is not None
    expected = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert bind(value) == (None if value is None else expected)


class _Kind(enum.Enum):
    ONE = "one"


@pytest.mark.parametrize("value", [b"x", date(2019, 12, 2), AT, ResidentRecordCode("12345678901"), _Kind.ONE])
def test_what_json_has_no_form_for_is_refused(value: object) -> None:
    bind = Json().bind_processor(sa.make_url("sqlite://").get_dialect()())
    assert bind is not None
    for whole in (value, [value], {"a": value}):
        with pytest.raises(TypeError):
            bind(whole)

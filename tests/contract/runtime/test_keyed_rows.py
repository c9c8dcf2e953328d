"""Single rows by equality are what SQLAlchemy's own statements find, store and change, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, MultipleResultsFound

from mizuhiki.runtime.database import Blob, Database, Day, Digits, Flag, Integer, Json, Text, UtcTime, append_only
from mizuhiki.runtime.keyed_rows import change_rows, find_among, find_row, find_rows, insert_row

AT = datetime(2019, 12, 2, 1, 2, 3, 456, tzinfo=UTC)
METADATA = sa.MetaData()
ROWS = sa.Table(
    "order",  # a word of the language: names have to be quoted
    METADATA,
    sa.Column("group", Integer, primary_key=True, autoincrement=False),
    sa.Column("key", Text, primary_key=True),
    sa.Column("content", Blob),
    sa.Column("at", UtcTime),
    sa.Column("day", Day),
    sa.Column("flag", Flag),
    sa.Column("digits", Digits(4)),
    sa.Column("json", Json),
)
KEPT = append_only(sa.Table("kept", METADATA, sa.Column("key", Text, primary_key=True), sa.Column("n", Integer)))
FULL = {
    "group": 1,
    "key": "a",
    "content": b"\x00\xff",
    "at": AT,
    "day": date(2019, 12, 2),
    "flag": True,
    "digits": "0070",
    "json": ["項目", {"x": None}],
}
EMPTY = {"group": 1, "key": "b"}
NAMES = tuple(FULL)


@pytest.fixture
def connection(database_url: str) -> Iterator[sa.Connection]:
    database = Database(database_url)
    database.create(METADATA)
    try:
        with database.write() as opened:
            insert_row(opened, ROWS, FULL)
            insert_row(opened, ROWS, EMPTY)
            yield opened
    finally:
        database.dispose()


def stored(connection: sa.Connection) -> list[tuple[Any, ...]]:
    """Return the rows as SQLAlchemy reads them."""
    return [tuple(row) for row in connection.execute(sa.select(ROWS).order_by(ROWS.c.group, ROWS.c.key))]


def test_what_is_inserted_is_read_as_it_was_given(connection: sa.Connection) -> None:
    assert stored(connection) == [tuple(FULL.values()), (1, "b", *[None] * 6)]


@pytest.mark.parametrize("name", NAMES[1:7])
def test_a_row_is_found_by_any_column(connection: sa.Connection, name: str) -> None:
    found = find_row(connection, ROWS, NAMES, {name: FULL[name]})
    assert found._asdict() == FULL
    assert find_row(connection, ROWS, ("key",), {"group": 1, name: FULL[name]}).key == "a"
    assert find_rows(connection, ROWS, ("key",), {"group": 2, name: FULL[name]}) == []


def test_null_is_found_by_none_and_by_nothing_else(connection: sa.Connection) -> None:
    assert find_row(connection, ROWS, ("key",), {"at": None}).key == "b"
    assert find_row(connection, ROWS, ("key",), {"at": None, "key": "a"}) is None
    assert find_row(connection, ROWS, ("at", "key"), {"key": "b", "group": 1}) == (None, "b")


@pytest.mark.parametrize("name", NAMES[1:7])
def test_rows_are_found_among_keys_of_any_column(connection: sa.Connection, name: str) -> None:
    [found] = find_among(connection, ROWS, NAMES, (name, [FULL[name]]))
    assert found._asdict() == FULL
    assert find_among(connection, ROWS, ("key",), (name, [FULL[name]]), {"group": 2}) == []


@pytest.mark.parametrize("asked", [1, 2, 3, 512, 513, 1_100])
def test_any_number_of_keys_finds_each_row_once(connection: sa.Connection, asked: int) -> None:
    for number in range(1_100):
        insert_row(connection, ROWS, {"group": 3, "key": f"k{number}", "flag": bool(number % 2)})
    keys = [f"k{number}" for number in range(asked)]
    found = find_among(connection, ROWS, ("key",), ("key", [*keys, *keys, "unknown"]), {"group": 3})
    assert sorted(row.key for row in found) == sorted(keys)
    odd = find_among(connection, ROWS, ("key",), ("key", keys), {"flag": True, "at": None})
    assert sorted(row.key for row in odd) == sorted(keys[1::2])
    assert find_among(connection, ROWS, ("key",), ("key", [])) == []


def test_several_rows_are_not_one(connection: sa.Connection) -> None:
    assert sorted(find_rows(connection, ROWS, ("key",), {"group": 1})) == [("a",), ("b",)]
    with pytest.raises(MultipleResultsFound):
        find_row(connection, ROWS, ("key",), {"group": 1})


def test_only_the_rows_that_were_meant_change(connection: sa.Connection) -> None:
    before = stored(connection)
    assert change_rows(connection, ROWS, {"content": b"x"}, {"key": "c"}) == 0
    assert change_rows(connection, ROWS, {"content": b"x"}, {"key": "a", "flag": None}) == 0
    assert stored(connection) == before
    changes = {"content": None, "at": AT.replace(year=2020), "flag": False, "json": {"n": 1}}
    assert change_rows(connection, ROWS, changes, {"key": "a", "flag": True}) == 1
    assert stored(connection) == [
        (1, "a", None, AT.replace(year=2020), FULL["day"], False, FULL["digits"], {"n": 1}),
        before[1],
    ]
    assert change_rows(connection, ROWS, {"content": b"y"}, {"group": 1}) == 2


def test_rules_of_the_table_stand(connection: sa.Connection) -> None:
    insert_row(connection, KEPT, {"key": "a", "n": 1})
    savepoint = connection.begin_nested()
    with pytest.raises(IntegrityError):
        insert_row(connection, ROWS, FULL)
    savepoint.rollback()
    savepoint = connection.begin_nested()
    with pytest.raises(sa.exc.DBAPIError):
        change_rows(connection, KEPT, {"n": 2}, {"key": "a"})
    savepoint.rollback()
    assert find_row(connection, KEPT, ("n",), {"key": "a"}).n == 1


def test_a_naive_instant_is_refused_as_always(connection: sa.Connection) -> None:
    with pytest.raises((ValueError, sa.exc.StatementError)):
        find_row(connection, ROWS, ("key",), {"at": AT.replace(tzinfo=None)})


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 500])
def test_rows_are_found_among_any_number_of_values_each_once(connection: sa.Connection, count: int) -> None:
    wanted = ["a", *(f"other {number}" for number in range(count - 1))]
    (row,) = find_among(connection, ROWS, NAMES, ("key", wanted))
    assert row._asdict() == FULL
    assert sorted(one.key for one in find_among(connection, ROWS, ["key"], ("key", ["b", "a", "b"]))) == ["a", "b"]
    assert [one.key for one in find_among(connection, ROWS, ["key"], ("day", [date(2019, 12, 2)]))] == ["a"]
    assert find_among(connection, ROWS, NAMES, ("key", [])) == []

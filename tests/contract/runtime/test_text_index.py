"""Index words on both databases, and that a changed index stops the start."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from mizuhiki.runtime.database import Database, DataOfAnotherVersion
from mizuhiki.runtime.text_index import TextIndex


def declared() -> tuple[sa.MetaData, TextIndex]:
    metadata = sa.MetaData()
    return metadata, TextIndex(metadata, "words")


def rows(database: Database, index: TextIndex, *words: str) -> list[int]:
    with database.read() as connection:
        return sorted(connection.execute(index.rows_with(database.dialect, words)).scalars())


def test_rows_are_found_by_all_their_words_until_they_are_taken_out(database_url: str) -> None:
    metadata, index = declared()
    database = Database(database_url)
    database.create(metadata)
    with database.write() as connection:
        index.add_many(connection, [(1, ["a1", "b2"]), (2, ["a1", "c3", "c3"])])
        index.add_many(connection, [])
    assert rows(database, index, "a1") == [1, 2]
    assert rows(database, index, "a1", "c3") == [2]
    assert rows(database, index, "a") == []
    with database.write() as connection:
        index.remove(connection, 1, ["a1", "b2"])
    assert rows(database, index, "a1") == [2]
    assert rows(database, index, "b2") == []
    with database.write() as connection:
        index.add(connection, 1, ["d4"])
    assert rows(database, index, "d4") == [1]
    database.create(metadata)
    database.dispose()


@pytest.mark.parametrize("words", [[], [""], ["a b"], ["A"], ["あ"], ['a" OR "b']])
def test_other_words_than_ascii_letters_and_digits_are_refused(words: list[str]) -> None:
    _, index = declared()
    with pytest.raises(ValueError, match="index words"):
        index.rows_with("sqlite", words)


def test_a_database_without_the_index_or_with_another_one_does_not_start(tmp_path: object) -> None:
    metadata, _ = declared()
    database = Database(f"sqlite:///{tmp_path}/index.sqlite")
    database.create(metadata)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE VIRTUAL TABLE planted USING fts5(text)")
    with pytest.raises(DataOfAnotherVersion, match="text indexes"):
        database.create(metadata)
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE planted")
    database.create(metadata)
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE words_fts")
    with pytest.raises(DataOfAnotherVersion, match="text indexes"):
        database.create(metadata)
    database.dispose()

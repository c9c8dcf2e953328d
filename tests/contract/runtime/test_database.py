# Fixtures and fakes are typed by what they stand in for; a transaction and what fails in it belong together:
# ruff: noqa: ANN001, ANN201, PT012
"""Database: both kinds behave alike; transactions never nest; append-only tables stay so; schemas are checked."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from mizuhiki.runtime.database import (
    Blob,
    Database,
    DatabaseUrlUnsupported,
    DataOfAnotherVersion,
    Day,
    Digits,
    Flag,
    Integer,
    Json,
    Text,
    UtcTime,
    append_only,
    in_transaction,
)
from mizuhiki.runtime.faults import NestedTransaction
from mizuhiki.runtime.migrations import prepare

AT = datetime(2019, 12, 2, 1, 2, 3, 456, tzinfo=UTC)


def tables() -> tuple[sa.MetaData, sa.Table, sa.Table]:
    metadata = sa.MetaData()
    counter = sa.Table(
        "counter", metadata, sa.Column("name", Text, primary_key=True), sa.Column("value", Integer, nullable=False)
    )
    event = append_only(
        sa.Table(
            "event",
            metadata,
            sa.Column("id", Integer, primary_key=True),
            sa.Column("key", Text, nullable=False, unique=True),
            sa.Column("content", Blob),
            sa.Column("at", UtcTime),
            sa.Column("day", Day),
            sa.Column("flag", Flag),
            sa.Column("digits", Digits(15)),
            sa.Column("json", Json),
        ),
        erasable_columns=("content",),
    )
    return metadata, counter, event


@pytest.fixture
def store(database_url: str):
    metadata, counter, event = tables()
    database = Database(database_url)
    database.create(metadata)
    yield database, counter, event
    database.dispose()


def test_the_next_database_of_a_program_is_made_like_the_first(store) -> None:
    database, _, event = store
    with database.write() as connection:
        event.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE schema_version")
    database.create(event.metadata)
    database.create(event.metadata)  # looks for itself whether tables, keys, indexes and triggers are those declared
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(event.insert().values(id=1, key="a"))
        connection.execute(event.delete())


def test_every_column_type_returns_what_was_stored(store) -> None:
    database, _, event = store
    stored = {
        "key": "a",
        "content": b"\x00\xff",
        "at": AT,
        "day": date(2019, 12, 2),
        "flag": True,
        "digits": "000000000000070",
        "json": {"ü": [1]},
    }
    with database.write() as connection:
        connection.execute(event.insert().values(**stored))
        connection.execute(event.insert().values(key="empty"))
    with database.read() as connection:
        full, empty = connection.execute(sa.select(event).order_by(event.c.id)).mappings().all()
    assert {name: full[name] for name in stored} == stored
    assert full["at"].tzinfo is UTC
    assert full["flag"] is True
    assert all(empty[name] is None for name in stored if name != "key")


def test_instants_sort_as_time_and_need_a_zone(store) -> None:
    database, _, event = store
    with database.write() as connection:
        for number, at in enumerate([AT.replace(microsecond=0), AT, AT.replace(year=2020)]):
            connection.execute(event.insert().values(key=str(number), at=at))
        found = connection.execute(sa.select(event.c.key).where(event.c.at > AT).order_by(event.c.at)).scalars().all()
        assert found == ["2"]
    with pytest.raises(sa.exc.StatementError), database.write() as connection:
        connection.execute(event.insert().values(key="naive", at=AT.replace(tzinfo=None)))


@pytest.mark.parametrize("wrong", [{"day": AT}, {"flag": 1}, {"digits": 70}, {"digits": "70"}, {"digits": "٠" * 15}])
def test_a_value_of_a_neighbouring_type_is_refused(store, wrong) -> None:
    database, _, event = store
    with pytest.raises(sa.exc.StatementError), database.write() as connection:
        connection.execute(event.insert().values(key="wrong", **wrong))


def test_a_key_of_digits_is_the_place_of_its_row_in_sqlite_and_given_by_nobody_else(database_url) -> None:
    keyed = sa.Table(
        "keyed",
        sa.MetaData(),
        sa.Column("key", Digits(15), primary_key=True, autoincrement=False),
        sa.Column("n", Integer),
    )
    database = Database(database_url)
    database.create(keyed.metadata)
    database.create(keyed.metadata)
    numbers = ["999999999999999", "000000000000000", "000000000000001"]
    with database.write() as connection:
        connection.execute(keyed.insert(), [{"key": number, "n": 1} for number in numbers])
        assert connection.execute(sa.select(keyed.c.key).order_by(keyed.c.key)).scalars().all() == sorted(numbers)
        assert connection.execute(sa.select(keyed.c.n).where(keyed.c.key.in_(numbers[:2]))).scalars().all() == [1, 1]
        if database.dialect == "sqlite":
            assert connection.exec_driver_sql("SELECT rowid FROM keyed ORDER BY rowid").scalars().all() == [
                0,
                1,
                10**15 - 1,
            ]
    with pytest.raises(sa.exc.DatabaseError), database.write() as connection:
        connection.execute(keyed.insert().values(key=numbers[0], n=2))
    database.dispose()


def test_an_emptied_log_has_all_in_the_file(store, database_url) -> None:
    database, counter, _ = store
    with database.write() as connection:
        connection.execute(counter.insert().values(name="a", value=1))
    with database.read() as connection:  # a connection stays open: closing the last one would empty the log itself
        connection.execute(sa.select(counter)).all()
    log = Path(f"{database_url.removeprefix('sqlite:///')}-wal")
    if database.dialect == "sqlite":
        assert log.stat().st_size > 0
    database.empty_log()
    if database.dialect == "sqlite":
        assert log.stat().st_size == 0
    with database.read() as connection:
        assert connection.execute(sa.select(counter)).all() == [("a", 1)]


def test_a_failed_block_leaves_nothing(store) -> None:
    database, counter, _ = store
    with pytest.raises(LookupError), database.write() as connection:
        connection.execute(counter.insert().values(name="a", value=1))
        raise LookupError
    with database.read() as connection:
        assert connection.execute(sa.select(counter)).all() == []
    assert not in_transaction()


def test_reading_cannot_write(store) -> None:
    database, counter, _ = store
    with pytest.raises(sa.exc.DBAPIError), database.read() as connection:
        connection.execute(counter.insert().values(name="a", value=1))


@pytest.mark.parametrize("outer", ["write", "read"])
@pytest.mark.parametrize("inner", ["write", "read"])
def test_transactions_of_one_thread_do_not_nest(store, outer: str, inner: str) -> None:
    database = store[0]
    with getattr(database, outer)():
        assert in_transaction()
        with pytest.raises(NestedTransaction), getattr(database, inner)():
            pass
    assert not in_transaction()


def test_two_writers_that_read_before_they_write_lose_no_update(store) -> None:
    database, counter, _ = store
    with database.write() as connection:
        connection.execute(counter.insert().values(name="a", value=0))
    failures: list[BaseException] = []

    def add_many() -> None:
        try:
            for _ in range(40):
                with database.write() as connection:
                    value = connection.execute(sa.select(counter.c.value)).scalar_one()
                    connection.execute(counter.update().values(value=value + 1))
        except BaseException as error:  # noqa: BLE001 - handed to the main thread
            failures.append(error)

    threads = [threading.Thread(target=add_many) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.read() as connection:
        assert connection.execute(sa.select(counter.c.value)).scalar_one() == 120


def test_a_reader_sees_one_snapshot_while_a_writer_commits(store) -> None:
    database, counter, _ = store

    def write() -> None:
        with database.write() as connection:
            connection.execute(counter.insert().values(name="late", value=1))

    with database.read() as connection:
        assert connection.execute(sa.select(counter)).all() == []
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        assert connection.execute(sa.select(counter)).all() == []
    with database.read() as connection:
        assert len(connection.execute(sa.select(counter)).all()) == 1


class TestAppendOnly:
    @pytest.fixture
    def event(self, store):
        database, _, event = store
        with database.write() as connection:
            connection.execute(event.insert().values(key="a", content=b"kept"))
        return database, event

    @pytest.mark.parametrize(
        "change",
        [
            lambda e: e.update().values(key="b"),
            lambda e: e.update().values(content=b"other"),
            lambda e: e.update().values(content=None, key="b"),
            lambda e: e.delete(),
            lambda e: e.insert().values(key="a"),
            lambda e: e.insert().values(id=1, key="b"),
        ],
    )
    def test_a_row_cannot_be_changed_removed_or_put_again(self, event, change) -> None:
        database, table = event
        with pytest.raises(IntegrityError), database.write() as connection:
            connection.execute(change(table))
        with database.read() as connection:
            assert [tuple(row)[:3] for row in connection.execute(sa.select(table))] == [(1, "a", b"kept")]

    @pytest.mark.parametrize(
        "sql", ["INSERT OR REPLACE INTO event (id, key) VALUES (1, 'b')", "REPLACE INTO event (key) VALUES ('a')"]
    )
    def test_sqlite_replace_does_not_pass_the_triggers(self, event, sql: str) -> None:
        database, _ = event
        if database.dialect != "sqlite":
            pytest.skip("REPLACE is SQLite's")
        with pytest.raises(IntegrityError), database.write() as connection:
            connection.execute(sa.text("PRAGMA recursive_triggers = OFF"))
            connection.exec_driver_sql(sql)

    def test_truncate_does_not_pass_the_triggers(self, event) -> None:
        database, _ = event
        if database.dialect == "sqlite":
            pytest.skip("TRUNCATE is PostgreSQL's")
        with pytest.raises(IntegrityError), database.write() as connection:
            connection.exec_driver_sql("TRUNCATE event")

    def test_erasable_content_can_be_erased_and_stays_erased(self, event) -> None:
        database, table = event
        with database.write() as connection:
            connection.execute(table.update().values(content=None))
        with pytest.raises(IntegrityError), database.write() as connection:
            connection.execute(table.update().values(content=b"back"))

    def test_a_required_column_cannot_be_declared_erasable(self) -> None:
        table = sa.Table("t", sa.MetaData(), sa.Column("id", Integer, primary_key=True))
        with pytest.raises(ValueError, match="NOT NULL"):
            append_only(table, ("id",))


class TestSchemaCheck:
    def test_the_same_tables_are_taken_again(self, store) -> None:
        store[0].create(tables()[0])

    @pytest.mark.parametrize(
        "tampering",
        [
            "DROP TABLE counter",
            "ALTER TABLE counter ADD COLUMN extra INTEGER",
            "ALTER TABLE counter RENAME COLUMN value TO amount",
            "CREATE TABLE stranger (id INTEGER)",
            "CREATE INDEX extra_index ON counter (value)",
            "CREATE UNIQUE INDEX extra_unique ON counter (value)",
        ],
    )
    def test_any_difference_stops_the_start(self, store, tampering: str) -> None:
        database = store[0]
        with database.write() as connection:
            connection.exec_driver_sql(tampering)
        with pytest.raises(DataOfAnotherVersion, match=r"table (counter|stranger)"):
            database.create(tables()[0])

    def test_a_lost_append_only_trigger_stops_the_start(self, store) -> None:
        database = store[0]
        on = "" if database.dialect == "sqlite" else " ON event"
        with database.write() as connection:
            connection.exec_driver_sql(f"DROP TRIGGER event_no_update{on}")
        with pytest.raises(DataOfAnotherVersion, match="table event"):
            database.create(tables()[0])

    def test_another_version_number_stops_the_start(self, store) -> None:
        with pytest.raises(DataOfAnotherVersion, match="at version 1, this program needs 2"):
            store[0].create(tables()[0], version=2)

    def test_tables_without_a_version_stop_the_start(self, database_url: str) -> None:
        database = Database(database_url)
        with database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE foreign_data (id INTEGER)")
        with pytest.raises(DataOfAnotherVersion, match="no version"):
            database.create(tables()[0])
        database.dispose()

    def test_bare_column_types_are_refused(self, database_url: str) -> None:
        metadata = sa.MetaData()
        sa.Table("t", metadata, sa.Column("id", sa.BigInteger, primary_key=True))
        database = Database(database_url)
        with pytest.raises(TypeError, match=r"runtime\.database"):
            database.create(metadata)
        database.dispose()


MIGRATION = """
import sqlalchemy as sa
from alembic import op
from mizuhiki.runtime.database import Text

revision = "0002"
down_revision = None


def upgrade():
    op.add_column("counter", sa.Column("remark", Text()))
"""


class TestMigrations:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        versions = tmp_path / "migrations" / "versions"
        versions.mkdir(parents=True)
        (versions / "0002_add_remark.py").write_text(MIGRATION)
        return versions.parent

    @staticmethod
    def newer() -> sa.MetaData:
        metadata, counter, _ = tables()
        counter.append_column(sa.Column("remark", Text))
        return metadata

    def test_an_older_database_is_brought_to_the_new_version_and_keeps_its_rows(self, store, folder: Path) -> None:
        database, counter, _ = store
        with database.write() as connection:
            connection.execute(counter.insert().values(name="a", value=1))
        for _ in range(2):
            prepare(database, self.newer(), folder)
        with database.read() as connection:
            assert connection.execute(sa.text("SELECT name, value, remark FROM counter")).all() == [("a", 1, None)]

    def test_an_empty_database_starts_at_the_newest_version(self, database_url: str, folder: Path) -> None:
        database = Database(database_url)
        prepare(database, self.newer(), folder)
        database.create(self.newer(), version=2)
        database.dispose()

    def test_a_migration_that_forgets_something_changes_nothing(self, store, folder: Path) -> None:
        metadata = self.newer()
        sa.Table("forgotten", metadata, sa.Column("id", Integer, primary_key=True))
        with pytest.raises(DataOfAnotherVersion, match="forgotten"):
            prepare(store[0], metadata, folder)
        store[0].create(tables()[0])


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "nonsense", "postgresql://host:port/x"]
)
def test_databases_without_the_needed_properties_are_refused(url: str) -> None:
    with pytest.raises(DatabaseUrlUnsupported):
        Database(url)


def test_exceptions_do_not_quote_parameters(store) -> None:
    database, counter, _ = store
    with pytest.raises(IntegrityError) as caught, database.write() as connection:
        connection.execute(counter.insert().values(name="secret-name", value=None))
    assert "secret-name" not in str(caught.value).split("DETAIL")[0]


def test_wherever_no_test_runs_a_commit_is_on_the_disk_before_it_is_answered(tmp_path: Path) -> None:
    opened = (
        "import sys; from mizuhiki.runtime.database import Database; import sqlalchemy as sa\n"
        "with Database(sys.argv[1]).write() as connection:\n"
        "    print(connection.execute(sa.text('PRAGMA synchronous')).scalar_one())"
    )
    said = subprocess.run(
        [sys.executable, "-c", opened, f"sqlite:///{tmp_path / 'kept.sqlite'}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["2"], "2 is FULL"

"""Holding a file leaves SQLite's own locks on it alone.

POSIX takes away all locks of a process on a file when it closes any descriptor of that file. Who closes the last
connection removes the file's log; if a process that holds pages had lost its locks, another would believe to be the
last one and remove the log from under it, with every transaction after that.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mizuhiki.runtime.held_pages import HeldPages, holding
from mizuhiki.runtime.institution import App
from mizuhiki.vocabulary.ids import InstitutionId

ANOTHER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("INSERT INTO t VALUES ('another')")
connection.commit()
connection.close()
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "held.sqlite")) as opened:
        opened.execute("PRAGMA journal_mode = WAL").fetchall()
        opened.execute("CREATE TABLE t (x)")
        opened.commit()
        yield opened


def another_process_comes_and_goes(file: Path) -> None:
    subprocess.run([sys.executable, "-c", ANOTHER, str(file)], check=True)


def log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def test_another_process_does_not_remove_the_log_of_a_connection_whose_file_is_held(
    tmp_path: Path, connection: sqlite3.Connection
) -> None:
    file = tmp_path / "held.sqlite"
    pages = HeldPages(file)
    for _ in range(2):
        pages.extend()
        another_process_comes_and_goes(file)
        assert log_of(file).exists(), "it is still in use here"
    connection.execute("INSERT INTO t VALUES ('own')")
    connection.commit()
    connection.close()
    pages.release()
    with closing(sqlite3.connect(file)) as later:
        assert sorted(later.execute("SELECT x FROM t")) == [("another",), ("another",), ("own",)]


def test_an_institution_closes_its_database_before_its_file_is_let_go(
    tmp_path: Path, connection: sqlite3.Connection
) -> None:
    file = tmp_path / "held.sqlite"
    seen: list[bool] = []

    def close() -> None:
        another_process_comes_and_goes(file)
        seen.append(log_of(file).exists())
        connection.close()

    app = App(institution=InstitutionId("municipality-452025"), wsgi=lambda _environ, _start: [], close=close)
    held = holding(app, f"sqlite:///{file}")
    [job] = held.jobs
    job.run()
    held.close()
    assert seen == [True]

"""Database files held in memory: what the system says of the process, not what the program believes."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from mizuhiki.runtime.held_pages import EVERY, HeldPages, NoFileToHold, PagesNotHeld, file_of, holding
from mizuhiki.runtime.institution import App
from mizuhiki.vocabulary.ids import InstitutionId

PAGE = resource.getpagesize()


def locked() -> int:
    """Return the bytes that the system says this process has locked (proc(5), VmLck)."""
    [line] = [one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmLck:")]
    return int(line.split()[1]) * 1024


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "institution.sqlite"
    path.write_bytes(b"x" * (10 * PAGE))
    return path


def test_pages_are_locked_until_they_are_released(file: Path) -> None:
    before = locked()
    pages = HeldPages(file)
    pages.extend()
    assert (pages.held, locked() - before) == (10 * PAGE, 10 * PAGE)
    pages.release()
    assert (pages.held, locked() - before) == (0, 0)


def test_what_a_file_grows_by_is_held_too_and_nothing_twice(file: Path) -> None:
    before = locked()
    pages = HeldPages(file)
    pages.extend()
    pages.extend()
    with file.open("ab") as more:
        more.write(b"y" * (3 * PAGE + 1))
    pages.extend()
    assert locked() - before == 13 * PAGE, "whole pages only"
    pages.release()
    assert locked() == before


def test_a_database_in_use_stays_writable_while_it_is_held(tmp_path: Path) -> None:
    path = tmp_path / "used.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("CREATE TABLE one (value)")
        connection.commit()
        pages = HeldPages(path)
        pages.extend()
        connection.executemany("INSERT INTO one VALUES (?)", [("z" * 100,)] * 1000)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        pages.extend()
        assert pages.held == path.stat().st_size > 100_000
        assert connection.execute("SELECT count(*) FROM one").fetchone() == (1000,)
        pages.release()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PagesNotHeld, match=r"absent\.sqlite"):
        HeldPages(tmp_path / "absent.sqlite").extend()


def test_where_the_system_locks_no_more_memory_the_refusal_says_what_to_do() -> None:
    """In a process of its own without the right to lock: limits and rights cannot be given back."""
    program = f"""
import os, resource, sys
from pathlib import Path
from mizuhiki.runtime.held_pages import HeldPages, PagesNotHeld
resource.setrlimit(resource.RLIMIT_MEMLOCK, ({2 * PAGE}, {2 * PAGE}))
pages = HeldPages(Path(sys.argv[1]))
if os.geteuid() == 0:
    os.setuid(65534)
try:
    pages.extend()
except PagesNotHeld as error:
    print(error.code, pages.held, error.message)
"""
    with NamedTemporaryFile() as file:  # not below a folder that only its owner may enter
        file.write(bytes(10 * PAGE))
        file.flush()
        Path(file.name).chmod(0o644)
        command = [sys.executable, "-c", program, file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("pages-not-held 0 ")
    assert "LimitMEMLOCK" in done.stdout


def test_only_an_sqlite_file_can_be_held() -> None:
    assert file_of("sqlite:////var/lib/one.sqlite") == Path("/var/lib/one.sqlite")
    for url in ("postgresql://register@/register", "sqlite://"):
        with pytest.raises(NoFileToHold):
            file_of(url)


def test_an_institution_holds_its_file_while_it_is_served(file: Path) -> None:
    before, closed = locked(), []
    app = App(
        institution=InstitutionId("municipality-452025"),
        wsgi=lambda _environ, _start: [],
        close=lambda: closed.append("closed"),
    )
    served = holding(app, f"sqlite:///{file}")
    assert locked() - before == 10 * PAGE
    [job] = served.jobs
    assert (job.name, job.every) == ("hold-pages", EVERY)
    with file.open("ab") as more:
        more.write(bytes(PAGE))
    job.run()
    assert locked() - before == 11 * PAGE
    served.close()
    assert (locked(), closed) == (before, ["closed"])

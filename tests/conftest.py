"""Rules of every test run: closed sockets, requirement records, outside programs.

- Sockets other than loopback and Unix ones are closed.
- `@pytest.mark.requirement("R-012")` puts the requirement into the test's report; `--requirement-report FILE` writes
  which tests passed for which requirement as JSON.
- `@pytest.mark.outside("openssl")` skips a test whose program is not installed and names it at the end of the run;
  with CI=true a missing program is a failure.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import socket_allow_hosts

from mizuhiki.runtime import database
from mizuhiki.runtime.server import settle_memory
from support.card_stack import namespaces_work
from support.nations import make_nations_folder, remove_nations_folder
from support.postgres import PostgresServer, start_postgres

_MISSING = "missing-program"
_REQUIREMENT = "requirement"
_LEAST_FREE_BYTES = 3 * 2**30
_EXTRA_PROGRAM_FOLDERS = ("usr/lib/postgresql/*/bin", "usr/sbin", "sbin")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--requirement-report", metavar="FILE", help="write requirement -> tests and outcomes as JSON")


class RunRecord:
    """What is collected from the reports of all tests, also those of other worker processes."""

    def __init__(self) -> None:
        self.requirements: dict[str, dict[str, str]] = {}
        self.missing: dict[str, int] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        decisive = report.when == "call" or (report.when == "setup" and not report.passed)
        if not decisive:
            return
        for name, value in report.user_properties:
            if name == _REQUIREMENT:
                self.requirements.setdefault(str(value), {})[report.nodeid] = report.outcome
            if name == _MISSING:
                self.missing[str(value)] = self.missing.get(str(value), 0) + 1


_RECORD = pytest.StashKey[RunRecord]()


def pytest_configure(config: pytest.Config) -> None:
    database.SYNCHRONOUS = "OFF"  # as of PostgreSQL's server here: no test outlives the machine it runs on
    record = RunRecord()
    config.stash[_RECORD] = record
    config.pluginmanager.register(record, "mizuhiki-run-record")
    if not hasattr(config, "workerinput"):
        make_nations_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        remove_nations_folder()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say at once what would otherwise be a thousand errors of databases near the end."""
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    if not hasattr(session.config, "workerinput") and free < _LEAST_FREE_BYTES:
        print(f"warning: {free / 2**30:.1f} GiB are free in {folder}; the whole suite wants 3 GiB", file=sys.stderr)  # noqa: T201


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay for good; a country is made and thrown away a thousand times beside them."""
    settle_memory()


def pytest_runtest_setup(item: pytest.Item) -> None:
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
    for marker in item.iter_markers("requirement"):
        item.user_properties.extend((_REQUIREMENT, name) for name in marker.args)
    missing = [name for marker in item.iter_markers("outside") for name in marker.args if not find_program(name)]
    if missing:
        item.user_properties.extend((_MISSING, name) for name in missing)
        message = f"needs {', '.join(missing)}, not installed here"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


def find_program(name: str) -> str | None:
    """Path of a program, or what stands for it.

    A name with a slash is a file that must exist (``*`` for any one folder), ``python:NAME`` an optional Python
    package, ``namespaces`` the right to make a network and mounts of one's own.
    """
    if name == "namespaces":
        return name if namespaces_work() else None
    if name.startswith("python:"):
        return name if importlib.util.find_spec(name.removeprefix("python:")) else None
    if "*" in name:
        return next((str(found) for found in Path("/").glob(name.lstrip("/"))), None)
    if "/" in name:
        return name if Path(name).exists() else None
    folders = [
        os.environ.get("PATH", ""),
        *(str(found) for pattern in _EXTRA_PROGRAM_FOLDERS for found in Path("/").glob(pattern)),
    ]
    return shutil.which(name, path=os.pathsep.join(folders))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    missing = config.stash[_RECORD].missing
    if missing:
        terminalreporter.section("programs that are not installed here")
        for name, count in sorted(missing.items()):
            terminalreporter.write_line(f"{name}: {count} tests not run")


def pytest_sessionfinish(session: pytest.Session) -> None:
    target = session.config.getoption("--requirement-report")
    if target and not hasattr(session.config, "workerinput"):
        record = session.config.stash[_RECORD].requirements
        Path(target).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test session; mark tests that use it with `outside("postgres")`."""
    program = find_program("postgres")
    if program is None:
        pytest.skip("needs postgres, not installed here")
    server = start_postgres(Path(program).resolve().parent)
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.outside("postgres"))])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database; a test that takes it runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.new_database() as url:
        yield url

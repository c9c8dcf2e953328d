"""A throw-away PostgreSQL server on a Unix socket, for tests that must hold on both databases."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

_USER = "postgres"


@dataclass
class PostgresServer:
    """A running server; `folder` holds its data and its socket."""

    programs: Path
    folder: Path
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """Create an empty database, give its URL, and drop it: hundreds of them would fill a small disk."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        try:
            yield f"postgresql+psycopg://{_USER}@/{name}?host={self.folder}"
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user=_USER, dbname=_USER, autocommit=True) as connection:
            connection.execute(statement)

    def stop(self) -> None:
        _run([self.programs / "pg_ctl", "-D", self.folder / "data", "-w", "-s", "-m", "immediate", "stop"])
        shutil.rmtree(self.folder)


def start_postgres(programs: Path) -> PostgresServer:
    """Make and start a server with the programs in a folder; as root it runs as the user `postgres`."""
    # Not pytest's tmp_path: that is closed to other users, and a socket path may not be long.
    folder = Path(tempfile.mkdtemp(prefix="mizuhiki-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, _USER)
    data = folder / "data"
    _run([programs / "initdb", "-D", data, "-A", "trust", "-U", _USER, "--locale=C.UTF-8", "-E", "UTF8", "--no-sync"])
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    _run([programs / "pg_ctl", "-D", data, "-w", "-s", "-o", options, "-l", folder / "log", "start"])
    return PostgresServer(programs, folder)


def _run(command: list[str | Path]) -> None:
    prefix = ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/tmp")  # noqa: S108

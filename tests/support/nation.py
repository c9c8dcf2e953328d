"""A small founded nation for tests: founded once per test run, copied for everybody who changes it (decision 94).

stage = open_copy(tmp_path / "nation")
stage.operations(CITY) ...
stage.close()
"""

from __future__ import annotations

import fcntl
import functools
import inspect
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.serving import Api
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.founding import Founding
from mizuhiki.world.local import LocalStage, open_nation
from mizuhiki.world.nation.nation import Nation, institution_folder
from mizuhiki.world.nation.plan import plan_nation
from mizuhiki.world.progress import Progress
from mizuhiki.world.roster import read_roster
from support.nations import nations_folder

DAY = date(2019, 12, 2)
POPULATION = 60
PORT = 8080
INSTITUTIONS: tuple[InstitutionId, ...] = tuple(one.institution for one in plan_nation())


@functools.cache
def founded_folder(day: date = DAY) -> Path:
    """The data of a nation founded on `day`; nobody may change them, hence `open_copy`.

    The first process of the test run that asks founds it; the others wait and take the same.
    """
    folder = nations_folder()
    founded = folder / f"{day}"
    with (folder / f"{day}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not founded.exists():
            unfinished = Path(tempfile.mkdtemp(dir=folder))
            _found(unfinished, day)
            unfinished.rename(founded)
    return founded


def _found(data: Path, day: date) -> None:
    started_at = SystemClock().now()
    nation = open_nation(data, day, port=PORT, randomness=SystemRandomness(), started_at=started_at)
    quiet = Progress(lambda _line: None)
    try:
        Founding(nation, seed=1, population=POPULATION, progress=quiet, started_at=started_at).found()
    finally:
        nation.close()


def open_copy(target: Path, day: date = DAY) -> LocalStage:
    """Copy the founded nation to `target` and open it there."""
    shutil.copytree(founded_folder(day), target)
    roster = read_roster(target)
    assert roster is not None
    nation = open_nation(
        target, roster.world_date, port=PORT, randomness=SystemRandomness(), started_at=roster.started_at
    )
    return LocalStage(nation, roster)


@contextmanager
def opened_copy(target: Path, day: date = DAY) -> Iterator[LocalStage]:
    """`open_copy` that is closed at the end of the block."""
    stage = open_copy(target, day)
    try:
        yield stage
    finally:
        stage.close()


@pytest.fixture(scope="session")
def founded_nation() -> Path:
    """Folder of the founded nation; read it, do not change it."""
    return founded_folder()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[LocalStage]:
    """A nation of this test alone."""
    with opened_copy(tmp_path / "nation") as opened:
        yield opened


@pytest.fixture(scope="module")
def module_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStage]:
    """A nation that the tests of one file share: each must leave it as it was."""
    with opened_copy(tmp_path_factory.mktemp("shared") / "nation") as opened:
        yield opened


def database_file(nation: Nation, institution: InstitutionId) -> Path:
    """Where an institution keeps its SQLite database."""
    return institution_folder(nation.settings.data, institution) / "institution.sqlite"


def _parts(nation: Nation, institution: InstitutionId) -> list[Any]:
    wsgi = nation.app(institution).wsgi
    return [wsgi] if isinstance(wsgi, Api) else list(inspect.getclosurevars(wsgi).nonlocals.values())


def api_of(nation: Nation, institution: InstitutionId) -> Api:
    """The endpoints of an institution, taken out of its combined application."""
    (found,) = [part for part in _parts(nation, institution) if isinstance(part, Api)]
    return found


def pages_of(nation: Nation, institution: InstitutionId) -> Flask | None:
    """The pages of an institution, or None when it has none."""
    found = [part for part in _parts(nation, institution) if isinstance(part, Flask)]
    assert len(found) <= 1
    return found[0] if found else None

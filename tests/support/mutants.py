"""Mutants of the rules: each breaks one rule of the source, and the tests that carry its requirement must turn red.

`tests/mutants/<section>.toml` holds them, one file for each section letter of `docs/requirements.toml`::

    [[mutant]]
    requirement = "R-012"
    file = "src/mizuhiki/…"
    old = "…"   # stands exactly once in the file; several lines are fine
    new = "…"
    why = "what the broken rule would do"

``make mutants SECTION=F REQUIREMENT=R-125`` copies the checkout, applies one mutant at a time to the copy and runs only
the tests whose marker names the requirement. The checkout itself is never changed. Exit code 0: every mutant was
killed by a test that fails with it and passes without it; 1: one was not; 2: nothing to run.
"""

from __future__ import annotations

import argparse
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec
from rich.console import Console

from mizuhiki.cli.requirements import ProvingTest, read_markers, read_register

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path("tests/mutants")
LEFT_OUT = (".git", ".venv", "node_modules", "var", "dist", "test-results", ".mypy_cache", ".ruff_cache", ".hypothesis")
ORDER = ("tests/unit", "tests/vectors", "tests/contract", "tests/architecture", "tests/misuse", "tests/interop")
"""Folders from quick to slow: a quick test that fails spares the others."""
SLOW = ("tests/unit/world", "tests/interop", "tests/journeys")
"""What founds a country or starts outside programs is asked only about mutants that all other tests let live."""
PASSED, FAILED = 0, 1
"""Exit codes of pytest; any other says that tests could not be collected or run."""


class Mutant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One broken rule: `old`, found once in `file`, is replaced by `new`."""

    requirement: str
    file: str
    old: str
    new: str
    why: str


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mutant: list[Mutant]


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "SURVIVED"
    UNLOADABLE = "DID NOT LOAD"
    RED_BEFORE = "RED WITHOUT IT"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate of one mutant, and the test that ended it or the last words of pytest."""

    mutant: Mutant
    fate: Fate
    said: str


def read_mutants(root: Path = ROOT) -> dict[str, list[Mutant]]:
    """Return the mutants by section letter, in the order they are written."""
    return {
        path.stem: msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), type=_Section).mutant
        for path in sorted((root / FOLDER).glob("*.toml"))
    }


def misfits(mutants: Sequence[Mutant], root: Path = ROOT) -> list[str]:
    """Return, one sentence each, which mutants do not fit the source as it is: not a rule of today's code."""
    said = []
    for mutant in mutants:
        path = root / mutant.file
        found = path.read_text(encoding="utf-8").count(mutant.old) if path.is_file() else 0
        if not mutant.file.startswith("src/") or found != 1 or mutant.old == mutant.new:
            said.append(f"{mutant.requirement}: {mutant.old!r} stands {found} times in {mutant.file}, not once")
    return said


class Copy:
    """A copy of the checkout in which one mutant at a time lives."""

    def __init__(self, folder: Path) -> None:
        self._root = folder
        self._green: dict[str, bool] = {}
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        # The copy stands before the editable install on the path, in child processes too.
        self._environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        place = [sys.executable, "-c", "import mizuhiki; print(mizuhiki.__file__)"]
        found = subprocess.run(place, cwd=folder, env=self._environment, text=True, capture_output=True, check=True)
        if not found.stdout.startswith(str(folder)):
            raise RuntimeError(f"tests would import {found.stdout.strip()}, not the copy")

    def test(self, nodes: Sequence[str]) -> tuple[int, str]:
        """Run the tests until one fails; return pytest's exit code and its output."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *nodes]
        done = subprocess.run(
            command, cwd=self._root, env=self._environment, text=True, capture_output=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def judge(self, mutant: Mutant, rounds: Sequence[Sequence[str]]) -> Verdict:
        """Let the mutant live until a round of tests kills it, or through all of them."""
        path = self._root / mutant.file
        sound, times = path.read_bytes(), path.stat()
        path.write_bytes(sound.replace(mutant.old.encode(), mutant.new.encode()))
        # A compiled file is matched by second and size: an own second keeps Python from running the sound one.
        os.utime(path, (times.st_atime, times.st_mtime - 3600))
        try:
            for nodes in rounds:
                code, output = self.test(nodes)
                if code != PASSED:
                    break
        finally:
            path.write_bytes(sound)
            os.utime(path, (times.st_atime, times.st_mtime))
        fate = {PASSED: Fate.SURVIVED, FAILED: Fate.KILLED}.get(code, Fate.UNLOADABLE)
        named = re.findall(r"^(?:FAILED|ERROR) ([^\s\[]+)", output, flags=re.MULTILINE)
        if fate is Fate.KILLED and not (named and self._is_green(named[0])):
            fate = Fate.RED_BEFORE
        return Verdict(mutant, fate, named[0] if named else output.strip().rpartition("\n")[2])

    def _is_green(self, node: str) -> bool:
        """Say whether the test that killed a mutant passes without any."""
        if node not in self._green:
            self._green[node] = self.test([node])[0] == PASSED
        return self._green[node]


def rounds_of(tests: Sequence[ProvingTest]) -> list[list[str]]:
    """Return what pytest is to run, quick folders first: one round of quick tests, one of slow ones, neither empty."""

    def rank(node: str) -> int:
        return next((place for place, folder in enumerate(ORDER) if node.startswith(folder)), len(ORDER))

    nodes = sorted((test.node for test in tests), key=rank)
    slow = [node for node in nodes if node.startswith(SLOW)]
    return [found for found in ([node for node in nodes if node not in slow], slow) if found]


def run(mutants: Sequence[Mutant], markers: Mapping[str, Sequence[ProvingTest]], workers: int) -> int:
    """Judge all mutants, print each verdict as it falls, and return the exit code."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    wanted = list(dict.fromkeys(mutant.requirement for mutant in mutants))
    unproved = [identifier for identifier in wanted if not markers.get(identifier)]
    if unproved or misfits(mutants) or not mutants:
        console.print("\n".join([*(f"no test carries {name}" for name in unproved), *misfits(mutants)]) or "no mutants")
        return 2
    with tempfile.TemporaryDirectory(prefix="pytest-mutants-") as folder:
        copies: queue.Queue[Copy] = queue.Queue()
        for number in range(min(workers, len(mutants))):
            copies.put(Copy(Path(folder) / str(number)))

        def judge(mutant: Mutant) -> Verdict:
            copy = copies.get()
            verdict = copy.judge(mutant, rounds_of(markers[mutant.requirement]))
            copies.put(copy)
            console.print(f"{verdict.fate}  {mutant.requirement}  {mutant.file}: {mutant.why}\n    {verdict.said}")
            return verdict

        with ThreadPoolExecutor(copies.qsize()) as pool:
            verdicts = list(pool.map(judge, mutants))
    lived = [verdict for verdict in verdicts if verdict.fate != Fate.KILLED]
    console.print(f"{len(verdicts) - len(lived)} of {len(verdicts)} mutants killed")
    return int(bool(lived))


def main() -> int:
    """Read the command line: section letters and requirement ids, both optional and repeatable."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("--section", nargs="*", default=[], help="letters; default: all")
    parser.add_argument("--requirement", nargs="*", default=[], help="ids; default: all of the sections")
    parser.add_argument("--workers", type=int, default=2, help="copies tested at the same time")
    asked = parser.parse_args()
    known = {requirement.id for requirement in read_register(ROOT)}
    if unknown := set(asked.requirement) - known:
        parser.error(f"no such requirement: {', '.join(sorted(unknown))}")
    mutants = [
        mutant
        for letter, members in read_mutants().items()
        for mutant in members
        if (not asked.section or letter in asked.section)
        and (not asked.requirement or mutant.requirement in asked.requirement)
    ]
    return run(mutants, read_markers(ROOT), asked.workers)


if __name__ == "__main__":
    sys.exit(main())

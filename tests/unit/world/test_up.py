"""`mizuhiki world up` as anybody runs it: refusals in one line, a world opened again, an orderly end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import httpx
import msgspec
import pytest

from mizuhiki.runtime.clock import SystemClock
from mizuhiki.ui import look
from mizuhiki.world import up as module
from mizuhiki.world.child import WORLD_CONFIG
from mizuhiki.world.errors import ChildFailed, PortInUse, UnknownStory
from mizuhiki.world.founding import Founding
from mizuhiki.world.nation.nation import Nation
from mizuhiki.world.processes import ProcessStage, free_ports
from mizuhiki.world.progress import Progress
from mizuhiki.world.roster import read_roster
from mizuhiki.world.shown import ShownWorld
from mizuhiki.world.story import run_story
from mizuhiki.world.story.notes import FILE, StoryNotes
from mizuhiki.world.story.telling import StepResult
from support.nation import founded_nation

__all__ = ["founded_nation"]
TOLD = [StepResult(1, "一", "one", "done", "well", 0.5)]
PATIENCE = 120


class Watched:
    """Stands for the landing page's view of the world."""

    def __init__(self) -> None:
        self.steps: list[StepResult] = []

    def begin_story(self, steps: Sequence[StepResult]) -> None:
        self.steps = list(steps)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mizuhiki", "world", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, "COLUMNS": "200"},
    )


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.fixture
def told_world(founded_nation: Path, tmp_path: Path) -> Path:
    """A founded world whose story was told."""
    data = tmp_path / "world"
    shutil.copytree(founded_nation, data)
    (data / FILE).write_bytes(msgspec.json.encode(TOLD))
    return data


def never(*_args: object, **_kwargs: object) -> None:
    pytest.fail("the world was founded")


def test_a_port_in_use_is_refused_before_anything_is_founded(
    taken_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_found", never)
    data = tmp_path / "world"
    with pytest.raises(PortInUse, match=f"port {taken_port} is in use; choose another with --port"):
        module.up(population=None, seed=None, port=taken_port, processes=False, data=data, as_json=False)
    assert not data.exists()


def test_a_founded_world_is_not_founded_again_whatever_is_asked_for(
    told_world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Founding, "found", never)
    monkeypatch.setattr(Nation, "__init__", never)
    found = module._found(told_world, 8080, seed=9, population=3_000, progress=Progress())
    assert found == read_roster(told_world)
    assert found.population == 60


def test_a_story_that_was_told_is_shown_and_not_told_again(told_world: Path) -> None:
    shown = Watched()
    stage = cast("Any", None)  # a story needs one; showing what was told does not
    assert module.tell_story(stage, told_world, cast("ShownWorld", shown))
    assert shown.steps == TOLD


def test_a_story_that_was_interrupted_is_not_told_again_and_did_not_end_well(told_world: Path) -> None:
    StoryNotes(told_world).begin(
        [*TOLD, StepResult(2, "二", "two", "running"), StepResult(3, "三", "three", "waiting")]
    )
    shown = Watched()
    assert not module.tell_story(cast("Any", None), told_world, cast("ShownWorld", shown))
    assert [step.state for step in shown.steps] == ["done", "failed", "waiting"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_world_opened_again_serves_its_pages_and_ends_in_order_when_told_to(told_world: Path, number: int) -> None:
    before = (told_world / "world.json").read_bytes()
    (port,) = free_ports(1)
    arguments = ["world", "up", "--data", str(told_world), "--port", str(port), "--json"]
    running = subprocess.Popen(
        [sys.executable, "-m", "mizuhiki", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout is not None
        lines = iter(running.stdout.readline, "")
        document = ""
        for line in lines:
            document += line
            if line.startswith("}"):
                break
        assert json.loads(document) == {"url": f"http://mizuhiki.localhost:{port}/", "data": str(told_world)}
        host = f"mizuhiki.localhost:{port}"
        page = httpx.get(f"http://127.0.0.1:{port}/", headers={"Host": host}, trust_env=False, timeout=PATIENCE)
        assert page.status_code == 200
        running.send_signal(number)
        _, errors = running.communicate(timeout=PATIENCE)
    finally:
        running.kill()
        running.wait()
    assert running.returncode == 0, errors
    assert "Traceback" not in errors
    assert (told_world / "world.json").read_bytes() == before
    assert (told_world / FILE).read_bytes() == msgspec.json.encode(TOLD)


def test_a_signal_ends_a_block_in_order_and_the_second_one_at_once() -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen: list[object] = []

    def be_ended() -> None:
        with module.ending_on_signals():
            try:
                signal.raise_signal(signal.SIGTERM)
            finally:
                seen.append(signal.getsignal(signal.SIGTERM))

    with pytest.raises(SystemExit) as ended:
        be_ended()
    assert seen == [signal.SIG_DFL]
    assert ended.value.code == 0
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_folder_that_nobody_named_is_gone_at_the_end(tmp_path: Path) -> None:
    with module._folder(None) as folder:
        folder.mkdir()
    assert not folder.parent.exists()
    with module._folder(tmp_path) as folder:
        assert folder == tmp_path
    assert tmp_path.exists()


def test_a_process_that_does_not_start_is_an_error_and_leaves_none_behind(
    told_world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = read_roster(told_world)
    assert roster is not None
    stage = ProcessStage(told_world, roster)
    stage._planned = stage._planned[:2]

    def spoil(*args: Any, **kwargs: Any) -> None:
        for one in stage._planned:
            (told_world / one.institution / WORLD_CONFIG).write_text("not a configuration")

    monkeypatch.setattr("mizuhiki.world.processes.write_configurations", spoil)
    with pytest.raises(ChildFailed, match="ended while it started"):
        stage.__enter__()
    assert not any(child.is_alive() for child in stage._children.values())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("up", "--population", "5", "--port", "0"), ["between 40 and 200,000", "  population: 5"]),
        (("up", "--population", "5", "--port", "0", "--json"), ["population-out-of-range"]),
    ],
)
def test_a_refusal_is_one_line_and_what_it_is_about(arguments: tuple[str, ...], says: list[str]) -> None:
    ended = command(*arguments)
    said = (ended.stdout + ended.stderr).strip().splitlines()
    assert ended.returncode == 1
    assert len(said) == len(says)
    assert all(part in line for part, line in zip(says, said, strict=True))


def test_a_folder_of_another_version_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    ended = command("up", "--data", str(tmp_path), "--port", "0")
    assert ended.returncode == 1
    assert "choose another with --data" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_an_unknown_story_is_a_wrong_call_that_names_the_known_ones() -> None:
    ended = command("story", "nonsense")
    assert ended.returncode == 2
    assert "child-allowance" in ended.stderr
    assert "Traceback" not in ended.stderr
    with pytest.raises(UnknownStory):
        run_story("nonsense", date=None, processes=False, as_json=False)


def test_a_world_without_a_built_front_end_says_so_before_anything_is_founded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "STATIC", tmp_path / "absent")
    monkeypatch.setattr(module, "_found", never)
    data = tmp_path / "world"
    with pytest.raises(look.FrontEndNotBuilt, match="make setup") as caught:
        module.up(population=None, seed=None, port=0, processes=False, data=data, as_json=False)
    assert "\n" not in caught.value.message
    assert not data.exists()


def test_free_ports_are_different_and_free_now() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5
    for port in ports:
        module._require_free(port)


def test_progress_times_phases_and_tells_them() -> None:
    lines: list[str] = []
    progress = Progress(lines.append)
    with progress.phase("段階", "A phase"):
        assert SystemClock().today()
    assert [phase.title_en for phase in progress.phases] == ["A phase"]
    assert lines[0].endswith("A phase")

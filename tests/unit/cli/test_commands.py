"""The command itself: its error boundary, and what world and run hand over."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from mizuhiki import __version__
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.world import replay
from unit.cli.console import Console

Given = list[tuple[tuple[object, ...], dict[str, object]]]


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Given]:
    """Put a recording function where a command imports the real one from; `failing` is raised by it."""

    def replace(module: str, function: str, failing: Exception | None = None) -> Given:
        given: Given = []

        def record(*arguments: object, **options: object) -> None:
            given.append((arguments, options))
            if failing is not None:
                raise failing

        stand_in = ModuleType(module)
        setattr(stand_in, function, record)
        monkeypatch.setitem(sys.modules, module, stand_in)
        return given

    return replace


def test_the_version_is_printed(console: Console) -> None:
    assert console.run("--version").out.strip() == __version__


def test_world_up_hands_its_options_over(console: Console, replaced: Callable[..., Given], tmp_path: Path) -> None:
    given = replaced("mizuhiki.world.up", "up")
    options = ("--population", "50", "--seed", "7", "--port", "8080", "--processes", "--data", str(tmp_path))
    assert console.run("world", "up", *options).code == 0
    assert given == [
        ((), {"population": 50, "seed": 7, "port": 8080, "processes": True, "data": tmp_path, "as_json": False})
    ]


def test_a_story_is_told_at_the_date_given(console: Console, replaced: Callable[..., Given]) -> None:
    given = replaced("mizuhiki.world.story", "run_story")
    assert console.run("world", "story", "child-allowance", "--date", "2019-12-02", "--json").code == 0
    assert given == [(("child-allowance",), {"date": date(2019, 12, 2), "processes": False, "as_json": True})]


@pytest.mark.parametrize(("options", "workers"), [((), 7), (("--workers", "3"), 3)])
def test_a_replay_has_a_process_for_each_core_or_as_many_as_are_wanted(
    console: Console, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], workers: int
) -> None:
    given: list[replay.ReplaySettings] = []

    def stop(settings: replay.ReplaySettings) -> None:
        given.append(settings)
        raise Refused

    monkeypatch.setattr(replay, "replay", stop)
    monkeypatch.setattr(replay, "WORKERS", 7)
    assert console.run("exchange", "replay", *options).code == 1
    assert [one.workers for one in given] == [workers]


def test_the_replays_own_default_is_the_number_of_cores() -> None:
    assert os.cpu_count() == replay.WORKERS


@pytest.mark.parametrize(
    "arguments",
    [("world", "story", "unknown"), ("world", "up", "--population", "0"), ("run", "jpki"), ("nonsense",)],
)
def test_a_wrong_call_ends_with_two(console: Console, arguments: tuple[str, ...]) -> None:
    assert console.run(*arguments).code == 2


def test_run_hands_institution_and_configuration_over(
    console: Console, replaced: Callable[..., Given], tmp_path: Path
) -> None:
    given = replaced("mizuhiki.world.run", "run_institution")
    config = tmp_path / "config.toml"
    config.touch()
    assert console.run("run", "linkage-core", "--config", str(config)).code == 0
    assert given == [(("linkage-core",), {"config": config, "as_json": False})]


def test_a_refusal_is_shown_with_its_code(console: Console, replaced: Callable[..., Given]) -> None:
    replaced("mizuhiki.world.up", "up", Refused("not [bold]today[/bold]"))
    ended = console.run("world", "up")
    assert ended.code == 1
    assert ended.err.strip() == "not [bold]today[/bold] (refused)"
    assert console.run("world", "up", "--json").document == {"error": "refused", "message": "not [bold]today[/bold]"}


def test_a_fault_shows_no_text_that_could_hold_personal_data(console: Console, replaced: Callable[..., Given]) -> None:
    replaced("mizuhiki.world.up", "up", KeyError("山田花子"))
    ended = console.run("world", "up")
    assert ended.code == 70
    assert "山田花子" not in ended.out + ended.err
    assert "KeyError" in ended.err


def test_a_developer_may_ask_for_the_traceback(
    console: Console, replaced: Callable[..., Given], monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced("mizuhiki.world.up", "up", KeyError("x"))
    monkeypatch.setenv("MIZUHIKI_DEBUG", "1")
    with pytest.raises(KeyError):
        console.run("world", "up")


def test_checking_a_number_loads_no_institution_and_no_web_framework() -> None:
    script = (
        "import sys; sys.argv = ['mizuhiki', 'number', 'check', '123456789018']\n"
        "try:\n    from mizuhiki.cli import main; main()\n"
        "finally:\n    print(sorted({name.split('.')[0] for name in sys.modules} & {'flask', 'sqlalchemy', 'httpx'}),\n"
        "          [name for name in sys.modules if name.startswith('mizuhiki.institutions.')])\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1] == "[] []"

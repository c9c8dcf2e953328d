"""`mizuhiki world story NAME`: a story on a fresh world, each step printed, exit code 0 only if every check holds."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape

from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.logging import configure
from mizuhiki.vocabulary.errors import Conflict
from mizuhiki.world.errors import UnknownStory
from mizuhiki.world.founding import Founding
from mizuhiki.world.local import LocalStage, open_nation
from mizuhiki.world.processes import ProcessStage
from mizuhiki.world.progress import Progress
from mizuhiki.world.roster import Roster
from mizuhiki.world.story.child_allowance import ChildAllowance
from mizuhiki.world.story.telling import StepResult, Watch, tell

DEFAULT_DATE = date(2019, 12, 2)
STORY = "child-allowance"
PAGES_PORT = 8080
"""Only in addresses: a story opens no socket for pages."""
STORY_POPULATION = 60
"""A story needs its people and some neighbours; a demo has thousands."""


class StoryFailed(Conflict):
    """A step of the story failed; the steps say which."""

    code = "story-failed"
    title = "The story did not end well; see the failed step"


def _found(data: Path, day: date, progress: Progress) -> tuple[LocalStage, Roster]:
    started_at = SystemClock().now()
    nation = open_nation(data, day, port=PAGES_PORT, randomness=SystemRandomness(), started_at=started_at)
    founding = Founding(nation, seed=1, population=STORY_POPULATION, progress=progress, started_at=started_at)
    roster = founding.found()
    return LocalStage(nation, roster), roster


def run_story(name: str, *, date: date | None, processes: bool, as_json: bool) -> None:
    """Found a fresh world, run the story in it, and print each step.

    Raises:
        UnknownStory: there is no such story.
        StoryFailed: a step failed.
    """
    if name != STORY:
        raise UnknownStory(name=name)
    configure(strict=False)
    console = Console(stderr=as_json)
    with tempfile.TemporaryDirectory(prefix="mizuhiki-story-") as folder:
        progress = Progress((lambda _line: None) if as_json else console.print)
        stage, roster = _found(Path(folder), date or DEFAULT_DATE, progress)
        if processes:
            stage.close()
            with ProcessStage(Path(folder), roster) as running:
                results = tell(ChildAllowance(running).steps(), _printer(console, as_json=as_json))
        else:
            try:
                results = tell(ChildAllowance(stage).steps(), _printer(console, as_json=as_json))
            finally:
                stage.close()
    good = all(result.state == "done" for result in results)
    if as_json:
        answer = {"story": name, "date": (date or DEFAULT_DATE).isoformat(), "good": good, "steps": results}
        Console(soft_wrap=True).print_json(msgspec.json.encode(answer).decode())
    if not good:
        raise StoryFailed


def _printer(console: Console, *, as_json: bool) -> Watch:
    def show(result: StepResult) -> None:
        if as_json or result.state == "running":
            return
        mark = "[green]✓[/green]" if result.state == "done" else "[red]✗[/red]"
        console.print(f"{mark} {result.number:2}. {result.title_en} [dim]{result.seconds:.2f} s[/dim]")
        console.print(f"      {escape(result.detail)}")

    return show

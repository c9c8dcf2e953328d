"""`mizuhiki world up`: found the demo country or open it again, serve every page, tell the story, keep serving."""

from __future__ import annotations

import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Protocol

import msgspec
from rich.console import Console

from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.dispatch import HostDispatcher
from mizuhiki.runtime.logging import configure
from mizuhiki.runtime.scheduler import Scheduler
from mizuhiki.runtime.server import LocalServer
from mizuhiki.ui import look
from mizuhiki.world.counter_cards import counter_holders
from mizuhiki.world.errors import PortInUse
from mizuhiki.world.founding import Founding, require_population
from mizuhiki.world.local import LocalStage, open_nation
from mizuhiki.world.nation.plan import DOMAIN
from mizuhiki.world.pages import world_applications
from mizuhiki.world.processes import ProcessStage, free_ports
from mizuhiki.world.progress import Progress
from mizuhiki.world.roster import Roster, read_roster
from mizuhiki.world.shown import ShownWorld
from mizuhiki.world.stored_cards import card_file
from mizuhiki.world.story.child_allowance import ChildAllowance
from mizuhiki.world.story.notes import StoryNotes
from mizuhiki.world.story.telling import StepResult, tell

DEFAULT_POPULATION = 2_000
DEFAULT_SEED = 1
DEFAULT_PORT = 8080
WORLD_DATE = date(2019, 12, 2)

Stage = LocalStage | ProcessStage


class Told(Protocol):
    """Hears the address once pages are served, and later, without one, how the story went."""

    def __call__(self, address: str, *, good: bool) -> None:
        """Tell."""


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortInUse(f"port {port} is in use; choose another with --port", port=port) from error


def _found(data: Path, port: int, *, seed: int, population: int, progress: Progress) -> Roster:
    known = read_roster(data)
    if known is not None:
        return known
    require_population(population)
    started_at = SystemClock().now()
    nation = open_nation(data, WORLD_DATE, port=port, randomness=SystemRandomness(), started_at=started_at)
    try:
        return Founding(nation, seed=seed, population=population, progress=progress, started_at=started_at).found()
    finally:
        nation.close()


@contextmanager
def _stage(data: Path, roster: Roster, port: int, *, processes: bool) -> Iterator[Stage]:
    """Open the institutions and run their jobs while the block runs."""
    if processes:
        with ProcessStage(data, roster, port=port) as running:
            yield running
        return
    nation = open_nation(
        data, roster.world_date, port=port, randomness=SystemRandomness(), started_at=roster.started_at
    )
    stage = LocalStage(nation, roster)
    scheduler = Scheduler(nation.apps())
    scheduler.start()
    try:
        yield stage
    finally:
        scheduler.stop()
        stage.close()


def tell_story(stage: Stage, data: Path, shown: ShownWorld) -> bool:
    """Tell the story once in the life of a world and keep how it went; return whether every check held.

    A story that was interrupted is not told again: half of it has happened.
    """
    notes = StoryNotes(data)
    results = notes.read()
    if results is None:
        steps = ChildAllowance(stage).steps()
        waiting = [StepResult(number, step.title_ja, step.title_en, "waiting") for number, step in enumerate(steps, 1)]
        notes.begin(waiting)
        shown.begin_story(waiting)

        def watch(step: StepResult) -> None:
            notes.watch(step)
            shown.watch(step)

        results = tell(steps, watch)
    else:
        shown.begin_story(results)
    return all(step.state == "done" for step in results)


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """While the block runs, SIGINT and SIGTERM end the program in order: every `finally` runs, the exit code is 0.

    The second signal ends it at once, so that a cleanup that hangs can be left.
    """
    numbers = (signal.SIGINT, signal.SIGTERM)

    def end(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)
        raise SystemExit(0)

    before = [signal.signal(number, end) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _wait_for_end() -> None:
    threading.Event().wait()


def serve_world(
    data: Path,
    roster: Roster,
    port: int,
    *,
    processes: bool,
    told: Told,
    wait: Callable[[], None],
) -> None:
    """Serve a founded world: pages at once, the story beside them; `told` hears the address and how the story went."""
    with _stage(data, roster, port, processes=processes) as stage:
        shown = ShownWorld(
            stage.directory,
            roster,
            stage.page_address,
            lambda key: card_file(data, key).exists(),
            today=stage.clock.today,
            counter_cards=lambda: counter_holders(data),
        )
        pages = world_applications(
            clock=stage.clock,
            directory=stage.directory,
            page_address=stage.page_address,
            data=data,
            shown=shown,
            open_card=stage.card,
        )
        with pages as own:
            server = LocalServer(HostDispatcher(own, stage.dispatcher().application), "127.0.0.1", port)
            server.start()
            try:
                told(f"http://{DOMAIN}:{port}/", good=True)
                told("", good=tell_story(stage, data, shown))
                wait()
            finally:
                server.stop()


def up(
    *,
    population: int | None,
    seed: int | None,
    port: int | None,
    processes: bool,
    data: Path | None,
    as_json: bool,
) -> None:
    """Found or open the world and serve it until the process is told to stop.

    `port` 0 takes a free one. A world that exists already keeps its people, whatever `population` and `seed` say.

    Raises:
        PortInUse: somebody listens there already.
        WorldOfAnotherVersion: the data folder is of another version.
        PopulationOutOfRange: the population cannot be invented.
        FrontEndNotBuilt: the style sheet and script are missing; said before anything is founded.
    """
    configure(strict=False)
    console = Console(stderr=as_json)
    chosen = DEFAULT_PORT if port is None else port or free_ports(1)[0]
    look.read_manifest(look.STATIC)
    _require_free(chosen)

    with ending_on_signals(), _folder(data) as folder:
        roster = _found(
            folder,
            chosen,
            seed=DEFAULT_SEED if seed is None else seed,
            population=DEFAULT_POPULATION if population is None else population,
            progress=Progress(console.print),
        )

        def told(address: str, *, good: bool) -> None:
            if address and as_json:
                Console(soft_wrap=True).print_json(msgspec.json.encode({"url": address, "data": str(folder)}).decode())
            elif address:
                console.print(f"\n[bold]{address}[/bold]  the country of invented people is open (Ctrl-C ends it)\n")
            else:
                console.print("the story ended well" if good else "[red]the story failed: see the landing page[/red]")

        serve_world(folder, roster, chosen, processes=processes, told=told, wait=_wait_for_end)


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    """Give the folder of the world; one that nobody named is removed at the end."""
    if data is not None:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="mizuhiki-world-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "world"

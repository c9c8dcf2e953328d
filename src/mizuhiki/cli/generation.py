"""``mizuhiki generation``: open, close and show generations of pseudonyms; renew, and examine what was linked.

The ceremony has two rooms. The commission opens first, on its own machine with its own configuration; then the core, on
its own, which asks the commission for its signed statement. Each command is told to one of them by its configuration.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mizuhiki.cli.output import answer

if TYPE_CHECKING:
    from mizuhiki.vocabulary.generations import Generations

app = typer.Typer(help="Generations of pseudonyms.", no_args_is_help=True)
Config = Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Configuration of the institution.")]
Number = Annotated[int, typer.Option(min=1, help="The generation.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Day = Annotated[str | None, typer.Option(help="Day in Japan, YYYY-MM-DD; told at the commission only.")]


@app.command("open")
def open_generation(config: Config, generation: Number, issue_from: Day = None, *, as_json: AsJson = False) -> None:
    """Open the next generation: first at the commission, with the day of issue, then at the core, which takes that day.

    From now on institutions may renew; from the day of issue new persons get this generation and inquiries go in it.
    """
    from mizuhiki.world.generations import open_generation as opening  # noqa: PLC0415 - loads the institution only here

    _tell(opening(config, generation, _day(issue_from)), as_json=as_json)


@app.command("close")
def close_generation(config: Config, generation: Number, on: Day = None, *, as_json: AsJson = False) -> None:
    """Set the end of the older of two generations: first at the commission, then at the core, which takes that day."""
    from mizuhiki.world.generations import close_generation as closing  # noqa: PLC0415 - loads the institution only here

    _tell(closing(config, generation, _day(on)), as_json=as_json)


@app.command("show")
def show(config: Config, *, as_json: AsJson = False) -> None:
    """Print the generations that the commission or the core has opened."""
    from mizuhiki.world.generations import show_generations  # noqa: PLC0415 - loads the institution only here

    _tell(show_generations(config), as_json=as_json)


@app.command("renew")
def renew(config: Config, *, as_json: AsJson = False) -> None:
    """Renew the pseudonyms of an intermediate server, and erase those of a closed generation.

    The server does this by itself every ten minutes. Exit code 1 while some are left.
    """
    from mizuhiki.world.generations import renew_pseudonyms  # noqa: PLC0415 - loads the institution only here

    found = renew_pseudonyms(config)
    document = {
        "renewed": found.renewed,
        "erased": found.erased,
        "ended": found.ended,
        "left": found.left,
        "held": {str(generation): number for generation, number in sorted(found.held.items())},
        "stopped_by": found.stopped_by,
    }
    answer(document, "\n".join(f"{name}: {value}" for name, value in document.items()), as_json=as_json)
    if found.left or found.stopped_by:
        raise typer.Exit(1)


@app.command("links")
def links(config: Config, *, as_json: AsJson = False) -> None:
    """Examine at the core every link between its pseudonyms of two generations; refuses when one is not proved."""
    from mizuhiki.world.generations import examine_links  # noqa: PLC0415 - loads the institution only here

    found = examine_links(config)
    document = {"batches": found.batches, "links": found.links}
    answer(document, "\n".join(f"{name}: {value}" for name, value in document.items()), as_json=as_json)


def _day(text: str | None) -> date | None:
    from mizuhiki.vocabulary.generations import GenerationDatesUnfit  # noqa: PLC0415 - only for these commands

    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise GenerationDatesUnfit(part="day") from error


def _tell(found: Generations, *, as_json: bool) -> None:
    terms = [
        {
            "generation": term.generation,
            "opened_at": term.opened_at.isoformat(),
            "issue_from": term.issue_from.isoformat(),
            "closed_at": None if term.closed_at is None else term.closed_at.isoformat(),
        }
        for term in found.terms
    ]
    lines = [" ".join(f"{name}: {value}" for name, value in term.items()) for term in terms]
    answer({"generations": terms}, "\n".join(lines), as_json=as_json)

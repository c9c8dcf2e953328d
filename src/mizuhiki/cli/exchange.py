"""``mizuhiki exchange``: files of inquiries, and the replay of 2018."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from mizuhiki.cli.output import answer
from mizuhiki.wire.exchange_files import write_outcomes

if TYPE_CHECKING:
    from mizuhiki.vocabulary.ids import InstitutionId
    from mizuhiki.world.exchange_files import FileExchange

app = typer.Typer(help="Information exchange in bulk.", no_args_is_help=True)


@app.command()
def replay(  # noqa: PLR0917 - options of a command, given by name
    inquiries: Annotated[int, typer.Option(min=1, help="How many inquiries.")] = 10_000,
    population: Annotated[int, typer.Option(min=1, help="People known at every server.")] = 2_000,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that carry out sections; one for each core when not given.")
    ] = None,
    section_size: Annotated[int, typer.Option(min=1, max=10_000, help="Lines of one section.")] = 1_000,
    proof_share: Annotated[
        float, typer.Option(min=0.000001, max=1.0, help="Share of sections each receiver has proved; 1 for always.")
    ] = 0.05,
    seed: Annotated[int, typer.Option(help="The same seed makes the same files.")] = 1,
    floor_rounds: Annotated[int, typer.Option(min=1, help="Rounds of measuring the floor, twice.")] = 2_000,
    data: Annotated[Path | None, typer.Option(help="Folder to work in; a killed replay goes on in it.")] = None,
    *,
    hold_pages: Annotated[
        bool, typer.Option("--hold-pages", help="Keep the databases' pages in memory; needs the right to lock it.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Replay the exchanges of 2018 through the bulk path with everything on, and measure it.

    Exit code 1 when anything was lost, doubled or does not reconcile.
    """
    from mizuhiki.world import replay as country  # noqa: PLC0415 - loads institutions only for this command

    with tempfile.TemporaryDirectory(prefix="mizuhiki-replay-") as fresh:
        report = country.replay(
            country.ReplaySettings(
                inquiries=inquiries,
                population=population,
                workers=workers or country.WORKERS,
                section_size=section_size,
                proof_share=proof_share,
                seed=seed,
                floor_rounds=floor_rounds,
                data=data or Path(fresh),
                hold_pages=hold_pages,
            )
        )
    document = {field.name: getattr(report, field.name) for field in fields(report)}
    text = "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in document.items())
    answer(document, text, as_json=as_json)
    if report.lost or report.doubled or report.unreconciled:
        raise typer.Exit(1)


Config = Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Configuration of the asking institution.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Inquiry file in the record shape.")]


@contextmanager
def _exchange(config: Path) -> Iterator[tuple[InstitutionId, FileExchange]]:
    from mizuhiki.runtime.config import load  # noqa: PLC0415 - only for these commands
    from mizuhiki.runtime.peers import Peers  # noqa: PLC0415 - only for these commands
    from mizuhiki.world.exchange_files import FileExchange as Exchange  # noqa: PLC0415 - only for these commands

    with load(config).connected() as environment:
        yield environment.institution, Exchange(Peers(environment), environment.institution)


@app.command("sample")
def sample(  # noqa: PLR0917 - options of a command, given by name
    file: Annotated[Path, typer.Argument(help="File to write.")],
    config: Config,
    provider: Annotated[str, typer.Option(help="Whom to ask.")],
    addressee: Annotated[list[str] | None, typer.Option(help="Addressee number; once for each person.")] = None,
    addressees: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="File with an addressee number on each line.")
    ] = None,
    affair: Annotated[str, typer.Option(help="Affair.")] = "child-allowance",
    procedure: Annotated[str, typer.Option(help="Procedure.")] = "child-allowance.claim",
    kind: Annotated[str, typer.Option(help="Kind of information.")] = "local-tax",
    fiscal_year: Annotated[int, typer.Option(min=0, help="Fiscal year; 0 for none.")] = 0,
) -> None:
    """Write an inquiry file with one line for each addressee, those of `--addressee` first."""
    from mizuhiki.runtime.clock import SystemClock  # noqa: PLC0415 - only for this command
    from mizuhiki.world.exchange_files import Asked, sample_file  # noqa: PLC0415 - only for this command

    people = [*(addressee or ()), *(addressees.read_text(encoding="utf-8").split() if addressees else ())]
    if not people:
        raise typer.BadParameter("give --addressee or --addressees")
    with _exchange(config) as (owner, _):
        asked = Asked(provider, affair, procedure, kind, fiscal_year)
        file.write_bytes(sample_file(owner, people, asked, SystemClock().now()))
    answer({"file": str(file), "lines": len(people)}, f"{file}: {len(people)}", as_json=False)


@app.command("try")
def try_out(file: File, config: Config) -> None:
    """Tell what a file would ask and which statute row permits it; nothing is sent. Prints one JSON document."""
    with _exchange(config) as (_, exchange):
        typer.echo(msgspec.json.encode(exchange.try_out(file.read_bytes(), file.name)).decode())


@app.command("submit")
def submit(file: File, config: Config) -> None:
    """Hand a file in; the same content again is the same file. Prints its state as one JSON document."""
    with _exchange(config) as (_, exchange):
        typer.echo(msgspec.json.encode(exchange.submit(file.read_bytes(), file.name)).decode())


@app.command("fetch")
def fetch(file: File, into: Annotated[Path, typer.Argument(help="Outcome file to write.")], config: Config) -> None:
    """Write the outcomes of a file that was handed in. Exit code 1 while some lines are not answered yet."""
    with _exchange(config) as (_, exchange):
        records, complete = exchange.outcomes(file.read_bytes())
        into.write_bytes(write_outcomes(records))
    document = {"file": str(into), "lines": len(records), "complete": complete}
    answer(document, "\n".join(f"{name}: {value}" for name, value in document.items()), as_json=False)
    if not complete:
        raise typer.Exit(1)


@app.command("stream")
def stream(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="All lines of the stream so far.")],
    into: Annotated[Path, typer.Argument(help="Outcome file to add to.")],
    config: Config,
    stream_id: Annotated[str, typer.Option("--stream", help="Name of the stream, up to 50 of A–Z a–z 0–9 _ -.")],
    after: Annotated[int, typer.Option(min=0, help="Cursor: the next_after of the call before, 0 at first.")] = 0,
) -> None:
    """Hand in the lines that are new; add outcomes that came after the cursor. Exit code 1 while lines are open."""
    with _exchange(config) as (_, exchange):
        told = exchange.stream(file.read_bytes(), stream_id, after)
    with into.open("ab") as outcomes:
        outcomes.write(write_outcomes(told.records))
    document = {"lines": len(told.records), "next_after": told.next_after, "open": told.open_lines}
    typer.echo(msgspec.json.encode(document).decode())
    if told.open_lines:
        raise typer.Exit(1)

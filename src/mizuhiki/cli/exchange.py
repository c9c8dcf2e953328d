"""``mizuhiki exchange``: files of inquiries, and the replay of 2018."""

from __future__ import annotations

import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mizuhiki.cli.output import answer

app = typer.Typer(help="Information exchange in bulk.", no_args_is_help=True)


@app.command()
def replay(  # noqa: PLR0917 - options of a command, given by name
    inquiries: Annotated[int, typer.Option(min=1, help="How many inquiries.")] = 10_000,
    population: Annotated[int, typer.Option(min=1, help="People known at every server.")] = 2_000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that carry out sections.")] = os.cpu_count() or 1,
    section_size: Annotated[int, typer.Option(min=1, max=10_000, help="Lines of one section.")] = 1_000,
    proof_share: Annotated[
        float, typer.Option(min=0.000001, max=1.0, help="Share of sections each receiver has proved; 1 for always.")
    ] = 0.05,
    seed: Annotated[int, typer.Option(help="The same seed makes the same files.")] = 1,
    floor_rounds: Annotated[int, typer.Option(min=1, help="Rounds of measuring the floor, twice.")] = 2_000,
    data: Annotated[Path | None, typer.Option(help="Folder to work in; a killed replay goes on in it.")] = None,
    *,
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
                workers=workers,
                section_size=section_size,
                proof_share=proof_share,
                seed=seed,
                floor_rounds=floor_rounds,
                data=data or Path(fresh),
            )
        )
    document = asdict(report)
    text = "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in document.items())
    answer(document, text, as_json=as_json)
    if report.lost or report.doubled or report.unreconciled:
        raise typer.Exit(1)

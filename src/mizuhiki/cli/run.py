"""``mizuhiki run``: one institution as one service, configured by a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    institution: Annotated[
        str, typer.Argument(help="Identifier of the institution, such as municipality-452025; or platform.")
    ],
    config: Annotated[Path, typer.Option(help="Configuration file (TOML).", exists=True, dir_okay=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document a line.")] = False,
) -> None:
    """Serve one institution until it is told to stop."""
    from mizuhiki.world.run import run_institution  # noqa: PLC0415 - loads the institution only for this command

    run_institution(institution, config=config, as_json=as_json)

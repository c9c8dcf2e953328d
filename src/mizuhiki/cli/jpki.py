"""``mizuhiki jpki ceremony``: establish roots by a script, in a device or a keystore file, and print the transcript."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Certification authorities.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Certification authorities."""


@app.command()
def ceremony(
    config: Annotated[Path, typer.Option(help="The script of the ceremony (YAML).", exists=True, dir_okay=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Hold a key ceremony; held again with the same script and device, it prints the same transcript."""
    import msgspec  # noqa: PLC0415 - loads the institution only for this command

    from mizuhiki.world.ceremony import hold_ceremony  # noqa: PLC0415 - loads the institution only for this command

    roots = hold_ceremony(config)
    if as_json:
        found = [
            {
                "kind": root.kind.value,
                "generation": root.generation,
                "transcript": root.transcript.splitlines(),
                "certificate": root.certificate,
            }
            for root in roots
        ]
        typer.echo(msgspec.json.encode(found).decode())
        return
    typer.echo("\n\n".join(root.transcript for root in roots))

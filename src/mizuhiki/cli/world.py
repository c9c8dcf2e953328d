"""``mizuhiki world``: the demo country with invented people. Institutions load only when a command needs them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mizuhiki.cli.output import answer, refuse
from mizuhiki.vocabulary.errors import MizuhikiError

app = typer.Typer(help="The demo country.", no_args_is_help=True)


class Story(StrEnum):
    """Stories that can be told."""

    CHILD_ALLOWANCE = "child-allowance"


@app.command()
def up(
    population: Annotated[int | None, typer.Option(min=1, help="Number of invented residents.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed makes the same people.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port on the loopback address.")] = None,
    *,
    processes: Annotated[bool, typer.Option("--processes", help="One process per institution.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder that keeps the world; absent: a fresh one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document a line.")] = False,
) -> None:
    """Start every institution and serve their pages until interrupted."""
    from mizuhiki.world.up import up as start  # noqa: PLC0415 - loads every institution only for this command

    start(population=population, seed=seed, port=port, processes=processes, data=data, as_json=as_json)


@app.command()
def holders(
    data: Annotated[Path, typer.Option(help="Folder that keeps the world.", exists=True, file_okay=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List who has a demo card: the key that `world sign` wants, the name and the signature PIN at the founding."""
    from mizuhiki.world.signing import holders as read  # noqa: PLC0415 - loads institutions only for this command

    try:
        people = read(data)
    except MizuhikiError as refusal:
        raise typer.Exit(refuse(refusal, as_json=as_json)) from refusal
    listed = [
        {"key": one.key, "name": one.name, "who": one.who_en, "signature_pin": one.signature_pin} for one in people
    ]
    text = "\n".join("  ".join(one.values()) for one in listed)
    answer({"holders": listed}, escape(text), as_json=as_json)


@app.command()
def sign(
    person: Annotated[str, typer.Argument(help="Key of the card's holder, as `world holders` lists it.")],
    document: Annotated[Path, typer.Argument(help="File to sign.", exists=True, dir_okay=False)],
    data: Annotated[Path, typer.Option(help="Folder that keeps the world.", exists=True, file_okay=False)],
    pin: Annotated[str, typer.Option(help="The signature PIN, shown on the world's pages and by `world holders`.")],
    out: Annotated[Path, typer.Option(help="Folder for what a stranger needs to verify the signature.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Sign a file with a demo card; docs/verifying.md says how anybody verifies it.

    Written are the file, its signature, the certificate, the authority, its newest revocation list, its OCSP answer and
    the world's time. A certificate that is revoked, as the story does with its father's, signs all the same and is said
    to be.
    """
    from mizuhiki.world.signing import sign_file  # noqa: PLC0415 - loads the card only for this command

    try:
        signed = sign_file(data=data, person=person, document=document, pin=pin, out=out)
    except MizuhikiError as refusal:
        raise typer.Exit(refuse(refusal, as_json=as_json)) from refusal
    names = [str(path) for path in signed.written]
    text = f"written: {', '.join(names)}\ncertificate: {signed.state}"
    answer({"written": names, "certificate": signed.state}, escape(text), as_json=as_json)


@app.command()
def story(
    name: Annotated[Story, typer.Argument(help="Which story.")],
    date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="World date; every rule is dated.")
    ] = None,
    *,
    processes: Annotated[bool, typer.Option("--processes", help="One process per institution.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Tell a person's story across institutions and check every record after each step."""
    from mizuhiki.world.story import run_story  # noqa: PLC0415 - loads every institution only for this command

    run_story(name.value, date=None if date is None else date.date(), processes=processes, as_json=as_json)

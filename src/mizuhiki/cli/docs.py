"""``mizuhiki docs``: write the generated listings of `docs/generated/`, or say which are not current."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mizuhiki.cli.checkout import checkout
from mizuhiki.cli.listings import LISTINGS
from mizuhiki.cli.output import REFUSED, answer

FOLDER = Path("docs/generated")


def docs(
    root: Annotated[Path, typer.Option(help="The source checkout.")] = Path(),
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where a page is not current.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write the listings that reviewers read: endpoints, roles, audit events, error codes, reveal() sites."""
    folder = checkout(root) / FOLDER
    stale = []
    for file, write in LISTINGS.items():
        page, target = write(root), folder / file
        if not target.exists() or target.read_text(encoding="utf-8") != page:
            stale.append(file)
            if not check:
                folder.mkdir(parents=True, exist_ok=True)
                target.write_text(page, encoding="utf-8")
    said = "not current" if check else "written"
    text = "\n".join(f"{said}: {FOLDER / file}" for file in stale) or "all listings are current"
    answer({"listings": sorted(LISTINGS), "changed": stale}, text, as_json=as_json)
    if check and stale:
        raise typer.Exit(REFUSED)

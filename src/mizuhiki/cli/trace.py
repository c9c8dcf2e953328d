"""``mizuhiki trace``: which tests prove which requirement, and whether what is claimed done is proved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mizuhiki.cli import requirements
from mizuhiki.cli.checkout import checkout
from mizuhiki.cli.output import REFUSED, answer

PAGE = Path("docs/generated/requirements.md")


def trace(
    junit: Annotated[Path | None, typer.Option(help="JUnit report of a test run; its tests must have passed.")] = None,
    root: Annotated[Path, typer.Option(help="The source checkout.")] = Path(),
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where the page is not current.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write the table of requirements with their tests; fail where one marked done is not proved."""
    base = checkout(root)
    register, markers = requirements.read_register(base), requirements.read_markers(base)
    said = requirements.faults(register, markers, None if junit is None else requirements.read_report(junit))
    page = requirements.table(register, markers)
    target = base / PAGE
    if not check:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")
    elif not target.exists() or target.read_text(encoding="utf-8") != page:
        said.append(f"{PAGE} is not current: run `make trace`")
    summary = {
        "requirements": len(register),
        "done": sum(requirement.status == "done" for requirement in register),
        "carried": sum(requirement.id in markers for requirement in register),
    }
    tests = {identifier: [test.node for test in found] for identifier, found in sorted(markers.items())}
    text = "{requirements} requirements, {done} done, {carried} carried by a test".format(**summary)
    answer(
        {**summary, "faults": said, "tests": tests},
        "\n".join([text, *(f"[red]{escape(sentence)}[/red]" for sentence in said)]),
        as_json=as_json,
    )
    if said:
        raise typer.Exit(REFUSED)

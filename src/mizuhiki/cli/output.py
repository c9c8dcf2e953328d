"""How commands answer: text for people on a terminal, or exactly one JSON document on standard output."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import typer
from rich.console import Console
from rich.markup import escape

REFUSED = 1
"""Exit code of an answer that is no."""


def answer(document: Mapping[str, object], text: str, *, as_json: bool) -> None:
    """Print one answer: `document` with ``--json``, otherwise `text`, which may carry rich markup."""
    if as_json:
        typer.echo(msgspec.json.encode(document).decode())
    else:
        Console(highlight=False, soft_wrap=True).print(text)


def fail(code: str, message: str, *, as_json: bool) -> int:
    """Say that something was refused, on standard error for people, and return the exit code for it."""
    if as_json:
        typer.echo(msgspec.json.encode({"error": code, "message": message}).decode())
    else:
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print(f"[red]{escape(message)}[/red] ({escape(code)})")
    return REFUSED

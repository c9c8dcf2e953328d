"""How commands answer: text for people on a terminal, or exactly one JSON document on standard output."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import typer
from rich.console import Console
from rich.markup import escape

from mizuhiki.vocabulary.errors import Corrupt, Field, MizuhikiError

REFUSED = 1
"""Exit code of an answer that is no."""


def answer(document: Mapping[str, object], text: str, *, as_json: bool) -> None:
    """Print one answer: `document` with ``--json``, otherwise `text`, which may carry rich markup."""
    if as_json:
        typer.echo(msgspec.json.encode(document).decode())
    else:
        Console(highlight=False, soft_wrap=True).print(text)


def fail(code: str, message: str, fields: Mapping[str, Field] | None = None, *, as_json: bool) -> int:
    """Say that something was refused, on standard error for people, and return the exit code for it."""
    known = {name: value for name, value in (fields or {}).items() if value not in {None, ""}}
    if as_json:
        typer.echo(msgspec.json.encode({"error": code, "message": message, **known}).decode())
    else:
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print(f"[red]{escape(message)}[/red] ({escape(code)})")
        for name, value in known.items():
            console.print(f"  {escape(name)}: {escape(str(value))}")
    return REFUSED


def refuse(error: MizuhikiError, *, as_json: bool) -> int:
    """Say what a part of the system refused, with its named fields, and return the exit code for it.

    Fields of a failed proof or damaged state stay inside, as on pages.
    """
    fields = {} if isinstance(error, Corrupt) else error.fields
    return fail(error.code, error.message, fields, as_json=as_json)

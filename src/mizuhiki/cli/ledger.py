"""``mizuhiki ledger``: check an exported bundle offline, with the stand-alone verifier that auditors may also copy."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mizuhiki.cli.output import REFUSED, answer
from mizuhiki.ledger.verify import BundleRefused, MalformedBundle, pair_of_generations, verify
from mizuhiki.vocabulary.errors import Malformed

app = typer.Typer(help="Records of exchanges.", no_args_is_help=True)

_KEY_BYTES = 32


class MalformedPublishedKey(Malformed):
    """A ``--key`` is not NAME=BASE64 of a raw Ed25519 public key."""

    code = "malformed-published-key"
    title = "A published key is NAME=BASE64 of 32 bytes"


class MalformedGenerationPair(Malformed):
    """A ``--joined`` is not two generations, the earlier first."""

    code = "malformed-generation-pair"
    title = "Two generations of pseudonyms are written EARLIER:LATER, for example 1:2"


@app.callback()
def _group() -> None:
    """Keep ``verify`` a sub-command while it is the only one."""


@app.command("verify")
def verify_bundle(
    file: Annotated[Path, typer.Argument(help="A bundle exported from the portal.", exists=True, dir_okay=False)],
    key: Annotated[list[str] | None, typer.Option(help="A published public key, NAME=BASE64; repeatable.")] = None,
    joined: Annotated[
        list[str] | None, typer.Option(help="Generations of pseudonyms that must be joined, EARLIER:LATER; repeatable.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check that a list of records is complete and unaltered, without trusting the operator."""
    keys = dict(_published_key(text) for text in key or ()) or None
    wanted = [_pair(text) for text in joined or ()]
    try:
        verdict = verify(_read(file), keys, joined=wanted)
    except BundleRefused as refusal:
        reason = type(refusal).__name__
        answer(
            {"verified": False, "reason": reason, "detail": str(refusal)},
            f"[red]NOT VERIFIED[/red] ({reason}): {escape(str(refusal))}",
            as_json=as_json,
        )
        raise typer.Exit(REFUSED) from refusal
    claim = (
        "[green]VERIFIED[/green]" if verdict.keys_pinned else "[yellow]CONSISTENT[/yellow] with the keys in the file;"
    )
    as_of = datetime.fromtimestamp(verdict.as_of, UTC).isoformat()
    lines = [f"{claim} {verdict.entries} entries as of {as_of}; {escape(verdict.text)}"]
    lines += [f"note: {escape(note)}" for note in verdict.notes]
    answer(
        {
            "verified": True,
            "keys_pinned": verdict.keys_pinned,
            "as_of": as_of,
            "entries": verdict.entries,
            "verdict": verdict.text,
            "origins": verdict.origins,
            "witnesses": verdict.witnesses,
            "sealed": verdict.sealed,
            "joined": verdict.joined,
            "notes": verdict.notes,
        },
        "\n".join(lines),
        as_json=as_json,
    )


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise MalformedBundle("not UTF-8 text") from error


def _pair(text: str) -> tuple[int, int]:
    try:
        return pair_of_generations(text)
    except ValueError as error:
        raise MalformedGenerationPair(option="joined") from error


def _published_key(text: str) -> tuple[str, bytes]:
    name, separator, value = text.partition("=")
    try:
        public_key = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedPublishedKey(option="key") from error
    if not (name and separator) or len(public_key) != _KEY_BYTES:
        raise MalformedPublishedKey(option="key")
    return name, public_key

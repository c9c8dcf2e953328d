"""``mizuhiki number``: check digits of a known kind, number a population. Never prints digits back."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from mizuhiki.cli.bulk_numbers import bulk, codes
from mizuhiki.cli.output import REFUSED, answer
from mizuhiki.vocabulary.numbers import explain_number

app = typer.Typer(help="Individual Numbers, Corporate Numbers, Resident Record Codes.", no_args_is_help=True)
app.command("bulk")(bulk)
app.command("codes")(codes)


@app.command()
def check(
    digits: Annotated[str, typer.Argument(help="12, 13 or 11 digits; - reads them from standard input.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check length and check digit; 0 when valid, 1 with the reason when not.

    Shell history and process lists keep arguments: give a number of a living person with ``-`` on standard input.
    """
    explanation = explain_number(sys.stdin.read().strip() if digits == "-" else digits)
    kind = explanation.kind.value if explanation.kind else None
    fault = explanation.fault.value if explanation.fault else None
    text = f"valid {kind}" if fault is None else f"not valid: {fault}" + (f" ({kind} by its length)" if kind else "")
    if explanation.assumed_rule:
        text += "\nnote: the check-digit rule of this kind is not published; ours is an assumption"
    document = {"valid": fault is None, "kind": kind, "reason": fault, "assumed_rule": explanation.assumed_rule}
    answer(document, text, as_json=as_json)
    if fault is not None:
        raise typer.Exit(REFUSED)

"""The ``mizuhiki`` command: one sub-command per module; each prints text for people or, with ``--json``, one document.

Exit codes: 0 done, 1 the answer is no (a number is invalid, a bundle is not proved, a requirement is unproved, the
system refused), 2 the command was called wrongly, 70 a fault of the program itself.
"""

from __future__ import annotations

import os
import sys

import typer

from mizuhiki import __version__
from mizuhiki.cli import card, docs, exchange, generation, jpki, ledger, number, residents, run, trace, world
from mizuhiki.cli.output import fail, refuse
from mizuhiki.vocabulary.errors import MizuhikiError

FAULT = 70
"""EX_SOFTWARE of sysexits.h."""

app = typer.Typer(
    name="mizuhiki",
    help="A complete, open, running national number system.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(number.app, name="number")
app.add_typer(card.app, name="card")
app.add_typer(ledger.app, name="ledger")
app.add_typer(jpki.app, name="jpki")
app.add_typer(world.app, name="world")
app.add_typer(exchange.app, name="exchange")
app.add_typer(generation.app, name="generation")
app.add_typer(residents.app, name="residents")
app.command("run")(run.run)
app.command("trace")(trace.trace)
app.command("docs")(docs.docs)


@app.callback(invoke_without_command=True)
def _root(*, version: bool = typer.Option(default=False, help="Print the version and stop.")) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line; the third and last of the program's error boundaries.

    An error that people may be shown appears as its title and message with its code. Anything else is a fault: only its
    class is shown, because its text may hold personal data; ``MIZUHIKI_DEBUG=1`` shows the traceback to a developer.
    """
    try:
        app()
    except MizuhikiError as error:
        sys.exit(refuse(error, as_json="--json" in sys.argv))
    except Exception as error:
        if os.environ.get("MIZUHIKI_DEBUG") == "1":
            raise
        fail("fault", f"The program failed ({type(error).__name__}).", as_json="--json" in sys.argv)
        sys.exit(FAULT)

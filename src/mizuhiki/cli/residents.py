"""``mizuhiki residents``: take residents over from a file, or write them out for another system.

For what is larger than a page takes. A member of staff signs in; reports name rows and columns, never values.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from mizuhiki.cli.output import REFUSED, answer, fail

if TYPE_CHECKING:
    from mizuhiki.institutions.municipality.operations.resident_files import (
        ExportedResidents,
        FileReport,
        Progress,
    )
    from mizuhiki.world.resident_files import FileDesk

app = typer.Typer(help="Files of residents of one municipality.", no_args_is_help=True)
_READABLE = 0o600
_MOST_SHOWN = 200


class Encoding(StrEnum):
    """How a file is encoded."""

    UTF_8 = "utf-8"
    SHIFT_JIS = "shift_jis"
    SHIFT_JIS_2004 = "shift_jis_2004"


class Holds(StrEnum):
    """Characters that the receiving system can hold."""

    JIS_X_0208 = "jis-x-0208"
    JIS_X_0213 = "jis-x-0213"
    WITHOUT_SELECTORS = "unicode-without-selectors"
    FULL = "unicode-with-selectors"


File = Annotated[Path, typer.Argument(help="File of residents: comma-separated values.", exists=True, dir_okay=False)]
Config = Annotated[Path, typer.Option(help="Configuration of the municipality.", exists=True, dir_okay=False)]
Account = Annotated[str, typer.Option(help="Account of the member of staff, a registrar.")]
Passphrase = Annotated[
    Path | None,
    typer.Option("--passphrase-file", exists=True, dir_okay=False, help="Its passphrase; asked for when not given."),
]
FileIn = Annotated[Encoding, typer.Option(help="Encoding of the file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@contextmanager
def _desk(config: Path, account: str, passphrase_file: Path | None) -> Iterator[FileDesk]:
    from mizuhiki.world.resident_files import file_desk  # noqa: PLC0415 - loads the institution only here

    if passphrase_file is None:
        passphrase = str(typer.prompt("Passphrase", hide_input=True, err=True))
    else:
        passphrase = passphrase_file.read_text(encoding="utf-8").rstrip("\r\n")
    with file_desk(config, account, passphrase) as desk:
        yield desk


def _command_on_file(name: str, work: Callable[[FileDesk, bytes, str, Progress], FileReport], explained: str) -> None:
    """Add a command that reads a file of residents and reports on it."""

    @app.command(name, help=explained)
    def read(
        file: File,
        config: Config,
        account: Account,
        passphrase_file: Passphrase = None,
        encoding: FileIn = Encoding.UTF_8,
        *,
        as_json: AsJson = False,
    ) -> None:
        def progress(done: int, of: int) -> None:
            if not as_json:
                typer.echo(f"{done:,} of {of:,} households", err=True)

        with _desk(config, account, passphrase_file) as desk:
            _report(work(desk, file.read_bytes(), encoding, progress), as_json=as_json)


_command_on_file(
    "check",
    lambda desk, content, encoding, _progress: desk.check(content, encoding),
    "Check a file and store nothing. Exit code 1 when it has a fault.",
)
_command_on_file(
    "import",
    lambda desk, content, encoding, progress: desk.take(content, encoding, progress),
    "Take a file over; of one with a fault nothing is stored, and exit code 1 says so.\n\n"
    "A run that was cut off goes on with the same file.",
)


def _report(report: FileReport, *, as_json: bool) -> None:
    document = {
        "rows": report.rows,
        "households": report.households,
        "stored": report.stored,
        "entered_before": report.entered_before,
        "faults": [{"row": one.row, "column": one.column, "reason": one.reason} for one in report.faults],
    }
    lines = [f"{name.replace('_', ' ')}: {value:,}" for name, value in document.items() if isinstance(value, int)]
    lines.append(f"faults: {len(report.faults):,}")
    lines += [f"  row {one.row}, {one.column or 'whole row'}: {one.reason}" for one in report.faults[:_MOST_SHOWN]]
    if len(report.faults) > _MOST_SHOWN:
        lines.append(f"  and {len(report.faults) - _MOST_SHOWN:,} more; --json lists all")
    answer(document, escape("\n".join(lines)), as_json=as_json)
    if not report.good:
        raise typer.Exit(REFUSED)


@app.command("export")
def export(  # noqa: PLR0917 - options of a command, given by name
    file: Annotated[Path, typer.Argument(help="File to write; it must not be there yet.")],
    config: Config,
    account: Account,
    passphrase_file: Passphrase = None,
    holds: Annotated[Holds, typer.Option(help="Characters that the receiving system can hold.")] = Holds.FULL,
    encoding: Annotated[Encoding, typer.Option(help="Encoding of the residents.")] = Encoding.UTF_8,
    receiver: Annotated[str, typer.Option(help="Name of the receiving system, when it lacks characters.")] = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be substituted; write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the current residents without numbers and codes, for a system that holds all characters or lacks some.

    For one that lacks characters the file is a package with every substitution; exit code 1 where a character has no
    substitute. People under a support measure are left out.
    """
    if not dry_run and file.exists():
        raise typer.Exit(fail("file-exists", f"{file} is there already.", as_json=as_json))
    if not dry_run and not file.parent.is_dir():
        raise typer.Exit(fail("no-such-folder", f"There is no folder {file.parent}.", as_json=as_json))
    with _desk(config, account, passphrase_file) as desk:
        written = (
            desk.export(holds, encoding, receiver, None) if dry_run else _write(desk, (holds, encoding, receiver), file)
        )
    _exported(written, file, as_json=as_json)


def _write(desk: FileDesk, wanted: tuple[str, str, str], file: Path) -> ExportedResidents:
    """Write the file; where it cannot be written to its end, or may not be written, there is none."""
    complete = False
    # Nobody else on this machine may read it, and nothing is written over.
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, _READABLE), "w+b") as out:
        try:
            written = desk.export(*wanted, out)
            complete = written.written
        finally:
            if not complete:
                file.unlink()
    return written


def _exported(written: ExportedResidents, file: Path, *, as_json: bool) -> None:
    lacking = [" ".join(f"U+{ord(sign):04X}" for sign in one) for one in {one.character for one in written.lacking}]
    document = {
        "file": str(file) if written.written else "",
        "persons": written.persons,
        "withheld": written.withheld,
        "texts_with_substitutes": written.converted,
        "lacking": sorted(lacking),
    }
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in document.items() if name != "lacking"]
    lines += [f"no substitute for {code}" for code in sorted(lacking)]
    answer(document, escape("\n".join(lines)), as_json=as_json)
    if lacking:
        raise typer.Exit(REFUSED)

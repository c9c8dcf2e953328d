"""``mizuhiki number bulk``, ``codes``, ``load``: number a population from a file. Prints no digit of any number."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from mizuhiki.cli.output import answer
from mizuhiki.crypto.keystore import FileKeystore, MemoryKeystore, SecretKey, SecretPurpose
from mizuhiki.crypto.randomness import SeededRandomness, SystemRandomness
from mizuhiki.numbering.bulk import WORKERS, BulkRun, number_in_bulk
from mizuhiki.numbering.bulk import Progress as Tell
from mizuhiki.numbering.synthetic_codes import write_synthetic_codes
from mizuhiki.numbering.verification import verify_output

KIBI = 1024
JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Tell]:
    """Show a progress bar on standard error: one line per work; nothing when `quiet` or not on a terminal."""
    console = Console(stderr=True, quiet=quiet)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as shown:
        tasks: dict[str, TaskID] = {}

        def tell(work: str, done: int, of: int) -> None:
            if work not in tasks:
                tasks[work] = shown.add_task(work, total=of)
            shown.update(tasks[work], completed=done)

        yield tell


def _key(config: Path | None, keystore: Path | None, passphrase_file: Path | None, *, throwaway: bool) -> SecretKey:
    if [config is not None, keystore is not None, throwaway].count(True) != 1:
        raise typer.BadParameter("give one of --config, --keystore and --throwaway-key")
    if passphrase_file is not None and keystore is None:
        raise typer.BadParameter("--passphrase-file belongs to --keystore")
    if config is not None:
        from mizuhiki.world.load_numbers import number_key  # noqa: PLC0415 - loads the institution only for this option

        return number_key(config)
    if keystore is None:
        return MemoryKeystore(SystemRandomness()).secret(SecretPurpose.NUMBER_GENERATION)
    if passphrase_file is None:
        passphrase = str(typer.prompt("Passphrase of the keystore", hide_input=True, err=True))
    else:
        passphrase = passphrase_file.read_text(encoding="utf-8").rstrip("\r\n")
    return FileKeystore.open(keystore, passphrase).secret(SecretPurpose.NUMBER_GENERATION)


def bulk(
    codes: Annotated[
        Path, typer.Option(help="Resident record codes: .npy of uint64, or .txt/.csv, eleven digits a line.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the numbers and manifest.json; an unfinished run is taken up.")],
    *,
    count: Annotated[int | None, typer.Option(min=1, help="How many codes to number; all when not given.")] = None,
    generation: Annotated[int, typer.Option(min=0, max=9, help="0 for first numbers.")] = 0,
    given: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of an earlier run under the same key; its numbers are not given again."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="Configuration of the national register (TOML), under whose key the numbers are made."),
    ] = None,
    keystore: Annotated[Path | None, typer.Option(help="Its keystore file, where it is used apart.")] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Its passphrase; asked for when not given.")
    ] = None,
    throwaway_key: Annotated[
        bool, typer.Option("--throwaway-key", help="A key of this run only, for measurements: nothing can follow it.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Then prove check digits and uniqueness of the output.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processor cores to use.")] = WORKERS,
    as_json: JsonFlag = False,
) -> None:
    """Make an Individual Number for every resident record code of a file, in its order.

    Each row is judged before anything is written: a wrong check digit, a code that stands twice, or a code with a
    number of this generation is refused with its row. Killed runs go on where they were.
    """
    key = _key(config, keystore, passphrase_file, throwaway=throwaway_key)
    run = BulkRun(codes=codes, out=out, count=count, generation=generation, given=tuple(given or ()), workers=workers)
    started = time.perf_counter()
    with _bar(quiet=as_json) as tell:
        result = number_in_bulk(run, key, tell)
        made = time.perf_counter() - started
        if verify:
            verify_output(out, workers=workers, progress=tell)
    verified = time.perf_counter() - started - made
    document: dict[str, object] = {
        "count": result.count,
        "generation": generation,
        "chunks": result.chunks,
        "chunks_taken_up": result.taken_up,
        "seconds": round(made, 2),
        "per_second": round(result.count / made),
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIBI,
        "verified": verify,
        "verification_seconds": round(verified, 2) if verify else None,
    }
    text = (
        f"{result.count:,} numbers in {made:.1f} s ({result.count / made:,.0f} a second), peak memory "
        f"{document['peak_memory_mib']:,} MiB; {result.taken_up} of {result.chunks} chunks were there before"
    )
    if verify:
        text += f"\nverified in {verified:.1f} s: all different, all check digits right, all files as written"
    answer(document, text, as_json=as_json)


def codes(
    count: Annotated[int, typer.Option(min=1, help="How many.")],
    out: Annotated[Path, typer.Option(help="New file, .npy or .txt.")],
    *,
    seed: Annotated[str, typer.Option(help="The same seed gives the same codes.")] = "mizuhiki",
    as_json: JsonFlag = False,
) -> None:
    """Write a file of invented resident record codes, all different, for measurements and rehearsals."""
    with _bar(quiet=as_json) as tell:
        write_synthetic_codes(
            out, count, SeededRandomness(seed.encode()), lambda done, of: tell("codes are invented", done, of)
        )
    answer({"count": count}, f"{count:,} invented resident record codes", as_json=as_json)


def load(
    codes: Annotated[Path, typer.Option(help="The file of codes that `number bulk` was given.")],
    out: Annotated[Path, typer.Option(help="The finished folder of `number bulk`.")],
    config: Annotated[
        Path, typer.Option(help="Configuration of the national register (TOML).", exists=True, dir_okay=False)
    ],
    *,
    officer: Annotated[str, typer.Option(help="Who does it, for the audit trail.")],
    as_json: JsonFlag = False,
) -> None:
    """Take a finished bulk output into the national register; run again after a kill, it goes on.

    Every row is judged first by the rules of a single number: the code is in a municipality's bundle, the number is the
    one that the register's key makes of it, and the code has no other. One bad row is refused by its row and nothing is
    taken in. The municipality gets the number when it asks for it, designates and notifies it as always.
    """
    from mizuhiki.world.load_numbers import load_numbers  # noqa: PLC0415 - loads the institution only for this command

    with _bar(quiet=as_json) as tell:
        rows, new = load_numbers(config, codes=codes, out=out, officer=officer, tell=tell)
    answer({"rows": rows, "new": new}, f"{new:,} of {rows:,} numbers are new in the register", as_json=as_json)

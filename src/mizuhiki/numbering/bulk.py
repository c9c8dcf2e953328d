"""Number every code of a file (番号法8条, 附則3条; R-007, R-009, R-013).

Order: the whole input is judged first (digits, check digits, no code twice, no code numbered in an earlier run), so
that a refusal leaves nothing behind; then chunks are made by all workers and written. Called again after a kill, the
run takes up finished chunks whose digests and codes still agree and makes the others; called again after its end, it
changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from mizuhiki.crypto.bulk_number_generation import BulkNumberGenerator, code_of
from mizuhiki.crypto.ff1_tables import Numbers
from mizuhiki.crypto.keystore.purposes import SecretKey
from mizuhiki.crypto.number_generation import generate_number
from mizuhiki.numbering.code_file import CODE_DIGITS, CodeFile, open_code_file
from mizuhiki.numbering.errors import (
    CodeRowRepeated,
    GenerationUsed,
    OutputCorrupt,
    OutputTaken,
    TablesDisagree,
    TooFewCodes,
)
from mizuhiki.numbering.output import CHUNK_ROWS, FORMAT, Chunk, Manifest, OutputFolder, digest_of_codes
from mizuhiki.numbering.uniqueness import repeated_value, rows_of

NUMBER_DIGITS = 12
WORKERS = 2
_SAMPLES = 8
"""Rows of every chunk that are made step by step as well."""

Progress = Callable[[str, int, int], None]
"""Told the name of the work, the steps done and all steps."""


def no_progress(_work: str, _done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRun:
    """What to number: the first `count` codes of a file (all when None), into a folder.

    `given` names finished outputs of earlier runs under the same key; a number of theirs is never given again.
    """

    codes: Path
    out: Path
    count: int | None = None
    generation: int = 0
    given: tuple[Path, ...] = ()
    chunk_rows: int = CHUNK_ROWS
    workers: int = WORKERS


@dataclass(frozen=True, slots=True)
class BulkResult:
    """Numbers in the folder, and how many of its chunks were there before."""

    count: int
    chunks: int
    taken_up: int


@dataclass(frozen=True, slots=True)
class _Input:
    file: CodeFile
    count: int
    chunk_rows: int

    @property
    def chunks(self) -> int:
        return -(-self.count // self.chunk_rows)

    def chunk(self, number: int) -> Numbers:
        first = number * self.chunk_rows
        return self.file.read(first, min(self.chunk_rows, self.count - first))


def number_in_bulk(run: BulkRun, key: SecretKey, progress: Progress = no_progress) -> BulkResult:
    """Carry a run out, or on.

    Raises:
        CodeFileMissing, CodeFileUnreadable, TooFewCodes, CodeRowMalformed, CodeRowRepeated, GenerationUsed: the input.
        OutputTaken, OutputBusy, OutputCorrupt: the folder.
        TablesDisagree: the program itself is wrong.
    """
    generator = BulkNumberGenerator(key)
    file = open_code_file(run.codes)
    count = file.rows if run.count is None else run.count
    if not 0 < count <= file.rows:
        raise TooFewCodes(f"{count:,} numbers are wanted of {file.rows:,} codes", wanted=count, given=file.rows)
    source = _Input(file, count, run.chunk_rows)
    _judge(source, run.workers, progress)
    _refuse_given(run, source, generator, progress)
    folder = OutputFolder(run.out)
    with folder.locked():
        manifest = _begin(folder, run, source, generator)
        before = {chunk.first_row // source.chunk_rows: chunk for chunk in manifest.chunks}
        return _Work(folder, manifest, source, generator, key, before).finish(run.workers, progress)


def _judge(source: _Input, workers: int, progress: Progress) -> None:
    """Refuse a bad row or a code that stands twice."""
    blocks = [partial(source.chunk, number) for number in range(source.chunks)]
    repeated = repeated_value(
        blocks, below=10**CODE_DIGITS, workers=workers, done=partial(progress, "codes are judged")
    )
    if repeated is not None:
        first, second = rows_of(blocks, repeated)
        raise CodeRowRepeated(f"row {second} repeats row {first}", row=second, first_row=first)


def _refuse_given(run: BulkRun, source: _Input, generator: BulkNumberGenerator, progress: Progress) -> None:
    """Refuse a code that has its number of this generation in an earlier output; numbers are made to be compared only.

    A number under the same key says code and generation, so comparing numbers compares both at once.
    """
    if not run.given:
        return
    new = [partial(_numbers, source, generator, run.generation, number) for number in range(source.chunks)]
    old: list[Callable[[], Numbers]] = []
    for path in run.given:
        folder = OutputFolder(path)
        manifest = folder.finished()
        if manifest.key_check != generator.key_check:
            raise OutputTaken("an earlier output was made under another key")
        old += [partial(folder.read_chunk, chunk) for chunk in manifest.chunks]
    repeated = repeated_value(
        [*new, *old],
        below=10**NUMBER_DIGITS,
        workers=run.workers,
        done=partial(progress, "earlier runs are compared"),
    )
    if repeated is not None:
        rows = rows_of(new, repeated)
        if not rows:
            raise OutputCorrupt("earlier outputs hold a number twice")
        text = f"the code of row {rows[0]} has a number of generation {run.generation} already"
        raise GenerationUsed(text, row=rows[0], generation=run.generation)


def _numbers(source: _Input, generator: BulkNumberGenerator, generation: int, number: int) -> Numbers:
    return generator.numbers(source.chunk(number), generation)


def _begin(folder: OutputFolder, run: BulkRun, source: _Input, generator: BulkNumberGenerator) -> Manifest:
    wanted = Manifest(
        format=FORMAT,
        count=source.count,
        generation=run.generation,
        chunk_rows=source.chunk_rows,
        key_check=generator.key_check,
        chunks=[],
        complete=False,
    )
    found = folder.manifest()
    if found is None:
        folder.write_manifest(wanted)
        return wanted
    if not found.same_run(wanted):
        raise OutputTaken("the folder holds a run with another count, generation, chunk size or key")
    return found


@dataclass(frozen=True, slots=True)
class _Work:
    """A run that has begun: makes chunks, or takes them up."""

    folder: OutputFolder
    manifest: Manifest
    source: _Input
    generator: BulkNumberGenerator
    key: SecretKey
    before: dict[int, Chunk]

    def make(self, number: int) -> tuple[int, Chunk]:
        """Return chunk `number`, made now unless it was finished before."""
        codes = self.source.chunk(number)
        known = self.before.get(number)
        if known is None:
            numbers = self.generator.numbers(codes, self.manifest.generation)
            _compare(self.key, codes, numbers, self.manifest.generation)
            return number, self.folder.write_chunk(number, number * self.source.chunk_rows, codes, numbers)
        if known.codes_sha256 != digest_of_codes(codes):
            raise OutputTaken("the folder holds numbers of other codes")
        self.folder.read_chunk(known)
        return number, known

    def finish(self, workers: int, progress: Progress) -> BulkResult:
        """Make every chunk; the manifest follows chunk by chunk."""
        done: dict[int, Chunk] = {}
        with ThreadPoolExecutor(workers) as pool:
            for number, chunk in pool.map(self.make, range(self.source.chunks)):
                done[number] = chunk
                if number not in self.before:
                    self._keep(self.before | done, complete=False)
                progress("numbers are made", len(done), self.source.chunks)
        self._keep(done, complete=True)
        return BulkResult(self.source.count, self.source.chunks, len(self.before))

    def _keep(self, chunks: dict[int, Chunk], *, complete: bool) -> None:
        listed = [chunks[number] for number in sorted(chunks)]
        self.folder.write_manifest(msgspec.structs.replace(self.manifest, chunks=listed, complete=complete))


def _compare(key: SecretKey, codes: Numbers, numbers: Numbers, generation: int) -> None:
    """Make some rows step by step, without tables, and stop when one differs."""
    for row in np.linspace(0, len(codes) - 1, min(_SAMPLES, len(codes)), dtype=np.int64).tolist():
        slow = generate_number(key, code_of(int(codes[row])), generation)
        if int(slow.reveal()) != int(numbers[row]):
            raise TablesDisagree


__all__ = ["BulkResult", "BulkRun", "Progress", "no_progress", "number_in_bulk"]

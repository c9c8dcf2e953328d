"""Proof about a finished output without its key: files as written, every check digit right, no number twice (R-009)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from mizuhiki.crypto.bulk_number_generation import valid_numbers
from mizuhiki.numbering.bulk import NUMBER_DIGITS, WORKERS, Progress, no_progress
from mizuhiki.numbering.errors import OutputCorrupt
from mizuhiki.numbering.output import Chunk, OutputFolder
from mizuhiki.numbering.uniqueness import repeated_value, rows_of


@dataclass(frozen=True, slots=True)
class Verified:
    """What was proved: so many numbers, all different, all with the right check digit."""

    count: int
    chunks: int


def verify_output(path: Path, *, workers: int = WORKERS, progress: Progress = no_progress) -> Verified:
    """Read everything and prove it.

    Raises:
        OutputMissing: there is no finished run.
        OutputCorrupt: a file differs from its digest, rows are missing, a check digit is wrong (`row`), or a number
            stands twice (`row` repeats `first_row`).
    """
    folder = OutputFolder(path)
    manifest = folder.finished()
    expected = 0
    for chunk in manifest.chunks:
        if chunk.first_row != expected:
            raise OutputCorrupt("rows are missing", row=expected + 1)
        expected += chunk.rows
    if expected != manifest.count:
        raise OutputCorrupt("rows are missing", row=expected + 1)
    with ThreadPoolExecutor(workers) as pool:
        for number, _ in enumerate(pool.map(partial(_judge, folder), manifest.chunks)):
            progress("check digits are verified", number + 1, len(manifest.chunks))
    blocks = [partial(folder.read_chunk, chunk) for chunk in manifest.chunks]
    repeated = repeated_value(
        blocks, below=10**NUMBER_DIGITS, workers=workers, done=partial(progress, "uniqueness is verified")
    )
    if repeated is not None:
        first, second = rows_of(blocks, repeated)
        raise OutputCorrupt("a number stands twice", row=second, first_row=first)
    return Verified(manifest.count, len(manifest.chunks))


def _judge(folder: OutputFolder, chunk: Chunk) -> None:
    valid = valid_numbers(folder.read_chunk(chunk))
    if not valid.all():
        raise OutputCorrupt("a check digit is wrong", row=chunk.first_row + int(np.argmin(valid)) + 1)

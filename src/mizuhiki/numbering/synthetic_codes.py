"""Files of invented resident record codes, all different, for measurements and rehearsals."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mizuhiki.crypto.bulk_number_generation import code_tables, synthetic_codes
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.numbering.errors import CodeFileUnreadable, OutputTaken

MOST_CODES = 10**10
_BLOCK = 1 << 22


def write_synthetic_codes(
    path: Path, count: int, randomness: Randomness, done: Callable[[int, int], None] = lambda _done, _of: None
) -> None:
    """Write `count` codes to a new ``.npy`` or ``.txt`` file; the same randomness gives the same file.

    Raises:
        OutputTaken: the file exists.
        CodeFileUnreadable: the name ends in neither, or `count` is not between 1 and 10^10.
    """
    if path.suffix not in {".npy", ".txt"}:
        raise CodeFileUnreadable("a file of codes ends in .npy or .txt")
    if not 1 <= count <= MOST_CODES:
        raise CodeFileUnreadable("there are between 1 and 10,000,000,000 codes")
    tables = code_tables(randomness)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as cause:
        raise OutputTaken("the file exists already") from cause
    with os.fdopen(handle, "wb") as stream:
        if path.suffix == ".npy":
            header = {"descr": "<u8", "fortran_order": False, "shape": (count,)}
            np.lib.format.write_array_header_1_0(stream, header)
        for start in range(0, count, _BLOCK):
            codes = synthetic_codes(tables, start, min(_BLOCK, count - start))
            if path.suffix == ".npy":
                stream.write(codes.astype("<u8", copy=False).tobytes())
            else:
                stream.write("".join(f"{code:011d}\n" for code in codes.tolist()).encode("ascii"))
            done(min(start + _BLOCK, count), count)

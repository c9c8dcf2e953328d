"""Files of resident record codes: ``.npy`` with unsigned 64-bit integers, or text with eleven digits a line.

Read in blocks by position, never mapped, so that memory does not grow with the file. A text file has lines of one
width, which lets a row be found without reading those before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from mizuhiki.crypto.bulk_number_generation import valid_codes
from mizuhiki.crypto.ff1_tables import Numbers
from mizuhiki.numbering.errors import CodeFileMissing, CodeFileUnreadable, CodeRowMalformed
from mizuhiki.vocabulary.numbers import NumberFault

CODE_DIGITS = 11
_RADIX = 10
_ITEM_BYTES = 8
_ARRAY_SUFFIX = ".npy"
_TEXT_SUFFIXES = (".txt", ".csv")


@dataclass(frozen=True, slots=True)
class CodeFile:
    """An open-able file of codes; `rows` are counted when it is recognised, values are judged when they are read."""

    path: Path
    rows: int
    offset: int
    line_bytes: int

    def read(self, start: int, count: int) -> Numbers:
        """Return the codes of `count` rows from `start` (0 is the first) after testing digits and check digits.

        Raises:
            CodeRowMalformed: naming the first bad row.
        """
        width = self.line_bytes or _ITEM_BYTES
        with self.path.open("rb") as stream:
            stream.seek(self.offset + start * width)
            content = stream.read(count * width)
        codes = self._read_text(content, start) if self.line_bytes else np.frombuffer(content, dtype="<u8")
        valid = valid_codes(codes)
        if not valid.all():
            row = int(np.argmin(valid))
            fault = NumberFault.WRONG_LENGTH if int(codes[row]) >= 10**CODE_DIGITS else NumberFault.WRONG_CHECK_DIGIT
            raise _malformed(start + row + 1, fault)
        return codes

    def _read_text(self, content: bytes, start: int) -> Numbers:
        ending = b"\r\n" if self.line_bytes == CODE_DIGITS + 2 else b"\n"
        missing = -len(content) % self.line_bytes
        if missing == len(ending):
            content += ending  # the last line may end with the file
        whole = len(content) // self.line_bytes
        lines = np.frombuffer(content, dtype=np.uint8, count=whole * self.line_bytes).reshape(whole, self.line_bytes)
        digits = lines[:, :CODE_DIGITS] - np.uint8(ord("0"))
        endings = (lines[:, CODE_DIGITS:] == np.frombuffer(ending, dtype=np.uint8)).all(axis=1)
        right = (digits < _RADIX).all(axis=1) & endings
        if not right.all() or whole * self.line_bytes != len(content):
            row = whole if right.all() else int(np.argmin(right))
            line = content[row * self.line_bytes :].split(b"\n", 1)[0].rstrip(b"\r")
            fault = NumberFault.WRONG_LENGTH if line.isdigit() else NumberFault.NOT_DIGITS
            raise _malformed(start + row + 1, fault)
        codes = np.zeros(whole, dtype=np.uint64)
        for position in range(CODE_DIGITS):
            codes *= np.uint64(_RADIX)
            codes += digits[:, position]
        return codes


def _malformed(row: int, fault: NumberFault) -> CodeRowMalformed:
    return CodeRowMalformed(f"row {row:,}: {fault.value}", row=row, reason=fault)


def open_code_file(path: Path) -> CodeFile:
    """Recognise a file by its name's ending and its beginning.

    Raises:
        CodeFileMissing, CodeFileUnreadable: see there.
    """
    if not path.is_file():
        raise CodeFileMissing
    with path.open("rb") as stream:
        if path.suffix == _ARRAY_SUFFIX:
            return _array(path, stream)
        if path.suffix in _TEXT_SUFFIXES:
            return _text(path, stream)
    raise CodeFileUnreadable(f"a file of codes ends in .npy, .txt or .csv, not {path.suffix or 'nothing'}")


def array_shape(stream: BinaryIO) -> tuple[int, int]:
    """Return rows and the offset of the first value of an ``.npy`` of little-endian uint64 in one dimension.

    Raises:
        CodeFileUnreadable: it is something else, or cut off.
    """
    try:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, kind = read(stream)
    except ValueError as cause:
        raise CodeFileUnreadable from cause
    offset = stream.tell()
    size = stream.seek(0, 2)
    if kind != np.dtype("<u8") or len(shape) != 1 or size != offset + shape[0] * _ITEM_BYTES:
        raise CodeFileUnreadable
    return shape[0], offset


def _array(path: Path, stream: BinaryIO) -> CodeFile:
    rows, offset = array_shape(stream)
    return CodeFile(path, rows, offset, 0)


def _text(path: Path, stream: BinaryIO) -> CodeFile:
    first = stream.readline(CODE_DIGITS + 2)
    line_bytes = CODE_DIGITS + (2 if first.endswith(b"\r\n") else 1)
    size = stream.seek(0, 2)
    return CodeFile(path, -(-size // line_bytes), 0, line_bytes)

"""Residents as a file for a system that lacks characters: written with substitutes, and everything that leads back.

A system that holds every character gets the plain file. Any other gets a package (ZIP) of three files: the residents,
with the marks of every text behind their columns; each substitution with row, column, rule and original; and a note
that says for whom and in which repertoire and encoding it was written. Without a rule for every character nothing is
written at all.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO

import msgspec

from mizuhiki.institutions.municipality.domain.resident_file import (
    COLUMNS,
    MARKS,
    TEXT_COLUMNS,
    FileEncoding,
    row_of,
    rows_as_text,
)
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.names.repertoires import Repertoire, code_points
from mizuhiki.vocabulary.names.substitution import NoSubstitute, SubstitutedText, lacking, substitute
from mizuhiki.vocabulary.typed_values import read_json

ENCODINGS: Mapping[Repertoire, tuple[FileEncoding, ...]] = {
    Repertoire.FULL: (FileEncoding.UTF_8,),
    Repertoire.WITHOUT_SELECTORS: (FileEncoding.UTF_8,),
    Repertoire.JIS_X_0213: (FileEncoding.UTF_8, FileEncoding.SHIFT_JIS_2004),
    Repertoire.JIS_X_0208: (FileEncoding.UTF_8, FileEncoding.SHIFT_JIS),
}
"""Shift_JIS writes JIS X 0208 at the positions at which Windows (CP932) reads it."""
RESIDENTS_NAME, SUBSTITUTIONS_NAME, NOTE_NAME = "residents.csv", "substitutions.csv", "note.json"
SUBSTITUTION_COLUMNS = ("row", "column", "position", "original", "original_code_points", "written", "rules")
LONGEST_RECEIVER = 100
MOST_TOLD = 500
"""As many texts of a file are listed to whoever has it written; the package holds them all."""
_FIRST_ROW = 2


class EncodingNotOffered(Malformed):
    """The encoding cannot write the repertoire, or nobody reads it so; fields `repertoire`, `encoding`."""

    code = "encoding-not-offered"
    title = "This encoding is not offered for these characters; choose UTF-8"


class NotInEncoding(Malformed):
    r"""Shift_JIS-2004 has no ~ and no \: where ASCII has them stand ‾ and ¥."""

    code = "not-in-encoding"
    title = "A text holds ~ or \\, which this encoding cannot write; choose UTF-8"


class ReceiverMissing(Malformed):
    """Names written otherwise are kept with the system they went to."""

    code = "receiver-missing"
    title = "Name the receiving system in at most 100 characters"


@dataclass(frozen=True, slots=True)
class FileWanted:
    """For which system a file is written, and what that system can hold."""

    repertoire: Repertoire = Repertoire.FULL
    encoding: FileEncoding = FileEncoding.UTF_8
    receiver: str = ""

    @property
    def plain(self) -> bool:
        """Whether everything is written as the register does, so that no package is needed."""
        return self.repertoire is Repertoire.FULL

    def require_sound(self) -> None:
        """Check the combination.

        Raises:
            EncodingNotOffered, ReceiverMissing: see there.
        """
        if self.encoding not in ENCODINGS[self.repertoire]:
            raise EncodingNotOffered(repertoire=self.repertoire.value, encoding=self.encoding.value)
        if len(self.receiver) > LONGEST_RECEIVER or not (self.plain or self.receiver.strip()):
            raise ReceiverMissing


@dataclass(frozen=True, slots=True)
class Conversion:
    """A text of a file that is written otherwise than in the register; `row` counts from 1, the header being 1."""

    row: int
    resident: str
    column: str
    text: SubstitutedText


@dataclass(frozen=True, slots=True)
class LackingCharacter:
    """A character that no rule writes for the receiver."""

    row: int
    column: str
    character: str


@dataclass(frozen=True, slots=True)
class WrittenResidents:
    """What a file came to. `conversions` and `lacking` are the first `MOST_TOLD`, and each lacking character once."""

    persons: int
    converted: int = 0
    conversions: tuple[Conversion, ...] = ()
    lacking: tuple[LackingCharacter, ...] = ()


class PlainWriter:
    """Writes residents as the register does, some at a time."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._persons = 0
        out.write(rows_as_text([COLUMNS]).encode())

    def add(self, records: Sequence[ResidentRecord]) -> None:
        """Write some more."""
        self._persons += len(records)
        self._out.write(rows_as_text(map(row_of, records)).encode())

    def finish(self) -> WrittenResidents:
        """Return how many they were."""
        return WrittenResidents(self._persons)


class PackageWriter:
    """Writes the package for a receiver, some residents at a time; holds nobody but the first that are told of.

    `at` is the time in Japan that the package says of itself. `spool` takes every conversion until the residents are
    written, since a ZIP file is written one file after another. With anything lacking the package is no package, and
    whoever gave `out` throws it away.
    """

    def __init__(
        self, out: BinaryIO, spool: BinaryIO, *, wanted: FileWanted, chosen: Mapping[str, str], at: datetime
    ) -> None:
        self._wanted, self._chosen, self._spool, self._at = wanted, chosen, spool, at
        self._persons = self._converted = 0
        self._told: list[Conversion] = []
        self._lacking: list[LackingCharacter] = []
        self._lacking_signs: set[str] = set()
        self._archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
        self._entry = self._open(RESIDENTS_NAME)
        self._write([(*COLUMNS, *MARKS)])

    def _open(self, name: str) -> IO[bytes]:
        info = zipfile.ZipInfo(name, self._at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        return self._archive.open(info, "w", force_zip64=True)

    def add(self, records: Sequence[ResidentRecord]) -> None:
        """Write some more, every text in the receiver's repertoire.

        Raises:
            NotInEncoding: see there.
        """
        rows: list[tuple[str, ...]] = []
        for record in records:
            number = _FIRST_ROW + self._persons
            self._persons += 1
            cells = dict(zip(COLUMNS, row_of(record), strict=True))
            marks = [self._text(cells, column, number, record.resident) for column in TEXT_COLUMNS]
            rows.append((*cells.values(), *marks))
        if not self._lacking:
            self._write(rows)

    def _text(self, cells: dict[str, str], column: str, number: int, resident: str) -> str:
        """Write one text in its cell and return its marks."""
        try:
            text = substitute(cells[column], self._wanted.repertoire, chosen=self._chosen)
        except NoSubstitute:
            for sign in lacking(cells[column], self._wanted.repertoire, chosen=self._chosen):
                if len(self._lacking) < MOST_TOLD or sign not in self._lacking_signs:
                    self._lacking.append(LackingCharacter(number, column, sign))
                    self._lacking_signs.add(sign)
            return ""
        cells[column] = text.written
        if text.changed:
            conversion = Conversion(number, resident, column, text)
            self._converted += 1
            if len(self._told) < MOST_TOLD:
                self._told.append(conversion)
            self._spool.write(msgspec.json.encode(conversion) + b"\n")
        return text.marks

    def _write(self, rows: Sequence[Sequence[str]]) -> None:
        try:
            self._entry.write(self._wanted.encoding.encode_text(rows_as_text(rows)))
        except UnicodeEncodeError as error:
            raise NotInEncoding from error

    def conversions(self) -> Iterator[Conversion]:
        """Return every conversion again, one at a time."""
        self._spool.seek(0)
        for line in self._spool:
            yield read_json(line, Conversion)

    def finish(self, municipality: str) -> WrittenResidents:
        """Write what leads back and the note, and return what the package came to."""
        self._entry.close()
        with self._open(SUBSTITUTIONS_NAME) as entry:
            entry.write(rows_as_text([SUBSTITUTION_COLUMNS]).encode())
            for conversion in self.conversions():
                entry.write(rows_as_text(_lines(conversion)).encode())
        with self._open(NOTE_NAME) as entry:
            entry.write(json.dumps(self._note(municipality), ensure_ascii=False, indent=2).encode())
        self._archive.close()
        if self._lacking:
            return WrittenResidents(self._persons, lacking=tuple(self._lacking))
        return WrittenResidents(self._persons, self._converted, tuple(self._told))

    def close(self) -> None:
        """Let go of the files, also where the package was not finished."""
        self._entry.close()
        self._archive.close()

    def _note(self, municipality: str) -> dict[str, str | int]:
        return {
            "municipality": municipality,
            "receiver": self._wanted.receiver,
            "written_at": self._at.isoformat(timespec="seconds"),
            "repertoire": self._wanted.repertoire.value,
            "encoding": self._wanted.encoding.value,
            "persons": self._persons,
            "texts_with_substitutes": self._converted,
            "about": "Texts marked with 1 hold substitute characters: they are not the names of the resident register.",
        }


def _lines(conversion: Conversion) -> list[tuple[str, ...]]:
    return [
        (
            str(conversion.row),
            conversion.column,
            str(done.position + 1),
            done.original,
            code_points(done.original),
            done.written,
            " ".join(rule.value for rule in done.rules),
        )
        for done in conversion.text.substitutions
    ]

"""Residents as a file for a system that lacks characters: written with substitutes, and everything that leads back.

A system that holds every character gets the plain file. Any other gets a package (ZIP) of three files: the residents,
with the marks of every text behind their columns; each substitution with row, column, rule and original; and a note
that says for whom and in which repertoire and encoding it was written. Without a rule for every character nothing is
written at all.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.institutions.municipality.domain.resident_file import (
    COLUMNS,
    MARKS,
    TEXT_COLUMNS,
    FileEncoding,
    row_of,
    rows_as_file,
)
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.names.repertoires import Repertoire, code_points
from mizuhiki.vocabulary.names.substitution import NoSubstitute, SubstitutedText, lacking, substitute

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
    """The rows of a file with all that was substituted; with anything lacking there are no rows."""

    rows: tuple[tuple[str, ...], ...]
    conversions: tuple[Conversion, ...]
    lacking: tuple[LackingCharacter, ...]


def write_for_receiver(
    records: Sequence[ResidentRecord], repertoire: Repertoire, chosen: Mapping[str, str]
) -> WrittenResidents:
    """Write every text of the records in the receiver's repertoire, or say everything that cannot be written."""
    rows: list[tuple[str, ...]] = []
    conversions: list[Conversion] = []
    missing: list[LackingCharacter] = []
    for number, record in enumerate(records, start=_FIRST_ROW):
        cells = dict(zip(COLUMNS, row_of(record), strict=True))
        marks: list[str] = []
        for column in TEXT_COLUMNS:
            try:
                text = substitute(cells[column], repertoire, chosen=chosen)
            except NoSubstitute:
                signs = lacking(cells[column], repertoire, chosen=chosen)
                missing += [LackingCharacter(number, column, sign) for sign in signs]
                continue
            cells[column] = text.written
            marks.append(text.marks)
            if text.changed:
                conversions.append(Conversion(number, record.resident, column, text))
        rows.append((*cells.values(), *marks))
    if missing:
        return WrittenResidents((), (), tuple(missing))
    return WrittenResidents(tuple(rows), tuple(conversions), ())


def package(written: WrittenResidents, wanted: FileWanted, municipality: str, at: datetime) -> bytes:
    """Return the package; `at` is the time in Japan that it says of itself.

    Raises:
        NotInEncoding: see there.
    """
    try:
        residents = wanted.encoding.encode_text(rows_as_file((*COLUMNS, *MARKS), written.rows))
    except UnicodeEncodeError as error:
        raise NotInEncoding from error
    files = {
        RESIDENTS_NAME: residents,
        SUBSTITUTIONS_NAME: rows_as_file(SUBSTITUTION_COLUMNS, _lines(written.conversions)).encode(),
        NOTE_NAME: json.dumps(_note(written, wanted, municipality, at), ensure_ascii=False, indent=2).encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _lines(conversions: Sequence[Conversion]) -> list[tuple[str, ...]]:
    return [
        (
            str(one.row),
            one.column,
            str(done.position + 1),
            done.original,
            code_points(done.original),
            done.written,
            " ".join(rule.value for rule in done.rules),
        )
        for one in conversions
        for done in one.text.substitutions
    ]


def _note(written: WrittenResidents, wanted: FileWanted, municipality: str, at: datetime) -> dict[str, str | int]:
    return {
        "municipality": municipality,
        "receiver": wanted.receiver,
        "written_at": at.isoformat(timespec="seconds"),
        "repertoire": wanted.repertoire.value,
        "encoding": wanted.encoding.value,
        "persons": len(written.rows),
        "texts_with_substitutes": len(written.conversions),
        "about": "Texts marked with 1 hold substitute characters: they are not the names of the resident register.",
    }

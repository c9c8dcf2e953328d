"""An exported file of residents as a whole, for tests with a handful of them."""

from __future__ import annotations

import io
from dataclasses import dataclass

from mizuhiki.institutions.municipality.domain.resident_package import Conversion, FileWanted, LackingCharacter
from mizuhiki.institutions.municipality.operations.resident_files import AS_THE_REGISTER, ResidentFiles
from mizuhiki.runtime.context import Context


@dataclass(frozen=True)
class Exported:
    """A file with what was told of it; `content` is empty where nothing was written."""

    content: bytes
    persons: int
    withheld: int
    conversions: tuple[Conversion, ...]
    lacking: tuple[LackingCharacter, ...]


def export(
    files: ResidentFiles, context: Context, wanted: FileWanted = AS_THE_REGISTER, *, dry_run: bool = False
) -> Exported:
    out = io.BytesIO()
    told = files.export(context, wanted, into=None if dry_run else out)
    assert told.written is bool(out.getvalue())
    assert told.converted == len(told.conversions)
    return Exported(out.getvalue(), told.persons, told.withheld, told.conversions, told.lacking)

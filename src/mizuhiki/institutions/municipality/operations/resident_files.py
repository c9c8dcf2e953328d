"""Residents as a file: checked as a whole, taken over in slices that can be resumed, and written out again.

Nothing is stored of a file with a fault. A sound one goes in household by household; a run that was cut off is
continued by giving the same file again, since a household entered before with the same content is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from tempfile import TemporaryFile
from typing import BinaryIO

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.institutions.municipality.domain.resident_file import (
    Fault,
    FileEncoding,
    FileHousehold,
    ResidentFile,
    read_resident_file,
)
from mizuhiki.institutions.municipality.domain.resident_package import (
    Conversion,
    FileWanted,
    LackingCharacter,
    PackageWriter,
    PlainWriter,
)
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry
from mizuhiki.institutions.municipality.domain.substitute_choices import in_force
from mizuhiki.institutions.municipality.domain.substitutes import KeptSubstitution, Target
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.disclose import withheld_of
from mizuhiki.institutions.municipality.operations.import_residents import import_existing_residents
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.names import normalise_for_comparison
from mizuhiki.vocabulary.places import normalise_address

IMPORT, EXPORT = "import-existing-residents", "export-residents"
AS_THE_REGISTER = FileWanted()
HOUSEHOLDS_A_SLICE = 500
PERSONS_A_SLICE = 1000
Progress = Callable[[int, int], None]
"""Told after each slice how many households are done, and of how many."""


def _silent(_done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of a file; `stored` is the number of persons entered by this call.

    `entered_before` counts households that an earlier run of the same file entered.
    """

    rows: int
    households: int
    faults: tuple[Fault, ...]
    stored: int = 0
    entered_before: int = 0

    @property
    def good(self) -> bool:
        """Whether the file may be or was taken over."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class ExportedResidents:
    """What was written: the number of persons, and of those left out because of a support measure.

    `written` is False with anything `lacking`, or when it was only tried: then nothing was written or stored.
    `converted` counts the texts with substitute characters, of which `conversions` are the first.
    """

    persons: int
    withheld: int
    converted: int = 0
    conversions: tuple[Conversion, ...] = ()
    lacking: tuple[LackingCharacter, ...] = ()
    written: bool = False


@dataclass(frozen=True, slots=True)
class ResidentFiles:
    """Residents as files, bound to the adapters of one municipality."""

    adapters: Adapters

    def check(self, context: Context, content: bytes, encoding: FileEncoding = FileEncoding.UTF_8) -> FileReport:
        """Check a file and store nothing [registrar]."""
        return take_resident_file(context, self.adapters, content, encoding, dry_run=True)

    def take(
        self,
        context: Context,
        content: bytes,
        progress: Progress = _silent,
        encoding: FileEncoding = FileEncoding.UTF_8,
    ) -> FileReport:
        """Take a file over when it has no fault [registrar]."""
        return take_resident_file(context, self.adapters, content, encoding, progress=progress)

    def export(
        self, context: Context, wanted: FileWanted = AS_THE_REGISTER, *, into: BinaryIO | None = None
    ) -> ExportedResidents:
        """Write all current residents without number and code, as a system can hold them [registrar]."""
        return export_residents(context, self.adapters, wanted, into=into)


def take_resident_file(
    context: Context,
    adapters: Adapters,
    content: bytes,
    encoding: FileEncoding = FileEncoding.UTF_8,
    *,
    dry_run: bool = False,
    progress: Progress = _silent,
) -> FileReport:
    """Check a file and, unless `dry_run` or it has a fault, take it over and number everybody in it (R-013)."""
    grounds = adapters.permit(context, IMPORT)
    found = read_resident_file(content, context.today(), encoding)
    households = [replace(one, entry=replace(one.entry, content=_digest(one.entry))) for one in found.households]
    known, clashes = _against_register(adapters, households)
    faults = _in_order((*found.faults, *clashes))
    fresh = [one.entry for one in households if one.entry.entry_id not in known]
    report = FileReport(found.rows, len(households), faults, entered_before=len(known))
    if faults or dry_run:
        _audit(adapters, grounds, "refused" if faults else "checked", found)
        return report
    stored = 0
    # Those entered before go along: their numbering may have been cut off.
    every = [one.entry for one in households]
    for start in range(0, len(every), HOUSEHOLDS_A_SLICE):
        import_existing_residents(context, adapters, every[start : start + HOUSEHOLDS_A_SLICE])
        progress(min(start + HOUSEHOLDS_A_SLICE, len(every)), len(every))
    stored = sum(len(entry.members) for entry in fresh)
    _audit(adapters, grounds, "done", found)
    return replace(report, stored=stored)


def _in_order(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda one: one.row))


def _digest(entry: HouseholdEntry) -> str:
    """Return a digest of everything the file says of a household."""
    return labelled_hash("mizuhiki resident file household v1", repr(entry).encode()).hex()


def _against_register(adapters: Adapters, households: Sequence[FileHousehold]) -> tuple[set[str], list[Fault]]:
    """Return the households entered before with the same content, and the faults of those that cannot be entered."""
    known: set[str] = set()
    faults: list[Fault] = []
    with adapters.store.transaction() as records:
        ids = [one.entry.entry_id for one in households]
        entered = records.answers_of_requests([f"import/{one}" for one in ids])
        contents = records.answers_of_requests([f"import-content/{one}" for one in ids])
        fresh: list[FileHousehold] = []
        for one in households:
            if f"import/{one.entry.entry_id}" not in entered:
                fresh.append(one)
            elif contents.get(f"import-content/{one.entry.entry_id}") == [one.entry.content]:
                known.add(one.entry.entry_id)
            else:
                faults.append(Fault(one.row, "household", "entered-before-otherwise"))
        names = [member.name.full for one in fresh for member in one.entry.members]
        living = records.events.current_named(names)
    for one in fresh:
        address = normalise_address(one.entry.address) if living else ""
        for place, member in enumerate(one.entry.members):
            if living and (normalise_for_comparison(member.name.full), member.birth_date, address) in living:
                faults.append(Fault(one.row + place, "", "already-in-the-register"))
    return known, faults


def _audit(adapters: Adapters, grounds: Grounds, outcome: str, found: ResidentFile) -> None:
    with adapters.store.transaction() as records:
        records.audit(grounds, "resident-file-taken", outcome, count=found.rows)


def export_residents(
    context: Context, adapters: Adapters, wanted: FileWanted = AS_THE_REGISTER, *, into: BinaryIO | None = None
) -> ExportedResidents:
    """Write all current residents, households together; people under a support measure are left out and counted.

    For a system that lacks characters the file is a package with everything that was substituted, which is also kept
    with each record. When one character has no substitute nothing is written; what `into` holds then is emptied.
    Without `into` it is only said what would become of it.

    The register is read in one snapshot, `HOUSEHOLDS_A_SLICE` households at a time: however many people it holds, no
    more are in memory. The gate is asked about everybody before; a measure that came since then stands in the snapshot.

    Raises:
        EncodingNotOffered, ReceiverMissing, NotInEncoding: see there.
    """
    grounds = adapters.permit(context, EXPORT)
    wanted.require_sound()
    withheld = _withheld(context, adapters)
    with ExitStack() as files:
        out = into or files.enter_context(TemporaryFile())
        spool = files.enter_context(TemporaryFile())
        with adapters.store.snapshot() as records:
            chosen = in_force(records.substitutes.choices(), wanted.repertoire, context.today())
            at = context.now().astimezone(JST)
            package = PackageWriter(out, spool, wanted=wanted, chosen=chosen, at=at) if not wanted.plain else None
            if package is not None:
                files.callback(package.close)
            writer = package or PlainWriter(out)
            left_out = 0
            for found in records.register.in_households(HOUSEHOLDS_A_SLICE):
                marked = records.support.measures_of([one.resident for one in found])
                shown = [one for one in found if one.resident not in withheld and one.resident not in marked]
                left_out += len(found) - len(shown)
                writer.add(shown)
        written = writer.finish(adapters.code) if isinstance(writer, PackageWriter) else writer.finish()
        outcome = "refused" if written.lacking else "done" if into else "checked"
        with adapters.store.transaction() as records:
            if package is not None and outcome == "done":
                _keep(context, records, wanted, package)
            records.audit(grounds, "residents-exported", outcome, count=written.persons)
    if written.lacking and into:
        into.seek(0)
        into.truncate()
    return ExportedResidents(
        written.persons, left_out, written.converted, written.conversions, written.lacking, outcome == "done"
    )


def _withheld(context: Context, adapters: Adapters) -> set[str]:
    """Ask the gate about everybody, some at a time, and return the few whom it withholds."""
    withheld: set[str] = set()
    last = ""
    while True:
        with adapters.store.snapshot() as records:
            tokens = records.register.current_after(last, PERSONS_A_SLICE)
        if not tokens:
            return withheld
        withheld |= withheld_of(context, adapters, tokens, "export")
        last = tokens[-1]


def _keep(context: Context, records: Records, wanted: FileWanted, package: PackageWriter) -> None:
    """Keep with each record what was written otherwise, some at a time."""
    conversions = package.conversions()
    while some := list(islice(conversions, PERSONS_A_SLICE)):
        records.desk.keep_written([(one.resident, _kept(context, wanted, one)) for one in some])


def _kept(context: Context, wanted: FileWanted, one: Conversion) -> KeptSubstitution:
    return KeptSubstitution(
        Target.RESIDENT_FILE, one.column, one.text, context.now(), actor_text(context), wanted.receiver
    )

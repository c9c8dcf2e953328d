"""One person, one addressee across departments (団体内統合宛名, 名寄せ; R-255, R-257): matching, merging, splitting.

Each department keeps its own list of persons under its own numbers. Here such a record gets the one addressee number of
its person, residents and others (住登外者) alike. A wrong match gives one person's data to another (誤紐付け), so:

- With the Individual Number, the record's name, date of birth and sex must agree with the addressee's; a different
  address alone is told and does not block. Otherwise it becomes a case.
- Without it nothing is matched by itself, however well the items agree: whoever looks alike is a case for staff.
- Characters that are variants of each other (髙, 高) agree for nobody but the person who decides.
- What is in a case is not used.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound
from mizuhiki.vocabulary.names.agreement import Agreement
from mizuhiki.vocabulary.persons import FourItems, Sex

GUARDED = ("name", "birth_date", "sex")
AGREES = frozenset({Agreement.IDENTICAL, Agreement.SAME})


class Department(enum.StrEnum):
    """Departments that keep lists of persons of their own."""

    TAX = "tax"
    CHILD = "child"
    CARE = "care"
    HEALTH_INSURANCE = "health-insurance"
    DISABILITY = "disability"
    WELFARE = "welfare"


class RecordState(enum.StrEnum):
    """Whether a department's record may be used under its addressee number."""

    MATCHED = "matched"
    IN_CASE = "in-case"


class CaseKind(enum.StrEnum):
    """Why staff has to decide."""

    ITEMS_DIFFER = "items-differ"
    LOOKS_ALIKE = "looks-alike"
    VARIANT_CHARACTERS = "variant-characters"
    REGISTER_DIFFERS = "register-differs"


class Decision(enum.StrEnum):
    """What staff decides. `CORRECTED` is for a difference from the register: the items are asked for again."""

    SAME_PERSON = "same-person"
    OTHER_PERSON = "other-person"
    CORRECTED = "corrected"


class ChangeKind(enum.StrEnum):
    """What the history of addressees holds."""

    ISSUED = "issued"
    MATCHED = "matched"
    MERGED = "merged"
    SPLIT = "split"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class RecordKey:
    """A department's own number of a person."""

    department: Department
    local_number: str


@dataclass(frozen=True, slots=True)
class DepartmentRecord:
    """A person as one department has written them down."""

    key: RecordKey
    items: FourItems
    addressee_number: str
    state: RecordState


@dataclass(frozen=True, slots=True)
class NonResident:
    """A person without a record in the register and without a known number (住登外者)."""

    addressee_number: str
    items: FourItems
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class AddresseeCase:
    """Something staff has to decide; `report` says for each item how far it agrees, never what stands there."""

    case_id: str
    kind: CaseKind
    key: RecordKey | None
    candidate: str
    report: dict[str, str]
    opened_at: datetime
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class AddresseeChange:
    """One line of the history; `moved` are the departments' records that changed their addressee."""

    change_id: str
    kind: ChangeKind
    kept: str
    other: str
    moved: tuple[RecordKey, ...]
    by: str
    reason: str
    at: datetime
    undoes: str = ""


class DepartmentRecordKnown(Conflict):
    """The department entered this number before."""

    code = "department-record-known"
    title = "The department has entered this number before"


class UnknownAddressee(NotFound):
    """No addressee of this number, or it was merged into another. Field `merged_into`."""

    code = "addressee-unknown"
    title = "There is no addressee of this number"


class AddresseeInCase(Conflict):
    """A case about the addressee is open; nothing may be used before it is decided."""

    code = "addressee-in-case"
    title = "A case about this addressee is open; it may not be used before that is decided"


class MergeImpossible(Conflict):
    """Two addressees with two Individual Numbers are two persons, and one cannot be merged with itself."""

    code = "addressees-not-mergeable"
    title = "These two addressees cannot be one person"


class SplitImpossible(Malformed):
    """Nothing, or nothing of this addressee, was chosen to be split off."""

    code = "addressee-not-splittable"
    title = "Choose records of this addressee to be split off"


class UndoImpossible(Conflict):
    """The change is no merge or split, was undone, or what it moved has been moved on."""

    code = "addressee-change-not-undoable"
    title = "This change cannot be undone"


class ReasonMissing(Malformed):
    """A merge, split, undoing or decision needs a reason."""

    code = "addressee-reason-missing"
    title = "Say why"


class CaseNotOpen(Conflict):
    """The case was decided before, or this decision does not fit it."""

    code = "addressee-case-not-open"
    title = "This case is not open for this decision"


def guard(entered: FourItems, known: FourItems) -> CaseKind | None:
    """Return why two sets of items may not be linked without staff; None when they may (誤紐付け防止)."""
    report = known.report(entered)
    if all(report[item] in AGREES for item in GUARDED):
        return None
    only_variants = all(
        report[item] in AGREES or (item == "name" and report[item] is Agreement.VARIANT) for item in GUARDED
    )
    return CaseKind.VARIANT_CHARACTERS if only_variants else CaseKind.ITEMS_DIFFER


def look_alikes(entered: FourItems, known: Iterable[tuple[str, FourItems]]) -> list[tuple[str, CaseKind]]:
    """Return addressees that could be the same person, the surest first: without a number that is all one can say."""
    found: list[tuple[int, str, CaseKind]] = []
    for addressee, items in known:
        report = items.report(entered)
        name, address = report["name"], report["address"]
        if report["birth_date"] not in AGREES or report["sex"] not in AGREES or name is Agreement.DIFFERENT:
            continue
        kind = CaseKind.LOOKS_ALIKE if name in AGREES else CaseKind.VARIANT_CHARACTERS
        doubt = (name not in AGREES) + (address not in AGREES)
        found.append((doubt, addressee, kind))
    return [(addressee, kind) for _, addressee, kind in sorted(found)]


class AddresseeRecords(Protocol):
    """Matching in one body, in the open transaction."""

    def non_resident(self, addressee_number: str) -> NonResident | None:
        """Return a person without a number."""

    def put_non_resident(self, person: NonResident) -> None:
        """Store a person without a number."""

    def mark_merged(self, addressee_number: str, into: str) -> None:
        """Note into whom a person without a number was merged; empty takes it back."""

    def born(self, day: date, sex: Sex) -> list[tuple[str, FourItems]]:
        """Return addressees of a date of birth and sex that were not merged, with and without number."""

    def record(self, key: RecordKey) -> DepartmentRecord | None:
        """Return a department's record."""

    def records_of(self, addressee_number: str) -> list[DepartmentRecord]:
        """Return the departments' records of an addressee, those in a case too."""

    def put_record(self, record: DepartmentRecord) -> None:
        """Store a department's record."""

    def move_records(self, keys: Sequence[RecordKey], addressee_number: str) -> None:
        """Put records under an addressee, as matched."""

    def open_case(self, case: AddresseeCase) -> None:
        """Store a case."""

    def case(self, case_id: str) -> AddresseeCase | None:
        """Return a case."""

    def open_cases(self, candidate: str = "") -> list[AddresseeCase]:
        """Return open cases, oldest first; those about one addressee when it is given."""

    def decide(self, case_id: str, decision: Decision, by: str, reason: str, at: datetime) -> bool:
        """Close a case; false when it is not open."""

    def note_change(self, change: AddresseeChange) -> None:
        """Append to the history."""

    def change(self, change_id: str) -> AddresseeChange | None:
        """Return a line of the history."""

    def undone(self, change_id: str) -> bool:
        """Say whether a change was undone."""

    def history(self, addressee_number: str) -> list[AddresseeChange]:
        """Return the history of an addressee, newest first."""

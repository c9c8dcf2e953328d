"""Issue, search, match, merge and split addressee numbers (団体内統合宛名, 名寄せ; R-255, R-257).

Everything that changes whose records are whose is written to a history that is only added to, with who and why; a merge
or split can be undone as long as nothing it moved was moved on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mizuhiki.institutions.municipality.domain.addressee_records import (
    AddresseeCase,
    AddresseeChange,
    AddresseeInCase,
    CaseKind,
    CaseNotOpen,
    ChangeKind,
    Decision,
    DepartmentRecord,
    DepartmentRecordKnown,
    MergeImpossible,
    NonResident,
    ReasonMissing,
    RecordKey,
    RecordState,
    SplitImpossible,
    UndoImpossible,
    UnknownAddressee,
    guard,
    look_alikes,
)
from mizuhiki.institutions.municipality.domain.addressees import Addressee, Linkage, new_addressee_number
from mizuhiki.institutions.municipality.domain.support_measures import RULE
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.disclose import RESPONSIBLE_OFFICER, UnderSupportMeasure
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems

ENTER = "enter-department-record"
READ = "read-addressees"
DECIDE = "decide-addressee-cases"
TAKE = "take-mismatches"
BATCH = 500


@dataclass(frozen=True, slots=True)
class DepartmentEntry:
    """What a department enters; `number` only where it was taken by the five steps (番号法16条)."""

    key: RecordKey
    items: FourItems
    number: IndividualNumber | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AddresseeView:
    """An addressee with everything its departments hold; `four_items` of the register for residents."""

    addressee_number: str
    four_items: FourItems
    has_number: bool
    linkage: Linkage
    records: tuple[DepartmentRecord, ...]
    cases: tuple[AddresseeCase, ...]
    history: tuple[AddresseeChange, ...]


@dataclass(frozen=True, slots=True)
class AddresseeDesk:
    """Use cases of the desk for addressees. Roles stand in brackets."""

    adapters: Adapters

    def enter(self, context: Context, entry: DepartmentEntry) -> DepartmentRecord:
        """Enter a department's record and match it to an addressee; return it as it stands [linkage-officer].

        Raises:
            DepartmentRecordKnown: the department entered this number before.
        """
        grounds = self.adapters.permit(context, ENTER)
        with self.adapters.store.transaction() as records:
            if records.addressees.record(entry.key) is not None:
                raise DepartmentRecordKnown
            if entry.number is not None:
                record = self._by_number(context, records, entry, entry.number)
            else:
                record = self._by_items(context, records, entry)
            records.addressees.put_record(record)
            records.audit(grounds, "department-record-entered", record.state.value, subject=record.addressee_number)
        return record

    def _by_number(
        self, context: Context, records: Records, entry: DepartmentEntry, number: IndividualNumber
    ) -> DepartmentRecord:
        known = records.linkage.addressee_of_number(number)
        if known is None:
            known = Addressee(new_addressee_number(self.adapters.randomness.below), number, entry.items)
            records.linkage.insert_addressees([known])
            self._note(context, records, ChangeKind.ISSUED, known.addressee_number)
            return DepartmentRecord(entry.key, entry.items, known.addressee_number, RecordState.MATCHED)
        kind = guard(entry.items, known.four_items)
        if kind is None:
            moved = (entry.key,)
            self._note(context, records, ChangeKind.MATCHED, known.addressee_number, moved=moved)
            return DepartmentRecord(entry.key, entry.items, known.addressee_number, RecordState.MATCHED)
        self._open(context, records, kind, entry, known.addressee_number, known.four_items)
        return DepartmentRecord(entry.key, entry.items, known.addressee_number, RecordState.IN_CASE)

    def _by_items(self, context: Context, records: Records, entry: DepartmentEntry) -> DepartmentRecord:
        alike = look_alikes(entry.items, born := records.addressees.born(entry.items.birth_date, entry.items.sex))
        if alike:
            candidate, kind = alike[0]
            self._open(context, records, kind, entry, candidate, dict(born)[candidate])
            return DepartmentRecord(entry.key, entry.items, candidate, RecordState.IN_CASE)
        person = self._issue(context, records, entry.items)
        return DepartmentRecord(entry.key, entry.items, person, RecordState.MATCHED)

    def _issue(self, context: Context, records: Records, items: FourItems) -> str:
        person = NonResident(new_addressee_number(self.adapters.randomness.below), items)
        records.addressees.put_non_resident(person)
        self._note(context, records, ChangeKind.ISSUED, person.addressee_number)
        return person.addressee_number

    def _open(  # noqa: PLR0917 - the parts of one case
        self,
        context: Context,
        records: Records,
        kind: CaseKind,
        entry: DepartmentEntry,
        candidate: str,
        known: FourItems,
    ) -> None:
        report = {item: agreement.value for item, agreement in known.report(entry.items).items()}
        records.addressees.open_case(
            AddresseeCase(self.adapters.randomness.token(), kind, entry.key, candidate, report, context.now())
        )

    def _note(
        self,
        context: Context,
        records: Records,
        kind: ChangeKind,
        kept: str,
        *,
        other: str = "",
        moved: Sequence[RecordKey] = (),
        reason: str = "",
        undoes: str = "",
    ) -> str:
        change = AddresseeChange(
            self.adapters.randomness.token(),
            kind,
            kept,
            other,
            tuple(moved),
            actor_text(context),
            reason,
            context.now(),
            undoes,
        )
        records.addressees.note_change(change)
        return change.change_id

    def find_by_number(self, context: Context, number: IndividualNumber) -> AddresseeView:
        """Return the addressee of an Individual Number, resident or not [linkage-officer].

        Raises:
            UnknownAddressee: nobody here has it.
            UnderSupportMeasure: a measure stands on the person.
        """
        self.adapters.permit(context, READ)
        with self.adapters.store.transaction() as records:
            known = records.linkage.addressee_of_number(number)
        if known is None:
            raise UnknownAddressee
        return self.view(context, known.addressee_number)

    def view(self, context: Context, addressee_number: str) -> AddresseeView:
        """Return an addressee with records, cases and history [linkage-officer].

        Raises:
            UnknownAddressee: there is none; `merged_into` says where its records went.
            UnderSupportMeasure: a measure stands on the person.
        """
        grounds = self.adapters.permit(context, READ)
        with self.adapters.store.transaction() as records:
            known = records.linkage.addressee(addressee_number)
            other = records.addressees.non_resident(addressee_number)
            withheld = known is not None and known.protected and context.actor.role != RESPONSIBLE_OFFICER
            outcome = "withheld" if withheld else "done"
            records.audit(grounds, "addressee-viewed", outcome, subject=addressee_number)
            found = tuple(records.addressees.records_of(addressee_number))
            cases = tuple(records.addressees.open_cases(addressee_number))
            history = tuple(records.addressees.history(addressee_number))
        if withheld:
            raise UnderSupportMeasure(rule=RULE, work="addressee", measure="")
        if known is not None:
            return AddresseeView(addressee_number, known.four_items, True, known.linkage, found, cases, history)  # noqa: FBT003 - the field's value
        if other is None or other.merged_into:
            raise UnknownAddressee(merged_into="" if other is None else other.merged_into)
        return AddresseeView(addressee_number, other.items, False, Linkage.NONE, found, cases, history)  # noqa: FBT003 - the field's value

    def require_usable(self, context: Context, addressee_number: str) -> None:
        """Return when an addressee may be used: it is known, and no case about it is open.

        Raises:
            UnknownAddressee, AddresseeInCase: it may not.
        """
        self.adapters.permit(context, READ)
        with self.adapters.store.transaction() as records:
            other = records.addressees.non_resident(addressee_number)
            unknown = records.linkage.addressee(addressee_number) is None and (other is None or bool(other.merged_into))
            if unknown:
                raise UnknownAddressee
            if records.addressees.open_cases(addressee_number):
                raise AddresseeInCase

    def cases(self, context: Context) -> list[AddresseeCase]:
        """Return open cases, oldest first [linkage-officer]."""
        self.adapters.permit(context, READ)
        with self.adapters.store.transaction() as records:
            return records.addressees.open_cases()

    def decide(self, context: Context, case_id: str, decision: Decision, reason: str) -> None:
        """Decide a case [linkage-officer].

        Same person: the department's record belongs to the addressee. Other person: it gets an addressee of its own.
        Corrected: the register's answer is asked for again and decides.

        Raises:
            ReasonMissing: no reason is given.
            CaseNotOpen: it was decided before, or the decision does not fit the case.
        """
        grounds = self.adapters.permit(context, DECIDE)
        why = _reason(reason)
        with self.adapters.store.transaction() as records:
            case = records.addressees.case(case_id)
            fits = case is not None and (case.key is None) == (decision is Decision.CORRECTED)
            if case is None or not fits or case.decision is not None:
                raise CaseNotOpen
            records.addressees.decide(case_id, decision, actor_text(context), why, context.now())
            if case.key is not None:
                self._settle(context, records, case, case.key, decision, why)
            records.audit(grounds, "addressee-case-decided", decision.value, subject=case.candidate)
            addressee = records.linkage.addressee(case.candidate)
        if case.key is None and addressee is not None:
            self._acquire_again(context, addressee)

    def _settle(  # noqa: PLR0917 - the parts of one decision
        self,
        context: Context,
        records: Records,
        case: AddresseeCase,
        key: RecordKey,
        decision: Decision,
        reason: str,
    ) -> None:
        record = records.addressees.record(key)
        if record is None:
            raise CaseNotOpen
        target = case.candidate
        if decision is Decision.OTHER_PERSON:
            target = self._issue(context, records, record.items)
        records.addressees.move_records([key], target)
        self._note(context, records, ChangeKind.MATCHED, target, moved=(key,), reason=reason)

    def _acquire_again(self, context: Context, addressee: Addressee) -> None:
        requested, refused = self.adapters.linkage.acquire(context.affair, [addressee])
        with self.adapters.store.transaction() as records:
            records.linkage.set_linkage(requested, Linkage.REQUESTED)
            records.linkage.set_linkage(refused, Linkage.REFUSED)

    def merge(self, context: Context, kept: str, dropped: str, reason: str) -> str:
        """Make two addressees one: the records of `dropped` go to `kept`; return the change [linkage-officer].

        Only a person without a number can be dropped: two Individual Numbers are two persons.

        Raises:
            ReasonMissing: no reason is given.
            UnknownAddressee: one is not known or was merged before.
            MergeImpossible: both have a number, or they are one already.
            AddresseeInCase: a case about `dropped` is open; staff decides it first.
        """
        grounds = self.adapters.permit(context, DECIDE)
        why = _reason(reason)
        with self.adapters.store.transaction() as records:
            if kept == dropped or records.linkage.addressee(dropped) is not None:
                raise MergeImpossible
            self._require_person(records, kept)
            self._require_person(records, dropped)
            if records.addressees.open_cases(dropped):
                raise AddresseeInCase
            moved = [one.key for one in records.addressees.records_of(dropped)]
            records.addressees.move_records(moved, kept)
            records.addressees.mark_merged(dropped, kept)
            change = self._note(context, records, ChangeKind.MERGED, kept, other=dropped, moved=moved, reason=why)
            records.audit(grounds, "addressees-merged", "done", subject=kept, count=len(moved))
        return change

    def split(self, context: Context, addressee_number: str, keys: Sequence[RecordKey], reason: str) -> str:
        """Give some records of an addressee to a new one, since they are another person's; return the change.

        Raises:
            ReasonMissing: no reason is given.
            UnknownAddressee: the addressee is not known.
            SplitImpossible: no record is named, or one that is not the addressee's.
            AddresseeInCase: a case about a named record is open; staff decides it first.
        """
        grounds = self.adapters.permit(context, DECIDE)
        why = _reason(reason)
        with self.adapters.store.transaction() as records:
            self._require_person(records, addressee_number)
            mine = {one.key: one for one in records.addressees.records_of(addressee_number)}
            if not keys or not set(keys) <= mine.keys():
                raise SplitImpossible
            if any(mine[key].state is RecordState.IN_CASE for key in keys):
                raise AddresseeInCase
            person = NonResident(new_addressee_number(self.adapters.randomness.below), mine[keys[0]].items)
            records.addressees.put_non_resident(person)
            records.addressees.move_records(keys, person.addressee_number)
            change = self._note(
                context,
                records,
                ChangeKind.SPLIT,
                addressee_number,
                other=person.addressee_number,
                moved=keys,
                reason=why,
            )
            records.audit(grounds, "addressee-split", "done", subject=addressee_number, count=len(keys))
        return change

    def undo(self, context: Context, change_id: str, reason: str) -> None:
        """Undo a merge or split: every record goes back where it was [linkage-officer].

        Raises:
            ReasonMissing: no reason is given.
            UndoImpossible: it is neither, was undone before, or a record it moved has been moved on.
        """
        grounds = self.adapters.permit(context, DECIDE)
        why = _reason(reason)
        with self.adapters.store.transaction() as records:
            change = records.addressees.change(change_id)
            if change is None or change.kind not in {ChangeKind.MERGED, ChangeKind.SPLIT}:
                raise UndoImpossible
            merged = change.kind is ChangeKind.MERGED
            now_at, back_to = (change.kept, change.other) if merged else (change.other, change.kept)
            there = {one.key for one in records.addressees.records_of(now_at)}
            later = {one.key for one in records.addressees.records_of(change.other)} - set(change.moved)
            if records.addressees.undone(change_id) or not set(change.moved) <= there or (not merged and later):
                raise UndoImpossible
            records.addressees.move_records(change.moved, back_to)
            records.addressees.mark_merged(change.other, "" if merged else change.kept)
            self._note(
                context,
                records,
                ChangeKind.UNDONE,
                change.kept,
                other=change.other,
                moved=change.moved,
                reason=why,
                undoes=change_id,
            )
            records.audit(grounds, "addressee-change-undone", change.kind.value, subject=change.kept)

    def take_mismatches(self, context: Context) -> int:
        """Open a case for each addressee whose items differ from the register's; return how many [machinery].

        The own intermediate server blocks such a person by itself; here staff is told and decides.
        """
        grounds = self.adapters.permit(context, TAKE)
        with self.adapters.store.transaction() as records:
            requested = records.linkage.requested()
        opened = 0
        for start in range(0, len(requested), BATCH):
            mismatched = self.adapters.linkage.mismatched(requested[start : start + BATCH])
            with self.adapters.store.transaction() as records:
                for addressee in sorted(mismatched):
                    known = records.addressees.open_cases(addressee)
                    if any(case.kind is CaseKind.REGISTER_DIFFERS for case in known):
                        continue
                    token = self.adapters.randomness.token()
                    records.addressees.open_case(
                        AddresseeCase(token, CaseKind.REGISTER_DIFFERS, None, addressee, {}, context.now())
                    )
                    records.audit(grounds, "addressee-mismatch", "case-opened", subject=addressee)
                    opened += 1
        return opened

    @staticmethod
    def _require_person(records: Records, addressee_number: str) -> None:
        other = records.addressees.non_resident(addressee_number)
        if records.linkage.addressee(addressee_number) is None and (other is None or other.merged_into):
            raise UnknownAddressee(merged_into="" if other is None else other.merged_into)


def _reason(text: str) -> str:
    if not text.strip():
        raise ReasonMissing
    return text.strip()

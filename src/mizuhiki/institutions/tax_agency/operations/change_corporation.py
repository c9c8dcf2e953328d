"""Changes of a corporation: name, address, closure, merger, correction, consent (番号法39条2項-4項, 施行令39-41条)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec

from mizuhiki.institutions.tax_agency.domain.codes import CloseCause, CorporationKind, Process
from mizuhiki.institutions.tax_agency.domain.corporations import Entry, Profile, require_profile
from mizuhiki.institutions.tax_agency.domain.errors import (
    ChangeWithoutDifference,
    ConsentNotNeeded,
    ConsentUnchanged,
    CorporationClosed,
    CorporationNotClosed,
    DayOutOfOrder,
    MalformedCorporation,
    MergerIntoItself,
    NoSuchCorporation,
)
from mizuhiki.institutions.tax_agency.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

CHANGE = "change-corporation"
CORRECT = "correct-corporation"
CLOSE = "close-corporation"
MERGE = "merge-corporations"
PUBLISH = "decide-publication"
LONGEST_CAUSE = 500
_NAME_ITEMS = ("name", "furigana", "en_name")
_JAPANESE_ADDRESS = ("municipality_code", "street", "post_code", "en_street")
_FOREIGN_ADDRESS = ("address_outside", "en_address_outside")


@dataclass(frozen=True, slots=True)
class ChangeCorporation:
    """One method a kind of event; each adds lines to the record and overwrites nothing."""

    store: Store
    authority: Authority

    def change(self, context: Context, number: str, profile: Profile, *, on: date, cause: str = "") -> list[Process]:
        """Record new items from a day on; a line for name and one for address, as published. Return their processes.

        Raises:
            NoSuchCorporation, CorporationClosed: nothing to change.
            ChangeWithoutDifference: nothing differs. DayOutOfOrder: the day is in the future or too early.
            MalformedCorporation: an item cannot be; kind and mark of exclusion are only corrected, not changed.
        """
        self.authority.require(context, CHANGE)
        require_profile(profile)
        with self.store.transaction() as records:
            entry = _open_entry(records, number)
            _require_day(entry, on, context.today())
            if (profile.kind, profile.searchable) != (entry.profile.kind, entry.profile.searchable):
                raise MalformedCorporation(field="kind", reason="correct-instead")
            done = _append_changes(records, entry, profile, on=on, today=context.today(), cause=_short(cause))
            records.audit(grounds_of(context), "corporation-changed", "done", number=number, count=len(done))
        return done

    def correct(self, context: Context, number: str, profile: Profile, *, cause: str = "") -> list[Process]:
        """Record that items were wrong: lines with the mark of correction, effective on the day of the last event.

        Raises:
            NoSuchCorporation: nothing to correct. ChangeWithoutDifference: nothing differs.
            MalformedCorporation: an item cannot be.
        """
        self.authority.require(context, CORRECT)
        require_profile(profile)
        with self.store.transaction() as records:
            entry = _entry(records, number)
            _require_same_sort(entry, profile)
            on = entry.change_date
            done = _append_changes(
                records, entry, profile, on=on, today=context.today(), cause=_short(cause), correct=True
            )
            records.audit(grounds_of(context), "corporation-corrected", "done", number=number, count=len(done))
        return done

    def close(self, context: Context, number: str, cause: CloseCause, *, on: date) -> None:
        """Close the record; closure by merger is `merge`.

        Raises:
            NoSuchCorporation, CorporationClosed, DayOutOfOrder: it cannot be closed.
            MalformedCorporation: the cause is merger.
        """
        self.authority.require(context, CLOSE)
        if cause is CloseCause.MERGED:
            raise MalformedCorporation(field="cause", reason="use-merger")
        with self.store.transaction() as records:
            entry = _open_entry(records, number)
            today = context.today()
            _require_day(entry, on, today)
            records.append(entry.following(Process.CLOSED, on=on, today=today, close_date=on, close_cause=cause))
            records.audit(grounds_of(context), "corporation-closed", "done", number=number)

    def reinstate(self, context: Context, number: str, *, on: date) -> None:
        """Open a closed record again.

        Raises:
            NoSuchCorporation, CorporationNotClosed, DayOutOfOrder: it cannot be reinstated.
            MalformedCorporation: it ended by merger, which is declared void instead.
        """
        self.authority.require(context, CLOSE)
        with self.store.transaction() as records:
            entry = _closed_entry(records, number)
            if entry.close_cause is CloseCause.MERGED:
                raise MalformedCorporation(field="cause", reason="use-merger")
            today = context.today()
            _require_day(entry, on, today)
            records.append(_reopened(entry, on, today))
            records.audit(grounds_of(context), "corporation-reinstated", "done", number=number)

    def merge(self, context: Context, number: str, *, into: str, on: date) -> None:
        """Close one corporation by absorption into another; both records say so.

        Raises:
            NoSuchCorporation, CorporationClosed, DayOutOfOrder: one of them cannot.
            MergerIntoItself: the successor is itself.
        """
        self.authority.require(context, MERGE)
        if number == into:
            raise MergerIntoItself
        with self.store.transaction() as records:
            absorbed, successor = _open_entry(records, number), _open_entry(records, into)
            today = context.today()
            for entry in (absorbed, successor):
                _require_day(entry, on, today)
            records.append(
                absorbed.following(
                    Process.CLOSED, on=on, today=today, close_date=on, close_cause=CloseCause.MERGED, successor=into
                )
            )
            cause = f"{absorbed.profile.address} {absorbed.profile.name}({number})を合併"
            records.append(successor.following(Process.MERGER, on=on, today=today, change_cause=cause))
            records.audit(grounds_of(context), "corporations-merged", "done", number=number)

    def void_merger(self, context: Context, number: str, *, on: date) -> None:
        """Undo a merger that was declared void: the absorbed corporation exists again.

        Raises:
            NoSuchCorporation, DayOutOfOrder: it cannot.
            CorporationNotClosed: it did not end by merger.
        """
        self.authority.require(context, MERGE)
        with self.store.transaction() as records:
            absorbed = _closed_entry(records, number)
            if absorbed.close_cause is not CloseCause.MERGED:
                raise CorporationNotClosed
            successor, today = _entry(records, absorbed.successor), context.today()
            _require_day(absorbed, on, today)
            records.append(_reopened(absorbed, on, today))
            cause = f"{absorbed.profile.name}({number})の合併無効"
            day = max(on, successor.change_date)
            records.append(successor.following(Process.MERGER_VOID, on=day, today=today, change_cause=cause))
            records.audit(grounds_of(context), "merger-voided", "done", number=number)

    def decide_publication(self, context: Context, number: str, *, consent: bool) -> None:
        """Publish an association that now consents, or take it out of publication (番号法39条4項ただし書).

        Raises:
            NoSuchCorporation: nothing under the number.
            ConsentNotNeeded: it is published by law. ConsentUnchanged: it stands like this already.
        """
        self.authority.require(context, PUBLISH)
        with self.store.transaction() as records:
            entry = _entry(records, number)
            if not entry.association:
                raise ConsentNotNeeded
            published = entry.public and entry.process is not Process.DELETED
            if published == consent:
                raise ConsentUnchanged
            today = context.today()
            process = Process.NEW if consent else Process.DELETED
            records.append(entry.following(process, on=max(today, entry.change_date), today=today, public=True))
            records.audit(grounds_of(context), "publication-changed", "done", number=number)


def _entry(records: Records, number: str) -> Entry:
    found = records.newest(number)
    if found is None:
        raise NoSuchCorporation
    return found


def _open_entry(records: Records, number: str) -> Entry:
    found = _entry(records, number)
    if found.closed:
        raise CorporationClosed
    return found


def _closed_entry(records: Records, number: str) -> Entry:
    found = _entry(records, number)
    if not found.closed:
        raise CorporationNotClosed
    return found


def _require_day(entry: Entry, on: date, today: date) -> None:
    if not entry.change_date <= on <= today:
        raise DayOutOfOrder


def _require_same_sort(entry: Entry, profile: Profile) -> None:
    """Refuse a corrected kind that would have had another base number."""
    was, corrected = CorporationKind(entry.profile.kind), CorporationKind(profile.kind)
    if was.registered != corrected.registered or was.value[0] != corrected.value[0]:
        raise MalformedCorporation(field="kind", reason="not-for-kind")


def _short(cause: str) -> str:
    if len(cause) > LONGEST_CAUSE:
        raise MalformedCorporation(field="cause", reason="too-long")
    return cause.strip()


def _reopened(entry: Entry, on: date, today: date) -> Entry:
    return entry.following(Process.REINSTATED, on=on, today=today, close_date=None, close_cause=None, successor="")


def _differs(was: Profile, profile: Profile, items: tuple[str, ...]) -> bool:
    return any(getattr(was, item) != getattr(profile, item) for item in items)


def _taken(was: Profile, profile: Profile, items: tuple[str, ...]) -> Profile:
    return msgspec.structs.replace(was, **{item: getattr(profile, item) for item in items})


def _append_changes(
    records: Records, entry: Entry, profile: Profile, *, on: date, today: date, cause: str, correct: bool = False
) -> list[Process]:
    was = entry.profile
    foreign = _differs(was, profile, _FOREIGN_ADDRESS)
    steps: list[tuple[Process, Profile]] = []
    if _differs(was, profile, _NAME_ITEMS):
        steps.append((Process.NAME, _taken(was, profile, _NAME_ITEMS)))
    if foreign or _differs(was, profile, _JAPANESE_ADDRESS):
        outside = bool(profile.address_outside)
        steps.append((Process.FOREIGN_ADDRESS if outside else Process.ADDRESS, profile))
    if not steps and was != profile:
        steps.append((entry.process, profile))
    if not steps:
        raise ChangeWithoutDifference
    # Items without a process of their own go with the last line.
    steps[-1] = (steps[-1][0], profile)
    last = entry
    for process, stated in steps:
        last = last.following(process, on=on, today=today, profile=stated, change_cause=cause, correct=correct)
        records.append(last)
    return [process for process, _ in steps]

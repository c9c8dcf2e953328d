"""Plant and withdraw traps, raise an alarm when a case asks about one, tell the commission (番号法24条; decision 99).

A trap is a pseudonym of nobody. No lawful business concerns nobody, so a case about one is a table being walked. The
asker sees nothing of it: the same answer, the same refusals. Planting is no oracle either: a pseudonym that is a trap
already, or a real person's, is planted like any other, and only an alarm tells that it had records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.linkage_core.domain.cases import Case, InquiryCase, Package, Purpose, TrapCase
from mizuhiki.institutions.linkage_core.domain.errors import TrapsTooMany
from mizuhiki.institutions.linkage_core.domain.traps import MOST_STANDING, Alarm, SprungTrap, StandingCount
from mizuhiki.institutions.linkage_core.ports import AlarmDesk, Store, TrapRecords
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.asked_questions import for_each_line
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import owner_of

WITHDRAW = "withdraw-traps"
COUNT = "count-traps"
TELL = "tell-alarms"
READ = "read-records"
WATCHED = frozenset({Purpose.INQUIRY, Purpose.NOTICE})
"""A renewal concerns everybody in a table, a history is opened with the person's card, an issue has no person here."""
BATCH = 50
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=10)
_DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class WatchTraps:
    """The core's part of trap persons."""

    store: Store
    authority: Authority
    randomness: Randomness
    desk: AlarmDesk

    def require_room(self, records: TrapRecords, case: Case) -> None:
        """Check that the traps of a planting may stand beside those that stand already.

        Raises:
            TrapsTooMany: they may not; nothing is planted.
        """
        if not isinstance(case.detail, TrapCase):
            return
        new = set(case.detail.tokens) - records.standing_tokens(case.signer, case.detail.tokens)
        if records.count_traps(case.signer) + len(new) > MOST_STANDING:
            raise TrapsTooMany(most=MOST_STANDING)

    def plant(self, context: Context, records: TrapRecords, case: Case, package: Package) -> None:
        """Store the traps of a planting that do not stand yet, in the transaction that finishes the case."""
        if not isinstance(case.detail, TrapCase):
            return
        standing = records.standing_tokens(case.signer, case.detail.tokens)
        new = [
            (token, person)
            for token, person in zip(case.detail.tokens, package.persons, strict=True)
            if token not in standing
        ]
        for token, person in new:
            records.plant(case.signer, token, person, self.randomness.token(), context.now())
        records.audit(grounds_of(context), "traps-planted", "done", holder=case.signer, count=len(new))

    def watch(self, context: Context, records: TrapRecords, case: Case, package: Package) -> None:
        """Raise the alarm of a case that asks about traps, in the transaction that keeps its converted package."""
        if case.purpose not in WATCHED:
            return
        found = records.traps_among(package.persons)
        if not found:
            return
        numbers = case.detail.exchange_numbers if isinstance(case.detail, InquiryCase) else (case.number,)
        # One alarm a case: it names what was asked of the first trap, all traps, and how many lines the case has.
        asked = for_each_line(case.questions, case.questions)[found[0][0]]
        alarm = Alarm(
            alarm_id=self.randomness.token(),
            case_hash=case.hash,
            purpose=case.purpose.value,
            asker=case.asker,
            other=case.other,
            affair=asked.affair,
            procedure=asked.procedure,
            lines=case.count,
            traps=tuple(
                SprungTrap(trap.trap_id, owner_of(trap.holder), numbers[place], trap.had_records)
                for place, trap in found
            ),
            requested_at=case.issued_at,
            raised_at=context.now(),
        )
        if records.put_alarm(alarm):
            records.audit(
                grounds_of(context),
                "trap-alarm",
                "done",
                alarm=alarm.alarm_id,
                asker=alarm.asker,
                case_purpose=alarm.purpose,
                lines=alarm.lines,
                count=len(alarm.traps),
            )

    def withdraw(self, context: Context, *, tokens: Sequence[bytes]) -> tuple[int, int]:
        """Withdraw the caller's traps under these token hashes; return how many, and how many stand now."""
        self.authority.require(context, WITHDRAW)
        holder = context.actor.institution
        with self.store.transaction() as records:
            withdrawn = records.withdraw_traps(holder, tokens)
            grounds = grounds_of(context)
            records.audit(grounds, "traps-withdrawn", "done", holder=holder, asked=len(tokens), count=withdrawn)
            return withdrawn, records.count_traps(holder)

    def count(self, context: Context) -> int:
        """Return how many traps of the caller stand."""
        self.authority.require(context, COUNT)
        with self.store.snapshot() as records:
            return records.count_traps(context.actor.institution)

    def tell(self, context: Context) -> int:
        """Tell the commission alarms that it does not have; return how many it took.

        What it refuses or cannot take is tried again later: an alarm is never given up.
        """
        self.authority.require(context, TELL)
        with self.store.snapshot() as records:
            due = records.untold_alarms(context.now(), BATCH)
        told = 0
        for alarm in due:
            try:
                self.desk.tell(alarm)
            except MizuhikiError:
                wait = min(FIRST_WAIT * 2 ** min(alarm.attempts, _DOUBLINGS), LONGEST_WAIT)
                with self.store.transaction() as records:
                    records.postpone_alarm(alarm.alarm_id, alarm.attempts + 1, context.now() + wait)
                continue
            with self.store.transaction() as records:
                if records.note_told(alarm.alarm_id, context.now()):
                    told += 1
                    attempts = alarm.attempts + 1
                    grounds = grounds_of(context)
                    records.audit(grounds, "trap-alarm-told", "done", alarm=alarm.alarm_id, attempts=attempts)
        return told

    def alarms(self, context: Context, *, limit: int) -> list[Alarm]:
        """Return alarms, newest first."""
        self.authority.require(context, READ)
        with self.store.snapshot() as records:
            return records.alarms(limit)

    def standing(self, context: Context) -> list[StandingCount]:
        """Return how many traps stand of each intermediate server that has any."""
        self.authority.require(context, READ)
        with self.store.snapshot() as records:
            return records.standing_counts()

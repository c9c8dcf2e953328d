"""Which answers are given at once and which staff approves first, and by when (番号法22条1項; R-076, R-219).

A rule of the owner names a kind of information or one addressee, and has a first and perhaps a last day. Where no rule
speaks, an answer is given at once. A protected person's answer always waits, whatever the rules say.

- **By kind**: the whole section is held. The core keeps the case and asks again; the inquirer is told that it waits.
- **By person**: the inquirer is told "no data", as for a protected person, since the wait would tell what is hidden.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import InstitutionId

SATURDAY = 5
REFUSAL_STANDS = timedelta(days=1)
"""As long as a case may last, so that its repetitions hear the same; who asks anew later is decided upon anew."""
APPROVAL_STANDS = timedelta(days=30)
"""How long an approval nobody used may still be used; own rule: facts and measures change, so it is decided anew."""


class Scope(enum.StrEnum):
    """What a rule is about."""

    KIND = "kind"
    ADDRESSEE = "addressee"


class Mode(enum.StrEnum):
    """Whether an answer is given at once (自動応答) or after approval (手動承認)."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


class HoldState(enum.StrEnum):
    """Where a held answer stands. `USED` was approved and given; `REFUSED` is told for a day."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    USED = "used"


class RefusalReason(enum.StrEnum):
    """Why staff refuses an answer; the code is told to the inquirer, staff's own note is not."""

    RECORD_UNDER_CORRECTION = "record-under-correction"
    NOT_NEEDED_FOR_AFFAIR = "not-needed-for-affair"
    HELD_BY_ANOTHER_BODY = "held-by-another-body"
    PERSON_AT_RISK = "person-at-risk"


@dataclass(frozen=True, slots=True)
class ProvisionRule:
    """A rule of the owner; `subject` is a kind or an addressee number; `four_eyes` wants two officers to approve."""

    rule_id: str
    scope: Scope
    subject: str
    mode: Mode
    four_eyes: bool
    valid_from: date
    valid_until: date | None = None

    def speaks_on(self, day: date) -> bool:
        """Say whether the rule is in force on a day; its last day counts."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class RulesOfDay:
    """The rules in force on one day."""

    rules: tuple[ProvisionRule, ...]

    def _of(self, scope: Scope, subjects: Iterable[str]) -> list[ProvisionRule]:
        """Return the rule that counts for each subject: the one that began last."""
        wanted = frozenset(subjects)
        latest: dict[str, ProvisionRule] = {}
        for rule in self.rules:
            if rule.scope is not scope or rule.subject not in wanted:
                continue
            known = latest.get(rule.subject)
            if known is None or (rule.valid_from, rule.rule_id) > (known.valid_from, known.rule_id):
                latest[rule.subject] = rule
        return list(latest.values())

    def holds_kinds(self, kinds: Sequence[str]) -> bool:
        """Say whether an answer with these kinds waits for approval."""
        return any(rule.mode is Mode.MANUAL for rule in self._of(Scope.KIND, kinds))

    def held_addressees(self, addressees: Iterable[str]) -> frozenset[str]:
        """Return those addressees whose answers wait for approval."""
        return frozenset(r.subject for r in self._of(Scope.ADDRESSEE, addressees) if r.mode is Mode.MANUAL)

    def wants_two(self, kinds: Sequence[str], addressees: Iterable[str]) -> bool:
        """Say whether two officers have to approve (四眼の原則)."""
        found = [*self._of(Scope.KIND, kinds), *self._of(Scope.ADDRESSEE, addressees)]
        return any(rule.mode is Mode.MANUAL and rule.four_eyes for rule in found)


@dataclass(frozen=True, slots=True)
class ApprovalPeriod:
    """Within how many working days an approval is decided, from a day on."""

    valid_from: date
    working_days: int
    source: str


APPROVAL_PERIODS = (
    ApprovalPeriod(date(2015, 10, 5), 5, "own rule: within a week of office days until full operation"),
    ApprovalPeriod(date(2017, 11, 13), 3, "own rule: full operation, 番号法22条1項 wants the answer without delay"),
)
"""The law sets no number of days; these are this system's own, dated as any rule."""


def due_at(asked_at: datetime) -> datetime:
    """Return until when a request of this time is decided: the end of the last working day, Japan time.

    Saturdays and Sundays do not count; the day of the request does not count.
    """
    day = asked_at.astimezone(JST).date()
    left = _period_on(day).working_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return datetime.combine(day + timedelta(days=1), time.min, JST)


def _period_on(day: date) -> ApprovalPeriod:
    spoken = [period for period in APPROVAL_PERIODS if period.valid_from <= day]
    return spoken[-1] if spoken else APPROVAL_PERIODS[0]


@dataclass(frozen=True, slots=True)
class HeldProvision:
    """An answer to one section that is held because of its kinds.

    `content_hash` names the question: inquirer, affair, procedure, kinds, period and persons. A decision therefore also
    serves the same question asked again after the first case ran out. `proposed_by` is the first of two officers.
    """

    hold_id: str
    content_hash: bytes
    inquirer: InstitutionId
    affair: str
    procedure: str
    kinds: tuple[str, ...]
    addressees: tuple[str, ...]
    asked_at: datetime
    state: HoldState = HoldState.WAITING
    proposed_by: str = ""
    reason: str = ""
    decided_at: datetime | None = None

    def answers(self, now: datetime) -> bool:
        """Say whether the hold speaks for the question asked now; a spent one no more, a decision for its time."""
        if self.state is HoldState.USED:
            return False
        stands = REFUSAL_STANDS if self.state is HoldState.REFUSED else APPROVAL_STANDS
        return self.decided_at is None or now < self.decided_at + stands

    @property
    def due_at(self) -> datetime:
        """Until when it is decided."""
        return due_at(self.asked_at)

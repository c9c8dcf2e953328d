"""Staff decides about answers that wait: approve, refuse with a reason, by two where a rule says so (R-076, R-219).

Answers held for their kind are the linkage officer's; those held for a person are the protection officer's, who does
not ask and does not send. Each sees only their own queue, the overdue first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.addressees import is_addressee_number
from mizuhiki.institutions.intermediate_server.domain.errors import (
    NotWaiting,
    RefusalReasonMissing,
    RuleImpossible,
    SecondOfficerNeeded,
)
from mizuhiki.institutions.intermediate_server.domain.exchanges import ApprovalRequest
from mizuhiki.institutions.intermediate_server.domain.holding import (
    HeldProvision,
    HoldState,
    ProvisionRule,
    RefusalReason,
    Scope,
)
from mizuhiki.institutions.intermediate_server.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.layouts import layouts_accepted

KIND_ACTION = "decide-provisions"
PERSON_ACTION = "approve-provisions"
KIND_RULES = "set-kind-rules"
PERSON_RULES = "set-addressee-rules"
UPKEEP = "keep-up"
DECIDED = "provision-decided"
OVERDUE = "approval-overdue"
RULE_SET = "provision-rule-set"
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why staff refuses: the reason is told, the note stays here."""

    reason: str
    note: str = ""

    def checked(self) -> str:
        """Return the reason.

        Raises:
            RefusalReasonMissing: it is none of the known ones, or the note is too long.
        """
        if self.reason not in set(RefusalReason) or len(self.note) > LONGEST_NOTE:
            raise RefusalReasonMissing
        return self.reason


def officer_of(context: Context) -> str:
    """Return who acts."""
    return context.actor.person or context.actor.role


@dataclass(frozen=True, slots=True)
class DecideProvisions:
    """The queues of both officers, and the rules that fill them."""

    store: Store
    authority: Authority
    randomness: Randomness

    def holds(self, context: Context) -> list[HeldProvision]:
        """Return answers held for their kind; the next to fall due first, so the overdue ones stand on top."""
        self.authority.require(context, KIND_ACTION)
        return sorted(self.store.holds(), key=lambda one: (one.due_at, one.asked_at, one.hold_id))

    def approvals(self, context: Context) -> list[ApprovalRequest]:
        """Return answers held for a person, in the same order."""
        self.authority.require(context, PERSON_ACTION)
        return sorted(self.store.approvals(), key=lambda one: (one.due_at, one.asked_at, one.approval_id))

    def approve_hold(self, context: Context, *, hold_id: str) -> bool:
        """Approve an answer held for its kind; false when a second officer has to confirm.

        Raises:
            NotWaiting: it was decided before.
            SecondOfficerNeeded: this officer proposed it.
        """
        self.authority.require(context, KIND_ACTION)
        officer, rules = officer_of(context), self.store.rules_on(context.today())
        with self.store.transaction() as records:
            hold = records.hold(hold_id)
            if hold is None or hold.state is not HoldState.WAITING:
                raise NotWaiting
            first = _is_first(hold.proposed_by, officer, two=rules.wants_two(hold.kinds, hold.addressees))
            if first:
                records.propose_hold(hold_id, officer)
            else:
                records.decide_hold(hold_id, HoldState.APPROVED, officer, context.now(), "", "")
            decision = "proposed" if first else "approved"
            records.audit(
                grounds_of(context), DECIDED, "done", inquirer=hold.inquirer, held_for="kind", decision=decision
            )
        return not first

    def refuse_hold(self, context: Context, *, hold_id: str, refusal: Refusal) -> None:
        """Refuse an answer held for its kind; the inquirer is told the reason.

        Raises:
            RefusalReasonMissing: no known reason is given.
            NotWaiting: it was decided before.
        """
        self.authority.require(context, KIND_ACTION)
        reason = refusal.checked()
        with self.store.transaction() as records:
            hold = records.hold(hold_id)
            officer, now = officer_of(context), context.now()
            if hold is None or not records.decide_hold(hold_id, HoldState.REFUSED, officer, now, reason, refusal.note):
                raise NotWaiting
            records.audit(
                grounds_of(context),
                DECIDED,
                "done",
                inquirer=hold.inquirer,
                held_for="kind",
                decision="refused",
                reason=reason,
            )

    def approve_person(self, context: Context, *, approval_id: str) -> bool:
        """Lift the measure for one inquiry of the same inquirer, person, affair and kinds within 30 days (R-076).

        The inquirer was told "no data" and is told nothing now; it asks again when it still needs to know. False when
        a second officer has to confirm.

        Raises:
            NotWaiting: it was decided before.
            SecondOfficerNeeded: this officer proposed it.
        """
        self.authority.require(context, PERSON_ACTION)
        officer, rules = officer_of(context), self.store.rules_on(context.today())
        with self.store.transaction() as records:
            asked = records.approval(approval_id)
            if asked is None or asked.state != HoldState.WAITING.value:
                raise NotWaiting
            two = rules.wants_two(asked.content.split(","), [asked.addressee_number])
            first = _is_first(asked.proposed_by, officer, two=two)
            if first:
                records.propose_approval(approval_id, officer)
            else:
                records.approve(approval_id, officer, context.now())
            decision = "proposed" if first else "approved"
            records.audit(
                grounds_of(context), DECIDED, "done", inquirer=asked.inquirer, held_for="person", decision=decision
            )
        return not first

    def refuse_person(self, context: Context, *, approval_id: str, refusal: Refusal) -> None:
        """Let the measure stand; the inquirer was told "no data" and is told nothing.

        Raises:
            RefusalReasonMissing: no known reason is given.
            NotWaiting: it was decided before.
        """
        self.authority.require(context, PERSON_ACTION)
        reason = refusal.checked()
        with self.store.transaction() as records:
            asked = records.approval(approval_id)
            officer, now = officer_of(context), context.now()
            if asked is None or not records.refuse_approval(approval_id, officer, now, reason, refusal.note):
                raise NotWaiting
            records.audit(
                grounds_of(context),
                DECIDED,
                "done",
                inquirer=asked.inquirer,
                held_for="person",
                decision="refused",
                reason=reason,
            )

    def rules(self, context: Context, *, scope: Scope) -> list[ProvisionRule]:
        """Return every rule of a scope, newest first."""
        self.authority.require(context, KIND_RULES if scope is Scope.KIND else PERSON_RULES)
        return self.store.rules(scope)

    def set_rule(self, context: Context, *, rule: ProvisionRule) -> str:
        """Set a rule from today or a later day on; return its identifier.

        Raises:
            RuleImpossible: it begins before today, ends before it begins, or names no kind of today or no addressee.
        """
        self.authority.require(context, KIND_RULES if rule.scope is Scope.KIND else PERSON_RULES)
        if rule.valid_from < context.today():
            raise RuleImpossible(part="valid_from")
        if rule.valid_until is not None and rule.valid_until < rule.valid_from:
            raise RuleImpossible(part="valid_until")
        if rule.scope is Scope.KIND and not layouts_accepted(rule.subject, rule.valid_from):
            raise RuleImpossible(part="subject")
        kept = replace(rule, rule_id=self.randomness.token())
        with self.store.transaction() as records:
            if rule.scope is Scope.ADDRESSEE and not _is_known(records, rule.subject):
                raise RuleImpossible(part="subject")
            records.put_rule(kept, officer_of(context), context.now())
            records.audit(
                grounds_of(context),
                RULE_SET,
                "done",
                scope=rule.scope.value,
                mode=rule.mode.value,
                four_eyes=int(rule.four_eyes),
            )
        return kept.rule_id

    def remind(self, context: Context) -> int:
        """Remind staff, once a day, of what is past its deadline; return how many decisions are overdue."""
        self.authority.require(context, UPKEEP)
        now = context.now()
        overdue = {one.hold_id for one in self.store.holds() if one.due_at <= now}
        overdue |= {one.approval_id for one in self.store.approvals() if one.due_at <= now}
        fresh = overdue.intersection(self.store.unreminded(_midnight(context.today())))
        if fresh:
            with self.store.transaction() as records:
                for identifier in sorted(fresh):
                    records.note_reminder(identifier, now)
                records.audit(grounds_of(context), OVERDUE, "reminded", count=len(overdue))
        return len(overdue)


def _is_known(records: Records, addressee_number: str) -> bool:
    return is_addressee_number(addressee_number) and records.addressee(addressee_number) is not None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, JST) - timedelta(microseconds=1)


def _is_first(proposed_by: str, officer: str, *, two: bool) -> bool:
    """Say whether an approval is only the first of two.

    Raises:
        SecondOfficerNeeded: the officer who proposed it cannot confirm it.
    """
    if not two:
        return False
    if proposed_by == officer:
        raise SecondOfficerNeeded
    return not proposed_by

"""Carry a signed case out: take it durably, convert, deliver, record, and only then answer (exchange design).

    received ──convert──▶ converted ──deliver──▶ done
        └───────────────refused◀──────────┘

- A case is known by its signer, purpose and number. The same case again gets the stored answer or refusal; another case
  under a known number or nonce is refused.
- A crash at any point loses nothing: the next repetition, or the timed work, goes on from the stored state. A converted
  case is sent unchanged, so nothing is answered twice differently.
- The records of an exchange stand in the same transaction as its answer.
- Every refusal is recorded with the rule and with who applied it, the commission's and the provider's too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from mizuhiki.institutions.linkage_core.domain.cases import (
    CORE,
    Acquisition,
    BatchProof,
    Case,
    CaseAnswer,
    Package,
    Purpose,
    Refusal,
    RefusalLine,
    State,
    StoredCase,
    Submitted,
)
from mizuhiki.institutions.linkage_core.domain.errors import (
    CaseChanged,
    CaseOutOfTime,
    CaseRefusedBefore,
    CaseReplayed,
    CommissionUnavailable,
    ExchangeNumberTaken,
    HalfNotDelivered,
    RecipientUnavailable,
    TrapsTooMany,
)
from mizuhiki.institutions.linkage_core.operations.check_case import check_content, check_signer, check_time
from mizuhiki.institutions.linkage_core.operations.convert_second_half import ConvertSecondHalf
from mizuhiki.institutions.linkage_core.operations.deliver_case import DeliverCase, Delivered
from mizuhiki.institutions.linkage_core.operations.renew_second_half import RenewSecondHalf
from mizuhiki.institutions.linkage_core.operations.watch_traps import WatchTraps
from mizuhiki.institutions.linkage_core.ports import CaseReader, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.in_hand import InHand
from mizuhiki.vocabulary.asked_questions import AskedQuestion
from mizuhiki.vocabulary.errors import Corrupt, MizuhikiError, Unavailable
from mizuhiki.vocabulary.ids import parse_institution_id

ACTIONS = {
    Purpose.INQUIRY: "exchange-inquiries",
    Purpose.ISSUE: "issue-pseudonyms",
    Purpose.NOTICE: "send-notice",
    Purpose.HISTORY: "open-history",
    Purpose.RENEWAL: "renew-pseudonyms",
    Purpose.TRAP: "plant-traps",
}
RESUME = "resume-cases"
PROVE = "prove-half"
BATCH = 100
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=10)
_DOUBLINGS = 10
_ASKER_WAITS = frozenset({Purpose.INQUIRY, Purpose.HISTORY, Purpose.RENEWAL, Purpose.TRAP})
"""Purposes whose asker wants the answer itself; the others are acknowledged as soon as they are durable."""


@dataclass(frozen=True, slots=True)
class CarryOutCase:
    """The core's pipeline for all purposes."""

    store: Store
    authority: Authority
    reader: CaseReader
    convert: ConvertSecondHalf
    deliver: DeliverCase
    renew: RenewSecondHalf
    traps: WatchTraps
    in_hand: InHand = field(default_factory=InHand)

    def __call__(self, context: Context, *, purpose: Purpose, submitted: Submitted) -> CaseAnswer:
        """Carry out one case of the calling institution and return its answer.

        Raises:
            Refused, Malformed, Conflict: the case is refused for good; the error names the rule and who applied it.
            Unavailable: commission or recipient does not answer; the case is kept, ask again. Never raised for an
                issue or a notice, which go on without the asker.
        """
        self.authority.require(context, ACTIONS[purpose])
        case, acquisition = self._read(context, purpose, submitted)
        with self.in_hand.holding(case.hash):
            stored = self._take(context, case, submitted)
            if stored is not None and stored.state in {State.DONE, State.REFUSED}:
                return _told(stored)
            return self._answer(context, case, submitted, acquisition)

    def _answer(
        self, context: Context, case: Case, submitted: Submitted, acquisition: Acquisition | None
    ) -> CaseAnswer:
        try:
            return self._advance(context, case, submitted, acquisition)
        except Unavailable:
            if case.purpose in _ASKER_WAITS:
                raise
            return CaseAnswer()

    def prove(self, context: Context, *, case_text: str) -> BatchProof:
        """Prove this core's half of a section to the provider it was delivered to, before it is answered.

        Raises:
            HalfNotDelivered: there is no such delivery that waits, or the caller is not its recipient.
        """
        self.authority.require(context, PROVE)
        case, _ = self.reader.read(Purpose.INQUIRY, Submitted(case_text, ()))
        with self.store.snapshot() as records:
            stored, package = records.stored(case), records.package(case)
        if (
            stored is None
            or package is None
            or stored.case_hash != case.hash
            or not case.one_answer
            or context.actor.institution != case.recipient
        ):
            raise HalfNotDelivered
        return self.convert.prove(case, package)

    def resume(self, context: Context, *, idle: timedelta = timedelta()) -> int:
        """Go on with unfinished cases that were received `idle` ago or earlier; return how many were finished.

        A case that a caller of this process waits for is left to that caller.

        A history waits for its asker, who alone can take the answer; when it is out of time it is dropped.
        """
        self.authority.require(context, RESUME)
        finished = 0
        now = context.now()
        for pending in self.store.pending(now - idle, now, BATCH):
            try:
                case, acquisition = self.reader.read(pending.purpose, pending.submitted)
            except MizuhikiError:
                # Its signer's key or form no longer checks; it waits for its own end and holds up nobody else's case.
                continue
            if case.hash in self.in_hand:
                continue  # a caller's thread is at it now
            if case.purpose is Purpose.HISTORY:
                finished += self._drop_when_expired(context, case)
                continue
            try:
                self._advance(context, case, pending.submitted, acquisition)
            except (Unavailable, Corrupt):
                if self._drop_when_expired(context, case):
                    finished += 1
                else:
                    self._postpone(context, case, pending.attempts + 1)
            except MizuhikiError:
                finished += 1  # refused for good, and recorded so
            else:
                finished += 1
        return finished

    def _read(self, context: Context, purpose: Purpose, submitted: Submitted) -> tuple[Case, Acquisition | None]:
        """Check signatures, form, and that what came with the case is what was signed over."""
        try:
            case, acquisition = self.reader.read(purpose, submitted)
        except (Unavailable, Corrupt):
            raise
        except MizuhikiError as error:
            with self.store.transaction() as records:
                self._note_refusal(context, records, None, error, purpose)
            raise
        try:
            check_content(case, submitted)
            check_signer(case, context.actor.institution)
        except MizuhikiError as error:
            # What came is not what was signed: refused without touching what may stand under the case's number.
            self._note(context, case, error)
            raise
        return case, acquisition

    def _take(self, context: Context, case: Case, submitted: Submitted) -> StoredCase | None:
        """Store a new case as received; return what stands when it is not new."""
        try:
            with self.store.transaction() as records:
                stored = records.stored(case)
                if stored is None:
                    _receive(context, records, case, submitted)
                else:
                    _require_same(stored, case)
        except (CaseChanged, CaseOutOfTime, CaseReplayed, ExchangeNumberTaken) as error:
            self._note(context, case, error)
            raise
        return stored

    def _advance(
        self, context: Context, case: Case, submitted: Submitted, acquisition: Acquisition | None
    ) -> CaseAnswer:
        with self.store.snapshot() as records:
            package = records.package(case)
        if package is None:
            try:
                convert = self.renew if case.purpose is Purpose.RENEWAL else self.convert
                converted = convert(context, case, submitted, acquisition)
            except Unavailable as error:
                raise CommissionUnavailable from error
            except Corrupt:
                raise
            except MizuhikiError as error:
                return self._refuse(context, case, error)
            with self.store.transaction() as records:
                package = records.keep_package(case, converted)
                # However the delivery ends, whoever asked about a trap has walked a table.
                self.traps.watch(context, records, case, package)
        return self._finish(context, case, package, self.deliver(context, case, submitted, package))

    def _finish(self, context: Context, case: Case, package: Package, delivered: Delivered) -> CaseAnswer:
        with self.store.transaction() as records:
            error = delivered.error or self._no_room(records, case)
            if error is None:
                first = records.finish(case, delivered.answer, context.now())
            else:
                refusal = _refusal(error)
                first = records.refuse(case, refusal, context.now())
                if first:
                    self._note_refusal(context, records, case, error, case.purpose)
            if first:
                records.append(delivered.records)
                if error is None:
                    self.traps.plant(context, records, case, package)
                if delivered.renewal is not None:
                    records.link(case, delivered.renewal, delivered.rule, context.now())
            stored = None if first else records.stored(case)
        if stored is not None:
            return _told(stored)
        if error is not None:
            raise error
        return delivered.answer

    def _no_room(self, records: Records, case: Case) -> TrapsTooMany | None:
        """Return why a planting is refused in the very transaction that would plant."""
        try:
            self.traps.require_room(records, case)
        except TrapsTooMany as error:
            return error
        return None

    def _refuse(self, context: Context, case: Case, error: MizuhikiError) -> CaseAnswer:
        """Store and record a refusal, then raise it; when another worker was first, tell what that one stored."""
        with self.store.transaction() as records:
            first = records.refuse(case, _refusal(error), context.now())
            if first:
                self._note_refusal(context, records, case, error, case.purpose)
            stored = None if first else records.stored(case)
        if stored is not None:
            return _told(stored)
        raise error

    def _postpone(self, context: Context, case: Case, attempts: int) -> None:
        """Try a case again later each time, so that one recipient's outage does not hold up cases for others."""
        wait = min(FIRST_WAIT * 2 ** min(attempts - 1, _DOUBLINGS), LONGEST_WAIT)
        with self.store.transaction() as records:
            records.postpone(case, attempts, context.now() + wait)

    def _drop_when_expired(self, context: Context, case: Case) -> int:
        if context.now() < case.expires_at:
            return 0
        error = CaseOutOfTime(reason="expired")
        with self.store.transaction() as records:
            if not records.refuse(case, _refusal(error), context.now()):
                return 0
            self._note_refusal(context, records, case, error, case.purpose)
        return 1

    def _note(self, context: Context, case: Case, error: MizuhikiError) -> None:
        with self.store.transaction() as records:
            self._note_refusal(context, records, case, error, case.purpose)

    def _note_refusal(
        self, context: Context, records: Records, case: Case | None, error: MizuhikiError, purpose: Purpose
    ) -> None:
        """Record a refusal, once for each question it is about; of what could not be read only who sent it."""
        refusal = _refusal(error)
        for question in self._refused(context, case, refusal):
            line = RefusalLine(
                at=context.now(),
                purpose=purpose.value,
                asker=case.asker if case else context.actor.institution,
                other=case.other if case else "",
                affair=question.affair if question else "",
                procedure=question.procedure if question else "",
                kinds=question.kinds if question else (),
                rule=refusal.rule,
                refused_by=refusal.refused_by,
                detail=refusal.detail,
                case_hash=case.hash if case else b"",
            )
            records.note_refusal(line)

    def _refused(self, context: Context, case: Case | None, refusal: Refusal) -> list[AskedQuestion | None]:
        """Return the questions a refusal is about; none where it is about a case of several, or another body's rule.

        Whoever refused for a reason that the core cannot see keeps the record of which question it was.
        """
        if case is None or len(case.questions) == 1:
            return [None if case is None else case.questions[0]]
        found = self.convert.rules.refusals(case, context.today())
        return [question for question, own in found if own.code == refusal.rule] or [None]


def _receive(context: Context, records: Records, case: Case, submitted: Submitted) -> None:
    check_time(context, case)
    if case.nonce and not records.spend(case.signer, case.nonce, case.hash, case.expires_at):
        raise CaseReplayed(purpose=case.purpose.value)
    records.receive(case, submitted, context.now())


def _require_same(stored: StoredCase, case: Case) -> None:
    if stored.case_hash != case.hash:
        raise CaseChanged(purpose=case.purpose.value)


def _told(stored: StoredCase) -> CaseAnswer:
    """Tell a repetition what stands."""
    if stored.answer is not None:
        return stored.answer
    refusal = stored.refusal
    if refusal is None:
        # Another worker holds the case in its hands; the asker comes again.
        raise RecipientUnavailable
    raise CaseRefusedBefore(refusal.detail, peer_code=refusal.rule, refused_by=refusal.refused_by)


def _refusal(error: MizuhikiError) -> Refusal:
    """Return who refused by which rule: another institution where the error carries its code, the core otherwise."""
    rule, refused_by = error.fields.get("peer_code"), error.fields.get("refused_by")
    if rule and refused_by:
        return Refusal(str(rule), parse_institution_id(str(refused_by)), error.message)
    return Refusal(error.code, CORE, error.message)

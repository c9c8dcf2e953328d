"""Send a converted case to its recipient and say what is recorded about each person (番号法21条, 22条, 23条).

The core carries sealed sections and sealed answers and can read neither. Issued pseudonyms are recorded as a decision
about the case only: the core learns no pseudonym of its own in an issue, so there is no person to record it under.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mizuhiki.institutions.linkage_core.domain.cases import (
    ANSWERS,
    DELIVERED,
    OPENED,
    PROVIDED,
    REFUSED_BY_PROVIDER,
    UNANSWERED,
    Case,
    CaseAnswer,
    ExchangeRecord,
    HistoryCase,
    InquiryCase,
    IssueCase,
    LineOutcome,
    NoticeCase,
    Package,
    PersonKey,
    Provided,
    Renewal,
    RenewalCase,
    Submitted,
    TrapCase,
)
from mizuhiki.institutions.linkage_core.domain.errors import (
    AnswerAwaitsApproval,
    AnswerUnfit,
    RecipientUnavailable,
)
from mizuhiki.institutions.linkage_core.ports import ExchangeLedger, Recipients
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.asked_questions import for_each_line
from mizuhiki.vocabulary.errors import Corrupt, MizuhikiError, Unavailable

EXCHANGE = "exchange"
NOTICE = "notice"
HISTORY_OPENING = "history-opening"
AWAITS_APPROVAL = "provider-awaits-approval"
"""A provider's code: the answer is held for its staff."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of a delivery: the asker's answer, the records to write with it, and an error to raise after that.

    `renewal` is what to link under `rule`, in the same transaction.
    """

    answer: CaseAnswer
    records: tuple[tuple[PersonKey, ExchangeRecord], ...] = ()
    error: MizuhikiError | None = None
    renewal: Renewal | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class DeliverCase:
    """Delivers by purpose."""

    recipients: Recipients
    ledger: ExchangeLedger

    def __call__(self, context: Context, case: Case, submitted: Submitted, package: Package) -> Delivered:
        """Deliver a case.

        Raises:
            RecipientUnavailable: the recipient does not answer and the case is still valid; it is sent again later.
            AnswerAwaitsApproval: it answers that its staff has to approve first; likewise.
        """
        match case.detail:
            case InquiryCase() as inquiry:
                return self._inquiry(context, case, inquiry, submitted, package)
            case IssueCase(holder=holder):
                error = self._send(
                    context, case, lambda: self.recipients.deliver_pseudonyms(holder, case, submitted, package)
                )
                return Delivered(CaseAnswer(), error=error)
            case NoticeCase(portal_server=server):
                error = self._send(
                    context, case, lambda: self.recipients.deliver_notice(server, case, submitted, package)
                )
                outcome = DELIVERED if error is None else _outcome_of(error)
                return Delivered(CaseAnswer(), _records(context, case, package, NOTICE, [outcome]), error)
            case HistoryCase():
                return self._history(context, case, package)
            case TrapCase():
                return Delivered(CaseAnswer(tickets=package.tickets))
            case RenewalCase():
                # The holder is the asker: it takes its own new pseudonyms from the answer.
                answer = CaseAnswer(tickets=package.tickets, answer=self.recipients.written(package.converted))
                return Delivered(answer, renewal=package.renewal, rule=package.rules[0])

    def _inquiry(
        self, context: Context, case: Case, inquiry: InquiryCase, submitted: Submitted, package: Package
    ) -> Delivered:
        numbers = inquiry.exchange_numbers
        provided = Provided()

        def provide() -> None:
            nonlocal provided
            found = self.recipients.provide(inquiry.provider_server, case, submitted, package)
            _check_lines(inquiry, found)
            provided = found

        error = self._send(context, case, provide)
        if error is not None:
            provided = Provided(tuple(LineOutcome(number, _outcome_of(error)) for number in numbers))
        records = _records(context, case, package, EXCHANGE, [line.outcome for line in provided.lines])
        # Nobody answered in time: that is an outcome. A refusal by the provider is told as the refusal it is.
        told = error if error is not None and not isinstance(error, Unavailable) else None
        answer = CaseAnswer(lines=provided.lines, tickets=package.tickets, answer=provided.answer)
        return Delivered(answer, records, told)

    def _history(self, context: Context, case: Case, package: Package) -> Delivered:
        """Bundle what stands now, under a fresh co-signed checkpoint; this opening itself is recorded after that."""
        [person] = package.persons
        self.ledger.checkpoint()
        bundle = self.ledger.bundle(person)
        return Delivered(CaseAnswer(bundle=bundle), _records(context, case, package, HISTORY_OPENING, [OPENED]))

    @staticmethod
    def _send(context: Context, case: Case, send: Callable[[], None]) -> MizuhikiError | None:
        """Run `send`; return the final error, if any."""
        try:
            send()
        except Unavailable as error:
            if context.now() < case.expires_at:
                waits = error.fields.get("peer_code") == AWAITS_APPROVAL
                raise (AnswerAwaitsApproval if waits else RecipientUnavailable)(recipient=case.recipient) from error
            return error
        except Corrupt:
            raise
        except MizuhikiError as error:
            return error
        return None


def _check_lines(inquiry: InquiryCase, provided: Provided) -> None:
    if tuple(line.exchange_number for line in provided.lines) != inquiry.exchange_numbers:
        raise AnswerUnfit(part="exchange-numbers")
    any_provided = any(line.outcome == PROVIDED for line in provided.lines)
    if bool(provided.answer) != (inquiry.one_answer and any_provided):
        raise AnswerUnfit(part="answer")
    for line in provided.lines:
        own_answer = line.outcome == PROVIDED and not inquiry.one_answer
        if line.outcome not in ANSWERS or bool(line.answer) != own_answer:
            raise AnswerUnfit(part="outcome")


def _outcome_of(error: MizuhikiError) -> str:
    return UNANSWERED if isinstance(error, Unavailable) else REFUSED_BY_PROVIDER


def _records(
    context: Context, case: Case, package: Package, kind: str, outcomes: Sequence[str]
) -> tuple[tuple[PersonKey, ExchangeRecord], ...]:
    now = context.now()
    numbers = case.detail.exchange_numbers if isinstance(case.detail, InquiryCase) else (case.number,)
    asked = for_each_line(case.questions, zip(case.questions, package.rules, strict=True))
    return tuple(
        (
            person,
            ExchangeRecord(
                kind=kind,
                exchange_number=number,
                inquirer=case.asker,
                provider=case.other,
                affair=question.affair,
                procedure=question.procedure,
                kinds=question.kinds,
                statute=rule,
                requested_at=case.issued_at,
                completed_at=now,
                outcome=outcome,
            ),
        )
        for person, number, outcome, (question, rule) in zip(package.persons, numbers, outcomes, asked, strict=True)
    )

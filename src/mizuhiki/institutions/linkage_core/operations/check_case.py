"""May this case be carried out? The core's own answer, independent of the commission's (番号法21条2項; R-031, R-220).

1. Form: persons, generation, kinds; what came with the case is what was signed over.
2. The case is of this time; it was signed by the caller, which is the server of the body it is made for.
3. The rule of its purpose. The core asks no assessment: that is the commission's half of the permission.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.crypto.digests import equal
from mizuhiki.crypto.pseudonyms import Ciphertext, ciphertexts_root
from mizuhiki.institutions.linkage_core.domain.cases import (
    REGISTER,
    Acquisition,
    Case,
    CiphertextPair,
    HistoryCase,
    InquiryCase,
    IssueCase,
    NoticeCase,
    RenewalCase,
    Submitted,
    TrapCase,
)
from mizuhiki.institutions.linkage_core.domain.errors import (
    AcquisitionNotOfHolder,
    CaseMalformed,
    CaseNotOfCaller,
    CaseOutOfTime,
    InputsAltered,
)
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.affairs import require_affair
from mizuhiki.vocabulary.asked_questions import AskedQuestion
from mizuhiki.vocabulary.errors import MizuhikiError, Unavailable
from mizuhiki.vocabulary.generations import FIRST, LAST, CurrentGenerations
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, intermediate_server_of, kind_of, owner_of
from mizuhiki.vocabulary.statute import (
    CurrentStatute,
    LinkageQuestion,
    lawful_affair,
    permit_inquiry,
    rule_in_words,
)

LONGEST_CASE = timedelta(hours=24)
CLOCK_SKEW = timedelta(minutes=5)
LARGEST_SECTION = 10_000
LARGEST_PLANTING = 20
"""Traps of one planting; see decision 0099."""
_GENERATIONS = range(FIRST, LAST + 1)


def ciphertexts(pairs: Sequence[CiphertextPair]) -> list[Ciphertext]:
    """Return pairs as the ciphertexts that `crypto.pseudonyms` works on."""
    return [Ciphertext(pair.c1, pair.c2) for pair in pairs]


def check_content(case: Case, submitted: Submitted) -> None:
    """Check step 1.

    Raises:
        CaseMalformed, InputsAltered: each as its class says.
    """
    if not 1 <= case.count <= LARGEST_SECTION:
        raise CaseMalformed(part="persons")
    if case.generation not in _GENERATIONS:
        raise CaseMalformed(part="generation")
    if isinstance(case.detail, InquiryCase):
        numbers = case.detail.exchange_numbers
        if len(set(numbers)) != len(numbers):
            raise CaseMalformed(part="lines")
        for question in case.questions:
            _check_question(question)
    if isinstance(case.detail, TrapCase):
        tokens = case.detail.tokens
        if case.count > LARGEST_PLANTING or len(set(tokens)) != len(tokens):
            raise CaseMalformed(part="tokens")
    inputs = ciphertexts(submitted.inputs)
    if len(inputs) != case.count or not equal(ciphertexts_root(inputs), case.inputs_root):
        raise InputsAltered(part="inputs")


def _check_question(question: AskedQuestion) -> None:
    if not question.kinds or len(set(question.kinds)) != len(question.kinds):
        raise CaseMalformed(part="lines")
    first, last = question.period_from, question.period_until
    if first is not None and last is not None and last < first:
        raise CaseMalformed(part="period")


def check_time(context: Context, case: Case) -> None:
    """Check that the case is of this time.

    Raises:
        CaseOutOfTime: not yet, no longer, or made to last too long.
    """
    now = context.now()
    if case.issued_at > now + CLOCK_SKEW:
        raise CaseOutOfTime(reason="not-yet")
    if now >= case.expires_at:
        raise CaseOutOfTime(reason="expired")
    if case.expires_at - case.issued_at > LONGEST_CASE:
        raise CaseOutOfTime(reason="too-long")


def check_signer(case: Case, caller: InstitutionId) -> None:
    """Check that the caller signed the case and is the server of the body it is made for.

    Raises:
        CaseNotOfCaller: it is not.
        MalformedInstitutionId: a body has no intermediate server.
    """
    match case.detail:
        case InquiryCase(inquirer=asker, provider=provider, provider_server=server):
            entitled = intermediate_server_of(asker)
            right = server == intermediate_server_of(provider)
        case IssueCase(holder=holder):
            entitled = REGISTER
            right = kind_of(holder) is InstitutionKind.INTERMEDIATE_SERVER
        case RenewalCase(holder=entitled) | TrapCase(holder=entitled):
            right = kind_of(entitled) is InstitutionKind.INTERMEDIATE_SERVER
        case NoticeCase(sender=asker, portal_server=server):
            entitled = intermediate_server_of(asker)
            right = kind_of(owner_of(server)) is InstitutionKind.PORTAL
        case HistoryCase(portal=asker):
            entitled = intermediate_server_of(asker)
            right = kind_of(asker) is InstitutionKind.PORTAL
    if not right or {case.signer, case.source, caller} != {entitled}:
        raise CaseNotOfCaller(signer=case.signer)


@dataclass(frozen=True, slots=True)
class CaseRules:
    """Step 3: the rule of each purpose, denied by default."""

    statute: CurrentStatute
    generations: CurrentGenerations

    def allow(self, context: Context, case: Case, acquisition: Acquisition | None) -> tuple[str, ...]:
        """Return the rule that allows each question of the case, in words for the ticket and the record.

        Raises:
            NoStatuteRow, StatuteRowNotInForce, AffairNotLawful, AffairOfOthers: no basis on this day.
            AcquisitionNotOfHolder: the holder did not ask for these pseudonyms.
            GenerationNotOpen, GenerationClosed: the case is about a generation that is not in use.
        """
        day = context.today()
        generations = self.generations.current()
        generations.require_open(case.generation, context.now())
        match case.detail:
            case InquiryCase() as inquiry:
                return tuple(_permitted(self.statute, inquiry, asked, day) for asked in inquiry.questions)
            case IssueCase() as issue:
                basis = lawful_affair(self.statute, owner_of(issue.holder), case.affair, day).basis
                _check_acquisition(case, issue, acquisition)
                return (f"番号法21条の2 ({basis})",)
            case RenewalCase(to_generation=reached):
                generations.require_neighbours(case.generation, reached, context.now())
                return (f"番号法21条の2 ({case.generation} → {reached})",)
            case TrapCase():
                return ("番号法24条",)
            case NoticeCase(sender=sender):
                return (f"番号法附則6条 ({lawful_affair(self.statute, sender, case.affair, day).basis})",)
            case HistoryCase():
                return (f"番号法附則6条3項 ({require_affair(case.affair, day).basis})",)

    def refusals(self, case: Case, day: date) -> list[tuple[AskedQuestion, MizuhikiError]]:
        """Return the questions of an inquiry that are refused by themselves, each with its own rule.

        Asked in the transaction that records a refusal, so by the law at hand: a question under an ordinance of which
        nothing is at hand was not what the case was refused for.
        """
        found: list[tuple[AskedQuestion, MizuhikiError]] = []
        statute = self.statute.at_hand()
        for asked in case.questions:
            try:
                if isinstance(case.detail, InquiryCase):
                    _check_question(asked)
                    _permitted(statute, case.detail, asked, day)
            except Unavailable:
                continue
            except MizuhikiError as error:
                found.append((asked, error))
        return found


def _permitted(statute: CurrentStatute, inquiry: InquiryCase, asked: AskedQuestion, day: date) -> str:
    question = LinkageQuestion(
        inquirer=inquiry.inquirer,
        affair=asked.affair,
        procedure=asked.procedure,
        provider=inquiry.provider,
        kinds=asked.kinds,
        day=day,
    )
    return rule_in_words(permit_inquiry(statute, question))


def _check_acquisition(case: Case, issue: IssueCase, acquisition: Acquisition | None) -> None:
    if acquisition is None or not equal(acquisition.hash, issue.acquisition_hash):
        raise AcquisitionNotOfHolder(part="hash")
    if acquisition.signer != issue.holder or acquisition.holder != issue.holder:
        raise AcquisitionNotOfHolder(part="holder")
    numbers = frozenset(issue.acquisition_numbers)
    if len(numbers) != case.count or not numbers <= frozenset(acquisition.acquisition_numbers):
        raise AcquisitionNotOfHolder(part="acquisition-numbers")
    if acquisition.affair != case.affair:
        raise AcquisitionNotOfHolder(part="affair")

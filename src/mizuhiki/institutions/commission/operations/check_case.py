"""May this case be converted at all? The commission's own answer, independent of the core's (R-024, R-031, R-220).

1. Form: at least one person, a possible generation.
2. The inputs are those the case was signed over, one per person; the targets are those of the purpose.
3. The case is of this time and signed by the institution it is made for.
4. The rule of its purpose: statute row and published assessment; the holder's own signed request; published assessment
   of the sender; the person's card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from mizuhiki.card.challenge import (
    ChallengeForAnotherContext,
    ChallengeForAnotherKind,
    ChallengeForAnotherRequester,
    SigningKind,
    parse_challenge,
)
from mizuhiki.crypto.digests import equal, labelled_hash, sha256
from mizuhiki.crypto.pseudonyms import Ciphertext, ciphertexts_root
from mizuhiki.institutions.commission.domain.conversion import (
    REGISTER,
    Acquisition,
    CardEvidence,
    Case,
    HistoryCase,
    InquiryCase,
    IssueCase,
    NoticeCase,
    RenewalCase,
    TrapCase,
)
from mizuhiki.institutions.commission.domain.errors import (
    AcquisitionNotOfHolder,
    AssessmentNotPublished,
    CardProofMissing,
    CaseMalformed,
    CaseNotSignedByAsker,
    CaseOutOfTime,
    InputsAltered,
    TargetsNotOfPurpose,
)
from mizuhiki.institutions.commission.ports import CardAuthority, Store
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.affairs import require_affair, require_user
from mizuhiki.vocabulary.asked_questions import AskedQuestion
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.generations import FIRST, LAST
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
_GENERATIONS = range(FIRST, LAST + 1)
LARGEST_RENEWAL = 1_000
"""Persons of one renewal; its evidence is kept in one piece."""
LARGEST_PLANTING = 20
"""Traps of one planting; see decision 0099."""
TRAP_BASIS = "番号法24条"
ISSUE_BASIS = "番号法21条の2"
NOTICE_BASIS = "番号法附則6条"
HISTORY_BASIS = "番号法附則6条3項"
HISTORY_CONTEXT = "history-opening"
"""Label of the context hash in the challenge of a card (spec/card.md §6)."""


@dataclass(frozen=True, slots=True)
class Support:
    """What travels beside a case: the holder's acquisition for an issue, the card's signature for a history."""

    acquisition: Acquisition | None = None
    card: CardEvidence | None = None


def check_content(case: Case, inputs: Sequence[Ciphertext], targets: Sequence[InstitutionId]) -> None:
    """Check steps 1 and 2; they hold for a repeated case as well.

    Raises:
        CaseMalformed, InputsAltered, TargetsNotOfPurpose: each as its class says.
    """
    if case.count < 1:
        raise CaseMalformed(part="persons")
    if case.generation not in _GENERATIONS:
        raise CaseMalformed(part="generation")
    if isinstance(case.detail, RenewalCase) and case.count > LARGEST_RENEWAL:
        raise CaseMalformed(part="persons")
    if isinstance(case.detail, TrapCase):
        tokens = case.detail.tokens
        if case.count > LARGEST_PLANTING or len(set(tokens)) != len(tokens):
            raise CaseMalformed(part="tokens")
    if len(inputs) != case.count or not equal(ciphertexts_root(inputs), case.inputs_root):
        raise InputsAltered
    if len(targets) != len(case.targets) or set(targets) != case.targets:
        raise TargetsNotOfPurpose(purpose=case.purpose.value)


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


def check_signer(case: Case) -> None:
    """Check that the case was signed by the server of the body it is made for, and names that body's counterpart.

    Raises:
        CaseNotSignedByAsker: it was not.
        MalformedInstitutionId: a body has no intermediate server.
    """
    match case.detail:
        case InquiryCase(inquirer=asker, provider=provider, provider_server=server):
            expected = intermediate_server_of(asker)
            right = server == intermediate_server_of(provider)
        case IssueCase(holder=holder):
            expected = REGISTER
            right = kind_of(holder) is InstitutionKind.INTERMEDIATE_SERVER
        case RenewalCase(holder=expected) | TrapCase(holder=expected):
            right = kind_of(expected) is InstitutionKind.INTERMEDIATE_SERVER
        case NoticeCase(sender=asker, portal_server=server):
            expected = intermediate_server_of(asker)
            right = kind_of(owner_of(server)) is InstitutionKind.PORTAL
        case HistoryCase(portal=asker):
            expected = intermediate_server_of(asker)
            right = kind_of(asker) is InstitutionKind.PORTAL
    if not right or case.signer != expected or case.source != expected:
        raise CaseNotSignedByAsker(signer=case.signer)


@dataclass(frozen=True, slots=True)
class PurposeRules:
    """Step 4: the rule of each purpose."""

    store: Store
    statute: CurrentStatute
    cards: CardAuthority

    def allow(self, context: Context, case: Case, support: Support) -> tuple[str, ...]:
        """Return the rule that allows each question of the case, in words for the ticket.

        Raises:
            NoStatuteRow, StatuteRowNotInForce, AffairNotLawful, AffairOfOthers: no basis on this day.
            AssessmentNotPublished: the asking body has not published its assessment of the affair.
            AcquisitionNotOfHolder: the holder did not ask for these pseudonyms.
            CardProofMissing: no signature over the challenge that the case names.
            ChallengeForAnotherKind, ChallengeForAnotherRequester, ChallengeForAnotherContext: signed for another thing.
            MizuhikiError: the card's certificate or signature fails; see `ports.CardAuthority`.
        """
        match case.detail:
            case InquiryCase() as inquiry:
                return tuple(self._question(context, inquiry, asked) for asked in inquiry.questions)
            case IssueCase() as issue:
                return (self._issue(context, case, issue, support.acquisition),)
            case RenewalCase(to_generation=reached):
                return (f"{ISSUE_BASIS} ({case.generation} → {reached})",)
            case TrapCase():
                return (TRAP_BASIS,)
            case NoticeCase(sender=sender):
                affair = lawful_affair(self.statute, sender, case.affair, context.today())
                require_user(affair, sender)
                self._require_assessment(sender, case.affair)
                return (f"{NOTICE_BASIS} ({affair.basis})",)
            case HistoryCase() as history:
                return (self._history(context, case, history, support.card),)

    def refusals(self, context: Context, case: Case) -> list[tuple[AskedQuestion, MizuhikiError]]:
        """Return the questions of an inquiry that are refused by themselves, each with its own rule."""
        found: list[tuple[AskedQuestion, MizuhikiError]] = []
        for asked in case.questions:
            try:
                if isinstance(case.detail, InquiryCase):
                    self._question(context, case.detail, asked)
            except MizuhikiError as error:
                found.append((asked, error))
        return found

    def _question(self, context: Context, inquiry: InquiryCase, asked: AskedQuestion) -> str:
        if not asked.kinds:
            raise CaseMalformed(part="kinds")
        question = LinkageQuestion(
            inquirer=inquiry.inquirer,
            affair=asked.affair,
            procedure=asked.procedure,
            provider=inquiry.provider,
            kinds=asked.kinds,
            day=context.today(),
        )
        rows = permit_inquiry(self.statute, question)
        self._require_assessment(inquiry.inquirer, asked.affair)
        return rule_in_words(rows)

    def _require_assessment(self, institution: InstitutionId, affair: str) -> None:
        if not self.store.assessment_allows(institution, affair):
            raise AssessmentNotPublished(institution=institution, affair=affair)

    def _issue(self, context: Context, case: Case, issue: IssueCase, acquisition: Acquisition | None) -> str:
        owner = owner_of(issue.holder)
        affair = lawful_affair(self.statute, owner, case.affair, context.today())
        require_user(affair, owner)
        numbers = issue.acquisition_numbers
        if (
            acquisition is None
            or not equal(acquisition.hash, issue.acquisition_hash)
            or {acquisition.signer, acquisition.holder} != {issue.holder}
            or acquisition.affair != case.affair
            or len(set(numbers)) != len(numbers)
            or not set(numbers) <= set(acquisition.acquisition_numbers)
        ):
            raise AcquisitionNotOfHolder(holder=issue.holder)
        if context.now() >= acquisition.expires_at:
            raise CaseOutOfTime(reason="acquisition-expired")
        return f"{ISSUE_BASIS} ({affair.basis})"

    def _history(self, context: Context, case: Case, history: HistoryCase, card: CardEvidence | None) -> str:
        if card is None or not equal(sha256(card.challenge), history.challenge_hash):
            raise CardProofMissing
        challenge = parse_challenge(card.challenge)
        if challenge.kind is not SigningKind.USER_IDENTIFICATION:
            raise ChallengeForAnotherKind
        if challenge.requester != history.portal:
            raise ChallengeForAnotherRequester
        if not equal(challenge.context_hash, labelled_hash(HISTORY_CONTEXT, case.number.encode())):
            raise ChallengeForAnotherContext
        basis = require_affair(case.affair, context.today()).basis
        self.cards.verify(card, context.now())
        return f"{HISTORY_BASIS} ({basis})"

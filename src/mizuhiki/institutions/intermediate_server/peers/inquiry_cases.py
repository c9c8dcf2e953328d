"""The signed case of an inquiry: the same for one person, for several together and for a section of a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from mizuhiki.crypto.digests import KeyedHmac, framed
from mizuhiki.crypto.keystore import SecretPurpose
from mizuhiki.crypto.pseudonyms import ciphertexts_root, encrypt_pseudonyms
from mizuhiki.institutions.intermediate_server.domain.bulk import Question
from mizuhiki.institutions.intermediate_server.domain.exchanges import REJECTED
from mizuhiki.institutions.intermediate_server.ports import CoreAnswer, PersonKey
from mizuhiki.runtime.conversion_keys import ConversionKeys
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire import linkage_core as wire

CASE_LIFETIME = timedelta(days=1)
"""A stored case is sent again while the core or a peer is down; replay is refused by its identifier, not by its age."""
_OUTCOME = re.compile(r"[a-z]+(-[a-z]+)*")


class InquiryCases:
    """Encrypts pseudonyms and signs cases for this server's owner."""

    def __init__(self, environment: Environment, peers: Peers, keys: ConversionKeys, owner: InstitutionId) -> None:
        self._environment = environment
        self._peers = peers
        self._keys = keys
        self._owner = owner
        self._reference_code = KeyedHmac(environment.keystore.secret(SecretPurpose.CASE_REFERENCE).reveal(), "sha256")

    def line(self, exchange_number: str, case_reference: str) -> wire.InquiryLine:
        """Return a line of a case; the reference never leaves, and its code is under a key that nobody else has."""
        reference = framed("case-reference", exchange_number.encode(), case_reference.encode())
        return wire.InquiryLine(exchange_number=exchange_number, case_reference_hash=self._reference_code(reference))

    def signed(  # noqa: PLR0917 - the parts of one case
        self,
        section_id: str,
        questions: Sequence[tuple[Question, int]],
        lines: Sequence[wire.InquiryLine],
        persons: Sequence[PersonKey],
        generation: int,
        form: Literal[1, 2],
    ) -> wire.SubmittedInquiries:
        """Return the signed case with one ciphertext a line, in the order of the lines.

        `questions` are to one provider, each with how many lines ask it, in the order of the lines.
        """
        randomness = self._environment.randomness
        inputs = encrypt_pseudonyms(self._keys.joint_key(), persons, randomness)
        now = self._environment.clock.now()
        (question, _), *further = questions
        case = wire.Inquiry(
            section_id=section_id,
            inquirer=self._owner,
            inquirer_server=self._environment.institution,
            provider=question.provider,
            provider_server=intermediate_server_of(question.provider),
            affair=question.affair,
            procedure=question.procedure,
            kinds=list(question.kinds),
            fiscal_year=question.fiscal_year,
            period_from=question.period_from,
            period_until=question.period_until,
            generation=generation,
            lines=list(lines),
            inputs_root=ciphertexts_root(inputs),
            nonce=randomness.token(),
            issued_at=now,
            expires_at=now + CASE_LIFETIME,
            form=form,
            further=tuple(_further(one, count) for one, count in further),
        )
        return wire.SubmittedInquiries(case=self._peers.sign(wire.INQUIRY_TYPE, case), inputs=inputs)


def _further(question: Question, lines: int) -> wire.InquiryQuestion:
    return wire.InquiryQuestion(
        affair=question.affair,
        procedure=question.procedure,
        kinds=list(question.kinds),
        fiscal_year=question.fiscal_year,
        period_from=question.period_from,
        period_until=question.period_until,
        lines=lines,
    )


def outcome_of(peer_code: str) -> str:
    """Return a refusal's code as the outcome of an exchange; a code of another form is told as plain refusal."""
    return peer_code if _OUTCOME.fullmatch(peer_code) else "refused"


def refusal_of(problem: PeerProblem, *, one_by_one: bool = False, several_questions: bool = False) -> CoreAnswer:
    """Return who refused a case by which rule, as the answer to each of its lines."""
    return CoreAnswer(
        outcome=outcome_of(problem.peer_code),
        refused_by=problem.refused_by or problem.peer,
        refusal_detail=problem.message,
        one_by_one=one_by_one,
        several_questions=several_questions,
    )


def rejected(error: MizuhikiError, here: InstitutionId) -> CoreAnswer:
    """Return that an answer does not verify, and by which rule of this server's own."""
    return CoreAnswer(outcome=REJECTED, refused_by=here, refusal_detail=f"{error.code}: {error.title}")

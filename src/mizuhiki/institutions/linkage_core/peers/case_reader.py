"""Reads signed cases: signature first, then the case in the core's own words."""

from __future__ import annotations

from datetime import UTC, datetime

from mizuhiki.crypto.digests import equal, sha256
from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.institutions.linkage_core.domain.cases import (
    HISTORY_AFFAIR,
    RENEWAL_AFFAIR,
    TRAP_AFFAIR,
    Acquisition,
    Case,
    HistoryCase,
    InquiryCase,
    IssueCase,
    NoticeCase,
    Purpose,
    RenewalCase,
    Submitted,
    TrapCase,
)
from mizuhiki.institutions.linkage_core.domain.errors import InputsAltered
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire import linkage_core as wire
from mizuhiki.wire.national_register import PSEUDONYM_ACQUISITION_TYPE, PseudonymAcquisition


class SignedCaseReader:
    """Implements `ports.CaseReader`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def read(self, purpose: Purpose, submitted: Submitted) -> tuple[Case, Acquisition | None]:
        """Return the case after its signature was checked, and the acquisition after its own signature was.

        Raises:
            SignatureInvalid, WrongObjectType, UnknownSigner, MalformedObject: see `crypto.signed_objects`.
            MalformedInstitutionId: the case names something that is no institution.
            QuestionsMalformed: the questions of an inquiry do not fit its lines.
            InputsAltered: the sealed content of a notice is not the one that was signed over.
        """
        match purpose:
            case Purpose.INQUIRY:
                return self._inquiry(submitted.case_text), None
            case Purpose.ISSUE:
                return self._issue(submitted.case_text), self._acquisition(submitted.acquisition)
            case Purpose.NOTICE:
                return self._notice(submitted), None
            case Purpose.HISTORY:
                return self._history(submitted.case_text), None
            case Purpose.RENEWAL:
                return self._renewal(submitted.case_text), None
            case Purpose.TRAP:
                return self._planting(submitted.case_text), None

    def _inquiry(self, text: str) -> Case:
        verified = self._peers.verify(text, wire.Inquiry, wire.INQUIRY_TYPE)
        payload = verified.payload
        return Case(
            purpose=Purpose.INQUIRY,
            hash=verified.hash,
            signer=verified.signer,
            source=parse_institution_id(payload.inquirer_server),
            affair=payload.affair,
            number=payload.section_id,
            nonce=payload.nonce,
            generation=payload.generation,
            count=len(payload.lines),
            inputs_root=payload.inputs_root,
            issued_at=payload.issued_at,
            expires_at=payload.expires_at,
            detail=InquiryCase(
                inquirer=parse_institution_id(payload.inquirer),
                provider=parse_institution_id(payload.provider),
                provider_server=parse_institution_id(payload.provider_server),
                questions=payload.questions(),
                exchange_numbers=tuple(line.exchange_number for line in payload.lines),
                one_answer=payload.form == wire.SECTION_FORM,
            ),
        )

    def _issue(self, text: str) -> Case:
        verified = self._peers.verify(text, wire.RegisterStatement, wire.REGISTER_STATEMENT_TYPE)
        payload = verified.payload
        return Case(
            purpose=Purpose.ISSUE,
            hash=verified.hash,
            signer=verified.signer,
            source=verified.signer,
            affair=payload.affair,
            number=payload.batch_id,
            nonce="",
            generation=payload.generation,
            count=len(payload.lines),
            inputs_root=payload.inputs_root,
            issued_at=payload.issued_at,
            expires_at=payload.expires_at,
            detail=IssueCase(
                holder=parse_institution_id(payload.holder),
                acquisition_hash=payload.acquisition_hash,
                acquisition_numbers=tuple(line.acquisition_number for line in payload.lines),
            ),
        )

    def _notice(self, submitted: Submitted) -> Case:
        verified = self._peers.verify(submitted.case_text, wire.Notice, wire.NOTICE_TYPE)
        payload = verified.payload
        envelope = read_json(submitted.content, SealedEnvelope)
        if not equal(sha256(envelope.ciphertext), payload.content_hash):
            raise InputsAltered(part="content")
        return Case(
            purpose=Purpose.NOTICE,
            hash=verified.hash,
            signer=verified.signer,
            source=parse_institution_id(payload.sender_server),
            affair=payload.affair,
            number=payload.notice_id,
            nonce=payload.nonce,
            generation=payload.generation,
            count=1,
            inputs_root=payload.inputs_root,
            issued_at=payload.issued_at,
            expires_at=payload.expires_at,
            detail=NoticeCase(
                sender=parse_institution_id(payload.sender),
                portal_server=parse_institution_id(payload.portal_server),
                procedure=payload.procedure,
                content_hash=payload.content_hash,
            ),
        )

    def _history(self, text: str) -> Case:
        verified = self._peers.verify(text, wire.HistoryRequest, wire.HISTORY_REQUEST_TYPE)
        payload = verified.payload
        return Case(
            purpose=Purpose.HISTORY,
            hash=verified.hash,
            signer=verified.signer,
            source=parse_institution_id(payload.portal_server),
            affair=HISTORY_AFFAIR,
            number=payload.request_id,
            nonce=payload.nonce,
            generation=payload.generation,
            count=1,
            inputs_root=payload.inputs_root,
            issued_at=payload.issued_at,
            expires_at=payload.expires_at,
            detail=HistoryCase(portal=parse_institution_id(payload.portal)),
        )

    def _renewal(self, text: str) -> Case:
        verified = self._peers.verify(text, wire.Renewal, wire.RENEWAL_TYPE)
        payload = verified.payload
        holder = parse_institution_id(payload.holder)
        return Case(
            purpose=Purpose.RENEWAL,
            hash=verified.hash,
            signer=verified.signer,
            source=holder,
            affair=RENEWAL_AFFAIR,
            number=payload.batch_id,
            nonce=payload.nonce,
            generation=payload.generation,
            count=payload.persons,
            inputs_root=payload.inputs_root,
            issued_at=payload.issued_at,
            expires_at=payload.expires_at,
            detail=RenewalCase(holder=holder, to_generation=payload.to_generation),
        )

    def _planting(self, text: str) -> Case:
        verified = self._peers.verify(text, wire.TrapPlanting, wire.TRAP_TYPE)
        payload = verified.payload
        holder = parse_institution_id(payload.holder)
        return Case(
            purpose=Purpose.TRAP,
            hash=verified.hash,
            signer=verified.signer,
            source=holder,
            affair=TRAP_AFFAIR,
            number=payload.planting_id,
            nonce=payload.nonce,
            generation=payload.generation,
            count=len(payload.tokens),
            inputs_root=payload.inputs_root,
            issued_at=payload.issued_at,
            expires_at=payload.expires_at,
            detail=TrapCase(holder=holder, tokens=tuple(payload.tokens)),
        )

    def _acquisition(self, text: str) -> Acquisition:
        verified = self._peers.verify(text, PseudonymAcquisition, PSEUDONYM_ACQUISITION_TYPE)
        payload = verified.payload
        return Acquisition(
            hash=verified.hash,
            signer=verified.signer,
            holder=parse_institution_id(payload.holder),
            affair=payload.affair,
            acquisition_numbers=tuple(payload.acquisition_numbers),
            expires_at=datetime.fromtimestamp(payload.expires_at, UTC),
        )

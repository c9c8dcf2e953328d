"""Reads a conversion request: signatures first, then the case in the commission's own words."""

from __future__ import annotations

from datetime import UTC, datetime

from mizuhiki.institutions.commission.domain.conversion import (
    HISTORY_AFFAIR,
    RENEWAL_AFFAIR,
    TRAP_AFFAIR,
    Acquisition,
    CardEvidence,
    Case,
    HistoryCase,
    InquiryCase,
    IssueCase,
    NoticeCase,
    Purpose,
    RenewalCase,
    TrapCase,
)
from mizuhiki.institutions.commission.domain.errors import CaseOfUnknownPurpose
from mizuhiki.institutions.commission.operations.check_case import Support
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.wire import commission as wire
from mizuhiki.wire import linkage_core as cases
from mizuhiki.wire.national_register import PSEUDONYM_ACQUISITION_TYPE, PseudonymAcquisition


def read_case(peers: Peers, request: wire.ConversionRequest) -> Case:
    """Return the case of a request after its signature was checked.

    Raises:
        CaseOfUnknownPurpose: no such purpose.
        SignatureInvalid, WrongObjectType, UnknownSigner, MalformedObject: see `crypto.signed_objects`.
        MalformedInstitutionId: the case names something that is no institution.
    """
    match request.purpose:
        case Purpose.INQUIRY:
            return read_inquiry(peers, request.case)
        case Purpose.ISSUE:
            return _issue(peers, request.case)
        case Purpose.NOTICE:
            return _notice(peers, request.case)
        case Purpose.HISTORY:
            return _history(peers, request.case)
        case Purpose.RENEWAL:
            return _renewal(peers, request.case)
        case Purpose.TRAP:
            return _planting(peers, request.case)
        case _:
            raise CaseOfUnknownPurpose


def read_support(peers: Peers, request: wire.ConversionRequest) -> Support:
    """Return what travels beside the case, the acquisition with its own signature checked.

    Raises:
        SignatureInvalid, WrongObjectType, UnknownSigner, MalformedObject: see `crypto.signed_objects`.
    """
    acquisition = None if request.supporting_case is None else _acquisition(peers, request.supporting_case)
    return Support(acquisition, _card(peers, request))


def _card(peers: Peers, request: wire.ConversionRequest) -> CardEvidence | None:
    """Open the card's proof, which the portal's server sealed to us for this opening."""
    if request.card_proof is None or request.purpose != Purpose.HISTORY.value:
        return None
    verified = peers.verify(request.case, cases.HistoryRequest, cases.HISTORY_REQUEST_TYPE)
    context = wire.card_proof_context(verified.payload.request_id)
    proof = peers.open(request.card_proof, verified.signer, wire.CardProof, context)
    return CardEvidence(proof.certificate, proof.challenge, proof.signature)


def read_inquiry(peers: Peers, text: str) -> Case:
    """Return the case of a signed inquiry.

    Raises:
        QuestionsMalformed: its questions do not fit its lines; otherwise as `read_case`.
    """
    verified = peers.verify(text, cases.Inquiry, cases.INQUIRY_TYPE)
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
            proved_when_drawn=payload.form == cases.SECTION_FORM,
        ),
    )


def _issue(peers: Peers, text: str) -> Case:
    verified = peers.verify(text, cases.RegisterStatement, cases.REGISTER_STATEMENT_TYPE)
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


def _notice(peers: Peers, text: str) -> Case:
    verified = peers.verify(text, cases.Notice, cases.NOTICE_TYPE)
    payload = verified.payload
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
        ),
    )


def _history(peers: Peers, text: str) -> Case:
    verified = peers.verify(text, cases.HistoryRequest, cases.HISTORY_REQUEST_TYPE)
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
        detail=HistoryCase(portal=parse_institution_id(payload.portal), challenge_hash=payload.challenge_hash),
    )


def _renewal(peers: Peers, text: str) -> Case:
    verified = peers.verify(text, cases.Renewal, cases.RENEWAL_TYPE)
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


def _planting(peers: Peers, text: str) -> Case:
    verified = peers.verify(text, cases.TrapPlanting, cases.TRAP_TYPE)
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


def _acquisition(peers: Peers, text: str) -> Acquisition:
    verified = peers.verify(text, PseudonymAcquisition, PSEUDONYM_ACQUISITION_TYPE)
    payload = verified.payload
    return Acquisition(
        hash=verified.hash,
        signer=verified.signer,
        holder=parse_institution_id(payload.holder),
        affair=payload.affair,
        nonce=payload.nonce,
        acquisition_numbers=tuple(payload.acquisition_numbers),
        expires_at=datetime.fromtimestamp(payload.expires_at, UTC),
    )

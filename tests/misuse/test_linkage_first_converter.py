"""The commission decides for itself: what a core in bad hands, a server or a register could try with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from mizuhiki.card.challenge import Challenge, SigningKind, compose_challenge
from mizuhiki.crypto.envelopes import EnvelopeNotForUs
from mizuhiki.crypto.pseudonyms import ciphertexts_root
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.generations import LAST
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.wire import commission, linkage_core
from support.environment import make_environment
from unit.institutions.linkage_core.kit import COMMISSION, CORE, HANAKO, PORTAL, TARO, Linkage
from unit.institutions.linkage_core.traps import Trapper


@pytest.fixture
def place() -> Iterator[Linkage]:
    linkage = Linkage()
    linkage.publish_assessment()
    yield linkage
    linkage.close()


def conversion(place: Linkage, submitted: linkage_core.SubmittedInquiries, **changes: object) -> dict[str, object]:
    return {
        "purpose": "inquiry",
        "case": submitted.case,
        "inputs": submitted.inputs,
        "targets": [place.provider.name, CORE],
        **changes,
    }


def convert(place: Linkage, **values: object) -> commission.ConversionAnswer:
    """Ask as the core could, with the core's own identity."""
    request = commission.ConversionRequest(**values)  # type: ignore[arg-type]
    return Peers(place.core_environment).call(COMMISSION, commission.CONVERT, request)


def refused(place: Linkage, **values: object) -> str:
    with pytest.raises(PeerProblem) as caught:
        convert(place, **values)
    allowed, rule = place.decisions()[-1]
    assert not allowed
    assert rule == caught.value.peer_code
    return caught.value.peer_code


def test_the_same_case_again_gets_the_same_first_half(place: Linkage) -> None:
    request = conversion(place, place.asker.inquiry(place.asker.encrypt(HANAKO)))
    first = convert(place, **request)
    assert convert(place, **request) == first
    assert place.decisions() == [(True, place.decisions()[0][1])]


def test_a_known_nonce_in_another_case_is_refused(place: Linkage) -> None:
    convert(place, **conversion(place, place.asker.inquiry(place.asker.encrypt(HANAKO), nonce="once")))
    other = place.asker.inquiry(place.asker.encrypt(TARO), nonce="once")
    assert refused(place, **conversion(place, other)) == "commission-case-replayed"


def test_the_core_cannot_convert_for_institutions_outside_the_case(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    wrong = (
        [place.provider.name],
        [place.provider.name, CORE, place.pension.name],
        [place.pension.name, CORE],
        [CORE, CORE],
        ["national-register", CORE],
    )
    for targets in wrong:
        assert refused(place, **conversion(place, inquiry, targets=targets)) == "commission-wrong-targets"


def test_the_core_cannot_put_other_ciphertexts_under_a_case(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    inputs = place.asker.encrypt(TARO)
    assert refused(place, **conversion(place, inquiry, inputs=inputs)) == "commission-inputs-altered"
    assert refused(place, **conversion(place, inquiry, inputs=inputs * 2)) == "commission-inputs-altered"


def test_an_expired_case_is_not_converted(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    place.clock.advance(timedelta(hours=1))
    assert refused(place, **conversion(place, inquiry)) == "commission-case-out-of-time"


def test_a_case_the_core_signed_itself_is_refused(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO), signed_by=Peers(place.core_environment))
    assert refused(place, **conversion(place, inquiry)) == "commission-wrong-signer"


@pytest.mark.parametrize("generation", [-1, 0, LAST + 1])
def test_a_generation_that_cannot_be_is_refused(place: Linkage, generation: int) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO), generation=generation)
    assert refused(place, **conversion(place, inquiry)) == "commission-case-malformed"


def test_an_unknown_purpose_and_a_case_of_another_purpose_are_refused(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    assert refused(place, **conversion(place, inquiry, purpose="statistics")) == "commission-unknown-purpose"
    assert refused(place, **conversion(place, inquiry, purpose="notice")) == "wrong-object-type"


def test_only_the_core_may_ask_for_conversion(place: Linkage) -> None:
    request = commission.ConversionRequest(**conversion(place, place.asker.inquiry(place.asker.encrypt(HANAKO))))
    for peers in (place.asker.peers, place.register, place.municipality):
        with pytest.raises(PeerProblem) as caught:
            peers.call(COMMISSION, commission.CONVERT, request)
        assert caught.value.peer_code == "caller-not-listed"


def issue_conversion(request: linkage_core.IssueRequest, holder: str) -> dict[str, object]:
    return {
        "purpose": "issue",
        "case": request.case,
        "supporting_case": request.acquisition,
        "inputs": request.inputs,
        "targets": [holder],
    }


@pytest.mark.requirement("R-032")
def test_the_register_cannot_have_pseudonyms_made_that_the_holder_did_not_ask_for(place: Linkage) -> None:
    asker, provider = place.asker, place.provider
    foreign = place.issue_request(asker, {"a-1": HANAKO}, acquisition=provider.acquisition(["a-1"]))
    assert refused(place, **issue_conversion(foreign, asker.name)) == "commission-acquisition-mismatch"
    more = place.issue_request(asker, {"a-1": HANAKO, "a-2": TARO}, acquisition=asker.acquisition(["a-1"]))
    assert refused(place, **issue_conversion(more, asker.name)) == "commission-acquisition-mismatch"
    none = issue_conversion(place.issue_request(asker, {"a-1": HANAKO}), asker.name) | {"supporting_case": None}
    assert refused(place, **none) == "commission-acquisition-mismatch"


def test_an_acquisition_serves_one_batch(place: Linkage) -> None:
    acquisition = place.asker.acquisition(["a-1"])
    first = place.issue_request(place.asker, {"a-1": HANAKO}, acquisition=acquisition)
    convert(place, **issue_conversion(first, place.asker.name))
    second = place.issue_request(place.asker, {"a-1": TARO}, acquisition=acquisition)
    assert refused(place, **issue_conversion(second, place.asker.name)) == "commission-case-replayed"


def test_an_affair_that_is_not_lawful_gets_no_pseudonyms(place: Linkage) -> None:
    acquisition = place.asker.acquisition(["a-1"], affair="marketing")
    request = place.issue_request(place.asker, {"a-1": HANAKO}, acquisition=acquisition, affair="marketing")
    assert refused(place, **issue_conversion(request, place.asker.name)) == "affair-not-lawful"


def test_a_server_is_not_issued_pseudonyms_over_its_own_case(place: Linkage) -> None:
    request = place.issue_request(place.asker, {"a-1": HANAKO})
    statement = place.asker.peers.verify(
        request.case, linkage_core.RegisterStatement, linkage_core.REGISTER_STATEMENT_TYPE
    ).payload
    own = place.asker.peers.sign(linkage_core.REGISTER_STATEMENT_TYPE, statement)
    forged = msgspec.structs.replace(request, case=own)
    assert refused(place, **issue_conversion(forged, place.asker.name)) == "commission-wrong-signer"


def challenge(place: Linkage, request_id: str, requester: str = PORTAL, kind: SigningKind | None = None) -> bytes:
    return compose_challenge(
        Challenge(
            kind=kind or SigningKind.USER_IDENTIFICATION,
            requester=parse_institution_id(requester),
            origin="https://portal.localhost",
            nonce=place.portal.randomness.bytes(32),
            context_hash=commission.history_opening_hash(request_id),
        )
    )


def history_refused(place: Linkage, submitted: linkage_core.SubmittedHistoryRequest) -> str:
    with pytest.raises(PeerProblem) as caught:
        place.open_history(submitted)
    assert place.core.operations.ledger._ledger.size() == 0
    return caught.value.peer_code


def test_no_history_is_opened_with_a_revoked_certificate(place: Linkage) -> None:
    place.revoked[0x777] = place.clock.now() - timedelta(minutes=1)
    assert history_refused(place, place.history_request(HANAKO, serial=0x777)) == "certificate-revoked"
    assert place.refusals() == [("certificate-revoked", "commission")]


def test_no_history_is_opened_with_a_challenge_made_for_something_else(place: Linkage) -> None:
    sign_in = challenge(place, "another-request")
    submitted = place.history_request(HANAKO, challenge=sign_in, request_id="this-request")
    assert history_refused(place, submitted) == "challenge-for-another-context"
    foreign = challenge(place, "request-2", requester="municipality-452025")
    submitted = place.history_request(HANAKO, challenge=foreign, request_id="request-2")
    assert history_refused(place, submitted) == "challenge-for-another-requester"
    signing = challenge(place, "request-3", kind=SigningKind.SIGNATURE)
    submitted = place.history_request(HANAKO, challenge=signing, request_id="request-3")
    assert history_refused(place, submitted) == "challenge-for-another-kind"


def test_no_history_is_opened_with_the_proof_of_another_opening(place: Linkage) -> None:
    mine, other = place.history_request(HANAKO), place.history_request(TARO)
    swapped = msgspec.structs.replace(mine, card_proof=other.card_proof)
    assert history_refused(place, swapped) == "envelope-signature-invalid"


def test_no_history_is_opened_without_the_proof_over_the_challenge_that_the_case_names(place: Linkage) -> None:
    submitted = place.history_request(HANAKO, request_id="request-8")
    other = place.proofs[place.history_request(TARO).case]
    forged = msgspec.structs.replace(submitted, card_proof=place.seal_proof(other, "request-8"))
    assert history_refused(place, forged) == "commission-card-proof-missing"
    bare = {"purpose": "history", "case": submitted.case, "inputs": submitted.inputs, "targets": [CORE]}
    assert refused(place, **bare) == "commission-card-proof-missing"


def test_the_core_cannot_open_the_proof_it_passes_on(place: Linkage) -> None:
    submitted = place.history_request(HANAKO, request_id="request-9")
    context = commission.card_proof_context("request-9")
    core = Peers(make_environment("linkage-core", transport=place.transport))
    with pytest.raises(EnvelopeNotForUs):
        core.open(submitted.card_proof, place.portal.name, commission.CardProof, context)


def test_no_history_is_opened_with_a_signature_over_another_challenge(place: Linkage) -> None:
    submitted = place.history_request(HANAKO)
    other = place.proofs[place.history_request(TARO).case]
    proof = msgspec.structs.replace(place.proofs[submitted.case], signature=other.signature)
    request_id = place.portal.peers.verify(
        submitted.case, linkage_core.HistoryRequest, linkage_core.HISTORY_REQUEST_TYPE
    ).payload.request_id
    forged = msgspec.structs.replace(submitted, card_proof=place.seal_proof(proof, request_id))
    assert history_refused(place, forged) == "card-signature-invalid"


def test_one_signature_of_the_card_opens_one_history(place: Linkage) -> None:
    first = place.history_request(HANAKO, request_id="request-1")
    place.open_history(first)
    again = place.history_request(HANAKO, request_id="request-1", challenge=place.proofs[first.case].challenge)
    with pytest.raises(PeerProblem) as caught:
        place.open_history(again)
    assert caught.value.peer_code == "core-case-changed"
    payload = place.portal.peers.verify(
        first.case, linkage_core.HistoryRequest, linkage_core.HISTORY_REQUEST_TYPE
    ).payload
    inputs = place.portal.encrypt(TARO)
    other = msgspec.structs.replace(payload, nonce="other", inputs_root=ciphertexts_root(inputs))
    request = {
        "purpose": "history",
        "case": place.portal.peers.sign(linkage_core.HISTORY_REQUEST_TYPE, other),
        "inputs": inputs,
        "targets": [CORE],
        "card_proof": first.card_proof,
    }
    assert refused(place, **request) == "commission-case-replayed"


def test_only_the_portal_server_opens_histories(place: Linkage) -> None:
    payload = place.portal.peers.verify(
        place.history_request(HANAKO).case, linkage_core.HistoryRequest, linkage_core.HISTORY_REQUEST_TYPE
    ).payload
    inputs = place.asker.encrypt(HANAKO)
    changed = msgspec.structs.replace(
        payload,
        portal=place.asker.owner,
        portal_server=place.asker.name,
        inputs_root=ciphertexts_root(inputs),
    )
    case = place.asker.peers.sign(linkage_core.HISTORY_REQUEST_TYPE, changed)
    proof = place.history_request(HANAKO).card_proof
    submitted = linkage_core.SubmittedHistoryRequest(case=case, inputs=inputs, card_proof=proof)
    with pytest.raises(PeerProblem) as caught:
        place.asker.peers.call(CORE, linkage_core.OPEN_HISTORY, submitted)
    assert caught.value.peer_code == "core-wrong-signer"


def test_a_log_is_witnessed_for_its_owner_only(place: Linkage) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    sent: list[commission.CheckpointSubmission] = []
    ledger = place.core.operations.ledger
    submit = ledger._submit
    ledger._submit = lambda submission: [sent.append(submission), submit(submission)][1]
    ledger.checkpoint()
    with pytest.raises(PeerProblem) as caught:
        place.asker.peers.call(COMMISSION, commission.WITNESS_CHECKPOINT, sent[0])
    assert caught.value.peer_code == "commission-log-not-owned"
    forged = msgspec.structs.replace(sent[0], map_root=bytes(32))
    with pytest.raises(PeerProblem) as caught:
        Peers(place.core_environment).call(COMMISSION, commission.WITNESS_CHECKPOINT, forged)
    assert caught.value.peer_code == "ledger-forked"


def planting(
    trapper: Trapper, submitted: linkage_core.SubmittedTraps | None = None, **changes: object
) -> dict[str, Any]:
    submitted = submitted or trapper.submitted()
    return {"purpose": "trap", "case": submitted.case, "inputs": submitted.inputs, "targets": [CORE], **changes}


def test_a_planting_is_converted_for_the_core_alone_and_once(place: Linkage) -> None:
    trapper = Trapper(place.asker, b"one", b"two")
    request = planting(trapper)
    first = convert(place, **request)
    assert convert(place, **request) == first
    [half] = first.conversions
    assert (half.target, len(half.outputs)) == (CORE, 2)
    assert place.decisions() == [(True, "番号法24条")]
    for targets in ([trapper.server.name], [CORE, place.provider.name], [place.provider.name]):
        assert refused(place, **planting(trapper, targets=targets)) == "commission-wrong-targets"


def test_the_core_cannot_have_traps_planted_for_others_or_with_other_inputs(place: Linkage) -> None:
    trapper = Trapper(place.asker, b"one", b"two")
    others = planting(trapper, trapper.submitted(holder=place.pension.name))
    assert refused(place, **others) == "commission-wrong-signer"
    core = Trapper(place.asker, b"one")
    core.server = SimpleNamespace(**{**vars(place.asker), "peers": Peers(place.core_environment)})  # type: ignore[assignment] # stands in
    assert refused(place, **planting(core)) == "commission-wrong-signer"
    assert refused(place, **planting(trapper, inputs=trapper.inputs())) == "commission-inputs-altered"
    assert refused(place, **planting(trapper, purpose="renewal")) == "wrong-object-type"


def test_a_planting_that_cannot_be_is_refused_by_the_commission_too(place: Linkage) -> None:
    trapper = Trapper(place.asker, b"one", b"two")
    token = linkage_core.withdrawal_token_hash(trapper.tokens[0])
    assert refused(place, **planting(trapper, trapper.submitted(tokens=[token] * 2))) == "commission-case-malformed"
    many = Trapper(place.asker, *(f"code {number}".encode() for number in range(21)))
    assert refused(place, **planting(many)) == "commission-case-malformed"
    none = trapper.submitted(tokens=[], inputs_root=ciphertexts_root([]))
    assert refused(place, **planting(trapper, none, inputs=[])) == "commission-case-malformed"
    closed = trapper.submitted(generation=2)
    assert refused(place, **planting(trapper, closed)) == "pseudonym-generation-not-open"
    nonce = "once"
    convert(place, **planting(trapper, trapper.submitted(nonce=nonce)))
    assert refused(place, **planting(trapper, trapper.submitted(nonce=nonce))) == "commission-case-replayed"
    late = planting(trapper)
    place.clock.advance(timedelta(hours=1))
    assert refused(place, **late) == "commission-case-out-of-time"

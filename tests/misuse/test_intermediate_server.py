"""Ways to misuse an intermediate server; each is refused by name and answers nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from mizuhiki.crypto.pseudonyms import ciphertexts_root
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire import linkage_core
from mizuhiki.wire.commission import CardProof, ConversionTarget
from mizuhiki.wire.endpoint import Acknowledgement
from support.environment import make_environment
from unit.institutions.intermediate_server.kit import (
    ASKER,
    HERS,
    HOLDER,
    PORTAL,
    STRANGER,
    THEIRS,
    Network,
    copy_of,
    inquiry_of,
    items_of,
    linked,
)

PROVIDER = InstitutionId("intermediate-municipality-452025")
INQUIRER = InstitutionId("intermediate-municipality-131130")


@pytest.fixture
def network() -> Iterator[Network]:
    place = linked()
    yield place
    place.close()


def captured(network: Network, request_id: str = "request-1", **changes: Any) -> wire.ProvisionRequest:
    """A good delivery that has not reached the provider."""
    network.core.away = True
    network.inquire(inquiry_of(HERS, request_id, **changes))
    network.core.away = False
    return network.core.provision(network.core.submissions[-1])


def refused(network: Network, request: wire.ProvisionRequest, server: InstitutionId = PROVIDER) -> str:
    with pytest.raises(PeerProblem) as problem:
        network.core.peers.call(server, wire.PROVIDE, request)
    assert network.server(HOLDER).upkeep.outcomes(network.officer(HOLDER)) == {}
    return problem.value.peer_code


def section_of(network: Network, submitted: Any, batch_id: str, target: InstitutionId = PROVIDER) -> tuple[Any, Any]:
    halves = network.core.halves(submitted.inputs, INQUIRER, target, batch_id)
    return halves, network.core.seal_section(target, halves, batch_id)


def case_of(network: Network, request: wire.ProvisionRequest) -> linkage_core.Inquiry:
    return network.core.peers.verify(request.case, linkage_core.Inquiry, linkage_core.INQUIRY_TYPE).payload


def test_the_unaltered_delivery_is_answered(network: Network) -> None:
    answer = network.core.peers.call(PROVIDER, wire.PROVIDE, captured(network))
    assert [line.outcome for line in answer.lines] == ["provided"]


def test_tickets_of_another_case_are_refused(network: Network) -> None:
    first, second = captured(network), captured(network, "request-2")
    assert refused(network, msgspec.structs.replace(first, tickets=second.tickets)) == "ticket-mismatch"


def test_tickets_and_section_of_another_case_are_refused(network: Network) -> None:
    first, second = captured(network), captured(network, "request-2")
    request = msgspec.structs.replace(first, tickets=second.tickets, section=second.section)
    assert refused(network, request) == "ticket-mismatch"


def test_a_section_of_another_case_is_refused(network: Network) -> None:
    first, second = captured(network), captured(network, "request-2")
    assert refused(network, msgspec.structs.replace(first, section=second.section)) == "envelope-signature-invalid"


@pytest.mark.parametrize("fault", ["one", "swapped", "twice the commission", "twice the core"])
def test_both_converters_tickets_are_needed_in_their_order(network: Network, fault: str) -> None:
    request = captured(network)
    commission, core = request.tickets
    tickets = {
        "one": [commission],
        "swapped": [core, commission],
        "twice the commission": [commission, commission],
        "twice the core": [core, core],
    }[fault]
    assert refused(network, msgspec.structs.replace(request, tickets=tickets)) == "ticket-mismatch"


def test_a_core_that_signs_both_tickets_is_refused(network: Network) -> None:
    request = captured(network)
    case = case_of(network, request)
    halves = network.core.halves(network.core.submissions[-1].inputs, INQUIRER, PROVIDER, case.section_id)
    network.core.commission = network.core.peers
    forged = network.core.tickets("inquiry", object_hash(request.case), PROVIDER, halves, case.expires_at)
    section = network.core.seal_section(PROVIDER, halves, case.section_id)
    assert refused(network, msgspec.structs.replace(request, tickets=forged, section=section)) == "ticket-mismatch"


@pytest.mark.parametrize("fault", ["swapped", "proofs swapped", "first twice"])
def test_swapped_halves_are_refused(network: Network, fault: str) -> None:
    request = captured(network)
    case = case_of(network, request)
    inputs = network.core.submissions[-1].inputs
    (first, second), _ = section_of(network, network.core.submissions[-1], case.section_id)
    chosen = {"swapped": (second, first), "proofs swapped": (first, second), "first twice": (first, first)}[fault]
    tickets = network.core.tickets("inquiry", object_hash(request.case), PROVIDER, (first, second), case.expires_at)
    proofs = [half.proof for half in (chosen[::-1] if fault == "proofs swapped" else chosen)]
    parts = [
        ConversionTarget(target=PROVIDER, outputs=half.outputs, proof=proof)
        for half, proof in zip(chosen, proofs, strict=True)
    ]
    content = wire.ConvertedSection(inputs=inputs, commission_half=parts[0], core_half=parts[1])
    section = network.core.peers.seal(PROVIDER, content, f"section/{case.section_id}".encode())
    code = refused(network, msgspec.structs.replace(request, tickets=tickets, section=section))
    assert code == ("conversion-proof-invalid" if fault == "proofs swapped" else "ticket-mismatch")


def test_a_ciphertext_of_somebody_else_mixed_in_is_refused(network: Network) -> None:
    """The core converts another person's ciphertext than the asker signed for; even with fitting tickets and proofs."""
    request = captured(network)
    case = case_of(network, request)
    other = network.core.nation.encrypt(network.core.nation.person())
    halves = network.core.halves(other, INQUIRER, PROVIDER, case.section_id)
    tickets = network.core.tickets("inquiry", object_hash(request.case), PROVIDER, halves, case.expires_at)
    section = network.core.seal_section(PROVIDER, halves, case.section_id)
    assert refused(network, msgspec.structs.replace(request, tickets=tickets, section=section)) == "ticket-mismatch"


def test_a_conversion_for_another_target_is_refused(network: Network) -> None:
    request = captured(network)
    case = case_of(network, request)
    halves, _ = section_of(network, network.core.submissions[-1], case.section_id, InstitutionId("linkage-core"))
    tickets = network.core.tickets("inquiry", object_hash(request.case), PROVIDER, halves, case.expires_at)
    section = network.core.seal_section(PROVIDER, halves, case.section_id)
    changed = msgspec.structs.replace(request, tickets=tickets, section=section)
    assert refused(network, changed) == "conversion-proof-invalid"


@pytest.mark.parametrize("field", ["ciphertext", "signature"])
def test_an_altered_envelope_is_refused(network: Network, field: str) -> None:
    request = captured(network)
    content = bytearray(getattr(request.section, field))
    content[-1] ^= 1
    section = msgspec.structs.replace(request.section, **{field: bytes(content)})
    changed = msgspec.structs.replace(request, section=section)
    assert refused(network, changed) == "envelope-signature-invalid"


def test_an_altered_case_is_refused(network: Network) -> None:
    request = captured(network)
    head, body, signature = request.case.split(".")
    changed = msgspec.structs.replace(request, case=f"{head}.{body[:-2]}AA.{signature}")
    assert refused(network, changed) in {"object-signature-invalid", "malformed-signed-object"}


def test_a_case_for_another_provider_is_refused(network: Network) -> None:
    portal = InstitutionId("intermediate-portal")
    assert refused(network, captured(network), portal) == "case-not-for-us"


def test_a_case_signed_by_another_server_than_the_inquirers_is_refused(network: Network) -> None:
    request = captured(network)
    case = case_of(network, request)
    other = network.core.register.sign(linkage_core.INQUIRY_TYPE, case)
    assert refused(network, msgspec.structs.replace(request, case=other)) == "case-not-for-us"


def test_an_expired_case_is_refused(network: Network) -> None:
    request = captured(network)
    network.clock.advance(timedelta(days=1))
    assert refused(network, request) == "case-expired"


def test_a_case_of_another_generation_is_refused(network: Network) -> None:
    request = captured(network)
    case = msgspec.structs.replace(case_of(network, request), generation=2)
    signed = _as(network, INQUIRER).sign(linkage_core.INQUIRY_TYPE, case)
    changed = msgspec.structs.replace(request, case=signed)
    assert refused(network, changed) == "pseudonym-generation-not-open"


def test_more_lines_than_ciphertexts_are_refused(network: Network) -> None:
    request = captured(network)
    case = case_of(network, request)
    line = linkage_core.InquiryLine(exchange_number="second", case_reference_hash=b"x" * 32)
    longer = msgspec.structs.replace(case, lines=[*case.lines, line])
    assert refused(network, _recarried(network, longer)) == "ticket-mismatch"


def _as(network: Network, institution: InstitutionId) -> Any:
    from mizuhiki.runtime.peers import Peers  # noqa: PLC0415 - one use

    return Peers(make_environment(institution, clock=network.clock, transport=network.transport))


def _recarried(network: Network, case: linkage_core.Inquiry) -> wire.ProvisionRequest:
    """The delivery of a case that the inquirer's server itself signed, over the last inputs."""
    inputs = network.core.submissions[-1].inputs
    assert case.inputs_root == ciphertexts_root(inputs)
    signed = _as(network, INQUIRER).sign(linkage_core.INQUIRY_TYPE, case)
    return network.core.provision(linkage_core.SubmittedInquiries(case=signed, inputs=inputs))


def test_a_repeated_section_gets_the_same_bytes_and_is_recorded_once(network: Network) -> None:
    request = captured(network)
    answers = [network.core.peers.call(PROVIDER, wire.PROVIDE, request) for _ in range(2)]
    assert msgspec.json.encode(answers[0]) == msgspec.json.encode(answers[1])
    assert network.server(HOLDER).upkeep.outcomes(network.officer(HOLDER)) == {"provided": 1}


def test_a_section_number_with_other_content_is_refused(network: Network) -> None:
    request = captured(network)
    network.core.peers.call(PROVIDER, wire.PROVIDE, request)
    changed = msgspec.structs.replace(case_of(network, request), fiscal_year=2018)
    with pytest.raises(PeerProblem) as problem:
        network.core.peers.call(PROVIDER, wire.PROVIDE, _recarried(network, changed))
    assert problem.value.peer_code == "section-changed"


def test_an_exchange_number_is_not_answered_under_two_sections(network: Network) -> None:
    request = captured(network)
    network.core.peers.call(PROVIDER, wire.PROVIDE, request)
    changed = msgspec.structs.replace(case_of(network, request), section_id="another-section")
    with pytest.raises(PeerProblem) as problem:
        network.core.peers.call(PROVIDER, wire.PROVIDE, _recarried(network, changed))
    assert problem.value.peer_code == "provider-exchange-number-reused"


def test_an_answer_to_another_exchange_does_not_open(network: Network) -> None:
    """The core hands the asker the provider's answer to another exchange of the same two parties."""
    kept: list[Any] = []

    def swap(answer: Any) -> Any:
        kept.append(answer.lines[0].answer)
        line = msgspec.structs.replace(answer.lines[0], answer=kept[0])
        return msgspec.structs.replace(answer, lines=[line])

    network.core.alter_answer = swap
    assert network.inquire(inquiry_of(HERS)).outcome == "provided"
    second = network.inquire(inquiry_of(HERS, "request-2"))
    assert (second.outcome, second.information) == ("answer-rejected", [])
    assert "envelope-signature-invalid" in second.refusal_detail


def test_an_unknown_addressee_asks_nobody(network: Network) -> None:
    with pytest.raises(PeerProblem) as problem:
        network.inquire(inquiry_of("100000000000009"))
    assert problem.value.peer_code == "unknown-addressee"
    assert network.core.submissions == []


def test_an_addressee_without_a_pseudonym_asks_nobody(network: Network) -> None:
    network.prepare(ASKER, wire.Addressee("100000000000009", items_of()))
    with pytest.raises(PeerProblem) as problem:
        network.inquire(inquiry_of("100000000000009"))
    assert problem.value.peer_code == "pseudonym-not-acquired"


def test_a_copy_for_an_unknown_addressee_is_refused(network: Network) -> None:
    with pytest.raises(PeerProblem) as problem:
        network.register_copies(HOLDER, copy_of("200000000000009"))
    assert problem.value.peer_code == "unknown-addressee"


@pytest.mark.parametrize("version", ["2017-11", "1999-01"])
def test_a_copy_in_a_stale_or_unknown_layout_is_refused(network: Network, version: str) -> None:
    with pytest.raises(PeerProblem) as problem:
        network.register_copies(HOLDER, copy_of(THEIRS, version=2, layout_version=version))
    assert problem.value.peer_code in {"no-layout", "layout-mismatch"}


_PROOF = CardProof(certificate=b"c", challenge=b"c", signature=b"s")
OWN_CALLS: list[tuple[Any, Any, type[Any]]] = [
    (wire.PREPARE_ACQUISITION, wire.AcquisitionRequest("child-allowance", []), wire.PreparedAcquisition),
    (wire.HELD_PSEUDONYMS, wire.HeldPseudonymsRequest([HERS]), wire.HeldPseudonyms),
    (wire.MARK_ADDRESSEE, wire.AddresseeMark(HERS, protected=False), Acknowledgement),
    (wire.REGISTER_LOCAL_COPIES, wire.LocalCopies([]), Acknowledgement),
    (wire.INQUIRE, inquiry_of(HERS), wire.BusinessAnswer),
    (wire.FETCH_RESULT, wire.ResultRequest("request-1"), wire.BusinessAnswer),
    (
        wire.SEND_NOTICE,
        wire.BusinessNotice("n", HERS, "child-allowance", "child-allowance.notice", "s", "b", None),
        Acknowledgement,
    ),
    (wire.COLLECT_NOTICES, wire.NoticesRequest(HERS), wire.Notices),
    (wire.OPEN_HISTORY, wire.HistoryOpening("r", HERS, _PROOF), wire.OpenedHistory),
]


@pytest.mark.parametrize("caller", [STRANGER, HOLDER, PORTAL, "linkage-core", "commission", INQUIRER, PROVIDER])
@pytest.mark.parametrize(("endpoint", "request_", "answer"), OWN_CALLS, ids=[call[0].name for call in OWN_CALLS])
def test_what_is_the_owners_is_nobody_elses(
    network: Network, endpoint: Any, request_: Any, answer: type[Any], caller: str
) -> None:
    with pytest.raises(PeerProblem) as problem:
        _as(network, InstitutionId(caller)).call_sealed(INQUIRER, endpoint, request_, answer)
    assert problem.value.peer_code == "caller-not-listed"


def test_even_the_owner_collects_no_notices_and_opens_no_history_unless_it_is_the_portal(network: Network) -> None:
    for endpoint, request, answer in OWN_CALLS[-2:]:
        with pytest.raises(PeerProblem) as problem:
            network.sealed(ASKER, endpoint, request, answer)
        assert problem.value.peer_code == "caller-not-listed"


@pytest.mark.parametrize("endpoint", [wire.PROVIDE, wire.RECEIVE_PSEUDONYMS, wire.RECEIVE_NOTICE])
@pytest.mark.parametrize("caller", [ASKER, HOLDER, PORTAL, "commission", "national-register", INQUIRER])
def test_only_the_core_delivers(network: Network, endpoint: Any, caller: str) -> None:
    request = captured(network)
    with pytest.raises(PeerProblem) as problem:
        _as(network, InstitutionId(caller)).deliver(PROVIDER, endpoint.path, msgspec.json.encode(request))
    assert problem.value.peer_code == "caller-not-listed"

from __future__ import annotations

from typing import Any

import pytest

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.pseudonyms import ciphertexts_root
from mizuhiki.institutions.intermediate_server.domain.errors import PseudonymNotAcquired
from mizuhiki.institutions.intermediate_server.operations.notices import Notices
from mizuhiki.runtime.problems import PeerConflict, PeerProblem
from mizuhiki.vocabulary.errors import Corrupt, MizuhikiError, Refused, Unavailable
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire import linkage_core
from mizuhiki.wire.commission import CardProof, card_proof_context
from mizuhiki.wire.endpoint import Acknowledgement
from unit.institutions.intermediate_server.kit import ACCOUNT, ASKER, HERS, HOLDER, PORTAL, Network, linked


def notice(request_id: str = "notice-1", addressee: str = HERS, **changes: Any) -> wire.BusinessNotice:
    values: dict[str, Any] = {
        "request_id": request_id,
        "addressee_number": addressee,
        "affair": "child-allowance",
        "procedure": "child-allowance.notice",
        "subject": "児童手当の支給",
        "body": "支給を決定しました。",
        "respond_by": None,
    }
    return wire.BusinessNotice(**{**values, **changes})


def send(network: Network, message: wire.BusinessNotice, owner: Any = ASKER) -> Acknowledgement:
    answer: Acknowledgement = network.sealed(owner, wire.SEND_NOTICE, message, Acknowledgement)
    return answer


def collected(network: Network) -> list[wire.NoticeContent]:
    answer: wire.Notices = network.sealed(PORTAL, wire.COLLECT_NOTICES, wire.NoticesRequest(ACCOUNT), wire.Notices)
    return answer.notices


@pytest.mark.requirement("R-256", "R-276")
def test_a_notice_of_an_office_reaches_the_persons_portal_account(network: Network) -> None:
    send(network, notice())
    [found] = collected(network)
    assert (found.sender, found.subject, found.body) == (ASKER, "児童手当の支給", "支給を決定しました。")


def test_a_notice_reaches_nobody_else(network: Network) -> None:
    other = network.core.nation.person()
    network.enrol(PORTAL, "900000000000002", other)
    send(network, notice())
    answer = network.sealed(PORTAL, wire.COLLECT_NOTICES, wire.NoticesRequest("900000000000002"), wire.Notices)
    assert answer.notices == []


def test_the_same_request_is_one_notice_even_when_the_answer_was_lost(network: Network) -> None:
    network.core.lose_answers = 1
    assert send(network, notice()) == send(network, notice()) == Acknowledgement("notice-1")
    send(network, notice())
    assert len(collected(network)) == 1
    assert len({submitted.case for submitted in network.core.submissions}) == 1
    with pytest.raises(PeerConflict) as refused:
        send(network, notice(body="another text"))
    assert refused.value.peer_code == "notice-request-changed"


def test_while_the_core_is_away_a_notice_waits_here(network: Network) -> None:
    network.core.away = True
    assert send(network, notice()).reference == "notice-1"
    assert collected(network) == []
    network.core.away = False
    assert network.server(ASKER).upkeep.retry_pending(network.officer(ASKER)) == 1
    assert len(collected(network)) == 1
    assert network.server(ASKER).upkeep.retry_pending(network.officer(ASKER)) == 0


def test_a_refused_notice_is_told_at_once_and_a_waiting_one_to_an_officer(network: Network) -> None:
    network.core.refusal = Refused("no assessment")
    with pytest.raises(PeerProblem) as refused:
        send(network, notice())
    assert refused.value.peer_code == "refused"
    network.core.refusal, network.core.away = None, True
    send(network, notice("notice-2"))
    network.core.refusal, network.core.away = Refused("no assessment"), False
    network.server(ASKER).upkeep.retry_pending(network.officer(ASKER))
    [case] = network.server(ASKER).cases(network.officer(ASKER))
    assert (case.kind, case.reference) == ("notice-refused", "notice-2")


def test_no_notice_is_sent_to_a_protected_person() -> None:
    network = linked(protected=True)
    with pytest.raises(PeerProblem) as refused:
        send(network, notice(addressee="200000000000001"), HOLDER)
    assert refused.value.peer_code == "withheld"
    assert network.core.submissions == []
    network.close()


def test_content_changed_on_the_way_is_refused_by_the_portals_server(network: Network) -> None:
    send(network, notice())
    first = network.core.deliveries[0]
    send(network, notice("notice-2"))
    second = network.core.deliveries[1]
    mixed = wire.NoticeDelivery(case=first.case, tickets=first.tickets, section=first.section, content=second.content)
    with pytest.raises(PeerProblem) as refused:
        network.core.peers.call("intermediate-portal", wire.RECEIVE_NOTICE, mixed)  # type: ignore[arg-type] # text
    assert refused.value.peer_code == "ticket-mismatch"


def test_only_the_portals_server_takes_notices_and_opens_histories(network: Network) -> None:
    send(network, notice())
    with pytest.raises(PeerProblem) as refused:
        network.core.peers.call("intermediate-municipality-452025", wire.RECEIVE_NOTICE, network.core.deliveries[0])  # type: ignore[arg-type] # text
    assert refused.value.peer_code == "case-not-for-us"


def test_a_history_is_opened_with_a_case_that_names_the_cards_challenge(network: Network) -> None:
    proof = CardProof(certificate=b"certificate", challenge=b"challenge", signature=b"signature")
    opening = wire.HistoryOpening("history-1", ACCOUNT, proof)
    opened = network.sealed(PORTAL, wire.OPEN_HISTORY, opening, wire.OpenedHistory)
    assert opened.bundle == "the bundle"
    [submitted] = network.core.submissions
    case = network.core.peers.verify(submitted.case, linkage_core.HistoryRequest, linkage_core.HISTORY_REQUEST_TYPE)
    assert case.signer == "intermediate-portal"
    assert case.payload.challenge_hash == sha256(b"challenge")
    assert case.payload.inputs_root == ciphertexts_root(submitted.inputs)
    assert submitted.card_proof.recipient == "commission"
    context = card_proof_context("history-1")
    assert network.core.commission.open(submitted.card_proof, "intermediate-portal", CardProof, context) == proof


def test_a_history_of_an_account_without_a_pseudonym_is_not_asked_for(network: Network) -> None:
    network.prepare(PORTAL, wire.Addressee("900000000000003", None))
    opening = wire.HistoryOpening("history-1", "900000000000003", CardProof(b"c", b"c", b"s"))
    with pytest.raises(PeerProblem) as refused:
        network.sealed(PORTAL, wire.OPEN_HISTORY, opening, wire.OpenedHistory)
    assert refused.value.peer_code == "pseudonym-not-acquired"
    assert network.core.submissions == []


def mark(network: Network, owner: Any, addressee: str, *, protected: bool) -> None:
    network.sealed(owner, wire.MARK_ADDRESSEE, wire.AddresseeMark(addressee, protected), Acknowledgement)


@pytest.mark.requirement("R-076")
def test_a_notice_that_waits_while_its_person_becomes_protected_is_ended_with_a_case(network: Network) -> None:
    network.core.away = True
    send(network, notice())
    mark(network, ASKER, HERS, protected=True)
    network.core.away = False
    server, officer = network.server(ASKER), network.officer(ASKER)
    assert server.upkeep.retry_pending(officer) == 1
    [case] = server.cases(officer)
    assert (case.kind, case.reference, case.detail) == ("notice-refused", "notice-1", "withheld")
    assert collected(network) == []
    assert server.upkeep.retry_pending(officer) == 0
    mark(network, ASKER, HERS, protected=False)
    with pytest.raises(PeerProblem) as refused:
        send(network, notice())
    assert refused.value.peer_code == "withheld", "what was ended stays ended"
    assert len(network.core.submissions) == 1, "the one try while the core was away"


@pytest.mark.parametrize("error", [PseudonymNotAcquired(), Unavailable(), Corrupt()], ids=lambda error: error.code)
def test_one_waiting_notice_that_fails_does_not_stop_the_others(
    network: Network, monkeypatch: pytest.MonkeyPatch, error: MizuhikiError
) -> None:
    network.core.away = True
    send(network, notice())
    send(network, notice("notice-2"))
    network.core.away = False
    server, officer = network.server(ASKER), network.officer(ASKER)
    deliver = Notices._deliver

    def fail_first(self: Notices, context: Any, request_id: str) -> None:
        if request_id == "notice-1":
            raise error
        deliver(self, context, request_id)

    monkeypatch.setattr(Notices, "_deliver", fail_first)
    server.upkeep.retry_pending(officer)
    assert [one.notice_id for one in collected(network)] == ["notice-2"]
    final = isinstance(error, PseudonymNotAcquired)
    assert server.upkeep.retry_pending(officer) == (0 if final else 1)
    assert len(server.cases(officer)) == (0 if isinstance(error, Unavailable) else 1)
